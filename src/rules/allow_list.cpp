// Lines and `ipset save`; JSON goes to allow_list_json.cpp.
// Tested by: tests/unit/allow_list_test.cpp
#include "servicetags/allow_list.hpp"

#include <algorithm>

#include "rules/allow_list_json.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (ascii::is_blank(text.front()) || text.front() == '\r')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (ascii::is_blank(text.back()) || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

/// Takes the first word off a text; empty when none is left.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const auto end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

Error invalid(std::string message) { return {Errc::invalid_argument, std::move(message), {}, {}}; }

/// "80,443,8000-8010".
Result<std::vector<PortRange>> parse_port_list(std::string_view text) {
  std::vector<PortRange> ports;
  while (true) {
    const auto comma = std::min(text.find(','), text.size());
    auto range = parse_ports(text.substr(0, comma));
    if (!range) return std::move(range).error();
    ports.push_back(*range);
    if (comma == text.size()) return ports;
    text.remove_prefix(comma + 1);
  }
}

/// Gives "10.0.0.1 - 10.0.0.9 tcp" back as "10.0.0.1-10.0.0.9" and the rest.
std::string take_addresses(std::string_view& line) {
  std::string text(take_word(line));
  std::string_view ahead = line;
  const std::string_view next = take_word(ahead);
  if (next.starts_with('-') || text.ends_with('-')) {
    text += next;
    line = ahead;
    if (next == "-") text += take_word(line);
  }
  return text;
}

Result<AllowEntry> parse_line(std::string_view line) {
  AllowEntry entry;
  auto addresses = parse_range(take_addresses(line));
  if (!addresses) return std::move(addresses).error();
  entry.addresses = *addresses;
  std::string_view word = take_word(line);
  if (word == "tcp" || word == "udp" || word == "any") {
    entry.protocol = word == "tcp" ? Protocol::tcp : word == "udp" ? Protocol::udp : Protocol::any;
    word = take_word(line);
  }
  if (!word.empty()) {
    auto ports = parse_port_list(word);
    if (!ports) return std::move(ports).error();
    entry.ports = *std::move(ports);
  }
  if (trimmed(line).empty()) return entry;
  return invalid("expected 'ADDRESSES [tcp|udp|any] [PORTS]', found " +
                 ascii::quoted(trimmed(line)) + " after it");
}

/// `add NAME PREFIX ...`, and `create`, which tells nothing of addresses.
Result<std::optional<AllowEntry>> parse_ipset_line(std::string_view line) {
  const std::string_view verb = take_word(line);
  if (verb != "add") return std::optional<AllowEntry>();
  take_word(line);
  auto addresses = parse_range(take_word(line));
  if (!addresses) return std::move(addresses).error();
  AllowEntry entry;
  entry.addresses = *addresses;
  if (trimmed(line) == "nomatch") return invalid("sets with 'nomatch' are not understood");
  return std::optional(entry);
}

}  // namespace

Result<AllowList> parse_allow_list(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && (text[start] == '{' || text[start] == '[')) {
    return rules::parse_allow_list_json(text);
  }
  AllowList list;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::string where = "line " + std::to_string(number);
    const bool ipset = line.starts_with("create ") || line.starts_with("add ");
    Result<std::optional<AllowEntry>> entry = std::optional<AllowEntry>();
    if (ipset) {
      entry = parse_ipset_line(line);
    } else if (auto parsed = parse_line(line); parsed) {
      entry = std::optional(*std::move(parsed));
    } else {
      entry = std::move(parsed).error();
    }
    if (!entry) {
      Error error = std::move(entry).error();
      error.where = where;
      return error;
    }
    if (!*entry) continue;
    (*entry)->where = where;
    list.entries.push_back(**std::move(entry));
  }
  return list;
}

}  // namespace servicetags
