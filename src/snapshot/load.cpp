// From a file's text or path to a snapshot.
// Tested by: tests/unit/snapshot_test.cpp
#include <utility>

#include "servicetags/compiled.hpp"
#include "servicetags/snapshot.hpp"
#include "snapshot/check_cloud.hpp"
#include "support/file.hpp"

namespace servicetags {
namespace {

/// "path#/values/3" from "#/values/3"; file errors name the path themselves.
Error in_file(Error error, const std::string& path) {
  if (error.where.empty() || error.where.front() == '#') error.where.insert(0, path);
  return error;
}

}  // namespace

Result<SnapshotPtr> parse_snapshot(std::string_view text, std::optional<Cloud> cloud,
                                   const ParseLimits& limits) {
  auto document = parse_document(text, limits);
  if (!document) return std::move(document).error();
  if (auto right = snapshot::check_cloud(document->cloud, cloud); !right) return right.error();
  return Snapshot::make(*std::move(document));
}

Result<SnapshotPtr> load(const std::string& path, std::optional<Cloud> cloud,
                         const ParseLimits& limits) {
  if (is_compiled(path)) return open_compiled(path, {.opening = Opening::copy, .cloud = cloud});
  auto text = read_file(path, limits.max_bytes);
  if (!text) return in_file(std::move(text).error(), path);
  auto snapshot = parse_snapshot(*text, cloud, limits);
  if (!snapshot) return in_file(std::move(snapshot).error(), path);
  return snapshot;
}

}  // namespace servicetags
