#include "servicetags/compiled.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <random>
#include <thread>

#include "servicetags/diff.hpp"
#include "snapshot/compiled_layout.hpp"
#include "support/address_bytes.hpp"
#include "support/checksum.hpp"
#include "support/make_snapshot.hpp"
#include "support/next_address.hpp"
#include "support/real_files.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
namespace testing = servicetags::testing;
using testing::make_tag;

namespace {

/// Tags that use every part of the format.
Document example() {
  Document document;
  document.cloud = Cloud::usgov;
  document.change_number = 77;
  document.warnings = {{"a prefix had host bits", "#/values/1"}};
  document.tags = {
      make_tag("Storage", {"198.18.0.0/15", "2001:db8::/32"}),
      make_tag("Storage.WestUS", {"198.18.4.0/24", "2001:db8:1:2::/64"}, "westus"),
      make_tag("Sql.WestUS", {"198.18.4.7/32", "2001:db8:1:2::40/123", "0.0.0.0/32"}, "westus"),
      make_tag("Sql.Gen\xc3\xa8ve", {"255.255.255.255/32", "2001:db8:1:2:8000::/128"}, "geneve"),
      make_tag("Empty", {})};
  document.tags[0].service = "AzureStorage";
  document.tags[0].change_number = 5;
  document.tags[0].features = std::vector<std::string>{"API", "NSG"};
  document.tags[1].features = std::vector<std::string>{};
  document.tags[2].features = std::vector<std::string>{"API", "NSG"};
  return document;
}
SnapshotPtr example_snapshot() { return Snapshot::make(example()).value(); }

std::vector<Address> edges_of(const Snapshot& snapshot) {
  std::vector<Address> edges{testing::address("9.9.9.9"), testing::address("::1"),
                             testing::address("::ffff:198.18.4.7")};
  for (const Tag& tag : snapshot.tags()) {
    for (const Prefix& prefix : tag.prefixes) {
      edges.push_back(prefix.first());
      edges.push_back(prefix.last());
      if (const auto before = testing::previous(prefix.first())) edges.push_back(*before);
      if (const auto after = testing::next(prefix.last())) edges.push_back(*after);
    }
  }
  return edges;
}

/// Everything that lookups of one address say.
std::string answer(const Snapshot& snapshot, const Address& address) {
  const Matches matches = snapshot.lookup(address);
  std::string text = to_string(address) + " " + std::to_string(matches.size());
  for (const Match& match : matches) text += " " + match.tag->name + "=" + to_string(match.prefix);
  for (const TagId id : snapshot.tag_ids(address)) text += " " + std::to_string(id);
  return text;
}

std::size_t differences(const Snapshot& a, const Snapshot& b, const std::vector<Address>& asked) {
  std::size_t wrong = 0;
  for (const Address& address : asked) wrong += answer(a, address) != answer(b, address) ? 1 : 0;
  return wrong;
}

void check_equal(const Snapshot& a, const Snapshot& b) {
  CHECK(std::ranges::equal(a.tags(), b.tags()));
  CHECK(std::ranges::equal(a.regions(), b.regions()));
  CHECK(a.info().cloud == b.info().cloud);
  CHECK(a.info().change_number == b.info().change_number);
  CHECK(a.info().warnings == b.info().warnings);
  CHECK(a.info().tag_count == b.info().tag_count);
  CHECK(a.info().regional_tag_count == b.info().regional_tag_count);
  CHECK(a.info().prefix_count == b.info().prefix_count);
  CHECK(a.info().prefix_count_v4 == b.info().prefix_count_v4);
  CHECK(a.info().prefix_count_v6 == b.info().prefix_count_v6);
  CHECK(a.info().distinct_prefix_count == b.info().distinct_prefix_count);
  CHECK(a.info().tag_set_count == b.info().tag_set_count);
  CHECK(differences(a, b, edges_of(a)) == 0);
}

/// With a checksum that agrees, as who means harm would see to.
void sign(std::string& file) {
  constexpr std::size_t kAt = offsetof(snapshot::Head, checksum);
  const std::uint64_t sum = checksum_of(std::as_bytes(std::span(file)).subspan(kAt + sizeof sum));
  std::memcpy(file.data() + kAt, &sum, sizeof sum);
}

snapshot::Head head_of(const std::string& file) {
  snapshot::Head head;
  std::memcpy(&head, file.data(), sizeof head);
  return head;
}
std::string with_head(std::string file, const std::function<void(snapshot::Head&)>& change) {
  snapshot::Head head = head_of(file);
  change(head);
  std::memcpy(file.data(), &head, sizeof head);
  sign(file);
  return file;
}

/// Asks everything; whatever comes, no memory but the snapshot's own is touched.
void use_all(const Snapshot& snapshot, const std::vector<Address>& addresses) {
  std::size_t sum = 0;
  std::vector<std::uint32_t> v4;
  std::vector<std::array<std::uint8_t, 16>> v6;
  for (const Address& address : addresses) {
    sum += answer(snapshot, address).size();
    if (address.is_v4()) {
      v4.push_back(address.v4());
    } else {
      v6.push_back(testing::bytes_of(address));
    }
  }
  std::vector<TagSetId> sets(v4.size());
  snapshot.tag_sets(v4, sets);
  for (const TagSetId set : sets) sum += snapshot.tag_set(set).size();
  sets.resize(v6.size());
  snapshot.tag_sets(v6, sets);
  for (const TagSetId set : sets) sum += snapshot.tag_set(set).size();
  sum += snapshot.overlaps({Address::from_v4(0), Address::from_v4(~0U)}).size();
  for (const Tag& tag : snapshot.tags()) sum += snapshot.region_of(tag) != nullptr ? 1 : 0;
  sum += snapshot.find_tag("Storage") != nullptr ? 1 : 0;
  CHECK(sum > 0);
}

}  // namespace

