// Reads a whole file or pipe, up to a limit.
// Tested by: tests/unit/file_test.cpp
#pragma once

#include <cstddef>
#include <string>

#include "servicetags/result.hpp"

namespace servicetags {

/// The content of a regular file, a pipe or a device such as /dev/stdin. gzip is
/// recognised by its first bytes and unpacked. No more than `max_bytes` are kept in
/// memory, of the file as of its unpacked content, and one byte or buffer beyond.
/// Errors: limit_exceeded; io_failed with the system's reason (missing, not permitted,
///         a directory) or that of gzip::unpack(). `where` is the path.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

}  // namespace servicetags
