// servicetags update: the cache brought up to date, once.
#include "refresh.hpp"

namespace servicetags::cli {
namespace {

struct UpdateCommand {
  RefreshOptions refresh;
  std::string accept;
};

int exit_code_of(const UpdateReport& report) {
  switch (report.outcome) {
    case UpdateOutcome::swapped:
    case UpdateOutcome::unchanged: return report.kept ? kDone : kRefreshFailed;
    case UpdateOutcome::refused: return kRefreshFailed;
    case UpdateOutcome::failed:
      return report.error->code == Errc::invalid_argument ? kBadInput : kRefreshFailed;
  }
  return kRefreshFailed;
}

int run_update(Context& context, const UpdateCommand& options) {
  auto updater = make_updater(context, options.refresh);
  if (!updater) return fail(context, updater.error());
  if (options.accept.empty()) tell_progress(context, (*updater)->source());
  const UpdateReport report =
      options.accept.empty() ? (*updater)->update() : (*updater)->accept(options.accept);
  tell_report(context, report);
  if (report.outcome == UpdateOutcome::swapped && report.kept) {
    const auto cache = cache_of(context.cloud.value_or(Cloud::azure_public));
    keep_compiled(*cache, *report.after, report.sha256);
  }
  const Format format = context.format_or(Format::table);
  if (format == Format::json || format == Format::jsonl) context.out.line(report_json(report));
  return exit_code_of(report);
}

}  // namespace

void add_update(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("update", "Bring the cached data up to date");
  auto options = std::make_shared<UpdateCommand>();
  add_refresh_options(*command, options->refresh);
  command->add_option("--accept", options->accept,
                      "Use the data that was last refused; the first 12 digits of its SHA-256");
  command->footer(
      "The old data stays unless the new is read in full and plausible. Exits with 4 when it\n"
      "stays for another reason than being the current one.\n\n"
      "Examples:\n"
      "  servicetags update\n"
      "  servicetags update --cloud usgov --proxy http://proxy:3128\n"
      "  servicetags update --from api --subscription ID --location westeurope\n"
      "  servicetags update --from ServiceTags_Public_20251028.json");
  command->callback([&context, options] {
    context.command = [&context, options] { return run_update(context, *options); };
  });
}

}  // namespace servicetags::cli
