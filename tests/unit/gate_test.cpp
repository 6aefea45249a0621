#include "servicetags/gate.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/make_snapshot.hpp"
#include "support/real_files.hpp"

using namespace servicetags;
using namespace std::chrono_literals;

namespace {

/// A tag of this many IPv4 and IPv6 prefixes.
Tag tag_of(const std::string& name, unsigned v4, unsigned v6 = 0) {
  Tag tag;
  tag.name = name;
  for (unsigned i = 0; i < v4; ++i) {
    tag.prefixes.emplace_back(Address::from_v4(0xC6120000U + 2 * i), 32U);
  }
  for (unsigned i = 0; i < v6; ++i) {
    tag.prefixes.emplace_back(Address::from_v6(0x20010DB800000000U, 2 * i), 128U);
  }
  return tag;
}

SnapshotPtr snapshot(std::vector<Tag> tags, std::uint64_t change_number = 1) {
  Document document;
  document.change_number = change_number;
  document.tags = std::move(tags);
  return Snapshot::make(std::move(document)).value();
}

GateReport judged(const SnapshotPtr& before, const SnapshotPtr& after,
                  const GatePolicy& policy = {}) {
  return judge(*before, {"a", {}}, *after, {"a", {}}, policy);
}

std::chrono::sys_days day(int year, unsigned month, unsigned number) {
  return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(number);
}

}  // namespace

TEST_CASE("a loss is refused only beyond its share") {
  const SnapshotPtr before = snapshot({tag_of("A", 1000, 1000)});
  CHECK(judged(before, snapshot({tag_of("A", 800, 800)})).accepted());
  CHECK(judged(before, snapshot({tag_of("A", 5000, 5000)})).accepted());
  const GateReport report = judged(before, snapshot({tag_of("A", 799, 800)}));
  REQUIRE(report.reasons.size() == 2);
  CHECK(report.reasons[0] ==
        "the data shrank from 2000 to 1599 prefixes, 20.0 % less, where 20 % is allowed");
  CHECK(report.reasons[1] ==
        "the data shrank from 1000 to 799 IPv4 prefixes, 20.1 % less, where 20 % is allowed");
}

TEST_CASE("a family that vanishes is refused even if it was small") {
  const GateReport report = judged(snapshot({tag_of("A", 1000, 3)}), snapshot({tag_of("A", 1000)}));
  REQUIRE(report.reasons.size() == 1);
  CHECK(report.reasons[0].find("from 3 to 0 IPv6 prefixes, 100.0 % less") != std::string::npos);
}

TEST_CASE("tags are counted as well as prefixes") {
  std::vector<Tag> tags;
  for (int i = 0; i < 100; ++i) tags.push_back(tag_of("T" + std::to_string(i), 1));
  const SnapshotPtr before = snapshot(tags);
  tags.resize(80);
  CHECK(judged(before, snapshot(tags)).accepted());
  tags.resize(74);
  CHECK_FALSE(judged(before, snapshot(tags)).accepted());
}

TEST_CASE("a watched tag may neither vanish nor lose most of its prefixes") {
  const auto with = [](unsigned count) {
    std::vector<Tag> tags{tag_of("Rest", 1000)};
    if (count > 0) tags.push_back(tag_of("Storage", count));
    return snapshot(std::move(tags));
  };
  const SnapshotPtr before = with(10);
  CHECK(judged(before, with(4)).accepted());
  const GatePolicy policy{.watched = {"storage", "NeverThere"}};
  CHECK(judged(before, with(5), policy).accepted());
  CHECK(judged(before, with(4), policy)
            .reasons.at(0)
            .starts_with("the watched tag Storage shrank from 10 to 4 prefixes"));
  CHECK(judged(before, with(0), policy).reasons.back() == "the watched tag Storage is gone");
  CHECK(judged(with(0), before, policy).accepted());
}

