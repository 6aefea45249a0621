// Columns by Arrow's C data and C stream interfaces (arrow.apache.org/docs/format, version 1),
// so that any library that speaks them gives and takes columns without a copy.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace servicetags::python {

namespace nb = nanobind;

// The three structs of the interface; names and order of fields are its own.
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema*);
  int (*get_next)(ArrowArrayStream*, ArrowArray*);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

/// One of them, released at the end.
template <typename T>
class Owned {
 public:
  Owned() = default;
  explicit Owned(T& moved) noexcept : value_(moved) { moved.release = nullptr; }
  Owned(Owned&& other) noexcept : Owned(other.value_) {}
  Owned& operator=(Owned&&) = delete;
  ~Owned() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  T* operator->() noexcept { return &value_; }
  T& operator*() noexcept { return value_; }
  const T& operator*() const noexcept { return value_; }
  const T* operator->() const noexcept { return &value_; }

 private:
  T value_{};
};

/// A column that was given to us, in chunks.
struct ArrowInput {
  Owned<ArrowSchema> schema;
  std::vector<Owned<ArrowArray>> chunks;
};
/// From an object with `__arrow_c_array__` or `__arrow_c_stream__`; TypeError for any other.
ArrowInput import_column(nb::handle object);

/// The type of a column that we give.
struct ArrowType {
  std::string format;
  std::string name;
  std::vector<ArrowType> children{};
  std::vector<ArrowType> dictionary{};  ///< one, or none
};
/// A chunk of it: where its buffers are. `owner` keeps them.
struct ArrowData {
  std::int64_t length = 0;
  std::int64_t null_count = 0;
  std::vector<const void*> buffers;
  std::vector<ArrowData> children{};
  std::vector<ArrowData> dictionary{};
};
struct ArrowChunk {
  ArrowData data;
  std::shared_ptr<const void> owner;
};

/// A column that we give; Python's `servicetags.ArrowColumn`.
class ArrowColumn {
 public:
  ArrowColumn(ArrowType type, std::vector<ArrowChunk> chunks);

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] nb::object schema_capsule() const;
  /// (schema, array). ValueError when there are several chunks.
  [[nodiscard]] nb::object array_capsules() const;
  [[nodiscard]] nb::object stream_capsule() const;

 private:
  struct Content;
  struct Stream;
  std::shared_ptr<const Content> content_;
};

void bind_arrow(nb::module_& module);

}  // namespace servicetags::python
