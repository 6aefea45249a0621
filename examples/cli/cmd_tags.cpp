// servicetags tags, servicetags regions: what is in the data.
#include <algorithm>
#include <utility>

#include "context.hpp"
#include "rows.hpp"

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
