#include "servicetags/prefix_set.hpp"

#include <vector>

#include "convert.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

Family to_family(int number) {
  if (number != 4 && number != 6) throw nb::value_error("family is 4 or 6");
  return number == 4 ? Family::v4 : Family::v6;
}

PrefixSet set_of(const nb::iterable& items) {
  if (PyUnicode_Check(items.ptr()) || PyBytes_Check(items.ptr())) {
    throw nb::type_error("expected several prefixes, such as a list, not one text");
  }
  std::vector<AddressRange> ranges;
  for (const nb::handle item : items) ranges.push_back(to_range(item));
  return PrefixSet(ranges);
}

bool holds(const PrefixSet& self, nb::handle object) {
  if (nb::isinstance<PrefixSet>(object)) return self.contains(nb::cast<const PrefixSet&>(object));
  return self.contains(to_prefix(object));
}

nb::tuple ranges_of(const PrefixSet& self) {
  return tuple_of(self.ranges(), [](const AddressRange& range) {
    return nb::make_tuple(from_address(range.first), from_address(range.last));
  });
}

nb::object fitted(const PrefixSet& self, std::size_t max_prefixes) {
  Fitted result;
  {
    const nb::gil_scoped_release released;
    result = unwrap(fit(self, max_prefixes));
  }
  return value_class("Fitted")(std::move(result.set), from_count(result.added_v4),
                               from_count(result.added_v6));
}

nb::str repr(const PrefixSet& self) {
  std::string shown;
  for (const Prefix& prefix : self.prefixes().first(std::min<std::size_t>(self.size(), 3))) {
    shown += (shown.empty() ? "'" : ", '") + to_string(prefix) + "'";
  }
  if (self.size() > 3) shown += ", ... " + std::to_string(self.size()) + " prefixes";
  return text("servicetags.PrefixSet([" + shown + "])");
}

/// For pickle: the class, and the texts to make the set from.
nb::tuple reduce(nb::handle self) {
  const auto& set = nb::cast<const PrefixSet&>(self);
  const auto texts =
      tuple_of(set.prefixes(), [](const Prefix& prefix) { return text(to_string(prefix)); });
  return nb::make_tuple(self.type(), nb::make_tuple(texts));
}

}  // namespace

void bind_prefix_set(nb::module_& module) {
  nb::class_<PrefixSet>(
      module, "PrefixSet",
      "A set of addresses of both families, kept as the fewest prefixes that hold just them.\n\n"
      "    >>> from servicetags import PrefixSet\n"
      "    >>> allowed = PrefixSet(['10.0.0.0/9', '10.128.0.0/9', '192.0.2.1-192.0.2.3'])\n"
      "    >>> list(map(str, allowed))\n"
      "    ['10.0.0.0/8', '192.0.2.1/32', '192.0.2.2/31']\n"
      "    >>> allowed - PrefixSet(['10.0.0.0/8', '192.0.2.1'])\n"
      "    servicetags.PrefixSet(['192.0.2.2/31'])\n"
      "    >>> '10.1.0.0/16' in allowed, allowed.address_count\n"
      "    (True, 16777219)\n\n"
      "Made from str (an address, a prefix, `first-last`), int, bytes or objects of ipaddress.\n"
      "Equal sets are equal values, whichever prefixes they were made from; <= is \"lies in\".")
      .def(
          "__init__",
          [](PrefixSet* self, const nb::iterable& items) { new (self) PrefixSet(set_of(items)); },
          nb::arg("prefixes") = nb::make_tuple())
      .def_static(
          "all", [](int family) { return PrefixSet::all(to_family(family)); }, nb::arg("family"),
          "Every address of a family, 4 or 6.")
      .def_prop_ro(
          "prefixes", [](const PrefixSet& self) { return prefixes_of(self.prefixes()); },
          "The fewest prefixes, in order.")
      .def_prop_ro("ranges", &ranges_of,
                   "The same as pairs (first, last) of addresses, in order; no two touch.")
      .def_prop_ro("address_count",
                   [](const PrefixSet& self) { return from_count(self.address_count()); })
      .def(
          "family",
          [](const PrefixSet& self, int family) { return self.family(to_family(family)); },
          nb::arg("family"), "The part that is of one family, 4 or 6.")
      .def(
          "complement",
          [](const PrefixSet& self, int family) { return complement(self, to_family(family)); },
          nb::arg("family"), "Every address of a family that is not in the set.")
      .def("overlaps", &PrefixSet::overlaps, nb::arg("other"))
      .def("fit", &fitted, nb::arg("max_prefixes"),
           "Widened to at most so many prefixes, adding as few addresses as possible: a Fitted.")
      .def("__or__", &unite, nb::is_operator())
      .def("__and__", &intersect, nb::is_operator())
      .def("__sub__", &subtract, nb::is_operator())
      .def(
          "__le__", [](const PrefixSet& a, const PrefixSet& b) { return b.contains(a); },
          nb::is_operator())
      .def(
          "__ge__", [](const PrefixSet& a, const PrefixSet& b) { return a.contains(b); },
          nb::is_operator())
      .def("__contains__", &holds)
      .def("__len__", &PrefixSet::size)
      .def("__iter__", [](const PrefixSet& self) { return nb::iter(prefixes_of(self.prefixes())); })
      .def(
          "__eq__", [](const PrefixSet& a, const PrefixSet& b) { return a == b; },
          nb::is_operator())
      .def("__hash__",
           [](const PrefixSet& self) {
             return nb::hash(nb::make_tuple(self.size(), from_count(self.address_count())));
           })
      .def("__repr__", &repr)
      .def("__reduce__", &reduce);
  module.def(
      "aggregate", [](const nb::iterable& items) { return prefixes_of(set_of(items).prefixes()); },
      nb::arg("prefixes"));
}

}  // namespace servicetags::python
