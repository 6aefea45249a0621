#include "servicetags/updater.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

#include "support/file.hpp"
#include "support/scripted_source.hpp"
#include "support/sha256.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using namespace servicetags::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A service tag file of one tag with this many prefixes.
std::string file_of(unsigned prefixes, unsigned number = 1, const char* cloud = "Public") {
  std::string list;
  for (unsigned i = 0; i < prefixes; ++i) {
    list += std::string(i == 0 ? "" : ",") + "\"198.18." + std::to_string(i) + ".0/24\"";
  }
  const std::string change = std::to_string(number);
  return R"({"changeNumber":)" + change + R"(,"cloud":")" + cloud +
         R"(","values":[{"name":"A","id":"A","properties":{"changeNumber":)" + change +
         R"(,"region":"","platform":"Azure","systemService":"","addressPrefixes":[)" + list +
         R"(],"networkFeatures":["NSG"]}}]})";
}

std::string name_of(const char* day) { return std::string("ServiceTags_Public_") + day + ".json"; }

struct Fixture {
  TempDir folder;
  std::shared_ptr<Script> script;
  UpdateOptions options;
  Timestamp time{std::chrono::milliseconds(1'767'225'600'000)};

  explicit Fixture(std::vector<FetchResult> answers)
      : script(std::make_shared<Script>(std::move(answers))) {
    options.cloud = Cloud::azure_public;
    options.cache = Cache(folder.path(""), "public");
    options.now = [this] { return time += 1ms; };
  }
  Updater make() { return {std::make_unique<ScriptedSource>(script), options}; }
  [[nodiscard]] std::optional<CachedPayload> kept() const {
    return options.cache->read(1'000'000).value().payload;
  }
};

std::size_t prefixes_now(const Updater& updater) {
  const SnapshotPtr snapshot = updater.current().get();
  return snapshot ? snapshot->info().prefix_count : 0;
}

}  // namespace

TEST_CASE("the first data is made current and kept; the next process opens with it") {
  Fixture f({gives(file_of(10), name_of("20260105"), "\"1\"")});
  {
    Updater updater = f.make();
    REQUIRE(updater.open());
    CHECK_FALSE(updater.current().get());
    const UpdateReport report = updater.update();
    CHECK(report.outcome == UpdateOutcome::swapped);
    CHECK_FALSE(report.before);
    CHECK(report.after == updater.current().get());
    CHECK(report.changes.empty());
    CHECK(report.kept);
    CHECK(report.sha256 == sha256_of({file_of(10)}));
  }
  Updater updater = f.make();
  REQUIRE(updater.open().value().empty());
  CHECK(prefixes_now(updater) == 10);
  CHECK(updater.payload()->file_name == name_of("20260105"));
  CHECK(updater.payload()->etag == "\"1\"");
}

TEST_CASE("new data is swapped in with the difference, and the source is asked for changes") {
  Fixture f({gives(file_of(10), name_of("20260105"), "\"1\""),
             gives(file_of(12, 2), name_of("20260112"), "\"2\""), not_modified()});
  Updater updater = f.make();
  (void)updater.update();
  const UpdateReport report = updater.update();
  CHECK(report.outcome == UpdateOutcome::swapped);
  REQUIRE(report.changes.changed.size() == 1);
  CHECK(report.changes.changed[0].added.size() == 2);
  const Timestamp before = f.kept()->checked_at;
  const UpdateReport same = updater.update();
  CHECK(same.outcome == UpdateOutcome::unchanged);
  CHECK(same.kept);
  CHECK(f.kept()->checked_at > before);
  CHECK(f.kept()->fetched_at < f.kept()->checked_at);
  REQUIRE(f.script->asked.size() == 3);
  CHECK(f.script->asked[0].etag.empty());
  CHECK(f.script->asked[1].etag == "\"1\"");
  CHECK(f.script->asked[2].etag == "\"2\"");
}

TEST_CASE("the same bytes again are unchanged, and renew what is known of them") {
  Fixture f({gives(file_of(10), name_of("20260105"), "\"1\""),
             gives(file_of(10), name_of("20260112"), "\"2\"")});
  Updater updater = f.make();
  (void)updater.update();
  const SnapshotPtr first = updater.current().get();
  CHECK(updater.update().outcome == UpdateOutcome::unchanged);
  CHECK(updater.current().get() == first);
  CHECK(f.kept()->etag == "\"2\"");
}

