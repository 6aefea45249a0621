// servicetags status: the cache's data, how old it is, and what was refused.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "context.hpp"
#include "json_text.hpp"

namespace servicetags::cli {
namespace {

/// "2026-11-23T18:00:00Z".
std::string text_of_time(Timestamp time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

long long seconds_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

struct Status {
  Cloud cloud = Cloud::azure_public;
  CachedPayload payload;
  SnapshotInfo info;
  Timestamp now;
  Freshness freshness = Freshness::fresh;
  std::string cache;
  std::string refused;  ///< where refused data is; or empty

  [[nodiscard]] long long age() const {
    return std::max(0LL, seconds_of(now) - seconds_of(payload.checked_at));
  }
};

/// A line of the answer: a name, its value as text, and as JSON.
struct Item {
  std::string name;
  std::string text;
  std::string json;
};

std::vector<Item> items_of(const Status& status) {
  std::vector<Item> items;
  const auto add = [&](const char* name, const std::string& text) {
    items.push_back({name, text, text.empty() ? "null" : json_quoted(text)});
  };
  const auto add_number = [&](const char* name, const std::string& number) {
    items.push_back({name, number, number.empty() ? "null" : number});
  };
  add("cloud", std::string(to_string(status.cloud)));
  add("freshness", std::string(to_string(status.freshness)));
  add_number("age_seconds", std::to_string(status.age()));
  add("checked_at", text_of_time(status.payload.checked_at));
  add("fetched_at", text_of_time(status.payload.fetched_at));
  add("source", status.payload.source);
  add("file_name", status.payload.file_name);
  add("sha256", status.payload.sha256);
  add_number("change_number", text_of(status.info.change_number));
  add_number("tags", std::to_string(status.info.tag_count));
  add_number("prefixes", std::to_string(status.info.prefix_count));
  add("cache", status.cache);
  add("refused", status.refused);
  return items;
}

/// The text format of Prometheus, version 0.0.4.
std::string prometheus_of(const Status& status) {
  std::string text;
  const std::string labels = fmt::format("{{cloud=\"{}\"}}", to_string(status.cloud));
  const auto add = [&](std::string_view name, std::string_view help, auto value) {
    text += fmt::format(
        "# HELP servicetags_{0} {1}\n# TYPE servicetags_{0} gauge\nservicetags_{0}{2} {3}\n", name,
        help, labels, value);
  };
  add("age_seconds", "Since the source last said that the data is its current one.", status.age());
  add("checked_timestamp_seconds", "When the source last said so.",
      seconds_of(status.payload.checked_at));
  add("fetched_timestamp_seconds", "When the data came.", seconds_of(status.payload.fetched_at));
  if (status.info.change_number) {
    add("change_number", "The data's own number.", *status.info.change_number);
  }
  add("tags", "Service tags in the data.", status.info.tag_count);
  add("prefixes", "Prefixes in the data, counted for each tag.", status.info.prefix_count);
  add("refused", "Whether refused data waits to be looked at.", status.refused.empty() ? 0 : 1);
  return text;
}

void print(Output& out, Format format, const std::vector<Item>& items) {
  std::vector<Row> rows;
  JsonObject object;
  for (const Item& item : items) {
    rows.push_back({item.name, item.text});
    object.add(item.name, item.json);
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
}

int run_status(Context& context, bool prometheus) {
  Status status;
  status.cloud = context.cloud.value_or(Cloud::azure_public);
  auto cache = cache_of(status.cloud);
  if (!cache) return fail(context, cache.error());
  auto loaded = load_kept(context, *cache, status.cloud);
  if (!loaded) return fail(context, loaded.error());
  status.payload = *loaded->cached;
  status.info = loaded->snapshot->info();
  status.now = now();
  status.freshness = judge_age(status.payload.checked_at, status.now, context.freshness);
  status.cache = cache->path().string();
  std::error_code missing;
  if (std::filesystem::exists(cache->refused_path(), missing)) {
    status.refused = cache->refused_path().string();
  }
  if (prometheus) {
    context.out.write(prometheus_of(status));
  } else {
    print(context.out, context.format_or(Format::table), items_of(status));
  }
  return status.freshness == Freshness::stale ? kStale : kDone;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "status", "The cached data: its age, source, counts, and what was refused");
  auto prometheus = std::make_shared<bool>(false);
  command->add_flag("--prometheus", *prometheus, "The text that Prometheus collects");
  command->footer(
      "Exits with 5 when the data is older than --max-age.\n\n"
      "Examples:\n"
      "  servicetags status\n"
      "  servicetags --max-age 30d status -o json\n"
      "  servicetags status --prometheus > /var/lib/prometheus/node-exporter/servicetags.prom");
  command->callback([&context, prometheus] {
    context.command = [&context, prometheus] { return run_status(context, *prometheus); };
  });
}

}  // namespace servicetags::cli
