#include "servicetags/region.hpp"

#include <doctest/doctest.h>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::make_snapshot;
using servicetags::testing::make_tag;

namespace {

/// As the public file has them: AzureCloud's suffix is the field, others have their own.
SnapshotPtr public_regions() {
  return make_snapshot(
      {make_tag("AzureCloud.centralfrance", {}, "centralfrance"),
       make_tag("Storage.FranceCentral", {}, "centralfrance"),
       make_tag("Sql.FranceCentral", {}, "centralfrance"),
       make_tag("AzureCloud.eastus2", {}, "eastus2"), make_tag("Storage.EastUS2", {}, "eastus2"),
       make_tag("Sql.EastUS2", {}, "eastus2"), make_tag("Storage.EastUS2Stage", {}, "eastus2"),
       make_tag("Sql.EastUS2Stage", {}, "eastus2"), make_tag("AzureCloud.westus", {}, "westus"),
       make_tag("Storage.WestUS", {}, "westus"), make_tag("AzureCloud.brazilne", {}, "brazilne"),
       make_tag("AzureFrontDoor.Frontend", {})});
}

const Region& find(const SnapshotPtr& snapshot, const char* spelling) {
  const Region* region = snapshot->find_region(spelling);
  REQUIRE_MESSAGE(region != nullptr, spelling);
  return *region;
}

}  // namespace

TEST_CASE("a key is what remains without case, blanks, hyphens and underscores") {
  CHECK(region_key("France Central") == "francecentral");
  CHECK(region_key("france-central") == "francecentral");
  CHECK(region_key("FRANCE_CENTRAL") == "francecentral");
  CHECK(region_key("") == "");
}

TEST_CASE("one region answers to all its spellings") {
  const SnapshotPtr snapshot = public_regions();
  const Region& france = find(snapshot, "francecentral");
  CHECK(france.name == "francecentral");
  CHECK(france.display == "France Central");
  CHECK(france.published == "centralfrance");
  CHECK(france.suffix == "FranceCentral");
  CHECK(france.tag_count == 3);
  for (const char* spelling :
       {"centralfrance", "FranceCentral", "France Central", "france-central", " FRANCE  central"}) {
    CHECK_MESSAGE(snapshot->find_region(spelling) == &france, spelling);
  }
}

TEST_CASE("two suffixes that share one field are two regions") {
  const SnapshotPtr snapshot = public_regions();
  const Region& east = find(snapshot, "East US 2");
  CHECK(east.name == "eastus2");
  CHECK(east.suffix == "EastUS2");
  CHECK(east.tag_count == 3);  // AzureCloud.eastus2 among them
  const Region& stage = find(snapshot, "eastus2stage");
  CHECK(stage.published == "eastus2");
  CHECK(stage.tag_count == 2);
}

TEST_CASE("a region that only AzureCloud names has its Azure Resource Manager name") {
  const SnapshotPtr snapshot = public_regions();
  const Region& brazil = find(snapshot, "brazilne");
  CHECK(brazil.name == "brazilnortheast");
  CHECK(brazil.published == "brazilne");
}

TEST_CASE("regions are sorted, and a dot alone makes none") {
  const SnapshotPtr snapshot = public_regions();
  std::vector<std::string> names;
  for (const Region& region : snapshot->regions()) names.push_back(region.name);
  CHECK(names == std::vector<std::string>{"brazilnortheast", "eastus2", "eastus2stage",
                                          "francecentral", "westus"});
  CHECK(snapshot->find_region("Frontend") == nullptr);
  CHECK(snapshot->find_region("") == nullptr);
}

TEST_CASE("a regional tag whose suffix is no region does not make it one") {
  // As in the US government file.
  const SnapshotPtr snapshot =
      make_snapshot({make_tag("AzurePortal.AzureAppServiceUx", {}, "usgovtexas"),
                     make_tag("Storage.USGovTexas", {}, "usgovtexas"),
                     make_tag("Sql.USGovTexas", {}, "usgovtexas"),
                     make_tag("AzureCloud.usgovtexas", {}, "usgovtexas")});
  REQUIRE(snapshot->regions().size() == 1);
  CHECK(snapshot->regions()[0].name == "usgovtexas");
  CHECK(snapshot->regions()[0].display == "USGov Texas");
  CHECK(snapshot->regions()[0].tag_count == 4);
  CHECK(snapshot->find_region("AzureAppServiceUx") == nullptr);
}

TEST_CASE("a file of one regional tag knows its region by both names") {
  const SnapshotPtr snapshot = make_snapshot({make_tag("Sql.FranceCentral", {}, "centralfrance")});
  CHECK(find(snapshot, "centralfrance").name == "francecentral");
  CHECK(find(snapshot, "France Central").name == "francecentral");
  const SnapshotPtr cloud =
      make_snapshot({make_tag("AzureCloud.centralfrance", {}, "centralfrance")});
  CHECK(find(cloud, "francecentral").published == "centralfrance");
}

TEST_CASE("every regional tag has a region, and global ones have none") {
  const SnapshotPtr snapshot = public_regions();
  std::size_t regional = 0;
  for (const Tag& tag : snapshot->tags()) {
    CHECK((snapshot->region_of(tag) != nullptr) == tag.is_regional());
    if (const Region* region = snapshot->region_of(tag)) {
      CHECK(region->published == tag.region);
      ++regional;
    }
  }
  CHECK(regional == 11);
  CHECK(snapshot->region_of(*snapshot->find_tag("Storage.EastUS2Stage"))->name == "eastus2stage");
  CHECK(snapshot->region_of(*snapshot->find_tag("AzureCloud.eastus2"))->name == "eastus2");
}

TEST_CASE("display names part words, numbers and abbreviations") {
  const SnapshotPtr snapshot = make_snapshot(
      {make_tag("A.UAENorth", {}, "uaenorth"), make_tag("A.EastUS2EUAP", {}, "eastus2euap"),
       make_tag("A.USGovVirginia", {}, "usgovvirginia"), make_tag("A.ChinaEast2", {}, "chinaeast2"),
       make_tag("A.JioIndiaWest", {}, "jioindiawest"), make_tag("A.UKSouth", {}, "uksouth")});
  CHECK(find(snapshot, "uaenorth").display == "UAE North");
  CHECK(find(snapshot, "eastus2euap").display == "East US 2 EUAP");
  CHECK(find(snapshot, "usgovvirginia").display == "USGov Virginia");
  CHECK(find(snapshot, "chinaeast2").display == "China East 2");
  CHECK(find(snapshot, "jioindiawest").display == "Jio India West");
  CHECK(find(snapshot, "uksouth").display == "UK South");
}
