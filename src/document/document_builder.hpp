// Checks the content of a document, value by value, and puts it together. Knows what a
// value must be; which key it came from is the DocumentReader's affair.
// Tested by: tests/unit/document_test.cpp, document_errors_test.cpp, document_pages_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json_reader.hpp"
#include "servicetags/document.hpp"

namespace servicetags::document {

/// A value that a page gives, and where.
template <typename T>
struct Given {
  T value;
  json::Place place;
};

/// What a page says besides its tags. A bare array of tags, or a tag alone, is a page
/// that says nothing.
struct Page {
  json::Place place;
  std::optional<Given<Cloud>> cloud;
  std::optional<Given<std::uint64_t>> change_number;
  std::optional<Given<bool>> next_link;  ///< absent without the key; false when null or ""
};

class DocumentBuilder {
 public:
  DocumentBuilder(const ParseLimits& limits, std::span<const std::string_view> texts)
      : limits_(limits), texts_(texts) {}

  /// Everything until the next call is of this text.
  void begin_text(std::size_t number) noexcept { text_ = number; }

  json::Verdict begin_tag();
  json::Verdict set_name(std::string_view name, json::Place place);
  json::Verdict set_region(std::string_view region);
  json::Verdict set_service(std::string_view service);
  void set_change_number(std::uint64_t number) noexcept { tag_.change_number = number; }
  void begin_features() { tag_.features.emplace(); }
  json::Verdict add_feature(std::string_view feature);
  json::Verdict add_prefix(std::string_view text, const json::Path& path);
  /// REQUIRES that `path` is at the end of the array of prefixes.
  void end_prefixes(const json::Path& path);
  /// REQUIRES a name and an array of prefixes, and that `path` is at the tag's end.
  void end_tag(const json::Path& path);
  json::Verdict end_page(Page page);

  /// Checks what can be known only now: that the pages follow on each other, that no
  /// name is given twice, that there are tags at all.
  Result<Document> finish();

  /// Where a place of this text is, for people: "page 2#/values/3", or "#/values/3" when
  /// there is one text only.
  [[nodiscard]] std::string where(std::size_t text, const std::string& pointer) const;

 private:
  struct Spot {
    std::size_t text;
    json::Place place;
  };

  /// Counts a warning. Ask first, so that no text is made for what is not kept.
  bool next_warning_is_kept() noexcept { return ++warning_count_ <= Document::kMaxWarnings; }
  void warn(std::string message, const std::string& pointer);
  [[nodiscard]] Error error_at(const Spot& spot, std::string message) const;
  [[nodiscard]] std::optional<Error> check_pages() const;
  [[nodiscard]] std::optional<Error> check_names() const;
  void summarise_warnings();

  const ParseLimits& limits_;
  std::span<const std::string_view> texts_;
  std::size_t text_ = 0;
  Document document_;
  Tag tag_;
  Spot name_spot_{};
  std::vector<Prefix> prefixes_;  ///< of the tag at hand; kept for its memory
  bool prefixes_ascend_ = true;   ///< each after the one before: then none is repeated
  std::size_t prefix_count_ = 0;  ///< over all tags, with repeats
  std::size_t warning_count_ = 0;
  std::vector<Spot> name_spots_;                     ///< of document_.tags
  std::vector<std::pair<std::size_t, Page>> pages_;  ///< each with the number of its text
};

}  // namespace servicetags::document
