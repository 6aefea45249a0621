#include "servicetags/address_count.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace servicetags;

namespace {
constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
AddressCount power(unsigned exponent) { return AddressCount::power_of_two(exponent); }
}  // namespace

TEST_CASE("a count is zero until something is added") {
  CHECK(AddressCount{}.is_zero());
  CHECK(to_string(AddressCount{}) == "0");
  CHECK(AddressCount{}.approximate() == 0);
  CHECK_FALSE(power(0).is_zero());
  CHECK_FALSE(power(64).is_zero());
  CHECK_FALSE(power(128).is_zero());
}

TEST_CASE("every power of two up to 2^128 is twice the one before") {
  AddressCount doubled = {0, 0, 1};
  unsigned checked = 0;
  for (unsigned exponent = 0; exponent <= 128; ++exponent, ++checked) {
    CHECK(power(exponent) == doubled);
    CHECK(power(exponent).approximate() == std::ldexp(1.0, static_cast<int>(exponent)));
    doubled += doubled;
  }
  CHECK(checked == 129);
}

TEST_CASE("text is decimal, without grouping, to the last digit") {
  CHECK(to_string(power(0)) == "1");
  CHECK(to_string(AddressCount{0, 0, 10}) == "10");
  CHECK(to_string(AddressCount{0, 0, 1'000'000'007}) == "1000000007");
  CHECK(to_string(power(32)) == "4294967296");
  CHECK(to_string(AddressCount{0, 0, kMax}) == "18446744073709551615");
  CHECK(to_string(power(64)) == "18446744073709551616");
  CHECK(to_string(AddressCount{0, kMax, kMax}) == "340282366920938463463374607431768211455");
  CHECK(to_string(power(128)) == "340282366920938463463374607431768211456");
  CHECK(to_string(power(128) + power(32)) == "340282366920938463463374607436063178752");
  CHECK(to_string(AddressCount{kMax, kMax, kMax}) ==
        "6277101735386680763835789423207666416102355444464034512895");
}

TEST_CASE("sums carry and differences borrow through all parts") {
  const AddressCount one = power(0);
  CHECK(AddressCount{0, 0, kMax} + one == AddressCount{0, 1, 0});
  CHECK(AddressCount{0, kMax, kMax} + one == AddressCount{1, 0, 0});
  CHECK(one + AddressCount{0, kMax, kMax} == AddressCount{1, 0, 0});
  CHECK(AddressCount{0, kMax, kMax} + AddressCount{0, kMax, kMax} ==
        AddressCount{1, kMax, kMax - 1});
  CHECK(AddressCount{1, 0, 0} - one == AddressCount{0, kMax, kMax});
  CHECK(AddressCount{0, 1, 0} - one == AddressCount{0, 0, kMax});
  CHECK(AddressCount{2, 0, 0} - AddressCount{1, kMax, kMax} == one);
  CHECK(power(128) - power(128) == AddressCount{});
}

TEST_CASE("sums and differences undo each other") {
  unsigned checked = 0;
  for (unsigned a = 0; a <= 128; ++a) {
    for (unsigned b = 0; b <= 128; ++b, ++checked) {
      AddressCount sum = power(a);
      sum += power(b);
      const bool undone = sum - power(a) == power(b) && sum - power(b) == power(a);
      if (!undone || sum <= power(a)) CHECK_MESSAGE(false, "2^", a, " and 2^", b);
    }
  }
  CHECK(checked == 129 * 129);
}

TEST_CASE("order is that of numbers") {
  CHECK(AddressCount{0, 0, kMax} < AddressCount{0, 1, 0});
  CHECK(AddressCount{0, kMax, kMax} < AddressCount{1, 0, 0});
  CHECK(AddressCount{0, 2, 0} > AddressCount{0, 1, kMax});
}

TEST_CASE("approximate() is the nearest double, halfway going to the even one") {
  // Doubles are 2 apart from 2^53, 4096 from 2^64, 2^76 from 2^128.
  const auto nearest = [](const AddressCount& count) { return count.approximate(); };
  CHECK(nearest({0, 0, (1ULL << 53U) + 1}) == std::ldexp(1.0, 53));
  CHECK(nearest({0, 0, (1ULL << 53U) + 3}) == std::ldexp(1.0, 53) + 4);
  CHECK(nearest({0, 0, kMax}) == std::ldexp(1.0, 64));
  CHECK(nearest({0, 1, 2048}) == std::ldexp(1.0, 64));
  CHECK(nearest({0, 1, 2049}) == std::ldexp(1.0, 64) + 4096);
  CHECK(nearest({0, 1, 3 * 2048}) == std::ldexp(1.0, 64) + 8192);
  // One address decides, far below the bits that are kept.
  CHECK(nearest({1, 1ULL << 11U, 0}) == std::ldexp(1.0, 128));
  CHECK(nearest({1, 1ULL << 11U, 1}) == std::ldexp(1.0, 128) + std::ldexp(1.0, 76));
  CHECK(nearest({kMax, kMax, kMax}) == std::ldexp(1.0, 192));
}
