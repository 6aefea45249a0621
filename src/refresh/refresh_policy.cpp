// When to refresh next: no clock, no thread.
// Tested by: tests/unit/refresher_test.cpp
#include <algorithm>

#include "servicetags/refresher.hpp"

namespace servicetags {
namespace {

using std::chrono::milliseconds;

milliseconds share_of(milliseconds whole, double share) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(whole.count()) * share));
}

/// first, 2 * first, 4 * first ..., at most the cap.
milliseconds doubled(milliseconds first, unsigned times, milliseconds cap) {
  milliseconds wait = std::min(first, cap);
  for (unsigned i = 0; i < times && wait < cap; ++i) wait = wait > cap / 2 ? cap : wait * 2;
  return wait;
}

}  // namespace

milliseconds next_wait(const RefreshPolicy& policy, unsigned failures,
                       std::optional<std::chrono::seconds> retry_after, double random) {
  milliseconds wait{};
  if (failures == 0) {
    wait = policy.interval + share_of(policy.jitter, random);
  } else {
    wait = doubled(policy.first_retry, failures - 1, policy.max_retry);
    wait += share_of(wait / 2, random);
  }
  // A server may ask for much, but not to be forgotten.
  constexpr std::chrono::seconds kLongest = std::chrono::hours(24);
  if (retry_after) wait = std::max<milliseconds>(wait, std::min(*retry_after, kLongest));
  return wait;
}

}  // namespace servicetags
