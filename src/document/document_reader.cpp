// Tested by: tests/unit/document_shapes_test.cpp, document_errors_test.cpp
#include "document/document_reader.hpp"

#include <utility>

#include "document/value.hpp"
#include "support/ascii.hpp"

namespace servicetags::document {

using json::kGoOn;
using json::Kind;
using json::Scalar;
using json::Verdict;

Verdict DocumentReader::on_key(std::string_view key, const json::Path&) {
  if (skipped_ > 0) return kGoOn;
  Level& level = levels_.back();
  level.field = level.state == State::properties ? property_field(key) : object_field(key);
  if (level.field == Field::other) return kGoOn;
  if (level.has(level.field)) {
    return unexpected("the key " + ascii::quoted(key) +
                      " is already in the object, in this or another spelling");
  }
  level.seen |= Level::bit(level.field);
  if (level.field == Field::values) return decide(State::page);
  if (level.field == Field::properties) return decide(State::tag);
  return kGoOn;
}

Verdict DocumentReader::decide(State state) {
  if (levels_.back().state == state) return kGoOn;
  if (auto refusal = check_decision(state)) return refusal;
  levels_.back().state = state;
  if (state == State::tag) {
    if (auto refusal = builder_.begin_tag()) return refusal;
  }
  for (Pending& value : pending_) {
    const Scalar scalar{value.kind, value.text, value.whole};
    Verdict verdict = state == State::page ? on_page_member(value.field, scalar, value.place)
                                           : on_tag_member(value.field, scalar, value.place);
    if (verdict) {
      verdict->place = std::move(value.place);
      return verdict;
    }
  }
  return kGoOn;
}

Verdict DocumentReader::check_decision(State state) {
  if (levels_.back().state != State::item) {
    return unexpected("an object has either values, as a page, or properties, as a tag, not both");
  }
  if (levels_[levels_.size() - 2].state != State::items) return kGoOn;
  if (items_are_.value_or(state) != state) {
    return unexpected("an array holds either pages or tags, not both");
  }
  items_are_ = state;
  return kGoOn;
}

Verdict DocumentReader::on_begin(Kind kind, const json::Path& path) {
  if (skipped_ > 0) {
    ++skipped_;
    return kGoOn;
  }
  if (const auto state = inside(kind)) return enter(*state, path);
  Verdict verdict = on_scalar({kind, {}, {}}, path);
  if (!verdict) skipped_ = 1;  // a value of no interest
  return verdict;
}

std::optional<DocumentReader::State> DocumentReader::inside(Kind kind) const noexcept {
  const Level& level = levels_.back();
  const bool is_array = kind == Kind::array;
  switch (level.state) {
    case State::top: return is_array ? State::items : State::item;
    case State::items: return is_array ? std::nullopt : std::optional(State::item);
    case State::tags: return is_array ? std::nullopt : std::optional(State::tag);
    case State::page:
      if (is_array && level.field == Field::values) return State::tags;
      return std::nullopt;
    case State::tag:
      if (!is_array && level.field == Field::properties) return State::properties;
      return std::nullopt;
    case State::properties:
      if (is_array && level.field == Field::prefixes) return State::prefixes;
      if (is_array && level.field == Field::features) return State::features;
      return std::nullopt;
    case State::item:
    case State::prefixes:
    case State::features: return std::nullopt;
  }
  return std::nullopt;
}

Verdict DocumentReader::enter(State state, const json::Path& path) {
  levels_.push_back({state});
  if (state == State::tag) return builder_.begin_tag();
  if (state == State::features) builder_.begin_features();
  if (state == State::item) {
    pending_.clear();
    page_ = Page{path.here(), {}, {}, {}};
  }
  return kGoOn;
}

Verdict DocumentReader::on_scalar(const Scalar& value, const json::Path& path) {
  if (skipped_ > 0) return kGoOn;
  switch (levels_.back().state) {
    case State::prefixes:
      if (value.kind == Kind::string) return builder_.add_prefix(value.text, path);
      return wrong_type("a prefix as a string", value.kind);
    case State::features:
      if (value.kind == Kind::string) return builder_.add_feature(value.text);
      return wrong_type("a network feature as a string", value.kind);
    case State::tags: return wrong_type_or_flattened("a tag as an object", value.kind);
    case State::items: return wrong_type_or_flattened("a tag or page as an object", value.kind);
    case State::top: return wrong_type("an object or array of service tags", value.kind);
    case State::item:
    case State::page:
    case State::tag:
    case State::properties: break;
  }
  const Field field = levels_.back().field;
  return field == Field::other ? kGoOn : on_member(field, value, path);
}

Verdict DocumentReader::on_member(Field field, const Scalar& value, const json::Path& path) {
  switch (levels_.back().state) {
    case State::properties: return on_property(field, value);
    case State::tag: return on_tag_member(field, value, path.here());
    case State::page: return on_page_member(field, value, path.here());
    default: break;
  }
  pending_.push_back({field, value.kind, std::string(value.text), value.whole, path.here()});
  return kGoOn;
}

Verdict DocumentReader::on_page_member(Field field, const Scalar& value, json::Place place) {
  if (field == Field::values) return wrong_type_or_flattened("an array of tags", value.kind);
  if (field == Field::cloud) {
    if (value.kind != Kind::string) return wrong_type("a cloud's name as a string", value.kind);
    const auto cloud = parse_cloud(value.text);
    if (!cloud) return unexpected(cloud.error().message);
    page_.cloud = {*cloud, std::move(place)};
  } else if (field == Field::change_number) {
    const auto number = whole_number(value);
    if (!number) return not_whole(value);
    page_.change_number = {*number, std::move(place)};
  } else if (field == Field::next_link) {
    if (value.kind != Kind::null && value.kind != Kind::string) {
      return wrong_type("a link as a string, or null", value.kind);
    }
    page_.next_link = {!value.text.empty(), std::move(place)};
  }
  return kGoOn;
}

Verdict DocumentReader::on_tag_member(Field field, const Scalar& value, json::Place place) {
  if (field == Field::properties) {
    return wrong_type_or_flattened("the tag's properties as an object", value.kind);
  }
  if (field != Field::name) return kGoOn;
  if (value.kind != Kind::string) return wrong_type("the tag's name as a string", value.kind);
  return builder_.set_name(value.text, std::move(place));
}

Verdict DocumentReader::on_property(Field field, const Scalar& value) {
  const bool is_null = value.kind == Kind::null;
  const bool is_string = value.kind == Kind::string;
  switch (field) {
    case Field::prefixes:
      return wrong_type_or_flattened("the prefixes as an array of strings", value.kind);
    case Field::features:
      if (is_null) return kGoOn;
      return wrong_type_or_flattened("the network features as an array of strings, or null",
                                     value.kind);
    case Field::region:
      if (is_string) return builder_.set_region(value.text);
      return is_null ? kGoOn : Verdict(wrong_type("a region as a string, or null", value.kind));
    case Field::service:
      if (is_string) return builder_.set_service(value.text);
      return is_null ? kGoOn : Verdict(wrong_type("a service as a string, or null", value.kind));
    case Field::change_number: {
      const auto number = whole_number(value);
      if (!number) return not_whole(value);
      builder_.set_change_number(*number);
      return kGoOn;
    }
    default: return kGoOn;
  }
}

Verdict DocumentReader::on_end(const json::Path& path) {
  if (skipped_ > 0) {
    --skipped_;
    return kGoOn;
  }
  const Level level = levels_.back();
  levels_.pop_back();
  return end_of(level, path);
}

Verdict DocumentReader::end_of(const Level& level, const json::Path& path) {
  switch (level.state) {
    case State::prefixes: builder_.end_prefixes(path); return kGoOn;
    case State::properties:
      if (level.has(Field::prefixes)) return kGoOn;
      return unexpected("the tag's properties have no addressPrefixes");
    case State::tag: return end_of_tag(level, path);
    case State::page: return builder_.end_page(std::move(page_));
    case State::item:
      return unexpected("neither a page, with values, nor a tag, with name and properties");
    case State::items:
      if (items_are_ == State::page) return kGoOn;
      return builder_.end_page({path.here(), {}, {}, {}});
    case State::top:
    case State::tags:
    case State::features: return kGoOn;
  }
  return kGoOn;
}

Verdict DocumentReader::end_of_tag(const Level& level, const json::Path& path) {
  if (!level.has(Field::name)) return unexpected("the tag has no name");
  if (!level.has(Field::properties)) return unexpected("the tag has no properties");
  builder_.end_tag(path);
  if (levels_.back().state != State::top) return kGoOn;
  return builder_.end_page({path.here(), {}, {}, {}});
}

}  // namespace servicetags::document
