#include "snapshot.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <algorithm>

#include "convert.hpp"
#include "servicetags/compiled.hpp"
#include "servicetags/prefix_set.hpp"
#include "servicetags/resolve.hpp"

namespace servicetags::python {
namespace {

std::optional<Cloud> to_cloud(const std::optional<std::string>& name) {
  return name ? std::optional(unwrap(parse_cloud(*name))) : std::nullopt;
}

bool holds(const Tag& tag, const Prefix& wanted) {
  // Sorted with each prefix before what is in it, so what holds `wanted` is not after it.
  return std::ranges::any_of(tag.prefixes,
                             [&](const Prefix& prefix) { return prefix.contains(wanted); });
}

void bind_tag(nb::module_& module) {
  nb::class_<TagView>(module, "Tag", "A published tag: a name and its prefixes, sorted.")
      .def_prop_ro("name", [](const TagView& view) { return view.tag->name; })
      .def_prop_ro("region", [](const TagView& view) { return text_or_none(view.tag->region); })
      .def_prop_ro("service", [](const TagView& view) { return text_or_none(view.tag->service); })
      .def_prop_ro("change_number",
                   [](const TagView& view) { return number_or_none(view.tag->change_number); })
      .def_prop_ro("features",
                   [](const TagView& view) -> nb::object {
                     if (!view.tag->features) return nb::none();
                     return texts_of(*view.tag->features);
                   })
      .def_prop_ro("prefixes", [](const TagView& view) { return prefixes_of(view.tag->prefixes); })
      .def_prop_ro("prefix_set", [](const TagView& view) { return PrefixSet(view.tag->prefixes); })
      .def("__len__", [](const TagView& view) { return view.tag->prefixes.size(); })
      .def("__bool__", [](const TagView&) { return true; })
      .def("__contains__", [](const TagView& view,
                              nb::handle object) { return holds(*view.tag, to_prefix(object)); })
      .def("__repr__",
           [](const TagView& view) {
             return "<servicetags.Tag " + view.tag->name + ": " +
                    std::to_string(view.tag->prefixes.size()) + " prefixes>";
           })
      .def("__eq__",
           [](const TagView& view, nb::handle other) {
             return nb::isinstance<TagView>(other) &&
                    *view.tag == *nb::cast<const TagView&>(other).tag;
           })
      .def("__hash__",
           [](const TagView& view) { return nb::hash(nb::str(view.tag->name.c_str())); });
}

}  // namespace

PySnapshot::PySnapshot(SnapshotPtr snapshot)
    : snapshot_(std::move(snapshot)),
      match_class_(value_class("Match")),
      nothing_(value_class("Table")()),
      tags_(snapshot_->info().tag_count),
      matches_(snapshot_->info().distinct_prefix_count),
      tag_sets_(snapshot_->info().tag_set_count + 1) {}

nb::object PySnapshot::tag(TagId id) {
  nb::object& kept = tags_[id];
  if (!kept.is_valid()) kept = nb::cast(TagView{snapshot_, &snapshot_->tags()[id]});
  return kept;
}

nb::object PySnapshot::lookup(const Address& address) {
  const Matches matches = snapshot_->lookup(address);
  if (matches.empty()) return nothing_;
  nb::object& kept = matches_[matches.prefix_id()];
  if (!kept.is_valid()) kept = make_matches(matches);
  return kept;
}

nb::object PySnapshot::make_matches(const Matches& matches) {
  return table_of(matches, [this](const Match& match) {
    const auto id = static_cast<TagId>(match.tag - snapshot_->tags().data());
    return match_class_(tag(id), from_prefix(match.prefix));
  });
}

nb::object PySnapshot::tag_set(TagSetId set) {
  if (set >= tag_sets_.size()) throw nb::index_error("no set of tags has this number");
  nb::object& kept = tag_sets_[set];
  if (!kept.is_valid()) {
    kept = table_of(snapshot_->tag_set(set), [this](TagId id) { return tag(id); });
  }
  return kept;
}

std::shared_ptr<const SetNames> PySnapshot::set_names() const {
  std::call_once(set_names_once_, [this] { set_names_ = std::make_shared<SetNames>(*snapshot_); });
  return set_names_;
}

namespace {

/// The tag of a published name, or null.
const Tag* find(const PySnapshot& self, nb::handle name) {
  return PyUnicode_Check(name.ptr()) ? self.get()->find_tag(nb::cast<std::string_view>(name))
                                     : nullptr;
}
nb::object object_of(PySnapshot& self, const Tag* tag) {
  return tag == nullptr ? nb::none()
                        : self.tag(static_cast<TagId>(tag - self.get()->tags().data()));
}

nb::object region_of(const Region& region) {
  return value_class("Region")(region.name, region.display, region.published, region.suffix,
                               region.tag_count);
}

nb::object info_of(const PySnapshot& self) {
  const SnapshotInfo& info = self.get()->info();
  const nb::object cloud =
      info.cloud ? nb::object(nb::str(std::string(to_string(*info.cloud)).c_str())) : nb::none();
  const nb::tuple warnings = tuple_of(info.warnings, [](const Warning& warning) {
    return nb::str((warning.where + ": " + warning.message).c_str());
  });
  return value_class("SnapshotInfo")(cloud, number_or_none(info.change_number), info.tag_count,
                                     info.regional_tag_count, info.prefix_count,
                                     info.prefix_count_v4, info.prefix_count_v6,
                                     info.distinct_prefix_count, info.tag_set_count, warnings);
}

nb::object from_resolution(PySnapshot& self, const TagResolution& found) {
  const char* const how[] = {"exact",          "renamed",       "regional",     "unknown_tag",
                             "unknown_region", "not_in_region", "not_published"};
  return value_class("Resolution")(object_of(self, found.tag),
                                   how[static_cast<std::size_t>(found.how)], found.requested,
                                   text_or_none(found.message), texts_of(found.suggestions));
}

nb::object resolve(PySnapshot& self, std::string_view name, std::string_view region) {
  return from_resolution(self, resolve_tag(*self.get(), name, region));
}

[[noreturn]] void throw_unresolved(const nb::object& resolution) {
  const nb::object error =
      nb::module_::import_("servicetags.errors").attr("UnresolvedTagError").attr("of")(resolution);
  PyErr_SetObject(error.type().ptr(), error.ptr());
  throw nb::python_error();
}

nb::object tags_of(PySnapshot& self) {
  const std::span<const Tag> tags = self.get()->tags();
  return table_of(tags, [&](const Tag& tag) { return object_of(self, &tag); });
}

nb::object filtered(PySnapshot& self, std::string pattern, std::string region, std::string service,
                    std::string feature) {
  const Snapshot& snapshot = *self.get();
  if (!region.empty() && snapshot.find_region(region) == nullptr) {
    throw ServiceTagError(Error{
        Errc::invalid_argument, "no region '" + region + "' in this data; see regions", {}, {}});
  }
  const TagFilter filter{std::move(pattern), std::move(region), std::move(service),
                         std::move(feature)};
  return table_of(find_tags(snapshot, filter),
                  [&](const Tag* tag) { return object_of(self, tag); });
}

/// Throws UnresolvedTagError, with what could be meant, when no published tag is.
nb::tuple expand(PySnapshot& self, std::string_view name, std::string_view region,
                 std::optional<int> family, bool fewest) {
  const TagResolution found = resolve_tag(*self.get(), name, region);
  if (found.tag == nullptr) throw_unresolved(from_resolution(self, found));
  if (family && *family != 4 && *family != 6) throw nb::value_error("family is 4 or 6");
  std::vector<Prefix> prefixes = found.tag->prefixes;
  if (family) {
    std::erase_if(prefixes,
                  [&](const Prefix& one) { return static_cast<int>(one.family()) != *family; });
  }
  return prefixes_of(fewest ? aggregate(prefixes) : prefixes);
}

nb::object overlaps(PySnapshot& self, nb::handle range) {
  const nb::object overlap_class = value_class("Overlap");
  return table_of(self.get()->overlaps(to_range(range)), [&](const Overlap& one) {
    return overlap_class(object_of(self, one.tag), from_prefix(one.prefix),
                         text(to_string(one.relation)));
  });
}

SnapshotPtr load_file(const std::string& path, const std::optional<std::string>& cloud) {
  const std::optional<Cloud> wanted = to_cloud(cloud);
  const nb::gil_scoped_release released;
  return unwrap(load(path, wanted));
}
SnapshotPtr parse_text(const nb::bytes& text, const std::optional<std::string>& cloud) {
  const std::string_view json(text.c_str(), text.size());
  const std::optional<Cloud> wanted = to_cloud(cloud);
  const nb::gil_scoped_release released;
  return unwrap(looks_compiled(json) ? read_compiled(json, {.cloud = wanted})
                                     : parse_snapshot(json, wanted));
}

}  // namespace

nb::class_<PySnapshot> bind_snapshot(nb::module_& module) {
  bind_tag(module);
  nb::class_<Handle>(module, "Handle");
  module.def(
      "load_file",
      [](const std::string& path, const std::optional<std::string>& cloud) {
        return Handle{load_file(path, cloud)};
      },
      nb::arg("path"), nb::arg("cloud") = nb::none());
  module.def(
      "parse",
      [](const nb::bytes& text, const std::optional<std::string>& cloud) {
        return Handle{parse_text(text, cloud)};
      },
      nb::arg("text"), nb::arg("cloud") = nb::none());

  nb::class_<PySnapshot> snapshot(module, "Snapshot");
  snapshot
      .def("__init__",
           [](PySnapshot* self, const Handle& handle) { new (self) PySnapshot(handle.snapshot); })
      .def(
          "lookup",
          [](PySnapshot& self, nb::handle address) { return self.lookup(to_address(address)); },
          nb::arg("address"), nb::lock_self(),
          "The tags that hold an address: most specific prefix first, then by tag name.\n\n"
          "A Table of Match, empty when none does; the same object for addresses with the same\n"
          "answer. Errors: InvalidAddressError; TypeError for what is no address at all.")
      .def(
          "find_tag",
          [](PySnapshot& self, nb::handle name) { return object_of(self, find(self, name)); },
          nb::arg("name"), nb::lock_self(),
          "The tag of this published name, ignoring case, or None.")
      .def("resolve", &resolve, nb::arg("name"), nb::arg("region") = "", nb::lock_self(),
           "The published tag behind a name as people or documentation write it: a Resolution.")
      .def("expand", &expand, nb::arg("name"), nb::arg("region") = "",
           nb::arg("family") = nb::none(), nb::arg("aggregate") = false, nb::lock_self(),
           "The prefixes of a tag, sorted, by any name that resolve() takes.\n\n"
           "`family` 4 or 6 leaves out the other; `aggregate` gives the fewest that hold the same\n"
           "addresses. Errors: UnresolvedTagError, a KeyError, which says what could be meant.")
      .def("find_tags", &filtered, nb::arg("pattern") = "", nb::kw_only(), nb::arg("region") = "",
           nb::arg("service") = "", nb::arg("feature") = "", nb::lock_self(),
           "The tags that pass all of these, sorted by name; case does not matter.\n\n"
           "`pattern` is part of a name, or with * and ? the whole of it; `region` in any "
           "spelling;\n"
           "`service` as published, or a name before the region; `feature` such as 'NSG'.\n"
           "Errors: InvalidArgumentError for a region that is not in this data.")
      .def(
          "overlaps", &overlaps, nb::arg("range"), nb::lock_self(),
          "Every published prefix that shares an address with a prefix or `first-last`: Overlaps,\n"
          "the most specific first.")
      .def_prop_ro("tags", &tags_of, nb::lock_self(), "All tags, sorted by name: a Table.")
      .def_prop_ro(
          "regions",
          [](const PySnapshot& self) { return table_of(self.get()->regions(), region_of); },
          "All regions, sorted by name: a Table.")
      .def(
          "find_region",
          [](const PySnapshot& self, std::string_view spelling) {
            const Region* const found = self.get()->find_region(spelling);
            return found == nullptr ? nb::none() : region_of(*found);
          },
          nb::arg("spelling"), "The region of any of its spellings, or None.")
      .def_prop_ro("info", &info_of, "Counts and origin: a SnapshotInfo.")
      .def("tag_set", &PySnapshot::tag_set, nb::arg("number"), nb::lock_self(),
           "The tags of a set's number, sorted by name; 0 is the empty set. Errors: IndexError.")
      .def(
          "compile",
          [](const PySnapshot& self) {
            const std::string bytes = compile(*self.get());
            return nb::bytes(bytes.data(), bytes.size());
          },
          "The snapshot as bytes that parse() reads at once, and load() from a file.");
  return snapshot;
}

}  // namespace servicetags::python
