#include "servicetags/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/make_snapshot.hpp"
#include "support/real_files.hpp"

using namespace servicetags;
using servicetags::testing::make_tag;
using servicetags::testing::prefix;

namespace {

SnapshotPtr cloud_snapshot(std::optional<Cloud> cloud) {
  Document document;
  document.cloud = cloud;
  document.change_number = 42;
  document.tags = {make_tag("AzureMachineLearning", {"192.0.2.0/28"}),
                   make_tag("BatchNodeManagement", {"192.0.2.16/28"}),
                   make_tag("AzureActiveDirectory", {"192.0.2.32/28"}),
                   make_tag("Storage", {"198.18.0.0/16"}),
                   make_tag("Storage.WestUS", {"198.18.1.0/24"}, "westus"),
                   make_tag("Storage.EastUS", {"198.18.2.0/24"}, "eastus"),
                   make_tag("AzureKeyVault", {"198.18.9.0/24"}),
                   make_tag("AzureFrontDoor.Frontend", {"203.0.113.0/24"}),
                   make_tag("AzureCloud.westus", {"198.18.0.0/15"}, "westus"),
                   make_tag("Empty.WestUS", {}, "westus"),
                   make_tag("Empty", {})};
  return Snapshot::make(std::move(document)).value();
}

RuleSet rules_for(const char* edition, const Snapshot& snapshot, RuleOptions options) {
  const Profile* profile = find_builtin_profile("azure-machine-learning");
  return make_rules(*profile, *profile->find_edition(edition), snapshot, options).value();
}

const Rule& rule_of(const RuleSet& rules, std::string_view requested) {
  for (const Rule& rule : rules.rules) {
    if (rule.requested == requested) return rule;
  }
  FAIL("no rule for ", std::string(requested));
  return rules.rules.front();
}

bool has_host(const RuleSet& rules, std::string_view host) {
  return std::any_of(rules.hosts.begin(), rules.hosts.end(),
                     [&](const HostRule& rule) { return rule.host == host; });
}

bool warns_of(const RuleSet& rules, std::string_view part) {
  return std::any_of(rules.warnings.begin(), rules.warnings.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("each network requirement gives one rule, with its status and prefixes") {
  const SnapshotPtr snapshot = cloud_snapshot(Cloud::azure_public);
  const RuleSet rules = rules_for("2021-11", *snapshot, {.region = "West US"});
  CHECK(rules.profile == "azure-machine-learning");
  CHECK(rules.edition == "2021-11");
  CHECK(rules.region == "westus");
  CHECK(rules.change_number == 42);
  CHECK(rules.rules.size() == 10);

  const Rule& storage = rule_of(rules, "Storage.westus");
  CHECK(storage.status == RuleStatus::resolved);
  CHECK(storage.tag == "Storage.WestUS");
  CHECK(storage.prefixes == std::vector<Prefix>{prefix("198.18.1.0/24")});
  CHECK(storage.ports == std::vector<PortRange>{{443, 443}});
  CHECK(warns_of(rules, "Storage.WestUS"));

  const Rule& frontdoor = rule_of(rules, "AzureFrontDoor.FrontEnd");
  CHECK(frontdoor.tag == "AzureFrontDoor.Frontend");
  CHECK(frontdoor.status == RuleStatus::resolved);

  const Rule& vault = rule_of(rules, "KeyVault.westus");
  CHECK(vault.status == RuleStatus::condition_off);
  CHECK(vault.prefixes.empty());
  CHECK(vault.condition == "hbi_workspace");

  const Rule& registry = rule_of(rules, "ContainerRegistry.westus");
  CHECK(registry.status == RuleStatus::not_in_cloud);
  CHECK(warns_of(rules, "ContainerRegistry.westus"));
}

TEST_CASE("a regional tag that is not published falls back to the global one, and says so") {
  const SnapshotPtr snapshot = cloud_snapshot(Cloud::azure_public);
  const RuleSet rules =
      rules_for("2021-11", *snapshot, {.region = "westus", .with = {"hbi_workspace"}});
  const Rule& vault = rule_of(rules, "KeyVault.westus");
  CHECK(vault.status == RuleStatus::fallback_global);
  CHECK(vault.tag == "AzureKeyVault");
  CHECK(vault.prefixes == std::vector<Prefix>{prefix("198.18.9.0/24")});
  CHECK(warns_of(rules, "the global tag AzureKeyVault is used instead"));
}

TEST_CASE("rows for other clouds are off, and a tag never published is told apart") {
  const RuleSet china = rules_for("2021-11", *cloud_snapshot(Cloud::china), {.region = "westus"});
  CHECK(rule_of(china, "AzureFrontDoor.FrontEnd").status == RuleStatus::not_in_cloud);
  CHECK(rule_of(china, "AzureFrontDoor.FrontEnd").reason == "not required in this cloud");

  const RuleSet now = rules_for("2026-03", *cloud_snapshot(Cloud::azure_public),
                                {.region = "westus", .with = {"private_endpoints"}});
  CHECK(rule_of(now, "VirtualNetwork").status == RuleStatus::not_published);
  CHECK(rule_of(now, "Frontdoor.FirstParty").status == RuleStatus::not_in_cloud);
}

TEST_CASE("conditions switch rows and hosts, negated ones too") {
  const SnapshotPtr snapshot = cloud_snapshot(Cloud::azure_public);
  const std::string index = std::string("*.pythonhosted") + ".org";
  const RuleSet plain = rules_for("2021-11", *snapshot, {.region = "westus"});
  CHECK(has_host(plain, "*.anaconda.com"));
  CHECK(!has_host(plain, index));
  CHECK(!has_host(plain, "mcr.microsoft.com"));
  const RuleSet other = rules_for("2021-11", *snapshot,
                                  {.region = "westus",
                                   .with = {"replaced_package_index", "aks"},
                                   .without = {"python_packages"}});
  CHECK(!has_host(other, "*.anaconda.com"));
  CHECK(has_host(other, index));
  CHECK(has_host(other, "mcr.microsoft.com"));
  CHECK(warns_of(other, "limit-egress-traffic"));

  const RuleSet monitored = rules_for("2026-03", *snapshot, {.region = "westus"});
  CHECK(rule_of(monitored, "AzureMonitor").status == RuleStatus::not_in_cloud);
  const RuleSet secured =
      rules_for("2026-03", *snapshot, {.region = "westus", .with = {"secured_monitoring"}});
  CHECK(rule_of(secured, "AzureMonitor").status == RuleStatus::condition_off);
  CHECK(rule_of(secured, "AzureMonitor").condition == "not secured_monitoring");
}

TEST_CASE("hosts are filled in, and what has no value becomes any name with a warning") {
  const SnapshotPtr snapshot = cloud_snapshot(Cloud::azure_public);
  const RuleSet plain = rules_for("2026-03", *snapshot, {.region = "westus"});
  CHECK(has_host(plain, "westus.tundra.azureml.ms"));
  CHECK(has_host(plain, "*.blob.core.windows.net"));
  CHECK(warns_of(plain, "no value for storage"));
  const RuleSet named = rules_for("2026-03", *snapshot,
                                  {.region = "westus", .parameters = {{"storage", "MyAccount"}}});
  CHECK(has_host(named, "myaccount.dfs.core.windows.net"));
  CHECK(!warns_of(named, "no value for storage"));
  for (const HostRule& rule : named.hosts) CHECK(rule.host.find('{') == std::string::npos);
}

TEST_CASE("the paired region adds its regional rows") {
  const SnapshotPtr snapshot = cloud_snapshot(Cloud::azure_public);
  const RuleSet rules =
      rules_for("2021-11", *snapshot, {.region = "westus", .paired_region = true});
  CHECK(rule_of(rules, "Storage.westus").tag == "Storage.WestUS");
  CHECK(rule_of(rules, "Storage.eastus").tag == "Storage.EastUS");
  CHECK(rules.rules.size() == 14);
  CHECK(paired_region("westus") == "eastus");
  CHECK(paired_region("westus3") == "eastus");
  CHECK(paired_region("polandcentral").empty());
}

TEST_CASE("mistakes are told with what could be meant") {
  const SnapshotPtr snapshot = cloud_snapshot(Cloud::azure_public);
  const Profile* profile = find_builtin_profile("azure-machine-learning");
  const auto fails = [&](const RuleOptions& options, std::string_view part) {
    const auto rules = make_rules(*profile, profile->editions[1], *snapshot, options);
    REQUIRE(!rules.has_value());
    CHECK(rules.error().code == Errc::invalid_argument);
    CHECK_MESSAGE(rules.error().message.find(part) != std::string::npos, rules.error().message);
  };
  fails({.region = "atlantis"}, "eastus, westus");
  fails({.region = "westus", .with = {"hbi"}}, "hbi_workspace");
  fails({.region = "westus", .without = {"hbi"}}, "hbi_workspace");
  fails({.region = "westus", .parameters = {{"stroage", "x"}}}, "storage");
  fails({.region = "westus", .parameters = {{"storage", "a.b"}}}, "letters, digits and hyphens");
}

TEST_CASE("data that does not say its cloud is taken as public, with a warning") {
  const RuleSet rules = rules_for("2021-11", *cloud_snapshot({}), {.region = "westus"});
  CHECK(rule_of(rules, "AzureFrontDoor.FrontEnd").status == RuleStatus::resolved);
  CHECK(warns_of(rules, "does not say its cloud"));
}

TEST_CASE("no row is silently empty in any region of any real file") {
  const auto files = testing::real_files();
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files; set SERVICETAGS_TEST_DATA to their folder");
    return;
  }
  const Profile* profile = find_builtin_profile("azure-machine-learning");
  std::size_t rules_seen = 0;
  for (const std::string& path : files) {
    const SnapshotPtr snapshot = load(path).value();
    for (const Region& region : snapshot->regions()) {
      for (const Edition& edition : profile->editions) {
        const RuleSet rules =
            make_rules(*profile, edition, *snapshot, {.region = region.name}).value();
        for (const Rule& rule : rules.rules) {
          const bool open =
              rule.status == RuleStatus::resolved || rule.status == RuleStatus::fallback_global;
          const bool told = open ? rule.has_prefixes() : !rule.reason.empty();
          if (!told) CHECK_MESSAGE(false, path, " ", region.name, " ", rule.requested);
          ++rules_seen;
        }
      }
    }
  }
  MESSAGE(rules_seen, " rules");
  CHECK(rules_seen > 4'000);
}
