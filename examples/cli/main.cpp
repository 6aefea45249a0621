// servicetags: the program. Each command has a source of its own, cmd_*.cpp.
#include <algorithm>
#include <cstdio>

#include "context.hpp"

namespace servicetags::cli {
namespace {

constexpr const char* kFooter =
    "Data comes from --data, else $SERVICETAGS_DATA, else the cache.\n\n"
    "Exit codes: 0 found or done; 1 nothing found, or a check found gaps; 2 bad usage or input;\n"
    "3 no data; 6 does not fit a target's limits.\n\n"
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

/// What may have been meant by a command that there is not.
std::string similar_command(const CLI::App& app, const std::string& typed) {
  const auto shared = [&](const std::string& name) {
    std::size_t count = 0;
    while (count < typed.size() && count < name.size() && typed[count] == name[count]) ++count;
    return count;
  };
  std::string best;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (shared(command->get_name()) > shared(best)) best = command->get_name();
  }
  return shared(best) == 0 ? std::string{} : best;
}

int tell_usage(CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  std::fputs(("servicetags: " + std::string(error.what()) + "\n").c_str(), stderr);
  const std::vector<std::string> rest = app.remaining(true);
  const std::string meant = rest.empty() ? std::string{} : similar_command(app, rest.front());
  if (!meant.empty() && app.get_subcommands().empty()) {
    std::fputs(("Did you mean 'servicetags " + meant + "'?\n").c_str(), stderr);
  }
  std::fputs("See 'servicetags --help'.\n", stderr);
  return kBadInput;
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
  add_completion(app, context);
  add_manual(app, context);
  for (CLI::App* command : app.get_subcommands({})) command->fallthrough();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tell_usage(app, error);
  }
  const int code = context.command();
  if (context.out.finish()) return code;
  std::fputs("servicetags: standard output could not be written\n", stderr);
  return kBadInput;
}

}  // namespace
}  // namespace servicetags::cli

int main(int argc, char** argv) { return servicetags::cli::run(argc, argv); }
