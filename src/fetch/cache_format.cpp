// Tested by: tests/unit/cache_test.cpp
#include "fetch/cache_format.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "support/sha256.hpp"

namespace servicetags::fetch {
namespace {

constexpr std::string_view kFirst = "servicetags-cache 1 ";
constexpr std::size_t kHashSize = 64;

struct TextField {
  std::string_view name;
  std::string CachedPayload::*member;
};
constexpr std::array<TextField, 5> kTexts{{{"sha256", &CachedPayload::sha256},
                                           {"source", &CachedPayload::source},
                                           {"file_name", &CachedPayload::file_name},
                                           {"etag", &CachedPayload::etag},
                                           {"last_modified", &CachedPayload::last_modified}}};

struct TimeField {
  std::string_view name;
  Timestamp CachedPayload::*member;
};
constexpr std::array<TimeField, 2> kTimes{
    {{"fetched_at", &CachedPayload::fetched_at}, {"checked_at", &CachedPayload::checked_at}}};

/// Foreign text in one line.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = '?';
  }
  return line;
}

std::optional<Timestamp> parse_time(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(number));
}

/// Sets one field; false when its value cannot be. Fields of later versions are passed over.
bool set_field(CachedPayload& payload, std::string_view name, std::string_view value) {
  for (const TextField& field : kTexts) {
    if (field.name == name) payload.*field.member = value;
  }
  for (const TimeField& field : kTimes) {
    if (field.name != name) continue;
    const auto time = parse_time(value);
    if (!time) return false;
    payload.*field.member = *time;
  }
  return true;
}

}  // namespace

std::string cache_head(const CachedPayload& payload) {
  std::string fields;
  for (const TextField& field : kTexts) {
    fields += std::string(field.name) + ": " + one_line(payload.*field.member) + "\n";
  }
  for (const TimeField& field : kTimes) {
    fields += std::string(field.name) + ": " +
              std::to_string((payload.*field.member).time_since_epoch().count()) + "\n";
  }
  fields += "\n";
  return std::string(kFirst) + sha256_of({fields, payload.bytes}) + "\n" + fields;
}

std::optional<CachedPayload> parse_cache(std::string file) {
  const std::string_view text = file;
  constexpr std::size_t kBegin = kFirst.size() + kHashSize + 1;
  if (text.size() < kBegin || !text.starts_with(kFirst) || text[kBegin - 1] != '\n') {
    return std::nullopt;
  }
  if (sha256_of({text.substr(kBegin)}) != text.substr(kFirst.size(), kHashSize)) {
    return std::nullopt;
  }
  CachedPayload payload;
  for (std::size_t at = kBegin; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) {
      payload.bytes = std::move(file.erase(0, at));
      return payload;
    }
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    if (!set_field(payload, line.substr(0, colon), line.substr(colon + 2))) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace servicetags::fetch
