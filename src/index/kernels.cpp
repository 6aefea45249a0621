// Tested by: tests/property/sets_vs_linear_test.cpp
#include "index/kernels.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace servicetags::index {
namespace {

inline std::uint32_t read32(const std::uint16_t* cells) noexcept {
  std::uint32_t number = 0;
  std::memcpy(&number, cells, sizeof number);
  return number;
}
inline std::uint64_t read64(const std::uint16_t* cells) noexcept {
  std::uint64_t number = 0;
  std::memcpy(&number, cells, sizeof number);
  return number;
}

[[gnu::cold, gnu::noinline]] std::uint32_t find_wide(const V6View& table,
                                                     std::uint64_t key) noexcept {
  const auto after = std::ranges::upper_bound(table.wide_starts, key);
  return table.wide_values[static_cast<std::size_t>(after - table.wide_starts.begin()) - 1];
}

[[gnu::cold, gnu::noinline]] SetId find_in_list(const std::uint16_t* block,
                                                std::uint64_t low) noexcept {
  const std::uint64_t count = read64(block);
  const std::uint16_t* const starts = block + kStartsInList;
  std::uint64_t at = 0;  // the first start is 0
  for (std::uint64_t step = std::bit_floor(count); step != 0; step /= 2) {
    if (at + step < count && read64(starts + (at + step) * 4) <= low) at += step;
  }
  return read32(starts + count * 4 + at * 2);
}

inline std::uint64_t read_big_endian(const std::uint8_t* bytes) noexcept {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
}

/// yes or no, without a branch: which one it is, no processor can guess.
inline std::uint32_t pick(bool condition, std::uint32_t yes, std::uint32_t no) noexcept {
  const std::uint32_t mask = 0U - static_cast<std::uint32_t>(condition);
  return (yes & mask) | (no & ~mask);
}

/// The upper 16 bits.
inline std::uint32_t upper_of(const Address6& address) noexcept {
  return std::uint32_t{address[0]} << 8U | address[1];
}

namespace plain {
#define TARGET
#define KERNELS "plain"
/// Every lane of 16 bits.
constexpr std::uint64_t kEach = 0x0001'0001'0001'0001U;
constexpr std::uint64_t kTop = kEach * 0x8000;
inline std::uint32_t count_below(const std::uint16_t* keys, std::uint32_t number) noexcept {
  const std::uint64_t numbers = kEach * number;
  for (std::uint32_t count = 0;; count += 4) {
    const std::uint64_t four = read64(keys + count);
    // The top bit of each lane whose key is at or above the number: by the top bits where they
    // differ, else by the others.
    const std::uint64_t rest = (four | kTop) - (numbers & ~kTop);
    const std::uint64_t reached = ((four & ~numbers) | (~(four ^ numbers) & rest)) & kTop;
    if (reached == 0) continue;
    const int bit = std::endian::native == std::endian::little ? std::countr_zero(reached)
                                                               : std::countl_zero(reached);
    return count + static_cast<std::uint32_t>(bit) / 16;
  }
}
inline std::uint32_t count_in_line(const std::uint16_t* keys, std::uint32_t number) noexcept {
  std::uint32_t count = 0;  // without a branch, so that compilers use what vectors there are
  for (unsigned i = 0; i < kBlockKeys; ++i) count += keys[i] < number ? 1U : 0U;
  return count;
}
#include "index/kernels.inc"
#undef TARGET
#undef KERNELS
}  // namespace plain

#if defined(__x86_64__)

namespace sse2 {  // what every x86-64 has
#define TARGET
#define KERNELS "sse2"
/// 16 keys, a bit each.
inline std::uint32_t at_or_above(const std::uint16_t* keys, __m128i numbers) noexcept {
  const auto* const blocks = reinterpret_cast<const __m128i*>(keys);
  const __m128i zero = _mm_setzero_si128();
  // Subtraction stops at 0, which tells that the key is not below.
  const __m128i first = _mm_cmpeq_epi16(_mm_subs_epu16(numbers, _mm_loadu_si128(blocks)), zero);
  const __m128i second =
      _mm_cmpeq_epi16(_mm_subs_epu16(numbers, _mm_loadu_si128(blocks + 1)), zero);
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(first, second)));
}
inline std::uint32_t count_below(const std::uint16_t* keys, std::uint32_t number) noexcept {
  const __m128i numbers = _mm_set1_epi16(static_cast<short>(number));
  const std::uint32_t first = at_or_above(keys, numbers);
  return static_cast<std::uint32_t>(
      std::countr_zero(at_or_above(keys + 16, numbers) << 16U | first));
}
inline std::uint32_t count_in_line(const std::uint16_t* keys, std::uint32_t number) noexcept {
  return count_below(keys, number);
}
#include "index/kernels.inc"
#undef TARGET
#undef KERNELS
}  // namespace sse2

namespace avx512 {
#define TARGET [[gnu::target("avx512f,avx512bw,bmi,bmi2,popcnt")]]
#define KERNELS "avx512"
TARGET inline std::uint32_t count_below(const std::uint16_t* keys, std::uint32_t number) noexcept {
  const __m512i block = _mm512_loadu_si512(keys);
  const __m512i numbers = _mm512_set1_epi16(static_cast<short>(number));
  return static_cast<std::uint32_t>(
      std::countr_zero(static_cast<std::uint32_t>(_mm512_cmpge_epu16_mask(block, numbers))));
}
TARGET inline std::uint32_t count_in_line(const std::uint16_t* keys,
                                          std::uint32_t number) noexcept {
  return count_below(keys, number);
}
#include "index/kernels.inc"
#undef TARGET
#undef KERNELS
}  // namespace avx512

#endif

}  // namespace

std::span<const Kernels> usable_kernels() noexcept {
#if defined(__x86_64__)
  // With AVX2 between the two, neither family gained more than 7 % over SSE2.
  static constexpr std::array<Kernels, 3> kAll{avx512::kKernels, sse2::kKernels, plain::kKernels};
  static const bool has_avx512 = __builtin_cpu_supports("avx512bw") != 0;
  return std::span(kAll).subspan(has_avx512 ? 0 : 1);
#else
  static constexpr std::array<Kernels, 1> kAll{plain::kKernels};
  return kAll;
#endif
}

}  // namespace servicetags::index
