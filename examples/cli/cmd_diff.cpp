// servicetags diff: what changed between two files.
#include <fmt/format.h>

#include <utility>

#include "context.hpp"
#include "json_text.hpp"

namespace servicetags::cli {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  std::string tag;
  bool exit_code = false;
};

std::string tag_json(const TagPrefixes& tag) {
  return JsonObject().add_text("tag", tag.tag).add("prefixes", json_of(tag.prefixes)).text();
}

std::string change_json(const TagChange& change) {
  JsonArray fields;
  for (const FieldChange& field : change.fields) {
    fields.add(JsonObject()
                   .add_text("field", field.field)
                   .add_text("before", field.before)
                   .add_text("after", field.after)
                   .text());
  }
  return JsonObject()
      .add_text("tag", change.tag)
      .add("added", json_of(change.added))
      .add("removed", json_of(change.removed))
      .add("fields", fields.text())
      .text();
}

std::string side_json(const Snapshot& snapshot, const std::string& path) {
  const SnapshotInfo& info = snapshot.info();
  return JsonObject()
      .add("cloud", info.cloud ? json_quoted(to_string(*info.cloud)) : "null")
      .add("change_number", json_of(info.change_number))
      .add_text("source", path)
      .text();
}

template <typename Items, typename Print>
std::string array_of(const Items& items, Print print) {
  JsonArray array;
  for (const auto& item : items) array.add(print(item));
  return array.text();
}

/// Only what concerns one tag.
void keep_only(SnapshotDiff& changes, std::string_view tag) {
  const auto other = [&](const auto& item) { return item.tag != tag; };
  std::erase_if(changes.added, other);
  std::erase_if(changes.removed, other);
  std::erase_if(changes.changed, other);
}

/// One line of the differences: what, tag, and prefix or field.
struct Line {
  std::string change;  // tag_added, tag_removed, prefix_added, prefix_removed, field
  std::string tag;
  std::string prefix;
  FieldChange field;
};

std::vector<Line> lines_of(const SnapshotDiff& changes) {
  std::vector<Line> lines;
  const auto add_tag = [&](const TagPrefixes& tag, const char* what, const char* each) {
    lines.push_back({what, tag.tag, "", {}});
    for (const Prefix& prefix : tag.prefixes) {
      lines.push_back({each, tag.tag, to_string(prefix), {}});
    }
  };
  for (const TagPrefixes& tag : changes.removed) add_tag(tag, "tag_removed", "prefix_removed");
  for (const TagPrefixes& tag : changes.added) add_tag(tag, "tag_added", "prefix_added");
  for (const TagChange& change : changes.changed) {
    for (const FieldChange& field : change.fields) {
      lines.push_back({"field_changed", change.tag, "", field});
    }
    for (const Prefix& prefix : change.removed) {
      lines.push_back({"prefix_removed", change.tag, to_string(prefix), {}});
    }
    for (const Prefix& prefix : change.added) {
      lines.push_back({"prefix_added", change.tag, to_string(prefix), {}});
    }
  }
  return lines;
}

void print_text(Output& out, const SnapshotDiff& changes) {
  std::string heading;
  std::size_t added = 0;
  std::size_t removed = 0;
  for (const Line& line : lines_of(changes)) {
    const bool whole_tag = line.change.starts_with("tag_");
    const char sign = line.change.ends_with("added")     ? '+'
                      : line.change.ends_with("removed") ? '-'
                                                         : '~';
    if (whole_tag) {
      out.line(std::string(1, sign) + " " + line.tag);
      heading = line.tag;
      continue;
    }
    if (heading != line.tag) out.line("~ " + line.tag);
    heading = line.tag;
    added += sign == '+' ? 1U : 0U;
    removed += sign == '-' ? 1U : 0U;
    out.line("    " + std::string(1, sign) + " " +
             (sign == '~' ? line.field.field + ": '" + line.field.before + "' is now '" +
                                line.field.after + "'"
                          : line.prefix));
  }
  out.line(
      fmt::format("{} tags added, {} removed, {} changed; {} prefixes added, {} removed; {} tags "
                  "only renumbered",
                  changes.added.size(), changes.removed.size(), changes.changed.size(), added,
                  removed, changes.renumbered));
}

void print_rows(Output& out, Format format, const SnapshotDiff& changes) {
  out.write(separated(format, {"change", "tag", "prefix", "field", "before", "after"}));
  for (const Line& line : lines_of(changes)) {
    out.write(separated(format, {line.change, line.tag, line.prefix, line.field.field,
                                 line.field.before, line.field.after}));
  }
}

void print_plain(Output& out, const SnapshotDiff& changes) {
  for (const Line& line : lines_of(changes)) {
    if (line.prefix.empty()) continue;
    out.line((line.change == "prefix_added" ? "+ " : "- ") + line.tag + " " + line.prefix);
  }
}

/// One object a tag.
void print_json_lines(Output& out, const SnapshotDiff& changes) {
  const auto line = [&](const char* change, const std::string& json) {
    out.line(JsonObject().add_text("change", change).add("detail", json).text());
  };
  for (const TagPrefixes& tag : changes.added) line("added", tag_json(tag));
  for (const TagPrefixes& tag : changes.removed) line("removed", tag_json(tag));
  for (const TagChange& tag : changes.changed) line("changed", change_json(tag));
}

int run_diff(Context& context, const DiffOptions& options) {
  auto before = load(options.before, context.cloud);
  if (!before) return fail(context, before.error());
  // The second must be of the first's cloud.
  auto after = load(options.after, (*before)->info().cloud);
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
  Output& out = context.out;
  const Format format = context.format_or(Format::table);
  switch (format) {
    case Format::table: print_text(out, changes); break;
    case Format::csv:
    case Format::tsv: print_rows(out, format, changes); break;
    case Format::plain: print_plain(out, changes); break;
    case Format::jsonl: print_json_lines(out, changes); break;
    case Format::json:
      out.line(JsonObject()
                   .add("before", side_json(**before, options.before))
                   .add("after", side_json(**after, options.after))
                   .add("added", array_of(changes.added, tag_json))
                   .add("removed", array_of(changes.removed, tag_json))
                   .add("changed", array_of(changes.changed, change_json))
                   .add("renumbered", std::to_string(changes.renumbered))
                   .text());
  }
  return options.exit_code && !changes.empty() ? kNothing : kDone;
}

}  // namespace

void add_diff(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("diff", "Tags and prefixes added, removed and changed between two files");
  auto options = std::make_shared<DiffOptions>();
  command->add_option("OLD", options->before, "The earlier file")->required();
  command->add_option("NEW", options->after, "The later file")->required();
  command->add_option("--tag", options->tag, "Only this tag");
  command->add_flag("--exit-code", options->exit_code, "Exit with 1 when there are differences");
  command->footer(
      "Compares content; change numbers are not a reliable sign of change. Both files must be of\n"
      "one cloud.\n\n"
      "Examples:\n"
      "  servicetags diff ServiceTags_Public_20251013.json ServiceTags_Public_20251028.json\n"
      "  servicetags diff old.json new.json --tag Storage.WestUS -o plain");
  command->callback([&context, options] {
    context.command = [&context, options] { return run_diff(context, *options); };
  });
}

}  // namespace servicetags::cli
