// The file that keeps one payload:
//
//     servicetags-cache 2 SHA256      of the lines up to the empty one, which is among them
//     sha256: 6f1e...                 of the payload's bytes
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
#include <string_view>

#include "servicetags/cache.hpp"

namespace servicetags::fetch {

/// All that comes before the payload's bytes; their SHA-256 is worked out.
std::string cache_head(const CachedPayload& payload);

/// What is known about the payload, without its bytes. `file` may go on or end after the head.
/// Absent when the head is not whole.
std::optional<CachedPayload> parse_cache_head(std::string_view file);

/// Absent when the file is not whole, whatever it is.
std::optional<CachedPayload> parse_cache(std::string file);

}  // namespace servicetags::fetch
