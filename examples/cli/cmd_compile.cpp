// servicetags compile: the data as a file that opens without being parsed.
#include <memory>

#include "context.hpp"

namespace servicetags::cli {
namespace {

int run_compile(Context& context, const std::string& path) {
  const auto loaded = load_data(context);
  if (!loaded) return fail(context, loaded.error());
  if (path == "-") {
    context.out.write(compile(*loaded->snapshot));
    return kDone;
  }
  if (const auto written = write_compiled(*loaded->snapshot, path); !written) {
    return fail(context, written.error());
  }
  const SnapshotInfo& info = loaded->snapshot->info();
  tell(context.out, std::to_string(info.tag_count) + " tags and " +
                        std::to_string(info.prefix_count) + " prefixes written to " + path);
  return kDone;
}

}  // namespace

void add_compile(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("compile", "Write the data as a file that opens at once");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "Where to write, or -")->required();
  command->footer(
      "Every command takes the file as --data. It holds the same as the JSON, for this version\n"
      "of the program and machines of this byte order; any damage to it is found. The cache\n"
      "keeps one of its own, without being told.\n\n"
      "Examples:\n"
      "  servicetags --data ServiceTags_Public_20251028.json compile tags.stc\n"
      "  servicetags --data tags.stc lookup 20.38.98.100");
  command->callback([&context, path] {
    context.command = [&context, path] { return run_compile(context, *path); };
  });
}

}  // namespace servicetags::cli
