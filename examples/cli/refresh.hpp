// The options that say where data comes from and what it must be like.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context.hpp"
#include "duration.hpp"
#include "servicetags/updater.hpp"

namespace servicetags::cli {

struct RefreshOptions {
  /// "download" or "file" (the published file), "api", an URL or a path.
  std::string from = "download";
  DiscoveryOptions api;
  DownloadOptions download;
  HttpOptions http;
  GatePolicy gate;
};

/// How sources are asked.
void add_source_options(CLI::App& command, RefreshOptions& options);
/// Which one, how, and what its data must be like.
void add_refresh_options(CLI::App& command, RefreshOptions& options);

/// The source that the options name.
/// Errors: invalid_argument.
Result<std::unique_ptr<Source>> make_source(const RefreshOptions& options, Cloud cloud);

/// An updater of the cache, opened. Damage to the cache is told.
/// Errors: invalid_argument, no_data when there is no place for a cache; those of open().
Result<std::unique_ptr<Updater>> make_updater(Context& context, const RefreshOptions& options);

/// Fetches, and reads what came, beside the cache.
/// Errors: those of make_source(), Source::fetch() and parse_snapshot().
Result<SnapshotPtr> fetch_snapshot(Context& context, const RefreshOptions& options);

/// On a terminal: whom we are waiting for.
void tell_progress(Context& context, const Source& source);

/// Tells what an attempt came to, on standard error.
void tell_report(Context& context, const UpdateReport& report);
/// An attempt as one JSON object.
std::string report_json(const UpdateReport& report);

}  // namespace servicetags::cli
