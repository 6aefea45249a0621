// Each part of the library once, on the sample data.
#include <cstdio>

#include "servicetags/ip.hpp"
#include "servicetags/servicetags.hpp"

using namespace servicetags;

namespace {

void say(const std::string& text) { std::printf("%s\n", text.c_str()); }

void look_up(const Snapshot& snapshot) {
  // Text can be no address at all: that is an error, and never "no match".
  const auto bad = snapshot.lookup("198.18.4.01");
  say(to_string(bad.error()));

  // An address of Boost.Asio's, and the fast way: ids of a shared, sorted set.
  const Address address = from_asio(boost::asio::ip::address_v4(0xc6120401U));
  for (const TagId id : snapshot.tag_ids(address)) say(snapshot.tags()[id].name);

  // Prefixes and ranges: each tag, and how it stands to them.
  for (const Overlap& overlap : snapshot.overlaps(*parse_range("198.18.4.0/23"))) {
    say(overlap.tag->name + " " + std::string(to_string(overlap.relation)));
  }
}

void work_with_sets(const Snapshot& snapshot) {
  const PrefixSet west(snapshot.find_tag("AzureCloud.westus")->prefixes);
  const PrefixSet storage(snapshot.find_tag("Storage")->prefixes);
  say("storage outside the west: " + to_string(subtract(storage, west).address_count()));
  const Fitted fitted = fit(storage.family(Family::v4), 2).value();
  say("in two prefixes: " + to_string(fitted.added_v4) + " addresses more");
}

void make_firewall_rules(const Snapshot& snapshot) {
  const Profile* profile = find_builtin_profile("azure-machine-learning");
  const Edition* edition = profile->find_edition("2021-11");
  RuleOptions options;
  options.region = "westeurope";
  options.with = {"hbi_workspace"};
  const RuleSet rules = make_rules(*profile, *edition, snapshot, options).value();
  for (const Rule& rule : rules.rules) {
    say(rule.requested + ": " + std::string(to_string(rule.status)));
  }
  say(write_rules(rules, "nftables").value().substr(0, 19));
}

}  // namespace

int main(int argc, char** argv) {
  const auto snapshot = load(argc > 1 ? argv[1] : "examples/data/sample.json");
  if (!snapshot) {
    say(to_string(snapshot.error()));
    return 1;
  }
  look_up(**snapshot);
  work_with_sets(**snapshot);
  make_firewall_rules(**snapshot);
  return 0;
}
