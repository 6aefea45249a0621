// servicetags lookup: which tags hold an address, a prefix, a range or a host.
#include <utility>

#include "context.hpp"
#include "host_names.hpp"
#include "json_text.hpp"
#include "line_reader.hpp"

namespace servicetags::cli {
namespace {

/// One tag that answers a query.
struct Hit {
  const Tag* tag;
  Prefix prefix;
  std::optional<Relation> relation;  // of a prefix or range
  std::optional<Address> address;    // of a host
};

struct Answer {
  std::vector<Hit> hits;
  std::vector<Address> addresses;  // of a host
};

void add_matches(const Matches& matches, std::optional<Address> address, Answer& answer) {
  for (const Match& match : matches) {
    answer.hits.push_back({match.tag, match.prefix, std::nullopt, address});
  }
}

Result<Answer> look_up_host(const Snapshot& snapshot, std::string_view name) {
  // A tag's name is no question for a name server.
  if (const Tag* tag = snapshot.find_tag(name)) {
    return Error{Errc::invalid_argument,
                 tag->name + " is a service tag; for its prefixes use 'servicetags expand " +
                     tag->name + "'",
                 {},
                 {}};
  }
  auto addresses = resolve_host(name);
  if (!addresses) return std::move(addresses).error();
  Answer answer;
  for (const Address& address : *addresses) {
    add_matches(snapshot.lookup(address), address, answer);
  }
  answer.addresses = *std::move(addresses);
  return answer;
}

Result<Answer> look_up(const Snapshot& snapshot, std::string_view query) {
  const bool has_prefix_or_range = query.find_first_of("/-") != std::string_view::npos;
  if (looks_like_host(query)) return look_up_host(snapshot, query);
  Answer answer;
  if (has_prefix_or_range) {
    auto range = parse_range(query);
    if (!range) return std::move(range).error();
    for (const Overlap& overlap : snapshot.overlaps(*range)) {
      answer.hits.push_back({overlap.tag, overlap.prefix, overlap.relation, std::nullopt});
    }
    return answer;
  }
  auto matches = snapshot.lookup(query);
  if (!matches) return std::move(matches).error();
  add_matches(*matches, std::nullopt, answer);
  return answer;
}

std::string hit_json(const Hit& hit) {
  JsonObject object;
  if (hit.address) object.add_text("address", to_string(*hit.address));
  object.add_text("tag", hit.tag->name)
      .add_text("prefix", to_string(hit.prefix))
      .add_text("region", hit.tag->region)
      .add_text("service", hit.tag->service)
      .add("change_number", json_of(hit.tag->change_number));
  if (hit.relation) object.add_text("relation", to_string(*hit.relation));
  return object.text();
}

std::string answer_json(std::string_view query, const Answer& answer) {
  JsonObject object;
  object.add_text("query", query);
  if (!answer.addresses.empty()) {
    JsonArray addresses;
    for (const Address& address : answer.addresses) addresses.add_text(to_string(address));
    object.add("addresses", addresses.text());
  }
  JsonArray matches;
  for (const Hit& hit : answer.hits) matches.add(hit_json(hit));
  return object.add("matches", matches.text()).text();
}

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
      : out_(context.out), snapshot_(snapshot),
        format_(context.format_or(Format::table)) {}

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
    out_.write(separated(format_, {"query", "tag", "prefix", "region", "service",
                                   "change_number", "relation", "address"}));
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
    }
  }

  void answer(std::string_view query) {
    auto answer = look_up(snapshot_, query);
    if (!answer) return refuse(query, answer.error());
    found_ = found_ || !answer->hits.empty();
    switch (format_) {
      case Format::json: item(answer_json(query, *answer)); break;
      case Format::jsonl: out_.line(answer_json(query, *answer)); break;
      case Format::csv:
      case Format::tsv: rows(query, *answer); break;
      case Format::plain: plain(query, *answer); break;
      case Format::table: show(query, *answer); break;
    }
  }

  void refuse(std::string_view query, const Error& error) {
    bad_ = true;
    if (format_ == Format::json) return item(error_json(query, error));
    if (format_ == Format::jsonl) return out_.line(error_json(query, error));
    tell(out_, std::string(query.substr(0, 100)) + ": " + to_string(error));
  }

  void item(std::string_view json) {
    out_.write(first_ ? "[\n" : ",\n");
    out_.write(json);
    first_ = false;
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
      out_.line(" " + hit.tag->name + " " + to_string(hit.prefix));
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
      rows.push_back({"  " + hit.tag->name, to_string(hit.prefix), hit.tag->region,
                      hit.tag->service});
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
