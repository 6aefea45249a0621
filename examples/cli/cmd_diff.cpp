// servicetags diff: what changed between two files.
#include <utility>

#include "context.hpp"
#include "diff_text.hpp"
#include "refresh.hpp"

namespace servicetags::cli {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  std::string tag;
  bool exit_code = false;
  std::vector<std::string> between;
  RefreshOptions refresh;
};

/// The two sides: files, or what two sources give now.
Result<SnapshotPtr> load_side(Context& context, const DiffOptions& options, std::size_t side,
                              std::optional<Cloud> cloud) {
  if (options.between.empty()) return load(side == 0 ? options.before : options.after, cloud);
  RefreshOptions refresh = options.refresh;
  refresh.from = options.between[side];
  return fetch_snapshot(context, refresh);
}

/// Only what concerns one tag.
void keep_only(SnapshotDiff& changes, std::string_view tag) {
  const auto other = [&](const auto& item) { return item.tag != tag; };
  std::erase_if(changes.added, other);
  std::erase_if(changes.removed, other);
  std::erase_if(changes.changed, other);
}

int run_diff(Context& context, const DiffOptions& options) {
  auto before = load_side(context, options, 0, context.cloud);
  if (!before) return fail(context, before.error());
  // The second must be of the first's cloud.
  auto after = load_side(context, options, 1, (*before)->info().cloud);
  if (!after) return fail(context, after.error());
  SnapshotDiff changes = diff(**before, **after);
  if (!options.tag.empty()) {
    TagResolution found = resolve_tag(**after, options.tag);
    if (found.tag == nullptr) found = resolve_tag(**before, options.tag);
    if (found.tag == nullptr) {
      tell_unresolved(context, found);
      return kNothing;
    }
    keep_only(changes, found.tag->name);
  }
  const bool live = !options.between.empty();
  print_diff(context.out, context.format_or(Format::table), changes, **before,
             live ? options.between[0] : options.before, **after,
             live ? options.between[1] : options.after);
  return options.exit_code && !changes.empty() ? kNothing : kDone;
}

}  // namespace

void add_diff(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("diff", "Tags and prefixes added, removed and changed between two files");
  auto options = std::make_shared<DiffOptions>();
  CLI::Option* before = command->add_option("OLD", options->before, "The earlier file");
  CLI::Option* after = command->add_option("NEW", options->after, "The later file");
  command
      ->add_option("--between", options->between,
                   "Two sources, as 'update --from' takes them: 'file' and 'api' compare what is "
                   "published with what the API gives")
      ->expected(2)
      ->excludes(before)
      ->excludes(after);
  command->add_option("--tag", options->tag, "Only this tag");
  command->add_flag("--exit-code", options->exit_code, "Exit with 1 when there are differences");
  add_source_options(*command, options->refresh);
  command->footer(
      "Compares content; change numbers are not a reliable sign of change. Both files must be of\n"
      "one cloud.\n\n"
      "Examples:\n"
      "  servicetags diff ServiceTags_Public_20251013.json ServiceTags_Public_20251028.json\n"
      "  servicetags diff old.json new.json --tag Storage.WestUS -o plain\n"
      "  servicetags diff --between file api --subscription ID --location westeurope");
  command->callback([&context, options] {
    if (options->between.empty() && options->after.empty()) {
      throw CLI::RequiredError("OLD and NEW, or --between,");
    }
    context.command = [&context, options] { return run_diff(context, *options); };
  });
}

}  // namespace servicetags::cli
