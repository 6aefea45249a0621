// Tested by: tests/unit/cache_test.cpp
#include "fetch/cache_format.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "support/sha256.hpp"

namespace servicetags::fetch {
namespace {

constexpr std::string_view kFirst = "servicetags-cache 2 ";
constexpr std::size_t kHashSize = 64;
constexpr std::size_t kBegin = kFirst.size() + kHashSize + 1;

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

/// Where the payload's bytes begin; nothing when the head is not whole.
std::optional<std::size_t> head_size(std::string_view file) {
  if (file.size() < kBegin || !file.starts_with(kFirst) || file[kBegin - 1] != '\n') {
    return std::nullopt;
  }
  const std::size_t empty_line = file.find("\n\n", kBegin);
  if (empty_line == std::string_view::npos) return std::nullopt;
  const std::size_t size = empty_line + 2;
  const std::string_view fields = file.substr(kBegin, size - kBegin);
  if (sha256_of({fields}) != file.substr(kFirst.size(), kHashSize)) return std::nullopt;
  return size;
}

}  // namespace

std::string cache_head(const CachedPayload& payload) {
  std::string fields = "sha256: " + sha256_of({payload.bytes}) + "\n";
  for (const TextField& field : kTexts) {
    if (field.member == &CachedPayload::sha256) continue;
    fields += std::string(field.name) + ": " + one_line(payload.*field.member) + "\n";
  }
  for (const TimeField& field : kTimes) {
    fields += std::string(field.name) + ": " +
              std::to_string((payload.*field.member).time_since_epoch().count()) + "\n";
  }
  fields += "\n";
  return std::string(kFirst) + sha256_of({fields}) + "\n" + fields;
}

std::optional<CachedPayload> parse_cache_head(std::string_view file) {
  const auto size = head_size(file);
  if (!size) return std::nullopt;
  CachedPayload payload;
  for (std::string_view lines = file.substr(kBegin, *size - kBegin - 1); !lines.empty();) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    if (!set_field(payload, line.substr(0, colon), line.substr(colon + 2))) return std::nullopt;
  }
  return payload;
}

std::optional<CachedPayload> parse_cache(std::string file) {
  auto payload = parse_cache_head(file);
  if (!payload) return std::nullopt;
  payload->bytes = std::move(file.erase(0, *head_size(file)));
  if (sha256_of({payload->bytes}) != payload->sha256) return std::nullopt;
  return payload;
}

}  // namespace servicetags::fetch
