#include "servicetags/resolve.hpp"

#include <doctest/doctest.h>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::make_snapshot;
using servicetags::testing::make_tag;

namespace {

SnapshotPtr published() {
  Tag storage = make_tag("Storage.WestUS", {}, "westus");
  storage.service = "AzureStorage";
  storage.features = {{"NSG", "API"}};
  Tag directory = make_tag("AzureActiveDirectory", {});
  directory.service = "AzureAD";
  return make_snapshot(
      {storage, directory, make_tag("Storage", {}),
       make_tag("Storage.FranceCentral", {}, "centralfrance"),
       make_tag("Storage.WestEurope", {}, "westeurope"), make_tag("AzureCloud", {}),
       make_tag("AzureCloud.centralfrance", {}, "centralfrance"),
       make_tag("AzureCloud.westus", {}, "westus"), make_tag("AzureKeyVault", {}),
       make_tag("AzureKeyVault.WestEurope", {}, "westeurope"),
       make_tag("AzureContainerRegistry", {}), make_tag("AzureFrontDoor.Frontend", {}),
       make_tag("AzureFrontDoor.FirstParty", {}), make_tag("BatchNodeManagement", {}),
       make_tag("BatchNodeManagement.WestUS", {}, "westus")});
}

std::string name_of(const TagResolution& resolution) {
  return resolution.tag == nullptr ? "(none)" : resolution.tag->name;
}

struct Case {
  const char* name;
  const char* region;
  const char* tag;
  Resolved how;
};

}  // namespace

TEST_CASE("names lead to the published tag, and say how") {
  const SnapshotPtr snapshot = published();
  const Case cases[] = {
      // As published, in any case.
      {"Storage", "", "Storage", Resolved::exact},
      {"storage.westus", "", "Storage.WestUS", Resolved::exact},
      {"AzureFrontDoor.FrontEnd", "", "AzureFrontDoor.Frontend", Resolved::exact},
      // As documented.
      {"ContainerRegistry", "", "AzureContainerRegistry", Resolved::renamed},
      {"KeyVault", "", "AzureKeyVault", Resolved::renamed},
      {"Keyvault.westeurope", "", "AzureKeyVault.WestEurope", Resolved::renamed},
      {"Frontdoor.FirstParty", "", "AzureFrontDoor.FirstParty", Resolved::renamed},
      // A region in another spelling.
      {"Storage.centralfrance", "", "Storage.FranceCentral", Resolved::renamed},
      {"Storage.France Central", "", "Storage.FranceCentral", Resolved::renamed},
      {"AzureCloud.francecentral", "", "AzureCloud.centralfrance", Resolved::renamed},
      // A region apart.
      {"Storage", "westus", "Storage.WestUS", Resolved::regional},
      {"Storage", "France Central", "Storage.FranceCentral", Resolved::regional},
      {"Storage", "centralfrance", "Storage.FranceCentral", Resolved::regional},
      {"Storage", "francecentral", "Storage.FranceCentral", Resolved::regional},
      {"AzureCloud", "France Central", "AzureCloud.centralfrance", Resolved::regional},
      {"KeyVault", "west-europe", "AzureKeyVault.WestEurope", Resolved::regional},
      {"Storage.WestUS", "West US", "Storage.WestUS", Resolved::exact},
      {"Storage.centralfrance", "francecentral", "Storage.FranceCentral", Resolved::renamed},
      // None.
      {"Nonsense", "", "(none)", Resolved::unknown_tag},
      {"Nonsense", "westus", "(none)", Resolved::unknown_tag},
      {"Nonsense.westus", "", "(none)", Resolved::unknown_tag},
      {"", "", "(none)", Resolved::unknown_tag},
      {"Storage.", "", "(none)", Resolved::unknown_tag},
      {"Storage", "atlantis", "(none)", Resolved::unknown_region},
      {"Storage.WestUS", "atlantis", "(none)", Resolved::unknown_region},
      {"Storage.atlantis", "", "(none)", Resolved::unknown_region},
      {"AzureActiveDirectory", "westus", "(none)", Resolved::not_in_region},
      {"KeyVault.westus", "", "(none)", Resolved::not_in_region},
      {"Storage.WestUS", "westeurope", "(none)", Resolved::not_in_region},
      {"VirtualNetwork", "", "(none)", Resolved::not_published},
      {"internet", "", "(none)", Resolved::not_published},
      {"AzureLoadBalancer", "", "(none)", Resolved::not_published},
      {"AzurePlatformDNS", "", "(none)", Resolved::not_published},
      {"AzurePlatformIMDS", "westus", "(none)", Resolved::not_published},
      {"AzurePlatformLKM", "", "(none)", Resolved::not_published},
  };
  std::size_t checked = 0;
  for (const Case& c : cases) {
    const TagResolution got = resolve_tag(*snapshot, c.name, c.region);
    CHECK_MESSAGE(name_of(got) == c.tag, c.name, " in '", c.region, "'");
    CHECK_MESSAGE((got.how == c.how), c.name, " in '", c.region, "': ", got.message);
    CHECK(got.requested == c.name);
    // Only a tag of just this name goes without saying.
    CHECK_MESSAGE((got.message.empty() == (name_of(got) == c.name)), c.name, got.message);
    ++checked;
  }
  CHECK(checked == 35);
}

