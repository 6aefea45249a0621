// servicetags lookup: which tags hold an address, a prefix, a range or a host.
#include <cstring>
#include <unordered_map>

#include "context.hpp"
#include "json_text.hpp"
#include "line_reader.hpp"
#include "lookup_answer.hpp"

namespace servicetags::cli {
namespace {

/// A tag's fields as JSON, before and after the prefix. Made once for each tag: a million
/// answers name the same few.
class TagTexts {
 public:
  struct Text {
    std::string before;
    std::string after;
  };

  const Text& of(const Tag& tag) {
    Text& text = texts_[&tag];
    if (text.before.empty()) {
      text.before = R"("tag":)" + json_quoted(tag.name) + R"(,"prefix":")";
      text.after = R"(","region":)" + json_quoted(tag.region) + R"(,"service":)" +
                   json_quoted(tag.service) + R"(,"change_number":)" + json_of(tag.change_number);
    }
    return text;
  }

 private:
  std::unordered_map<const Tag*, Text> texts_;
};

std::string error_json(std::string_view query, const Error& error) {
  JsonObject told;
  told.add_text("code", to_string(error.code)).add_text("message", error.message);
  return JsonObject().add_text("query", query).add("error", told.text()).text();
}

Row hit_row(std::string_view query, const Hit& hit) {
  return {std::string(query),
          hit.tag->name,
          to_string(hit.prefix),
          hit.tag->region,
          hit.tag->service,
          text_of(hit.tag->change_number),
          hit.relation ? std::string(to_string(*hit.relation)) : std::string{},
          hit.address ? to_string(*hit.address) : std::string{}};
}

class LookupCommand {
 public:
  LookupCommand(Context& context, const Snapshot& snapshot)
      : out_(context.out), snapshot_(snapshot), format_(context.format_or(Format::table)) {}

  int run(const std::vector<std::string>& queries) {
    begin();
    for (const std::string& query : queries) {
      if (query == "-") {
        read_queries();
      } else {
        answer(query);
      }
    }
    if (format_ == Format::json) out_.line(first_ ? "[]" : "\n]");
    if (bad_) return kBadInput;
    return found_ ? kDone : kNothing;
  }

 private:
  void begin() {
    if (format_ != Format::csv && format_ != Format::tsv) return;
    out_.write(separated(format_, {"query", "tag", "prefix", "region", "service", "change_number",
                                   "relation", "address"}));
  }

  /// One query a line; blank lines and lines that begin with '#' are passed over.
  void read_queries() {
    LineReader lines;
    while (const auto line = lines.next()) {
      std::string_view query = *line;
      const auto begin = query.find_first_not_of(" \t\r");
      if (begin != std::string_view::npos && query[begin] != '#') {
        query = query.substr(begin, query.find_last_not_of(" \t\r") - begin + 1);
        answer(query);
      }
      if (lines.is_drained()) out_.flush();
      if (out_.has_failed()) return;  // the input may have no end
    }
    if (lines.error() == 0) return;
    bad_ = true;
    tell(out_, std::string("standard input cannot be read: ") + std::strerror(lines.error()));
  }

  void answer(std::string_view query) {
    auto answer = look_up(snapshot_, query);
    if (!answer) return refuse(query, answer.error());
    found_ = found_ || !answer->hits.empty();
    switch (format_) {
      case Format::json:
        begin_item();
        write_json(query, *answer);
        break;
      case Format::jsonl:
        write_json(query, *answer);
        out_.write("\n");
        break;
      case Format::csv:
      case Format::tsv: rows(query, *answer); break;
      case Format::plain: plain(query, *answer); break;
      case Format::table: show(query, *answer); break;
    }
  }

  void refuse(std::string_view query, const Error& error) {
    bad_ = true;
    if (format_ == Format::jsonl) return out_.line(error_json(query, error));
    if (format_ == Format::json) {
      begin_item();
      return out_.write(error_json(query, error));
    }
    tell(out_, std::string(query.substr(0, 100)) + ": " + to_string(error));
  }

  void begin_item() {
    out_.write(first_ ? "[\n" : ",\n");
    first_ = false;
  }

