// The compiled part of the Python package. People import `servicetags`, never this.
#include <nanobind/nanobind.h>

#include "arrow.hpp"
#include "convert.hpp"
#include "rules.hpp"
#include "servicetags/version.hpp"
#include "snapshot.hpp"

NB_MODULE(_core, module) {
  using namespace servicetags::python;
  module.attr("version") = SERVICETAGS_VERSION;
  translate_errors();
  bind_prefix_set(module);
  nb::class_<servicetags::python::PySnapshot> snapshot = bind_snapshot(module);
  bind_data_export(module, snapshot);
  bind_diff(module);
  bind_profile(module);
  bind_rules(module);
  bind_arrow(module);
  bind_batch(module);
  bind_refresh(module);
}
