// Between Python's values and ours.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "servicetags/address.hpp"
#include "servicetags/address_count.hpp"
#include "servicetags/prefix.hpp"
#include "servicetags/result.hpp"

namespace servicetags::python {

namespace nb = nanobind;

/// The value, or the error as an exception; the one place that throws ServiceTagError.
template <typename T>
T unwrap(Result<T> result) {
  if (!result) throw ServiceTagError(std::move(result).error());
  return *std::move(result);
}
inline void unwrap(const Result<void>& result) { result.value(); }

/// The exception of an error's kind, not raised.
nb::object from_error(const Error& error);
/// Has every ServiceTagError arrive as the class of its kind in servicetags.errors.
void translate_errors();

/// From str, int (IPv4 below 2^32), 4 or 16 bytes in network order, or what `ipaddress` has.
/// Throws ServiceTagError, invalid_address; TypeError for anything else.
Address to_address(nb::handle object);
/// From str, an `ipaddress` network, or whatever is an address.
Prefix to_prefix(nb::handle object);
/// From `first-last` as str, or whatever is a prefix.
AddressRange to_range(nb::handle object);

/// ipaddress.IPv4Address or IPv6Address.
nb::object from_address(const Address& address);
/// ipaddress.IPv4Network or IPv6Network.
nb::object from_prefix(const Prefix& prefix);
nb::object from_count(const AddressCount& count);

/// A class of servicetags._types; called with the values of its fields, in order.
nb::object value_class(const char* name);

/// None for empty text.
nb::object text_or_none(const std::string& text);
nb::object number_or_none(const std::optional<std::uint64_t>& number);
nb::str text(std::string_view chars);

template <typename Values, typename Make>
nb::tuple tuple_of(const Values& values, const Make& make) {
  nb::list list;
  for (const auto& value : values) list.append(make(value));
  return nb::tuple(list);
}
/// A tuple that a notebook shows as a table, of values that are one row each.
template <typename Values, typename Make>
nb::object table_of(const Values& values, const Make& make) {
  return value_class("Table")(tuple_of(values, make));
}
nb::tuple prefixes_of(std::span<const Prefix> prefixes);
nb::tuple texts_of(std::span<const std::string> texts);

}  // namespace servicetags::python
