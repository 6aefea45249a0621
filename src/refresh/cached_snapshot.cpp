// Tested by: tests/unit/cached_snapshot_test.cpp
#include "servicetags/cached_snapshot.hpp"

#include <utility>

#include "servicetags/compiled.hpp"

namespace servicetags {

Result<CachedSnapshot> load_cached(const Cache& cache, Cloud cloud) {
  if (auto head = cache.read_head()) {
    auto snapshot = open_compiled(cache.compiled_path().string(),
                                  {.cloud = cloud, .source_sha256 = head->sha256});
    if (snapshot) return CachedSnapshot{*std::move(snapshot), *std::move(head), {}};
  }
  const ParseLimits limits;
  auto content = cache.read(limits.max_bytes);
  if (!content) return std::move(content).error();
  if (!content->payload) {
    std::string message = "no data for cloud " + std::string(to_string(cloud));
    for (const std::string& warning : content->warnings) message += "; " + warning;
    return Error{Errc::no_data, std::move(message), cache.path().string(), {}};
  }
  auto snapshot = parse_snapshot(content->payload->bytes, cloud, limits);
  if (!snapshot) {
    Error error = std::move(snapshot).error();
    error.where.insert(0, cache.path().string());
    return error;
  }
  content->payload->bytes.clear();
  if (content->warnings.empty()) keep_compiled(cache, **snapshot, content->payload->sha256);
  return CachedSnapshot{*std::move(snapshot), *std::move(content->payload),
                        std::move(content->warnings)};
}

void keep_compiled(const Cache& cache, const Snapshot& snapshot, const std::string& sha256) {
  const auto kept = write_compiled(snapshot, cache.compiled_path().string(), sha256);
  static_cast<void>(kept);
}

}  // namespace servicetags
