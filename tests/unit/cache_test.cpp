#include "servicetags/cache.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "fetch/cache_format.hpp"
#include "support/sha256.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using servicetags::testing::TempDir;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMax = 1'000'000;

CachedPayload payload(std::string bytes) {
  CachedPayload one;
  one.bytes = std::move(bytes);
  one.sha256 = sha256_of({one.bytes});
  one.source = "https://example.com/tags.json";
  one.file_name = "ServiceTags_Public_20260101.json";
  one.etag = "\"abc\"";
  one.last_modified = "Thu, 01 Jan 2026 00:00:00 GMT";
  one.fetched_at = Timestamp(std::chrono::milliseconds(1'767'225'600'123));
  one.checked_at = one.fetched_at + std::chrono::hours(5);
  return one;
}

void check_same(const CachedPayload& a, const CachedPayload& b) {
  CHECK(a.bytes == b.bytes);
  CHECK(a.sha256 == b.sha256);
  CHECK(a.source == b.source);
  CHECK(a.file_name == b.file_name);
  CHECK(a.etag == b.etag);
  CHECK(a.last_modified == b.last_modified);
  CHECK(a.fetched_at == b.fetched_at);
  CHECK(a.checked_at == b.checked_at);
}

void keep(const Cache& cache, const CachedPayload& one) {
  const auto lock = cache.lock();
  REQUIRE(lock);
  REQUIRE(cache.write(one));
}

std::string file_of(const CachedPayload& one) { return fetch::cache_head(one) + one.bytes; }

}  // namespace

TEST_CASE("what is kept is read back, and the one before as the previous") {
  const TempDir folder;
  const Cache cache(folder.path("a/b"), "public");
  CHECK_FALSE(cache.read(kMax).value().payload);
  CHECK_FALSE(fs::exists(folder.path("a")));
  keep(cache, payload("first"));
  check_same(*cache.read(kMax).value().payload, payload("first"));
  CHECK_FALSE(cache.read_previous(kMax));
  keep(cache, payload("first"));  // the same bytes: there is no one before still
  CHECK_FALSE(cache.read_previous(kMax));
  keep(cache, payload(std::string("second\0{\xFF\n\n", 11)));
  check_same(*cache.read(kMax).value().payload, payload(std::string("second\0{\xFF\n\n", 11)));
  check_same(*cache.read_previous(kMax), payload("first"));
}

TEST_CASE("confirming moves the time and nothing else") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  const Timestamp later = payload("x").checked_at + std::chrono::days(3);
  CHECK(cache.confirm(later).error().code == Errc::no_data);
  keep(cache, payload("x"));
  REQUIRE(cache.confirm(later));
  CachedPayload wanted = payload("x");
  wanted.checked_at = later;
  check_same(*cache.read(kMax).value().payload, wanted);
}

TEST_CASE("foreign text in a field stays in its line") {
  CachedPayload odd = payload("x");
  odd.etag = "a\nsha256: 0\n\n{";
  odd.source = "https://example.com/\r\x7F";
  const auto back = fetch::parse_cache(file_of(odd));
  REQUIRE(back);
  CHECK(back->etag == "a?sha256: 0??{");
  CHECK(back->bytes == "x");
  CHECK(back->sha256 == payload("x").sha256);
}

TEST_CASE("a file with any byte changed, missing or added is not whole") {
  const std::string good = file_of(payload("some payload\n"));
  REQUIRE(fetch::parse_cache(good));
  std::size_t refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    refused += fetch::parse_cache(flipped) ? 0U : 1U;
    refused += fetch::parse_cache(good.substr(0, i)) ? 0U : 1U;
  }
  CHECK(refused == 2 * good.size());
  CHECK_FALSE(fetch::parse_cache(good + "x"));
}

TEST_CASE("a damaged cache is set aside and said, and the previous one is used") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  keep(cache, payload("first"));
  keep(cache, payload("second"));
  fs::resize_file(cache.path(), 100);
  const CacheContent content = cache.read(kMax).value();
  check_same(*content.payload, payload("first"));
  REQUIRE(content.warnings.size() == 2);
  CHECK(content.warnings[0].find("is damaged and was set aside as") != std::string::npos);
  CHECK(fs::file_size(folder.path("public.damaged")) == 100);
  // The next one that is kept does not make the damaged one its previous.
  keep(cache, payload("third"));
  check_same(*cache.read(kMax).value().payload, payload("third"));
  CHECK(cache.read(kMax).value().warnings.empty());
  check_same(*cache.read_previous(kMax), payload("first"));
}

TEST_CASE("a damaged cache stays where it is while another process refreshes") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  keep(cache, payload("first"));
  fs::resize_file(cache.path(), 100);
  const auto lock = cache.lock();
  REQUIRE(lock);
  const CacheContent content = cache.read(kMax).value();
  CHECK_FALSE(content.payload);
  CHECK(fs::exists(cache.path()));
  CHECK(content.warnings.size() == 1);
}

TEST_CASE("a cache that cannot be read or is too large is an error, not absent") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  keep(cache, payload(std::string(200'000, 'x')));
  CHECK(cache.read(1'000).error().code == Errc::limit_exceeded);
  fs::remove(cache.path());
  fs::create_directory(cache.path());
  CHECK(cache.read(kMax).error().code == Errc::io_failed);
}

TEST_CASE("a folder that cannot be made is an error") {
  const TempDir folder;
  const Cache cache(folder.write("file", "x"), "public");
  CHECK(cache.lock().error().code == Errc::io_failed);
  CHECK(cache.write(payload("x")).error().code == Errc::io_failed);
  CHECK(cache.write_refused("x", "y").error().code == Errc::io_failed);
}

TEST_CASE("a refused payload is kept as it came, with the reasons") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  REQUIRE(cache.write_refused("{\"values\": []}", "empty\n"));
  CHECK(fs::file_size(cache.refused_path()) == 14);
  CHECK(fs::file_size(folder.path("public.refused.txt")) == 6);
  cache.remove_refused();
  cache.remove_refused();
  CHECK_FALSE(fs::exists(cache.refused_path()));
  CHECK_FALSE(fs::exists(folder.path("public.refused.txt")));
  CHECK_FALSE(cache.read(kMax).value().payload);
}

TEST_CASE("the lock lets one in at a time, and waiting ends when asked to stop") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  std::stop_source stop;
  std::optional<Errc> code;
  {
    const auto held = cache.lock();
    REQUIRE(held);
    std::thread waiting([&] {
      auto lock = cache.lock(stop.get_token());
      if (!lock) code = lock.error().code;
    });
    stop.request_stop();
    waiting.join();
    CHECK(code == Errc::cancelled);
  }
  CHECK(cache.lock());
  // Clouds do not wait for each other.
  const auto held = cache.lock();
  CHECK(Cache(folder.path(""), "china").lock());
}

TEST_CASE("the lock goes with its process") {
  const TempDir folder;
  const Cache cache(folder.path(""), "public");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto held = cache.lock();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(cache.lock());
}

TEST_CASE("the default folder follows the environment, absolute paths only") {
  ::setenv("XDG_CACHE_HOME", "/x", 1);
  CHECK(Cache::default_folder() == fs::path("/x/servicetags"));
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  ::setenv("HOME", "/home/someone", 1);
  CHECK(Cache::default_folder() == fs::path("/home/someone/.cache/servicetags"));
  ::unsetenv("XDG_CACHE_HOME");
  ::unsetenv("HOME");
  CHECK_FALSE(Cache::default_folder());
}
