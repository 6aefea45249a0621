// Tested by: tests/unit/document_errors_test.cpp
#include "document/value.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "support/ascii.hpp"

namespace servicetags::document {
namespace {

bool is_alphanumeric(char c) noexcept {
  return ascii::is_digit(c) || ascii::is_lower(c) || ascii::is_upper(c);
}

bool is_safe_name(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 128;
  return !name.empty() && name.size() <= kLongest && is_alphanumeric(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace

json::Refusal unexpected(std::string message) {
  return {Errc::unexpected_shape, std::move(message), {}};
}

json::Refusal wrong_type(std::string_view expected, json::Kind found) {
  return unexpected("expected " + std::string(expected) + ", found " +
                    std::string(json::describe(found)));
}

json::Refusal wrong_type_or_flattened(std::string_view expected, json::Kind found) {
  json::Refusal refusal = wrong_type(expected, found);
  if (found == json::Kind::string) {
    refusal.message += "; if PowerShell wrote it, write it again with `ConvertTo-Json -Depth 10`";
  }
  return refusal;
}

std::optional<std::uint64_t> whole_number(const json::Scalar& value) noexcept {
  if (value.kind != json::Kind::string) return value.whole;
  std::uint64_t number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [stop, failure] = std::from_chars(value.text.data(), end, number);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

json::Refusal not_whole(const json::Scalar& value) {
  constexpr std::string_view kExpected = "a whole number from 0 to 18446744073709551615";
  if (value.kind == json::Kind::number) {
    return unexpected("expected " + std::string(kExpected) +
                      ", found one that is negative, larger, or has a fraction or exponent");
  }
  if (value.kind == json::Kind::string) {
    return unexpected("expected " + std::string(kExpected) + ", found " +
                      ascii::quoted(value.text));
  }
  return wrong_type(kExpected, value.kind);
}

json::Verdict check_name(std::string_view what, std::string_view name) {
  if (is_safe_name(name)) return json::kGoOn;
  return unexpected("the " + std::string(what) + ' ' + ascii::quoted(name) +
                    " is not made of 1 to 128 letters, digits, '.', '_' or '-', beginning with "
                    "a letter or digit");
}

}  // namespace servicetags::document
