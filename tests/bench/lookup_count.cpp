// Looks up the first N addresses of a file that dump_queries wrote, in a compiled
// snapshot: for counting instructions, of which those of opening cancel out between two N.
//
//   lookup_count SNAPSHOT QUERIES N one|batch|text
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "servicetags/compiled.hpp"
#include "support/address_bytes.hpp"

using namespace servicetags;

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const SnapshotPtr snapshot = open_compiled(argv[1]).value();
  const std::size_t count = std::stoul(argv[3]);
  const std::string mode = argv[4];
  std::vector<std::string> texts;
  std::vector<Address> addresses;
  std::vector<std::uint32_t> v4;
  std::vector<std::array<std::uint8_t, 16>> v6;
  constexpr std::size_t kAddresses = 4096;  // read by each run, asked for as often as it takes
  std::ifstream file(argv[2]);
  std::string set;
  for (std::string text; texts.size() < kAddresses && file >> text >> set;) {
    texts.push_back(text);
    addresses.push_back(parse_address(text).value());
    if (addresses.back().is_v4()) {
      v4.push_back(addresses.back().v4());
    } else {
      v6.push_back(testing::bytes_of(addresses.back()));
    }
  }
  std::size_t sum = 0;
  std::vector<TagSetId> sets(kAddresses);
  for (std::size_t round = 0; round < count / kAddresses; ++round) {
    if (mode == "batch") {
      v4.empty() ? snapshot->tag_sets(v6, sets) : snapshot->tag_sets(v4, sets);
      sum += sets[round % kAddresses];
    } else if (mode == "one") {
      for (const Address& address : addresses) sum += snapshot->tag_ids(address).size();
    } else {
      for (const std::string& text : texts) {
        sum += snapshot->tag_ids(parse_address(text).value()).size();
      }
    }
  }
  std::printf("%zu\n", sum);
  return 0;
}
