// CSV and JSON lines: the same rows.
// Tested by: tests/unit/data_export_test.cpp
#include "export/data_writer.hpp"
#include "servicetags/address_count.hpp"

namespace servicetags::data {
namespace {

std::string number_text(const Address& address) {
  return to_string(AddressCount{0, address.high(), address.low()});
}

std::string csv_of_tags(const Snapshot& snapshot) {
  std::string text = "tag,region,service,prefix\n";
  for (const Tag& tag : snapshot.tags()) {
    const std::string before = tag_cells(tag) + ",";
    for (const Prefix& prefix : tag.prefixes) text += before + to_string(prefix) + "\n";
  }
  return text;
}

std::string jsonl_of_tags(const Snapshot& snapshot) {
  std::string text;
  for (const Tag& tag : snapshot.tags()) {
    const std::string before = R"({"tag":")" + tag.name + R"(","region":")" + tag.region +
                               R"(","service":")" + tag.service + R"(","prefix":")";
    for (const Prefix& prefix : tag.prefixes) text += before + to_string(prefix) + "\"}\n";
  }
  return text;
}

std::string csv_of_prefixes(const Snapshot& snapshot) {
  const auto names = joined_names(snapshot, ";");
  std::string text = "prefix,tags\n";
  for (const TaggedPrefix& row : snapshot.prefixes()) {
    text += to_string(row.prefix) + "," + names[row.set] + "\n";
  }
  return text;
}

std::string jsonl_of_prefixes(const Snapshot& snapshot) {
  const auto names = joined_names(snapshot, ",", "\"");
  std::string text;
  for (const TaggedPrefix& row : snapshot.prefixes()) {
    text += R"({"prefix":")" + to_string(row.prefix) + R"(","tags":[)" + names[row.set] + "]}\n";
  }
  return text;
}

std::string csv_of_ranges(const Snapshot& snapshot) {
  const auto names = joined_names(snapshot, ";");
  std::string text = "family,first,last,first_number,last_number,tags\n";
  for (const auto& [addresses, set] : snapshot.ranges()) {
    text += (addresses.first.is_v4() ? "4," : "6,") + to_string(addresses.first) + "," +
            to_string(addresses.last) + "," + number_text(addresses.first) + "," +
            number_text(addresses.last) + "," + names[set] + "\n";
  }
  return text;
}

/// Numbers are texts: many readers of JSON keep no more than 53 bits.
std::string jsonl_of_ranges(const Snapshot& snapshot) {
  const auto names = joined_names(snapshot, ",", "\"");
  std::string text;
  for (const auto& [addresses, set] : snapshot.ranges()) {
    text += std::string(R"({"family":)") + (addresses.first.is_v4() ? "4" : "6") + R"(,"first":")" +
            to_string(addresses.first) + R"(","last":")" + to_string(addresses.last) +
            R"(","first_number":")" + number_text(addresses.first) + R"(","last_number":")" +
            number_text(addresses.last) + R"(","tags":[)" + names[set] + "]}\n";
  }
  return text;
}

}  // namespace

std::string write_csv(const Job& job) {
  switch (job.shape) {
    case DataShape::tags: return csv_of_tags(job.snapshot);
    case DataShape::prefixes: return csv_of_prefixes(job.snapshot);
    case DataShape::ranges: return csv_of_ranges(job.snapshot);
  }
  return {};
}

std::string write_jsonl(const Job& job) {
  switch (job.shape) {
    case DataShape::tags: return jsonl_of_tags(job.snapshot);
    case DataShape::prefixes: return jsonl_of_prefixes(job.snapshot);
    case DataShape::ranges: return jsonl_of_ranges(job.snapshot);
  }
  return {};
}

}  // namespace servicetags::data
