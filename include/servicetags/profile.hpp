/// Requirement profiles: the network access that a service's documentation asks for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/result.hpp"
#include "servicetags/tag.hpp"

namespace servicetags {

enum class Direction : std::uint8_t { inbound, outbound };
enum class Protocol : std::uint8_t { tcp, udp, any };
/// "inbound" and "outbound"; "tcp", "udp" and "any". Static storage.
std::string_view to_string(Direction direction) noexcept;
std::string_view to_string(Protocol protocol) noexcept;

/// Ports from `first` to `last`, both included: 1 <= first <= last.
struct PortRange {
  std::uint16_t first = 1;
  std::uint16_t last = 65535;

  friend bool operator==(const PortRange&, const PortRange&) = default;
};
/// "443" or "29876-29877".
std::string to_string(const PortRange& ports);
/// "80,443,8000-8010".
std::string to_string(std::span<const PortRange> ports);
/// Errors: invalid_argument.
Result<PortRange> parse_ports(std::string_view text);

/// A fact about an installation that some requirements depend on.
struct Condition {
  std::string name;     ///< as `--with` takes it, e.g. "hbi_workspace"
  std::string meaning;  ///< a clause: "the workspace was created with ..."
  bool holds_by_default = false;
};

/// The part of a requirement that says when it holds: always, when a condition does, or
/// when it does not.
struct When {
  std::string condition;  ///< empty: always
  bool negated = false;
};

/// One row of a requirement table: access to a tag, or to a host.
struct Requirement {
  Direction direction = Direction::outbound;
  Protocol protocol = Protocol::tcp;
  std::vector<PortRange> ports;
  std::string tag;   ///< as documented, perhaps with "{region}"; empty for a host
  std::string host;  ///< a name, "*.name", perhaps with "{region}" or "{storage}"; or empty
  std::string path;  ///< of a host: what is needed there, for those who can restrict it
  When when;
  std::vector<Cloud> clouds;  ///< empty: all
  std::string purpose;        ///< a phrase without a final full stop
  std::string source;         ///< the page it is from
  std::string date;           ///< that page's date, YYYY-MM-DD
};

/// Something the documentation says that no rule can.
struct Note {
  std::string text;
  When when;
};

/// A profile as documented at one time.
struct Edition {
  std::string name;  ///< "2021-11"
  std::string date;  ///< YYYY-MM-DD
  std::string source;
  std::vector<Condition> conditions;
  std::vector<Requirement> requirements;  ///< in the documentation's order
  std::vector<Note> notes;
};

/// All editions of one service's requirements, oldest first. A plain value.
struct Profile {
  std::string name;  ///< "azure-machine-learning"
  std::string title;
  std::vector<Edition> editions;  ///< at least one

  /// The edition of this name, or for "" the latest; null when there is none.
  [[nodiscard]] const Edition* find_edition(std::string_view edition) const noexcept;
};

/// Reads a profile, the format of which src/rules/profiles/profile.schema.json describes.
///
/// What reaches firewalls is checked here once: tags, hosts and paths hold only the
/// characters that such names have, text has no control characters.
/// Errors: malformed_json, limit_exceeded, and invalid_profile with pointer and byte.
Result<Profile> parse_profile(std::string_view json);

/// The profiles that come with the library, sorted by name. Any thread; static storage.
std::span<const Profile> builtin_profiles();

/// A built-in profile by name, ignoring case; null when there is none.
const Profile* find_builtin_profile(std::string_view name);

/// What differs between two editions, a line for each row: "+ ..." or "- ...".
std::vector<std::string> diff_editions(const Edition& before, const Edition& after);

}  // namespace servicetags
