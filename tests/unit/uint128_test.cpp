#include "ip/uint128.hpp"

#include <doctest/doctest.h>

using namespace servicetags;
using namespace servicetags::ip;

TEST_CASE("halves are put together and taken apart") {
  static_assert(high_half(make_uint128(7, 9)) == 7 && low_half(make_uint128(7, 9)) == 9);
  static_assert(make_uint128(1, 0) == make_uint128(0, ~0ULL) + 1);
  CHECK(make_uint128(~0ULL, ~0ULL) + 1 == 0);
}

TEST_CASE("numbers and addresses are the same thing") {
  CHECK(number_of(Address::from_v4(0xffffffff)) == 0xffffffff);
  CHECK(number_of(Address::from_v6(1, 2)) == make_uint128(1, 2));
  CHECK(address_of(Family::v4, 0x0a000001) == Address::from_v4(0x0a000001));
  CHECK(address_of(Family::v6, 0x0a000001) == Address::from_v6(0, 0x0a000001));
  for (const Family family : {Family::v4, Family::v6}) {
    const Address last = address_of(family, last_number(family));
    CHECK(last.family() == family);
    CHECK(number_of(last) == last_number(family));
  }
  CHECK(last_number(Family::v4) == 0xffffffff);
  CHECK(last_number(Family::v6) + 1 == 0);
}

TEST_CASE("a host mask has a one for every bit past the length") {
  unsigned checked = 0;
  for (const Family family : {Family::v4, Family::v6}) {
    for (unsigned length = 0; length <= address_bits(family); ++length, ++checked) {
      Uint128 expected = 0;
      for (unsigned bit = length; bit < address_bits(family); ++bit) expected = expected * 2 + 1;
      const bool right = host_mask(family, length) == expected;
      CHECK_MESSAGE(right, "length ", length, " of ", address_bits(family));
    }
  }
  CHECK(checked == 33 + 129);
}

TEST_CASE("a count is one more than the difference, up to 2^128") {
  CHECK(count_between(5, 5) == AddressCount{0, 0, 1});
  CHECK(count_between(5, 9) == AddressCount{0, 0, 5});
  CHECK(count_between(0, ~0ULL) == AddressCount{0, 1, 0});
  CHECK(count_between(1, make_uint128(1, 0)) == AddressCount{0, 1, 0});
  CHECK(count_between(0, make_uint128(~0ULL, ~0ULL)) == AddressCount{1, 0, 0});
  CHECK(count_between(1, make_uint128(~0ULL, ~0ULL)) == AddressCount{0, ~0ULL, ~0ULL});
}
