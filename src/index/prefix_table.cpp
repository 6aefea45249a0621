// Tested by: tests/unit/prefix_table_test.cpp, tests/property/find_vs_linear_test.cpp
#include "index/prefix_table.hpp"

#include <boost/sort/pdqsort/pdqsort.hpp>
#include <boost/sort/spreadsort/integer_sort.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "index/all_below.hpp"

namespace servicetags::index {
namespace {

/// An IPv4 item as one number that sorts as the item does: network, length, value.
constexpr unsigned kValueBits = 26;
std::uint64_t packed(const Item& item) noexcept {
  return std::uint64_t{item.prefix.network().v4()} << 32U |
         std::uint64_t{item.prefix.length()} << kValueBits | item.value;
}
Item unpacked(std::uint64_t number) noexcept {
  const auto network = Address::from_v4(static_cast<std::uint32_t>(number >> 32U));
  return {Prefix(network, number >> kValueBits & 0x3fU),
          static_cast<std::uint32_t>(number & ((1U << kValueBits) - 1))};
}

/// By prefix, then by value. IPv4, three quarters of all, by radix: that saves about a quarter
/// of the time that the whole table takes.
void sort_items(std::vector<Item>& items) {
  const auto v6 = std::partition(items.begin(), items.end(), [](const Item& item) {
    return item.prefix.family() == Family::v4;
  });
  std::vector<std::uint64_t> numbers(static_cast<std::size_t>(v6 - items.begin()));
  std::transform(items.begin(), v6, numbers.begin(), packed);
  boost::sort::spreadsort::integer_sort(numbers.begin(), numbers.end());
  std::transform(numbers.begin(), numbers.end(), items.begin(), unpacked);
  boost::sort::pdqsort(v6, items.end(), [](const Item& a, const Item& b) {
    return std::tie(a.prefix, a.value) < std::tie(b.prefix, b.value);
  });
}

/// Sets of values, each kept once, found again by what is in them.
class SetPool {
 public:
  SetPool(std::vector<std::uint32_t>& members, std::vector<std::uint32_t>& offsets)
      : members_(members), offsets_(offsets), slots_(1024, kEmptySet) {
    offsets_.assign({0, 0});  // kEmptySet
  }

  SetId add(std::span<const std::uint32_t> values) {
    if (values.empty()) return kEmptySet;
    std::size_t slot = hash_of(values) & (slots_.size() - 1);
    while (slots_[slot] != kEmptySet && !std::ranges::equal((*this)[slots_[slot]], values)) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    if (slots_[slot] != kEmptySet) return slots_[slot];
    const auto set = static_cast<SetId>(offsets_.size() - 1);
    members_.insert(members_.end(), values.begin(), values.end());
    offsets_.push_back(static_cast<std::uint32_t>(members_.size()));
    slots_[slot] = set;
    if (offsets_.size() * 2 > slots_.size()) grow();
    return set;
  }
  std::span<const std::uint32_t> operator[](SetId set) const noexcept {
    return std::span(members_).subspan(offsets_[set], offsets_[set + 1] - offsets_[set]);
  }

 private:
  static std::size_t hash_of(std::span<const std::uint32_t> values) noexcept {
    std::uint64_t hash = values.size();
    for (const std::uint32_t value : values) hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(hash ^ (hash >> 32U));
  }
  void grow() {
    slots_.assign(slots_.size() * 2, kEmptySet);
    for (SetId set = 1; set + 1 < offsets_.size(); ++set) {
      std::size_t slot = hash_of((*this)[set]) & (slots_.size() - 1);
      while (slots_[slot] != kEmptySet) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = set;
    }
  }

