// Profiles as values: names, ports, editions and what differs between two.
// Tested by: tests/unit/profile_test.cpp
#include "servicetags/profile.hpp"

#include <algorithm>
#include <iterator>

#include "support/ascii.hpp"

namespace servicetags {

std::string_view to_string(Direction direction) noexcept {
  switch (direction) {
    case Direction::inbound: return "inbound";
    case Direction::outbound: return "outbound";
  }
  return "unknown";
}

std::string_view to_string(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::tcp: return "tcp";
    case Protocol::udp: return "udp";
    case Protocol::any: return "any";
  }
  return "unknown";
}

std::string to_string(const PortRange& ports) {
  std::string text = std::to_string(ports.first);
  if (ports.last != ports.first) text += "-" + std::to_string(ports.last);
  return text;
}

std::string to_string(std::span<const PortRange> ports) {
  std::string text;
  for (const PortRange& range : ports) text += (text.empty() ? "" : ",") + to_string(range);
  return text;
}

namespace {

/// A port without sign or leading zeros; 0 when the text is none.
std::uint16_t port_of(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || text.front() == '0') return 0;
  unsigned port = 0;
  for (const char c : text) {
    if (!ascii::is_digit(c)) return 0;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(port);
}

std::string describe(const When& when) {
  if (when.condition.empty()) return {};
  return std::string(when.negated ? " unless " : " when ") + when.condition;
}

std::string describe(const Requirement& row) {
  std::string text(to_string(row.direction));
  text += " " + std::string(to_string(row.protocol)) + " " + to_string(row.ports);
  text += " " + (row.tag.empty() ? row.host + row.path : row.tag) + describe(row.when);
  for (std::size_t i = 0; i < row.clouds.size(); ++i) {
    text += (i == 0 ? " in " : ", ") + std::string(to_string(row.clouds[i]));
  }
  return text;
}

std::vector<std::string> described(const Edition& edition) {
  std::vector<std::string> lines;
  lines.reserve(edition.requirements.size());
  for (const Requirement& row : edition.requirements) lines.push_back(describe(row));
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace

Result<PortRange> parse_ports(std::string_view text) {
  const auto hyphen = text.find('-');
  const std::uint16_t first = port_of(text.substr(0, hyphen));
  const std::uint16_t last =
      hyphen == std::string_view::npos ? first : port_of(text.substr(hyphen + 1));
  if (first != 0 && first <= last) return PortRange{first, last};
  return Error{
      Errc::invalid_argument,
      "expected a port from 1 to 65535, or two such as 8000-8010, found " + ascii::quoted(text),
      {},
      {}};
}

const Edition* Profile::find_edition(std::string_view edition) const noexcept {
  if (edition.empty()) return &editions.back();
  const auto found = std::find_if(editions.begin(), editions.end(),
                                  [&](const Edition& e) { return e.name == edition; });
  return found == editions.end() ? nullptr : &*found;
}

std::vector<std::string> diff_editions(const Edition& before, const Edition& after) {
  const std::vector<std::string> old_lines = described(before);
  const std::vector<std::string> new_lines = described(after);
  std::vector<std::string> gone;
  std::vector<std::string> fresh;
  std::set_difference(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end(),
                      std::back_inserter(gone));
  std::set_difference(new_lines.begin(), new_lines.end(), old_lines.begin(), old_lines.end(),
                      std::back_inserter(fresh));
  std::vector<std::string> lines;
  lines.reserve(gone.size() + fresh.size());
  for (const std::string& line : gone) lines.push_back("- " + line);
  for (const std::string& line : fresh) lines.push_back("+ " + line);
  return lines;
}

}  // namespace servicetags
