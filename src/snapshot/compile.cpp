// Tested by: tests/unit/compiled_test.cpp
#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstring>
#include <map>
#include <span>
#include <vector>

#include "servicetags/compiled.hpp"
#include "snapshot/compiled_layout.hpp"
#include "snapshot/snapshot_impl.hpp"
#include "support/checksum.hpp"
#include "support/write_file.hpp"

namespace servicetags {
namespace {

using namespace snapshot;

/// The tags' own texts and lists, each different one once.
class Details {
 public:
  void add(const Tag& tag) {
    TagRecord record{};
    record.name = add(tag.name);
    record.region = add(tag.region);
    record.service = add(tag.service);
    if (tag.change_number) {
      record.flags |= TagRecord::kHasChangeNumber;
      record.change_number = *tag.change_number;
    }
    if (tag.features) {
      record.flags |= TagRecord::kHasFeatures;
      record.first_feature = add(*tag.features);
      record.feature_count = static_cast<std::uint32_t>(tag.features->size());
    }
    tags.push_back(record);
  }
  void add(const Warning& warning) {
    warnings.push_back({add(warning.message), add(warning.where)});
  }

  std::vector<TagRecord> tags;
  std::vector<WarningRecord> warnings;
  std::vector<Text> features;
  std::string texts;

 private:
  Text add(const std::string& text) {
    const auto [place, is_new] = text_places_.try_emplace(text);
    if (is_new) {
      place->second = {static_cast<std::uint32_t>(texts.size()),
                       static_cast<std::uint32_t>(text.size())};
      texts += text;
    }
    return place->second;
  }
  std::uint32_t add(const std::vector<std::string>& list) {
    const auto [place, is_new] =
        list_places_.try_emplace(list, static_cast<std::uint32_t>(features.size()));
    if (is_new) {
      for (const std::string& feature : list) features.push_back(add(feature));
    }
    return place->second;
  }

  std::map<std::string, Text> text_places_;
  std::map<std::vector<std::string>, std::uint32_t> list_places_;
};

/// The file as it grows: the head is known last.
class File {
 public:
  Head head{};

  template <Storable T>
  void add(Section section, std::span<const T> array) {
    pad();
    head.sections[section] = {bytes_.size(), array.size_bytes()};
    const auto* first = reinterpret_cast<const char*>(array.data());
    bytes_.insert(bytes_.end(), first, first + array.size_bytes());
  }

  std::string finish() {
    pad();
    head.magic = kMagic;
    head.byte_order = kByteOrder;
    head.version = kVersion;
    head.file_size = bytes_.size();
    std::memcpy(bytes_.data(), &head, sizeof head);
    constexpr std::size_t kFrom = offsetof(Head, checksum) + sizeof head.checksum;
    head.checksum = checksum_of(std::as_bytes(std::span(bytes_)).subspan(kFrom));
    std::memcpy(bytes_.data(), &head, sizeof head);
    return std::move(bytes_);
  }

 private:
  void pad() {
    bytes_.resize((bytes_.size() + Image::kAlignment - 1) / Image::kAlignment * Image::kAlignment);
  }

  std::string bytes_ = std::string(sizeof(Head), '\0');
};

void add_lookup_tables(const index::SetTable::Arrays& sets, File& file) {
  file.add(kV4Root, sets.v4.root);
  file.add(kV4Pages, sets.v4.pages);
  file.add(kV4Lines, sets.v4.lines);
  file.add(kV4Present, sets.v4.present);
  file.add(kV4Intervals, sets.v4_intervals);
  file.add(kV6Displacements, sets.v6.hash.displacements);
  file.add(kV6Slots, sets.v6.slots);
  file.add(kV6Cells, sets.v6.cells);
  file.add(kV6WideStarts, sets.v6.wide_starts);
  file.add(kV6WideValues, sets.v6.wide_values);
  file.add(kV6Present, sets.v6.present);
  file.head.hash_multiplier = sets.v6.hash.multiplier;
  file.head.hash_bucket_shift = sets.v6.hash.bucket_shift;
  file.head.hash_slot_shift = sets.v6.hash.slot_shift;
}

void add_prefixes(const index::PrefixTable::Arrays& table, File& file) {
  file.add(kV4Networks, table.v4_networks);
  file.add(kV6Networks, table.v6_networks);
  file.add(kLengths, table.lengths);
  file.add(kParents, table.parents);
  file.add(kSets, table.sets);
  file.add(kOwnSets, table.own_sets);
  file.add(kMembers, table.members);
  file.add(kSetOffsets, table.set_offsets);
  file.head.set_count = table.set_count;
}

void add_details(const Snapshot& snapshot, File& file) {
  Details details;
  for (const Tag& tag : snapshot.tags()) details.add(tag);
  for (const Warning& warning : snapshot.info().warnings) details.add(warning);
  file.add(kTags, std::span<const TagRecord>(details.tags));
  file.add(kFeatures, std::span<const Text>(details.features));
  file.add(kWarnings, std::span<const WarningRecord>(details.warnings));
  file.add(kTexts, std::span<const char>(details.texts));
}

void add_origin(const SnapshotInfo& info, std::string_view source_sha256, Head& head) {
  if (info.cloud) {
    head.flags |= Head::kHasCloud;
    head.cloud = static_cast<std::uint32_t>(*info.cloud);
  }
  if (info.change_number) {
    head.flags |= Head::kHasChangeNumber;
    head.change_number = *info.change_number;
  }
  head.prefix_count_v4 = info.prefix_count_v4;
  head.prefix_count_v6 = info.prefix_count_v6;
  assert(source_sha256.empty() || source_sha256.size() == head.source_sha256.size() * 2);
  for (std::size_t i = 0; i * 2 + 1 < source_sha256.size(); ++i) {
    std::from_chars(&source_sha256[i * 2], &source_sha256[i * 2] + 2, head.source_sha256.at(i), 16);
  }
}

}  // namespace

std::string CompiledFile::bytes_of(const Snapshot& snapshot, std::string_view source_sha256) {
  File file;
  add_lookup_tables(snapshot.impl_->sets.arrays(), file);
  add_prefixes(snapshot.impl_->table.arrays(), file);
  add_details(snapshot, file);
  add_origin(snapshot.info(), source_sha256, file.head);
  return file.finish();
}

std::string compile(const Snapshot& snapshot, std::string_view source_sha256) {
  return CompiledFile::bytes_of(snapshot, source_sha256);
}

Result<void> write_compiled(const Snapshot& snapshot, const std::string& path,
                            std::string_view source_sha256) {
  return replace_file(path, {compile(snapshot, source_sha256)});
}

}  // namespace servicetags
