// Tested by: tests/unit/compiled_test.cpp, tests/fuzz/compiled_fuzz.cpp
#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "servicetags/compiled.hpp"
#include "snapshot/check_cloud.hpp"
#include "snapshot/compiled_layout.hpp"
#include "snapshot/snapshot_impl.hpp"
#include "support/checksum.hpp"
#include "support/utf8.hpp"

namespace servicetags {
namespace {

using namespace snapshot;

/// What is wrong with a file; nothing when it is a compiled snapshot of this version.
std::optional<std::string> refusal(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(Head) ||
      !looks_compiled({reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
    return "this is not a compiled snapshot, or not the whole of one";
  }
  const Head& head = *reinterpret_cast<const Head*>(bytes.data());
  if (head.byte_order != kByteOrder) return "it was compiled on a machine of other byte order";
  if (head.version != kVersion) {
    return "it is of version " + std::to_string(head.version) + ", and this program reads " +
           std::to_string(kVersion);
  }
  if (head.file_size != bytes.size()) {
    return "it should have " + std::to_string(head.file_size) + " bytes and has " +
           std::to_string(bytes.size());
  }
  for (const Extent& extent : head.sections) {
    if (extent.offset > bytes.size() || extent.size > bytes.size() - extent.offset ||
        extent.offset % Image::kAlignment != 0) {
      return "an array of it is outside of the file";
    }
  }
  return std::nullopt;
}

/// Typed views of the arrays. REQUIRES that refusal() had nothing to say.
class Layout {
 public:
  explicit Layout(std::span<const std::byte> bytes)
      : head(*reinterpret_cast<const Head*>(bytes.data())), bytes_(bytes) {}

  const Head& head;

  template <Storable T>
  [[nodiscard]] std::span<const T> array(Section section) const noexcept {
    const Extent& extent = head.sections[section];
    return {reinterpret_cast<const T*>(bytes_.data() + extent.offset), extent.size / sizeof(T)};
  }

  [[nodiscard]] index::SetTable::Arrays lookup_tables() const noexcept {
    const auto slots = array<index::V6Slot>(kV6Slots);
    return {{array<std::uint32_t>(kV4Root), array<std::uint16_t>(kV4Pages),
             array<index::V4Line>(kV4Lines), array<std::uint64_t>(kV4Present)},
            array<index::Interval<std::uint32_t>>(kV4Intervals),
            {{array<std::uint32_t>(kV6Displacements), head.hash_multiplier, head.hash_bucket_shift,
              head.hash_slot_shift, static_cast<std::uint32_t>(slots.size() - 1)},
             slots,
             array<std::uint16_t>(kV6Cells),
             array<std::uint64_t>(kV6WideStarts),
             array<std::uint32_t>(kV6WideValues),
             array<std::uint64_t>(kV6Present)}};
  }
  [[nodiscard]] index::PrefixTable::Arrays prefixes() const noexcept {
    return {array<std::uint32_t>(kV4Networks),
            array<ip::Uint128>(kV6Networks),
            array<std::uint8_t>(kLengths),
            array<index::Entry>(kParents),
            array<index::SetId>(kSets),
            array<index::SetId>(kOwnSets),
            array<std::uint32_t>(kMembers),
            array<std::uint32_t>(kSetOffsets),
            head.set_count};
  }
  [[nodiscard]] std::string_view text(Text text) const noexcept {
    return {reinterpret_cast<const char*>(array<char>(kTexts).data()) + text.offset, text.size};
  }

  [[nodiscard]] bool details_are_sound() const {
    const auto texts = array<char>(kTexts);
    const std::size_t size = texts.size();
    const bool all_ascii = is_ascii({texts.data(), size});  // as a rule
    const auto is_text = [&](Text one) {
      return one.offset <= size && one.size <= size - one.offset &&
             (all_ascii || is_utf8(text(one)));
    };
    const auto features = array<Text>(kFeatures);
    const auto is_tag = [&](const TagRecord& tag) {
      return is_text(tag.name) && is_text(tag.region) && is_text(tag.service) &&
             tag.first_feature <= features.size() &&
             tag.feature_count <= features.size() - tag.first_feature;
    };
    return std::ranges::all_of(array<TagRecord>(kTags), is_tag) &&
           std::ranges::all_of(features, is_text) &&
           std::ranges::all_of(array<WarningRecord>(kWarnings), [&](const WarningRecord& warning) {
             return is_text(warning.message) && is_text(warning.where);
           });
  }

  /// Without its prefixes.
  [[nodiscard]] Tag tag(TagId id) const {
    const TagRecord& record = array<TagRecord>(kTags)[id];
    Tag tag;
    tag.name = text(record.name);
    tag.region = text(record.region);
    tag.service = text(record.service);
    if ((record.flags & TagRecord::kHasChangeNumber) != 0) tag.change_number = record.change_number;
    if ((record.flags & TagRecord::kHasFeatures) == 0) return tag;
    tag.features.emplace();
    for (const Text feature :
         array<Text>(kFeatures).subspan(record.first_feature, record.feature_count)) {
      tag.features->emplace_back(text(feature));
    }
    return tag;
  }

  [[nodiscard]] SnapshotInfo info() const {
    SnapshotInfo info;
    if ((head.flags & Head::kHasCloud) != 0) info.cloud = static_cast<Cloud>(head.cloud);
    if ((head.flags & Head::kHasChangeNumber) != 0) info.change_number = head.change_number;
    const auto tags = array<TagRecord>(kTags);
    info.tag_count = tags.size();
    info.regional_tag_count = static_cast<std::size_t>(
        std::ranges::count_if(tags, [](const TagRecord& tag) { return tag.region.size != 0; }));
    info.prefix_count_v4 = head.prefix_count_v4;
    info.prefix_count_v6 = head.prefix_count_v6;
    info.prefix_count = info.prefix_count_v4 + info.prefix_count_v6;
    info.distinct_prefix_count = array<std::uint8_t>(kLengths).size();
    info.tag_set_count = head.set_count - 1;
    for (const WarningRecord& warning : array<WarningRecord>(kWarnings)) {
      info.warnings.push_back(
          {std::string(text(warning.message)), std::string(text(warning.where))});
    }
    return info;
  }

 private:
  std::span<const std::byte> bytes_;
};

bool is_whole(const Layout& layout, std::span<const std::byte> bytes) {
  constexpr std::size_t kFrom = offsetof(Head, checksum) + sizeof(Head::checksum);
  return checksum_of(bytes.subspan(kFrom)) == layout.head.checksum;
}

bool is_sound(const Layout& layout) {
  const bool cloud_exists = layout.head.cloud <= static_cast<std::uint32_t>(Cloud::germany);
  return cloud_exists &&
         index::PrefixTable::are_sound(layout.prefixes(), layout.array<TagRecord>(kTags).size()) &&
         index::SetTable::are_sound(layout.lookup_tables(), layout.head.set_count) &&
         layout.details_are_sound();
}

bool is_from(const Head& head, std::string_view source_sha256) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const std::uint8_t byte : head.source_sha256) {
    digits += kDigits[byte >> 4U];
    digits += kDigits[byte & 15U];
  }
  return digits == source_sha256;
}

Error malformed(std::string what) {
  return {Errc::malformed_snapshot,
          std::move(what) + "; compile the JSON file anew with 'servicetags compile'",
          {},
          {}};
}

}  // namespace

