// From a file's text or path to a snapshot.
// Tested by: tests/unit/snapshot_test.cpp
#include <utility>

#include "servicetags/snapshot.hpp"
#include "support/file.hpp"

namespace servicetags {
namespace {

/// "path#/values/3" from "#/values/3"; file errors name the path themselves.
Error in_file(Error error, const std::string& path) {
  if (error.where.empty() || error.where.front() == '#') error.where.insert(0, path);
  return error;
}

/// Refuses another cloud's data; data that does not say is taken at the caller's word.
Result<void> check_cloud(Document& document, Cloud wanted) {
  if (!document.cloud) document.cloud = wanted;
  if (*document.cloud == wanted) return {};
  return Error{Errc::wrong_cloud,
               "the data is of cloud " + std::string(to_string(*document.cloud)) + ", not of " +
                   std::string(to_string(wanted)) + " as asked for; give that cloud's file",
               "#/cloud",
               {}};
}

}  // namespace

Result<SnapshotPtr> parse_snapshot(std::string_view text, std::optional<Cloud> cloud,
                                   const ParseLimits& limits) {
  auto document = parse_document(text, limits);
  if (!document) return std::move(document).error();
  if (cloud) {
    if (auto checked = check_cloud(*document, *cloud); !checked) return std::move(checked).error();
  }
  return Snapshot::make(*std::move(document));
}

Result<SnapshotPtr> load(const std::string& path, std::optional<Cloud> cloud,
                         const ParseLimits& limits) {
  auto text = read_file(path, limits.max_bytes);
  if (!text) return in_file(std::move(text).error(), path);
  auto snapshot = parse_snapshot(*text, cloud, limits);
  if (!snapshot) return in_file(std::move(snapshot).error(), path);
  return snapshot;
}

}  // namespace servicetags
