#include "column_answer.hpp"

#include <array>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace servicetags::python {
namespace {

using Bytes16 = std::array<std::uint8_t, 16>;

bool bit(const void* bits, std::size_t index) noexcept {
  return ((static_cast<const std::uint8_t*>(bits)[index / 8] >> (index % 8)) & 1U) != 0;
}

/// A chunk of which rows are read; from the array's own offset on.
struct Chunk {
  const ArrowArray& array;
  std::size_t offset = static_cast<std::size_t>(array.offset);
  std::size_t count = static_cast<std::size_t>(array.length);

  [[nodiscard]] bool is_null(std::size_t row) const noexcept {
    return array.null_count != 0 && array.buffers[0] != nullptr &&
           !bit(array.buffers[0], offset + row);
  }
  template <typename T>
  [[nodiscard]] const T* values(int buffer = 1) const noexcept {
    return static_cast<const T*>(array.buffers[buffer]) + offset;
  }
};

template <typename Offset>
auto bytes_by_offsets(const Chunk& chunk) {
  return [ends = chunk.values<Offset>(),
          data = static_cast<const char*>(chunk.array.buffers[2])](std::size_t row) {
    const auto begin = static_cast<std::size_t>(ends[row]);
    return std::string_view(data + begin, static_cast<std::size_t>(ends[row + 1]) - begin);
  };
}

/// Arrow's view: a length, and 12 bytes of the text or 4 of it, a buffer's number and a place.
struct View {
  std::int32_t length;
  std::array<char, 4> start;
  std::int32_t buffer;
  std::int32_t place;
};
auto bytes_by_views(const Chunk& chunk) {
  return [views = chunk.values<View>(), &array = chunk.array](std::size_t row) {
    const View& view = views[row];
    const auto length = static_cast<std::size_t>(view.length);
    if (length <= 12) return std::string_view(view.start.data(), length);
    return std::string_view(static_cast<const char*>(array.buffers[2 + view.buffer]) + view.place,
                            length);
  };
}

auto bytes_of_width(const Chunk& chunk, std::size_t width) {
  return [data = static_cast<const char*>(chunk.array.buffers[1]) + chunk.offset * width,
          width](std::size_t row) { return std::string_view(data + row * width, width); };
}

Result<Address> packed_address(std::string_view bytes) {
  Bytes16 packed{};
  if (bytes.size() == 16) {
    std::memcpy(packed.data(), bytes.data(), 16);
    return Address::from_bytes(packed);
  }
  if (bytes.size() == 4) {
    std::memcpy(packed.data(), bytes.data(), 4);
    return Address::from_bytes(std::span<const std::uint8_t, 4>(packed.data(), 4));
  }
  return Error{Errc::invalid_address,
               "an address is 4 or 16 bytes in network order, not " + std::to_string(bytes.size()),
               {},
               {}};
}

template <typename Number>
Result<Address> numbered_address(Number number) {
  if (static_cast<std::uint64_t>(number) >> 32U == 0) {
    return Address::from_v4(static_cast<std::uint32_t>(number));
  }
  return Error{Errc::invalid_address, "an IPv4 address as a number is from 0 to 2^32 - 1", {}, {}};
}

/// Addresses of both families, asked for in batches that stay in the nearest cache.
class Asker {
 public:
  Asker(const Snapshot& snapshot, TagSetId* sets) : snapshot_(snapshot), sets_(sets) {}

  void add(const Address& address, std::size_t row) {
    if (address.is_v4()) {
      v4_.add(address.v4(), row);
      if (v4_.count == kBatch) v4_.ask(snapshot_, sets_);
    } else {
      Bytes16 bytes{};
      for (unsigned n = 0; n < 8; ++n) {
        bytes[n] = static_cast<std::uint8_t>(address.high() >> (56 - 8 * n));
        bytes[8 + n] = static_cast<std::uint8_t>(address.low() >> (56 - 8 * n));
      }
      v6_.add(bytes, row);
      if (v6_.count == kBatch) v6_.ask(snapshot_, sets_);
    }
  }
  void finish() {
    v4_.ask(snapshot_, sets_);
    v6_.ask(snapshot_, sets_);
  }

 private:
  static constexpr std::size_t kBatch = 512;

  template <typename Value>
  struct Batch {
    std::array<Value, kBatch> values;
    std::array<std::size_t, kBatch> rows;
    std::array<TagSetId, kBatch> answers;
    std::size_t count = 0;

    void add(const Value& value, std::size_t row) {
      values[count] = value;
      rows[count++] = row;
    }
    void ask(const Snapshot& snapshot, TagSetId* sets) {
      snapshot.tag_sets(std::span<const Value>(values.data(), count),
                        std::span(answers.data(), count));
      for (std::size_t i = 0; i < count; ++i) sets[rows[i]] = answers[i];
      count = 0;
    }
  };