Result<SnapshotPtr> CompiledFile::open(Image image, const OpenOptions& options) {
  if (auto why = refusal(image.bytes)) return malformed(*std::move(why));
  const Layout layout(image.bytes);
  if (!options.source_sha256.empty() && !is_from(layout.head, options.source_sha256)) {
    return malformed("it was compiled from other data");
  }
  if (options.checked) {
    if (!is_whole(layout, image.bytes)) return malformed("it is damaged: its checksum is another");
    if (!is_sound(layout)) return malformed("it refers to what it does not hold");
  }
  SnapshotInfo info = layout.info();
  if (auto right = check_cloud(info.cloud, options.cloud); !right) return right.error();
  auto impl = std::make_unique<Snapshot::Impl>(
      layout.prefixes(), layout.lookup_tables(), info.tag_count,
      [image = std::move(image)](TagId id) { return Layout(image.bytes).tag(id); });
  impl->info = std::move(info);
  return SnapshotPtr(new Snapshot(std::move(impl)));
}

bool looks_compiled(std::string_view bytes) noexcept {
  return bytes.size() >= kMagic.size() && std::memcmp(bytes.data(), kMagic.data(), 8) == 0;
}

bool is_compiled(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::array<char, kMagic.size()> first{};
  std::ifstream file(path, std::ios::binary);
  file.read(first.data(), first.size());
  return looks_compiled({first.data(), static_cast<std::size_t>(file.gcount())});
}

Result<SnapshotPtr> open_compiled(const std::string& path, const OpenOptions& options) {
  auto image = Image::map(path);
  if (!image) return std::move(image).error();
  if (options.opening == Opening::copy) {
    image = Image::copy({reinterpret_cast<const char*>(image->bytes.data()), image->bytes.size()});
  }
  auto snapshot = CompiledFile::open(*std::move(image), options);
  if (snapshot) return snapshot;
  Error error = std::move(snapshot).error();
  error.where = path;
  return error;
}

Result<SnapshotPtr> read_compiled(std::string_view bytes, const OpenOptions& options) {
  return CompiledFile::open(Image::copy(bytes), options);
}

}  // namespace servicetags
