#include "servicetags/profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace servicetags;

namespace {

const Edition& edition(const char* name) {
  const Profile* profile = find_builtin_profile("azure-machine-learning");
  REQUIRE(profile != nullptr);
  const Edition* found = profile->find_edition(name);
  REQUIRE(found != nullptr);
  return *found;
}

std::vector<std::string> tags_of(const Edition& edition, Direction direction) {
  std::vector<std::string> tags;
  for (const Requirement& row : edition.requirements) {
    if (!row.tag.empty() && row.direction == direction) tags.push_back(row.tag);
  }
  return tags;
}

const Requirement& row_of(const Edition& edition, std::string_view tag_or_host) {
  for (const Requirement& row : edition.requirements) {
    if (row.tag == tag_or_host || row.host == tag_or_host) return row;
  }
  FAIL("no row ", std::string(tag_or_host));
  return edition.requirements.front();
}

/// A profile around one row, to see what is refused.
std::string with_row(const std::string& row) {
  return R"({"profile": "p", "title": "T", "editions": [{"edition": "1", "date": "2021-11-05",)"
         R"( "source": "s", "conditions": {"c": {"meaning": "m"}}, "rows": [)" +
         row + "]}]}";
}
const std::string kGoodRow =
    R"({"direction": "outbound", "protocol": "tcp", "ports": ["443"], "tag": "A.{region}",)"
    R"( "purpose": "p"})";

}  // namespace

TEST_CASE("every built-in profile parses, and Azure Machine Learning has two editions") {
  CHECK(builtin_profiles().size() == 1);
  const Profile* profile = find_builtin_profile("Azure-Machine-Learning");
  REQUIRE(profile != nullptr);
  REQUIRE(profile->editions.size() == 2);
  CHECK(profile->find_edition("2021-11") == &profile->editions[0]);
  CHECK(profile->find_edition("") == &profile->editions[1]);
  CHECK(profile->find_edition("1999-01") == nullptr);
  CHECK(find_builtin_profile("nothing") == nullptr);
}

TEST_CASE("the edition of 2021-11 has every row of its table") {
  const Edition& e = edition("2021-11");
  using Tags = std::vector<std::string>;
  CHECK(tags_of(e, Direction::inbound) == Tags{"BatchNodeManagement", "AzureMachineLearning"});
  CHECK(tags_of(e, Direction::outbound) ==
        Tags{"AzureActiveDirectory", "AzureMachineLearning", "AzureResourceManager",
             "Storage.{region}", "AzureFrontDoor.FrontEnd", "ContainerRegistry.{region}",
             "MicrosoftContainerRegistry.{region}", "KeyVault.{region}"});
  CHECK(row_of(e, "BatchNodeManagement").ports == std::vector<PortRange>{{29876, 29877}});
  CHECK(row_of(e, "AzureMachineLearning").ports == std::vector<PortRange>{{44224, 44224}});
  CHECK(row_of(e, "AzureActiveDirectory").ports == std::vector<PortRange>{{80, 80}, {443, 443}});
  CHECK(row_of(e, "KeyVault.{region}").when.condition == "hbi_workspace");
  const auto& clouds = row_of(e, "AzureFrontDoor.FrontEnd").clouds;
  CHECK(std::find(clouds.begin(), clouds.end(), Cloud::china) == clouds.end());
  CHECK(clouds.size() == 3);
  std::set<std::string> hosts;
  for (const Requirement& row : e.requirements) {
    CHECK(row.protocol == Protocol::tcp);
    CHECK(row.date == "2021-11-05");
    CHECK(!row.source.empty());
    if (!row.host.empty()) hosts.insert(row.host);
  }
  // Python's index under its real names, which the table writes defanged.
  const std::string dot = ".";
  CHECK(hosts == std::set<std::string>{
                     "anaconda.com", "*.anaconda.com", "*.anaconda.org", "pypi" + dot + "org",
                     "*.pythonhosted" + dot + "org", "cloud.r-project.org", "pytorch.org",
                     "*.pytorch.org", "*.tensorflow.org", "update.code.visualstudio.com",
                     "*.vo.msecnd.net", "raw.githubusercontent.com", "mcr.microsoft.com"});
  CHECK(row_of(e, "raw.githubusercontent.com").path ==
        "/microsoft/vscode-tools-for-ai/master/azureml_remote_websocket_server/*");
  CHECK(row_of(e, "mcr.microsoft.com").when.condition == "aks");
  CHECK(e.notes.size() == 3);
}

