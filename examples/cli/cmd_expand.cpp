// servicetags expand: the prefixes behind a tag.
#include <utility>

#include "context.hpp"
#include "json_text.hpp"

namespace servicetags::cli {
namespace {

struct ExpandOptions {
  std::vector<std::string> tags;
  std::string region;
  unsigned family = 0;  // 4, 6, or both
  bool aggregate = false;
  std::size_t fit = 0;  // 0: as many as there are
};

/// One tag, ready to print.
struct Expanded {
  const Tag* tag;
  std::string requested;
  std::vector<Prefix> prefixes;
  std::optional<Fitted> fitted;
};

std::string expanded_json(const Expanded& expanded) {
  JsonObject object;
  object.add_text("tag", expanded.tag->name)
      .add_text("requested", expanded.requested)
      .add_text("region", expanded.tag->region)
      .add("prefixes", json_of(expanded.prefixes));
  if (expanded.fitted) {
    object.add("added", JsonObject()
                            .add_text("v4", to_string(expanded.fitted->added_v4))
                            .add_text("v6", to_string(expanded.fitted->added_v6))
                            .text());
  }
  return object.text();
}

class ExpandCommand {
 public:
  ExpandCommand(Context& context, const Snapshot& snapshot, const ExpandOptions& options)
      : context_(context), snapshot_(snapshot), options_(options) {}

  int run() {
    std::vector<Expanded> all;
    int code = kDone;
    for (const std::string& name : options_.tags) {
      auto expanded = expand(name);
      if (!expanded) return fail(context_, expanded.error());
      if (*expanded) {
        all.push_back(**std::move(expanded));
      } else {
        code = kNothing;
      }
    }
    print(all);
    return code;
  }

 private:
  /// Absent, and told, when there is no such tag or nothing left of it.
  Result<std::optional<Expanded>> expand(const std::string& name) {
    TagResolution found = resolve_tag(snapshot_, name, options_.region);
    if (found.tag == nullptr) {
      tell_unresolved(context_, found);
      return std::optional<Expanded>();
    }
    if (!found.message.empty()) tell(context_.out, found.message);
    Expanded expanded{found.tag, name, {}, {}};
    for (const Prefix& prefix : found.tag->prefixes) {
      if (options_.family == 0 ||
          prefix.family() == Family{static_cast<std::uint8_t>(options_.family)}) {
        expanded.prefixes.push_back(prefix);
      }
    }
    if (expanded.prefixes.empty()) {
      tell(context_.out,
           found.tag->name + " has no " +
               (options_.family == 0 ? "" : "IPv" + std::to_string(options_.family) + " ") +
               "prefixes");
      return std::optional<Expanded>();
    }
    if (auto narrowed = narrow(expanded); !narrowed) return std::move(narrowed).error();
    return std::optional(std::move(expanded));
  }

  Result<void> narrow(Expanded& expanded) {
    if (!options_.aggregate && options_.fit == 0) return {};
    const PrefixSet set(expanded.prefixes);
    const auto assign = [&](const PrefixSet& narrowed) {
      expanded.prefixes.assign(narrowed.prefixes().begin(), narrowed.prefixes().end());
    };
    if (options_.fit == 0) {
      assign(set);
      return {};
    }
    auto fitted = fit(set, options_.fit);
    if (!fitted) return std::move(fitted).error();
    assign(fitted->set);
    tell(context_.out, expanded.tag->name + ": " + std::to_string(set.size()) + " prefixes to " +
                           std::to_string(fitted->set.size()) + ", adding " +
                           to_string(fitted->added_v4) + " IPv4 and " +
                           to_string(fitted->added_v6) + " IPv6 addresses");
    expanded.fitted = *std::move(fitted);
    return {};
  }

  void print(const std::vector<Expanded>& all) {
    Output& out = context_.out;
    const Format format = context_.format_or(Format::plain);
    if (format == Format::json) return print_json(all);
    if (format == Format::csv || format == Format::tsv) {
      out.write(separated(format, {"tag", "prefix"}));
    }
    std::vector<Row> rows;
    for (const Expanded& expanded : all) {
      if (format == Format::jsonl) out.line(expanded_json(expanded));
      for (const Prefix& prefix : expanded.prefixes) {
        if (format == Format::plain) out.line(to_string(prefix));
        if (format == Format::table) rows.push_back({expanded.tag->name, to_string(prefix)});
        if (format == Format::csv || format == Format::tsv) {
          out.write(separated(format, {expanded.tag->name, to_string(prefix)}));
        }
      }
    }
    if (format == Format::table && !rows.empty()) out.write(table({"TAG", "PREFIX"}, rows));
  }

  void print_json(const std::vector<Expanded>& all) {
    if (options_.tags.size() == 1) {
      if (!all.empty()) context_.out.line(expanded_json(all.front()));
      return;
    }
    JsonArray array;
    for (const Expanded& expanded : all) array.add(expanded_json(expanded));
    context_.out.line(array.text());
  }

  Context& context_;
  const Snapshot& snapshot_;
  const ExpandOptions& options_;
};

}  // namespace

void add_expand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("expand", "The prefixes that a service tag stands for");
  auto options = std::make_shared<ExpandOptions>();
  command
      ->add_option("TAG", options->tags,
                   "Published or documented name, in any case; a region may follow a dot")
      ->required();
  command->add_option("--region", options->region,
                      "The tag's form for this region, however spelled");
  command->add_option("--family", options->family, "Only IPv4 (4) or IPv6 (6)")
      ->check(CLI::IsMember({4U, 6U}));
  command->add_flag("--aggregate", options->aggregate,
                    "The fewest prefixes that hold the same addresses");
  command
      ->add_option("--fit", options->fit,
                   "At most this many prefixes a tag; says how many addresses that adds")
      ->check(CLI::PositiveNumber);
  command->footer(
      "Prints one prefix a line unless -o says otherwise. Several tags are printed one after the\n"
      "other; --aggregate and --fit work on each tag apart.\n\n"
      "Examples:\n"
      "  servicetags expand Storage --region westus\n"
      "  servicetags expand KeyVault.westeurope --family 4 --aggregate\n"
      "  servicetags expand AzureCloud --fit 1000 -o json");
  command->callback([&context, options] {
    context.command = [&context, options] {
      auto data = load_data(context);
      if (!data) return fail(context, data.error());
      return ExpandCommand(context, *data->snapshot, *options).run();
    };
  });
}

}  // namespace servicetags::cli
