/// What can go wrong, and how it is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace servicetags {

/// Kinds of failure, grouped by who can mend them. The numbers are stable: they
/// are safe to store and to compare across versions.
///
/// A name or an address that is not in the data is *not* an error: lookups
/// answer it with an empty result or a null pointer.
enum class Errc : std::uint16_t {
  // The caller's input.
  invalid_address = 101,   ///< not an IPv4 or IPv6 address in the strict grammar
  invalid_prefix = 102,    ///< not a CIDR prefix
  host_bits_set = 103,     ///< a CIDR whose address has bits beyond its length
  invalid_range = 104,     ///< not `first-last`, or first after last, or two families
  invalid_host = 105,      ///< not a host name
  invalid_argument = 106,  ///< an option or name outside the accepted values
  invalid_profile = 107,   ///< JSON, but not a requirement profile

  // The data.
  malformed_json = 201,      ///< not JSON, or not UTF-8
  unexpected_shape = 202,    ///< JSON, but not a service tag file
  limit_exceeded = 203,      ///< larger or deeper than ParseLimits allow
  wrong_cloud = 204,         ///< the data is of another cloud than the one asked for
  malformed_snapshot = 205,  ///< a compiled snapshot that is damaged or of another version

  // The world outside.
  io_failed = 301,       ///< a file could not be opened, read or unpacked
  host_not_found = 302,  ///< a host name has no address
  network_failed = 303,  ///< no connection, or one that broke
  timed_out = 304,       ///< a deadline passed
  tls_failed = 305,      ///< the server is not shown to be the one asked for
  http_status = 306,     ///< the server answered, but not with the data
  unauthorized = 307,    ///< the server wants another token, or grants it too little
  too_large = 308,       ///< the server sends more than it may
  not_allowed = 309,     ///< an address that the settings do not let us go to
  cancelled = 310,       ///< asked to stop

  // No data at all.
  no_data = 401,  ///< no file was given and none is cached
  stale = 402,    ///< the data is older than the policy lets it be

  // What was asked for cannot be had.
  not_expressible = 501,  ///< beyond a firewall's limits or its language
};

/// The stable name of a kind, e.g. "invalid_address". Any thread; static storage.
std::string_view to_string(Errc code) noexcept;

/// One failure, told so that its reader can mend it.
struct [[nodiscard]] Error {
  Errc code{};
  std::string message;                ///< what was wrong and what was expected; no final full stop
  std::string where;                  ///< file, or `file#/json/pointer`; may be empty
  std::optional<std::size_t> offset;  ///< byte in the text that was read, from 0

  friend bool operator==(const Error&, const Error&) = default;
};

/// "where: message (byte offset)", leaving out what is not known.
std::string to_string(const Error& error);

/// What `Result::value()` throws. Nothing else in the library throws, but for
/// running out of memory.
class ServiceTagError : public std::runtime_error {
 public:
  explicit ServiceTagError(Error error);
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace servicetags
