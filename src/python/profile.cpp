#include "servicetags/profile.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include "convert.hpp"
#include "rules.hpp"

namespace servicetags::python {
namespace {

nb::object from_when(const When& when) {
  return when.condition.empty() ? nb::none()
                                : nb::object(text((when.negated ? "not " : "") + when.condition));
}

nb::object from_edition(const Edition& edition) {
  const nb::object condition_class = value_class("Condition");
  const nb::object requirement_class = value_class("Requirement");
  const nb::object note_class = value_class("Note");
  const auto condition = [&](const Condition& one) {
    return condition_class(one.name, one.meaning, one.holds_by_default);
  };
  const auto requirement = [&](const Requirement& one) {
    return requirement_class(
        text(to_string(one.direction)), text(to_string(one.protocol)), from_ports(one.ports),
        text_or_none(one.tag), text_or_none(one.host), text_or_none(one.path), from_when(one.when),
        tuple_of(one.clouds, [](Cloud cloud) { return text(to_string(cloud)); }), one.purpose,
        one.source, one.date);
  };
  const auto note = [&](const Note& one) { return note_class(one.text, from_when(one.when)); };
  return value_class("Edition")(
      edition.name, edition.date, edition.source, tuple_of(edition.conditions, condition),
      tuple_of(edition.requirements, requirement), tuple_of(edition.notes, note));
}

nb::tuple builtin() {
  return tuple_of(builtin_profiles(), [](const Profile& profile) {
    // Static storage: nothing owns it.
    return nb::cast(PyProfile{{std::shared_ptr<const Profile>(), &profile}});
  });
}

}  // namespace

const Edition& edition_of(const Profile& profile, std::string_view name) {
  if (const Edition* found = profile.find_edition(name)) return *found;
  std::string known;
  for (const Edition& one : profile.editions) known += (known.empty() ? "" : ", ") + one.name;
  throw ServiceTagError(Error{
      Errc::invalid_argument,
      "profile " + profile.name + " has no edition '" + std::string(name) + "'; it has " + known,
      {},
      {}});
}

void bind_profile(nb::module_& module) {
  nb::class_<PyProfile>(module, "Profile")
      .def_prop_ro("name", [](const PyProfile& self) { return text(self.profile->name); })
      .def_prop_ro("title", [](const PyProfile& self) { return text(self.profile->title); })
      .def_prop_ro(
          "editions",
          [](const PyProfile& self) { return tuple_of(self.profile->editions, from_edition); })
      .def(
          "diff",
          [](const PyProfile& self, std::string_view before, std::string_view after) {
            return texts_of(
                diff_editions(edition_of(*self.profile, before), edition_of(*self.profile, after)));
          },
          nb::arg("before"), nb::arg("after") = "")
      .def("__repr__", [](const PyProfile& self) {
        return text("<servicetags.Profile " + self.profile->name + ": " +
                    std::to_string(self.profile->editions.size()) + " editions>");
      });
  module.def("builtin_profiles", &builtin);
  module.def(
      "parse_profile",
      [](const nb::bytes& json) {
        const std::string_view bytes(json.c_str(), json.size());
        return PyProfile{std::make_shared<const Profile>(unwrap(parse_profile(bytes)))};
      },
      nb::arg("json"));
}

}  // namespace servicetags::python
