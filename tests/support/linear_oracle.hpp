// The slow twin of the index: every prefix of every tag in a list, each question
// answered by reading the whole list.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "ip/uint128.hpp"
#include "servicetags/tag.hpp"

namespace servicetags::testing {

class LinearOracle {
 public:
  explicit LinearOracle(std::span<const Tag> tags) {
    std::map<Prefix, std::vector<std::uint32_t>> by_prefix;
    for (std::uint32_t id = 0; id < tags.size(); ++id) {
      for (const Prefix& prefix : tags[id].prefixes) by_prefix[prefix].push_back(id);
    }
    for (auto& [prefix, ids] : by_prefix) {
      List& list = list_of(prefix.family());
      list.bounds.push_back({ip::number_of(prefix.first()), ip::number_of(prefix.last())});
      list.rows.push_back({prefix, std::move(ids)});
    }
  }

  struct Answer {
    std::uint32_t tag;
    Prefix prefix;
    friend bool operator==(const Answer&, const Answer&) = default;
  };

  /// Each tag that holds the address once, by its longest prefix that does; longest
  /// prefix first, then by tag.
  [[nodiscard]] std::vector<Answer> lookup(const Address& address) const {
    std::map<std::uint32_t, Prefix> longest;
    const List& list = list_of(address.family());
    const ip::Uint128 number = ip::number_of(address);
    for (std::size_t i = 0; i < list.bounds.size(); ++i) {
      if (number < list.bounds[i].first || list.bounds[i].last < number) continue;
      const Row& row = list.rows[i];
      for (const std::uint32_t tag : row.tags) {
        const auto [place, is_new] = longest.try_emplace(tag, row.prefix);
        if (!is_new && place->second.length() < row.prefix.length()) place->second = row.prefix;
      }
    }
    std::vector<Answer> answers;
    for (const auto& [tag, prefix] : longest) answers.push_back({tag, prefix});
    std::stable_sort(answers.begin(), answers.end(), [](const Answer& a, const Answer& b) {
      return a.prefix.length() > b.prefix.length();
    });
    return answers;
  }

  /// Every (tag, prefix) that shares an address with the range, in no useful order.
  [[nodiscard]] std::vector<Answer> overlaps(const AddressRange& range) const {
    std::vector<Answer> answers;
    for (const Row& row : list_of(range.first.family()).rows) {
      if (range.last < row.prefix.first() || row.prefix.last() < range.first) continue;
      for (const std::uint32_t tag : row.tags) answers.push_back({tag, row.prefix});
    }
    return answers;
  }

 private:
  struct Row {
    Prefix prefix;
    std::vector<std::uint32_t> tags;
  };
  struct Bounds {
    ip::Uint128 first;
    ip::Uint128 last;
  };
  /// Bounds apart from the rest, so that reading all of them stays bearable.
  struct List {
    std::vector<Bounds> bounds;
    std::vector<Row> rows;
  };

  List& list_of(Family family) { return family == Family::v4 ? v4_ : v6_; }
  [[nodiscard]] const List& list_of(Family family) const {
    return family == Family::v4 ? v4_ : v6_;
  }

  List v4_;
  List v6_;
};

}  // namespace servicetags::testing