TEST_CASE("whatever goes wrong, the old data stays, in memory and on disk") {
  struct Case {
    const char* name;
    FetchResult answer;
    UpdateOutcome outcome;
    std::optional<Errc> code;
  };
  const std::string half = file_of(10).substr(0, 100);
  const Case cases[] = {
      {"no connection", fails(Errc::network_failed), UpdateOutcome::failed, Errc::network_failed},
      {"a deadline", fails(Errc::timed_out), UpdateOutcome::failed, Errc::timed_out},
      {"a page", gives("<html>"), UpdateOutcome::refused, Errc::malformed_json},
      {"nothing", gives(""), UpdateOutcome::refused, Errc::malformed_json},
      {"half", gives(half), UpdateOutcome::refused, Errc::malformed_json},
      {"another file", gives("{\"a\": 1}"), UpdateOutcome::refused, Errc::unexpected_shape},
      {"no values", gives(R"({"cloud":"Public","values":[]})"), UpdateOutcome::refused, {}},
      {"another cloud", gives(file_of(10, 1, "AzureGovernment")), UpdateOutcome::refused,
       Errc::wrong_cloud},
      {"a bad prefix",
       gives(R"({"values":[{"name":"A","properties":{"addressPrefixes":["x"]}}]})"),
       UpdateOutcome::refused,
       {}},
      {"half the prefixes", gives(file_of(5)), UpdateOutcome::refused, {}},
  };
  std::size_t checked = 0;
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Fixture f({gives(file_of(10), name_of("20260105")), c.answer});
    Updater updater = f.make();
    (void)updater.update();
    const SnapshotPtr good = updater.current().get();
    const UpdateReport report = updater.update();
    CHECK(report.outcome == c.outcome);
    if (c.code) CHECK(report.error.value().code == *c.code);
    CHECK(updater.current().get() == good);
    CHECK(report.after == good);
    CHECK(report.changes.empty());
    CHECK(f.kept()->bytes == file_of(10));
    const bool refused = c.outcome == UpdateOutcome::refused;
    CHECK(report.reasons.empty() == !refused);
    CHECK(fs::exists(f.options.cache->refused_path()) == refused);
    if (refused) {
      const auto kept = read_file(f.options.cache->refused_path().string(), 1'000'000).value();
      CHECK(kept == c.answer.payload.value().bytes);
      CHECK(report.sha256 == sha256_of({kept}));
    }
    ++checked;
  }
  CHECK(checked == std::size(cases));
}

TEST_CASE("a server's wish to be left alone is passed on") {
  Fixture f({fails(Errc::http_status, 120s)});
  Updater updater = f.make();
  CHECK(updater.update().retry_after == 120s);
}

TEST_CASE("an answer that nothing changed, to one who knows nothing, is an error") {
  Fixture f({not_modified()});
  Updater updater = f.make();
  const UpdateReport report = updater.update();
  CHECK(report.outcome == UpdateOutcome::failed);
  CHECK(report.error.value().code == Errc::http_status);
}

TEST_CASE("older data under an older date is refused, unless it is allowed") {
  for (const bool allowed : {false, true}) {
    Fixture f(
        {gives(file_of(10, 9), name_of("20260112")), gives(file_of(10, 8), name_of("20260105"))});
    f.options.gate.allow_rollback = allowed;
    Updater updater = f.make();
    (void)updater.update();
    CHECK(updater.update().outcome == (allowed ? UpdateOutcome::swapped : UpdateOutcome::refused));
  }
}

TEST_CASE("bad data that was once accepted does not lock good data out") {
  Fixture f({gives(file_of(20), name_of("20260105")), gives(file_of(200, 2), name_of("20260112")),
             gives(file_of(21, 3), name_of("20260119"))});
  Updater updater = f.make();
  (void)updater.update();
  CHECK(updater.update().outcome == UpdateOutcome::swapped);  // it may grow
  const UpdateReport report = updater.update();
  CHECK(report.outcome == UpdateOutcome::swapped);
  CHECK(prefixes_now(updater) == 21);
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].starts_with("accepted as plausible after the data before the last"));
}

TEST_CASE("refused data is accepted by its hash, and by nothing else") {
  Fixture f({gives(file_of(20), name_of("20260105")), gives(file_of(2, 2), name_of("20260112"))});
  Updater updater = f.make();
  CHECK(updater.accept("000000000000").error.value().code == Errc::no_data);
  (void)updater.update();
  const UpdateReport refused = updater.update();
  REQUIRE(refused.outcome == UpdateOutcome::refused);
  CHECK(updater.accept("").error.value().code == Errc::invalid_argument);
  CHECK(updater.accept(refused.sha256.substr(0, 11)).error.value().code == Errc::invalid_argument);
  CHECK(updater.accept("000000000000").error.value().code == Errc::invalid_argument);
  CHECK(prefixes_now(updater) == 20);
  const UpdateReport accepted = updater.accept(refused.sha256.substr(0, 12));
  CHECK(accepted.outcome == UpdateOutcome::swapped);
  CHECK(prefixes_now(updater) == 2);
  CHECK(accepted.changes.changed.at(0).removed.size() == 18);
  CHECK(f.kept()->bytes == file_of(2, 2));
  CHECK_FALSE(fs::exists(f.options.cache->refused_path()));
}

