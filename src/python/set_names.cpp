#include "set_names.hpp"

#include <cstring>
#include <limits>
#include <utility>

namespace servicetags::python {
namespace {

std::int32_t narrow(std::size_t size) { return static_cast<std::int32_t>(size); }

const void* bits_or_null(const std::vector<std::uint8_t>& bits) {
  return bits.empty() ? nullptr : bits.data();
}

ArrowData rows_of(const ColumnAnswer& answer, const void* values) {
  return {static_cast<std::int64_t>(answer.count),
          static_cast<std::int64_t>(answer.unanswered),
          {bits_or_null(answer.valid), values}};
}

/// The buffers of a column of lists of text.
struct Lists {
  std::vector<std::uint8_t> valid;
  std::vector<std::int32_t> list_ends;
  std::vector<std::int32_t> text_ends;
  std::unique_ptr<char[]> text;
};

}  // namespace

SetNames::SetNames(const Snapshot& snapshot) {
  ends.push_back(0);
  joined_ends.push_back(0);
  for (TagSetId set = 0; set <= snapshot.info().tag_set_count; ++set) {
    first_name.push_back(static_cast<std::uint32_t>(ends.size() - 1));
    bool first = true;
    for (const TagId id : snapshot.tag_set(set)) {
      const std::string& name = snapshot.tags()[id].name;
      text += name;
      ends.push_back(narrow(text.size()));
      joined += first ? name : ";" + name;
      first = false;
    }
    joined_ends.push_back(narrow(joined.size()));
  }
  first_name.push_back(static_cast<std::uint32_t>(ends.size() - 1));
}

ArrowType sets_type() { return {"I", ""}; }
ArrowType list_type() { return {"+l", "", {{"u", "item"}}}; }
ArrowType dictionary_type() { return {"I", "", {}, {{"u", ""}}}; }
ArrowType mask_type() { return {"b", ""}; }

ArrowChunk sets_chunk(std::shared_ptr<const ColumnAnswer> answer) {
  return {rows_of(*answer, answer->sets.get()), answer};
}

ArrowChunk mask_chunk(std::shared_ptr<const ColumnAnswer> answer) {
  if (!answer->bad.empty()) {
    return {{static_cast<std::int64_t>(answer->count), 0, {nullptr, answer->bad.data()}}, answer};
  }
  auto none = std::make_shared<std::vector<std::uint8_t>>((answer->count + 7) / 8);
  return {{static_cast<std::int64_t>(answer->count), 0, {nullptr, none->data()}}, none};
}

ArrowChunk dictionary_chunk(std::shared_ptr<const ColumnAnswer> answer,
                            std::shared_ptr<const SetNames> names) {
  ArrowData data = rows_of(*answer, answer->sets.get());
  data.dictionary.push_back({static_cast<std::int64_t>(names->joined_ends.size() - 1),
                             0,
                             {nullptr, names->joined_ends.data(), names->joined.data()}});
  using Both = std::pair<std::shared_ptr<const ColumnAnswer>, std::shared_ptr<const SetNames>>;
  return {std::move(data), std::make_shared<Both>(std::move(answer), std::move(names))};
}

Result<ArrowChunk> list_chunk(const ColumnAnswer& answer, const SetNames& names) {
  std::size_t name_count = 0;
  std::size_t bytes = 0;
  for (std::size_t row = 0; row < answer.count; ++row) {
    const TagSetId set = answer.sets[row];
    const auto first = names.first_name[set];
    const auto last = names.first_name[set + 1];
    name_count += last - first;
    bytes += static_cast<std::size_t>(names.ends[last] - names.ends[first]);
  }
  if (bytes > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
    return Error{Errc::limit_exceeded,
                 "the names of all tags are more than 2^31 bytes; give fewer addresses at a time, "
                 "or ask for form 'dictionary'",
                 {},
                 {}};
  }
  auto lists = std::make_shared<Lists>();
  lists->valid = answer.valid;
  lists->list_ends.reserve(answer.count + 1);
  lists->text_ends.reserve(name_count + 1);
  lists->text = std::make_unique_for_overwrite<char[]>(bytes);
  lists->list_ends.push_back(0);
  lists->text_ends.push_back(0);
  std::size_t at = 0;
  for (std::size_t row = 0; row < answer.count; ++row) {
    const TagSetId set = answer.sets[row];
    const auto first = names.first_name[set];
    const auto last = names.first_name[set + 1];
    const std::int32_t begin = names.ends[first];
    const auto size = static_cast<std::size_t>(names.ends[last] - begin);
    std::memcpy(lists->text.get() + at, names.text.data() + begin, size);
    for (auto name = first + 1; name <= last; ++name) {
      lists->text_ends.push_back(narrow(at) + names.ends[name] - begin);
    }
    at += size;
    lists->list_ends.push_back(narrow(lists->text_ends.size() - 1));
  }
  ArrowData data{static_cast<std::int64_t>(answer.count),
                 static_cast<std::int64_t>(answer.unanswered),
                 {bits_or_null(lists->valid), lists->list_ends.data()}};
  data.children.push_back({static_cast<std::int64_t>(name_count),
                           0,
                           {nullptr, lists->text_ends.data(), lists->text.get()}});
  return ArrowChunk{std::move(data), std::move(lists)};
}

}  // namespace servicetags::python
