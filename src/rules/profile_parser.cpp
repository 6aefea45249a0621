// From JSON to a profile.
// Tested by: tests/unit/profile_test.cpp
#include <algorithm>
#include <utility>

#include "json/json_tree.hpp"
#include "rules/names.hpp"
#include "servicetags/profile.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

using json::Kind;
using json::Value;

constexpr json::Limits kLimits{.max_depth = 16, .max_string = 4'096, .max_members = 1'000};
constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;

/// Reads the parts of a profile; the first thing wrong is kept and ends the reading.
class ProfileReader {
 public:
  explicit ProfileReader(std::string_view text) : text_(text) {}

  Result<Profile> read(const Value& root) {
    Profile profile;
    check_keys(root, {"profile", "title", "editions", "$schema"});
    profile.name = text(root, "profile", rules::is_word, "lower case words joined by '-'");
    profile.title = text(root, "title", rules::is_phrase, "printable ASCII");
    for (const Value& item : list(root, "editions")) profile.editions.push_back(edition(item));
    if (profile.editions.empty()) fail(root, "expected at least one edition");
    if (error_) return *std::move(error_);
    return profile;
  }

 private:
  void fail(const Value& value, std::string message) {
    if (!error_) error_ = json::error_at(Errc::invalid_profile, std::move(message), value, text_);
  }

  /// A misspelled key would silently drop what it holds.
  void check_keys(const Value& object, std::initializer_list<std::string_view> known) {
    if (!object.is(Kind::object)) return fail(object, "expected an object");
    for (std::size_t i = 0; i < object.keys.size(); ++i) {
      if (std::find(known.begin(), known.end(), object.keys[i]) == known.end()) {
        fail(object.items[i], "unknown key " + ascii::quoted(object.keys[i]));
      }
    }
  }

  std::string checked(const Value& value, bool (*is_good)(std::string_view) noexcept,
                      std::string_view expected) {
    if (value.is(Kind::string) && is_good(value.text)) return value.text;
    fail(value, "expected " + std::string(expected) +
                    (value.is(Kind::string) ? ", found " + ascii::quoted(value.text) : ""));
    return {};
  }

  std::string text(const Value& object, std::string_view key,
                   bool (*is_good)(std::string_view) noexcept, std::string_view expected) {
    const Value* value = object.find(key);
    if (value != nullptr) return checked(*value, is_good, expected);
    fail(object, "expected the key " + ascii::quoted(key));
    return {};
  }

  std::string optional_text(const Value& object, std::string_view key,
                            bool (*is_good)(std::string_view) noexcept, std::string_view expected) {
    return object.find(key) == nullptr ? std::string{} : text(object, key, is_good, expected);
  }

  const std::vector<Value>& list(const Value& object, std::string_view key) {
    static const std::vector<Value> kNone;
    const Value* value = object.find(key);
    if (value == nullptr) return kNone;
    if (!value->is(Kind::array)) fail(*value, "expected an array");
    return value->items;
  }

  Edition edition(const Value& object) {
    Edition edition;
    check_keys(object, {"edition", "date", "source", "conditions", "rows", "notes"});
    edition.name = text(object, "edition", rules::is_phrase, "printable ASCII");
    edition.date = text(object, "date", rules::is_phrase, "YYYY-MM-DD");
    edition.source = text(object, "source", rules::is_phrase, "the page's address");
    if (const Value* conditions = object.find("conditions")) read_conditions(*conditions, edition);
    for (const Value& row : list(object, "rows")) {
      edition.requirements.push_back(requirement(row, edition));
    }
    for (const Value& item : list(object, "notes")) {
      check_keys(item, {"text", "condition"});
      edition.notes.push_back(
          {text(item, "text", rules::is_phrase, "printable ASCII"), when(item, edition)});
    }
    return edition;
  }

  void read_conditions(const Value& object, Edition& edition) {
    if (!object.is(Kind::object)) return fail(object, "expected an object");
    for (std::size_t i = 0; i < object.keys.size(); ++i) {
      const Value& item = object.items[i];
      check_keys(item, {"meaning", "default"});
      if (!rules::is_word(object.keys[i])) fail(item, "expected a lower case word as its key");
      const Value* by_default = item.find("default");
      if (by_default != nullptr && !by_default->is(Kind::boolean)) {
        fail(*by_default, "expected true or false");
      }
      edition.conditions.push_back({object.keys[i],
                                    text(item, "meaning", rules::is_phrase, "printable ASCII"),
                                    by_default != nullptr && by_default->text == "true"});
    }
  }

