#include "arrow.hpp"

#include <cerrno>
#include <utility>

namespace servicetags::python {
namespace {

constexpr std::int64_t kNullable = 2;  // ARROW_FLAG_NULLABLE

template <typename T>
T& in_capsule(nb::handle capsule, const char* name) {
  void* const found = PyCapsule_GetPointer(capsule.ptr(), name);
  if (found == nullptr) throw nb::python_error();
  return *static_cast<T*>(found);
}

/// A capsule that releases what nobody took.
template <typename T>
nb::object new_capsule(std::unique_ptr<T> value, const char* name) {
  PyObject* const made = PyCapsule_New(value.get(), name, [](PyObject* capsule) {
    auto* const kept = static_cast<T*>(PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule)));
    if (kept->release != nullptr) kept->release(kept);
    delete kept;
  });
  if (made == nullptr) throw nb::python_error();
  value.release();
  return nb::steal(made);
}

/// What an exported schema or array points to.
template <typename T>
struct Kept {
  std::string format;
  std::string name;
  std::vector<const void*> buffers;
  std::shared_ptr<const void> owner;
  std::vector<T> children;
  std::vector<T*> child_pointers;
  T dictionary{};

  T** children_of(std::size_t count) {
    children.resize(count);
    for (T& child : children) child_pointers.push_back(&child);
    return child_pointers.data();
  }
};

template <typename T>
void release(T* exported) {
  const std::unique_ptr<Kept<T>> kept(static_cast<Kept<T>*>(exported->private_data));
  const auto release_one = [](T& part) {
    if (part.release != nullptr) part.release(&part);
  };
  for (T& child : kept->children) release_one(child);
  release_one(kept->dictionary);
  exported->release = nullptr;
}

void export_type(const ArrowType& type, ArrowSchema& out) {
  auto kept = std::make_unique<Kept<ArrowSchema>>();
  kept->format = type.format;
  kept->name = type.name;
  out = ArrowSchema{kept->format.c_str(),
                    kept->name.c_str(),
                    nullptr,
                    kNullable,
                    static_cast<std::int64_t>(type.children.size()),
                    kept->children_of(type.children.size()),
                    type.dictionary.empty() ? nullptr : &kept->dictionary,
                    &release<ArrowSchema>,
                    nullptr};
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    export_type(type.children[i], kept->children[i]);
  }
  if (!type.dictionary.empty()) export_type(type.dictionary.front(), kept->dictionary);
  out.private_data = kept.release();
}

void export_data(const ArrowData& data, const std::shared_ptr<const void>& owner, ArrowArray& out) {
  auto kept = std::make_unique<Kept<ArrowArray>>();
  kept->buffers = data.buffers;
  kept->owner = owner;
  out = ArrowArray{data.length,
                   data.null_count,
                   0,
                   static_cast<std::int64_t>(data.buffers.size()),
                   static_cast<std::int64_t>(data.children.size()),
                   kept->buffers.data(),
                   kept->children_of(data.children.size()),
                   data.dictionary.empty() ? nullptr : &kept->dictionary,
                   &release<ArrowArray>,
                   nullptr};
  for (std::size_t i = 0; i < data.children.size(); ++i) {
    export_data(data.children[i], owner, kept->children[i]);
  }
  if (!data.dictionary.empty()) export_data(data.dictionary.front(), owner, kept->dictionary);
  out.private_data = kept.release();
}

ArrowInput import_stream(ArrowArrayStream& given) {
  Owned<ArrowArrayStream> stream(given);
  const auto check = [&](int status) {
    if (status == 0) return;
    const char* const why = stream->get_last_error(&*stream);
    throw nb::value_error(why == nullptr ? "the Arrow stream ended with an error" : why);
  };
  ArrowInput input;
  check(stream->get_schema(&*stream, &*input.schema));
  while (true) {
    ArrowArray chunk{};
    check(stream->get_next(&*stream, &chunk));
    if (chunk.release == nullptr) return input;
    input.chunks.emplace_back(chunk);
  }
}

}  // namespace

