// Writes the prefixes and addresses that lookup_bench asks for, for peers in other languages.
//
//   dump_queries FILE FOLDER
#include <fstream>
#include <iostream>

#include "world.hpp"

using namespace servicetags;
using namespace servicetags::bench;

namespace {

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
  if (argc != 3) {
    std::cerr << "usage: dump_queries FILE FOLDER\n";
    return 2;
  }
  dump(World(argv[1]), argv[2]);
}
