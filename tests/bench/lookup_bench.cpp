// How fast an address is answered, beside the tables that routers use. Every structure holds
// the same prefixes and gives the same number, that of the address's whole set of tags; before
// anything is timed, all answers are compared.
//
//   lookup_bench FILE [--mmdb FILE] [Google Benchmark's options]
//
// --mmdb names a database of the same prefixes and numbers.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "world.hpp"

#ifdef SERVICETAGS_HAS_DPDK
#include "dpdk_tables.hpp"
#endif
#ifdef SERVICETAGS_HAS_MAXMINDDB
#include "mmdb_table.hpp"
#endif

using namespace servicetags;
using namespace servicetags::index;
using namespace servicetags::bench;

namespace {

using Ask = std::function<void(const Queries&, std::vector<SetId>&)>;

/// How often all addresses are asked for, by each thread; more than one hides their start.
constexpr int kRounds = 8;

/// Compares all answers, then times them; the rate told is that of addresses.
void add_benchmark(const World& world, const std::string& name, Family family, const Ask& ask) {
  for (const Queries& queries : world.queries) {
    if (queries.addresses[0].family() != family) continue;
    std::vector<SetId> found(kQueries);
    ask(queries, found);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < kQueries; ++i) wrong += found[i] != queries.answers[i] ? 1 : 0;
    const std::string title = queries.name + "/" + name;
    if (wrong != 0) std::cerr << title << ": " << wrong << " wrong answers\n";
    benchmark::RegisterBenchmark(title.c_str(), [&queries, ask, wrong](benchmark::State& state) {
      std::vector<SetId> answers(kQueries);
      for (auto _ : state) ask(queries, answers);
      state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kQueries));
      state.counters["wrong"] = static_cast<double>(wrong);
    })->Unit(benchmark::kMillisecond);
  }
}

