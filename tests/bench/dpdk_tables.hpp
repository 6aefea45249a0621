// DPDK's tables of routes, asked as its documentation shows: bursts of 64, and the widest
// vector instructions that it may use. Source: doc.dpdk.org/guides-22.11/prog_guide (fib_lib,
// lpm_lib, lpm6_lib).
#pragma once

#include <rte_eal.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_lpm.h>
#include <rte_lpm6.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "index/kernels.hpp"
#include "servicetags/prefix.hpp"
#include "support/address_bytes.hpp"

namespace dpdk {

using servicetags::Prefix;
using servicetags::index::Address6;
using servicetags::index::SetId;

inline constexpr std::size_t kBurst = 64;

inline void check(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("DPDK: ") + what + " failed");
}

/// REQUIRES to be made once in a process.
class Tables {
 public:
  Tables() {
    std::vector<std::string> words{"bench",
                                   "--no-huge",
                                   "--no-pci",
                                   "--no-shconf",
                                   "-m",
                                   "2048",
                                   "--no-telemetry",

                                   "--force-max-simd-bitwidth=512"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    cpu_set_t cores;  // DPDK would keep this thread, and all that it starts, on one core
    check(sched_getaffinity(0, sizeof cores, &cores) == 0, "sched_getaffinity");
    check(rte_eal_init(static_cast<int>(argv.size()), argv.data()) >= 0, "rte_eal_init");
    check(sched_setaffinity(0, sizeof cores, &cores) == 0, "sched_setaffinity");

    rte_fib_conf fib{};
    fib.type = RTE_FIB_DIR24_8;
    fib.max_routes = 1U << 17U;
    fib.dir24_8 = {RTE_FIB_DIR24_8_2B, 1U << 14U};
    check((fib_ = rte_fib_create("fib", 0, &fib)) != nullptr, "rte_fib_create");
    rte_fib6_conf fib6{};
    fib6.type = RTE_FIB6_TRIE;
    fib6.max_routes = 1U << 17U;
    fib6.trie = {RTE_FIB6_TRIE_4B, 1U << 17U};
    check((fib6_ = rte_fib6_create("fib6", 0, &fib6)) != nullptr, "rte_fib6_create");
    const rte_lpm_config lpm{1U << 17U, 1U << 14U, 0};
    check((lpm_ = rte_lpm_create("lpm", 0, &lpm)) != nullptr, "rte_lpm_create");
    const rte_lpm6_config lpm6{1U << 17U, 1U << 17U, 0};
    check((lpm6_ = rte_lpm6_create("lpm6", 0, &lpm6)) != nullptr, "rte_lpm6_create");
  }

  void add(const Prefix& prefix, SetId set) {
    const auto length = static_cast<std::uint8_t>(prefix.length());
    const servicetags::Address& network = prefix.network();
    if (network.is_v4()) {
      check(rte_fib_add(fib_, network.v4(), length, set) == 0, "rte_fib_add");
      check(rte_lpm_add(lpm_, network.v4(), length, set) == 0, "rte_lpm_add");
      return;
    }
    const Address6 bytes = servicetags::testing::bytes_of(network);
    check(rte_fib6_add(fib6_, bytes.data(), length, set) == 0, "rte_fib6_add");
    check(rte_lpm6_add(lpm6_, bytes.data(), length, set) == 0, "rte_lpm6_add");
  }

  void fib(const std::vector<std::uint32_t>& addresses, std::vector<SetId>& sets) {
    std::array<std::uint64_t, kBurst> hops;
    for (std::size_t i = 0; i < addresses.size(); i += kBurst) {
      rte_fib_lookup_bulk(fib_, const_cast<std::uint32_t*>(&addresses[i]), hops.data(), kBurst);
      for (std::size_t k = 0; k < kBurst; ++k) sets[i + k] = static_cast<SetId>(hops[k]);
    }
  }
  void lpm_bulk(const std::vector<std::uint32_t>& addresses, std::vector<SetId>& sets) {
    std::array<std::uint32_t, kBurst> hops;
    for (std::size_t i = 0; i < addresses.size(); i += kBurst) {
      rte_lpm_lookup_bulk(lpm_, &addresses[i], hops.data(), kBurst);
      for (std::size_t k = 0; k < kBurst; ++k) {
        const bool found = (hops[k] & RTE_LPM_LOOKUP_SUCCESS) != 0;
        sets[i + k] = found ? hops[k] & 0x00ff'ffffU : 0;
      }
    }
  }
  void lpm(const std::vector<std::uint32_t>& addresses, std::vector<SetId>& sets) {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      std::uint32_t hop = 0;
      sets[i] = rte_lpm_lookup(lpm_, addresses[i], &hop) == 0 ? hop : 0;
    }
  }
  void fib6(const std::vector<Address6>& addresses, std::vector<SetId>& sets) {
    std::array<std::uint64_t, kBurst> hops;
    for (std::size_t i = 0; i < addresses.size(); i += kBurst) {
      rte_fib6_lookup_bulk(fib6_, bytes_at(addresses, i), hops.data(), kBurst);
      for (std::size_t k = 0; k < kBurst; ++k) sets[i + k] = static_cast<SetId>(hops[k]);
    }
  }
  void lpm6(const std::vector<Address6>& addresses, std::vector<SetId>& sets) {
    std::array<std::int32_t, kBurst> hops;
    for (std::size_t i = 0; i < addresses.size(); i += kBurst) {
      rte_lpm6_lookup_bulk_func(lpm6_, bytes_at(addresses, i), hops.data(), kBurst);
      for (std::size_t k = 0; k < kBurst; ++k) {
        sets[i + k] = hops[k] < 0 ? 0 : static_cast<SetId>(hops[k]);
      }
    }
  }

 private:
  using Bytes = std::uint8_t (*)[16];
  static Bytes bytes_at(const std::vector<Address6>& addresses, std::size_t i) {
    return reinterpret_cast<Bytes>(const_cast<Address6*>(&addresses[i]));
  }

  rte_fib* fib_ = nullptr;
  rte_fib6* fib6_ = nullptr;
  rte_lpm* lpm_ = nullptr;
  rte_lpm6* lpm6_ = nullptr;
};

}  // namespace dpdk
