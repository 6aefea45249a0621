// servicetags annotate: a log with the service tags of its addresses.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <future>
#include <thread>
#include <utility>

#include "annotator.hpp"
#include "block_reader.hpp"
#include "context.hpp"
#include "rows.hpp"

namespace servicetags::cli {
namespace {

struct Arguments {
  std::string file = "-";
  std::string column;
  std::string json_key;
  std::string format;
  bool summary = false;
  unsigned threads = 0;
};

/// How far we are, on a terminal, once a second.
class Progress {
 public:
  void tell(const BlockReader& reader) {
    const auto now = Clock::now();
    if (!is_shown_ || now - told_ < std::chrono::seconds(1)) return;
    told_ = now;
    const std::chrono::duration<double> spent = now - begin_;
    const double rate = static_cast<double>(reader.bytes_read()) / spent.count();
    std::fprintf(stderr, "\r%.0f MB, %.0f MB/s", static_cast<double>(reader.bytes_read()) / 1e6,
                 rate / 1e6);
    if (reader.total_bytes() > 0 && rate > 0) {
      const auto left = reader.total_bytes() - std::min(reader.total_bytes(), reader.bytes_read());
      std::fprintf(stderr, ", %.0f s left", static_cast<double>(left) / rate);
    }
    std::fputs("\033[K", stderr);
    is_dirty_ = true;
  }
  ~Progress() {
    if (is_dirty_) std::fputs("\r\033[K", stderr);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point told_ = begin_;
  bool is_shown_ = ::isatty(STDERR_FILENO) == 1;
  bool is_dirty_ = false;
};

/// Blocks answered side by side, while the next are read.
class Annotation {
 public:
  Annotation(Context& context, const Snapshot& snapshot, const AnnotateOptions& options,
             const Arguments& arguments)
      : context_(context), is_summary_(arguments.summary) {
    const unsigned threads = arguments.threads > 0
                                 ? arguments.threads
                                 : std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    for (unsigned i = 0; i < threads; ++i) annotators_.emplace_back(snapshot, options);
  }

  /// `first` are lines that were read already. Errors: those of BlockReader::next().
  Result<void> run(BlockReader& reader, std::string first) {
    Progress progress;
    std::vector<std::string> blocks{std::move(first)};
    Result<bool> is_more = true;
    while (!blocks.empty() && !context_.out.has_failed()) {
      const bool is_trickle = blocks.size() == 1 && blocks[0].size() < kSmall;
      auto working = begin(std::exchange(blocks, {}));
      if (is_trickle) finish(working);  // before the next is awaited
      while (is_more && *is_more && blocks.size() < annotators_.size()) {
        std::string block;
        is_more = reader.next(block);
        if (!is_more || !*is_more) break;
        blocks.push_back(std::move(block));
        if (blocks.back().size() < kSmall) break;
      }
      finish(working);
      progress.tell(reader);
    }
    if (!is_more) return std::move(is_more).error();
    return {};
  }

  [[nodiscard]] AnnotateCounts counts() const {
    AnnotateCounts all;
    for (const Annotator& annotator : annotators_) all.add(annotator.counts());
    return all;
  }

 private:
  static constexpr std::size_t kSmall = std::size_t{1} << 16U;
  using Working = std::vector<std::future<std::string>>;

  Working begin(std::vector<std::string> blocks) {
    Working working;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto policy = blocks.size() == 1 ? std::launch::deferred : std::launch::async;
      working.push_back(
          std::async(policy, [&annotator = annotators_[i], block = std::move(blocks[i])] {
            std::string out;
            out.reserve(block.size() * 2);
            annotator.annotate(block, out);
            return out;
          }));
    }
    return working;
  }
  /// Waits for the answers and writes them, in order.
  void finish(Working& working) {
    for (auto& answer : std::exchange(working, {})) {
      const std::string text = answer.get();
      if (!is_summary_) context_.out.write(text);
    }
    context_.out.flush();
  }

