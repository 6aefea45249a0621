// IPv4 text to a number in one step, on machines that can.
// Tested by: tests/unit/dotted_quad_test.cpp, tests/unit/address_test.cpp
#pragma once

#include <cstdint>
#include <string_view>

namespace servicetags::ip {

/// Reads a whole text by SSE4.1, all four octets at once: where the dots are cannot be guessed,
/// so branches on them cost most of the time. False when the text is not just an IPv4 address,
/// or this machine cannot; the parser that goes byte by byte then says what it is.
bool parse_dotted_quad(std::string_view text, std::uint32_t& number) noexcept;

/// Whether this machine can.
bool has_fast_dotted_quad() noexcept;

}  // namespace servicetags::ip
