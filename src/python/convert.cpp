#include "convert.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <array>
#include <cstring>

namespace servicetags::python {
namespace {

/// The classes of Python's module ipaddress, looked up once. They live as long as the process.
struct Ipaddress {
  nb::handle v4_address;
  nb::handle v6_address;
  nb::handle v4_network;
  nb::handle v6_network;
};
const Ipaddress& ipaddress() {
  static const Ipaddress classes = [] {
    const nb::module_ module = nb::module_::import_("ipaddress");
    const auto get = [&](const char* name) { return nb::object(module.attr(name)).release(); };
    return Ipaddress{get("IPv4Address"), get("IPv6Address"), get("IPv4Network"),
                     get("IPv6Network")};
  }();
  return classes;
}

std::string_view text_of(nb::handle object) {
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (text == nullptr) throw nb::python_error();
  return {text, static_cast<std::size_t>(size)};
}

[[noreturn]] void refuse(std::string message) {
  throw ServiceTagError(Error{Errc::invalid_address, std::move(message), {}, {}});
}

Address from_packed(const char* bytes, std::size_t size) {
  std::array<std::uint8_t, 16> packed{};
  if (size != 4 && size != 16) {
    refuse("an address is 4 or 16 bytes in network order, not " + std::to_string(size));
  }
  std::memcpy(packed.data(), bytes, size);
  return size == 16 ? Address::from_bytes(packed)
                    : Address::from_bytes(std::span<const std::uint8_t, 4>(packed.data(), 4));
}

Address from_int(nb::handle object) {
  int overflows = 0;
  const long long number = PyLong_AsLongLongAndOverflow(object.ptr(), &overflows);
  if (overflows == 0 && number >= 0 && number >> 32 == 0) {
    return Address::from_v4(static_cast<std::uint32_t>(number));
  }
  try {
    const nb::bytes packed(nb::object(object.attr("to_bytes")(16, "big")));
    return from_packed(packed.c_str(), packed.size());
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_OverflowError)) throw;
    refuse("an address as a number is from 0 to 2^128 - 1");
  }
}

/// Of an IPv4Address or IPv6Address, by its bytes.
Address from_ipaddress(nb::handle object) {
  if (nb::hasattr(object, "scope_id") && !nb::object(object.attr("scope_id")).is_none()) {
    refuse("an address with a zone is of one link, and in no published prefix");
  }
  const nb::bytes packed(nb::object(object.attr("packed")));
  return from_packed(packed.c_str(), packed.size());
}

bool is_address(nb::handle object) {
  return nb::isinstance(object, ipaddress().v4_address) ||
         nb::isinstance(object, ipaddress().v6_address);
}

[[noreturn]] void refuse_type(const char* wanted, nb::handle object) {
  throw nb::type_error(
      (std::string("expected ") + wanted + ", not " + nb::type_name(object.type()).c_str())
          .c_str());
}

}  // namespace

Address to_address(nb::handle object) {
  if (PyUnicode_Check(object.ptr())) return unwrap(parse_address(text_of(object)));
  if (PyLong_Check(object.ptr()) && !PyBool_Check(object.ptr())) return from_int(object);
  if (PyBytes_Check(object.ptr())) {
    const auto bytes = nb::borrow<nb::bytes>(object);
    return from_packed(bytes.c_str(), bytes.size());
  }
  if (is_address(object)) return from_ipaddress(object);
  refuse_type("an address as str, int, bytes or ipaddress object", object);
}

Prefix to_prefix(nb::handle object) {
  if (PyUnicode_Check(object.ptr())) return unwrap(parse_prefix(text_of(object)));
  if (nb::isinstance(object, ipaddress().v4_network) ||
      nb::isinstance(object, ipaddress().v6_network)) {
    return unwrap(parse_prefix(nb::cast<std::string>(nb::str(object))));
  }
  const Address address = to_address(object);
  return {address, address_bits(address.family())};
}

AddressRange to_range(nb::handle object) {
  if (PyUnicode_Check(object.ptr())) return unwrap(parse_range(text_of(object)));
  return AddressRange::of(to_prefix(object));
}

nb::object from_address(const Address& address) {
  if (address.is_v4()) return ipaddress().v4_address(address.v4());
  return ipaddress().v6_address((nb::int_(address.high()) << nb::int_(64)) |
                                nb::int_(address.low()));
}

nb::object from_prefix(const Prefix& prefix) {
  const Address& network = prefix.network();
  if (network.is_v4()) {
    return ipaddress().v4_network(nb::make_tuple(network.v4(), prefix.length()));
  }
  return ipaddress().v6_network(nb::make_tuple(
      (nb::int_(network.high()) << nb::int_(64)) | nb::int_(network.low()), prefix.length()));
}

nb::object from_count(const AddressCount& count) {
  const nb::int_ word(64);
  return (((nb::int_(count.top) << word) | nb::int_(count.high)) << word) | nb::int_(count.low);
}

nb::object value_class(const char* name) {
  return nb::module_::import_("servicetags._types").attr(name);
}

nb::str text(std::string_view chars) { return nb::str(chars.data(), chars.size()); }
nb::object text_or_none(const std::string& text) {
  return text.empty() ? nb::none() : nb::object(nb::str(text.data(), text.size()));
}
nb::object number_or_none(const std::optional<std::uint64_t>& number) {
  return number ? nb::object(nb::int_(*number)) : nb::none();
}
nb::tuple prefixes_of(std::span<const Prefix> prefixes) { return tuple_of(prefixes, from_prefix); }
nb::tuple texts_of(std::span<const std::string> texts) { return tuple_of(texts, text); }

nb::object from_error(const Error& error) {
  const nb::object offset = error.offset ? nb::object(nb::int_(*error.offset)) : nb::none();
  return nb::module_::import_("servicetags.errors")
      .attr("make_error")(to_string(error.code), error.message, text_or_none(error.where), offset);
}

void translate_errors() {
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const ServiceTagError& failure) {
      const nb::object made = from_error(failure.error());
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
    }
  });
}

}  // namespace servicetags::python