  Context& context_;
  const bool is_summary_;
  std::deque<Annotator> annotators_;
};

Result<LogFormat> format_of(const Arguments& arguments) {
  static const std::vector<std::pair<std::string, LogFormat>> kNames{{"csv", LogFormat::csv},
                                                                     {"tsv", LogFormat::tsv},
                                                                     {"jsonl", LogFormat::jsonl},
                                                                     {"text", LogFormat::text}};
  LogFormat format = LogFormat::text;
  if (!arguments.column.empty()) format = LogFormat::csv;
  if (!arguments.json_key.empty()) format = LogFormat::jsonl;
  for (const auto& [name, known] : kNames) {
    if (name == arguments.format) format = known;
  }
  const bool has_columns = format == LogFormat::csv || format == LogFormat::tsv;
  const auto refuse = [](const char* why) { return Error{Errc::invalid_argument, why, {}, {}}; };
  if (has_columns && arguments.column.empty()) return refuse("csv and tsv need --column");
  if (format == LogFormat::jsonl && arguments.json_key.empty()) {
    return refuse("jsonl needs --json-key");
  }
  if (!has_columns && !arguments.column.empty()) return refuse("--column is for csv and tsv");
  if (format != LogFormat::jsonl && !arguments.json_key.empty()) {
    return refuse("--json-key is for jsonl");
  }
  return format;
}

/// A column given by its number, from 1.
std::optional<std::size_t> number_of(const std::string& column) {
  const bool is_number = !column.empty() && column.size() <= 6 &&
                         column.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return std::nullopt;
  const std::size_t number = std::stoul(column);
  return number == 0 ? std::nullopt : std::optional(number - 1);
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts{""};
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Finds the column by the header, which goes out with the new columns' names.
Result<std::size_t> read_header(Context& context, const Arguments& arguments, LogFormat format,
                                std::string& block) {
  const LogRecord header = read_record(block, format, 0);
  std::string_view names = header.text;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (names.starts_with(kByteOrderMark)) names.remove_prefix(kByteOrderMark.size());
  const std::vector<std::string> columns = columns_of(names, format);
  const auto place = std::find(columns.begin(), columns.end(), arguments.column);
  if (place == columns.end()) {
    std::string known;
    for (const std::string& column : columns) known += (known.empty() ? "" : ", ") + column;
    return Error{Errc::invalid_argument,
                 "no column '" + arguments.column + "'; the header has: " + known.substr(0, 1000) +
                     ". Without a header, give the column's number",
                 arguments.file,
                 {}};
  }
  if (!arguments.summary) {
    context.out.write(header.text);
    for (const std::string_view name : kAnnotatedFields) {
      context.out.write(format == LogFormat::csv ? "," : "\t");
      context.out.write(name);
    }
    context.out.write(header.end);
  }
  block.erase(0, header.text.size() + header.end.size());
  return static_cast<std::size_t>(place - columns.begin());
}

using Count = std::pair<std::string, std::uint64_t>;
std::vector<Count> most(const std::unordered_map<std::string, std::uint64_t>& counts) {
  std::vector<Count> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const Count& a, const Count& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return sorted;
}

/// The kinds of counts: of addresses, of each tag, of each region.
void print_summary(Context& context, const AnnotateCounts& counts) {
  std::vector<Row> rows{{"addresses", "", std::to_string(counts.addresses)},
                        {"in a tag", "", std::to_string(counts.addresses - counts.unmatched)},
                        {"in no tag", "", std::to_string(counts.unmatched)},
                        {"unreadable", "", std::to_string(counts.unreadable)}};
  for (const auto& [name, count] : most(counts.tags)) {
    rows.push_back({"tag", name, std::to_string(count)});
  }
  for (const auto& [name, count] : most(counts.regions)) {
    rows.push_back({"region", name, std::to_string(count)});
  }
  // Plain would be the first column alone, which says nothing here.
  if (context.format == Format::plain) context.format = Format::table;
  print_rows(context, {"what", "name", "count"}, rows, {false, false, true});
}

Result<AnnotateCounts> annotate(Context& context, const Snapshot& snapshot,
                                const Arguments& arguments) {
  const auto format = format_of(arguments);
  if (!format) return format.error();
  AnnotateOptions options{*format, 0, parts_of(arguments.json_key)};
  auto reader =
      BlockReader::open(arguments.file, *format == LogFormat::csv ? BlockReader::Quotes::is_text
                                                                  : BlockReader::Quotes::ends_line);
  if (!reader) return std::move(reader).error();
  std::string first;
  auto read = (*reader)->next(first);
  if (!read) return std::move(read).error();
  const bool has_columns = *format == LogFormat::csv || *format == LogFormat::tsv;
  const auto number = number_of(arguments.column);
  if (has_columns && number) options.column = *number;
  if (has_columns && !number && *read) {
    auto column = read_header(context, arguments, *format, first);
    if (!column) return std::move(column).error();
    options.column = *column;
  }
  Annotation annotation(context, snapshot, options, arguments);
  if (auto done = annotation.run(**reader, std::move(first)); !done) return done.error();
  return annotation.counts();
}

int run(Context& context, const Arguments& arguments) {
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  const auto counts = annotate(context, *data->snapshot, arguments);
  if (!counts) return fail(context, counts.error());
  if (arguments.summary) print_summary(context, *counts);
  if (counts->unreadable > 0 && !arguments.summary) {
    tell(context.out, std::to_string(counts->unreadable) +
                          " lines without an address where one should be; they are unchanged, "
                          "or have empty fields");
  }
  return counts->addresses > counts->unmatched ? kDone : kNothing;
}

}  // namespace

void add_annotate(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("annotate", "A log with the service tags of its addresses added");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file,
                      "CSV, TSV, JSON lines or text, plain or gzip; - is standard input");
  command->add_option("--column", arguments->column,
                      "The column of addresses: its name in the header, or its number from 1 "
                      "when there is no header");
  command->add_option("--json-key", arguments->json_key,
                      "The key of addresses; a dot leads into an object");
  command->add_option("--format", arguments->format, "csv, tsv, jsonl or text")
      ->check(CLI::IsMember({"csv", "tsv", "jsonl", "text"}));
  command->add_flag("--summary", arguments->summary,
                    "Not the lines, but how often each tag and region was met");
  command->add_option("--threads", arguments->threads, "As many as there are cores, unless given")
      ->check(CLI::Range(1U, 64U));
  command->footer(
      "Added are all tags, the most specific one, its region, and the prefix. All other bytes\n"
      "stay as they are, and lines keep their order.\n\n"
      "Examples:\n"
      "  servicetags annotate flows.csv --column dst_ip > tagged.csv\n"
      "  servicetags annotate flows.tsv.gz --format tsv --column 3 --summary\n"
      "  servicetags annotate events.jsonl --json-key properties.srcIp\n"
      "  tail -f /var/log/syslog | servicetags annotate");
  command->callback([&context, arguments] {
    context.command = [&context, arguments] { return run(context, *arguments); };
  });
}

}  // namespace servicetags::cli