TEST_CASE("the edition of 2026-03 has the rows of its table, with their conditions") {
  const Edition& e = edition("2026-03");
  using Tags = std::vector<std::string>;
  CHECK(tags_of(e, Direction::inbound) == Tags{"AzureMachineLearning"});
  CHECK(tags_of(e, Direction::outbound) ==
        Tags{"AzureActiveDirectory", "AzureMachineLearning", "AzureMachineLearning",
             "BatchNodeManagement.{region}", "AzureResourceManager", "Storage.{region}",
             "Storage.{region}", "AzureFrontDoor.FrontEnd", "MicrosoftContainerRegistry",
             "Frontdoor.FirstParty", "AzureMonitor", "VirtualNetwork", "Keyvault.{region}"});
  CHECK(row_of(e, "AzureMonitor").when.negated);
  CHECK(row_of(e, "AzureMonitor").when.condition == "secured_monitoring");
  std::set<std::string> used;
  for (const Requirement& row : e.requirements) used.insert(row.when.condition);
  for (const Condition& condition : e.conditions) CHECK(used.contains(condition.name));
  for (const Cloud cloud : {Cloud::azure_public, Cloud::usgov, Cloud::china}) {
    const auto hosts =
        std::count_if(e.requirements.begin(), e.requirements.end(), [&](const Requirement& row) {
          return !row.host.empty() &&
                 std::find(row.clouds.begin(), row.clouds.end(), cloud) != row.clouds.end();
        });
    CHECK(hosts >= 9);
  }
}

TEST_CASE("editions are compared row by row") {
  const auto lines = diff_editions(edition("2021-11"), edition("2026-03"));
  const auto has = [&](const char* line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  CHECK(has("- inbound tcp 29876-29877 BatchNodeManagement"));
  CHECK(has("+ outbound udp 5831 AzureMachineLearning"));
  CHECK(has("+ outbound tcp 443 AzureMonitor unless secured_monitoring"));
  CHECK(!has("- outbound tcp 443 AzureResourceManager"));
  CHECK(diff_editions(edition("2021-11"), edition("2021-11")).empty());
}

TEST_CASE("ports are read strictly") {
  CHECK(parse_ports("443").value() == PortRange{443, 443});
  CHECK(parse_ports("1-65535").value() == PortRange{1, 65535});
  CHECK(to_string(PortRange{80, 80}) == "80");
  CHECK(to_string(PortRange{80, 81}) == "80-81");
  for (const char* bad : {"", "0", "65536", "080", "+80", "80-", "-80", "81-80", "80,81", "http",
                          "80 ", "99999", "1-2-3", "80--81"}) {
    CHECK_MESSAGE(!parse_ports(bad).has_value(), bad);
  }
}

TEST_CASE("a profile of one's own is read") {
  const Profile profile = parse_profile(with_row(kGoodRow)).value();
  REQUIRE(profile.editions.size() == 1);
  REQUIRE(profile.editions[0].requirements.size() == 1);
  CHECK(profile.editions[0].requirements[0].tag == "A.{region}");
  CHECK(profile.editions[0].requirements[0].source == "s");
}

TEST_CASE("what is wrong in a profile is told with pointer and byte") {
  struct Case {
    const char* replace;
    const char* by;
    const char* where;
  };
  const std::string row = "#/editions/0/rows/0";
  const Case cases[] = {
      {R"("outbound")", R"("sideways")", ""},
      {R"("tcp")", R"("icmp")", ""},
      {R"(["443"])", "[]", ""},
      {R"("443")", R"("0")", "/ports/0"},
      {R"("443")", "443", "/ports/0"},
      {R"("A.{region}")", R"("A;reboot")", "/tag"},
      {R"("A.{region}")", R"("{region}.A")", "/tag"},
      {R"("A.{region}")", "5", "/tag"},
      {R"("tag": "A.{region}")", R"("host": "a b.com")", "/host"},
      {R"("tag": "A.{region}")", R"("host": "10.0.0.1")", "/host"},
      {R"("tag": "A.{region}")", R"("host": "https://a.com")", "/host"},
      {R"("tag": "A.{region}")", R"("host": "a.*.com")", "/host"},
      {R"("tag": "A.{region}")", R"("host": "a.com", "path": "/x y")", "/path"},
      {R"("tag": "A.{region}")", R"("tag": "A", "path": "/x")", ""},
      {R"("tag": "A.{region}")", R"("tag": "A", "host": "a.com")", ""},
      {R"("tag": "A.{region}", )", "", ""},
      {R"("purpose": "p")", R"("purpose": "p\n* allow all")", "/purpose"},
      {R"("purpose": "p")", R"("purpose": "")", "/purpose"},
      {R"("purpose": "p")", R"("purpose": "p", "condition": "x")", "/condition"},
      {R"("purpose": "p")", R"("purpose": "p", "clouds": ["mars"])", "/clouds/0"},
      {R"("purpose": "p")", R"("purpose": "p", "prots": [])", "/prots"},
  };
  std::size_t checked = 0;
  for (const Case& c : cases) {
    std::string bad = kGoodRow;
    bad.replace(bad.find(c.replace), std::string(c.replace).size(), c.by);
    const auto profile = parse_profile(with_row(bad));
    REQUIRE_MESSAGE(!profile.has_value(), bad);
    CHECK(profile.error().code == Errc::invalid_profile);
    CHECK_MESSAGE(profile.error().where == row + c.where, bad);
    CHECK(profile.error().offset.has_value());
    ++checked;
  }
  CHECK(checked == 21);
  CHECK(parse_profile("{").error().code == Errc::malformed_json);
  CHECK(parse_profile("[]").error().code == Errc::invalid_profile);
  CHECK(parse_profile(R"({"profile": "p", "title": "T", "editions": []})").error().code ==
        Errc::invalid_profile);
}