TEST_CASE("only a lower change number with an older date of the same source is a rollback") {
  const SnapshotPtr old = snapshot({tag_of("A", 5)}, 7);
  const SnapshotPtr now = snapshot({tag_of("A", 5)}, 8);
  const auto march = day(2026, 3, 2);
  const auto may = day(2026, 5, 4);
  struct Case {
    bool lower;
    DataOrigin before;
    DataOrigin after;
    bool rollback;
    std::size_t warnings;
  };
  const Case cases[] = {
      {true, {"a", may}, {"a", march}, true, 0},   {true, {"a", march}, {"a", may}, false, 1},
      {true, {"a", may}, {"a", may}, false, 1},    {true, {"a", may}, {"a", {}}, false, 1},
      {true, {"a", may}, {"b", march}, false, 1},  {false, {"a", may}, {"a", march}, false, 1},
      {false, {"a", march}, {"a", may}, false, 0}, {false, {"a", {}}, {"a", {}}, false, 0}};
  for (const Case& c : cases) {
    CAPTURE(&c - cases);
    const SnapshotPtr& first = c.lower ? now : old;
    const SnapshotPtr& second = c.lower ? old : now;
    GateReport report = judge(*first, c.before, *second, c.after, {});
    CHECK(report.rollback == c.rollback);
    CHECK(report.accepted() == !c.rollback);
    CHECK(report.warnings.size() == c.warnings);
    report = judge(*first, c.before, *second, c.after, {.allow_rollback = true});
    CHECK(report.accepted());
  }
}

TEST_CASE("empty data can follow nothing but empty data") {
  CHECK(judged(snapshot({}), snapshot({})).accepted());
  CHECK(judged(snapshot({}), snapshot({tag_of("A", 1)})).accepted());
  CHECK_FALSE(judged(snapshot({tag_of("A", 1)}), snapshot({})).accepted());
}

TEST_CASE("the day is read off a published file's name") {
  struct Case {
    const char* name;
    std::optional<std::chrono::sys_days> published;
  };
  const Case cases[] = {{"ServiceTags_Public_20251028.json", day(2025, 10, 28)},
                        {"/a/b_20200101/ServiceTags_China_20240229.json.gz", day(2024, 2, 29)},
                        {"x_00010101", day(1, 1, 1)},
                        {"ServiceTags_Public_20250229.json", {}},
                        {"ServiceTags_Public_2025102.json", {}},
                        {"ServiceTags_Public_202510280.json", {}},
                        {"ServiceTags_Public_2025102x.json", {}},
                        {"20251028.json", {}},
                        {"_20251028", day(2025, 10, 28)},
                        {"tags.json", {}},
                        {"", {}}};
  std::size_t checked = 0;
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(published_day(c.name) == c.published);
    ++checked;
  }
  CHECK(checked == std::size(cases));
}

TEST_CASE("consecutive real files raise no alarm, and go back only with one") {
  std::size_t steps = 0;
  const auto files = testing::real_files();
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    const SnapshotPtr before = load(files[i]).value();
    const SnapshotPtr after = load(files[i + 1]).value();
    const auto first = published_day(files[i]);
    const auto second = published_day(files[i + 1]);
    REQUIRE((first && second));
    const bool consecutive =
        before->info().cloud == after->info().cloud && *second - *first < std::chrono::days(60);
    if (!consecutive) continue;
    ++steps;
    GatePolicy policy;
    for (const Tag& tag : before->tags()) {
      if (tag.region.empty() && after->find_tag(tag.name) != nullptr) {
        policy.watched.push_back(tag.name);
      }
    }
    CAPTURE(files[i]);
    CHECK(judge(*before, {"s", first}, *after, {"s", second}, policy).reasons.empty());
    const GateReport back = judge(*after, {"s", second}, *before, {"s", first}, {});
    CHECK(back.rollback == (before->info().change_number < after->info().change_number));
  }
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files");
  } else {
    CHECK(steps == 3);
  }
}
