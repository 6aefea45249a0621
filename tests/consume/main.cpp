// What a user's program does: the same source for all three ways to use the library.
#include <servicetags/ip.hpp>
#include <servicetags/servicetags.hpp>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto snapshot = servicetags::load(argv[1]);
  if (!snapshot) {
    std::fprintf(stderr, "%s\n", to_string(snapshot.error()).c_str());
    return 1;
  }
  const auto address = servicetags::from_asio(boost::asio::ip::address_v4(0xc0000201U));
  for (const servicetags::Match& match : (*snapshot)->lookup(address)) {
    std::printf("%s %s\n", match.tag->name.c_str(), to_string(match.prefix).c_str());
  }
  return 0;
}
