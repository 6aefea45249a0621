#include "servicetags/diff.hpp"

#include <nanobind/stl/string.h>

#include "convert.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

nb::object diff_of(const PySnapshot& before, const PySnapshot& after) {
  return from_snapshot_diff(diff(*before.get(), *after.get()));
}

}  // namespace

nb::object from_snapshot_diff(const SnapshotDiff& found) {
  const nb::object tag_prefixes = value_class("TagPrefixes");
  const nb::object tag_change = value_class("TagChange");
  const nb::object field_change = value_class("FieldChange");
  const auto tags = [&](const TagPrefixes& one) {
    return tag_prefixes(one.tag, prefixes_of(one.prefixes));
  };
  const auto change = [&](const TagChange& one) {
    return tag_change(one.tag, prefixes_of(one.added), prefixes_of(one.removed),
                      tuple_of(one.fields, [&](const FieldChange& field) {
                        return field_change(field.field, field.before, field.after);
                      }));
  };
  return value_class("SnapshotDiff")(tuple_of(found.added, tags), tuple_of(found.removed, tags),
                                     tuple_of(found.changed, change), found.renumbered);
}

void bind_diff(nb::module_& module) {
  module.def("diff", &diff_of, nb::arg("before"), nb::arg("after"),
             "What changed between two snapshots, by content: a SnapshotDiff.");
}

}  // namespace servicetags::python