  void write_json(std::string_view query, const Answer& answer) {
    out_.write(R"({"query":)");
    out_.write(json_quoted(query));
    if (!answer.addresses.empty()) {
      JsonArray addresses;
      for (const Address& address : answer.addresses) addresses.add_text(to_string(address));
      out_.write(R"(,"addresses":)" + addresses.text());
    }
    out_.write(R"(,"matches":[)");
    for (const Hit& hit : answer.hits) {
      out_.write(&hit == answer.hits.data() ? "{" : ",{");
      write_json(hit);
      out_.write("}");
    }
    out_.write("]}");
  }

  void write_json(const Hit& hit) {
    const TagTexts::Text& tag = tags_.of(*hit.tag);
    if (hit.address) out_.write(R"("address":")" + to_string(*hit.address) + R"(",)");
    out_.write(tag.before);
    out_.write(to_string(hit.prefix));
    out_.write(tag.after);
    if (hit.relation) {
      out_.write(R"(,"relation":")");
      out_.write(to_string(*hit.relation));
      out_.write(R"(")");
    }
  }

  void rows(std::string_view query, const Answer& answer) {
    for (const Hit& hit : answer.hits) out_.write(separated(format_, hit_row(query, hit)));
    // A query without a tag keeps its row, so that none is lost.
    if (answer.hits.empty()) {
      out_.write(separated(format_, {std::string(query), "", "", "", "", "", "", ""}));
    }
  }

  void plain(std::string_view query, const Answer& answer) {
    for (const Hit& hit : answer.hits) {
      out_.write(query);
      out_.write(" ");
      out_.write(hit.tag->name);
      out_.write(" ");
      out_.line(to_string(hit.prefix));
    }
  }

  void show(std::string_view query, const Answer& answer) {
    if (!first_) out_.line("");
    first_ = false;
    std::string heading = printable(query);
    for (std::size_t i = 0; i < answer.addresses.size(); ++i) {
      heading += (i == 0 ? " is " : ", ") + to_string(answer.addresses[i]);
    }
    if (answer.hits.empty()) return out_.line(heading + ": in no service tag");
    out_.line(heading);
    const bool relation = answer.hits.front().relation.has_value();
    std::vector<Row> rows;
    for (const Hit& hit : answer.hits) {
      rows.push_back(
          {"  " + hit.tag->name, to_string(hit.prefix), hit.tag->region, hit.tag->service});
      if (relation) rows.back().emplace_back(to_string(*hit.relation));
      if (hit.address) rows.back().push_back(to_string(*hit.address));
    }
    Row header{"  TAG", "PREFIX", "REGION", "SERVICE"};
    if (relation) header.emplace_back("RELATION");
    if (answer.hits.front().address) header.emplace_back("ADDRESS");
    out_.write(table(header, rows));
  }

  Output& out_;
  const Snapshot& snapshot_;
  Format format_;
  TagTexts tags_;
  bool first_ = true;
  bool found_ = false;
  bool bad_ = false;
};

}  // namespace

void add_lookup(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "lookup", "Which service tags hold an address, a prefix, a range or a host");
  auto queries = std::make_shared<std::vector<std::string>>();
  command
      ->add_option("QUERY", *queries,
                   "Address, CIDR prefix, first-last range, host name, or - for standard input "
                   "(one a line)")
      ->required();
  command->footer(
      "Tags come most specific prefix first. For a prefix or range, the relation says how the\n"
      "whole tag stands to it: equal, contains, contained or overlaps.\n\n"
      "Examples:\n"
      "  servicetags lookup 20.38.98.100\n"
      "  servicetags lookup 20.38.0.0/16 -o csv\n"
      "  servicetags lookup login.microsoftonline.com\n"
      "  cut -d, -f3 flows.csv | servicetags lookup - -o jsonl");
  command->callback([&context, queries] {
    context.command = [&context, queries] {
      auto data = load_data(context);
      if (!data) return fail(context, data.error());
      return LookupCommand(context, *data->snapshot).run(*queries);
    };
  });
}

}  // namespace servicetags::cli
