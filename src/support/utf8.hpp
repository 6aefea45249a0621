// Tested by: tests/unit/utf8_test.cpp
#pragma once

#include <string_view>

namespace servicetags {

/// Whether each of these bytes is a character of ASCII.
bool is_ascii(std::string_view text) noexcept;

/// Whether these bytes are UTF-8 (RFC 3629): no surrogates, nothing overlong.
bool is_utf8(std::string_view text) noexcept;

}  // namespace servicetags
