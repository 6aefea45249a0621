#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "export/writer.hpp"
#include "json/json_tree.hpp"
#include "servicetags/export.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::prefix;

namespace {

using std::string_literals::operator""s;

/// Text that means something to one target or another. Snapshots and profiles refuse most
/// of it; a RuleSet made by hand may hold it.
const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kTexts = {
      // lines and comments
      "a\nallow all", "a\r\npermit ip any any", "a\rb", "\n", "a\n\n---\nkind: Pod", "a\0b"s, "\0"s,
      "a\vb\fc", "a\tb", "\\\n", "a\\", "*/ drop /*", "/* open", "//", "# comment", "a # b",
      "-- comment", "; flush ruleset", "! no access-list", "<!-- -->", "--> <script>",
      "a\xc2\x85\x62", "\xe2\x80\xa8line", "\xe2\x80\xa9paragraph",
      // quotes
      "\"; flush ruleset; \"", "'; Remove-Item C:\\ #", "\"'", "'''", "\"\"\"", "`",
      "\\\" -j ACCEPT", "\\'", "\xe2\x80\x98quoted\xe2\x80\x99", "\xe2\x80\x9cquoted\xe2\x80\x9d",
      "' + evil + '",
      // what shells and templates expand
      "$(reboot)", "`reboot`", "${reboot}", "$reboot", "%{ for x in y }", "%PATH%", "%d%n%s", "!x",
      "{{ .Values }}", "{% raw %}", "<%= x %>", "#{x}", "[concat('x')]", "[[escaped]]",
      "${file(\"/etc/passwd\")}", "$${x}", "@(evil)", "~/x", "a && b", "a | b", "a > /etc/passwd",
      "$env:PATH", "$(Get-Content x)", "`n", "{0}",
      // what parsers read as something else
      "&anchor", "*alias", "!!python/object", "? complex", "- item", "key: value", "{a: b}",
      "[a, b]", "null", "true", "~", "1e5", "NaN", "=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)",
      "} accept {", "</a>", "a,b", "a;b", ")", "^x$", ".*",
      // option words
      "-i", "--help", "-f /etc/passwd", "-A INPUT -j ACCEPT", "-n", "any", "all", "-j ACCEPT",
      // names and numbers
      "localhost", "evil.example", "10.0.0.0/8", "0.0.0.0", "010.0.0.1", "*", "*.", "*.com", "**",
      "-a.example", "a..b", ".example.com", "example.com.", "a b.example", "a/b", "../../etc",
      "http://evil.example/", "evil.example:443", "CON", "a--b", "A_B", "",
      // bytes and lengths
      "\x1b[31mred", "\x7f", "\x80", "\xc2\x9b\x33\x31m", "\xff\xfe", "\xed\xa0\x80", "\xc0\xaf",
      "\xe2\x80\xaereversed", "\xef\xbb\xbf", std::string(64, 'a'), std::string(129, 'a'),
      std::string(5'000, 'a'), std::string(5'000, '"'), std::string(5'000, '\n')};
  return kTexts;
}

/// Where a caller can put text. A name reaches the target as it is; prose is for people.
struct Field {
  std::string_view name;
  bool is_name;
  std::string& (*of)(RuleSet& rules);
};
const Field kFields[] = {
    {"tag by name", true, [](RuleSet& rules) -> auto& {return rules.rules[0].tag;
}  // namespace
}
, {"tag by prefixes", true, [](RuleSet& rules) -> auto& {return rules.rules[1].tag;
}
}
, {"requested", true, [](RuleSet& rules) -> auto& {return rules.rules[1].requested;
}
}
, {"requested, off", true, [](RuleSet& rules) -> auto& {return rules.rules[2].requested;
}
}
, {"host", true, [](RuleSet& rules) -> auto& {return rules.hosts[0].host;
}
}
, {"path", true, [](RuleSet& rules) -> auto& {return rules.hosts[0].path;
}
}
, {"profile", true, [](RuleSet& rules) -> auto& {return rules.profile;
}
}
, {"purpose", false, [](RuleSet& rules) -> auto& {return rules.rules[0].purpose;
}
}
, {"purpose, v6", false, [](RuleSet& rules) -> auto& {return rules.rules[1].purpose;
}
}
, {"purpose, off", false, [](RuleSet& rules) -> auto& {return rules.rules[2].purpose;
}
}
, {"reason", false, [](RuleSet& rules) -> auto& {return rules.rules[2].reason;
}
}
, {"condition", false, [](RuleSet& rules) -> auto& {return rules.rules[2].condition;
}
}
, {"host purpose", false, [](RuleSet& rules) -> auto& {return rules.hosts[0].purpose;
}
}
, {"edition", false, [](RuleSet& rules) -> auto& {return rules.edition;
}
}
, {"region", false, [](RuleSet& rules) -> auto& {return rules.region;
}
}
, {"warning", false, [](RuleSet& rules) -> auto& {return rules.warnings[0];
}
}
,
}
;

Rule rule_of(std::string tag, std::vector<Prefix> prefixes) {
  Rule rule;
  rule.ports = {{443, 443}};
  rule.tag = rule.requested = std::move(tag);
  rule.purpose = "x";
  rule.prefixes = std::move(prefixes);
  return rule;
}

RuleSet harmless_rules() {
  RuleSet rules;
  rules.profile = "x";
  rules.edition = "x";
  rules.region = "x";
  rules.rules = {rule_of("Storage", {prefix("198.18.0.0/24")}),
                 rule_of("KeyVault", {prefix("192.0.2.0/24"), prefix("2001:db8::/48")}),
                 rule_of("", {})};
  rules.rules[0].features = {{"NSG"}};
  rules.rules[2].requested = "AzureMonitor";
  rules.rules[2].status = RuleStatus::condition_off;
  rules.rules[2].reason = "x";
  rules.rules[2].condition = "x";
  HostRule host;
  host.ports = {{443, 443}};
  host.host = "example.com";
  host.path = "/x";
  host.purpose = "x";
  rules.hosts = {host};
  rules.warnings = {"x"};
  return rules;
}

bool is_any_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether all is letters, digits and what names and paths may have besides.
bool is_plain(std::string_view text, std::string_view besides) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_alphanumeric(c) || is_any_of(c, besides); });
}

