// A file's bytes in memory, aligned for whatever is in them: mapped or copied.
// Tested by: tests/unit/image_test.cpp
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "servicetags/result.hpp"

namespace servicetags {

/// Bytes that stay where they are as long as `owner` or a copy of it is kept. They begin at a
/// multiple of kAlignment.
struct Image {
  static constexpr std::size_t kAlignment = 128;

  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;

  /// Errors: io_failed with the system's reason, `where` the path.
  static Result<Image> map(const std::string& path);
  static Image copy(std::string_view bytes);
};

}  // namespace servicetags
