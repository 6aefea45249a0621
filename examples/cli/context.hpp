// What every command is given: the global options, the data, the output.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "exit_codes.hpp"
#include "output.hpp"
#include "servicetags/servicetags.hpp"

namespace servicetags::cli {

struct Context {
  std::string data;              ///< --data
  std::optional<Cloud> cloud;    ///< --cloud
  std::optional<Format> format;  ///< -o
  FreshnessPolicy freshness;     ///< --warn-age, --max-age
  Output out;
  std::function<int()> command;  ///< set by the subcommand that was named

  [[nodiscard]] Format format_or(Format other) const { return format.value_or(other); }
};

/// The data as --data, $SERVICETAGS_DATA or the cache have it.
struct Loaded {
  SnapshotPtr snapshot;
  std::string path;
  std::optional<CachedPayload> cached{};  ///< of the cache, without its bytes
};
/// Data of the cache that is aging is told.
/// Errors: no_data when there is none, with what to do; stale; those of load().
Result<Loaded> load_data(Context& context);

/// The cache of a cloud. Errors: no_data when the environment names no place for one.
Result<Cache> cache_of(Cloud cloud);
/// The cache's data, however old. Damage is told.
/// Errors: no_data, with what to do; those of load_cached().
Result<Loaded> load_kept(Context& context, const Cache& cache, Cloud cloud);

/// The system's time.
Timestamp now();

/// Tells an error and gives its exit code.
int fail(Context& context, const Error& error);

/// Tells why a name led to no tag, with what could be meant.
void tell_unresolved(Context& context, const TagResolution& resolution);

/// A number, or an empty text or JSON's null when absent.
std::string text_of(const std::optional<std::uint64_t>& number);
std::string json_of(const std::optional<std::uint64_t>& number);
/// Prefixes as an array of texts.
std::string json_of(std::span<const Prefix> prefixes);

// One for each command: adds it to the app; its callback sets context.command.
void add_lookup(CLI::App& app, Context& context);
void add_expand(CLI::App& app, Context& context);
void add_tags(CLI::App& app, Context& context);
void add_regions(CLI::App& app, Context& context);
void add_info(CLI::App& app, Context& context);
void add_diff(CLI::App& app, Context& context);
void add_require(CLI::App& app, Context& context);
void add_check(CLI::App& app, Context& context);
void add_annotate(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_compile(CLI::App& app, Context& context);
void add_update(CLI::App& app, Context& context);
void add_watch(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_manual(CLI::App& app, Context& context);

}  // namespace servicetags::cli