  std::vector<std::uint32_t>& members_;
  std::vector<std::uint32_t>& offsets_;
  std::vector<SetId> slots_;  // open addressing, a power of two, at most half full
};

// Checks of whole arrays do not stop early, for vectors; see all_below().

bool is_ascending(std::span<const std::uint32_t> numbers) noexcept {
  std::uint32_t wrong = 0;
  for (std::size_t i = 1; i < numbers.size(); ++i) wrong |= numbers[i - 1] > numbers[i] ? 1U : 0U;
  return wrong == 0;
}

/// Whether each has no parent or one from `first` on that comes before it. Their own numbers
/// begin with `first` too.
bool parents_come_before(std::span<const Entry> parents, Entry first) noexcept {
  static_assert(kNoEntry + 1 == 0);
  Entry wrong = 0;
  Entry entry = first;
  for (const Entry parent : parents) {
    const bool is_wrong = parent + 1 > entry || parent < first;
    wrong |= is_wrong ? 1U : 0U;
    ++entry;
  }
  return wrong == 0;
}

/// The last of `sorted` that is at most `wanted`, without a branch that could be guessed wrong;
/// the first, when none is. REQUIRES that there is one.
template <typename Number>
std::size_t last_up_to(std::span<const Number> sorted, Number wanted) noexcept {
  const Number* first = sorted.data();
  for (std::size_t left = sorted.size(); left > 1;) {
    const std::size_t half = left / 2;
    first += first[half] <= wanted ? half : 0;
    left -= half;
  }
  return static_cast<std::size_t>(first - sorted.data());
}

}  // namespace

/// Fills a table's columns, one step after the other.
class PrefixTable::Builder {
 public:
  explicit Builder(Storage& columns) : columns_(columns) {}

  void add(std::vector<Item> items) {
    sort_items(items);
    columns_.lengths.reserve(items.size());
    columns_.own_sets.reserve(items.size());
    for (auto item = items.begin(); item != items.end();) {
      const Prefix prefix = item->prefix;
      values_.clear();
      for (; item != items.end() && item->prefix == prefix; ++item) {
        if (values_.empty() || values_.back() != item->value) values_.push_back(item->value);
      }
      add_prefix(prefix);
      columns_.own_sets.push_back(add_own_set());
    }
  }

  void find_parents(const PrefixTable& table) {
    columns_.parents.reserve(table.size());
    std::vector<Entry> around;  // the chain of prefixes that hold the current place
    for (Entry entry = 0; entry < table.size(); ++entry) {
      const Prefix prefix = table.prefix(entry);
      while (!around.empty() && !table.prefix(around.back()).contains(prefix)) around.pop_back();
      columns_.parents.push_back(around.empty() ? kNoEntry : around.back());
      around.push_back(entry);
    }
  }

  /// All sets, of addresses first; gives how many those are.
  std::size_t share_sets() {
    SetPool sets(columns_.members, columns_.set_offsets);
    std::unordered_map<std::uint64_t, SetId> unions;  // by the parent's set and the own one
    columns_.sets.reserve(columns_.parents.size());
    for (Entry entry = 0; entry < columns_.parents.size(); ++entry) {
      // A parent comes before what it contains, so its set is ready.
      const Entry parent = columns_.parents[entry];
      const SetId around = parent == kNoEntry ? kEmptySet : columns_.sets[parent];
      const SetId own = columns_.own_sets[entry];
      const auto [place, is_new] =
          unions.try_emplace(std::uint64_t{around} << 32U | own, kEmptySet);
      if (is_new) {
        values_.clear();
        std::ranges::set_union(sets[around], own_sets_[own], std::back_inserter(values_));
        place->second = sets.add(values_);
      }
      columns_.sets.push_back(place->second);
    }
    const std::size_t count = columns_.set_offsets.size() - 1;
    for (SetId own = 1; own + 1 < own_offsets_.size(); ++own) {
      const auto members = own_sets_[own];
      columns_.members.insert(columns_.members.end(), members.begin(), members.end());
      columns_.set_offsets.push_back(static_cast<std::uint32_t>(columns_.members.size()));
    }
    for (SetId& own : columns_.own_sets) own += static_cast<SetId>(count - 1);
    return count;
  }

 private:
  void add_prefix(const Prefix& prefix) {
    const ip::Uint128 number = ip::number_of(prefix.network());
    if (prefix.family() == Family::v4) {
      columns_.v4_networks.push_back(static_cast<std::uint32_t>(number));
    } else {
      columns_.v6_networks.push_back(number);
    }
    columns_.lengths.push_back(static_cast<std::uint8_t>(prefix.length()));
  }
  /// Neighbours often have the same values.
  SetId add_own_set() {
    if (!columns_.own_sets.empty()) {
      const SetId last = columns_.own_sets.back();
      if (std::ranges::equal(own_sets_[last], values_)) return last;
    }
    return own_sets_.add(values_);
  }

