// From the file to a snapshot that answers, beside other readers of JSON; and how that grows
// with the data.
//
//   load_bench FILE [--mmdb FILE] [Google Benchmark's options]
#include <benchmark/benchmark.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "servicetags/compiled.hpp"
#include "support/file.hpp"

#ifdef SERVICETAGS_HAS_SIMDJSON
#include <simdjson.h>
#endif
#ifdef SERVICETAGS_HAS_MAXMINDDB
#include <maxminddb.h>
#endif

using namespace servicetags;

namespace {

constexpr ParseLimits kLimits{
    .max_bytes = std::size_t{1} << 31U, .max_tags = 1'000'000, .max_prefixes = 100'000'000};

/// By how many /14s each copy of the IPv4 prefixes is moved: to where the fewest of them meet
/// those of copies before. There is room for some 40 copies; more have to overlap.
std::vector<std::uint32_t> moves(const Document& document, std::size_t times) {
  constexpr std::uint32_t kBlocks = 1U << 14U;
  std::vector<bool> used(kBlocks);
  for (const Tag& tag : document.tags) {
    for (const Prefix& prefix : tag.prefixes) {
      if (prefix.family() == Family::v4) used[prefix.network().v4() >> 18U] = true;
    }
  }
  std::vector<std::uint32_t> blocks;
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    if (used[block]) blocks.push_back(block);
  }
  std::vector<std::uint32_t> counts(kBlocks);
  std::vector<std::uint32_t> found;
  while (found.size() < times) {
    std::uint32_t best = 0;
    std::uint64_t fewest = ~0ULL;
    for (std::uint32_t move = 0; move < kBlocks && fewest > 0; ++move) {
      std::uint64_t meetings = 0;
      for (const std::uint32_t block : blocks) meetings += counts[(block + move) % kBlocks];
      if (meetings < fewest) best = move;
      fewest = std::min(fewest, meetings);
    }
    for (const std::uint32_t block : blocks) ++counts[(block + best) % kBlocks];
    found.push_back(best);
  }
  return found;
}

/// The file's tags and as many more, of the same shape elsewhere in the address space.
std::string grown(const Document& document, std::size_t times) {
  const std::vector<std::uint32_t> moved_by = moves(document, times);
  std::string text = R"({"cloud":"Public","changeNumber":1,"values":[)";
  for (std::size_t copy = 0; copy < times; ++copy) {
    for (const Tag& tag : document.tags) {
      if (text.back() == '}') text += ',';
      const std::string name = tag.name + (copy == 0 ? "" : "." + std::to_string(copy));
      text += R"({"name":")" + name + R"(","id":")" + name + R"(","properties":{"region":")" +
              tag.region + R"(","systemService":")" + tag.service + R"(","addressPrefixes":[)";
      for (const Prefix& prefix : tag.prefixes) {
        const Address& network = prefix.network();
        const auto moved = network.is_v4()
                               ? Address::from_v4(network.v4() + (moved_by[copy] << 18U))
                               : Address::from_v6(network.high() ^ copy << 33U, network.low());
        text += text.back() == '[' ? "\"" : ",\"";
        text += to_string(Prefix(moved, prefix.length())) + '"';
      }
      text += "]}}";
    }
  }
  return text + "]}";
}

template <typename Ask>
void add(const std::string& name, const Ask& ask) {
  benchmark::RegisterBenchmark(name.c_str(), [ask](benchmark::State& state) {
    for (auto _ : state) ask();
  })->Unit(benchmark::kMillisecond);
}

void add_readers(const std::string& text) {
  add("nlohmann_json, document tree",
      [&text] { benchmark::DoNotOptimize(nlohmann::json::parse(text)); });
  add("nlohmann_json, accept", [&text] { benchmark::DoNotOptimize(nlohmann::json::accept(text)); });
#ifdef SERVICETAGS_HAS_SIMDJSON
  add("simdjson, document tree", [&text] {
    simdjson::dom::parser parser;
    benchmark::DoNotOptimize(parser.parse(text).error());
  });
#endif
  add("servicetags, text to document",
      [&text] { benchmark::DoNotOptimize(parse_document(text).value()); });
  add("servicetags, text to snapshot",
      [&text] { benchmark::DoNotOptimize(parse_snapshot(text).value()); });
}

void add_opening(const std::string& path, const std::string& database) {
  add("servicetags, compiled, checked",
      [path] { benchmark::DoNotOptimize(open_compiled(path).value()); });
  add("servicetags, compiled, not checked",
      [path] { benchmark::DoNotOptimize(open_compiled(path, {.checked = false}).value()); });
#ifdef SERVICETAGS_HAS_MAXMINDDB
  if (database.empty()) return;
  add("libmaxminddb, which checks nothing", [database] {
    MMDB_s opened{};
    benchmark::DoNotOptimize(MMDB_open(database.c_str(), MMDB_MODE_MMAP, &opened));
    MMDB_close(&opened);
  });
#endif
}

/// Text to snapshot, and lookups in it.
void add_growth(const Document& document) {
  for (const std::size_t times : {1U, 10U, 100U}) {
    const auto text = std::make_shared<std::string>(grown(document, times));
    const std::string size = std::to_string(times) + " x";
    benchmark::RegisterBenchmark(
        ("growth, " + size + ", text to snapshot").c_str(),
        [text](benchmark::State& state) {
          for (auto _ : state) {
            benchmark::DoNotOptimize(parse_snapshot(*text, {}, kLimits).value());
          }
          state.counters["MB"] = static_cast<double>(text->size()) / 1e6;
        })
        ->Unit(benchmark::kMillisecond);
    const auto snapshot = std::make_shared<SnapshotPtr>();
    benchmark::RegisterBenchmark(("growth, " + size + ", lookups").c_str(), [text, snapshot](
                                                                                benchmark::State&
                                                                                    state) {
      if (!*snapshot) *snapshot = parse_snapshot(*text, {}, kLimits).value();
      const auto tags = (*snapshot)->tags();
      std::mt19937_64 random(1);
      std::vector<std::uint32_t> addresses;
      while (addresses.size() < 1U << 20U) {
        const Tag& tag = tags[random() % tags.size()];
        if (tag.prefixes.empty()) continue;
        const Prefix& prefix = tag.prefixes[random() % tag.prefixes.size()];
        if (prefix.family() != Family::v4) continue;
        const std::uint64_t host = (std::uint64_t{1} << (32 - prefix.length())) - 1;
        addresses.push_back(prefix.network().v4() | static_cast<std::uint32_t>(random() & host));
      }
      std::vector<TagSetId> sets(addresses.size());
      for (auto _ : state) (*snapshot)->tag_sets(addresses, sets);
      state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(addresses.size()));
      state.counters["sets"] = static_cast<double>((*snapshot)->info().tag_set_count);
    })->Unit(benchmark::kMillisecond);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: load_bench FILE [--mmdb FILE] [--benchmark_...]\n";
    return 2;
  }
  const std::string text = read_file(argv[1], kLimits.max_bytes).value();
  const bool has_database = argc > 3 && std::string(argv[2]) == "--mmdb";
  const std::string path = std::filesystem::temp_directory_path() / "servicetags_load_bench";
  write_compiled(*parse_snapshot(text).value(), path).value();
  add_readers(text);
  add_opening(path, has_database ? argv[3] : "");
  add_growth(parse_document(text).value());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  std::filesystem::remove(path);
  return 0;
}
