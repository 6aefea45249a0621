#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string_view.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "arrow.hpp"
#include "column_answer.hpp"
#include "convert.hpp"
#include "set_names.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

using V4Array = nb::ndarray<const std::uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using V4Bytes = nb::ndarray<const std::uint8_t, nb::shape<-1, 4>, nb::c_contig, nb::device::cpu>;
using V6Array = nb::ndarray<const std::uint8_t, nb::shape<-1, 16>, nb::c_contig, nb::device::cpu>;
/// A memoryview: NumPy and others take it without a copy, and none of them is needed.
using Sets = nb::ndarray<nb::memview, std::uint32_t, nb::ndim<1>, nb::c_contig>;

constexpr TagSetId kNoSet = ~TagSetId{0};

Sets owned(std::unique_ptr<std::uint32_t[]> numbers, std::size_t count) {
  std::uint32_t* const data = numbers.release();
  const nb::capsule owner(
      data, [](void* memory) noexcept { delete[] static_cast<std::uint32_t*>(memory); });
  return Sets(data, {count}, owner);
}

template <typename Address, typename Array>
Sets tag_sets(const PySnapshot& self, const Array& addresses) {
  const std::size_t count = addresses.shape(0);
  auto sets = std::make_unique_for_overwrite<std::uint32_t[]>(count);
  {
    const SnapshotPtr& snapshot = self.get();
    const nb::gil_scoped_release released;
    snapshot->tag_sets(std::span(reinterpret_cast<const Address*>(addresses.data()), count),
                       std::span(sets.get(), count));
  }
  return owned(std::move(sets), count);
}

Sets tag_sets_of_bytes(const PySnapshot& self, const V4Bytes& addresses) {
  const std::size_t count = addresses.shape(0);
  auto sets = std::make_unique_for_overwrite<std::uint32_t[]>(count);
  {
    const nb::gil_scoped_release released;
    std::array<std::uint32_t, 1024> numbers;
    for (std::size_t begin = 0; begin < count; begin += numbers.size()) {
      const std::size_t some = std::min(numbers.size(), count - begin);
      for (std::size_t i = 0; i < some; ++i) {
        const std::uint8_t* const bytes = addresses.data() + 4 * (begin + i);
        numbers[i] = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                     std::uint32_t{bytes[2]} << 8 | bytes[3];
      }
      self.get()->tag_sets(std::span<const std::uint32_t>(numbers.data(), some),
                           std::span(sets.get() + begin, some));
    }
  }
  return owned(std::move(sets), count);
}

/// An error that says which of many addresses it is about.
ServiceTagError at_address(Error error, std::size_t place) {
  error.where = "address " + std::to_string(place);
  return ServiceTagError(std::move(error));
}

TagSetId tag_set_of(const Snapshot& snapshot, const Address& address) {
  TagSetId set = 0;
  if (address.is_v4()) {
    const std::array<std::uint32_t, 1> number{address.v4()};
    snapshot.tag_sets(number, std::span(&set, 1));
  } else {
    std::array<std::array<std::uint8_t, 16>, 1> bytes{};
    for (unsigned n = 0; n < 8; ++n) {
      bytes[0][n] = static_cast<std::uint8_t>(address.high() >> (56 - 8 * n));
      bytes[0][8 + n] = static_cast<std::uint8_t>(address.low() >> (56 - 8 * n));
    }
    snapshot.tag_sets(bytes, std::span(&set, 1));
  }
  return set;
}

/// Any objects that are addresses: the numbers, and for each whether it is no address. None has
/// kNoSet. With `keep_going`, what is no address has it too; otherwise it throws.
nb::object tag_sets_of_objects(const PySnapshot& self, const nb::sequence& objects,
                               bool keep_going) {
  const std::size_t count = nb::len(objects);
  auto sets = std::make_unique_for_overwrite<std::uint32_t[]>(count);
  std::string bad(count, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const nb::object object = objects[i];
    sets[i] = kNoSet;
    if (object.is_none()) continue;
    try {
      sets[i] = tag_set_of(*self.get(), to_address(object));
    } catch (const ServiceTagError& failure) {
      if (!keep_going) throw at_address(failure.error(), i);
      bad[i] = 1;
    }
  }
  return nb::make_tuple(owned(std::move(sets), count), nb::bytes(bad.data(), bad.size()));
}

enum class Form : std::uint8_t { sets, list, dictionary };

Form to_form(std::string_view name) {
  if (name == "sets") return Form::sets;
  if (name == "list") return Form::list;
  if (name == "dictionary") return Form::dictionary;
  throw nb::value_error("form is 'list' or 'dictionary'");
}

ArrowType type_of(Form form) {
  return form == Form::sets ? sets_type() : form == Form::list ? list_type() : dictionary_type();
}

ArrowChunk chunk_of(Form form, const PySnapshot& self, std::shared_ptr<const ColumnAnswer> answer) {
  switch (form) {
    case Form::sets: return sets_chunk(std::move(answer));
    case Form::list: return unwrap(list_chunk(*answer, *self.set_names()));
    case Form::dictionary: return dictionary_chunk(std::move(answer), self.set_names());
  }
  return {};
}

/// A column of answers to a column of addresses, and a column of which rows are no addresses.
/// Unless `keep_going`, the first of those throws.
nb::object answer_column(const PySnapshot& self, nb::handle column, std::string_view form_name,
                         bool keep_going) {
  const Form form = to_form(form_name);
  const ArrowInput input = import_column(column);
  check_type(*input.schema);
  std::vector<ArrowChunk> answers;
  std::vector<ArrowChunk> masks;
  {
    const nb::gil_scoped_release released;
    std::size_t rows = 0;
    for (const Owned<ArrowArray>& chunk : input.chunks) {
      auto answered =
          std::make_shared<const ColumnAnswer>(answer(*self.get(), *input.schema, *chunk));
      if (answered->first_bad && !keep_going) {
        throw at_address(answered->error, rows + *answered->first_bad);
      }
      rows += answered->count;
      if (keep_going) masks.push_back(mask_chunk(answered));
      answers.push_back(chunk_of(form, self, std::move(answered)));
    }
  }
  return nb::make_tuple(ArrowColumn(type_of(form), std::move(answers)),
                        ArrowColumn(mask_type(), std::move(masks)));
}

}  // namespace

void bind_batch(nb::module_& module) {
  module.attr("NO_SET") = kNoSet;
  module.def("tag_sets_v4", &tag_sets<std::uint32_t, V4Array>);
  module.def("tag_sets_v4_bytes", &tag_sets_of_bytes);
  module.def("tag_sets_v6", &tag_sets<std::array<std::uint8_t, 16>, V6Array>);
  module.def("tag_sets_of_objects", &tag_sets_of_objects);
  module.def("answer_column", &answer_column);
}

}  // namespace servicetags::python
