#include "support/image.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>

#include "support/temp_dir.hpp"

using namespace servicetags;

namespace {

std::string text_of(const Image& image) {
  return {reinterpret_cast<const char*>(image.bytes.data()), image.bytes.size()};
}
bool is_aligned(const Image& image) {
  return reinterpret_cast<std::uintptr_t>(image.bytes.data()) % Image::kAlignment == 0;
}

}  // namespace

TEST_CASE("a file is mapped as it is, and stays when its name goes") {
  const servicetags::testing::TempDir folder;
  const std::string path = folder.path("file");
  const std::string text = std::string("some\0bytes\r\n", 12) + std::string(10'000, 'x');
  std::ofstream(path, std::ios::binary) << text;
  Image image = Image::map(path).value();
  std::filesystem::remove(path);
  CHECK(text_of(image) == text);
  CHECK(is_aligned(image));
  const Image other = image;
  image = {};
  CHECK(text_of(other) == text);
}

TEST_CASE("an empty file has no bytes") {
  const servicetags::testing::TempDir folder;
  std::ofstream(folder.path("file")) << "";
  CHECK(Image::map(folder.path("file")).value().bytes.empty());
}

TEST_CASE("what cannot be mapped says why, and which") {
  const servicetags::testing::TempDir folder;
  for (const std::string& path : {folder.path("nothing"), folder.path("")}) {
    const auto image = Image::map(path);
    REQUIRE_FALSE(image);
    CHECK(image.error().code == Errc::io_failed);
    CHECK(image.error().where == path);
    CHECK(image.error().message.find(':') != std::string::npos);
  }
}

TEST_CASE("a copy is aligned, and lives as long as one of its owners") {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 5000U}) {
    const std::string text(size, 'y');
    const Image copy = Image::copy(text);
    CHECK(text_of(copy) == text);
    CHECK(is_aligned(copy));
  }
}
