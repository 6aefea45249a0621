// Tested by: tests/unit/snapshot_test.cpp, tests/property/real_files_test.cpp
#include "index/set_intervals.hpp"
#include "snapshot/snapshot_impl.hpp"

namespace servicetags {
namespace {

template <typename Key>
void add_ranges(const index::PrefixTable& table, Family family, std::vector<TaggedRange>& ranges) {
  const auto intervals = index::set_intervals<Key>(table);
  for (auto interval = intervals.begin(); interval != intervals.end(); ++interval) {
    if (interval->set == index::kEmptySet) continue;
    const auto next = std::next(interval);
    const ip::Uint128 last =
        next == intervals.end() ? ip::last_number(family) : ip::Uint128{next->start} - 1;
    ranges.push_back(
        {{ip::address_of(family, interval->start), ip::address_of(family, last)}, interval->set});
  }
}

}  // namespace

std::vector<TaggedPrefix> Snapshot::prefixes() const {
  const index::PrefixTable& table = impl_->table;
  std::vector<TaggedPrefix> prefixes;
  prefixes.reserve(table.size());
  for (index::Entry entry = 0; entry < table.size(); ++entry) {
    prefixes.push_back({table.prefix(entry), table.set_of(entry)});
  }
  return prefixes;
}

std::vector<TaggedRange> Snapshot::ranges() const {
  std::vector<TaggedRange> ranges;
  add_ranges<std::uint32_t>(impl_->table, Family::v4, ranges);
  add_ranges<ip::Uint128>(impl_->table, Family::v6, ranges);
  return ranges;
}

}  // namespace servicetags
