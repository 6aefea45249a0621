#include "servicetags/refresher.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <random>
#include <thread>

#include "support/scripted_source.hpp"

using namespace servicetags;
using namespace servicetags::testing;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

std::string file_of(unsigned number) {
  return R"({"values":[{"name":"A","properties":{"addressPrefixes":["198.18.)" +
         std::to_string(number % 256) + R"(.0/24"]}}]})";
}

std::unique_ptr<Updater> updater_of(const std::shared_ptr<Script>& script) {
  UpdateOptions options;
  options.gate.max_prefix_loss = 1.0;
  return std::make_unique<Updater>(std::make_unique<ScriptedSource>(script), options);
}

constexpr RefreshPolicy kAtOnce{
    .interval = 0ms, .jitter = 0ms, .first_retry = 0ms, .max_retry = 0ms};
constexpr RefreshPolicy kNever{.interval = 24h, .jitter = 0ms};

}  // namespace

TEST_CASE("after a success the wait is the interval and some jitter") {
  const RefreshPolicy policy{.interval = 10h, .jitter = 1h};
  CHECK(next_wait(policy, 0, {}, 0.0) == 10h);
  CHECK(next_wait(policy, 0, {}, 0.5) == 10h + 30min);
  CHECK(next_wait(policy, 0, {}, 1.0) == 11h);
}

