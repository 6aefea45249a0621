// Feeds the address reader anything and checks what must hold of every answer; the obvious
// twin says which texts are addresses. Build with clang++ -fsanitize=fuzzer,address,undefined.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "servicetags/address.hpp"
#include "support/slow_address_parser.hpp"

using namespace servicetags;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void check_address(const Address& address) {
  const std::string text = to_string(address);
  const auto again = parse_address(text);
  require(again && *again == address, "a printed address is read back");
  require(address == address.unmapped(), "a mapped address is given as IPv4");
  require(text.size() <= 39, "39 bytes are enough for any address");
}

void check_error(const Error& error, std::size_t size) {
  require(error.code == Errc::invalid_address, "the error is of one kind");
  require(error.offset && *error.offset <= size, "the byte is in the text");
  require(!error.message.empty() && error.where.empty(), "the error has a message alone");
  for (const char c : error.message) require(c >= 0x20 && c <= 0x7e, "messages are printable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto address = parse_address(text);
  const auto expected = testing::slow::read_address(std::string(text));
  require(address.has_value() == expected.has_value(), "the twin agrees on what is an address");
  if (address) {
    require(to_string(*address) == *expected, "the twin agrees on the canonical text");
    check_address(*address);
  } else {
    check_error(address.error(), size);
  }
  return 0;
}
