// Unpacks gzip (RFC 1952) held in memory. The only door to zlib.
// Tested by: tests/unit/gzip_test.cpp
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "servicetags/result.hpp"

namespace servicetags::gzip {

/// Whether the bytes begin as gzip does; JSON never does.
bool looks_packed(std::string_view bytes) noexcept;

/// The content of all members, one after the other. Never holds more than `max_bytes`
/// and one buffer of output, whatever the input promises.
/// Errors: limit_exceeded when there is more content; io_failed when the input is cut
///         short, damaged (checksums are checked), or followed by anything else.
///         `offset` is the byte of the packed input where reading stopped.
Result<std::string> unpack(std::string_view packed, std::size_t max_bytes);

}  // namespace servicetags::gzip