  /// "name" or "not name", of a condition that the edition has.
  When when(const Value& object, const Edition& edition) {
    const Value* value = object.find("condition");
    if (value == nullptr) return {};
    constexpr std::string_view kNot = "not ";
    When when;
    when.negated = value->text.starts_with(kNot);
    when.condition = value->text.substr(when.negated ? kNot.size() : 0);
    const bool known =
        std::any_of(edition.conditions.begin(), edition.conditions.end(),
                    [&](const Condition& condition) { return condition.name == when.condition; });
    if (!known) fail(*value, "no condition " + ascii::quoted(when.condition) + " in this edition");
    return when;
  }

  Requirement requirement(const Value& object, const Edition& edition) {
    Requirement row;
    check_keys(object, {"direction", "protocol", "ports", "tag", "host", "path", "condition",
                        "clouds", "purpose", "source", "date"});
    read_direction(object, row);
    read_ports(object, row);
    read_target(object, row);
    row.when = when(object, edition);
    for (const Value& item : list(object, "clouds")) {
      auto cloud = parse_cloud(item.text);
      if (!cloud) fail(item, cloud.error().message);
      if (cloud) row.clouds.push_back(*cloud);
    }
    row.purpose = text(object, "purpose", rules::is_phrase, "printable ASCII");
    row.source = optional_text(object, "source", rules::is_phrase, "the page's address");
    row.date = optional_text(object, "date", rules::is_phrase, "YYYY-MM-DD");
    if (row.source.empty()) row.source = edition.source;
    if (row.date.empty()) row.date = edition.date;
    return row;
  }

  void read_direction(const Value& object, Requirement& row) {
    const std::string direction = text(object, "direction", rules::is_word, "a direction");
    const std::string protocol = text(object, "protocol", rules::is_word, "a protocol");
    if (direction == to_string(Direction::inbound)) {
      row.direction = Direction::inbound;
    } else if (direction != to_string(Direction::outbound)) {
      fail(object, "expected direction 'inbound' or 'outbound'");
    }
    if (protocol == to_string(Protocol::udp)) {
      row.protocol = Protocol::udp;
    } else if (protocol == to_string(Protocol::any)) {
      row.protocol = Protocol::any;
    } else if (protocol != to_string(Protocol::tcp)) {
      fail(object, "expected protocol 'tcp', 'udp' or 'any'");
    }
  }

  void read_ports(const Value& object, Requirement& row) {
    for (const Value& item : list(object, "ports")) {
      auto ports = parse_ports(item.text);
      if (!ports) fail(item, ports.error().message);
      if (ports) row.ports.push_back(*ports);
    }
    if (row.ports.empty()) fail(object, "expected at least one port");
  }

  void read_target(const Value& object, Requirement& row) {
    row.tag = optional_text(object, "tag", rules::is_tag_pattern,
                            "a tag's name, perhaps ending in '.{region}'");
    row.host = optional_text(
        object, "host", [](std::string_view host) noexcept { return is_host(host); },
        "a host name, perhaps beginning in '*.'");
    row.path = optional_text(object, "path", rules::is_path, "a path such as '/a/b/*'");
    row.host = ascii::to_lower(row.host);
    if (object.find("tag") != nullptr && object.find("host") != nullptr) {
      fail(object, "expected a tag or a host, found both");
    }
    if (object.find("tag") == nullptr && object.find("host") == nullptr) {
      fail(object, "expected a tag or a host");
    }
    if (!row.path.empty() && row.host.empty()) fail(object, "a path needs a host");
  }

  static bool is_host(std::string_view host) noexcept { return rules::is_host_pattern(host, true); }

  std::string_view text_;
  std::optional<Error> error_;
};

}  // namespace

Result<Profile> parse_profile(std::string_view json) {
  if (json.size() > kMaxBytes) {
    return Error{Errc::limit_exceeded, "a profile has at most 8 MiB", "#", {}};
  }
  auto root = json::read_tree(json, kLimits);
  if (!root) return std::move(root).error();
  return ProfileReader(json).read(*root);
}

}  // namespace servicetags
