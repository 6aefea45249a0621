#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <array>
#include <cstring>
#include <memory>

#include "convert.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

using V4Array = nb::ndarray<const std::uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
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

/// Any objects that are addresses. With `skip`, None and what is no address have kNoSet.
Sets tag_sets_of_objects(const PySnapshot& self, const nb::sequence& objects, bool skip) {
  const std::size_t count = nb::len(objects);
  auto sets = std::make_unique_for_overwrite<std::uint32_t[]>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const nb::object object = objects[i];
    if (skip && object.is_none()) {
      sets[i] = kNoSet;
      continue;
    }
    try {
      sets[i] = tag_set_of(*self.get(), to_address(object));
    } catch (const ServiceTagError& failure) {
      if (!skip) {
        Error error = failure.error();
        error.where = "address " + std::to_string(i);
        throw ServiceTagError(std::move(error));
      }
      sets[i] = kNoSet;
    }
  }
  return owned(std::move(sets), count);
}

}  // namespace

void bind_batch(nb::module_& module) {
  module.attr("NO_SET") = kNoSet;
  module.def("tag_sets_v4", &tag_sets<std::uint32_t, V4Array>);
  module.def("tag_sets_v6", &tag_sets<std::array<std::uint8_t, 16>, V6Array>);
  module.def("tag_sets_of_objects", &tag_sets_of_objects);
}

}  // namespace servicetags::python