TEST_CASE("data of another source does not use what the first one said") {
  Fixture f({gives(file_of(10), name_of("20260105"), "\"1\"")});
  {
    Updater updater = f.make();
    (void)updater.update();
  }
  f.script->name = "https://example.org/other";
  Updater updater = f.make();
  REQUIRE(updater.open());
  (void)updater.update();
  CHECK(f.script->asked.back().etag.empty());
}

TEST_CASE("a cache that was damaged meanwhile is mended by asking for everything") {
  Fixture f({gives(file_of(10), name_of("20260105"), "\"1\"")});
  Updater updater = f.make();
  (void)updater.update();
  fs::resize_file(f.options.cache->path(), 50);
  const UpdateReport report = updater.update();
  CHECK(report.outcome == UpdateOutcome::unchanged);
  CHECK(report.kept);
  CHECK(f.script->asked.back().etag.empty());
  CHECK(f.kept()->bytes == file_of(10));
}

TEST_CASE("a damaged cache opens with the data before the last") {
  Fixture f({gives(file_of(10), name_of("20260105")), gives(file_of(12, 2), name_of("20260112"))});
  {
    Updater updater = f.make();
    (void)updater.update();
    (void)updater.update();
  }
  fs::resize_file(f.options.cache->path(), 50);
  Updater updater = f.make();
  CHECK(updater.open().value().size() == 2);
  CHECK(prefixes_now(updater) == 10);
}

TEST_CASE("without a place to keep it, data is current all the same, with a warning") {
  Fixture f({gives(file_of(10), name_of("20260105"))});
  f.options.cache = Cache(f.folder.write("file", "x"), "public");
  Updater updater = f.make();
  const UpdateReport report = updater.update();
  CHECK(report.outcome == UpdateOutcome::swapped);
  CHECK_FALSE(report.kept);
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].starts_with("nothing is kept on disk: "));
}

TEST_CASE("of several that refresh at once, one fetches and the others take what it got") {
  Fixture f({gives(file_of(10), name_of("20260105"))});
  std::atomic<int> waiting = 0;
  constexpr int kProcesses = 8;
  // The first holds the lock until all others are about to ask for it.
  f.script->on_fetch = [&](const std::stop_token&) {
    while (waiting.load() < kProcesses) std::this_thread::yield();
  };
  std::atomic<int> swapped = 0;
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> time = 1'767'225'600'000;
  for (int i = 0; i < kProcesses; ++i) {
    threads.emplace_back([&] {
      UpdateOptions options = f.options;
      options.now = [&] {
        ++waiting;
        return Timestamp(std::chrono::milliseconds(++time));
      };
      Updater updater(std::make_unique<ScriptedSource>(f.script), options);
      const UpdateReport report = updater.update();
      if (report.outcome == UpdateOutcome::swapped && report.kept) ++swapped;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(swapped == kProcesses);
  CHECK(f.script->asked.size() == 1);
}

TEST_CASE("an attempt in the same millisecond as the last one asks all the same") {
  Fixture f({gives(file_of(10), name_of("20260105"), "\"1\""),
             gives(file_of(12, 2), name_of("20260112"), "\"2\"")});
  f.options.now = [&f] { return f.time; };
  Updater updater = f.make();
  CHECK(updater.update().outcome == UpdateOutcome::swapped);
  CHECK(updater.update().outcome == UpdateOutcome::swapped);
  CHECK(prefixes_now(updater) == 12);
}

TEST_CASE("waiting for another process ends when asked to stop") {
  Fixture f({gives(file_of(10))});
  const auto held = f.options.cache->lock();
  REQUIRE(held);
  std::stop_source stop;
  stop.request_stop();
  Updater updater = f.make();
  const UpdateReport report = updater.update(stop.get_token());
  CHECK(report.outcome == UpdateOutcome::failed);
  CHECK(report.error.value().code == Errc::cancelled);
  CHECK(f.script->asked.empty());
}

TEST_CASE("a reader's handle follows the swaps") {
  Fixture f({gives(file_of(10)), gives(file_of(12, 2))});
  Updater updater = f.make();
  SnapshotReader reader(updater.current());
  CHECK_FALSE(reader.get());
  (void)updater.update();
  CHECK(reader.get()->info().prefix_count == 10);
  const SnapshotPtr kept = reader.get();
  (void)updater.update();
  CHECK(reader.get()->info().prefix_count == 12);
  CHECK(kept->info().prefix_count == 10);
}
