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
  std::size_t max_tags = 50'000;
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
  std::vector<Warning> warnings;               ///< in file order, at most kMaxWarnings

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
///         with a warning; so is a repeated prefix in a tag, and a tag without prefixes
///         is kept, with a warning.
/// Cost:   one pass; no document tree is built.
/// Errors: malformed_json, unexpected_shape, limit_exceeded; `where` is the JSON
///         pointer ("#/values/3/properties/region"), `offset` the byte. Refused among
///         others: repeated keys or tag names, text after the document, an unknown cloud,
///         no tags at all, prefixes flattened to one string, a last page with nextLink.
Result<Document> parse_document(std::string_view json, const ParseLimits& limits = {});

/// Reads the pages of one reply, in order; all must agree on the cloud, and only the
/// last may be without a nextLink. In errors, `where` starts with the page: "page 2#/…".
Result<Document> parse_document(std::span<const std::string_view> pages,
                                const ParseLimits& limits = {});

}  // namespace servicetags
