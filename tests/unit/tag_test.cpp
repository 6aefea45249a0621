#include "servicetags/tag.hpp"

#include <doctest/doctest.h>

using namespace servicetags;

TEST_CASE("a cloud has a name to type and a published one, and both are read in any case") {
  struct Case {
    Cloud cloud;
    const char* name;
    const char* published;
  };
  const Case cases[] = {
      {Cloud::azure_public, "public", "Public"},
      {Cloud::usgov, "usgov", "AzureGovernment"},
      {Cloud::china, "china", "China"},
      {Cloud::germany, "germany", "AzureGermany"},
  };
  std::size_t ran = 0;
  for (const auto& [cloud, name, published] : cases) {
    CHECK(to_string(cloud) == name);
    CHECK(published_name(cloud) == published);
    CHECK(parse_cloud(name).value() == cloud);
    CHECK(parse_cloud(published).value() == cloud);
    ++ran;
  }
  CHECK(ran == 4);
  CHECK(parse_cloud("PUBLIC").value() == Cloud::azure_public);
  CHECK(parse_cloud("azuregovernment").value() == Cloud::usgov);
}

TEST_CASE("any other cloud is refused with the names that are known") {
  std::size_t ran = 0;
  for (const char* name : {"", "publi", "publicc", " public", "Azure", "gov", "AzureChinaCloud"}) {
    const auto cloud = parse_cloud(name);
    REQUIRE_FALSE(cloud);
    CHECK(cloud.error().code == Errc::invalid_argument);
    for (const char* known : {"public", "usgov", "china", "germany"}) {
      CHECK(cloud.error().message.find(known) != std::string::npos);
    }
    ++ran;
  }
  CHECK(ran == 7);
  CHECK(
      parse_cloud("\x1b[31m").error().message.starts_with("unknown cloud '\\x1b[31m': expected "));
}

TEST_CASE("a tag is regional when it has a region, whatever its name") {
  Tag tag;
  tag.name = "AzureFrontDoor.Frontend";
  CHECK_FALSE(tag.is_regional());
  tag.region = "westus";
  CHECK(tag.is_regional());
}