  const Snapshot& snapshot_;
  TagSetId* sets_;
  Batch<std::uint32_t> v4_;
  Batch<Bytes16> v6_;
};

/// Row by row: `read` gives what a row holds, `decode` the address in it.
template <typename Read, typename Decode>
void answer_rows(const Snapshot& snapshot, const Chunk& chunk, const Read& read,
                 const Decode& decode, ColumnAnswer& out) {
  Asker asker(snapshot, out.sets.get());
  for (std::size_t row = 0; row < chunk.count; ++row) {
    if (chunk.is_null(row)) {
      out.set_null(row);
    } else if (auto address = decode(read(row))) {
      asker.add(*address, row);
    } else {
      out.set_bad(row, std::move(address).error());
    }
  }
  asker.finish();
}

/// All rows at once: the engine reads the column's own memory.
template <typename Value>
void answer_in_place(const Snapshot& snapshot, const Chunk& chunk, ColumnAnswer& out) {
  snapshot.tag_sets(std::span(chunk.values<Value>(), chunk.count),
                    std::span(out.sets.get(), chunk.count));
  for (std::size_t row = 0; row < chunk.count && chunk.array.null_count != 0; ++row) {
    if (chunk.is_null(row)) out.set_null(row);
  }
}

/// `error_of` tells what is wrong with a value of the dictionary.
template <typename Index, typename ErrorOf>
void answer_by_index(const Chunk& chunk, const ColumnAnswer& values, const ErrorOf& error_of,
                     ColumnAnswer& out) {
  const Index* const indices = chunk.values<Index>();
  for (std::size_t row = 0; row < chunk.count; ++row) {
    if (chunk.is_null(row)) {
      out.set_null(row);
      continue;
    }
    const auto index = static_cast<std::size_t>(indices[row]);
    if (values.is_valid(index)) {
      out.sets[row] = values.sets[index];
    } else if (values.is_bad(index)) {
      out.set_bad(row, out.first_bad ? Error{} : error_of(index));
    } else {
      out.set_null(row);
    }
  }
}

void answer_dictionary(const Snapshot& snapshot, const ArrowSchema& schema, const Chunk& chunk,
                       ColumnAnswer& out) {
  const ArrowArray& dictionary = *chunk.array.dictionary;
  const ColumnAnswer values = answer(snapshot, *schema.dictionary, dictionary);
  const auto error_of = [&](std::size_t index) {
    ArrowArray one = dictionary;
    one.offset += static_cast<std::int64_t>(index);
    one.length = 1;
    return answer(snapshot, *schema.dictionary, one).error;
  };
  const auto by = [&]<typename Index>(Index) {
    answer_by_index<Index>(chunk, values, error_of, out);
  };
  switch (schema.format[0]) {
    case 'c': return by(std::int8_t{});
    case 'C': return by(std::uint8_t{});
    case 's': return by(std::int16_t{});
    case 'S': return by(std::uint16_t{});
    case 'i': return by(std::int32_t{});
    case 'I': return by(std::uint32_t{});
    case 'l': return by(std::int64_t{});
    default: return by(std::uint64_t{});
  }
}

Result<Address> text_address(std::string_view text) { return parse_address(text); }

}  // namespace

void ColumnAnswer::set_null(std::size_t row) {
  if (valid.empty()) valid.assign((count + 7) / 8, 0xff);
  valid[row / 8] = static_cast<std::uint8_t>(valid[row / 8] & ~(1U << (row % 8)));
  sets[row] = 0;
  ++unanswered;
}

void ColumnAnswer::set_bad(std::size_t row, Error why) {
  if (bad.empty()) bad.assign((count + 7) / 8, 0);
  bad[row / 8] = static_cast<std::uint8_t>(bad[row / 8] | (1U << (row % 8)));
  if (!first_bad) {
    first_bad = row;
    error = std::move(why);
  }
  set_null(row);
}

void check_type(const ArrowSchema& schema) {
  if (schema.dictionary != nullptr) {
    check_type(*schema.dictionary);
    return;
  }
  for (const std::string_view known :
       {"u", "U", "vu", "z", "Z", "vz", "w:4", "w:16", "I", "l", "L"}) {
    if (known == schema.format) return;
  }
  throw nb::type_error((std::string("expected a column of text, of 4 or 16 bytes, or of uint32, "
                                    "int64 or uint64 numbers, not of Arrow's type '") +
                        schema.format + "'")
                           .c_str());
}

ColumnAnswer answer(const Snapshot& snapshot, const ArrowSchema& schema, const ArrowArray& array) {
  const Chunk chunk{array};
  ColumnAnswer out;
  out.count = chunk.count;
  out.sets = std::make_unique_for_overwrite<TagSetId[]>(chunk.count);
  if (chunk.count == 0) return out;
  const auto rows = [&](const auto& read, const auto& decode) {
    answer_rows(snapshot, chunk, read, decode, out);
  };
  const auto numbers = [&]<typename Number>(Number) {
    rows([values = chunk.values<Number>()](std::size_t row) { return values[row]; },
         numbered_address<Number>);
  };
  const std::string_view format = schema.format;
  if (schema.dictionary != nullptr)
    answer_dictionary(snapshot, schema, chunk, out);
  else if (format == "I")
    answer_in_place<std::uint32_t>(snapshot, chunk, out);
  else if (format == "w:16")
    answer_in_place<Bytes16>(snapshot, chunk, out);
  else if (format == "w:4")
    rows(bytes_of_width(chunk, 4), packed_address);
  else if (format == "u")
    rows(bytes_by_offsets<std::int32_t>(chunk), text_address);
  else if (format == "U")
    rows(bytes_by_offsets<std::int64_t>(chunk), text_address);
  else if (format == "vu")
    rows(bytes_by_views(chunk), text_address);
  else if (format == "z")
    rows(bytes_by_offsets<std::int32_t>(chunk), packed_address);
  else if (format == "Z")
    rows(bytes_by_offsets<std::int64_t>(chunk), packed_address);
  else if (format == "vz")
    rows(bytes_by_views(chunk), packed_address);
  else if (format == "l")
    numbers(std::int64_t{});
  else
    numbers(std::uint64_t{});
  return out;
}

}  // namespace servicetags::python
