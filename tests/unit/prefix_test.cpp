#include "servicetags/prefix.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "ip/uint128.hpp"
#include "support/bitmap_set.hpp"
#include "support/next_address.hpp"
#include "support/slow_address_parser.hpp"

using namespace servicetags;
using namespace servicetags::testing;

namespace {

std::string error_of(std::string_view text) {
  const auto prefix = parse_prefix(text);
  return prefix ? "no error" : to_string(prefix.error());
}
std::string range_error_of(std::string_view text) {
  const auto range = parse_range(text);
  return range ? "no error" : to_string(range.error());
}

/// A prefix in a world of 32 cells, and the cells it holds.
struct Block {
  Prefix prefix;
  Bitmap cells;
};

std::vector<Block> blocks_of(const SmallWorld& world) {
  std::vector<Block> blocks;
  const unsigned cell_length = address_bits(world.family) - world.cell_bits;
  for (unsigned bits = 0; bits <= 5; ++bits) {
    const unsigned size = 32U >> bits;
    for (unsigned first = 0; first < 32; first += size) {
      Bitmap cells = 0;
      for (unsigned cell = first; cell < first + size; ++cell) cells |= Bitmap{1} << cell;
      const Address network = ip::address_of(world.family, world.cell_start(first));
      blocks.push_back({Prefix(network, cell_length - 5 + bits), cells});
    }
  }
  return blocks;
}

/// The worlds of 32 cells that are one prefix.
std::vector<SmallWorld> aligned_worlds() {
  std::vector<SmallWorld> worlds = small_worlds(32);
  std::erase_if(worlds,
                [](const SmallWorld& world) { return (world.base >> world.cell_bits & 31U) != 0; });
  return worlds;
}

/// The fewest aligned blocks that fill the cells `first` to `last`, by trying every size.
std::size_t fewest_blocks(const SmallWorld& world, unsigned first, unsigned last) {
  std::vector<std::size_t> fewest(last + 2, 0);  // from a cell to `last`
  for (unsigned cell = last + 1; cell-- > first;) {
    fewest[cell] = 1 + fewest[cell + 1];
    for (unsigned size = 2; cell + size <= last + 1; size *= 2) {
      const bool aligned = (world.cell_start(cell) >> world.cell_bits) % size == 0;
      if (aligned) fewest[cell] = std::min(fewest[cell], 1 + fewest[cell + size]);
    }
  }
  return fewest[first];
}

/// The prefixes lie side by side, from the first address of the range to its last.
bool fill(const AddressRange& range, const std::vector<Prefix>& prefixes) {
  if (prefixes.empty() || prefixes.front().first() != range.first) return false;
  for (std::size_t i = 1; i < prefixes.size(); ++i) {
    if (next(prefixes[i - 1].last()) != prefixes[i].first()) return false;
  }
  return prefixes.back().last() == range.last;
}

}  // namespace

TEST_CASE("a prefix begins as all of IPv4") {
  CHECK(Prefix() == parse_prefix("0.0.0.0/0").value());
  CHECK(Prefix().contains(Address::from_v4(~0U)));
  CHECK(to_string(Prefix()) == "0.0.0.0/0");
}

TEST_CASE("every length of both families keeps its bits, and no others") {
  constexpr std::uint64_t kSeed = 20251028;
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  unsigned checked = 0;
  for (const Family family : {Family::v4, Family::v6}) {
    const unsigned most = address_bits(family);
    for (unsigned length = 0; length <= most; ++length, ++checked) {
      const std::uint64_t high = random();
      const ip::Uint128 number = ip::make_uint128(high, random()) & ip::last_number(family);
      const Address address = ip::address_of(family, number);
      const slow::Bits bits = slow::parse_as_written(to_string(address)).value();
      const Prefix prefix(address, length);
      CHECK(to_string(prefix.first()) ==
            slow::print(bits.substr(0, length) + slow::Bits(most - length, '0')));
      CHECK(to_string(prefix.last()) ==
            slow::print(bits.substr(0, length) + slow::Bits(most - length, '1')));
      CHECK(prefix.length() == length);
      CHECK(prefix.family() == family);
      CHECK(prefix.contains(address));
      CHECK(parse_prefix(to_string(prefix)).value() == prefix);
      CHECK(parse_prefix(to_string(address) + "/" + std::to_string(length), HostBits::clear)
                .value() == prefix);
      // One bit of the network away is outside.
      if (length == 0) continue;
      const ip::Uint128 bit = ip::Uint128{1} << (most - length);
      CHECK_FALSE(prefix.contains(ip::address_of(family, number ^ bit)));
    }
  }
  CHECK(checked == 33 + 129);
}

