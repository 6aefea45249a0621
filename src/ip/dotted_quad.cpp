// Tested by: tests/unit/dotted_quad_test.cpp, tests/unit/address_test.cpp
#include "ip/dotted_quad.hpp"

#if defined(__x86_64__)

#include <smmintrin.h>

#include <array>
#include <bit>
#include <cstring>

namespace servicetags::ip {
namespace {

#define TARGET [[gnu::target("sse4.1")]]

constexpr std::size_t kShortest = 7;  // 0.0.0.0
constexpr std::size_t kLongest = 15;

/// What to do with texts whose octets have certain numbers of digits.
struct Plan {
  /// From which byte each digit comes: 4 places an octet, the last its ones; kNone gives 0.
  std::array<std::uint8_t, 16> digits;
  /// What is written with so many digits is this at least: 0, 10, 100.
  std::array<std::uint8_t, 4> least;
};
constexpr std::uint8_t kNone = 0x80;
constexpr std::uint8_t kNeverDigit = 15;  // no text is so long; four digits are too many

/// By the digits of the four octets, less one, as a number to the base 4.
constexpr std::array<Plan, 256> kPlans = [] {
  std::array<Plan, 256> plans{};
  for (unsigned index = 0; index < 256; ++index) {
    Plan& plan = plans[index];
    plan.digits.fill(kNone);
    unsigned at = 0;
    for (unsigned octet = 0; octet < 4; ++octet) {
      const unsigned count = (index >> (6 - 2 * octet) & 3U) + 1;
      plan.least[octet] = std::array<std::uint8_t, 4>{0, 10, 100, 100}[count - 1];
      for (unsigned i = 0; i < count; ++i) {
        const unsigned place = octet * 4 + 4 - count + i;
        plan.digits[place] = static_cast<std::uint8_t>(at + i < 16 ? at + i : kNone);
      }
      if (count == 4) plan.digits[octet * 4] = kNeverDigit;
      at += count + 1;
    }
  }
  return plans;
}();

/// The text and then zeros. Never reads beyond it: eight bytes from either end overlap.
TARGET __m128i load(const char* text, std::size_t size) noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (size >= 8) [[likely]] {
    std::memcpy(&low, text, 8);
    std::memcpy(&high, text + size - 8, 8);
    high = size == 8 ? 0 : high >> (8 * (16 - size));
  } else {
    std::memcpy(&low, text, kShortest);
  }
  return _mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(low));
}

TARGET bool parse(std::string_view text, std::uint32_t& number) noexcept {
  const __m128i bytes = load(text.data(), text.size());
  const auto dots =
      static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))));
  // Where each octet ends; the last of them is the text's end only if there are three dots.
  std::uint32_t ends = dots | 1U << text.size();
  std::uint32_t index = 0;
  std::uint32_t too_long = 0;
  std::uint32_t start = 0;
  for (int i = 0; i < 4; ++i) {
    const auto end = static_cast<std::uint32_t>(std::countr_zero(ends | 1U << 31U));
    ends &= ends - 1;
    const std::uint32_t less_one = end - start - 1;  // wraps around where there is no digit
    too_long |= less_one;
    index = index << 2U | (less_one & 3U);
    start = end + 1;
  }
  if (ends != 0 || too_long > 3 || start != text.size() + 1) return false;

  const Plan& plan = kPlans[index];
  const __m128i places = _mm_loadu_si128(reinterpret_cast<const __m128i*>(plan.digits.data()));
  const __m128i values = _mm_shuffle_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), places);
  const __m128i hundreds_and_rest =
      _mm_maddubs_epi16(values, _mm_set1_epi32(1 << 24 | 10 << 16 | 100 << 8));
  const __m128i octets = _mm_madd_epi16(hundreds_and_rest, _mm_set1_epi16(1));

  const __m128i nine = _mm_set1_epi8(9);
  const __m128i all_digits = _mm_cmpeq_epi8(_mm_max_epu8(values, nine), nine);
  std::uint32_t least = 0;
  std::memcpy(&least, plan.least.data(), sizeof least);
  const __m128i leasts = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(static_cast<int>(least)));
  const __m128i most = _mm_set1_epi32(255);
  const __m128i clamped = _mm_min_epi32(_mm_max_epi32(octets, leasts), most);
  const __m128i good = _mm_and_si128(all_digits, _mm_cmpeq_epi32(clamped, octets));
  if (_mm_movemask_epi8(good) != 0xffff) return false;

  const __m128i in_order = _mm_shuffle_epi8(octets, _mm_cvtsi32_si128(0x00'04'08'0c));
  number = static_cast<std::uint32_t>(_mm_cvtsi128_si32(in_order));
  return true;
}

const bool kHasSse41 = __builtin_cpu_supports("sse4.1") != 0;

}  // namespace

bool parse_dotted_quad(std::string_view text, std::uint32_t& number) noexcept {
  if (text.size() < kShortest || text.size() > kLongest || !kHasSse41) return false;
  return parse(text, number);
}

bool has_fast_dotted_quad() noexcept { return kHasSse41; }

}  // namespace servicetags::ip

#else

namespace servicetags::ip {

bool parse_dotted_quad(std::string_view /*text*/, std::uint32_t& /*number*/) noexcept {
  return false;
}
bool has_fast_dotted_quad() noexcept { return false; }

}  // namespace servicetags::ip

#endif
