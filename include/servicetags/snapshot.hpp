/// The index: which tags hold an address, which prefixes a tag stands for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/document.hpp"
#include "servicetags/region.hpp"
#include "servicetags/tag.hpp"

namespace servicetags {

class Snapshot;
struct CompiledFile;  // compiled.hpp
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// A tag's place in Snapshot::tags().
using TagId = std::uint32_t;

/// A set of tags that some addresses have, as a number; 0 is the empty set.
using TagSetId = std::uint32_t;

/// A tag that holds an address, by its most specific prefix that does.
struct Match {
  const Tag* tag;  ///< lives as long as the snapshot
  Prefix prefix;
};

/// How a tag stands to the addresses asked for.
enum class Relation : std::uint8_t {
  equal,      ///< the tag is just these addresses
  contains,   ///< the tag holds them all, and more
  contained,  ///< the tag lies wholly inside them
  overlaps,   ///< some of each are in the other
};
/// "equal", "contains", "contained", "overlaps". Static storage.
std::string_view to_string(Relation relation) noexcept;

/// One published prefix that shares addresses with those asked for.
struct Overlap {
  const Tag* tag;
  Prefix prefix;
  Relation relation;  ///< of the whole tag, not of this prefix alone
};

/// A published prefix, with the tags of all its addresses.
struct TaggedPrefix {
  Prefix prefix;
  TagSetId set;  ///< of this prefix and of all that contain it
};

/// Neighbouring addresses with the same tags.
struct TaggedRange {
  AddressRange addresses;
  TagSetId set;
};

/// Counts and origin of a snapshot's content.
struct SnapshotInfo {
  std::optional<Cloud> cloud;
  std::optional<std::uint64_t> change_number;
  std::size_t tag_count = 0;
  std::size_t regional_tag_count = 0;
  std::size_t prefix_count = 0;  ///< (tag, prefix) pairs
  std::size_t prefix_count_v4 = 0;
  std::size_t prefix_count_v6 = 0;
  std::size_t distinct_prefix_count = 0;
  /// Distinct sets of tags that some address has, without the empty one.
  std::size_t tag_set_count = 0;
  std::vector<Warning> warnings;
};

/// The tags that hold one address: most specific prefix first, then by tag name; each
/// tag once. A view: lives as long as the snapshot. Iterating allocates nothing.
class Matches {
 public:
  class iterator;

  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;
  /// Which of the snapshot's distinct prefixes is the longest match: a number below
  /// info().distinct_prefix_count, to keep with it what was worked out for its addresses.
  /// REQUIRES !empty().
  [[nodiscard]] std::uint32_t prefix_id() const noexcept { return entry_; }

 private:
  friend class Snapshot;
  Matches(const Snapshot& snapshot, std::uint32_t entry) noexcept
      : snapshot_(&snapshot), entry_(entry) {}

  const Snapshot* snapshot_;
  std::uint32_t entry_;
};

/// All tags of one service tag file, indexed both ways.
///
/// Immutable once made: any number of threads may ask it, without locks, and answers
/// stay valid as long as the snapshot. Take one SnapshotPtr, ask it many questions.
class Snapshot {
 public:
  /// Indexes a document. Linear but for sorting the prefixes.
  /// Errors: unexpected_shape when two tags have one name, ignoring case.
  static Result<SnapshotPtr> make(Document document);

  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  [[nodiscard]] const SnapshotInfo& info() const noexcept;
  /// Sorted by name, ignoring case.
  [[nodiscard]] std::span<const Tag> tags() const noexcept;
  /// Sorted by name.
  [[nodiscard]] std::span<const Region> regions() const noexcept;

  /// The tags that hold an address. Empty when none does.
  [[nodiscard]] Matches lookup(const Address& address) const noexcept;
  /// Errors: those of parse_address().
  [[nodiscard]] Result<Matches> lookup(std::string_view address) const;

