#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "servicetags/prefix_set.hpp"

using namespace servicetags;

namespace {

PrefixSet set_of(std::initializer_list<const char*> texts) {
  std::vector<Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(parse_prefix(text).value());
  return PrefixSet(prefixes);
}

std::string text(const PrefixSet& set) {
  std::string out;
  for (const Prefix& prefix : set.prefixes()) out += (out.empty() ? "" : " ") + to_string(prefix);
  return out;
}

AddressCount count(std::uint64_t addresses) { return {0, 0, addresses}; }

}  // namespace

TEST_CASE("a set that has few enough prefixes is left as it is") {
  const PrefixSet set = set_of({"10.0.0.0/24", "10.0.2.0/24", "2001:db8::/32"});
  for (const std::size_t most : {std::size_t{3}, std::size_t{4}, std::size_t{1000},
                                 std::numeric_limits<std::size_t>::max()}) {
    const Fitted fitted = fit(set, most).value();
    CHECK(fitted.set == set);
    CHECK(fitted.added_v4.is_zero());
    CHECK(fitted.added_v6.is_zero());
  }
  CHECK(fit({}, 1).value().set.empty());
}

TEST_CASE("the cheapest gap is closed first") {
  const PrefixSet set = set_of({"10.0.0.0/24", "10.0.2.0/24", "10.8.0.0/30", "10.8.0.5"});
  const Fitted three = fit(set, 3).value();
  CHECK(text(three.set) == "10.0.0.0/24 10.0.2.0/24 10.8.0.0/29");
  CHECK(three.added_v4 == count(3));
  const Fitted two = fit(set, 2).value();
  CHECK(text(two.set) == "10.0.0.0/22 10.8.0.0/29");
  CHECK(two.added_v4 == count(512 + 3));
  const Fitted one = fit(set, 1).value();
  CHECK(text(one.set) == "10.0.0.0/12");
  CHECK(one.added_v4 == count((1U << 20U) - 512 - 5));
}

TEST_CASE("a place that would save nothing is not used") {
  // Joining the first two, a half and a quarter of 0.0.0.0/1, costs as much as joining the
  // last two; joining all costs as much as both.
  const PrefixSet sides = set_of({"0.0.0.0/2", "64.0.0.0/3", "128.0.0.0/2", "192.0.0.0/3"});
  CHECK(text(fit(sides, 3).value().set) == "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3");
  CHECK(text(fit(sides, 2).value().set) == "0.0.0.0/0");
}

TEST_CASE("one prefix is the smallest around all, up to the whole family") {
  CHECK(text(fit(set_of({"10.0.0.1", "10.0.0.2"}), 1).value().set) == "10.0.0.0/30");
  const Fitted v4 = fit(set_of({"0.0.0.0", "255.255.255.255"}), 1).value();
  CHECK(text(v4.set) == "0.0.0.0/0");
  CHECK(to_string(v4.added_v4) == "4294967294");
  const char* const last = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const Fitted v6 = fit(set_of({"::", last}), 1).value();
  CHECK(text(v6.set) == "::/0");
  CHECK(to_string(v6.added_v6) == "340282366920938463463374607431768211454");
}

TEST_CASE("each family has at least one place and a share of the rest") {
  const PrefixSet set = set_of({"10.0.0.1", "10.0.0.3", "10.0.0.5", "10.0.0.17", "10.0.0.33",
                                "10.0.0.65", "2001:db8::1", "2001:db8::3"});
  const Fitted two = fit(set, 2).value();
  CHECK(text(two.set) == "10.0.0.0/25 2001:db8::/126");
  CHECK(two.added_v4 == count(128 - 6));
  CHECK(two.added_v6 == count(2));
  // 6 and 2 prefixes: 3 places to 1, rounded.
  const std::array<std::size_t, 6> v4_places = {1, 2, 3, 4, 5, 5};
  for (std::size_t i = 0; i < v4_places.size(); ++i) {
    const Fitted fitted = fit(set, i + 2).value();
    CHECK(fitted.set.family(Family::v4).size() == v4_places[i]);
    CHECK(fitted.set.family(Family::v6).size() == i + 2 - v4_places[i]);
  }
}

TEST_CASE("a family of few prefixes among many of the other keeps a place") {
  std::vector<Prefix> many_v4 = {parse_prefix("2001:db8::1").value(),
                                 parse_prefix("2001:db8::4").value()};
  std::vector<Prefix> many_v6 = {parse_prefix("192.0.2.1").value(),
                                 parse_prefix("192.0.2.4").value()};
  for (std::uint32_t i = 0; i < 50; ++i) {
    many_v4.emplace_back(Address::from_v4(0x0a000000U + 2 * i), 32);
    many_v6.emplace_back(Address::from_v6(0x20010db8'00000000U, 2 * i), 128);
  }
  for (const auto& prefixes : {many_v4, many_v6}) {
    const Fitted fitted = fit(PrefixSet(prefixes), 2).value();
    CHECK(fitted.set.family(Family::v4).size() == 1);
    CHECK(fitted.set.family(Family::v6).size() == 1);
  }
}

TEST_CASE("places that one family has no use for go to the other") {
  // 3 and 3 of 4 would be 2 and 2; but two blocks of this IPv4 are no better than one.
  const PrefixSet v4 = set_of({"0.0.0.0/2", "64.0.0.0/3", "128.0.0.0/1"});
  const PrefixSet v6 = set_of({"2001:db8::1", "2001:db8::4", "2001:db8::10"});
  CHECK(fit(v4, 2).value().set.size() == 1);
  const Fitted fitted = fit(unite(v4, v6), 4).value();
  CHECK(text(fitted.set.family(Family::v4)) == "0.0.0.0/0");
  CHECK(fitted.set.family(Family::v6) == v6);

  const PrefixSet full_v6 = set_of({"::/2", "4000::/3", "8000::/1"});
  const PrefixSet few_v4 = set_of({"10.0.0.1", "10.0.0.4", "10.0.0.16"});
  const Fitted other_way = fit(unite(few_v4, full_v6), 4).value();
  CHECK(other_way.set.family(Family::v4) == few_v4);
  CHECK(text(other_way.set.family(Family::v6)) == "::/0");
}

TEST_CASE("too few places are refused, saying how many it takes") {
  const auto none = fit(set_of({"10.0.0.0/8"}), 0);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::invalid_argument);
  CHECK(none.error().message.find("at least 1") != std::string::npos);
  CHECK_FALSE(fit({}, 0));
  const auto one = fit(set_of({"10.0.0.0/8", "2001:db8::/32"}), 1);
  REQUIRE_FALSE(one);
  CHECK(one.error().code == Errc::invalid_argument);
  CHECK(one.error().message.find("at least 2") != std::string::npos);
}