TEST_CASE("all pairs of a small world contain and overlap as their cells do") {
  std::size_t worlds = 0;
  for (const SmallWorld& world : aligned_worlds()) {
    INFO(world.name);
    const std::vector<Block> blocks = blocks_of(world);
    REQUIRE(blocks.size() == 63);
    for (const Block& a : blocks) {
      for (const Block& b : blocks) {
        const bool contains = (b.cells & ~a.cells) == 0;
        const bool overlaps = (a.cells & b.cells) != 0;
        const bool right = a.prefix.contains(b.prefix) == contains &&
                           a.prefix.overlaps(b.prefix) == overlaps &&
                           (a.prefix == b.prefix) == (a.cells == b.cells);
        if (!right) CHECK_MESSAGE(false, to_string(a.prefix), " and ", to_string(b.prefix));
      }
      for (unsigned cell = 0; cell < 32; ++cell) {
        const Address address = ip::address_of(world.family, world.cell_start(cell));
        const bool right = a.prefix.contains(address) == ((a.cells >> cell & 1U) != 0);
        if (!right) CHECK_MESSAGE(false, to_string(a.prefix), " and ", to_string(address));
      }
    }
    ++worlds;
  }
  CHECK(worlds == 7);
}

TEST_CASE("nothing of one family holds anything of the other") {
  const Prefix all_v4 = parse_prefix("0.0.0.0/0").value();
  const Prefix all_v6 = parse_prefix("::/0").value();
  CHECK_FALSE(all_v4.overlaps(all_v6));
  CHECK_FALSE(all_v6.contains(all_v4));
  CHECK_FALSE(all_v6.contains(Address::from_v4(0)));
  CHECK_FALSE(all_v4.contains(Address::from_v6(0, 0)));
  CHECK_FALSE(all_v4.contains(Address::from_v6(0, 0xffff'0a000001)));
}

TEST_CASE("a prefix comes right before everything inside it") {
  std::size_t worlds = 0;
  for (const SmallWorld& world : aligned_worlds()) {
    std::vector<Block> blocks = blocks_of(world);
    std::reverse(blocks.begin(), blocks.end());
    std::sort(blocks.begin(), blocks.end(),
              [](const Block& a, const Block& b) { return a.prefix < b.prefix; });
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto is_inside = [&](const Block& b) { return (b.cells & ~blocks[i].cells) == 0; };
      const auto rest = blocks.begin() + static_cast<std::ptrdiff_t>(i);
      CHECK(std::none_of(blocks.begin(), rest, is_inside));
      CHECK(std::is_partitioned(rest, blocks.end(), is_inside));
    }
    ++worlds;
  }
  CHECK(worlds == 7);
  CHECK(parse_prefix("255.255.255.255/32").value() < parse_prefix("::/0").value());
}

TEST_CASE("any range of 64 cells is filled by the fewest prefixes, in order") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(64)) {
    INFO(world.name);
    for (unsigned first = 0; first < 64; ++first) {
      for (unsigned last = first; last < 64; ++last, ++checked) {
        const ip::Uint128 end = world.cell_start(last) + ((ip::Uint128{1} << world.cell_bits) - 1);
        const AddressRange range = {ip::address_of(world.family, world.cell_start(first)),
                                    ip::address_of(world.family, end)};
        const std::vector<Prefix> prefixes = to_prefixes(range);
        const std::size_t fewest = fewest_blocks(world, first, last);
        const bool right = prefixes.size() == fewest && fill(range, prefixes) &&
                           parse_range(to_string(range)).value() == range;
        if (!right) CHECK_MESSAGE(false, to_string(range));
        const bool one_prefix = to_string(range).find('/') != std::string::npos;
        if (one_prefix != (fewest == 1)) CHECK_MESSAGE(false, to_string(range));
      }
    }
  }
  CHECK(checked == 9 * 2080);
}

