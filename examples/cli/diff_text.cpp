#include "diff_text.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "context.hpp"
#include "json_text.hpp"

namespace servicetags::cli {
namespace {

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
    out.line("    " + std::string(1, sign) + " " +
             (sign == '~' ? line.field.field + ": '" + line.field.before + "' is now '" +
                                line.field.after + "'"
                          : line.prefix));
  }
  out.line(diff_summary(changes));
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

}  // namespace

std::string diff_summary(const SnapshotDiff& changes) {
  std::size_t added = 0;
  std::size_t removed = 0;
  for (const Line& line : lines_of(changes)) {
    added += line.change == "prefix_added" ? 1U : 0U;
    removed += line.change == "prefix_removed" ? 1U : 0U;
  }
  return fmt::format(
      "{} tags added, {} removed, {} changed; {} prefixes added, {} removed; {} tags "
      "only renumbered",
      changes.added.size(), changes.removed.size(), changes.changed.size(), added, removed,
      changes.renumbered);
}

std::string diff_json(const SnapshotDiff& changes, const Snapshot& before,
                      const std::string& before_name, const Snapshot& after,
                      const std::string& after_name) {
  return JsonObject()
      .add("before", side_json(before, before_name))
      .add("after", side_json(after, after_name))
      .add("added", array_of(changes.added, tag_json))
      .add("removed", array_of(changes.removed, tag_json))
      .add("changed", array_of(changes.changed, change_json))
      .add("renumbered", std::to_string(changes.renumbered))
      .text();
}

void print_diff(Output& out, Format format, const SnapshotDiff& changes, const Snapshot& before,
                const std::string& before_name, const Snapshot& after,
                const std::string& after_name) {
  switch (format) {
    case Format::table: print_text(out, changes); break;
    case Format::csv:
    case Format::tsv: print_rows(out, format, changes); break;
    case Format::plain: print_plain(out, changes); break;
    case Format::jsonl: print_json_lines(out, changes); break;
    case Format::json: out.line(diff_json(changes, before, before_name, after, after_name)); break;
  }
}

}  // namespace servicetags::cli
