// Feeds compiled snapshots with any bytes but a right checksum: what opens must answer without
// leaving its arrays. The input is laid over a good file, at a place that its first bytes name.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "servicetags/compiled.hpp"
#include "snapshot/compiled_layout.hpp"
#include "support/checksum.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::make_tag;

namespace {

std::string good_file() {
  std::vector<Tag> tags{
      make_tag("Storage", {"198.18.0.0/15", "2001:db8::/32"}),
      make_tag("Storage.WestUS", {"198.18.4.0/24", "2001:db8:1:2::/64"}, "westus"),
      make_tag("Sql", {"198.18.4.7/32", "2001:db8:1:2::40/123"}),
      make_tag("Far", {"2001:db8:1:2:8000::/128"})};
  tags[0].features = std::vector<std::string>{"API", "NSG"};
  return compile(*servicetags::testing::make_snapshot(std::move(tags)));
}

/// The place and the bytes to lay over it, as often as there are some.
void spoil(std::string& file, const std::uint8_t* data, std::size_t size) {
  while (size > 4) {
    std::uint32_t where = 0;
    std::memcpy(&where, data, 3);
    const std::size_t count = std::min<std::size_t>(1 + data[3] % 8, size - 4);
    const std::size_t place = where % (file.size() - count);
    std::memcpy(file.data() + place, data + 4, count);
    data += 4 + count;
    size -= 4 + count;
  }
  constexpr std::size_t kAt = offsetof(snapshot::Head, checksum);
  const std::uint64_t sum = checksum_of(std::as_bytes(std::span(file)).subspan(kAt + sizeof sum));
  std::memcpy(file.data() + kAt, &sum, sizeof sum);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kGood = good_file();
  std::string file = kGood;
  spoil(file, data, size);
  const auto opened = read_compiled(file);
  if (!opened) return 0;
  const Snapshot& snapshot = **opened;
  std::size_t sum = snapshot.tags().size() + snapshot.regions().size();
  for (const std::uint32_t number : {0U, 0xc612'0407U, 0xc612'04ffU, ~0U}) {
    for (const Match& match : snapshot.lookup(Address::from_v4(number))) {
      sum += match.tag->name.size();
    }
    sum += snapshot.tag_ids(Address::from_v4(number)).size();
  }
  for (const std::uint64_t low : {0ULL, 0x47ULL, 0x8000'0000'0000'0000ULL, ~0ULL}) {
    const Address address = Address::from_v6(0x2001'0db8'0001'0002U, low);
    for (const Match& match : snapshot.lookup(address)) sum += match.tag->name.size();
    sum += snapshot.tag_ids(address).size();
  }
  volatile std::size_t used = sum;  // nothing above may be left out
  static_cast<void>(used);
  return 0;
}
