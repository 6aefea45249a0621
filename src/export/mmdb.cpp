// A MaxMind DB. Source: MaxMind DB File Format Specification, version 2.0.
// Tested by: tests/unit/data_export_test.cpp, tests/python/test_exports.py
#include <algorithm>
#include <array>
#include <unordered_map>

#include "export/data_writer.hpp"
#include "export/mmdb_tree.hpp"

namespace servicetags::data {
namespace {

enum class Kind : std::uint8_t {
  pointer = 1,
  text = 2,
  uint16 = 5,
  uint32 = 6,
  map = 7,
  uint64 = 9,
  array = 11,
};

/// Values one after the other, as the format encodes them.
class Section {
 public:
  /// With `repeats_are_pointers` a text that was there before is a reference to it.
  explicit Section(bool repeats_are_pointers) : repeats_are_pointers_(repeats_are_pointers) {}

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

  void map(std::size_t pairs) { head(Kind::map, pairs); }
  void array(std::size_t items) { head(Kind::array, items); }
  void text(std::string_view text) {
    if (repeats_are_pointers_) {
      const auto [known, is_new] = texts_.try_emplace(std::string(text), size());
      if (!is_new) return pointer(known->second);
    }
    head(Kind::text, text.size());
    bytes_ += text;
  }
  void number(Kind kind, std::uint64_t number) {
    std::string digits;
    for (; number != 0; number >>= 8U) digits += static_cast<char>(number & 0xffU);
    head(kind, digits.size());
    bytes_.append(digits.rbegin(), digits.rend());
  }

 private:
  void byte(std::size_t value) { bytes_ += static_cast<char>(value & 0xffU); }
  void bytes_of(std::size_t value, unsigned count) {
    for (unsigned n = count; n-- > 0;) byte(value >> (8 * n));
  }

  void head(Kind kind, std::size_t size) {
    // Sizes from 29 on stand in one to three more bytes.
    const unsigned more = size < 29 ? 0 : size < 285 ? 1 : size < 65'821 ? 2 : 3;
    constexpr std::array<std::size_t, 4> kBase{0, 29, 285, 65'821};
    const std::size_t in_head = more == 0 ? size : 28 + more;
    const auto number = static_cast<unsigned>(kind);
    if (number < 8) {
      byte(number << 5U | in_head);
    } else {  // an extended type stands in the next byte
      byte(in_head);
      byte(number - 7);
    }
    if (more != 0) bytes_of(size - kBase.at(more), more);
  }

  void pointer(std::size_t place) {
    // The two bits after the type tell how many bytes follow; the last three are the highest
    // of the place, but for four bytes.
    constexpr std::size_t kFirst = static_cast<std::size_t>(Kind::pointer) << 5U;
    if (place < 2048) {
      byte(kFirst | place >> 8U);
      bytes_of(place, 1);
    } else if (place < 526'336) {
      byte(kFirst | 1U << 3U | (place - 2048) >> 16U);
      bytes_of(place - 2048, 2);
    } else if (place < 134'744'064) {
      byte(kFirst | 2U << 3U | (place - 526'336) >> 24U);
      bytes_of(place - 526'336, 3);
    } else {
      byte(kFirst | 3U << 3U);
      bytes_of(place, 4);
    }
  }

  bool repeats_are_pointers_;
  std::string bytes_;
  std::unordered_map<std::string, std::size_t> texts_;
};

/// The tag of a set that says most: the one with the fewest prefixes.
const Tag& narrowest(const Snapshot& snapshot, TagSetId set) {
  const auto ids = snapshot.tag_set(set);
  return snapshot.tags()[*std::ranges::min_element(
      ids, {}, [&](TagId id) { return snapshot.tags()[id].prefixes.size(); })];
}

/// Scalars beside the list, for readers that can pick no more.
void add_record(const Snapshot& snapshot, TagSetId set, const std::string& joined, Section& data) {
  const Tag& tag = narrowest(snapshot, set);
  data.map(3U + (tag.region.empty() ? 0U : 1U) + (tag.service.empty() ? 0U : 1U));
  data.text("tags");
  const auto ids = snapshot.tag_set(set);
  data.array(ids.size());
  for (const TagId id : ids) data.text(snapshot.tags()[id].name);
  const auto add = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    data.text(key);
    data.text(value);
  };
  add("tag", tag.name);
  add("tags_text", joined);
  add("region", tag.region);
  add("service", tag.service);
}

std::string metadata(const Job& job, const MmdbTree::Written& tree) {
  Section out(false);
  out.map(9);
  out.text("binary_format_major_version");
  out.number(Kind::uint16, 2);
  out.text("binary_format_minor_version");
  out.number(Kind::uint16, 0);
  out.text("build_epoch");
  // libmaxminddb refuses the second 0.
  const auto built = std::max<std::int64_t>(1, job.options.built.time_since_epoch().count());
  out.number(Kind::uint64, static_cast<std::uint64_t>(built));
  out.text("database_type");
  out.text("azure-service-tags");
  out.text("description");
  out.map(1);
  out.text("en");
  out.text(provenance(job.snapshot));
  out.text("ip_version");
  out.number(Kind::uint16, 6);
  out.text("languages");
  out.array(1);
  out.text("en");
  out.text("node_count");
  out.number(Kind::uint32, tree.nodes);
  out.text("record_size");
  out.number(Kind::uint16, tree.bits);
  return "\xab\xcd\xefMaxMind.com" + out.bytes();
}

}  // namespace

std::string write_mmdb(const Job& job) {
  const Snapshot& snapshot = job.snapshot;
  const auto names = joined_names(snapshot, ";");
  Section data(true);
  std::vector<std::uint32_t> offsets(names.size());
  for (TagSetId set = 1; set < names.size(); ++set) {
    offsets[set] = static_cast<std::uint32_t>(data.size());
    add_record(snapshot, set, names[set], data);
  }
  MmdbTree tree;
  for (const TaggedPrefix& one : snapshot.prefixes()) tree.add(one.prefix, one.set);
  const auto written = tree.write([&](std::uint32_t set) { return offsets[set]; }, data.size());
  return written.bytes + std::string(16, '\0') + data.bytes() + metadata(job, written);
}

}  // namespace servicetags::data