TEST_CASE("after failures the wait doubles up to the cap") {
  const RefreshPolicy policy{.first_retry = 1min, .max_retry = 10min};
  const milliseconds waits[] = {1min, 2min, 4min, 8min, 10min, 10min};
  for (unsigned failures = 1; failures <= 6; ++failures) {
    CHECK(next_wait(policy, failures, {}, 0.0) == waits[failures - 1]);
    CHECK(next_wait(policy, failures, {}, 1.0) == waits[failures - 1] * 3 / 2);
  }
  CHECK(next_wait(policy, 4'000'000'000U, {}, 0.0) == 10min);
  CHECK(next_wait({.first_retry = 0ms}, 50, {}, 0.0) == 0ms);
  CHECK(next_wait({.first_retry = 3h, .max_retry = 2h}, 1, {}, 0.0) == 2h);
}

TEST_CASE("a server's wish is never undercut, within a day") {
  const RefreshPolicy policy{.interval = 1h, .jitter = 0ms, .first_retry = 1min};
  CHECK(next_wait(policy, 1, 600s, 0.0) == 10min);
  CHECK(next_wait(policy, 1, 1s, 0.0) == 1min);
  CHECK(next_wait(policy, 0, 7200s, 0.0) == 2h);
  CHECK(next_wait(policy, 1, std::chrono::seconds::max(), 0.0) == 24h);
}

TEST_CASE("a source that is down is asked at most 8 times in its first hour, then less") {
  const RefreshPolicy policy;
  milliseconds time{};
  unsigned tries = 1;
  for (unsigned failures = 1;; ++failures) {
    time += next_wait(policy, failures, {}, 0.0);
    if (time >= 1h) break;
    ++tries;
  }
  CHECK(tries <= 8);
}

TEST_CASE("many machines that start at once spread over the jitter") {
  std::mt19937_64 random(20261123);
  std::uniform_real_distribution<double> share(0.0, 1.0);
  const RefreshPolicy policy{.interval = 1h, .jitter = 100s};
  std::vector<unsigned> seconds(101);
  constexpr unsigned kMachines = 10'000;
  for (unsigned i = 0; i < kMachines; ++i) {
    const auto wait = next_wait(policy, 0, {}, share(random)) - 1h;
    ++seconds.at(static_cast<std::size_t>(std::chrono::floor<std::chrono::seconds>(wait).count()));
  }
  CHECK(*std::max_element(seconds.begin(), seconds.end()) <= 2 * kMachines / 100);
}

TEST_CASE("events come on the executor, in order, and each tells what is current") {
  std::vector<FetchResult> answers;
  for (unsigned i = 0; i < 20; ++i) answers.push_back(gives(file_of(i)));
  const auto script = std::make_shared<Script>(std::move(answers));
  boost::asio::io_context context;
  std::vector<std::string> seen;
  const auto here = std::this_thread::get_id();
  std::unique_ptr<Refresher> refresher;
  refresher = std::make_unique<Refresher>(
      context.get_executor(), updater_of(script), kAtOnce, [&](const UpdateReport& report) {
        CHECK(std::this_thread::get_id() == here);
        seen.push_back(to_string(report.after->tags()[0].prefixes[0]));
        CHECK(report.outcome ==
              (seen.size() <= 20 ? UpdateOutcome::swapped : UpdateOutcome::unchanged));
        if (seen.size() == 25) refresher->stop();
      });
  refresher->start();
  refresher->start();
  context.run();  // ends, since stopping leaves it nothing to wait for
  REQUIRE(seen.size() == 25);
  for (unsigned i = 0; i < 20; ++i) {
    CHECK(seen[i] == "198.18." + std::to_string(i) + ".0/24");
  }
  CHECK(refresher->current().get());
}

TEST_CASE("a refresh on demand does not wait for the interval") {
  const auto script = std::make_shared<Script>(
      std::vector<FetchResult>{gives(file_of(1)), fails(Errc::timed_out), gives(file_of(2))});
  boost::asio::io_context context;
  std::vector<UpdateOutcome> seen;
  std::unique_ptr<Refresher> refresher;
  refresher = std::make_unique<Refresher>(context.get_executor(), updater_of(script), kNever,
                                          [&](const UpdateReport& report) {
                                            seen.push_back(report.outcome);
                                            if (seen.size() == 3) return refresher->stop();
                                            refresher->refresh_now();
                                          });
  refresher->refresh_now();  // not started: nothing happens
  refresher->start();
  context.run();
  CHECK(seen == std::vector{UpdateOutcome::swapped, UpdateOutcome::failed, UpdateOutcome::swapped});
}

TEST_CASE("a refresh asked for during another is not lost") {
  const auto script = std::make_shared<Script>(
      std::vector<FetchResult>{gives(file_of(1)), gives(file_of(2)), gives(file_of(3))});
  boost::asio::io_context context;
  unsigned events = 0;
  std::unique_ptr<Refresher> refresher;
  unsigned fetches = 0;
  script->on_fetch = [&](const std::stop_token&) {
    if (++fetches < 3) refresher->refresh_now();
  };
  refresher = std::make_unique<Refresher>(context.get_executor(), updater_of(script), kNever,
                                          [&](const UpdateReport&) {
                                            if (++events == 3) refresher->stop();
                                          });
  refresher->start();
  context.run();
  CHECK(events == 3);
}

TEST_CASE("stopping cancels a fetch on its way and lets no event through") {
  const auto script = std::make_shared<Script>(std::vector<FetchResult>{gives(file_of(1))});
  std::mutex mutex;
  std::condition_variable_any wake;
  bool fetching = false;
  script->on_fetch = [&](const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    fetching = true;
    wake.notify_all();
    wake.wait(lock, stop, [] { return false; });  // until asked to stop
  };
  boost::asio::io_context context;
  unsigned events = 0;
  Refresher refresher(context.get_executor(), updater_of(script), kNever,
                      [&](const UpdateReport&) { ++events; });
  refresher.start();
  {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return fetching; });
  }
  refresher.stop();
  refresher.stop();
  refresher.start();  // once stopped it stays so
  context.run();
  CHECK(events == 0);
}

TEST_CASE("an event that was on its way when the refresher went does not come") {
  const auto script = std::make_shared<Script>(std::vector<FetchResult>{gives(file_of(1))});
  boost::asio::io_context context;
  unsigned events = 0;
  {
    Refresher refresher(context.get_executor(), updater_of(script), kAtOnce,
                        [&](const UpdateReport&) { ++events; });
    refresher.start();
    const auto fetched = [&] {
      const std::lock_guard lock(script->mutex);
      return script->asked.size();
    };
    while (fetched() < 3) std::this_thread::yield();
  }
  context.run();
  CHECK(events == 0);
}
