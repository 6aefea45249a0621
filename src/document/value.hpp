// What single values of a service tag file must be, and how it is told when they are not.
// Tested by: tests/unit/document_errors_test.cpp
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/json_reader.hpp"

namespace servicetags::document {

json::Refusal unexpected(std::string message);

/// `expected` is a noun: "a tag as an object".
json::Refusal wrong_type(std::string_view expected, json::Kind found);
/// For arrays and objects: a string there is what PowerShell's ConvertTo-Json makes of
/// them beyond its -Depth, which is 2 unless told otherwise.
json::Refusal wrong_type_or_flattened(std::string_view expected, json::Kind found);

/// A number from 0 to 2^64-1, or its digits as a string: the REST API and az give those.
std::optional<std::uint64_t> whole_number(const json::Scalar& value) noexcept;
/// For what whole_number() does not take.
json::Refusal not_whole(const json::Scalar& value);

/// Refuses a name that is not 1 to 128 letters, digits, '.', '_' or '-': names end up in
/// firewall rules and scripts.
json::Verdict check_name(std::string_view what, std::string_view name);

}  // namespace servicetags::document