TEST_CASE("the worst ranges take 62 and 254 prefixes, and a whole family takes one") {
  const auto count = [](std::string_view text) {
    const AddressRange range = parse_range(text).value();
    const std::vector<Prefix> prefixes = to_prefixes(range);
    CHECK(fill(range, prefixes));
    return prefixes.size();
  };
  CHECK(count("0.0.0.1-255.255.255.254") == 62);
  CHECK(count("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe") == 254);
  CHECK(count("0.0.0.0-255.255.255.255") == 1);
  CHECK(count("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == 1);
  CHECK(count("255.255.255.255-255.255.255.255") == 1);
}

TEST_CASE("the range of a prefix has its ends") {
  const AddressRange range = AddressRange::of(parse_prefix("10.1.2.0/23").value());
  CHECK(to_string(range.first) == "10.1.2.0");
  CHECK(to_string(range.last) == "10.1.3.255");
  CHECK(to_string(range) == "10.1.2.0/23");
}

TEST_CASE("an IPv4-mapped prefix of /96 and longer is the IPv4 prefix it stands for") {
  const Address mapped = Address::from_v6(0, 0xffff'0a010203);
  for (unsigned length = 96; length <= 128; ++length) {
    CHECK(Prefix(mapped, length).unmapped() == Prefix(Address::from_v4(0x0a010203), length - 96));
  }
  for (unsigned length = 0; length < 96; ++length) {
    CHECK(Prefix(mapped, length).unmapped() == Prefix(mapped, length));
  }
  const Prefix v4 = parse_prefix("10.0.0.0/8").value();
  CHECK(v4.unmapped() == v4);
  const Prefix near = parse_prefix("::fffe:0:0/96").value();
  CHECK(near.family() == Family::v6);
}

TEST_CASE("host bits are refused with the prefix that was meant, or cleared when asked") {
  CHECK(error_of("10.1.2.3/8") ==
        "'10.1.2.3/8' has bits beyond its length; did you mean 10.0.0.0/8? (byte 0)");
  CHECK(error_of("2001:DB8::1/64") ==
        "'2001:DB8::1/64' has bits beyond its length; did you mean 2001:db8::/64? (byte 0)");
  CHECK(error_of("::ffff:10.1.2.3/104") ==
        "'::ffff:10.1.2.3/104' has bits beyond its length; did you mean 10.0.0.0/8? (byte 0)");
  CHECK(parse_prefix("10.1.2.3/8").error().code == Errc::host_bits_set);
  const auto cleared = [](std::string_view text) {
    return to_string(parse_prefix(text, HostBits::clear).value());
  };
  CHECK(cleared("10.1.2.3/8") == "10.0.0.0/8");
  CHECK(cleared("10.1.2.3") == "10.1.2.3/32");
  CHECK(cleared("::1/0") == "::/0");
  CHECK(cleared("::ffff:10.1.2.3/104") == "10.0.0.0/8");
  CHECK(cleared("::ffff:10.1.2.3/95") == "::fffe:0:0/95");
  CHECK(parse_prefix("10.1.2.3/33", HostBits::clear).error().code == Errc::invalid_prefix);
}

TEST_CASE("an error in a prefix names what was expected, what was found, and the byte") {
  CHECK(error_of("10.0.0.0/33") == "prefix length '33' is larger than 32 (byte 9)");
  CHECK(error_of("10.0.0.0/4294967304") == "prefix length '4294967304' is larger than 32 (byte 9)");
  CHECK(error_of("::/129") == "prefix length '129' is larger than 128 (byte 3)");
  CHECK(error_of("10.0.0.0/08") == "prefix length '08' has a leading zero (byte 9)");
  CHECK(error_of("10.0.0.0/") == "expected a prefix length, found the end (byte 9)");
  CHECK(error_of("10.0.0.0/+8") ==
        "expected a prefix length in decimal digits, found '+8' (byte 9)");
  CHECK(error_of("10.0.0.0/255.0.0.0") ==
        "expected a prefix length in decimal digits, found '255.0.0.0' (byte 12)");
  CHECK(error_of("10.0.0/8") == "expected 4 octets, found 3 (byte 6)");
}

TEST_CASE("an error in a range says which end is wrong") {
  CHECK(range_error_of("10.0.0.9 - 10.0.0.1") ==
        "the range ends before it begins; did you mean 10.0.0.1-10.0.0.9? (byte 11)");
  CHECK(range_error_of("10.0.0.9-::1") ==
        "expected two addresses of one family, found 10.0.0.9 and ::1 (byte 9)");
  CHECK(range_error_of("10.0.0.x-10.0.0.9") == "expected an octet, found 'x' (byte 7)");
  CHECK(range_error_of("10.0.0.1-10.0.0.x") == "expected an octet, found 'x' (byte 16)");
  CHECK(range_error_of("10.0.0.1 -  10.0.0.300") == "octet '300' is larger than 255 (byte 19)");
  CHECK(range_error_of("10.0.0.1-") == "expected an IPv4 or IPv6 address, found the end (byte 9)");
}
