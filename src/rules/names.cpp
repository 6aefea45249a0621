// Tested by: tests/unit/profile_test.cpp
#include "rules/names.hpp"

#include <algorithm>

#include "support/ascii.hpp"

namespace servicetags::rules {
namespace {

bool is_alphanumeric(char c) noexcept {
  return ascii::is_digit(c) || ascii::is_lower(c) || ascii::is_upper(c);
}

/// A label in which "{word}" may stand.
bool is_label_pattern(std::string_view text) noexcept {
  const auto open = text.find('{');
  if (open == std::string_view::npos) return is_label(text);
  const auto close = text.find('}', open);
  if (close == std::string_view::npos || !is_word(text.substr(open + 1, close - open - 1))) {
    return false;
  }
  const auto is_part = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-'; });
  };
  return is_part(text.substr(0, open)) && is_part(text.substr(close + 1));
}

}  // namespace

bool is_tag_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 128 && is_alphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_tag_pattern(std::string_view text) noexcept {
  constexpr std::string_view kRegion = ".{region}";
  if (text.ends_with(kRegion)) text.remove_suffix(kRegion.size());
  return is_tag_name(text);
}

bool is_label(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || c == '-';
         });
}

bool is_host_pattern(std::string_view text, bool parameters) noexcept {
  if (text.size() > 253) return false;
  if (text.starts_with("*.")) text.remove_prefix(2);
  std::size_t labels = 0;
  while (true) {
    const auto dot = std::min(text.find('.'), text.size());
    const std::string_view label = text.substr(0, dot);
    if (!(parameters ? is_label_pattern(label) : is_label(label))) return false;
    ++labels;
    if (dot == text.size()) break;
    text.remove_prefix(dot + 1);
  }
  // A last part of digits would be taken for an address.
  return labels >= 2 && !std::all_of(text.begin(), text.end(), ascii::is_digit);
}

bool is_path(std::string_view text) noexcept {
  constexpr std::string_view kOthers = "/-._~";
  if (text.ends_with("/*")) text.remove_suffix(1);
  return text.starts_with('/') && text.size() <= 300 &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
         });
}

bool is_word(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 63 && ascii::is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return ascii::is_lower(c) || ascii::is_digit(c) || c == '_' || c == '-';
         });
}

bool is_phrase(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 300 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace servicetags::rules