/// The same text, but for free text that stood where the harmless one has 'x'.
bool same_but_for_prose(std::string_view got, std::string_view harmless) {
  if (got.size() != harmless.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (got[i] == harmless[i]) continue;
    const bool safe = is_alphanumeric(got[i]) || is_any_of(got[i], " .,:()/-+_*=@");
    if (harmless[i] != 'x' || !safe) return false;
  }
  return got.find("*/") == std::string_view::npos;
}

/// Each line up to its first space, and how it is indented.
std::vector<std::string> line_starts(const std::string& text) {
  std::vector<std::string> starts;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto end = text.find('\n', from);
    const auto word = text.find_first_not_of(' ', from);
    starts.push_back(text.substr(from, text.find_first_of(" \n", word) - from));
    from = end + 1;
  }
  return starts;
}

/// Kinds and keys of a document, without its strings.
std::string shape_of(const json::Value& value) {
  std::string shape = std::to_string(static_cast<int>(value.kind)) + "(";
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    shape += (value.keys.empty() ? "" : value.keys[i] + ":") + shape_of(value.items[i]) + ",";
  }
  return shape + ")";
}

std::string json_shape(const std::string& text) {
  return shape_of(json::read_tree(text, json::Limits{16, 100'000, 100}).value());
}

/// Cells of each row, as RFC 4180 has them.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"')
        rows.back().back() += text[i++];
      else
        quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (text[i] == '\n' && !quoted) {
      rows.push_back({""});
    } else {
      rows.back().back() += text[i];
    }
  }
  return rows;
}

void check_csv(const std::string& got, const std::string& harmless) {
  CHECK(std::count(got.begin(), got.end(), '\n') ==
        std::count(harmless.begin(), harmless.end(), '\n'));
  for (const auto& row : read_csv(got)) {
    if (row.size() == 1) continue;  // after the last line
    CHECK(row.size() == 10);
    for (const std::string& cell : row) {
      CHECK(!(!cell.empty() && is_any_of(cell.front(), "=+-@")));
      CHECK(std::all_of(cell.begin(), cell.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    }
  }
}

/// A refusal names what is wrong, and holds nothing of it that a terminal would obey.
void check_refusal(const Error& error) {
  CHECK((error.code == Errc::invalid_argument || error.code == Errc::not_expressible));
  CHECK(std::all_of(error.message.begin(), error.message.end(),
                    [](char c) { return c >= ' ' && c <= '~'; }));
  CHECK(error.message.size() < 400);
}

const WriteOptions kOutbound{.name = "azure", .direction = Direction::outbound};

std::string written(const RuleSet& rules, std::string_view format) {
  return write_rules(rules, format, kOutbound).value();
}

}  // namespace

TEST_CASE("hostile prose changes nothing of any format but the comments it stands in") {
  std::size_t checked = 0;
  for (const Field& field : kFields) {
    if (field.is_name) continue;
    for (const std::string& text : hostile_texts()) {
      RuleSet rules = harmless_rules();
      RuleSet harmless = harmless_rules();
      field.of(rules) = text;
      field.of(harmless) = std::string(text.size(), 'x');
      for (const RuleFormat& format : rule_formats()) {
        CAPTURE(std::string(format.name));
        CAPTURE(std::string(field.name));
        CAPTURE(text);
        const std::string got = written(rules, format.name);
        const std::string plain = written(harmless, format.name);
        if (format.name == "json") {
          CHECK(json_shape(got) == json_shape(plain));
          CHECK(line_starts(got).size() == line_starts(plain).size());
        } else if (format.name == "csv") {
          check_csv(got, plain);
        } else {
          CHECK(same_but_for_prose(got, plain));
        }
        ++checked;
      }
    }
  }
  CHECK(hostile_texts().size() >= 60);
  CHECK(checked == 9 * hostile_texts().size() * rule_formats().size());
}

TEST_CASE("a hostile name is refused by every format, or is made of plain characters") {
  std::size_t refused = 0;
  std::size_t accepted = 0;
  for (const Field& field : kFields) {
    if (!field.is_name) continue;
    for (const std::string& text : hostile_texts()) {
      RuleSet rules = harmless_rules();
      field.of(rules) = text;
      for (const RuleFormat& format : rule_formats()) {
        CAPTURE(std::string(format.name));
        CAPTURE(std::string(field.name));
        CAPTURE(text);
        const auto got = write_rules(rules, format.name, kOutbound);
        if (!got) {
          check_refusal(got.error());
          ++refused;
          continue;
        }
        ++accepted;
        CHECK(is_plain(text, field.name == "path"   ? "/.-_~*"
                             : field.name == "host" ? ".-*"
                                                    : ".-_"));
        CHECK((text.empty() || !is_any_of(text.front(), "-._~")));
        if (format.name == "json") CHECK(json_shape(*got).size() > 0);
        if (format.name == "csv") check_csv(*got, written(harmless_rules(), "csv"));
      }
    }
  }
  CHECK(refused + accepted == 7 * hostile_texts().size() * rule_formats().size());
  CHECK(refused > 6 * accepted);
  CHECK(accepted > 100);
}

TEST_CASE("a name that is taken gives lines that begin as a harmless name's do") {
  const auto masked = [](std::vector<std::string> starts, const std::string& name) {
    for (std::string& start : starts) {
      const std::string part = "-" + name + "-";
      if (const auto at = start.find(part); at != std::string::npos) {
        start.replace(at, part.size(), "-NAME-");
      }
    }
    return starts;
  };
  std::size_t checked = 0;
  for (const std::string name : {"null", "true", "NaN", "any", "all", "localhost", "1e5", "CON"}) {
    RuleSet rules = harmless_rules();
    RuleSet harmless = harmless_rules();
    rules.rules[0].tag = rules.rules[1].requested = name;
    harmless.rules[0].tag = harmless.rules[1].requested = "Plain";
    for (const RuleFormat& format : rule_formats()) {
      if (format.name == "csv" || format.name == "json") continue;  // a line is one word
      const std::string lower = [&] {
        std::string text = name;
        for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return text;
      }();
      const auto got = masked(line_starts(written(rules, format.name)), lower);
      const auto plain = masked(line_starts(written(harmless, format.name)), "plain");
      CHECK_MESSAGE(got == plain, format.name, " ", name);
      ++checked;
    }
  }
  CHECK(checked == 8 * 18);
}

TEST_CASE("ports, tags and hosts that are none are refused with what was expected") {
  const auto message = [](auto change) {
    RuleSet rules = harmless_rules();
    change(rules);
    const auto got = write_rules(rules, "nftables");
    REQUIRE(!got.has_value());
    CHECK(got.error().code == Errc::invalid_argument);
    return got.error().message;
  };
  CHECK(message([](RuleSet& rules) { rules.rules[0].ports.clear(); }) == "Storage has no ports");
  CHECK(message([](RuleSet& rules) {
          rules.rules[0].ports = {{0, 0}};
        }) == "a port range of Storage is '0', expected 1 to 65535, the lower first");
  CHECK(message([](RuleSet& rules) {
          rules.hosts[0].ports = {{2, 1}};
        }) == "a port range of example.com is '2-1', expected 1 to 65535, the lower first");
  CHECK(message([](RuleSet& rules) { rules.rules[0].tag.clear(); }) ==
        "a rule's tag is '', expected letters, digits, '.', '_' and '-', at most 128");
  CHECK(message([](RuleSet& rules) { rules.hosts[0].host = "-x.example"; }) ==
        "a host is '-x.example', expected a name such as 'example.com' or '*.example.com'");
}

TEST_CASE("a parameter without a value is part of a label, for those that have patterns") {
  RuleSet rules = harmless_rules();
  rules.hosts[0].host = "ml-*.example.com";
  CHECK(written(rules, "haproxy").find("^ml-[^.]*\\.example\\.com$ ") != std::string::npos);
  CHECK(written(rules, "cilium").find("matchPattern: \"ml-*.example.com\"") != std::string::npos);
  const auto squid = write_rules(rules, "squid");
  REQUIRE(!squid.has_value());
  CHECK(squid.error().code == Errc::not_expressible);
  CHECK(squid.error().message.find("'ml-*.example.com'") != std::string::npos);
}

TEST_CASE("hostile names of formats and objects are refused, and quoted") {
  std::size_t refused = 0;
  for (const std::string& text : hostile_texts()) {
    const auto format = write_rules(harmless_rules(), text);
    REQUIRE(!format.has_value());
    CHECK(format.error().code == Errc::invalid_argument);
    const auto named = write_rules(harmless_rules(), "nftables", {.name = text});
    if (named) {
      CHECK(text.size() <= 12);
      CHECK(is_plain(text, "-"));
    } else {
      check_refusal(named.error());
      ++refused;
    }
  }
  CHECK(refused > 100);
}
