/// The last good data, ready to answer.
#pragma once

#include <string>
#include <vector>

#include "servicetags/cache.hpp"
#include "servicetags/snapshot.hpp"

namespace servicetags {

/// What a cache holds, indexed.
struct CachedSnapshot {
  SnapshotPtr snapshot;
  CachedPayload payload;              ///< what it was made of, without its bytes
  std::vector<std::string> warnings;  ///< what was damaged, and where it was set aside
};

/// The cache's data, however old: by its compiled snapshot where that is of the payload, else
/// from the payload, which is then compiled for the next time.
/// Errors: no_data when nothing was ever kept; those of Cache::read() and parse_snapshot().
Result<CachedSnapshot> load_cached(const Cache& cache, Cloud cloud);

/// Compiles the cache's payload, whose SHA-256 this is, into the cache. Where its folder does
/// not let us, nothing happens: each load_cached() then reads the payload.
void keep_compiled(const Cache& cache, const Snapshot& snapshot, const std::string& sha256);

}  // namespace servicetags