TEST_CASE("what is opened answers as what was compiled") {
  const SnapshotPtr snapshot = example_snapshot();
  const std::string file = compile(*snapshot);
  CHECK(looks_compiled(file));
  const SnapshotPtr opened = read_compiled(file).value();
  check_equal(*snapshot, *opened);
  CHECK(diff(*snapshot, *opened).empty());
  CHECK(compile(*opened) == file);
}

TEST_CASE("one with no tag that has a prefix, too") {
  const SnapshotPtr snapshot = testing::make_snapshot({make_tag("Empty", {})});
  check_equal(*snapshot, *read_compiled(compile(*snapshot)).value());
}

TEST_CASE("one of more sets than fit the short table, too") {
  // Each prefix has two tags of its own, and there are more of them than 16 bits can number.
  constexpr std::uint32_t kTags = 400;
  std::vector<Tag> tags;
  for (std::uint32_t i = 0; i < kTags; ++i) tags.push_back(make_tag("T" + std::to_string(i), {}));
  std::uint32_t address = 0x0a00'0001;
  for (std::uint32_t a = 0; a < kTags; ++a) {
    for (std::uint32_t b = a + 1; b < kTags; ++b, address += 37) {
      const Prefix prefix(Address::from_v4(address), 32);
      tags[a].prefixes.push_back(prefix);
      tags[b].prefixes.push_back(prefix);
    }
  }
  const SnapshotPtr snapshot = testing::make_snapshot(std::move(tags));
  REQUIRE(snapshot->info().tag_set_count > 65'535);
  const std::string file = compile(*snapshot);
  const SnapshotPtr opened = read_compiled(file).value();
  std::vector<Address> asked;
  for (std::uint32_t at = 0x0a00'0000; at < address + 50; at += 11) {
    asked.push_back(Address::from_v4(at));
  }
  asked.push_back(Address::from_v4(~0U));
  CHECK(differences(*snapshot, *opened, asked) == 0);
  CHECK(compile(*opened) == file);

  // How many intervals start where: numbers that would lead out of them.
  const auto [offset, size] = head_of(file).sections[snapshot::kV4Root];
  for (const std::uint32_t number : {0U, 70'000'000U, ~0U}) {
    std::string hostile = file;
    std::memcpy(hostile.data() + offset + size - 8, &number, sizeof number);
    sign(hostile);
    CHECK_FALSE(read_compiled(hostile));
  }
}

TEST_CASE("a file is mapped or copied, and load() knows it by its bytes") {
  const testing::TempDir folder;
  const SnapshotPtr snapshot = example_snapshot();
  const std::string path = folder.write("snapshot", compile(*snapshot));
  check_equal(*snapshot, *open_compiled(path).value());
  check_equal(*snapshot, *open_compiled(path, {.opening = Opening::copy}).value());
  check_equal(*snapshot, *open_compiled(path, {.checked = false}).value());
  CHECK(is_compiled(path));
  CHECK_FALSE(is_compiled(folder.write("other", "{}")));
  CHECK_FALSE(is_compiled(folder.path("")));
  check_equal(*snapshot, *load(path).value());
  check_equal(*snapshot, *load(path, Cloud::usgov).value());
}

TEST_CASE("a mapped file may be replaced or removed while it answers") {
  const testing::TempDir folder;
  const SnapshotPtr snapshot = example_snapshot();
  const std::string path = folder.write("snapshot", compile(*snapshot));
  const SnapshotPtr opened = open_compiled(path).value();
  std::filesystem::remove(path);
  check_equal(*snapshot, *opened);
}

TEST_CASE("another cloud's data is refused; a cloud it does not say is taken from the caller") {
  const std::string file = compile(*example_snapshot());
  CHECK(read_compiled(file, {.cloud = Cloud::usgov}).value()->info().cloud == Cloud::usgov);
  CHECK(read_compiled(file, {.cloud = Cloud::china}).error().code == Errc::wrong_cloud);
  const std::string silent = compile(*testing::make_snapshot({make_tag("A", {"10.0.0.0/8"})}));
  CHECK(read_compiled(silent).value()->info().cloud == std::nullopt);
  CHECK(read_compiled(silent, {.cloud = Cloud::china}).value()->info().cloud == Cloud::china);
}

TEST_CASE("the source is kept, and another one is refused") {
  const std::string ours(64, '7');
  const std::string other = std::string(63, '7') + "8";
  const std::string file = compile(*example_snapshot(), ours);
  CHECK(read_compiled(file));
  CHECK(read_compiled(file, {.source_sha256 = ours}));
  CHECK(read_compiled(file, {.source_sha256 = other}).error().code == Errc::malformed_snapshot);
  const std::string unknown = compile(*example_snapshot());
  CHECK_FALSE(read_compiled(unknown, {.source_sha256 = ours}));
}

TEST_CASE("other versions, byte orders and kinds of file are told") {
  const std::string file = compile(*example_snapshot());
  const auto message = [](const std::string& bytes) {
    const auto opened = read_compiled(bytes);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::malformed_snapshot);
    CHECK(opened.error().message.find("servicetags compile") != std::string::npos);
    return opened.error().message;
  };
  const auto tells = [&](const std::string& bytes, const char* what) {
    CHECK_MESSAGE(message(bytes).find(what) != std::string::npos, message(bytes));
  };
  tells("", "not a compiled snapshot");
  tells("{}", "not a compiled snapshot");
  tells(file.substr(0, 1000), "not the whole");
  tells(file.substr(0, file.size() - 1), "bytes and has");
  tells(file + "x", "bytes and has");
  tells(with_head(file, [](auto& head) { head.version = 9; }), "version 9");
  tells(with_head(file, [](auto& head) { head.byte_order = 0x04030201; }), "byte order");
  tells(with_head(file, [](auto& head) { head.cloud = 9; }), "does not hold");
  tells(with_head(file, [](auto& head) { head.sections[3].offset = ~0ULL; }), "outside");
  tells(with_head(file, [](auto& head) { head.sections[3].offset += 1; }), "outside");
  tells(with_head(file, [](auto& head) { head.set_count = 0; }), "does not hold");
  const testing::TempDir folder;
  CHECK(open_compiled(folder.path("none")).error().code == Errc::io_failed);
  const std::string cut = folder.write("cut", file.substr(0, 5000));
  CHECK(load(cut).error().where == cut);
}

