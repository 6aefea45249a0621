#include "log_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace servicetags::cli {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\"\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\"\r\n") - begin + 1);
}

/// Where the field that begins at `at` ends: at a separator, a newline, or the end.
std::size_t field_end(std::string_view text, std::size_t at, LogFormat format) {
  const char separator = format == LogFormat::csv ? ',' : '\t';
  if (format == LogFormat::csv && at < text.size() && text[at] == '"') {
    // A quote within quotes is written twice.
    while (true) {
      at = text.find('"', at + 1);
      if (at == std::string_view::npos) return text.size();
      if (++at == text.size() || text[at] != '"') break;
    }
  }
  while (at < text.size() && text[at] != separator && text[at] != '\n') ++at;
  return at;
}

/// A field of a line without quotes; empty when there are fewer.
std::string_view plain_field(std::string_view line, char separator, std::size_t column) {
  for (; column > 0; --column) {
    const std::size_t end = line.find(separator);
    if (end == std::string_view::npos) return {};
    line.remove_prefix(end + 1);
  }
  return line.substr(0, line.find(separator));
}

/// The record and its field, where quotes may hide separators and newlines.
LogRecord read_quoted(std::string_view text, std::size_t column) {
  LogRecord record;
  std::size_t at = 0;
  for (std::size_t i = 0;; ++i) {
    const std::size_t field = field_end(text, at, LogFormat::csv);
    if (i == column) record.field = trimmed(text.substr(at, field - at));
    if (field == text.size() || text[field] == '\n') {
      record.text = text.substr(0, field);
      return record;
    }
    at = field + 1;
  }
}

}  // namespace

LogRecord read_record(std::string_view text, LogFormat format, std::size_t column) {
  LogRecord record;
  const std::string_view line = text.substr(0, text.find('\n'));
  if (format == LogFormat::tsv || line.find('"') == std::string_view::npos) {
    const char separator = format == LogFormat::csv ? ',' : '\t';
    record.text = line;
    record.field = trimmed(plain_field(line, separator, column));
  } else {
    record = read_quoted(text, column);
  }
  const std::size_t end = record.text.size();
  record.end = text.substr(end, 1);
  if (record.text.ends_with('\r') && !record.end.empty()) {
    record.text.remove_suffix(1);
    record.end = text.substr(end - 1, 2);
  }
  return record;
}

std::vector<std::string> columns_of(std::string_view record, LogFormat format) {
  std::vector<std::string> columns;
  for (std::size_t at = 0; at <= record.size();) {
    const std::size_t end = field_end(record, at, format);
    columns.emplace_back(trimmed(record.substr(at, end - at)));
    at = end + 1;
  }
  return columns;
}

namespace {

/// Reads over JSON without judging it: only where things begin and end.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] char here() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (at_ < text_.size() && (here() == ' ' || here() == '\t' || here() == '\r')) ++at_;
  }
  bool take(char wanted) {
    skip_blanks();
    if (here() != wanted) return false;
    ++at_;
    return true;
  }
  /// What is between the quotes, as it is written.
  std::optional<std::string_view> take_string() {
    if (!take('"')) return std::nullopt;
    const std::size_t begin = at_;
    while (at_ < text_.size() && here() != '"') at_ += here() == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return std::nullopt;
    return text_.substr(begin, at_++ - begin);
  }
  /// Over any value, up to what follows it.
  bool skip_value() {
    skip_blanks();
    if (here() == '"') return take_string().has_value();
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = here();
      if (c == '"') {
        if (!take_string()) return false;
        continue;
      }
      const bool closes = c == '}' || c == ']';
      if (depth == 0 && (closes || c == ',')) return true;
      if (c == '{' || c == '[') ++depth;
      if (closes) --depth;
      ++at_;
    }
    return depth == 0;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

JsonPlace find_json_text(std::string_view line, const std::vector<std::string>& path) {
  JsonPlace place;
  JsonScanner scanner(line);
  std::vector<bool> is_on_path;  // for each object that is open
  if (!scanner.take('{')) return {};
  is_on_path.push_back(true);
  std::size_t members = 0;  // of the outermost object
  while (true) {
    if (scanner.take('}')) {
      is_on_path.pop_back();
      if (is_on_path.empty()) break;
      scanner.take(',');
      continue;
    }
    const auto key = scanner.take_string();
    if (!key || !scanner.take(':')) return {};
    const std::size_t depth = is_on_path.size();
    members += depth == 1 ? 1 : 0;
    const bool is_wanted = is_on_path.back() && depth <= path.size() && *key == path[depth - 1];
    scanner.skip_blanks();
    if (is_wanted && depth < path.size() && scanner.take('{')) {
      is_on_path.push_back(true);
      continue;
    }
    if (is_wanted && depth == path.size() && scanner.here() == '"') {
      const auto value = scanner.take_string();
      if (!value) return {};
      place.text = *value;
    } else if (!scanner.skip_value()) {
      return {};
    }
    scanner.take(',');
  }
  place.insert_at = scanner.at() - 1;
  place.is_empty = members == 0;
  scanner.skip_blanks();
  return scanner.at() == line.size() ? place : JsonPlace{};
}

namespace {

enum Kind : std::uint8_t { kOther, kInAddress, kInWord };

/// What a byte may be part of.
constexpr std::array<Kind, 256> kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (unsigned c = 'a'; c <= 'z'; ++c) kinds[c] = c <= 'f' ? kInAddress : kInWord;
  for (unsigned c = 'A'; c <= 'Z'; ++c) kinds[c] = c <= 'F' ? kInAddress : kInWord;
  for (unsigned c = '0'; c <= '9'; ++c) kinds[c] = kInAddress;
  kinds['.'] = kinds[':'] = kInAddress;
  kinds['_'] = kInWord;
  for (unsigned c = 128; c < 256; ++c) kinds[c] = kInWord;
  return kinds;
}();

Kind kind_of(char c) { return kKinds[static_cast<unsigned char>(c)]; }

/// The address's length at the front of a run of address bytes; 0 when it cannot be one.
std::size_t address_length(std::string_view run) {
  while (run.ends_with('.')) run.remove_suffix(1);
  const auto dots = std::count(run.begin(), run.end(), '.');
  const auto colons = std::count(run.begin(), run.end(), ':');
  if (dots == 3 && colons <= 1) {
    const std::size_t colon = run.find(':');  // a port
    return std::min(colon, run.size());
  }
  if (run.ends_with(':') && !run.ends_with("::")) run.remove_suffix(1);
  const bool is_full = dots == 0 && std::count(run.begin(), run.end(), ':') == 7;
  return run.size() <= 45 && (is_full || run.find("::") != std::string_view::npos) ? run.size() : 0;
}

}  // namespace

AddressPlace find_address_text(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size();) {
    if (kind_of(text[at]) == kOther) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    bool is_word = false;
    for (; at < text.size() && kind_of(text[at]) != kOther; ++at) {
      is_word = is_word || kind_of(text[at]) == kInWord;
    }
    if (is_word || at - begin < 2) continue;
    const std::size_t length = address_length(text.substr(begin, at - begin));
    if (length > 0) return {begin, begin + length};
  }
  return {};
}

}  // namespace servicetags::cli
