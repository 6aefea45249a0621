// Tested by: tests/unit/json_path_test.cpp
#include "json/path.hpp"

#include <algorithm>
#include <cassert>

#include "support/ascii.hpp"

namespace servicetags::json {
namespace {

constexpr std::size_t kShownKey = 100;

/// RFC 3986: what a fragment may hold as it is, but for the two signs that RFC 6901 escapes.
bool is_plain(char c) noexcept {
  constexpr std::string_view kSigns = "-._!$&'()*+,;=:@?";
  return ascii::is_digit(c) || ascii::is_lower(c) || ascii::is_upper(c) ||
         kSigns.find(c) != std::string_view::npos;
}

void append_key(std::string& out, std::string_view key) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : key.substr(0, kShownKey)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c)) {
      out += c;
    } else if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  if (key.size() > kShownKey) out += "...";
}

/// From an opening quote to the byte after the closing one.
std::size_t after_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

}  // namespace

void Path::on_key(std::string_view key) {
  assert(!frames_.empty() && !frames_.back().is_array);
  event_ = next_event_++;
  keys_.push_back({key_text_.size(), key.size(), event_});
  key_text_ += key;
}

void Path::enter(bool is_array) { frames_.push_back({is_array, 0, event_, keys_.size()}); }

void Path::on_end() noexcept {
  assert(!frames_.empty());
  const Frame& frame = frames_.back();
  event_ = frame.begin_event;
  ++next_event_;
  if (frame.first_key < keys_.size()) key_text_.resize(keys_[frame.first_key].begin);
  keys_.resize(frame.first_key, Key{});
  frames_.pop_back();
}

std::string Path::steps(std::size_t frame_count) const {
  std::string out = "#";
  for (std::size_t i = 0; i < frame_count; ++i) append_step(out, i);
  return out;
}

void Path::append_step(std::string& out, std::size_t frame_index) const {
  const Frame& frame = frames_[frame_index];
  if (frame.is_array) {
    if (frame.count > 0) out += '/' + std::to_string(frame.count - 1);
    return;
  }
  const bool innermost = frame_index + 1 == frames_.size();
  const std::size_t end = innermost ? keys_.size() : frames_[frame_index + 1].first_key;
  if (end == frame.first_key) return;
  out += '/';
  append_key(out, text_of(keys_[end - 1]));
}

std::optional<Place> Path::repeated_key() const {
  const Key* repeat = find_repeat(std::span(keys_).subspan(frames_.back().first_key));
  if (repeat == nullptr) return std::nullopt;
  Place place{container() + '/', repeat->event};
  append_key(place.pointer, text_of(*repeat));
  return place;
}

const Path::Key* Path::find_repeat(std::span<const Key> keys) const {
  constexpr std::size_t kFew = 16;  // until then comparing all pairs is faster
  if (keys.size() <= kFew) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (text_of(keys[i]) == text_of(keys[j])) return &keys[i];
      }
    }
    return nullptr;
  }
  std::vector<const Key*> sorted;
  for (const Key& key : keys) sorted.push_back(&key);
  std::sort(sorted.begin(), sorted.end(), [this](const Key* a, const Key* b) {
    const auto order = text_of(*a) <=> text_of(*b);
    return order != 0 ? order < 0 : a->event < b->event;
  });
  const auto same = [this](const Key* a, const Key* b) { return text_of(*a) == text_of(*b); };
  const auto found = std::adjacent_find(sorted.begin(), sorted.end(), same);
  return found == sorted.end() ? nullptr : *std::next(found);
}

std::size_t offset_of(std::string_view text, std::size_t event) noexcept {
  constexpr std::string_view kBrackets = "[]{}";
  std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (;; --event) {
    at = std::min(text.find_first_not_of(" \t\r\n,:", at), text.size());
    if (event == 0 || at == text.size()) return at;
    if (text[at] == '"') {
      at = after_string(text, at);
    } else if (kBrackets.find(text[at]) != std::string_view::npos) {
      ++at;
    } else {
      at = std::min(text.find_first_of(" \t\r\n,]}", at), text.size());
    }
  }
}

}  // namespace servicetags::json
