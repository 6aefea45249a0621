/// Reads a service tag file, in any of the shapes it comes in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/tag.hpp"

namespace servicetags {

/// How much a document may hold before it is refused (Errc::limit_exceeded). The
/// defaults are about ten times the largest file seen (2025-10: 4.1 MB, 3,039 tags,
/// 93,362 prefixes).
struct ParseLimits {
  std::size_t max_bytes = std::size_t{64} << 20U;  ///< of JSON text, over all pages
  std::size_t max_depth = 32;                      ///< of nested arrays and objects; files need 5
  std::size_t max_tags = 50'000;         ///< over all pages; no more pages than that, either
  std::size_t max_prefixes = 2'000'000;  ///< over all tags
  std::size_t max_string = 65'536;       ///< bytes in one string or key
  std::size_t max_members = 1'000;       ///< in one object
};

/// Something that was mended while reading, worth telling a person.
struct Warning {
  std::string message;
  std::string where;  ///< JSON pointer

  friend bool operator==(const Warning&, const Warning&) = default;
};

/// The checked content of one service tag file. A plain value.
struct Document {
  std::optional<Cloud> cloud;                  ///< absent in a bare array of tags
  std::optional<std::uint64_t> change_number;  ///< of the file; not a sign of change
  std::vector<Tag> tags;                       ///< in file order, at least one
  std::vector<Warning> warnings;               ///< tag by tag, at most kMaxWarnings

  /// When there are more, the last one says how many are not listed.
  static constexpr std::size_t kMaxWarnings = 100;
};

/// Reads one file.
///
/// Input:  UTF-8 JSON, with or without a byte order mark: the downloaded file of any
///         cloud since 2019; the reply of the Service Tags REST API or of `az network
///         list-service-tags`; `Get-AzNetworkServiceTag | ConvertTo-Json -Depth 10`; an
///         array of tags; one tag; or an array of pages, joined in order. Keys match
///         without case, numbers may be strings, unknown keys are passed over.
/// Output: names and prefixes as published. A prefix with host bits is cleared of them,
///         with a warning; a repeated prefix in a tag is kept once, with a warning; a tag
///         without prefixes is kept, with a warning.
/// Cost:   one pass; no document tree is built.
/// Errors: malformed_json, unexpected_shape, limit_exceeded. Refused among others: a key
///         or tag name given twice, text after the document, an unknown cloud, no tags at
///         all, prefixes flattened to one string, pages that are not one whole list.
///
///         `where` is the JSON pointer, as a URI fragment: "#/values/3/properties/region".
///         `offset` is the first byte of what it points to; of the object, when a key is
///         missing; of the key, when it is given twice. For malformed_json, `where` is the
///         array or object around, and `offset` where the text stopped being JSON.
Result<Document> parse_document(std::string_view json, const ParseLimits& limits = {});

/// Reads the pages of one list, in order. Each text may have any of the shapes above.
///
/// Every page but the last must have a nextLink, and the last must have none (or null,
/// or ""): an incomplete list is never taken for a whole one. The one exception is an
/// array of pages in a single text where no page has the key at all: joined by hand.
/// Pages must agree on the cloud, and on the change number, as far as they give them.
/// With more than one text, `where` begins with its number, "page 2#/values/3", in errors
/// and in warnings, and `offset` is in that text.
Result<Document> parse_document(std::span<const std::string_view> pages,
                                const ParseLimits& limits = {});

}  // namespace servicetags
