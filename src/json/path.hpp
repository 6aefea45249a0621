// Where in a JSON text its reader is: the open arrays and objects, as a JSON pointer.
// Tested by: tests/unit/json_path_test.cpp
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servicetags::json {

/// One spot of a text. Events are numbered from 0: each key, each scalar, and each
/// begin and end of an array or object is one; offset_of() turns them into bytes.
struct Place {
  std::string pointer;
  std::size_t event = 0;
};

/// Fed by the reader with every event; asked by its client when there is something
/// to tell. Feeding allocates nothing once the text's depth and widest objects are seen.
class Path {
 public:
  /// RFC 6901 as a URI fragment: "#/values/3/region". Bytes a URI does not take are
  /// percent-encoded, so that the text is safe to print; long keys are shortened to
  /// about 100 bytes and end in "...".
  [[nodiscard]] std::string pointer() const { return steps(frames_.size()); }
  /// The event at hand. At the end of an array or object, its begin.
  [[nodiscard]] Place here() const { return {pointer(), event_}; }
  /// The innermost array or object that is open.
  [[nodiscard]] std::string container() const {
    return steps(frames_.empty() ? 0 : frames_.size() - 1);
  }

  [[nodiscard]] std::size_t depth() const noexcept { return frames_.size(); }
  /// Of the innermost open object. REQUIRES that there is one.
  [[nodiscard]] std::size_t members() const noexcept {
    return keys_.size() - frames_.back().first_key;
  }

  void on_key(std::string_view key);
  void on_scalar() noexcept { count_value(); }
  /// Goes on inside the array or object once enter() is called.
  void on_begin() noexcept { count_value(); }
  void enter(bool is_array);
  /// Leaves the innermost array or object; here() is its begin until the next event.
  void on_end() noexcept;

  /// Where the innermost open object gives one of its keys again, if it does. O(n log n).
  /// REQUIRES that there is one.
  [[nodiscard]] std::optional<Place> repeated_key() const;
  /// How many events there were.
  [[nodiscard]] std::size_t events() const noexcept { return next_event_; }

 private:
  struct Key {
    std::size_t begin;  ///< in key_text_
    std::size_t size;
    std::size_t event;
  };
  struct Frame {
    bool is_array;
    std::size_t count;        ///< values begun, in an array
    std::size_t begin_event;  ///< of the array or object itself
    std::size_t first_key;    ///< in keys_, of an object
  };

  void count_value() noexcept {
    event_ = next_event_++;
    if (!frames_.empty()) ++frames_.back().count;
  }
  [[nodiscard]] std::string_view text_of(const Key& key) const noexcept {
    return std::string_view(key_text_).substr(key.begin, key.size);
  }
  [[nodiscard]] const Key* find_repeat(std::span<const Key> keys) const;
  /// The pointer made of the first frames' current members and elements.
  [[nodiscard]] std::string steps(std::size_t frame_count) const;
  void append_step(std::string& out, std::size_t frame_index) const;

  std::vector<Frame> frames_;
  std::vector<Key> keys_;  ///< of the open objects, outermost first
  std::string key_text_;
  std::size_t event_ = 0;
  std::size_t next_event_ = 0;
};

/// The byte at which an event begins: a value's first byte, a string's opening quote.
/// REQUIRES that `text` is JSON up to and with that event. O(offset).
std::size_t offset_of(std::string_view text, std::size_t event) noexcept;

}  // namespace servicetags::json
