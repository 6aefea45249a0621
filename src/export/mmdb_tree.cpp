// Tested by: tests/unit/mmdb_tree_test.cpp
#include "export/mmdb_tree.hpp"

#include <algorithm>

namespace servicetags::data {
namespace {

unsigned bit_at(const Address& address, unsigned place) {
  if (address.is_v4()) return (address.v4() >> (31 - place)) & 1U;
  const std::uint64_t half = place < 64 ? address.high() : address.low();
  return static_cast<unsigned>(half >> (63 - place % 64)) & 1U;
}

void append(std::string& bytes, std::uint32_t number, unsigned count) {
  for (unsigned n = count; n-- > 0;) bytes += static_cast<char>(number >> (8 * n) & 0xffU);
}

/// As the format has it: of 28 bits, the highest four of both stand in the byte between them.
void append_record(std::string& bytes, std::uint32_t left, std::uint32_t right, unsigned bits) {
  if (bits != 28) {
    append(bytes, left, bits / 8);
    append(bytes, right, bits / 8);
    return;
  }
  append(bytes, left & 0xff'ffffU, 3);
  append(bytes, (left >> 24U) << 4U | right >> 24U, 1);
  append(bytes, right & 0xff'ffffU, 3);
}

}  // namespace

void MmdbTree::add(const Prefix& prefix, std::uint32_t value) {
  set(prefix.family() == Family::v4 ? kRoot4 : kRoot6, prefix.network(), prefix.length(),
      kValue | value);
}

/// Has the first `length` bits of an address lead to a node or a value.
void MmdbTree::set(Link root, const Address& address, unsigned length, Link target) {
  if (length == 0) {
    nodes_[root] = {target, target};
    return;
  }
  Link node = root;
  for (unsigned place = 0; place + 1 < length; ++place) {
    const unsigned bit = bit_at(address, place);
    Link next = nodes_[node][bit];
    if (!is_node(next)) {  // what held for all of it holds for both halves
      nodes_.push_back({next, next});
      next = static_cast<Link>(nodes_.size() - 1);
      nodes_[node][bit] = next;
    }
    node = next;
  }
  nodes_[node][bit_at(address, length - 1)] = target;
}

/// A node whose halves have one value, as that value.
MmdbTree::Link MmdbTree::joined(Link link) const {
  if (!is_node(link)) return link;
  const auto [left, right] = nodes_[link];
  return left == right && !is_node(left) ? left : link;
}

/// Nodes come after those that lead to them, so that from the last to the first is upwards.
void MmdbTree::join_equal_halves() {
  for (std::size_t node = nodes_.size(); node-- > 0;) {
    for (Link& link : nodes_[node]) link = joined(link);
  }
}

/// The nodes that the root leads to, it first.
std::vector<MmdbTree::Link> MmdbTree::reachable() const {
  std::vector<Link> order{kRoot6};
  std::vector<bool> seen(nodes_.size());
  seen[kRoot6] = true;
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const Link link : nodes_[order[next]]) {
      if (!is_node(link) || seen[link]) continue;
      seen[link] = true;
      order.push_back(link);
    }
  }
  return order;
}

MmdbTree::Written MmdbTree::write(const std::function<std::uint32_t(std::uint32_t)>& offset_of,
                                  std::size_t data_size) {
  join_equal_halves();
  const Link v4 = joined(kRoot4);
  set(kRoot6, Address::from_v6(0, 0), 96, v4);
  set(kRoot6, Address::from_v6(0, 0xffff'0000'0000U), 96, v4);

  const std::vector<Link> order = reachable();
  std::vector<std::uint32_t> numbers(nodes_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) numbers[order[i]] = i;

  Written out;
  out.nodes = static_cast<std::uint32_t>(order.size());
  constexpr std::uint32_t kSeparator = 16;  // zero bytes between the tree and the data
  const std::uint64_t largest = std::uint64_t{out.nodes} + kSeparator + data_size;
  out.bits = largest < (1U << 24U) ? 24 : largest < (1U << 28U) ? 28 : 32;
  const auto record = [&](Link link) {
    if (is_node(link)) return numbers[link];
    return link == kNothing ? out.nodes : out.nodes + kSeparator + offset_of(link & ~kValue);
  };
  out.bytes.reserve(order.size() * out.bits / 4);
  for (const Link link : order) {
    append_record(out.bytes, record(nodes_[link][0]), record(nodes_[link][1]), out.bits);
  }
  return out;
}

}  // namespace servicetags::data
