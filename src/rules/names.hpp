// The characters that names in a profile may have, checked before they reach a firewall.
// Tested by: tests/unit/profile_test.cpp
#pragma once

#include <string_view>

namespace servicetags::rules {

/// A tag's name: letters, digits, '.', '_' and '-', a letter or digit first, at most 128.
bool is_tag_name(std::string_view text) noexcept;

/// A tag's name, in which "{region}" may stand once as the last part.
bool is_tag_pattern(std::string_view text) noexcept;

/// A host: labels of letters, digits and hyphens (RFC 1123), two or more; "*." may come
/// first. With `parameters`, "{name}" may stand for a label or a part of one.
bool is_host_pattern(std::string_view text, bool parameters) noexcept;

/// One label of a host name: 1 to 63 letters, digits and inner hyphens.
bool is_label(std::string_view text) noexcept;

/// A URL path of unreserved characters, slashes, and `*` at the end.
bool is_path(std::string_view text) noexcept;

/// Lower case words with underscores: conditions, parameters, and profile names with
/// hyphens.
bool is_word(std::string_view text) noexcept;

/// Printable ASCII, 1 to 300 bytes.
bool is_phrase(std::string_view text) noexcept;

}  // namespace servicetags::rules