ArrowInput import_column(nb::handle object) {
  if (nb::hasattr(object, "__arrow_c_array__")) {
    const nb::object pair = object.attr("__arrow_c_array__")();
    const nb::object schema = pair[0];
    const nb::object array = pair[1];
    ArrowInput input{Owned(in_capsule<ArrowSchema>(schema, "arrow_schema")), {}};
    input.chunks.emplace_back(in_capsule<ArrowArray>(array, "arrow_array"));
    return input;
  }
  if (nb::hasattr(object, "__arrow_c_stream__")) {
    const nb::object stream = object.attr("__arrow_c_stream__")();
    return import_stream(in_capsule<ArrowArrayStream>(stream, "arrow_array_stream"));
  }
  throw nb::type_error("expected an Arrow column");
}

struct ArrowColumn::Content {
  ArrowType type;
  std::vector<ArrowChunk> chunks;
};

/// Gives the chunks one after the other.
struct ArrowColumn::Stream {
  std::shared_ptr<const Content> content;
  std::size_t next = 0;

  static Stream& of(ArrowArrayStream* stream) {
    return *static_cast<Stream*>(stream->private_data);
  }
  static int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
    try {
      export_type(of(stream).content->type, *out);
      return 0;
    } catch (const std::bad_alloc&) {
      return ENOMEM;
    }
  }
  static int get_next(ArrowArrayStream* stream, ArrowArray* out) {
    Stream& self = of(stream);
    *out = ArrowArray{};
    if (self.next == self.content->chunks.size()) return 0;
    try {
      const ArrowChunk& chunk = self.content->chunks[self.next];
      export_data(chunk.data, chunk.owner, *out);
      ++self.next;
      return 0;
    } catch (const std::bad_alloc&) {
      return ENOMEM;
    }
  }
  static const char* get_last_error(ArrowArrayStream*) { return "out of memory"; }
  static void release(ArrowArrayStream* stream) {
    delete &of(stream);
    stream->release = nullptr;
  }
};

ArrowColumn::ArrowColumn(ArrowType type, std::vector<ArrowChunk> chunks)
    : content_(std::make_shared<Content>(Content{std::move(type), std::move(chunks)})) {}

std::size_t ArrowColumn::size() const noexcept {
  std::size_t count = 0;
  for (const ArrowChunk& chunk : content_->chunks) {
    count += static_cast<std::size_t>(chunk.data.length);
  }
  return count;
}

nb::object ArrowColumn::schema_capsule() const {
  auto schema = std::make_unique<ArrowSchema>();
  export_type(content_->type, *schema);
  return new_capsule(std::move(schema), "arrow_schema");
}

nb::object ArrowColumn::array_capsules() const {
  if (content_->chunks.size() != 1) {
    throw nb::value_error("a column of several chunks is no array; take it as a stream");
  }
  auto array = std::make_unique<ArrowArray>();
  export_data(content_->chunks.front().data, content_->chunks.front().owner, *array);
  nb::object capsule = new_capsule(std::move(array), "arrow_array");
  return nb::make_tuple(schema_capsule(), std::move(capsule));
}

nb::object ArrowColumn::stream_capsule() const {
  auto stream = std::make_unique<ArrowArrayStream>(
      ArrowArrayStream{&Stream::get_schema, &Stream::get_next, &Stream::get_last_error,
                       &Stream::release, new Stream{content_}});
  return new_capsule(std::move(stream), "arrow_array_stream");
}

void bind_arrow(nb::module_& module) {
  nb::class_<ArrowColumn>(module, "ArrowColumn",
                          "A column of answers, for any library that takes Arrow's C interface.")
      .def("__len__", &ArrowColumn::size)
      .def("__arrow_c_schema__", &ArrowColumn::schema_capsule)
      .def(
          "__arrow_c_array__",
          [](const ArrowColumn& self, nb::handle) { return self.array_capsules(); },
          nb::arg("requested_schema") = nb::none())
      .def(
          "__arrow_c_stream__",
          [](const ArrowColumn& self, nb::handle) { return self.stream_capsule(); },
          nb::arg("requested_schema") = nb::none());
}

}  // namespace servicetags::python