TEST_CASE("a byte that changed anywhere is found") {
  std::string file = compile(*example_snapshot());
  std::size_t missed = 0;
  std::size_t tried = 0;
  for (std::size_t at = 0; at < file.size(); at += at < sizeof(snapshot::Head) ? 1 : 1009) {
    file[at] = static_cast<char>(file[at] ^ 0x10);
    missed += read_compiled(file).has_value() ? 1 : 0;
    file[at] = static_cast<char>(file[at] ^ 0x10);
    ++tried;
  }
  CHECK(missed == 0);
  CHECK(tried > 1'200);
}

TEST_CASE("hostile bytes with a right checksum are refused or do no harm") {
  constexpr std::uint64_t kSeed = 20261124;
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  const SnapshotPtr snapshot = example_snapshot();
  const std::vector<Address> asked = edges_of(*snapshot);
  const std::string file = compile(*snapshot);
  const auto sections = head_of(file).sections;
  std::size_t refused = 0;
  std::size_t used = 0;
#ifdef SERVICETAGS_SANITIZED
  constexpr int kEach = 40;
#else
  constexpr int kEach = 120;
#endif
  // Each array on its own, so that small ones are hit as often as large ones.
  for (std::size_t section = 0; section < sections.size(); ++section) {
    const auto& [offset, size] = sections[section];
    if (size == 0) continue;
    for (int round = 0; round < kEach; ++round) {
      std::string hostile = file;
      for (std::uint64_t n = 1 + random() % 4; n > 0; --n) {
        // Small numbers, large ones, those around the ends.
        const std::uint8_t bytes[] = {0, 1, 0x7f, 0x80, 0xff, static_cast<std::uint8_t>(random())};
        hostile[offset + random() % size] = static_cast<char>(bytes[random() % 6]);
      }
      sign(hostile);
      const auto opened = read_compiled(hostile);
      if (!opened) {
        ++refused;
        continue;
      }
      ++used;
      use_all(**opened, asked);
    }
  }
  for (int round = 0; round < kEach * 10; ++round) {  // sizes and places
    const auto opened = read_compiled(with_head(file, [&](snapshot::Head& head) {
      auto& extent = head.sections[random() % head.sections.size()];
      const std::uint64_t sizes[] = {0, 1, extent.size / 2, extent.size - 1, extent.size + 8};
      extent.size = sizes[random() % 5];
      if (random() % 3 == 0) head.hash_bucket_shift = static_cast<std::uint32_t>(random() % 70);
      if (random() % 3 == 0) head.hash_slot_shift = static_cast<std::uint32_t>(random() % 70);
      if (random() % 3 == 0) head.set_count = random() % 20;
    }));
    refused += opened ? 0 : 1;
    if (opened) use_all(**opened, asked);
  }
  MESSAGE(refused, " refused, ", used, " opened and used");
  CHECK(refused > 300);
  CHECK(used > 100);
}

TEST_CASE("threads that are first to ask for names get the same ones") {
  const std::string file = compile(*example_snapshot());
  for (int round = 0; round < 20; ++round) {
    const SnapshotPtr opened = read_compiled(file).value();
    std::atomic<std::size_t> right = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          const Tag* tag = opened->find_tag("storage.westus");
          const Region* region = opened->find_region("West US");
          const bool good = tag == &opened->tags()[4] && opened->region_of(*tag) == region;
          right += good ? 1 : 0;
        });
      }
    }
    CHECK(right == 4);
  }
}

TEST_CASE("every real file compiles to a snapshot that answers alike") {
  const std::vector<std::string> files = testing::real_files();
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files; set SERVICETAGS_TEST_DATA to their folder");
    return;
  }
  for (const std::string& path : files) {
    CAPTURE(path);
    const SnapshotPtr parsed = load(path).value();
    const std::string file = compile(*parsed);
    const SnapshotPtr opened = read_compiled(file).value();
    check_equal(*parsed, *opened);
    CHECK(compile(*opened) == file);
    MESSAGE(file.size(), " bytes");
  }
}
