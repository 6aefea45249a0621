// How fast an address is answered, beside the tables that routers use. Every structure holds
// the same prefixes and gives the same number, that of the address's whole set of tags; before
// anything is timed, all answers are compared.
//
//   lookup_bench FILE [--dump DIR | --mmdb FILE] [Google Benchmark's options]
//
// --dump writes the prefixes and addresses for peers in other languages, and ends; --mmdb names
// the database that one of them made of the same prefixes.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "index/set_table.hpp"
#include "servicetags/document.hpp"
#include "support/address_bytes.hpp"
#include "support/file.hpp"

#ifdef SERVICETAGS_HAS_DPDK
#include "dpdk_tables.hpp"
#endif
#ifdef SERVICETAGS_HAS_MAXMINDDB
#include "mmdb_table.hpp"
#endif

using namespace servicetags;
using namespace servicetags::index;
namespace testing = servicetags::testing;

namespace {

constexpr std::size_t kQueries = std::size_t{1} << 20U;
constexpr std::size_t kPopular = 65'536;
constexpr std::uint64_t kSeed = 20251028;

/// Addresses of one mix, in the forms that structures take.
struct Queries {
  std::string name;
  std::vector<Address> addresses;
  std::vector<std::uint32_t> v4;
  std::vector<Address6> v6;
  std::vector<std::string> texts;
  std::vector<SetId> answers;
};

class World {
 public:
  explicit World(const std::string& path) {
    const Document document = parse_document(read_file(path, 1U << 30U).value()).value();
    std::vector<Item> items;
    for (std::uint32_t id = 0; id < document.tags.size(); ++id) {
      for (const Prefix& prefix : document.tags[id].prefixes) items.push_back({prefix, id});
    }
    prefixes = std::make_unique<PrefixTable>(std::move(items));
    sets = std::make_unique<SetTable>(*prefixes);
    for (const Family family : {Family::v4, Family::v6}) {
      for (const char* mix : {"inside", "log-like", "uniform"})
        queries.push_back(make(family, mix));
    }
  }

  std::unique_ptr<PrefixTable> prefixes;
  std::unique_ptr<SetTable> sets;
  std::vector<Queries> queries;  // three mixes of IPv4, three of IPv6

 private:
  /// A random address of a random prefix; or any, of IPv6 in 2000::/3.
  Address inside(Family family) {
    while (true) {
      const Prefix prefix = prefixes->prefix(static_cast<Entry>(random_() % prefixes->size()));
      if (prefix.family() != family) continue;
      const ip::Uint128 host = ip::host_mask(family, prefix.length());
      const ip::Uint128 noise = ip::make_uint128(random_(), random_());
      return ip::address_of(family, ip::number_of(prefix.network()) | (noise & host));
    }
  }
  Address uniform(Family family) {
    if (family == Family::v4) return Address::from_v4(static_cast<std::uint32_t>(random_()));
    return Address::from_v6(0x2000'0000'0000'0000U | random_() >> 3U, random_());
  }
  Address mixed(Family family) { return random_() % 10 < 6 ? inside(family) : uniform(family); }

  Queries make(Family family, const std::string& mix) {
    Queries made;
    made.name = std::string(family == Family::v4 ? "IPv4" : "IPv6") + " " + mix;
    std::vector<Address> popular;
    std::vector<double> up_to;  // by Zipf's law: the n-th is asked for 1/n as often
    double sum = 0;
    for (std::size_t n = 1; n <= kPopular; ++n) {
      popular.push_back(mixed(family));
      up_to.push_back(sum += 1.0 / static_cast<double>(n));
    }
    std::uniform_real_distribution<double> share(0, sum);
    for (std::size_t i = 0; i < kQueries; ++i) {
      Address address = mix == "inside" ? inside(family) : uniform(family);
      if (mix == "log-like") {
        const auto place = std::lower_bound(up_to.begin(), up_to.end() - 1, share(random_));
        address = popular[static_cast<std::size_t>(place - up_to.begin())];
      }
      add(made, address);
    }
    return made;
  }
  void add(Queries& made, const Address& address) {
    made.addresses.push_back(address);
    made.texts.push_back(to_string(address));
    if (address.is_v4()) {
      made.v4.push_back(address.v4());
    } else {
      made.v6.push_back(testing::bytes_of(address));
    }
    const Entry entry = prefixes->find(address);
    made.answers.push_back(entry == kNoEntry ? kEmptySet : prefixes->set_of(entry));
  }

  std::mt19937_64 random_{kSeed};
};

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

/// prefixes.txt: "CIDR SET" a line; queries as the six files IPv4-inside.txt and so on.
void dump(const World& world, const std::string& folder) {
  std::ofstream out(folder + "/prefixes.txt");
  for (Entry entry = 0; entry < world.prefixes->size(); ++entry) {
    out << to_string(world.prefixes->prefix(entry)) << ' ' << world.prefixes->set_of(entry) << '\n';
  }
  for (const Queries& queries : world.queries) {
    std::string name = queries.name;
    std::replace(name.begin(), name.end(), ' ', '-');
    std::ofstream file(folder + "/" + name + ".txt");
    for (std::size_t i = 0; i < kQueries; ++i) {
      file << to_string(queries.addresses[i]) << ' ' << queries.answers[i] << '\n';
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: lookup_bench FILE [--dump DIR | --mmdb FILE] [--benchmark_...]\n";
    return 2;
  }
  const World world(argv[1]);
  if (argc == 4 && std::strcmp(argv[2], "--dump") == 0) {
    dump(world, argv[3]);
    return 0;
  }
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