  /// The same tags as sorted ids, without the prefixes: the fastest way to ask. All
  /// addresses with the same tags share one span.
  [[nodiscard]] std::span<const TagId> tag_ids(const Address& address) const noexcept;

  /// For each address, in order, the number of its set of tags; IPv4 as numbers (10.0.0.1 is
  /// 0x0a000001), or 16 bytes in network order each, where IPv4-mapped ones answer as IPv4.
  /// 2 to 10 ns each, many times faster than one by one. REQUIRES spans of equal size.
  void tag_sets(std::span<const std::uint32_t> addresses, std::span<TagSetId> sets) const noexcept;
  void tag_sets(std::span<const std::array<std::uint8_t, 16>> addresses,
                std::span<TagSetId> sets) const noexcept;
  /// The tags of a set. REQUIRES a number from this snapshot's tag_sets(), or any up to
  /// info().tag_set_count; 0 is the empty set.
  [[nodiscard]] std::span<const TagId> tag_set(TagSetId set) const noexcept;

  /// Every published prefix that shares an address with the range: the most specific
  /// first, then by prefix, then by tag name.
  [[nodiscard]] std::vector<Overlap> overlaps(const AddressRange& range) const;

  /// Every distinct prefix once, sorted: what a longest-match table elsewhere needs to give
  /// all tags of an address.
  [[nodiscard]] std::vector<TaggedPrefix> prefixes() const;
  /// The addresses that are in some tag, cut where the answer changes, sorted, IPv4 first. No
  /// two that touch have one set.
  [[nodiscard]] std::vector<TaggedRange> ranges() const;

  /// The tag of this published name, ignoring case; null when there is none. For names
  /// as documentation writes them, see resolve_tag().
  [[nodiscard]] const Tag* find_tag(std::string_view name) const noexcept;
  /// The region of this spelling, in any of those listed at Region; null when none.
  [[nodiscard]] const Region* find_region(std::string_view spelling) const;
  /// The region of a tag; null for a global one. REQUIRES a tag of this snapshot.
  [[nodiscard]] const Region* region_of(const Tag& tag) const noexcept;

 private:
  friend class Matches::iterator;
  friend class Matches;
  friend struct CompiledFile;
  struct Impl;

  explicit Snapshot(std::unique_ptr<const Impl> impl) noexcept;

  std::unique_ptr<const Impl> impl_;
};

class Matches::iterator {
 public:
  using value_type = Match;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;

  iterator() = default;
  [[nodiscard]] Match operator*() const noexcept;
  iterator& operator++() noexcept;
  iterator operator++(int) noexcept {
    iterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const iterator&, const iterator&) noexcept = default;

 private:
  friend class Matches;
  iterator(const Snapshot& snapshot, std::uint32_t entry) noexcept;
  void skip_shadowed() noexcept;

  const Snapshot* snapshot_ = nullptr;
  std::uint32_t start_ = 0;  ///< entry of the longest match
  std::uint32_t entry_ = 0;  ///< start_ or an ancestor of it
  std::uint32_t tag_ = 0;    ///< among the entry's tags
};

/// Reads a service tag file's text and indexes it. When `cloud` is given, data of another
/// cloud is refused; data that does not say its cloud is taken at the caller's word.
/// Errors: wrong_cloud, and those of parse_document().
Result<SnapshotPtr> parse_snapshot(std::string_view text, std::optional<Cloud> cloud = {},
                                   const ParseLimits& limits = {});

/// Reads a file and indexes it, as parse_snapshot() does; gzip is unpacked whatever the
/// file's name. A compiled snapshot is opened, see compiled.hpp.
/// Errors: io_failed, malformed_snapshot, and those of parse_snapshot(); `where` starts with
///         the path.
Result<SnapshotPtr> load(const std::string& path, std::optional<Cloud> cloud = {},
                         const ParseLimits& limits = {});

}  // namespace servicetags