/// All addresses by each of `count` threads that share the table.
void add_threads(const World& world, int count) {
  for (const Queries& queries : world.queries) {
    const std::string title = queries.name + "/servicetags, batch, " + std::to_string(count) +
                              (count == 1 ? " thread" : " threads");
    benchmark::RegisterBenchmark(title.c_str(),
                                 [&, count](benchmark::State& state) {
                                   std::vector<std::vector<SetId>> answers(
                                       static_cast<std::size_t>(count),
                                       std::vector<SetId>(kQueries));
                                   for (auto _ : state) {
                                     std::vector<std::jthread> threads;
                                     for (std::vector<SetId>& sets : answers) {
                                       threads.emplace_back([&] {
                                         for (int round = 0; round < kRounds; ++round) {
                                           queries.v4.empty() ? world.sets->find(queries.v6, sets)
                                                              : world.sets->find(queries.v4, sets);
                                         }
                                       });
                                     }
                                   }
                                   state.SetItemsProcessed(state.iterations() * count * kRounds *
                                                           static_cast<std::int64_t>(kQueries));
                                 })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

void add_ours(const World& world) {
  for (const Kernels& kernels : usable_kernels()) {
    const auto table = std::make_shared<SetTable>(*world.prefixes, kernels);
    const std::string name = "servicetags " + std::string(kernels.name);
    for (const Family family : {Family::v4, Family::v6}) {
      add_benchmark(world, name + ", batch", family, [table](const Queries& q, auto& answers) {
        q.v4.empty() ? table->find(q.v6, answers) : table->find(q.v4, answers);
      });
      add_benchmark(world, name + ", one by one", family, [table](const Queries& q, auto& answers) {
        for (std::size_t i = 0; i < q.v4.size(); ++i) {
          answers[i] = table->find(Address::from_v4(q.v4[i]));
        }
        for (std::size_t i = 0; i < q.v6.size(); ++i) {
          answers[i] = table->find(Address::from_bytes(q.v6[i]));
        }
      });
    }
  }
  const SetTable& fastest = *world.sets;
  // Each address waits for the answer before it, as a program does that acts on it. The sum is
  // nothing: numbers of sets have no such bit.
  add_benchmark(world, "servicetags, one after another", Family::v4,
                [&fastest](const Queries& q, auto& answers) {
                  SetId last = 0;
                  for (std::size_t i = 0; i < kQueries; ++i) {
                    last = fastest.find(Address::from_v4(q.v4[i] + (last >> 31U)));
                    answers[i] = last;
                  }
                });
  add_benchmark(world, "servicetags, from text, one by one", Family::v4,
                [&fastest](const Queries& q, auto& answers) {
                  for (std::size_t i = 0; i < kQueries; ++i) {
                    answers[i] = fastest.find(*parse_address(q.texts[i]));
                  }
                });
  for (const Family family : {Family::v4, Family::v6}) {
    add_benchmark(world, "servicetags, with the prefix", family,
                  [&world](const Queries& q, auto& answers) {
                    for (std::size_t i = 0; i < kQueries; ++i) {
                      const Entry entry = world.prefixes->find(q.addresses[i]);
                      answers[i] = entry == kNoEntry ? kEmptySet : world.prefixes->set_of(entry);
                    }
                  });
  }
}

template <typename Key>
void add_binary_search(const World& world, Family family) {
  auto intervals =
      std::make_shared<std::vector<Interval<Key>>>(set_intervals<Key>(*world.prefixes));
  add_benchmark(world, "std::upper_bound", family, [intervals](const Queries& q, auto& answers) {
    for (std::size_t i = 0; i < kQueries; ++i) {
      const auto key = static_cast<Key>(ip::number_of(q.addresses[i]));
      const auto after = std::upper_bound(
          intervals->begin(), intervals->end(), key,
          [](Key wanted, const auto& interval) { return wanted < interval.start; });
      answers[i] = std::prev(after)->set;
    }
  });
}

#ifdef SERVICETAGS_HAS_DPDK
void add_dpdk(const World& world) {
  const auto tables = std::make_shared<dpdk::Tables>();
  for (Entry entry = 0; entry < world.prefixes->size(); ++entry) {
    tables->add(world.prefixes->prefix(entry), world.prefixes->set_of(entry));
  }
  const auto v4 = [&](const char* name, auto ask) {
    add_benchmark(world, name, Family::v4, [tables, ask](const Queries& q, auto& answers) {
      ((*tables).*ask)(q.v4, answers);
    });
  };
  const auto v6 = [&](const char* name, auto ask) {
    add_benchmark(world, name, Family::v6, [tables, ask](const Queries& q, auto& answers) {
      ((*tables).*ask)(q.v6, answers);
    });
  };
  v4("DPDK rte_fib, batch", &dpdk::Tables::fib);
  v4("DPDK rte_lpm, batch", &dpdk::Tables::lpm_bulk);
  v4("DPDK rte_lpm, one by one", &dpdk::Tables::lpm);
  v6("DPDK rte_fib6, batch", &dpdk::Tables::fib6);
  v6("DPDK rte_lpm6, batch", &dpdk::Tables::lpm6);
}
#endif

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: lookup_bench FILE [--mmdb FILE] [--benchmark_...]\n";
    return 2;
  }
  const World world(argv[1]);
  benchmark::AddCustomContext("bytes",
                              std::to_string(world.sets->bytes()) + " and the sets themselves");
  add_ours(world);
  add_threads(world, 1);
  add_threads(world, 2);
  add_binary_search<std::uint32_t>(world, Family::v4);
  add_binary_search<ip::Uint128>(world, Family::v6);
#ifdef SERVICETAGS_HAS_DPDK
  add_dpdk(world);
#endif
#ifdef SERVICETAGS_HAS_MAXMINDDB
  if (argc > 3 && std::strcmp(argv[2], "--mmdb") == 0) {
    const auto table = std::make_shared<mmdb::Table>(argv[3]);
    add_benchmark(world, "libmaxminddb, one by one", Family::v4,
                  [table](const Queries& q, auto& answers) { table->find(q.v4, answers); });
    add_benchmark(world, "libmaxminddb, one by one", Family::v6,
                  [table](const Queries& q, auto& answers) { table->find(q.v6, answers); });
  }
#endif
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
