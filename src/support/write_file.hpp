// Replaces files so that a reader, or a machine that loses power, sees the old content or
// the new one and never a part.
// Tested by: tests/unit/write_file_test.cpp
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "servicetags/result.hpp"

namespace servicetags {

/// Writes the parts, one after the other, to a temporary file beside `path`, has it reach
/// the disk, and renames it. Permissions: 0644 less the user's mask.
/// Errors: io_failed with the system's reason, `where` the path; the old file is then as it
///         was, and the temporary one gone.
Result<void> replace_file(const std::string& path, std::initializer_list<std::string_view> parts);

/// Removes temporary files that replace_file() of this path left behind when its process
/// was killed. REQUIRES that nobody is replacing the file now.
void remove_leftovers(const std::string& path);

}  // namespace servicetags
