// One HTTPS request after another, with everything bounded.
// Tested by: tests/unit/source_test.cpp, tests/integration/test_servers.py
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "servicetags/source.hpp"

namespace servicetags::fetch {

struct HttpRequest {
  std::string url;
  Validators known{};
  /// "Name: value", sent to the URL's own host only.
  std::vector<std::string> headers{};
  /// "http://169.254.169.254": may be asked without TLS as well.
  std::string also_plain_http{};
};

/// Any answer of a server, errors and all.
struct HttpReply {
  long status = 0;
  std::string url;   ///< that answered, after redirects
  std::string body;  ///< unpacked
  Validators validators;
  std::optional<std::chrono::seconds> retry_after;
};

/// A client for the length of one fetch: the total timeout runs from its making.
class HttpClient {
 public:
  explicit HttpClient(const HttpOptions& options);

  /// Follows redirects as the options allow.
  /// Errors: see make_url_source(); answers of any status are no error here.
  Result<HttpReply> get(const HttpRequest& request, const std::stop_token& stop);

  /// When the total timeout ends.
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const noexcept {
    return deadline_;
  }

 private:
  Result<HttpReply> get_once(const HttpRequest& request, const std::string& url, bool with_headers,
                             const std::stop_token& stop, std::string& redirect);

  const HttpOptions& options_;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t bytes_left_;
};

/// What an answer other than 200 and 304 comes to.
Error status_error(const HttpReply& reply);

/// The URL fit to be shown: without user, query and fragment, which may hold secrets.
std::string public_url(const std::string& url);

/// Seconds, or an HTTP date (RFC 9110, 10.2.3) counted from `now`; absent for anything else.
std::optional<std::chrono::seconds> parse_retry_after(const std::string& text,
                                                      std::chrono::sys_seconds now);

}  // namespace servicetags::fetch
