// servicetags: the program. Each command has a source of its own, cmd_*.cpp.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <numeric>
#include <utility>

#include "context.hpp"
#include "duration.hpp"

namespace servicetags::cli {
namespace {

constexpr const char* kFooter =
    "Data comes from --data, else $SERVICETAGS_DATA, else the cache.\n\n"
    "Exit codes: 0 found or done; 1 nothing found, or a check found gaps; 2 bad usage or input;\n"
    "3 no data; 4 refresh failed, the old data is kept; 5 data too old; 6 does not fit a target's\n"
    "limits.\n\n"
    "Examples:\n"
    "  servicetags --data ServiceTags_Public.json lookup 20.38.98.100\n"
    "  servicetags expand Storage --region westeurope\n"
    "  servicetags require azure-machine-learning --region westeurope --format nftables";

void add_globals(CLI::App& app, Context& context) {
  app.add_option("--data", context.data, "Service tag file: JSON, or JSON packed by gzip");
  app.add_option_function<std::string>(
         "--cloud",
         [&context](const std::string& name) {
           auto cloud = parse_cloud(name);
           if (!cloud) throw CLI::ValidationError("--cloud", cloud.error().message);
           context.cloud = *cloud;
         },
         "Refuse data of another cloud: public, usgov, china or germany")
      ->type_name("CLOUD");
  add_duration(app, "--warn-age", "Warn of cached data this old; 14d unless given, 0 always",
               context.freshness.warn_after);
  add_duration(app, "--max-age", "Refuse cached data this old", context.freshness.refuse_after);
  static const std::vector<std::pair<std::string, Format>> kFormats{
      {"table", Format::table}, {"json", Format::json}, {"jsonl", Format::jsonl},
      {"csv", Format::csv},     {"tsv", Format::tsv},   {"plain", Format::plain}};
  app.add_option_function<std::string>(
         "-o,--output",
         [&context](const std::string& name) {
           for (const auto& [known, format] : kFormats) {
             if (known == name) context.format = format;
           }
         },
         "table, json, jsonl, csv, tsv or plain")
      ->check(CLI::IsMember({"table", "json", "jsonl", "csv", "tsv", "plain"}))
      ->type_name("FORMAT");
}

/// How many letters to add, drop or replace to make one word of the other.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

/// The command that may have been meant by one that there is not; empty when none is near.
std::string similar_command(const CLI::App& app, std::string_view typed) {
  std::string best;
  std::size_t least = 3;
  for (const CLI::App* command : app.get_subcommands({})) {
    const std::string name = command->get_name();
    const bool is_beginning = typed.size() >= 2 && name.starts_with(typed);
    const std::size_t edits = is_beginning ? 0 : edits_between(typed.substr(0, 32), name);
    if (edits < least && edits < name.size() / 2 + 1) {
      least = edits;
      best = name;
    }
  }
  return best;
}

int tell_usage(CLI::App& app, Context& context, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  const std::vector<std::string> rest = app.remaining(true);
  if (!app.get_subcommands().empty() || rest.empty()) {
    tell(context.out, error.what());
  } else {
    const std::string meant = similar_command(app, rest.front());
    tell(context.out, "no command '" + rest.front().substr(0, 100) + "'" +
                          (meant.empty() ? "" : "; did you mean 'servicetags " + meant + "'?"));
  }
  std::fputs("See 'servicetags --help'.\n", stderr);
  return kBadInput;
}

/// CLI11 would take "[a,b]" apart as a list, and so "[::1]" for an address. Nothing here is
/// written that way.
bool has_brackets(std::string_view argument) {
  return argument.starts_with('[') && argument.ends_with(']');
}

int run(int argc, char** argv) {
  Context context;
  CLI::App app("Azure service tags: which tags hold an address, which prefixes a tag stands for",
               "servicetags");
  app.set_version_flag("--version", "servicetags " SERVICETAGS_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  add_globals(app, context);
  add_lookup(app, context);
  add_expand(app, context);
  add_tags(app, context);
  add_regions(app, context);
  add_info(app, context);
  add_diff(app, context);
  add_require(app, context);
  add_check(app, context);
  add_explain(app, context);
  add_annotate(app, context);
  add_export(app, context);
  add_compile(app, context);
  add_update(app, context);
  add_watch(app, context);
  add_status(app, context);
  add_completion(app, context);
  add_manual(app, context);
  for (CLI::App* command : app.get_subcommands({})) command->fallthrough();
  if (const auto* found = std::find_if(argv + 1, argv + argc, has_brackets); found != argv + argc) {
    tell(context.out, std::string(*found) + ": brackets are not accepted; leave them out");
    return kBadInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tell_usage(app, context, error);
  }
  const int code = context.command();
  if (context.out.finish()) return code;
  std::fputs("servicetags: standard output could not be written\n", stderr);
  return kBadInput;
}

}  // namespace
}  // namespace servicetags::cli

int main(int argc, char** argv) {
  // A closed pipe ends the program quietly, even under a parent that ignores the signal.
  std::signal(SIGPIPE, SIG_DFL);
  try {
    return servicetags::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs((std::string("servicetags: ") + error.what() + "\n").c_str(), stderr);
    return servicetags::cli::kBadInput;
  }
}
