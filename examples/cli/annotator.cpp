#include "annotator.hpp"

#include <algorithm>
#include <utility>

#include "json_text.hpp"
#include "log_text.hpp"
#include "output.hpp"

namespace servicetags::cli {
namespace {

constexpr std::size_t kRecent = 4096;  // answers kept by address; logs repeat themselves

std::size_t hash_of(const Address& address) noexcept {
  const std::uint64_t hash = (address.high() ^ (address.low() << 1U)) * 0x9e3779b97f4a7c15U ^
                             address.low() * 0xd6e8feb86659fd93U;
  return static_cast<std::size_t>(hash >> 32U);
}

std::string joined(const std::vector<const Tag*>& tags, char separator) {
  std::string text;
  for (const Tag* tag : tags) {
    if (!text.empty()) text += separator;
    text += tag->name;
  }
  return text;
}

}  // namespace

void AnnotateCounts::add(const AnnotateCounts& more) {
  addresses += more.addresses;
  unmatched += more.unmatched;
  unreadable += more.unreadable;
  for (const auto& [name, count] : more.tags) tags[name] += count;
  for (const auto& [name, count] : more.regions) regions[name] += count;
}

Annotator::Annotator(const Snapshot& snapshot, AnnotateOptions options)
    : snapshot_(snapshot),
      options_(std::move(options)),
      found_(snapshot.info().distinct_prefix_count),
      recent_(kRecent) {
  switch (options_.format) {
    case LogFormat::csv: nothing_ = ",,,,"; break;
    case LogFormat::tsv: nothing_ = "\t\t\t\t"; break;
    case LogFormat::jsonl:
      nothing_ = R"("service_tags":[],"service_tag":null,"service_tag_region":null,)"
                 R"("service_tag_prefix":null)";
      break;
    case LogFormat::text: break;
  }
}

void Annotator::annotate(std::string_view block, std::string& out) {
  switch (options_.format) {
    case LogFormat::csv:
    case LogFormat::tsv: return annotate_records(block, out);
    case LogFormat::jsonl: return annotate_json(block, out);
    case LogFormat::text: return annotate_text(block, out);
  }
}

AnnotateCounts Annotator::counts() const {
  AnnotateCounts counts = counts_;
  for (const auto& found : found_) {
    if (found == nullptr) continue;
    for (const Tag* tag : found->tags) counts.tags[tag->name] += found->count;
    if (!found->region.empty()) counts.regions[std::string(found->region)] += found->count;
  }
  return counts;
}

void Annotator::annotate_records(std::string_view block, std::string& out) {
  while (!block.empty()) {
    const LogRecord record = read_record(block, options_.format, options_.column);
    out += record.text;
    if (!record.text.empty()) out += added_for(record.field);
    out += record.end;
    block.remove_prefix(record.text.size() + record.end.size());
  }
}

void Annotator::annotate_json(std::string_view block, std::string& out) {
  while (!block.empty()) {
    const std::string_view line = block.substr(0, block.find('\n'));
    const JsonPlace place = find_json_text(line, options_.json_path);
    if (place.insert_at == std::string_view::npos) {
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) ++counts_.unreadable;
      out += line;
    } else {
      out += line.substr(0, place.insert_at);
      if (!place.is_empty) out += ',';
      out += added_for(place.text);
      out += line.substr(place.insert_at);
    }
    block.remove_prefix(line.size());
    if (!block.empty()) {
      out += '\n';
      block.remove_prefix(1);
    }
  }
}

void Annotator::annotate_text(std::string_view block, std::string& out) {
  std::size_t copied = 0;
  for (std::size_t at = 0; at < block.size();) {
    const AddressPlace place = find_address_text(block, at);
    if (place.begin == std::string_view::npos) break;
    at = place.end;
    const auto address = parse_address(block.substr(place.begin, place.end - place.begin));
    if (!address) continue;
    const Found* const found = find(*address);
    if (found == nullptr) continue;
    out += block.substr(copied, place.end - copied);
    out += found->added;
    copied = place.end;
  }
  out += block.substr(copied);
}

const std::string& Annotator::added_for(std::string_view field) {
  const auto address = parse_address(field);
  if (!address) {
    ++counts_.unreadable;
    return nothing_;
  }
  const Found* const found = find(*address);
  return found == nullptr ? nothing_ : found->added;
}

/// Null when no tag holds the address.
Annotator::Found* Annotator::find(const Address& address) {
  ++counts_.addresses;
  Recent& recent = recent_[hash_of(address) % kRecent];
  if (!recent.is_set || recent.address != address) {
    recent = {address, nullptr, true};
    if (!snapshot_.tag_ids(address).empty()) {
      const Matches matches = snapshot_.lookup(address);
      auto& found = found_[matches.prefix_id()];
      if (found == nullptr) found = std::make_unique<Found>(make_found(matches));
      recent.found = found.get();
    }
  }
  if (recent.found == nullptr) {
    ++counts_.unmatched;
  } else {
    ++recent.found->count;
  }
  return recent.found;
}

Annotator::Found Annotator::make_found(const Matches& matches) const {
  Found found;
  const Prefix prefix = (*matches.begin()).prefix;
  const Tag* best = nullptr;
  for (const Match& match : matches) {
    found.tags.push_back(match.tag);
    const bool is_longest = match.prefix == prefix;
    const bool is_better = best == nullptr || match.tag->prefixes.size() < best->prefixes.size();
    if (is_longest && is_better) best = match.tag;
  }
  found.region = best->region;
  found.added = added_text(found, *best, prefix);
  return found;
}

std::string Annotator::added_text(const Found& found, const Tag& best, const Prefix& prefix) const {
  const std::string tags = joined(found.tags, ' ');
  switch (options_.format) {
    case LogFormat::csv:
    case LogFormat::tsv: {
      const Format format = options_.format == LogFormat::csv ? Format::csv : Format::tsv;
      std::string row = separated(format, {"", tags, best.name, best.region, to_string(prefix)});
      row.pop_back();  // the newline
      return row;
    }
    case LogFormat::jsonl: {
      JsonArray names;
      for (const Tag* tag : found.tags) names.add_text(tag->name);
      const std::string object = JsonObject()
                                     .add(kAnnotatedFields[0], names.text())
                                     .add_text(kAnnotatedFields[1], best.name)
                                     .add_text(kAnnotatedFields[2], best.region)
                                     .add_text(kAnnotatedFields[3], to_string(prefix))
                                     .text();
      return object.substr(1, object.size() - 2);  // its members
    }
    case LogFormat::text: break;
  }
  const std::string region = best.region.empty() ? "" : " region=" + best.region;
  return printable(" [tag=" + best.name + region + " prefix=" + to_string(prefix) +
                   " tags=" + joined(found.tags, ',') + "]");
}

}  // namespace servicetags::cli
