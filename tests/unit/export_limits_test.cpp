#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "export/nsg.hpp"
#include "servicetags/export.hpp"

using namespace servicetags;

namespace {

/// Different /32 of 198.18.0.0 and on, or /64 of 2001:db8::, in order.
std::vector<Prefix> many(std::size_t count, Family family = Family::v4) {
  std::vector<Prefix> prefixes;
  for (std::size_t i = 0; i < count; ++i) {
    if (family == Family::v4) {
      prefixes.emplace_back(Address::from_v4(0xc6120000U + static_cast<std::uint32_t>(i)), 32);
    } else {
      prefixes.emplace_back(Address::from_v6(0x2001'0db8'0000'0000U + i, 0), 64);
    }
  }
  return prefixes;
}

Rule rule_of(std::string tag, std::vector<Prefix> prefixes) {
  Rule rule;
  rule.ports = {{443, 443}};
  rule.tag = rule.requested = std::move(tag);
  rule.purpose = "Testing";
  rule.prefixes = std::move(prefixes);
  return rule;
}

RuleSet rules_of(std::vector<Rule> rules) {
  RuleSet set;
  set.profile = "limits";
  set.edition = "1";
  set.region = "westus";
  set.rules = std::move(rules);
  return set;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

/// Every prefix in a text, in any quotes, by the library's own parser.
std::vector<Prefix> prefixes_in(const std::string& text) {
  std::vector<Prefix> found;
  std::string word;
  for (const char c : text + " ") {
    if (std::string_view("0123456789abcdef.:/").find(c) != std::string_view::npos) {
      word += c;
      continue;
    }
    if (word.find('/') != std::string::npos) {
      if (auto prefix = parse_prefix(word)) found.push_back(*prefix);
    }
    word.clear();
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// What follows each `mark` up to `end`.
std::vector<std::string> all_after(const std::string& text, std::string_view mark, char end) {
  std::vector<std::string> found;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto from = at + mark.size();
    found.push_back(text.substr(from, text.find(end, from) - from));
  }
  return found;
}

/// The number after each `mark`.
std::vector<std::string> all_digits_after(const std::string& text, std::string_view mark) {
  std::vector<std::string> numbers;
  for (const std::string& rest : all_after(text, mark, '\0')) {
    numbers.push_back(rest.substr(0, rest.find_first_not_of("0123456789")));
  }
  return numbers;
}

void check_refused(const RuleSet& rules, std::string_view format, std::string_view number) {
  const auto text = write_rules(rules, format);
  REQUIRE_MESSAGE(!text.has_value(), std::string(format));
  CHECK(text.error().code == Errc::not_expressible);
  CHECK_MESSAGE(text.error().message.find(number) != std::string::npos, text.error().message);
}

}  // namespace

TEST_CASE("lists and rules of limited size are split, each part within it, nothing lost") {
  struct Case {
    std::string_view format;
    std::size_t most;
    std::string_view mark;  // begins a part
  };
  const Case cases[] = {{"aws-prefix-list", 1'000, "\"PrefixListName\""},
                        {"azure-ip-groups", 5'000, "Microsoft.Network/ipGroups"},
                        {"windows", 1'000, "New-NetFirewallRule"}};
  std::size_t checked = 0;
  for (const auto& [format, most, mark] : cases) {
    const std::string_view target = format;  // what a message can hold
    for (const Family family : {Family::v4, Family::v6}) {
      if (format == "azure-ip-groups" && family == Family::v6) continue;
      for (const std::size_t count : {most - 1, most, most + 1, 3 * most}) {
        const auto all = many(count, family);
        const std::string text = write_rules(rules_of({rule_of("Tag", all)}), format).value();
        CHECK(prefixes_in(text) == all);
        const std::size_t parts = count_of(text, mark);
        CHECK_MESSAGE((count <= most ? parts == 1 : parts >= 2), target, " ", count);
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
          const std::string part = text.substr(at, text.find(mark, at + 1) - at);
          CHECK(prefixes_in(part).size() <= most);
          CHECK(!prefixes_in(part).empty());
        }
        ++checked;
      }
    }
  }
  CHECK(checked == 20);
}

TEST_CASE("a prefix added to a split list changes the part it is in, and no other") {
  const auto parts_by_name = [](const std::string& text) {
    std::map<std::string, std::vector<Prefix>> parts;
    const std::string_view mark = "\"PrefixListName\": \"";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      const std::string part = text.substr(at, text.find(mark, at + 1) - at);
      parts[all_after(part, mark, '"').front()] = prefixes_in(part);
    }
    return parts;
  };
  auto all = many(1'500);
  const auto write = [&] {
    return write_rules(rules_of({rule_of("Tag", all)}), "aws-prefix-list").value();
  };
  const auto before = parts_by_name(write());
  all.emplace_back(Address::from_v4(0xc6130000U), 32);
  const auto after = parts_by_name(write());
  REQUIRE(before.size() == after.size());
  REQUIRE(before.size() >= 2);
  std::size_t changed = 0;
  for (const auto& [name, prefixes] : before) changed += after.at(name) == prefixes ? 0U : 1U;
  CHECK(changed == 1);
}

TEST_CASE("as many lists and groups as a target takes are written, one more is refused") {
  struct Case {
    std::string_view format;
    std::size_t most;
    std::string_view mark;
  };
  for (const auto& [format, most, mark] :
       {Case{"aws-prefix-list", 100, "\"PrefixListName\""},
        Case{"azure-ip-groups", 200, "Microsoft.Network/ipGroups"}}) {
    for (const std::size_t count : {most - 1, most, most + 1}) {
      RuleSet rules = rules_of({});
      for (std::size_t i = 0; i < count; ++i) {
        rules.rules.push_back(rule_of("Tag" + std::to_string(i), many(1)));
      }
      if (count > most) {
        check_refused(rules, format, std::to_string(count));
      } else {
        CHECK(count_of(write_rules(rules, format).value(), mark) == count);
      }
    }
  }
}

TEST_CASE("a network security group takes 4,000 prefixes and 1,000 rules, whole or not") {
  const auto check = [](const std::function<RuleSet(std::size_t)>& make, std::size_t most,
                        std::string_view mark) {
    for (const std::string_view format : {"nsg-arm", "nsg-bicep", "nsg-terraform"}) {
      for (const std::size_t count : {most - 1, most}) {
        const std::string text = write_rules(make(count), format).value();
        CHECK_MESSAGE(count_of(text, mark) == count, format, " ", mark);
      }
      check_refused(make(most + 1), format, std::to_string(most + 1));
    }
  };
  check([](std::size_t count) { return rules_of({rule_of("Tag", many(count))}); }, 4'000, "/32");
  check(
      [](std::size_t count) {
        RuleSet rules = rules_of({});
        for (std::size_t i = 0; i < count; ++i) {
          rules.rules.push_back(rule_of("Tag" + std::to_string(i), many(1)));
        }
        return rules;
      },
      1'000, "/32");
}

TEST_CASE("a network security group takes 4,000 ports, whole or not") {
  const auto with_ports = [](std::size_t count) {
    Rule rule = rule_of("Tag", many(1));
    rule.ports.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const auto port = static_cast<std::uint16_t>(30'000 + 2 * i);
      rule.ports.push_back({port, port});
    }
    return rules_of({rule});
  };
  for (const std::string_view format : {"nsg-arm", "nsg-bicep", "nsg-terraform"}) {
    // Only ports begin with a quote and a 3.
    const std::string_view mark = format == "nsg-bicep" ? "'3" : "\"3";
    for (const std::size_t count : {3'999U, 4'000U}) {
      CHECK(count_of(write_rules(with_ports(count), format).value(), mark) == count);
    }
    check_refused(with_ports(4'001), format, "4001");
  }
}

TEST_CASE("feeds and tables of limited size are whole or refused") {
  struct Case {
    std::string_view format;
    std::size_t most;
  };
  for (const auto& [format, most] : {Case{"fortigate", 131'072}, Case{"pf", 200'000}}) {
    for (const std::size_t count : {most - 1, most}) {
      const auto all = many(count);
      CHECK(prefixes_in(write_rules(rules_of({rule_of("Tag", all)}), format).value()) == all);
    }
    check_refused(rules_of({rule_of("Tag", many(most + 1))}), format, std::to_string(most + 1));
  }
}

TEST_CASE("an ipset set has room for all it holds, beyond the default of 65,536 too") {
  for (const std::size_t count : {65'535U, 65'536U, 65'537U, 70'000U}) {
    const auto all = many(count);
    const std::string text = write_rules(rules_of({rule_of("Tag", all)}), "ipset").value();
    CHECK(prefixes_in(text) == all);
    for (const std::string& room : all_after(text, " maxelem ", ' ')) {
      CHECK(std::stoul(room) == std::max<std::size_t>(65'536, count));
    }
  }
}

TEST_CASE("ports beyond a rule's are split, none lost") {
  struct Case {
    std::string_view format;
    std::size_t most;
    std::string_view mark;  // begins a list of ports
    char end;
    std::string_view before_port;
  };
  std::size_t checked = 0;
  for (const auto& [format, most, mark, end, before_port] :
       {Case{"iptables", 15, "--dports", '-', ","}, Case{"ip6tables", 15, "--dports", '-', ","},
        Case{"cilium", 40, "- ports:", ']', "port: \""}}) {
    const std::string_view target = format;  // what a message can hold
    for (const std::size_t count : {most - 1, most, most + 1, 2 * most, 2 * most + 1}) {
      Rule rule = rule_of("Tag", many(1, format == "ip6tables" ? Family::v6 : Family::v4));
      rule.ports.clear();
      for (std::size_t i = 0; i < count; ++i) {
        const auto port = static_cast<std::uint16_t>(20'000 + 2 * i);
        rule.ports.push_back({port, port});
      }
      const std::string text = write_rules(rules_of({rule}), format).value();
      std::set<std::string> ports;
      std::size_t lists = 0;
      for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto next = std::min(text.find(mark, at + 1), text.find(end, at + mark.size()));
        std::string list = text.substr(at + mark.size(), next - at - mark.size());
        if (list.front() == ' ') list.front() = ',';
        const auto here = all_digits_after(list, before_port);
        CHECK(here.size() <= most);
        ports.insert(here.begin(), here.end());
        ++lists;
      }
      CHECK_MESSAGE(lists == (count + most - 1) / most, target, " ", count);
      CHECK_MESSAGE(ports.size() == count, target, " ", count);
      for (const PortRange& range : rule.ports) CHECK(ports.contains(to_string(range)));
      ++checked;
    }
  }
  CHECK(checked == 15);
}

TEST_CASE("names are within what the target takes, and differ for tags that differ in the end") {
  struct Case {
    std::string_view format;
    std::size_t most;
    std::string_view mark;
    char end;
    std::size_t names = 2;
  };
  const Case cases[] = {{"ipset", 31, "\ncreate ", ' ', 4},
                        {"pf", 31, "table <", '>'},
                        {"cisco-asa", 64, "group network ", '\n'},
                        {"nftables", 128, "  set ", ' '},
                        {"nsg-bicep", 80, "{\n        name: '", '\''},
                        {"cilium", 63, "cidrGroupRef: ", '\n'},
                        {"azure-ip-groups", 80, "\"name\": \"", '"'},
                        {"aws-prefix-list", 255, "ListName\": \"", '"'},
                        {"windows", 200, "-DisplayName '", '\''}};
  std::size_t checked = 0;
  for (const auto& [format, most, mark, end, expected] : cases) {
    const std::string_view target = format;  // what a message can hold
    // Lengths around the one at which the name, with all that is put around it, is full.
    for (std::size_t length = 1; length <= 127; ++length) {
      const std::string stem(length, 'a');
      const RuleSet rules = rules_of({rule_of(stem + "a", many(1)), rule_of(stem + "b", many(1))});
      const auto names = all_after(write_rules(rules, format).value(), mark, end);
      std::set<std::string> different;
      for (const std::string& name : names) {
        CHECK_MESSAGE(name.size() <= most, target, " ", name);
        different.insert(name);
      }
      CHECK_MESSAGE(different.size() == expected, target, " ", length);
      ++checked;
    }
  }
  CHECK(checked == 9 * 127);
}

TEST_CASE("rules whose tags or ports look alike in a name do not share it") {
  const std::vector<std::string> tags = {"A.B", "A-B", "A_B", "A.b-", "A-b.c", "A.b-c", "A.b.c"};
  std::set<std::string> names;
  for (const std::string& tag : tags) {
    names.insert(writers::stable_name({}, rule_of(tag, many(1)), "", 128));
  }
  CHECK(names.size() == tags.size());
  Rule range = rule_of("A", many(1));
  range.ports = {{80, 443}};
  Rule both = range;
  both.ports = {{80, 80}, {443, 443}};
  CHECK(writers::stable_name({}, range, "", 128) != writers::stable_name({}, both, "", 128));
}

TEST_CASE("Squid's names of lists are within 63 bytes, whatever the ports") {
  std::set<std::string> names;
  for (std::uint16_t count = 1; count <= 40; ++count) {
    RuleSet rules = rules_of({});
    HostRule host;
    host.host = "example.com";
    for (std::uint16_t i = 0; i < count; ++i) {
      host.ports.push_back({static_cast<std::uint16_t>(i + 1), static_cast<std::uint16_t>(i + 1)});
    }
    rules.hosts = {host};
    const std::string text = write_rules(rules, "squid", {.name = "abcdefghijkl"}).value();
    const auto found = all_after(text, "\nacl ", ' ');
    REQUIRE(found.size() == 2);
    for (const std::string& name : found) CHECK(name.size() <= 63);
    names.insert(found.front());
  }
  CHECK(names.size() == 40);
}

TEST_CASE("IP groups hold IPv4 only, and say how many prefixes are not there") {
  Rule rule = rule_of("Tag", many(3));
  for (const Prefix& prefix : many(7, Family::v6)) rule.prefixes.push_back(prefix);
  const std::string text = write_rules(rules_of({rule}), "azure-ip-groups").value();
  CHECK(prefixes_in(text) == many(3));
  CHECK(text.find("7 IPv6 prefixes are not here") != std::string::npos);
}

TEST_CASE("comments are within what the target takes") {
  Rule rule = rule_of("Tag", many(1));
  rule.purpose = std::string(1'000, 'x');
  struct Case {
    std::string_view format;
    std::size_t most;
    std::string_view mark;
    char end;
  };
  std::size_t checked = 0;
  for (const auto& [format, most, mark, end] :
       {Case{"nftables", 128, "comment \"", '"'}, Case{"iptables", 255, "--comment \"", '"'},
        Case{"nsg-arm", 140, "\"description\": \"", '"'}, Case{"cisco-asa", 100, "remark ", '\n'},
        Case{"windows", 255, "-Description '", '\''}}) {
    const std::string_view target = format;  // what a message can hold
    for (const std::string& comment :
         all_after(write_rules(rules_of({rule}), format).value(), mark, end)) {
      CHECK_MESSAGE(comment.size() == most, target);
      ++checked;
    }
  }
  CHECK(checked == 5);
}
