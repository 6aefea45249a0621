#include "servicetags/data_export.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include "convert.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

nb::bytes exported(const PySnapshot& self, std::string_view format,
                   const std::optional<std::string>& shape, std::string name, double built) {
  DataOptions options{.name = std::move(name)};
  if (shape) options.shape = unwrap(parse_data_shape(*shape));
  if (!(built >= 0)) throw nb::value_error("built is in seconds since 1970");
  options.built = std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(built)));
  const std::string bytes = [&] {
    const nb::gil_scoped_release released;
    return unwrap(export_data(*self.get(), format, options));
  }();
  return nb::bytes(bytes.data(), bytes.size());
}

nb::object formats() {
  return table_of(data_formats(), [](const DataFormat& one) {
    return value_class("DataFormat")(
        text(one.name), text(one.target),
        tuple_of(one.shapes, [](DataShape shape) { return text(to_string(shape)); }), one.is_text);
  });
}

}  // namespace

void bind_data_export(nb::module_& module, nb::class_<PySnapshot>& snapshot) {
  snapshot.def("export", &exported, nb::arg("format"), nb::kw_only(), nb::arg("shape") = nb::none(),
               nb::arg("name") = "service_tags", nb::arg("built") = 0.0,
               "All of it for another engine, as bytes: in one of data_formats().\n\n"
               "`shape` is what a row is about: 'tags' (each with each of its prefixes),\n"
               "'prefixes' (each with all its tags) or 'ranges' (disjoint, for joins by order).\n"
               "`name` begins the names of tables; `built` is in seconds since 1970, for mmdb.\n"
               "Errors: InvalidArgumentError.");
  module.def("data_formats", &formats, "All formats that Snapshot.export() knows, by name.");
}

}  // namespace servicetags::python
