// CSV, and the words of one entry; JSON goes to flow_log_json.cpp.
// Tested by: tests/unit/flow_log_test.cpp
#include "servicetags/flow_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <string>
#include <utility>

#include "rules/flow_fields.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace rules {
namespace {

Error invalid(std::string message) { return {Errc::invalid_argument, std::move(message), {}, {}}; }

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view known) {
    return ascii::equal_ignoring_case(word, known);
  });
}

/// Absent for a protocol that is neither.
std::optional<Protocol> protocol_of(std::string_view word) {
  if (word.empty() || is_one_of(word, {"tcp", "T", "6"})) return Protocol::tcp;
  if (is_one_of(word, {"udp", "U", "17"})) return Protocol::udp;
  return std::nullopt;
}

Result<Direction> direction_of(std::string_view word) {
  if (word.empty() || is_one_of(word, {"outbound", "out", "O", "egress"})) {
    return Direction::outbound;
  }
  if (is_one_of(word, {"inbound", "in", "I", "ingress"})) return Direction::inbound;
  return invalid("expected a direction such as 'outbound' or 'I', found " + ascii::quoted(word));
}

/// Whether the flow was denied. Virtual network flow logs tell it by the flow's state, of
/// which B, C and E (begun, continued, ended) were let through.
Result<bool> is_denied(std::string_view word) {
  if (word.empty() ||
      is_one_of(word, {"A", "allow", "allowed", "accept", "accepted", "permit", "B", "C", "E"})) {
    return false;
  }
  if (is_one_of(word, {"D", "deny", "denied", "drop", "dropped", "reject", "rejected"})) {
    return true;
  }
  return invalid("expected an action such as 'allow' or 'D', found " + ascii::quoted(word));
}

Result<std::uint16_t> port_of(std::string_view word) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), port);
  if (failed == std::errc() && end == word.data() + word.size() && !word.empty()) return port;
  return invalid("expected a port from 0 to 65535, found " + ascii::quoted(word));
}

}  // namespace

Result<void> add_flow(const FlowFields& fields, FlowLog& log) {
  const auto protocol = protocol_of(fields.protocol);
  if (!protocol) {
    ++log.left_out;
    return {};
  }
  const auto direction = direction_of(fields.direction);
  if (!direction) return direction.error();
  const auto denied = is_denied(fields.action);
  if (!denied) return denied.error();
  const auto port = port_of(fields.port);
  if (!port) return port.error();
  const auto remote =
      parse_address(*direction == Direction::inbound ? fields.source : fields.destination);
  if (!remote) return remote.error();
  log.flows.push_back({*remote, *direction, *protocol, *port, *denied});
  return {};
}

}  // namespace rules

namespace {

using rules::FlowFields;

/// Takes one record of CSV off the text, its cells without quotes. Quoted cells may hold
/// line breaks; `lines` counts them.
std::vector<std::string> take_record(std::string_view& text, std::size_t& lines) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++lines;
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cells.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r' && c != ' ') {
      cells.back() += c;
    }
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return cells;
}

/// A column's name as it is compared: small letters, no separators.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != ' ' && c != '.') plain += ascii::to_lower(c);
  }
  return plain;
}

/// Where each field stands in a record.
class Columns {
 public:
  explicit Columns(const std::vector<std::string>& header) {
    for (std::size_t column = 0; column < header.size(); ++column) {
      const std::string name = plain_name(header[column]);
      for (const Known& known : kKnown) {
        const auto& names = known.names;
        if (name.empty() || std::find(names.begin(), names.end(), name) == names.end()) continue;
        auto& place = places_[static_cast<std::size_t>(&known - kKnown.data())];
        if (!place) place = column;
      }
    }
  }

  [[nodiscard]] bool can_tell() const { return places_[1] && places_[2]; }

  [[nodiscard]] FlowFields of(const std::vector<std::string>& cells) const {
    FlowFields fields;
    for (std::size_t i = 0; i < kKnown.size(); ++i) {
      if (places_[i] && *places_[i] < cells.size()) fields.*kKnown[i].field = cells[*places_[i]];
    }
    return fields;
  }

 private:
  struct Known {
    std::string_view FlowFields::*field;
    std::array<std::string_view, 8> names;
  };
  static constexpr std::array<Known, 6> kKnown{{
      {&FlowFields::source,
       {"source", "src", "sourceip", "srcip", "sourceaddress", "srcaddr", "sourceipaddress",
        "srcaddress"}},
      {&FlowFields::destination,
       {"destination", "dst", "dest", "destinationip", "dstip", "destip", "destinationaddress",
        "dstaddr"}},
      {&FlowFields::port, {"port", "dstport", "destport", "destinationport", "dport"}},
      {&FlowFields::protocol, {"protocol", "proto", "l4protocol", "ipprotocol", "transport"}},
      {&FlowFields::direction, {"direction", "flowdirection", "trafficflow"}},
      {&FlowFields::action, {"action", "decision", "status", "flowstatus", "trafficdecision"}},
  }};

  std::array<std::optional<std::size_t>, kKnown.size()> places_;
};

Result<FlowLog> parse_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t line = 1;
  const Columns columns(take_record(text, line));
  if (!columns.can_tell()) {
    return Error{Errc::unexpected_shape,
                 "expected Azure's flow log JSON, or CSV whose first line names at least the "
                 "columns 'destination' and 'port'",
                 "line 1",
                 {}};
  }
  FlowLog log;
  while (!text.empty()) {
    const std::size_t begin = line;
    const std::vector<std::string> cells = take_record(text, line);
    if (cells.size() == 1 && cells.front().empty()) continue;
    if (auto added = rules::add_flow(columns.of(cells), log); !added) {
      Error error = std::move(added).error();
      error.where = "line " + std::to_string(begin);
      return error;
    }
  }
  return log;
}

}  // namespace

Result<FlowLog> parse_flow_log(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool json = start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
  return json ? rules::parse_flow_log_json(text) : parse_csv(text);
}

}  // namespace servicetags
