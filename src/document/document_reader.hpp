// Finds its way through the shapes a service tag file comes in: which key stands where,
// and which kind of value it takes. What the values must be is the DocumentBuilder's.
//
//     text       := page | [page, ...] | tag | [tag, ...]
//     page       := {values | value: [tag, ...], cloud, changeNumber, nextLink, ...}
//     tag        := {name, properties, ...}
//     properties := {addressPrefixes: [string, ...], region, systemService, changeNumber,
//                    networkFeatures: [string, ...], ...}
//
// An object at the top, or in an array there, is a page once it has `values`, a tag once
// it has `properties`; until then its values are kept aside, as keys come in any order.
// Tested by: tests/unit/document_shapes_test.cpp, document_errors_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/document_builder.hpp"
#include "document/field.hpp"
#include "json/json_reader.hpp"

namespace servicetags::document {

/// The events of one text, made into calls of the builder.
class DocumentReader final : public json::Events {
 public:
  explicit DocumentReader(DocumentBuilder& builder) : builder_(builder) {
    levels_.push_back({State::top});
  }

  json::Verdict on_key(std::string_view key, const json::Path& path) override;
  json::Verdict on_scalar(const json::Scalar& scalar, const json::Path& path) override;
  json::Verdict on_begin(json::Kind kind, const json::Path& path) override;
  json::Verdict on_end(const json::Path& path) override;

 private:
  enum class State : std::uint8_t {
    top,         ///< before and after the one value of the text
    items,       ///< in an array at the top
    item,        ///< in an object that may turn out a page or a tag
    page,        ///< in a page
    tags,        ///< in its array of tags
    tag,         ///< in a tag
    properties,  ///< in its properties
    prefixes,    ///< in the array of prefixes
    features,    ///< in the array of network features
  };
  struct Level {
    State state;
    Field field = Field::other;  ///< the last key, of an object
    std::uint16_t seen = 0;      ///< the known keys so far, a bit each

    [[nodiscard]] bool has(Field wanted) const noexcept { return (seen & bit(wanted)) != 0; }
    static std::uint16_t bit(Field wanted) noexcept {
      return static_cast<std::uint16_t>(1U << static_cast<unsigned>(wanted));
    }
  };
  /// A value of an object that is not yet known to be a page or a tag.
  struct Pending {
    Field field;
    json::Kind kind;
    std::string text;
    std::optional<std::uint64_t> whole;
    json::Place place;
  };

  /// The state inside an array or object that begins now; none when none belongs here.
  [[nodiscard]] std::optional<State> inside(json::Kind kind) const noexcept;
  json::Verdict enter(State state, const json::Path& path);
  /// Settles what the innermost object is, and goes through the values kept aside.
  json::Verdict decide(State state);
  json::Verdict check_decision(State state);
  json::Verdict on_member(Field field, const json::Scalar& value, const json::Path& path);
  json::Verdict on_page_member(Field field, const json::Scalar& value, json::Place place);
  json::Verdict on_tag_member(Field field, const json::Scalar& value, json::Place place);
  json::Verdict on_property(Field field, const json::Scalar& value);
  json::Verdict end_of(const Level& level, const json::Path& path);
  json::Verdict end_of_tag(const Level& level, const json::Path& path);

  DocumentBuilder& builder_;
  std::vector<Level> levels_;
  std::size_t skipped_ = 0;         ///< open arrays and objects that are passed over
  std::optional<State> items_are_;  ///< page or tag, once the first in an array is known
  std::vector<Pending> pending_;
  Page page_;
};

}  // namespace servicetags::document
