// Reading an address or a prefix takes no memory unless there is an error to tell.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#include "servicetags/prefix.hpp"

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace servicetags;

namespace {

template <typename Work>
std::size_t allocations_of(const Work& work) {
  const std::size_t before = allocations;
  work();
  return allocations - before;
}

}  // namespace

TEST_CASE("no memory is taken for what is read well, and some for an error") {
  std::size_t read = 0;
  const std::size_t taken = allocations_of([&read] {
    for (const char* text : {"10.0.0.1", "::", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
                             "1:2:3:4:5:6:255.255.255.255", "::ffff:10.1.2.3"}) {
      read += parse_address(text) && parse_prefix(text) && parse_range(text) ? 1 : 0;
    }
    for (const char* text : {"10.0.0.0/8", "2001:db8::/32", "::ffff:0:0/96"}) {
      read += parse_prefix(text) && parse_range(text) ? 1 : 0;
    }
    read += parse_range("10.0.0.1 - 10.0.0.9") ? 1 : 0;
    read += parse_prefix("10.1.2.3/8", HostBits::clear) ? 1 : 0;
  });
  CHECK(read == 10);
  CHECK(taken == 0);
  CHECK(allocations_of([] { CHECK_FALSE(parse_address("10.0.0.256")); }) > 0);
}
