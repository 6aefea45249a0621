// servicetags tags, servicetags regions: what is in the data.
#include <algorithm>
#include <utility>

#include "context.hpp"
#include "json_text.hpp"

namespace servicetags::cli {
namespace {

std::string joined(const std::optional<std::vector<std::string>>& features) {
  std::string text;
  for (const std::string& feature : features.value_or(std::vector<std::string>())) {
    text += (text.empty() ? "" : ";") + feature;
  }
  return text;
}

std::size_t count_v4(const Tag& tag) {
  return static_cast<std::size_t>(
      std::count_if(tag.prefixes.begin(), tag.prefixes.end(),
                    [](const Prefix& prefix) { return prefix.family() == Family::v4; }));
}

/// The rows in the format asked for; `first_number` and after are JSON numbers.
void print_rows(Context& context, const Row& header, const std::vector<Row>& rows,
                const std::vector<bool>& is_number) {
  Output& out = context.out;
  const Format format = context.format_or(Format::table);
  if (format == Format::csv || format == Format::tsv) {
    out.write(separated(format, header));
    for (const Row& row : rows) out.write(separated(format, row));
    return;
  }
  if (format == Format::plain) {
    for (const Row& row : rows) out.line(row.front());
    return;
  }
  if (format == Format::table) {
    Row upper = header;
    for (std::string& name : upper) {
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    }
    if (!rows.empty()) out.write(table(upper, rows));
    return;
  }
  JsonArray array;
  for (const Row& row : rows) {
    JsonObject object;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (is_number[i]) object.add(header[i], row[i].empty() ? "null" : row[i]);
      if (!is_number[i]) object.add_text(header[i], row[i]);
    }
    if (format == Format::jsonl) out.line(object.text());
    array.add(object.text());
  }
  if (format == Format::json) out.line(array.text());
}

int run_tags(Context& context, const TagFilter& filter) {
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  const Snapshot& snapshot = *data->snapshot;
  if (!filter.region.empty() && snapshot.find_region(filter.region) == nullptr) {
    tell(context.out, "no region '" + filter.region + "' in this data; see 'servicetags regions'");
    return kNothing;
  }
  std::vector<Row> rows;
  for (const Tag* tag : find_tags(snapshot, filter)) {
    const std::size_t v4 = count_v4(*tag);
    rows.push_back({tag->name, tag->region, tag->service, text_of(tag->change_number),
                    std::to_string(v4), std::to_string(tag->prefixes.size() - v4),
                    joined(tag->features)});
  }
  print_rows(
      context,
      {"tag", "region", "service", "change_number", "prefixes_v4", "prefixes_v6", "features"}, rows,
      {false, false, false, true, true, true, false});
  if (rows.empty()) tell(context.out, "no tag passes the filter");
  return rows.empty() ? kNothing : kDone;
}

int run_regions(Context& context) {
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  std::vector<Row> rows;
  for (const Region& region : data->snapshot->regions()) {
    rows.push_back({region.name, region.display, region.published, region.suffix,
                    std::to_string(region.tag_count)});
  }
  print_rows(context, {"name", "display", "published", "suffix", "tags"}, rows,
             {false, false, false, false, true});
  return rows.empty() ? kNothing : kDone;
}

}  // namespace

void add_tags(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("tags", "The tags in the data");
  auto filter = std::make_shared<TagFilter>();
  command->add_option("PATTERN", filter->pattern,
                      "Part of a name, or with * and ? the whole of it");
  command->add_option("--region", filter->region, "Only tags of this region, however spelled");
  command->add_option("--service", filter->service, "Only tags of this service or base tag");
  command->add_option("--feature", filter->feature,
                      "Only tags usable by name in: NSG, UDR, FW, VSE or API");
  command->footer(
      "Examples:\n"
      "  servicetags tags keyvault\n"
      "  servicetags tags 'Storage.*' -o plain\n"
      "  servicetags tags --region \"France Central\" --feature NSG -o csv");
  command->callback([&context, filter] {
    context.command = [&context, filter] { return run_tags(context, *filter); };
  });
}

void add_regions(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("regions", "The regions in the data, in every spelling");
  command->footer(
      "name is Azure Resource Manager's, published the file's region field, suffix what follows\n"
      "the dot in a tag's name. Every option that takes a region takes all of them.\n\n"
      "Example:\n"
      "  servicetags regions -o csv");
  command->callback([&context] { context.command = [&context] { return run_regions(context); }; });
}

}  // namespace servicetags::cli
