// Reads service tag files: the texts one after the other into one document.
// Tested by: tests/unit/document_test.cpp, document_errors_test.cpp, document_pages_test.cpp
#include "servicetags/document.hpp"

#include <utility>

#include "document/document_builder.hpp"
#include "document/document_reader.hpp"
#include "json/json_reader.hpp"

namespace servicetags {
namespace {

std::optional<Error> check_size(std::span<const std::string_view> pages,
                                const ParseLimits& limits) {
  if (pages.empty()) return Error{Errc::unexpected_shape, "no page was given", {}, {}};
  std::size_t bytes = 0;
  for (const std::string_view page : pages) bytes += page.size();
  if (bytes <= limits.max_bytes) return std::nullopt;
  return Error{Errc::limit_exceeded,
               "the JSON text is " + std::to_string(bytes) + " bytes, more than the limit of " +
                   std::to_string(limits.max_bytes),
               {},
               {}};
}

}  // namespace

Result<Document> parse_document(std::string_view json, const ParseLimits& limits) {
  return parse_document(std::span(&json, 1), limits);
}

Result<Document> parse_document(std::span<const std::string_view> pages,
                                const ParseLimits& limits) {
  if (auto error = check_size(pages, limits)) return *std::move(error);
  const json::Limits json_limits{limits.max_depth, limits.max_string, limits.max_members};
  document::DocumentBuilder builder(limits, pages);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    builder.begin_text(i);
    document::DocumentReader reader(builder);
    if (auto done = json::read(pages[i], json_limits, reader); !done) {
      Error error = std::move(done).error();
      error.where = builder.where(i, error.where);
      return error;
    }
  }
  return builder.finish();
}

}  // namespace servicetags
