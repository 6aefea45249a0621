// A snapshot as Python holds it.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <mutex>
#include <vector>

#include "servicetags/diff.hpp"
#include "servicetags/snapshot.hpp"
#include "set_names.hpp"

namespace servicetags::python {

namespace nb = nanobind;

/// What the Python class Snapshot is made from.
struct Handle {
  SnapshotPtr snapshot;
};

/// One tag; keeps its snapshot alive.
struct TagView {
  SnapshotPtr snapshot;
  const Tag* tag;
};

/// A snapshot, with the answers that Python code was already given.
///
/// Addresses with the same longest match get the same tuple, made when it is first asked for:
/// a lookup then costs a search and a reference. All under the GIL, or, without one, under
/// the object's own lock.
class PySnapshot {
 public:
  explicit PySnapshot(SnapshotPtr snapshot);
  PySnapshot(const PySnapshot&) = delete;
  PySnapshot& operator=(const PySnapshot&) = delete;

  [[nodiscard]] const SnapshotPtr& get() const noexcept { return snapshot_; }
  /// The servicetags.Tag of a tag, always the same object.
  nb::object tag(TagId id);
  /// A Table of servicetags.Match: most specific prefix first, then by tag name.
  nb::object lookup(const Address& address);
  /// A Table of servicetags.Tag, sorted by name.
  nb::object tag_set(TagSetId set);
  /// Made when first asked for. Any thread, with or without the GIL.
  std::shared_ptr<const SetNames> set_names() const;

 private:
  nb::object make_matches(const Matches& matches);

  SnapshotPtr snapshot_;
  nb::object match_class_;
  nb::object nothing_;
  std::vector<nb::object> tags_;      // by id
  std::vector<nb::object> matches_;   // by prefix id
  std::vector<nb::object> tag_sets_;  // by set
  mutable std::once_flag set_names_once_;
  mutable std::shared_ptr<const SetNames> set_names_;
};

nb::class_<PySnapshot> bind_snapshot(nb::module_& module);
void bind_batch(nb::module_& module);
void bind_prefix_set(nb::module_& module);
/// A servicetags.SnapshotDiff.
nb::object from_snapshot_diff(const SnapshotDiff& found);
void bind_diff(nb::module_& module);
void bind_refresh(nb::module_& module);
void bind_data_export(nb::module_& module, nb::class_<PySnapshot>& snapshot);

}  // namespace servicetags::python
