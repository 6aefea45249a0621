// Source: libnftables-json(5) 1.0.6; Microsoft.Network/networkSecurityGroups 2023-11-01.
// Tested by: tests/unit/allow_list_test.cpp
#include "rules/allow_list_json.hpp"

#include <utility>

#include "json/json_tree.hpp"
#include "support/ascii.hpp"

namespace servicetags::rules {
namespace {

using json::Kind;
using json::Value;

constexpr json::Limits kLimits{.max_depth = 64, .max_string = 65'536, .max_members = 10'000};

class AllowListReader {
 public:
  explicit AllowListReader(std::string_view text) : text_(text) {}

  Result<AllowList> read(const Value& root) {
    if (const Value* nftables = root.find("nftables")) {
      for (const Value& item : nftables->items) read_nft(item);
    } else {
      find_security_rules(root);
    }
    if (error_) return *std::move(error_);
    if (list_.entries.empty() && list_.warnings.empty()) {
      return json::error_at(Errc::unexpected_shape,
                            "found neither nftables sets nor security rules with addresses", root,
                            text_);
    }
    return std::move(list_);
  }

 private:
  void fail(const Error& error, const Value& value) {
    if (error_) return;
    error_ = json::error_at(error.code, error.message, value, text_);
  }

  void add(const Result<AddressRange>& addresses, AllowEntry entry, const Value& value) {
    if (!addresses) return fail(addresses.error(), value);
    entry.addresses = *addresses;
    entry.where = value.place.pointer;
    list_.entries.push_back(std::move(entry));
  }

  // nft -j list ruleset

  void read_nft(const Value& item) {
    const Value* set = item.find("set");
    const Value* type = set == nullptr ? nullptr : set->find("type");
    const Value* elements = set == nullptr ? nullptr : set->find("elem");
    if (type == nullptr || elements == nullptr) return;
    if (type->text != "ipv4_addr" && type->text != "ipv6_addr") return;
    for (const Value& element : elements->items) read_element(element);
  }

  /// An address, {"prefix": {"addr", "len"}}, {"range": [a, b]}, or {"elem": {"val": ...}}.
  void read_element(const Value& element) {
    if (element.is(Kind::string)) return add(parse_range(element.text), {}, element);
    if (const Value* inner = element.find("elem")) {
      if (const Value* value = inner->find("val")) return read_element(*value);
    }
    if (const Value* prefix = element.find("prefix")) {
      const Value* address = prefix->find("addr");
      const Value* length = prefix->find("len");
      if (address != nullptr && length != nullptr && length->whole) {
        const std::string text = address->text + "/" + std::to_string(*length->whole);
        return add(parse_range(text), {}, element);
      }
    }
    if (const Value* range = element.find("range"); range != nullptr && range->items.size() == 2) {
      return add(parse_range(range->items[0].text + "-" + range->items[1].text), {}, element);
    }
    fail({Errc::unexpected_shape, "expected an address, a prefix or a range", {}, {}}, element);
  }

  // Network security groups

  /// Rules stand at different depths in templates and in what az prints.
  void find_security_rules(const Value& value) {
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const bool here = i < value.keys.size() && value.keys[i] == "securityRules" &&
                        value.items[i].is(Kind::array);
      if (!here) {
        find_security_rules(value.items[i]);
        continue;
      }
      for (const Value& rule : value.items[i].items) read_security_rule(rule);
    }
  }

  void read_security_rule(const Value& rule) {
    const Value* properties = rule.find("properties");
    const Value& fields = properties == nullptr ? rule : *properties;
    if (!ascii::equal_ignoring_case(text_of(fields, "access"), "Allow")) return;
    AllowEntry entry;
    const bool in = ascii::equal_ignoring_case(text_of(fields, "direction"), "Inbound");
    entry.direction = in ? Direction::inbound : Direction::outbound;
    const std::string protocol = ascii::to_lower(text_of(fields, "protocol"));
    if (protocol == "tcp") entry.protocol = Protocol::tcp;
    if (protocol == "udp") entry.protocol = Protocol::udp;
    if (protocol != "tcp" && protocol != "udp" && protocol != "*") {
      list_.warnings.push_back("left out, protocol " + ascii::quoted(protocol) + ": " +
                               rule.place.pointer);
      return;
    }
    if (!read_ports(fields, entry)) return;
    const std::string side = in ? "source" : "destination";
    for_each(fields, side + "AddressPrefix", [&](const Value& value) {
      if (value.text.empty()) return;
      if (value.text == "*" || value.text == "Internet") {
        add(parse_range("0.0.0.0/0"), entry, value);
        add(parse_range("::/0"), entry, value);
      } else if (auto addresses = parse_range(value.text); addresses) {
        add(addresses, entry, value);
      } else {
        list_.warnings.push_back("left out, no addresses in " + ascii::quoted(value.text) + ": " +
                                 value.place.pointer);
      }
    });
  }

  bool read_ports(const Value& fields, AllowEntry& entry) {
    bool good = true;
    bool all = false;
    for_each(fields, "destinationPortRange", [&](const Value& value) {
      if (value.text.empty()) return;
      auto ports = parse_ports(value.text == "*" ? "1-65535" : value.text);
      all = all || value.text == "*";
      good = good && ports.has_value();
      if (!ports) return fail(ports.error(), value);
      entry.ports.push_back(*ports);
    });
    if (all) entry.ports.clear();
    return good;
  }

  static std::string text_of(const Value& object, std::string_view key) {
    const Value* value = object.find(key);
    return value == nullptr ? std::string{} : value->text;
  }

  /// Both forms that a property has: one value, and a list under the plural of its name.
  template <typename Use>
  static void for_each(const Value& object, const std::string& key, Use use) {
    if (const Value* one = object.find(key); one != nullptr && one->is(Kind::string)) use(*one);
    const std::string plural = key.ends_with('x') ? key + "es" : key + "s";
    if (const Value* many = object.find(plural)) {
      for (const Value& value : many->items) use(value);
    }
  }

  std::string_view text_;
  AllowList list_;
  std::optional<Error> error_;
};

}  // namespace

Result<AllowList> parse_allow_list_json(std::string_view text) {
  auto root = json::read_tree(text, kLimits);
  if (!root) return std::move(root).error();
  return AllowListReader(text).read(*root);
}

}  // namespace servicetags::rules
