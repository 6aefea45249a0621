// Tested by: tests/unit/source_test.cpp
#include <filesystem>
#include <utility>

#include "servicetags/source.hpp"
#include "support/file.hpp"

namespace servicetags {
namespace {

namespace fs = std::filesystem;

class FileSource final : public Source {
 public:
  FileSource(std::string path, std::size_t max_bytes)
      : path_(std::move(path)), max_bytes_(max_bytes) {}

  FetchResult fetch(const Validators& known, const std::stop_token& /*stop*/) override {
    Payload payload;
    payload.origin = path_;
    payload.file_name = fs::path(path_).filename().string();
    payload.validators.etag = stamp();
    if (!known.etag.empty() && known.etag == payload.validators.etag) {
      payload.not_modified = true;
      return {std::move(payload)};
    }
    auto bytes = read_file(path_, max_bytes_);
    if (!bytes) return {std::move(bytes).error()};
    payload.bytes = *std::move(bytes);
    return {std::move(payload)};
  }

  [[nodiscard]] std::string describe() const override { return path_; }

 private:
  /// Of a regular file, its time and size before reading: a file that changes meanwhile is
  /// read again next time. Empty for pipes.
  [[nodiscard]] std::string stamp() const {
    std::error_code error;
    if (!fs::is_regular_file(path_, error)) return {};
    const auto size = fs::file_size(path_, error);
    const auto time = fs::last_write_time(path_, error);
    if (error) return {};
    return std::to_string(time.time_since_epoch().count()) + "-" + std::to_string(size);
  }

  std::string path_;
  std::size_t max_bytes_;
};

}  // namespace

std::unique_ptr<Source> make_file_source(std::string path, std::size_t max_bytes) {
  return std::make_unique<FileSource>(std::move(path), max_bytes);
}

}  // namespace servicetags
