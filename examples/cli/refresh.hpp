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
  std::string from = "download";  ///< "download", "api", an URL or a path
  DiscoveryOptions api;
  DownloadOptions download;
  HttpOptions http;
  GatePolicy gate;
};

void add_refresh_options(CLI::App& command, RefreshOptions& options);

/// The source that the options name.
/// Errors: invalid_argument.
Result<std::unique_ptr<Source>> make_source(const RefreshOptions& options, Cloud cloud);

/// An updater of the cache, opened. Damage to the cache is told.
/// Errors: invalid_argument, no_data when there is no place for a cache; those of open().
Result<std::unique_ptr<Updater>> make_updater(Context& context, const RefreshOptions& options);

/// Tells what an attempt came to, on standard error.
void tell_report(Context& context, const UpdateReport& report);
/// An attempt as one JSON object.
std::string report_json(const UpdateReport& report);

}  // namespace servicetags::cli
