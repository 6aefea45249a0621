// Reads lines `kind,text` with the escapes of tests/data/address_spellings.csv and prints
// what the library makes of each: `ok,canonical` or `error,code`. For
// tests/checks/spellings_python.py.
#include <iostream>
#include <string>

#include "support/spellings.hpp"

int main() {
  using namespace servicetags;
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::size_t comma = line.find(',');
    if (comma == std::string::npos) {
      std::cerr << "expected kind,text, found: " << line << '\n';
      return 2;
    }
    const auto verdict =
        testing::ask(line.substr(0, comma), testing::unescape(line.substr(comma + 1)));
    if (verdict.canonical) {
      std::cout << "ok," << *verdict.canonical << '\n';
    } else {
      std::cout << "error," << to_string(verdict.error->code) << '\n';
    }
  }
}
