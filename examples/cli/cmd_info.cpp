// servicetags info: what the data is, and how old.
#include <chrono>
#include <filesystem>
#include <utility>

#include "context.hpp"
#include "json_text.hpp"

namespace servicetags::cli {
namespace {

using Day = std::chrono::sys_days;

std::optional<Day> day_written(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  if (error) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(std::chrono::file_clock::to_sys(time));
}

std::string text_of_day(Day day) {
  const std::chrono::year_month_day date(day);
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

/// A line of the answer: a name, and its value as text and as JSON.
struct Item {
  std::string name;
  std::string text;
  std::string json;
};

std::vector<Item> items_of(const Loaded& data) {
  const SnapshotInfo& info = data.snapshot->info();
  std::vector<Item> items;
  const auto add = [&](std::string name, const std::string& text) {
    items.push_back({std::move(name), text, text.empty() ? "null" : json_quoted(text)});
  };
  const auto add_number = [&](std::string name, std::optional<std::uint64_t> number) {
    items.push_back({std::move(name), text_of(number), json_of(number)});
  };
  const std::optional<Day> named = published_day(data.cached ? data.cached->file_name : data.path);
  const std::optional<Day> day = named ? named : day_written(data.path);
  const Day today = std::chrono::floor<std::chrono::days>(now());
  add("cloud", info.cloud ? std::string(to_string(*info.cloud)) : "");
  add_number("change_number", info.change_number);
  add("published", named ? text_of_day(*named) : "");
  const std::string age = day ? std::to_string((today - *day).count()) : "";
  items.push_back({"age_days", age, age.empty() ? "null" : age});
  add("source", data.cached ? data.cached->source : data.path);
  add("checked", data.cached
                     ? text_of_day(std::chrono::floor<std::chrono::days>(data.cached->checked_at))
                     : "");
  add_number("tags", info.tag_count);
  add_number("tags_global", info.tag_count - info.regional_tag_count);
  add_number("tags_regional", info.regional_tag_count);
  add_number("regions", data.snapshot->regions().size());
  add_number("prefixes", info.prefix_count);
  add_number("prefixes_v4", info.prefix_count_v4);
  add_number("prefixes_v6", info.prefix_count_v6);
  add_number("prefixes_distinct", info.distinct_prefix_count);
  add_number("tag_sets", info.tag_set_count);
  JsonArray warnings;
  std::string texts;
  for (const Warning& warning : info.warnings) {
    warnings.add(
        JsonObject().add_text("message", warning.message).add_text("where", warning.where).text());
    texts += (texts.empty() ? "" : "; ") + warning.where + ": " + warning.message;
  }
  items.push_back({"warnings", texts, warnings.text()});
  return items;
}

int run_info(Context& context) {
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  Output& out = context.out;
  const Format format = context.format_or(Format::table);
  std::vector<Row> rows;
  JsonObject object;
  for (const Item& item : items_of(*data)) {
    object.add(item.name, item.json);
    rows.push_back({item.name, item.text});
  }
  switch (format) {
    case Format::json:
    case Format::jsonl: out.line(object.text()); break;
    case Format::table: out.write(table({"NAME", "VALUE"}, rows)); break;
    case Format::plain:
      for (const Row& row : rows) out.line(row[0] + " " + row[1]);
      break;
    case Format::csv:
    case Format::tsv:
      out.write(separated(format, {"name", "value"}));
      for (const Row& row : rows) out.write(separated(format, row));
  }
  return kDone;
}

}  // namespace

void add_info(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("info", "What the data is: cloud, age, source, change number, counts");
  command->footer(
      "The age is that of the date in the file's name, else of the file.\n\n"
      "Example:\n"
      "  servicetags info -o json");
  command->callback([&context] { context.command = [&context] { return run_info(context); }; });
}

}  // namespace servicetags::cli
