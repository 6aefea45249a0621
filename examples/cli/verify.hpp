// Rules given to the checker of the tool that is to load them.
#pragma once

#include <string>
#include <string_view>

#include "servicetags/export.hpp"

namespace servicetags::cli {

struct Verified {
  bool checked = false;
  std::string note;  ///< by what, or why not
};

/// Runs the target's own checker on rules written for it. Packet filters load them in a
/// network namespace that ends with the check: the machine's own rules are not touched.
/// Errors: not_expressible with what the checker said, when it refuses them; io_failed.
Result<Verified> verify(const RuleSet& rules, std::string_view format, const WriteOptions& options);

}  // namespace servicetags::cli