TEST_CASE("a message says what is meant and what to do") {
  const SnapshotPtr snapshot = published();
  CHECK(resolve_tag(*snapshot, "KeyVault").message == "'KeyVault' is published as AzureKeyVault");
  CHECK(resolve_tag(*snapshot, "Storage", "West US").message ==
        "'Storage' for region westus is published as Storage.WestUS");
  CHECK(resolve_tag(*snapshot, "AzureActiveDirectory", "westus").message ==
        "AzureActiveDirectory is not published for region westus; "
        "the global tag AzureActiveDirectory is");
  CHECK(resolve_tag(*snapshot, "AzureActiveDirectory", "westus").suggestions ==
        std::vector<std::string>{"AzureActiveDirectory"});
  CHECK(resolve_tag(*snapshot, "Storage.WestUS", "westeurope").message.find("westus") !=
        std::string::npos);
  CHECK(resolve_tag(*snapshot, "AzureLoadBalancer").message.find("168.63.129.16") !=
        std::string::npos);
}

TEST_CASE("near misses are suggested, best first") {
  const SnapshotPtr snapshot = published();
  using Names = std::vector<std::string>;
  CHECK(resolve_tag(*snapshot, "Storag").suggestions == Names{"Storage"});
  CHECK(resolve_tag(*snapshot, "AzureAD").suggestions == Names{"AzureActiveDirectory"});
  CHECK(resolve_tag(*snapshot, "ActiveDirectory").suggestions == Names{"AzureActiveDirectory"});
  CHECK(resolve_tag(*snapshot, "AzureFrontDoor.Fronted").suggestions.at(0) ==
        "AzureFrontDoor.Frontend");
  // As one documentation page has it.
  CHECK(resolve_tag(*snapshot, "BatchNodeManagement.uswest").suggestions.at(0) ==
        "BatchNodeManagement.WestUS");
  CHECK(resolve_tag(*snapshot, "Storage", "westeurop").suggestions == Names{"westeurope"});
  CHECK(resolve_tag(*snapshot, "Storage", "uswest").suggestions == Names{"westus"});
  CHECK(resolve_tag(*snapshot, "Storage", "atlantis").suggestions.empty());
  CHECK(resolve_tag(*snapshot, "Qwertyuiop").suggestions.empty());
}

TEST_CASE("hostile names are answered quietly and quoted safely") {
  const SnapshotPtr snapshot = published();
  const std::string hostile = std::string("Storage\n\x1b[31m") + '\0' + "x";
  const TagResolution got = resolve_tag(*snapshot, hostile);
  CHECK(got.tag == nullptr);
  CHECK(got.message.find('\n') == std::string::npos);
  CHECK(got.message.find('\x1b') == std::string::npos);
  CHECK(resolve_tag(*snapshot, std::string(100'000, '.')).tag == nullptr);
}

// find_tags()

namespace {
std::string names_of(const std::vector<const Tag*>& tags) {
  std::string names;
  for (const Tag* tag : tags) names += (names.empty() ? "" : " ") + tag->name;
  return names;
}
}  // namespace

TEST_CASE("tags are filtered by part of a name, or by a pattern for the whole of it") {
  const SnapshotPtr snapshot = published();
  CHECK(find_tags(*snapshot, {}).size() == 15);
  CHECK(names_of(find_tags(*snapshot, {.pattern = "keyvault"})) ==
        "AzureKeyVault AzureKeyVault.WestEurope");
  CHECK(names_of(find_tags(*snapshot, {.pattern = "storage.*"})) ==
        "Storage.FranceCentral Storage.WestEurope Storage.WestUS");
  CHECK(names_of(find_tags(*snapshot, {.pattern = "*.w????"})) == "");
  CHECK(names_of(find_tags(*snapshot, {.pattern = "*e.w????s"})) == "Storage.WestUS");
  CHECK(names_of(find_tags(*snapshot, {.pattern = "St*ge"})) == "Storage");
  CHECK(names_of(find_tags(*snapshot, {.pattern = "****"})).size() > 15);
  CHECK(find_tags(*snapshot, {.pattern = "nothing"}).empty());
}

TEST_CASE("tags are filtered by region, service and feature, all at once") {
  const SnapshotPtr snapshot = published();
  CHECK(names_of(find_tags(*snapshot, {.region = "France Central"})) ==
        "AzureCloud.centralfrance Storage.FranceCentral");
  CHECK(find_tags(*snapshot, {.region = "atlantis"}).empty());
  CHECK(names_of(find_tags(*snapshot, {.service = "azurestorage"})) == "Storage.WestUS");
  CHECK(names_of(find_tags(*snapshot, {.service = "storage"})) ==
        "Storage Storage.FranceCentral Storage.WestEurope Storage.WestUS");
  CHECK(names_of(find_tags(*snapshot, {.feature = "nsg"})) == "Storage.WestUS");
  CHECK(names_of(find_tags(*snapshot, {.region = "westus", .service = "storage"})) ==
        "Storage.WestUS");
  CHECK(find_tags(*snapshot, {.region = "westus", .feature = "VSE"}).empty());
}
