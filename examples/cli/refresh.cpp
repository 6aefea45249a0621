#include "refresh.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "diff_text.hpp"
#include "json_text.hpp"

namespace servicetags::cli {

void add_source_options(CLI::App& command, RefreshOptions& options) {
  command.add_option("--subscription", options.api.subscription, "Azure subscription, for 'api'");
  command.add_option("--location", options.api.location, "Azure region, for 'api'");
  command.add_option("--api-version", options.api.api_version, "Version of the API");
  command.add_option("--token-command", options.api.token_command,
                     "Prints a bearer token, such as 'az account get-access-token --query "
                     "accessToken -o tsv'; else $SERVICETAGS_TOKEN, else the managed identity");
  add_duration(command, "--timeout", "At most this long for one attempt",
               options.http.total_timeout);
  command.add_option("--proxy", options.http.proxy, "Proxy, such as http://proxy:3128");
  command.add_option("--ca-file", options.http.ca_file, "Certificate authorities to trust (PEM)");
  // For those who mirror these, and for tests.
  command.add_option("--download-base", options.download.page_base,
                     "Where the Download Center's pages are");
  command.add_option("--download-file-base", options.download.file_base, "Where its files are");
  command.add_option("--api-base", options.api.base, "Where the API is");
  command.add_option("--identity-base", options.api.identity_base,
                     "Where the managed identity's tokens are");
  command.add_flag("--allow-http-to-loopback", options.http.allow_http_to_loopback,
                   "Let this machine be asked without TLS");
}

void add_refresh_options(CLI::App& command, RefreshOptions& options) {
  command.add_option("--from", options.from,
                     "'download' (the Download Center), 'api' (Service Tag Discovery), an URL, or "
                     "a file's path");
  add_source_options(command, options);
  command
      .add_option("--watch-tag", options.gate.watched,
                  "Refuse data that lacks this tag or half of it; may be repeated")
      ->allow_extra_args(false);
  command
      .add_option("--max-loss", options.gate.max_prefix_loss,
                  "Refuse data that lacks more than this share of the prefixes; 0.2 unless given")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--allow-rollback", options.gate.allow_rollback,
                   "Accept older data from the same source");
}

Result<std::unique_ptr<Source>> make_source(const RefreshOptions& options, Cloud cloud) {
  if (options.from == "download" || options.from == "file") {
    DownloadOptions download = options.download;
    download.cloud = cloud;
    download.http = options.http;
    return make_download_source(std::move(download));
  }
  if (options.from == "api") {
    if (options.api.subscription.empty() || options.api.location.empty()) {
      return Error{Errc::invalid_argument, "'api' needs --subscription and --location", {}, {}};
    }
    DiscoveryOptions api = options.api;
    api.cloud = cloud;
    api.http = options.http;
    if (const char* token = std::getenv("SERVICETAGS_TOKEN");
        token != nullptr && api.token_command.empty()) {
      api.token = token;
    }
    return make_discovery_source(std::move(api));
  }
  if (options.from.find("://") != std::string::npos) {
    return make_url_source(options.from, options.http);
  }
  return make_file_source(std::filesystem::absolute(options.from).string());
}

Result<std::unique_ptr<Updater>> make_updater(Context& context, const RefreshOptions& options) {
  const Cloud cloud = context.cloud.value_or(Cloud::azure_public);
  auto source = make_source(options, cloud);
  if (!source) return std::move(source).error();
  auto cache = cache_of(cloud);
  if (!cache) return std::move(cache).error();
  UpdateOptions update{.cloud = cloud, .cache = *std::move(cache), .gate = options.gate};
  auto updater = std::make_unique<Updater>(*std::move(source), std::move(update));
  auto warnings = updater->open();
  // What is kept cannot be read: new data is all the more welcome.
  if (!warnings) tell(context.out, to_string(warnings.error()));
  if (warnings) {
    for (const std::string& warning : *warnings) tell(context.out, "warning: " + warning);
  }
  return updater;
}

Result<SnapshotPtr> fetch_snapshot(Context& context, const RefreshOptions& options) {
  const Cloud cloud = context.cloud.value_or(Cloud::azure_public);
  auto source = make_source(options, cloud);
  if (!source) return std::move(source).error();
  tell_progress(context, **source);
  FetchResult fetched = (*source)->fetch({}, {});
  if (!fetched.payload) return std::move(fetched.payload).error();
  auto snapshot = parse_snapshot(fetched.payload->bytes, cloud);
  if (snapshot) return snapshot;
  Error error = std::move(snapshot).error();
  error.where.insert(0, fetched.payload->origin);
  return error;
}

void tell_progress(Context& context, const Source& source) {
  if (::isatty(STDERR_FILENO) == 1) tell(context.out, "asking " + source.describe() + " ...");
}

void tell_report(Context& context, const UpdateReport& report) {
  for (const std::string& warning : report.warnings) tell(context.out, "warning: " + warning);
  const bool has_data = report.after != nullptr;
  switch (report.outcome) {
    case UpdateOutcome::swapped: {
      const SnapshotInfo& info = report.after->info();
      tell(context.out, "now at change number " + text_of(info.change_number) + ", " +
                            std::to_string(info.tag_count) + " tags, " +
                            std::to_string(info.prefix_count) + " prefixes, from " + report.origin);
      if (report.before) tell(context.out, diff_summary(report.changes));
      break;
    }
    case UpdateOutcome::unchanged: tell(context.out, "unchanged"); break;
    case UpdateOutcome::refused:
      for (const std::string& reason : report.reasons) tell(context.out, "refused: " + reason);
      tell(context.out,
           "the data is kept beside the cache; to use it all the same: servicetags "
           "update --accept " +
               report.sha256.substr(0, 12));
      break;
    case UpdateOutcome::failed: tell(context.out, to_string(*report.error)); break;
  }
  if (report.outcome == UpdateOutcome::refused || report.outcome == UpdateOutcome::failed) {
    tell(context.out, has_data ? "the data from before is used still" : "there is no data yet");
  }
}

std::string report_json(const UpdateReport& report) {
  const auto texts = [](const std::vector<std::string>& all) {
    JsonArray array;
    for (const std::string& text : all) array.add_text(text);
    return array.text();
  };
  JsonObject object;
  object.add_text("outcome", to_string(report.outcome))
      .add_text("origin", report.origin)
      .add_text("sha256", report.sha256)
      .add("kept", report.kept ? "true" : "false")
      .add("reasons", texts(report.reasons))
      .add("warnings", texts(report.warnings));
  if (report.error) {
    object.add("error", JsonObject()
                            .add_text("code", to_string(report.error->code))
                            .add_text("message", to_string(*report.error))
                            .text());
  }
  if (report.before && report.after && report.outcome == UpdateOutcome::swapped) {
    object.add("diff",
               diff_json(report.changes, *report.before, "before", *report.after, report.origin));
  }
  return object.text();
}

}  // namespace servicetags::cli
