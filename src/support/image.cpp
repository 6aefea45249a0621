// Boost.Interprocess maps the file.
// Tested by: tests/unit/image_test.cpp
#include "support/image.hpp"

#include <boost/interprocess/file_mapping.hpp>
#include <boost/interprocess/mapped_region.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

namespace servicetags {
namespace {

namespace ipc = boost::interprocess;

Error failed(std::string what, const std::string& path) {
  return {Errc::io_failed, std::move(what), path, {}};
}

struct AlignedDelete {
  void operator()(const void* bytes) const noexcept {
    ::operator delete (const_cast<void*>(bytes), std::align_val_t{Image::kAlignment});
  }
};

}  // namespace

Result<Image> Image::map(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);  // which refuses folders
  if (error) return failed("cannot be opened: " + error.message(), path);
  if (size == 0) return Image{};  // which no system maps
  try {
    const ipc::file_mapping file(path.c_str(), ipc::read_only);
    auto region = std::make_shared<ipc::mapped_region>(file, ipc::read_only);
    const auto* first = static_cast<const std::byte*>(region->get_address());
    return Image{{first, region->get_size()}, std::move(region)};
  } catch (const ipc::interprocess_exception& exception) {
    return failed(
        "cannot be mapped: " + std::generic_category().message(exception.get_native_error()), path);
  }
}

Image Image::copy(std::string_view bytes) {
  void* const memory = ::operator new (bytes.size() + 1, std::align_val_t{kAlignment});
  std::shared_ptr<const void> owner(memory, AlignedDelete{});
  std::memcpy(memory, bytes.data(), bytes.size());
  return {{static_cast<const std::byte*>(memory), bytes.size()}, std::move(owner)};
}

}  // namespace servicetags
