// SHA-256 (FIPS 180-4) of bytes in memory. The only door to OpenSSL's libcrypto.
// Tested by: tests/unit/sha256_test.cpp
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace servicetags {

/// 64 lower-case hexadecimal digits, of the parts one after the other.
std::string sha256_of(std::initializer_list<std::string_view> parts);

}  // namespace servicetags
