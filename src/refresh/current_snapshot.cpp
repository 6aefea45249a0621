// Tested by: tests/unit/updater_test.cpp, tests/property/swap_test.cpp
#include <utility>

#include "servicetags/updater.hpp"

namespace servicetags {

SnapshotPtr CurrentSnapshot::get() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

void CurrentSnapshot::set(SnapshotPtr snapshot) {
  const std::lock_guard lock(mutex_);
  // The old snapshot leaves by the parameter: should we be its last owner, it is destroyed
  // after the mutex is free.
  std::swap(snapshot_, snapshot);
  version_.fetch_add(1, std::memory_order_relaxed);
}

void SnapshotReader::refresh() {
  SnapshotPtr old;
  const std::lock_guard lock(current_.mutex_);
  old = std::exchange(snapshot_, current_.snapshot_);
  version_ = current_.version_.load(std::memory_order_relaxed);
}

}  // namespace servicetags
