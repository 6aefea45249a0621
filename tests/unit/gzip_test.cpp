#include "support/gzip.hpp"

#include <doctest/doctest.h>

#include <random>

#include "support/pack.hpp"

using namespace servicetags;
using servicetags::testing::pack;

namespace {

constexpr std::size_t kRoomy = 1'000'000;

/// "hi\n" in a stored block, written by hand: header, block, CRC-32, length.
constexpr std::string_view kByHand(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    "\x01\x03\x00\xfc\xffhi\n"
    "\x7a\x7a\x6f\xed\x03\x00\x00\x00",
    26);

/// Text that does not pack well, so that its packed form is long.
std::string noise(std::size_t size) {
  std::mt19937 random(20251028);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

}  // namespace

TEST_CASE("gzip is told by its first two bytes") {
  CHECK(gzip::looks_packed(kByHand));
  CHECK(gzip::looks_packed("\x1f\x8b"));
  CHECK_FALSE(gzip::looks_packed("\x1f"));
  CHECK_FALSE(gzip::looks_packed(""));
  CHECK_FALSE(gzip::looks_packed("{\"values\": []}"));
  CHECK_FALSE(gzip::looks_packed("PK\x03\x04"));
}

TEST_CASE("a member written by hand unpacks to its text") {
  CHECK(gzip::unpack(kByHand, kRoomy).value() == "hi\n");
}

TEST_CASE("what was packed comes back, whatever its size") {
  std::size_t cases = 0;
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 131'072U, 300'001U}) {
    CAPTURE(size);
    CHECK(gzip::unpack(pack(noise(size)), kRoomy).value() == noise(size));
    const std::string zeros(size, 'a');
    CHECK(gzip::unpack(pack(zeros), kRoomy).value() == zeros);
    ++cases;
  }
  CHECK(cases == 7);
}

TEST_CASE("members one after the other give their texts one after the other") {
  const std::string members = pack("first,") + pack("") + std::string(kByHand) + pack("last");
  CHECK(gzip::unpack(members, kRoomy).value() == "first,hi\nlast");
}

TEST_CASE("data cut short at any byte is refused") {
  const std::string packed = pack(noise(500));
  std::size_t cuts = 0;
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CAPTURE(size);
    const auto cut = gzip::unpack(packed.substr(0, size), kRoomy);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Errc::io_failed);
    CHECK(cut.error().message == "the gzip data is cut short; fetch the file again");
    CHECK(cut.error().offset == size);
    ++cuts;
  }
  CHECK(cuts == packed.size());
  CHECK(cuts > 500);
}

TEST_CASE("a flipped bit in a stored block or its checksum is noticed") {
  std::size_t flips = 0;
  for (std::size_t at = 10; at < kByHand.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      CAPTURE(at);
      CAPTURE(bit);
      std::string damaged(kByHand);
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << bit));
      // The five high bits of the first byte of a stored block are padding.
      const bool is_padding = at == 10 && bit >= 3;
      CHECK(gzip::unpack(damaged, kRoomy).has_value() == is_padding);
      ++flips;
    }
  }
  CHECK(flips == 128);
}

TEST_CASE("damage is told in words and with its byte") {
  std::string wrong_checksum(kByHand);
  wrong_checksum[18] ^= 1;
  const Error checksum = gzip::unpack(wrong_checksum, kRoomy).error();
  CHECK(checksum.code == Errc::io_failed);
  CHECK(checksum.message ==
        "the gzip data is damaged (incorrect data check); fetch the file again");
  CHECK(checksum.offset == 22);

  std::string wrong_length(kByHand);
  wrong_length[22] = 4;
  CHECK(gzip::unpack(wrong_length, kRoomy).error().message ==
        "the gzip data is damaged (incorrect length check); fetch the file again");
}

TEST_CASE("anything after the end is refused, be it text or zeros") {
  for (const std::string_view tail :
       {std::string_view("x"), std::string_view("\0\0\0", 3), std::string_view("\x1f")}) {
    const Error error = gzip::unpack(std::string(kByHand) + std::string(tail), kRoomy).error();
    CHECK(error.code == Errc::io_failed);
    CHECK(error.message == "there is something after the end of the gzip data");
    CHECK(error.offset == kByHand.size());
  }
}

TEST_CASE("a second member that is damaged is refused") {
  const std::string half = pack("whole") + pack("half").substr(0, 12);
  CHECK(gzip::unpack(half, kRoomy).error().code == Errc::io_failed);
}

TEST_CASE("text that is not gzip is refused") {
  CHECK(gzip::unpack("{}", kRoomy).error().code == Errc::io_failed);
  CHECK(gzip::unpack("", kRoomy).error().code == Errc::io_failed);
}

TEST_CASE("content up to the limit is unpacked, and a byte more is not") {
  const std::string packed = pack(noise(100'000));
  CHECK(gzip::unpack(packed, 100'000).value().size() == 100'000);
  const Error error = gzip::unpack(packed, 99'999).error();
  CHECK(error.code == Errc::limit_exceeded);
  CHECK(error.message == "the gzip content is larger than the limit of 99999 bytes");
  CHECK(gzip::unpack(pack(""), 0).value().empty());
  CHECK(gzip::unpack(pack("a"), 0).error().code == Errc::limit_exceeded);
}

TEST_CASE("the limit is over all members, and a bomb stops at it") {
  CHECK(gzip::unpack(pack("12345") + pack("67890"), 10).value() == "1234567890");
  CHECK(gzip::unpack(pack("12345") + pack("67890"), 9).error().code == Errc::limit_exceeded);
  const std::string bomb = pack(std::string(100'000'000, '\0'));
  CHECK(bomb.size() < 1'000'000);
  const Error error = gzip::unpack(bomb, kRoomy).error();
  CHECK(error.code == Errc::limit_exceeded);
  CHECK(error.offset.value() < bomb.size() / 50);
}
