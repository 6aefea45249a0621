// The compiled part of the Python package. People import `servicetags`, never this.
#include <nanobind/nanobind.h>

#include "arrow.hpp"
#include "convert.hpp"
#include "servicetags/version.hpp"
#include "snapshot.hpp"

NB_MODULE(_core, module) {
  using namespace servicetags::python;
  module.attr("version") = SERVICETAGS_VERSION;
  translate_errors();
  bind_snapshot(module);
  bind_arrow(module);
  bind_batch(module);
}
