// Tested by: tests/unit/refresher_test.cpp
#include "servicetags/refresher.hpp"

#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace servicetags {

/// The thread that refreshes, and what it shares with events on their way.
class Refresher::Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(boost::asio::any_io_executor executor, std::unique_ptr<Updater> updater,
         RefreshPolicy policy, EventHandler on_event)
      : executor_(std::move(executor)),
        updater_(std::move(updater)),
        policy_(policy),
        on_event_(std::move(on_event)) {}

  void start() {
    const std::lock_guard lock(mutex_);
    if (stopped_ || thread_.joinable()) return;
    // As long as it is running, the executor has work to wait for.
    work_ = boost::asio::prefer(executor_, boost::asio::execution::outstanding_work.tracked);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  void refresh_now() {
    const std::lock_guard lock(mutex_);
    asked_ = true;
    wake_.notify_all();
  }

  void stop() {
    std::jthread thread;
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      thread = std::exchange(thread_, {});
      work_ = {};
    }
    if (thread.joinable()) {
      thread.request_stop();
      thread.join();
    }
    const std::lock_guard no_event(event_mutex_);  // waits for one that is being handled
    on_event_ = nullptr;
  }

  [[nodiscard]] const CurrentSnapshot& current() const noexcept { return updater_->current(); }

 private:
  void run(const std::stop_token& stop) {
    std::mt19937_64 random(std::random_device{}());
    std::uniform_real_distribution<double> share(0.0, 1.0);
    unsigned failures = 0;
    while (!stop.stop_requested()) {
      {
        // Here, not after the update: who asks from now on wants data fetched from now on.
        const std::lock_guard lock(mutex_);
        asked_ = false;
      }
      auto report = std::make_shared<const UpdateReport>(updater_->update(stop));
      if (stop.stop_requested()) return;
      failures = report->outcome == UpdateOutcome::failed ? failures + 1 : 0;
      const auto wait = next_wait(policy_, failures, report->retry_after, share(random));
      post(std::move(report));
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, wait, [this] { return asked_; });
    }
  }

  void post(std::shared_ptr<const UpdateReport> report) {
    boost::asio::post(executor_, [self = shared_from_this(), report = std::move(report)] {
      const std::lock_guard lock(self->event_mutex_);
      if (self->on_event_) EventHandler(self->on_event_)(*report);
    });
  }

  const boost::asio::any_io_executor executor_;
  const std::unique_ptr<Updater> updater_;
  const RefreshPolicy policy_;

  std::recursive_mutex event_mutex_;  // a handler may call stop()
  EventHandler on_event_;             // guarded by event_mutex_; empty once stopped

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;                // guarded by mutex_
  boost::asio::any_io_executor work_;  // guarded by mutex_; empty unless running
  bool stopped_ = false;               // guarded by mutex_
  bool asked_ = false;                 // guarded by mutex_
};

Refresher::Refresher(boost::asio::any_io_executor executor, std::unique_ptr<Updater> updater,
                     RefreshPolicy policy, EventHandler on_event)
    : worker_(std::make_shared<Worker>(std::move(executor), std::move(updater), policy,
                                       std::move(on_event))) {}
Refresher::~Refresher() { worker_->stop(); }

void Refresher::start() { worker_->start(); }
void Refresher::refresh_now() { worker_->refresh_now(); }
void Refresher::stop() { worker_->stop(); }

const CurrentSnapshot& Refresher::current() const noexcept { return worker_->current(); }

}  // namespace servicetags
