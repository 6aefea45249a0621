#include "lookup_answer.hpp"

#include <utility>

#include "host_names.hpp"

namespace servicetags::cli {
namespace {

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

Result<Answer> look_up_range(const Snapshot& snapshot, std::string_view query) {
  auto range = parse_range(query);
  if (!range) return std::move(range).error();
  Answer answer;
  for (const Overlap& overlap : snapshot.overlaps(*range)) {
    answer.hits.push_back({overlap.tag, overlap.prefix, overlap.relation, std::nullopt});
  }
  return answer;
}

}  // namespace

Result<Answer> look_up(const Snapshot& snapshot, std::string_view query) {
  if (looks_like_host(query)) return look_up_host(snapshot, query);
  if (query.find_first_of("/-") != std::string_view::npos) return look_up_range(snapshot, query);
  auto matches = snapshot.lookup(query);
  if (!matches) return std::move(matches).error();
  Answer answer;
  add_matches(*matches, std::nullopt, answer);
  return answer;
}

}  // namespace servicetags::cli
