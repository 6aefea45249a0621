// Tested by: tests/unit/gate_test.cpp
#include "servicetags/gate.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "support/ascii.hpp"

namespace servicetags {
namespace {

/// "from 120 to 60 prefixes, 50.0 % less".
std::string fall(std::size_t before, std::size_t after, std::string_view what) {
  const auto tenths = static_cast<long>(
      std::floor(1000.0 * static_cast<double>(before - after) / static_cast<double>(before)));
  return "from " + std::to_string(before) + " to " + std::to_string(after) + " " +
         std::string(what) + ", " + std::to_string(tenths / 10) + "." +
         std::to_string(tenths % 10) + " % less";
}

bool lost_more(std::size_t before, std::size_t after, double share) {
  if (after >= before) return false;
  return static_cast<double>(before - after) > share * static_cast<double>(before);
}

std::string percent(double share) { return std::to_string(std::lround(share * 100)) + " %"; }

class Judge {
 public:
  Judge(const Snapshot& before, const Snapshot& after, const GatePolicy& policy)
      : before_(before), after_(after), policy_(policy) {}

  void judge_counts() {
    const SnapshotInfo& old = before_.info();
    const SnapshotInfo& now = after_.info();
    check_loss("the data shrank", old.tag_count, now.tag_count, "tags", policy_.max_tag_loss);
    check_loss("the data shrank", old.prefix_count, now.prefix_count, "prefixes",
               policy_.max_prefix_loss);
    check_loss("the data shrank", old.prefix_count_v4, now.prefix_count_v4, "IPv4 prefixes",
               policy_.max_prefix_loss);
    check_loss("the data shrank", old.prefix_count_v6, now.prefix_count_v6, "IPv6 prefixes",
               policy_.max_prefix_loss);
  }

  void judge_watched() {
    for (const std::string& name : policy_.watched) {
      const Tag* old = before_.find_tag(name);
      if (old == nullptr) continue;
      const Tag* now = after_.find_tag(name);
      if (now == nullptr) {
        report_.reasons.push_back("the watched tag " + old->name + " is gone");
        continue;
      }
      check_loss("the watched tag " + old->name + " shrank", old->prefixes.size(),
                 now->prefixes.size(), "prefixes", policy_.max_watched_loss);
    }
  }

  void judge_age(const DataOrigin& before, const DataOrigin& after) {
    const auto old_number = before_.info().change_number;
    const auto new_number = after_.info().change_number;
    const bool lower = old_number && new_number && *new_number < *old_number;
    const bool older = before.published && after.published && *after.published < *before.published;
    if (!lower && !older) return;
    std::string text = lower ? "the change number went back from " + std::to_string(*old_number) +
                                   " to " + std::to_string(*new_number)
                             : std::string("the new data's date is before the old data's");
    if (lower && older && before.source == after.source && !policy_.allow_rollback) {
      report_.rollback = true;
      report_.reasons.push_back(text + " and the date as well: this is older data");
    } else {
      report_.warnings.push_back(std::move(text));
    }
  }

  GateReport take() { return std::move(report_); }

 private:
  void check_loss(const std::string& subject, std::size_t before, std::size_t after,
                  std::string_view what, double share) {
    if (!lost_more(before, after, share)) return;
    report_.reasons.push_back(subject + " " + fall(before, after, what) + ", where " +
                              percent(share) + " is allowed");
  }

  const Snapshot& before_;
  const Snapshot& after_;
  const GatePolicy& policy_;
  GateReport report_;
};

}  // namespace

GateReport judge(const Snapshot& before, const DataOrigin& origin_before, const Snapshot& after,
                 const DataOrigin& origin_after, const GatePolicy& policy) {
  Judge judge(before, after, policy);
  judge.judge_counts();
  judge.judge_watched();
  judge.judge_age(origin_before, origin_after);
  return judge.take();
}

std::optional<std::chrono::sys_days> published_day(std::string_view file_name) {
  constexpr std::size_t kDigits = 8;
  file_name = file_name.substr(file_name.find_last_of("/\\") + 1);
  const auto dot = std::min(file_name.find('.'), file_name.size());
  const std::string_view stem = file_name.substr(0, dot);
  if (stem.size() <= kDigits || stem[stem.size() - kDigits - 1] != '_') return std::nullopt;
  unsigned number = 0;
  for (const char c : stem.substr(stem.size() - kDigits)) {
    if (!ascii::is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number / 10000)),
                                        std::chrono::month(number / 100 % 100),
                                        std::chrono::day(number % 100)};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day);
}

}  // namespace servicetags
