// What the program's exit code says. The same table is in --help and in the manual.
#pragma once

#include "servicetags/error.hpp"

namespace servicetags::cli {

enum ExitCode : int {
  kDone = 0,
  kNothing = 1,  ///< nothing found; `check` found gaps
  kBadInput = 2,
  kNoData = 3,
  kRefreshFailed = 4,  ///< the old data is kept
  kStale = 5,
  kNotExpressible = 6,
};

constexpr ExitCode exit_code(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_address:
    case Errc::invalid_prefix:
    case Errc::host_bits_set:
    case Errc::invalid_range:
    case Errc::invalid_host:
    case Errc::invalid_argument:
    case Errc::invalid_profile:
    case Errc::malformed_json:
    case Errc::unexpected_shape:
    case Errc::limit_exceeded:
    case Errc::wrong_cloud:
    case Errc::malformed_snapshot:
    case Errc::io_failed:
    case Errc::host_not_found: return kBadInput;
    case Errc::network_failed:
    case Errc::timed_out:
    case Errc::tls_failed:
    case Errc::http_status:
    case Errc::unauthorized:
    case Errc::too_large:
    case Errc::not_allowed:
    case Errc::cancelled: return kRefreshFailed;
    case Errc::no_data: return kNoData;
    case Errc::stale: return kStale;
    case Errc::not_expressible: return kNotExpressible;
  }
  return kBadInput;
}

}  // namespace servicetags::cli
