// What lookup answers to one query, before it is printed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "servicetags/snapshot.hpp"

namespace servicetags::cli {

/// One tag that answers a query.
struct Hit {
  const Tag* tag;
  Prefix prefix;
  std::optional<Relation> relation;  ///< of a prefix or range
  std::optional<Address> address;    ///< of a host
};

struct Answer {
  std::vector<Hit> hits;
  std::vector<Address> addresses;  ///< of a host
};

/// The tags that hold an address, prefix, range or host.
/// Errors: those of parse_address(), parse_range() and resolve_host(); invalid_argument
/// for the name of a tag.
Result<Answer> look_up(const Snapshot& snapshot, std::string_view query);

}  // namespace servicetags::cli
