// The file that keeps one payload:
//
//     servicetags-cache 1 SHA256      of all that follows this line
//     source: https://...
//     fetched_at: 1763900000000       milliseconds since 1970
//     ...                             one line a field, the order does not matter
//                                     an empty line
//     {"changeNumber": ...            the payload's bytes
//
// Tested by: tests/unit/cache_test.cpp
#pragma once

#include <optional>
#include <string>

#include "servicetags/cache.hpp"

namespace servicetags::fetch {

/// All that comes before the payload's bytes.
std::string cache_head(const CachedPayload& payload);

/// Absent when the file is not whole, whatever it is.
std::optional<CachedPayload> parse_cache(std::string file);

}  // namespace servicetags::fetch
