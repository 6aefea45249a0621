// Tested by: tests/unit/error_test.cpp
#include "servicetags/error.hpp"

namespace servicetags {

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_address: return "invalid_address";
    case Errc::invalid_prefix: return "invalid_prefix";
    case Errc::host_bits_set: return "host_bits_set";
    case Errc::invalid_range: return "invalid_range";
    case Errc::invalid_host: return "invalid_host";
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::invalid_profile: return "invalid_profile";
    case Errc::malformed_json: return "malformed_json";
    case Errc::unexpected_shape: return "unexpected_shape";
    case Errc::limit_exceeded: return "limit_exceeded";
    case Errc::wrong_cloud: return "wrong_cloud";
    case Errc::malformed_snapshot: return "malformed_snapshot";
    case Errc::io_failed: return "io_failed";
    case Errc::host_not_found: return "host_not_found";
    case Errc::network_failed: return "network_failed";
    case Errc::timed_out: return "timed_out";
    case Errc::tls_failed: return "tls_failed";
    case Errc::http_status: return "http_status";
    case Errc::unauthorized: return "unauthorized";
    case Errc::too_large: return "too_large";
    case Errc::not_allowed: return "not_allowed";
    case Errc::cancelled: return "cancelled";
    case Errc::no_data: return "no_data";
    case Errc::stale: return "stale";
    case Errc::not_expressible: return "not_expressible";
  }
  return "unknown";
}

std::string to_string(const Error& error) {
  std::string text;
  if (!error.where.empty()) text += error.where + ": ";
  text += error.message;
  if (error.offset) text += " (byte " + std::to_string(*error.offset) + ")";
  return text;
}

ServiceTagError::ServiceTagError(Error error)
    : std::runtime_error(to_string(error)), error_(std::move(error)) {}

}  // namespace servicetags
