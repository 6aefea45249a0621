#include "servicetags/cached_snapshot.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "servicetags/compiled.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using namespace servicetags::testing;
namespace fs = std::filesystem;

namespace {

std::string file_of(const char* prefix) {
  return R"({"changeNumber":1,"cloud":"Public","values":[{"name":"A","id":"A","properties":{)"
         R"("region":"","addressPrefixes":[")" +
         std::string(prefix) + R"("]}}]})";
}

void keep(const Cache& cache, const std::string& bytes) {
  CachedPayload payload;
  payload.bytes = bytes;
  const auto lock = cache.lock();
  REQUIRE(lock);
  REQUIRE(cache.write(payload));
}

std::string prefix_in(const Result<CachedSnapshot>& loaded) {
  REQUIRE(loaded);
  return to_string(loaded->snapshot->tags()[0].prefixes[0]);
}

}  // namespace

TEST_CASE("what is kept is read, and compiled for the next time") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  const auto nothing = load_cached(cache, Cloud::azure_public);
  REQUIRE(!nothing);
  CHECK(nothing.error().code == Errc::no_data);
  CHECK(nothing.error().where == cache.path().string());

  keep(cache, file_of("192.0.2.0/24"));
  CHECK(!fs::exists(cache.compiled_path()));
  const auto read = load_cached(cache, Cloud::azure_public);
  CHECK(prefix_in(read) == "192.0.2.0/24");
  CHECK(read->payload.bytes.empty());
  CHECK(read->payload.sha256.size() == 64);
  REQUIRE(is_compiled(cache.compiled_path().string()));

  // The payload's bytes are not looked at while its compiled snapshot is there.
  fs::resize_file(cache.path(), fs::file_size(cache.path()) - 2);
  CHECK(prefix_in(load_cached(cache, Cloud::azure_public)) == "192.0.2.0/24");
}

TEST_CASE("a compiled snapshot of another payload is not used") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  keep(cache, file_of("192.0.2.0/24"));
  REQUIRE(load_cached(cache, Cloud::azure_public));
  keep(cache, file_of("198.51.100.0/24"));
  CHECK(prefix_in(load_cached(cache, Cloud::azure_public)) == "198.51.100.0/24");
  CHECK(prefix_in(load_cached(cache, Cloud::azure_public)) == "198.51.100.0/24");

  std::ofstream(cache.compiled_path(), std::ios::binary) << "not a snapshot";
  CHECK(prefix_in(load_cached(cache, Cloud::azure_public)) == "198.51.100.0/24");
}

TEST_CASE("what was damaged is told") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  keep(cache, file_of("192.0.2.0/24"));
  keep(cache, file_of("198.51.100.0/24"));
  fs::resize_file(cache.path(), fs::file_size(cache.path()) - 2);
  const auto loaded = load_cached(cache, Cloud::azure_public);
  CHECK(prefix_in(loaded) == "192.0.2.0/24");
  REQUIRE(!loaded->warnings.empty());
  CHECK(loaded->warnings[0].find("damaged") != std::string::npos);
}

TEST_CASE("data that cannot be read names the file") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  keep(cache, "{}");
  const auto loaded = load_cached(cache, Cloud::azure_public);
  REQUIRE(!loaded);
  CHECK(loaded.error().code == Errc::unexpected_shape);
  CHECK(loaded.error().where.starts_with(cache.path().string()));

  keep(cache, file_of("192.0.2.0/24"));
  const auto other = load_cached(cache, Cloud::china);
  REQUIRE(!other);
  CHECK(other.error().code == Errc::wrong_cloud);
}