  Storage& columns_;
  std::vector<std::uint32_t> values_;
  std::vector<std::uint32_t> own_members_;
  std::vector<std::uint32_t> own_offsets_;
  SetPool own_sets_{own_members_, own_offsets_};
};

PrefixTable::PrefixTable(std::vector<Item> items) {
  Builder builder(storage_);
  builder.add(std::move(items));
  arrays_.v4_networks = storage_.v4_networks;
  arrays_.v6_networks = storage_.v6_networks;
  arrays_.lengths = storage_.lengths;
  arrays_.own_sets = storage_.own_sets;
  builder.find_parents(*this);
  arrays_.parents = storage_.parents;
  arrays_.set_count = builder.share_sets();
  arrays_.sets = storage_.sets;
  arrays_.members = storage_.members;
  arrays_.set_offsets = storage_.set_offsets;
}

bool PrefixTable::are_sound(const Arrays& arrays, std::size_t value_count) noexcept {
  const std::size_t size = arrays.lengths.size();
  const std::size_t v4_size = arrays.v4_networks.size();
  const auto& offsets = arrays.set_offsets;
  if (size != v4_size + arrays.v6_networks.size() || size >= kNoEntry) return false;
  if (arrays.parents.size() != size || arrays.sets.size() != size) return false;
  if (arrays.own_sets.size() != size) return false;
  if (arrays.set_count == 0 || offsets.size() <= arrays.set_count) return false;

  // A parent comes before, and is of the same family.
  return is_ascending(offsets) && offsets.front() == 0 && offsets[1] == 0 &&
         offsets.back() == arrays.members.size() && all_below(arrays.members, value_count) &&
         all_below(arrays.sets, arrays.set_count) &&
         all_below(arrays.own_sets, offsets.size() - 1) &&
         all_below(arrays.lengths.first(v4_size), 33) &&
         all_below(arrays.lengths.subspan(v4_size), 129) &&
         parents_come_before(arrays.parents.first(v4_size), 0) &&
         parents_come_before(arrays.parents.subspan(v4_size), static_cast<Entry>(v4_size));
}

Prefix PrefixTable::prefix(Entry entry) const noexcept {
  const std::size_t v4_size = arrays_.v4_networks.size();
  const auto network = entry < v4_size
                           ? Address::from_v4(arrays_.v4_networks[entry])
                           : ip::address_of(Family::v6, arrays_.v6_networks[entry - v4_size]);
  return {network, arrays_.lengths[entry]};
}

Entry PrefixTable::find(const Address& address) const noexcept {
  const std::size_t v4_size = arrays_.v4_networks.size();
  const auto climb = [&](Entry entry, auto network_of, auto wanted) {
    // The last prefix that starts up to here; if the longest match is another, it is around it.
    const unsigned bits = sizeof(wanted) * 8;
    while (entry != kNoEntry) {
      const unsigned length = arrays_.lengths[entry];
      if (length == 0 || (network_of(entry) ^ wanted) >> (bits - length) == 0) break;
      entry = parent(entry);
    }
    return entry;
  };
  if (address.is_v4()) {
    if (v4_size == 0) return kNoEntry;
    const auto last = last_up_to(arrays_.v4_networks, address.v4());
    return climb(
        static_cast<Entry>(last), [&](Entry entry) { return arrays_.v4_networks[entry]; },
        address.v4());
  }
  if (arrays_.v6_networks.empty()) return kNoEntry;
  const auto number = ip::number_of(address);
  const auto last = last_up_to(arrays_.v6_networks, number);
  return climb(
      static_cast<Entry>(v4_size + last),
      [&](Entry entry) { return arrays_.v6_networks[entry - v4_size]; }, number);
}

Entry PrefixTable::first_above(const Address& address) const noexcept {
  const auto above = [](auto networks, auto number) {
    return static_cast<std::size_t>(std::ranges::upper_bound(networks, number) - networks.begin());
  };
  return static_cast<Entry>(address.is_v4()
                                ? above(arrays_.v4_networks, address.v4())
                                : arrays_.v4_networks.size() +
                                      above(arrays_.v6_networks, ip::number_of(address)));
}

std::vector<Entry> PrefixTable::entries_of(std::uint32_t value) const {
  // Their sets, which come after those of addresses, are far fewer than entries.
  std::vector<std::uint8_t> has_value(arrays_.set_offsets.size() - 1);
  for (auto set = static_cast<SetId>(set_count()); set < has_value.size(); ++set) {
    has_value[set] = std::ranges::binary_search(this->set(set), value) ? 1 : 0;
  }
  std::vector<Entry> entries;
  for (Entry entry = 0; entry < size(); ++entry) {
    if (has_value[arrays_.own_sets[entry]] != 0) entries.push_back(entry);
  }
  return entries;
}

}  // namespace servicetags::index
