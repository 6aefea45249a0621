#include "support/write_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/file.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using servicetags::testing::TempDir;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const TempDir& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& file : fs::directory_iterator(folder.path(""))) ++count;
  return count;
}

std::string content(const std::string& path) { return read_file(path, 1'000'000).value(); }

}  // namespace

TEST_CASE("a file is made, and then replaced, without leaving others") {
  const TempDir folder;
  const std::string path = folder.path("data");
  REQUIRE(replace_file(path, {"one, ", "two"}));
  CHECK(content(path) == "one, two");
  REQUIRE(replace_file(path, {}));
  CHECK(content(path).empty());
  CHECK(files_in(folder) == 1);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0600) == 0600);
  CHECK((status.st_mode & 0022) == 0);
}

TEST_CASE("a file that cannot be replaced is an error, and nothing is left behind") {
  const TempDir folder;
  auto missing = replace_file(folder.path("no/such/folder"), {"text"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::io_failed);
  CHECK(missing.error().where == folder.path("no/such/folder"));
  // A folder of that name cannot be replaced by a file.
  fs::create_directory(folder.path("folder"));
  CHECK_FALSE(replace_file(folder.path("folder"), {"text"}));
  CHECK(files_in(folder) == 1);
  // A full disk, where the system has a device that plays one.
  if (fs::exists("/dev/full")) {
    fs::create_directory(folder.path("readable"));
    CHECK_FALSE(replace_file("/dev/full/x", {"text"}));
  }
}

TEST_CASE("leftovers of this file are removed, and nothing else") {
  const TempDir folder;
  const std::string keep[] = {"data", ".data.abcdef.tm", ".data.abcdefg.tmp", ".other.abcdef.tmp",
                              "data.abcdef.tmp"};
  for (const std::string& name : keep) (void)folder.write(name, "x");
  (void)folder.write(".data.abcdef.tmp", "x");
  (void)folder.write(".data.zzzzzz.tmp", "x");
  remove_leftovers(folder.path("data"));
  CHECK(files_in(folder) == std::size(keep));
  remove_leftovers(folder.path("no/such/folder"));
}
