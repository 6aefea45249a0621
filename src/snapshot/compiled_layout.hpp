// What stands where in a compiled snapshot.
// Tested by: tests/unit/compiled_test.cpp
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "index/set_table.hpp"
#include "servicetags/compiled.hpp"
#include "support/image.hpp"

namespace servicetags::snapshot {

/// As PNG's: not text, and any transfer that changes line ends or the eighth bit spoils it.
inline constexpr std::array<unsigned char, 8> kMagic{0x89, 'S', 'T', 'C', '\r', '\n', 0x1a, '\n'};
inline constexpr std::uint32_t kByteOrder = 0x01020304;
inline constexpr std::uint32_t kVersion = 1;

/// The arrays, in their order in the file; each starts at a multiple of Image::kAlignment.
enum Section : std::uint8_t {
  kV4Root,
  kV4Pages,
  kV4Lines,
  kV4Present,
  kV4Intervals,
  kV6Displacements,
  kV6Slots,
  kV6Cells,
  kV6WideStarts,
  kV6WideValues,
  kV6Present,
  kV4Networks,
  kV6Networks,
  kLengths,
  kParents,
  kSets,
  kOwnSets,
  kMembers,
  kSetOffsets,
  kTags,
  kFeatures,
  kWarnings,
  kTexts,
  kSections
};

/// Bytes from the start of the file.
struct Extent {
  std::uint64_t offset;
  std::uint64_t size;
};

/// Some of the bytes of kTexts, in UTF-8.
struct Text {
  std::uint32_t offset;
  std::uint32_t size;
};

struct TagRecord {
  static constexpr std::uint32_t kHasChangeNumber = 1;
  static constexpr std::uint32_t kHasFeatures = 2;

  Text name;
  Text region;
  Text service;
  std::uint32_t first_feature;
  std::uint32_t feature_count;
  std::uint32_t flags;
  std::uint32_t unused;
  std::uint64_t change_number;
};

struct WarningRecord {
  Text message;
  Text where;
};

struct alignas(Image::kAlignment) Head {
  static constexpr std::uint32_t kHasCloud = 1;
  static constexpr std::uint32_t kHasChangeNumber = 2;

  std::array<unsigned char, 8> magic;
  std::uint32_t byte_order;
  std::uint32_t version;
  std::uint64_t file_size;
  std::uint64_t checksum;  ///< of all that follows it, up to the file's end

  std::array<std::uint8_t, 32> source_sha256;  ///< zeros when unknown
  std::uint32_t flags;
  std::uint32_t cloud;
  std::uint64_t change_number;
  std::uint64_t prefix_count_v4;
  std::uint64_t prefix_count_v6;
  std::uint64_t set_count;
  std::uint64_t hash_multiplier;
  std::uint32_t hash_bucket_shift;
  std::uint32_t hash_slot_shift;
  std::array<Extent, kSections> sections;
  std::array<std::uint8_t, 1024 - 120 - sizeof(Extent) * kSections> unused;
};
static_assert(sizeof(Head) == 1024);

/// What a file may hold as it is: every byte of it means something.
template <typename T>
concept Storable = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T> &&
                   alignof(T) <= Image::kAlignment;
static_assert(Storable<Head> && Storable<TagRecord> && Storable<WarningRecord>);
static_assert(Storable<index::V4Line> && Storable<index::V6Slot> && Storable<ip::Uint128>);

}  // namespace servicetags::snapshot

namespace servicetags {

/// What of a Snapshot no one else sees.
struct CompiledFile {
  static std::string bytes_of(const Snapshot& snapshot, std::string_view source_sha256);
  static Result<SnapshotPtr> open(Image image, const OpenOptions& options);
};

}  // namespace servicetags
