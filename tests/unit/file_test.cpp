#include "support/file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support/pack.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using servicetags::testing::pack;
using servicetags::testing::TempDir;

namespace {

constexpr std::size_t kRoomy = 1'000'000;

}  // namespace

TEST_CASE("a file is read byte for byte") {
  const TempDir folder;
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
  std::size_t sizes = 0;
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U}) {
    std::string content;
    while (content.size() < size) content += all_bytes;
    content.resize(size);
    CHECK(read_file(folder.write("file", content), kRoomy).value() == content);
    ++sizes;
  }
  CHECK(sizes == 6);
}

TEST_CASE("a file of just the limit is read, one byte more is not") {
  const TempDir folder;
  const std::string path = folder.write("file", std::string(1'000, 'x'));
  CHECK(read_file(path, 1'000).value().size() == 1'000);
  const Error error = read_file(path, 999).error();
  CHECK(error == Error{Errc::limit_exceeded, "the file is larger than the limit of 999 bytes", path,
                       std::nullopt});
  CHECK(read_file(path, 0).error().code == Errc::limit_exceeded);
  CHECK(read_file(path, static_cast<std::size_t>(-1)).value().size() == 1'000);
}

TEST_CASE("a missing file is told with its path and the system's reason") {
  const TempDir folder;
  const std::string path = folder.path("none.json");
  CHECK(read_file(path, kRoomy).error() ==
        Error{Errc::io_failed, "cannot be opened: No such file or directory", path, std::nullopt});
  CHECK(read_file("", kRoomy).error().message == "cannot be opened: No such file or directory");
}

TEST_CASE("a folder is not a file") {
  const TempDir folder;
  const Error error = read_file(folder.path(""), kRoomy).error();
  CHECK(error.code == Errc::io_failed);
  CHECK(error.message == "cannot be read: Is a directory");
}

TEST_CASE("a path through a file, or with a zero byte, or in a circle is refused") {
  const TempDir folder;
  const std::string file = folder.write("file", "text");
  CHECK(read_file(file + "/below", kRoomy).error().message == "cannot be opened: Not a directory");

  const std::string cut = file + std::string("\0.json", 6);
  CHECK(read_file(cut, kRoomy).error().message == "has a zero byte in its name: Invalid argument");
  CHECK(read_file(cut, kRoomy).error().where == cut);

  std::filesystem::create_symlink("circle", folder.path("circle"));
  const Error circle = read_file(folder.path("circle"), kRoomy).error();
  CHECK(circle.code == Errc::io_failed);
  CHECK(circle.message.starts_with("cannot be opened: "));
}

TEST_CASE("a file one may not read is told so") {
  constexpr uid_t kNobody = 65'534;
  const TempDir folder;
  const std::string path = folder.write("secret", "text");
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  // Root may read every file, so it steps back for a moment.
  const bool is_root = ::geteuid() == 0;
  if (is_root && ::seteuid(kNobody) != 0) {
    MESSAGE("LEFT OUT: root may read every file, and cannot be anyone else here");
    return;
  }
  const auto content = read_file(path, kRoomy);
  if (is_root) REQUIRE(::seteuid(0) == 0);
  REQUIRE_FALSE(content);
  CHECK(content.error().message == "cannot be opened: Permission denied");
  CHECK(content.error().where == path);
}

TEST_CASE("a symbolic link is followed") {
  const TempDir folder;
  std::filesystem::create_symlink(folder.write("file", "text"), folder.path("link"));
  CHECK(read_file(folder.path("link"), kRoomy).value() == "text");
}

TEST_CASE("a pipe is read to its end, and no further than the limit") {
  const TempDir folder;
  const std::string pipe = folder.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const auto read_from_writer = [&](std::size_t size, std::size_t limit) {
    std::thread writer([&] {
      std::ofstream out(pipe);
      for (std::size_t i = 0; i < size; i += 1'000)
        out << std::string(999, 'x') << std::flush << '\n';
    });
    auto content = read_file(pipe, limit);
    writer.join();
    return content;
  };
  CHECK(read_from_writer(300'000, kRoomy).value().size() == 300'000);
  CHECK(read_from_writer(10'000, 10'000).value().size() == 10'000);
  CHECK(read_from_writer(10'000, 9'999).error().code == Errc::limit_exceeded);
}

TEST_CASE("a file that says it is empty and is not is read, as those in /proc are") {
  if (!std::filesystem::exists("/proc/self/status")) {
    MESSAGE("LEFT OUT: there is no /proc here");
    return;
  }
  CHECK(read_file("/proc/self/status", kRoomy).value().starts_with("Name:"));
}

TEST_CASE("a device without end stops at the limit") {
  CHECK(read_file("/dev/zero", 100'000).error().code == Errc::limit_exceeded);
  CHECK(read_file("/dev/null", 100'000).value().empty());
}

TEST_CASE("a packed file is unpacked, whatever its name") {
  const TempDir folder;
  const std::string text(100'000, 'x');
  CHECK(read_file(folder.write("file.json", pack(text)), kRoomy).value() == text);
}

TEST_CASE("a packed file is held to the limit before and after unpacking") {
  const TempDir folder;
  const std::string packed = pack(std::string(100'000, 'x'));
  const std::string path = folder.write("file.json.gz", packed);
  CHECK(read_file(path, 100'000).value().size() == 100'000);

  const Error unpacked = read_file(path, 99'999).error();
  CHECK(unpacked.code == Errc::limit_exceeded);
  CHECK(unpacked.message == "the gzip content is larger than the limit of 99999 bytes");
  CHECK(unpacked.where == path);
  CHECK(read_file(path, packed.size() - 1).error().message.starts_with("the file is larger"));
}

TEST_CASE("a packed file that is damaged names the file") {
  const TempDir folder;
  const std::string path = folder.write("file.gz", pack("text").substr(0, 15));
  const Error error = read_file(path, kRoomy).error();
  CHECK(error.code == Errc::io_failed);
  CHECK(error.where == path);
  CHECK(error.offset == 15);
}
