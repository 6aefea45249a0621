#include "servicetags/freshness.hpp"

#include <doctest/doctest.h>

using namespace servicetags;
using namespace std::chrono_literals;

namespace {

const Timestamp kNow{std::chrono::milliseconds(1'767'225'600'000)};
constexpr std::chrono::milliseconds kDay = std::chrono::days(1);

}  // namespace

TEST_CASE("data is fresh, then aging, then stale, each from its very age") {
  const FreshnessPolicy policy{.warn_after = 14 * kDay, .refuse_after = 30 * kDay};
  const auto judged = [&](std::chrono::milliseconds age) {
    return judge_age(kNow - age, kNow, policy);
  };
  CHECK(judged(0ms) == Freshness::fresh);
  CHECK(judged(14 * kDay - 1ms) == Freshness::fresh);
  CHECK(judged(14 * kDay) == Freshness::aging);
  CHECK(judged(30 * kDay - 1ms) == Freshness::aging);
  CHECK(judged(30 * kDay) == Freshness::stale);
  CHECK(judged(-5 * kDay) == Freshness::fresh);  // the clock went back
}

TEST_CASE("by itself nothing is refused, and warnings can be off as well") {
  CHECK(judge_age(kNow - 900 * kDay, kNow, {}) == Freshness::aging);
  CHECK(judge_age(kNow - 13 * kDay, kNow, {}) == Freshness::fresh);
  CHECK(judge_age(kNow - 900 * kDay, kNow, {.warn_after = {}}) == Freshness::fresh);
  CHECK(judge_age(kNow - 1ms, kNow, {.warn_after = {}, .refuse_after = 0ms}) == Freshness::stale);
}

TEST_CASE("an age is told in its largest whole unit") {
  const auto text = [](std::chrono::milliseconds age) { return age_text(kNow - age, kNow); };
  CHECK(text(0ms) == "0 seconds");
  CHECK(text(1999ms) == "1 second");
  CHECK(text(59'999ms) == "59 seconds");
  CHECK(text(1min) == "1 minute");
  CHECK(text(59min) == "59 minutes");
  CHECK(text(1h) == "1 hour");
  CHECK(text(47h) == "47 hours");
  CHECK(text(48h) == "2 days");
  CHECK(text(-3h) == "0 seconds");
}

TEST_CASE("names are those of the enumerators") {
  CHECK(to_string(Freshness::fresh) == "fresh");
  CHECK(to_string(Freshness::aging) == "aging");
  CHECK(to_string(Freshness::stale) == "stale");
}
