/// Data that keeps itself current.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "servicetags/updater.hpp"

namespace servicetags {

/// When to refresh. Times are durations; none may be negative.
struct RefreshPolicy {
  std::chrono::milliseconds interval = std::chrono::hours(6);  ///< after a success
  /// Up to this much more, chosen anew each time, so that many machines spread out.
  std::chrono::milliseconds jitter = std::chrono::minutes(30);
  /// After a failure: this, then twice as long each time, up to the cap and with as much
  /// jitter as half of it. A server's Retry-After is never undercut.
  std::chrono::milliseconds first_retry = std::chrono::minutes(1);
  std::chrono::milliseconds max_retry = std::chrono::hours(2);
};

/// How long to wait after an attempt.
///
/// `failures` in a row, 0 after a success or an answer that was refused; `random` from 0 to
/// 1. Pure: the same for the same arguments.
std::chrono::milliseconds next_wait(const RefreshPolicy& policy, unsigned failures,
                                    std::optional<std::chrono::seconds> retry_after, double random);

/// Refreshes at intervals, on a caller's executor.
///
/// Fetching and parsing happen in a thread of its own, so the executor is never blocked;
/// events come on the executor, one at a time, after what they tell has happened. An
/// exception out of an event handler goes to the executor's caller.
///
/// start(), refresh_now() and stop() from any thread. After stop(), and so after the
/// destructor, no event comes; a fetch on its way is cancelled, and stop() returns once it
/// has ended: soon, since sources watch for it.
class Refresher {
 public:
  using EventHandler = std::function<void(const UpdateReport&)>;

  /// REQUIRES an updater whose open() was called, if its cache is to be used.
  Refresher(boost::asio::any_io_executor executor, std::unique_ptr<Updater> updater,
            RefreshPolicy policy, EventHandler on_event);
  ~Refresher();
  Refresher(const Refresher&) = delete;
  Refresher& operator=(const Refresher&) = delete;

  /// The first attempt is made at once. Does nothing when started already.
  void start();
  /// An attempt at once, or right after one that is on its way. Does nothing when not started.
  void refresh_now();
  void stop();

  /// Lives as long as the Refresher; see SnapshotReader.
  [[nodiscard]] const CurrentSnapshot& current() const noexcept;

 private:
  class Worker;

  std::shared_ptr<Worker> worker_;
};

}  // namespace servicetags
