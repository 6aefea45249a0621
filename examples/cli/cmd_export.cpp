// servicetags export: the data for other engines.
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "context.hpp"

namespace servicetags::cli {
namespace {

struct ExportCommand {
  std::string format;
  std::string path = "-";
  DataOptions options;
};

/// When the data was fetched; of a file, when it was written.
std::chrono::sys_seconds time_of(const Loaded& loaded) {
  if (loaded.cached) return std::chrono::floor<std::chrono::seconds>(loaded.cached->fetched_at);
  std::error_code error;
  const auto written = std::filesystem::last_write_time(loaded.path, error);
  if (error) return {};
  return std::chrono::floor<std::chrono::seconds>(std::chrono::file_clock::to_sys(written));
}

bool is_text(std::string_view name) {
  for (const DataFormat& format : data_formats()) {
    if (format.name == name) return format.is_text;
  }
  return true;
}

int run_export(Context& context, ExportCommand& command) {
  const bool to_terminal = command.path == "-" && ::isatty(STDOUT_FILENO) != 0;
  if (to_terminal && !is_text(command.format)) {
    tell(context.out, command.format + " is not text: name a file with --to FILE, or redirect it");
    return kBadInput;
  }
  const auto loaded = load_data(context);
  if (!loaded) return fail(context, loaded.error());
  command.options.built = time_of(*loaded);
  if (command.path != "-") {
    const auto written =
        export_data_to(command.path, *loaded->snapshot, command.format, command.options);
    return written ? kDone : fail(context, written.error());
  }
  const auto bytes = export_data(*loaded->snapshot, command.format, command.options);
  if (!bytes) return fail(context, bytes.error());
  context.out.write(*bytes);
  return kDone;
}

std::string formats_text() {
  std::string text = "Formats:\n";
  for (const DataFormat& format : data_formats()) {
    std::string name(format.name);
    name.resize(12, ' ');
    text += "  " + name + std::string(format.target) + "\n";
  }
  return text;
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("export", "The whole data, for other engines");
  auto chosen = std::make_shared<ExportCommand>();
  command->add_option("FORMAT", chosen->format, "One of those below")->required();
  command
      ->add_option_function<std::string>(
          "--shape",
          [chosen](const std::string& name) {
            const auto shape = parse_data_shape(name);
            if (!shape) throw CLI::ValidationError("--shape", shape.error().message);
            chosen->options.shape = *shape;
          },
          "Rows: tags (each with each prefix), prefixes (each with all its tags) or ranges")
      ->type_name("SHAPE");
  command->add_option("--name", chosen->options.name, "Begins the names of tables");
  command->add_option("--to", chosen->path, "A file, replaced whole, instead of standard output")
      ->type_name("FILE");
  command->footer(formats_text() +
                  "\nExamples:\n"
                  "  servicetags export mmdb --to service-tags.mmdb\n"
                  "  servicetags export csv --shape ranges > ranges.csv\n"
                  "  servicetags export clickhouse | clickhouse-client --multiquery");
  command->callback([&context, chosen] {
    context.command = [&context, chosen] { return run_export(context, *chosen); };
  });
}

}  // namespace servicetags::cli
