/// Where service tag files come from.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "servicetags/result.hpp"
#include "servicetags/tag.hpp"

namespace servicetags {

/// What a server said about a payload, to ask it later whether there is another.
struct Validators {
  std::string etag;
  std::string last_modified;
};

/// What a source gave.
struct Payload {
  std::string bytes;
  bool not_modified = false;  ///< the payload one has is the current one; `bytes` is empty
  std::string origin;         ///< the URL or path it was found at
  std::string file_name;      ///< as published; or empty
  Validators validators;
};

struct FetchResult {
  Result<Payload> payload;
  std::optional<std::chrono::seconds> retry_after{};  ///< a server's wish to be left alone
};

/// One place to get data from. One fetch at a time; any thread.
class Source {
 public:
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Gets the data, unless `known` is of the current one. Blocks up to the source's own
  /// deadline; returns soon after `stop` is asked for.
  virtual FetchResult fetch(const Validators& known, const std::stop_token& stop) = 0;
  /// Names the source in messages, always the same: an URL without secrets, a path.
  [[nodiscard]] virtual std::string describe() const = 0;

 protected:
  Source() = default;
};

/// How servers are spoken to: by HTTPS, their certificates checked.
struct HttpOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{120'000};  ///< of one fetch, redirects and all
  std::size_t max_bytes = std::size_t{32} << 20U;    ///< of one fetch's content, unpacked
  unsigned max_redirects = 5;
  std::vector<std::string> allowed_hosts{};  ///< that the first host may redirect to
  /// Let http:// be used to 127.0.0.1, [::1] and localhost, for servers on this machine.
  bool allow_http_to_loopback = false;
  std::string proxy{};    ///< "http://proxy:3128"; empty: the environment's (https_proxy)
  std::string ca_file{};  ///< PEM; empty: the system's
};

/// A file: any shape that parse_document() reads, perhaps packed by gzip. Its validator is
/// its time of change, with its size.
std::unique_ptr<Source> make_file_source(std::string path,
                                         std::size_t max_bytes = std::size_t{64} << 20U);

/// One URL. Errors of fetch(): invalid_argument for an URL that is none; not_allowed for
/// one, or a redirect, that the options do not let us go to; network_failed, timed_out,
/// tls_failed, too_large, cancelled; unauthorized (401, 403) and http_status for any other
/// answer but 200 and 304, with the server's Retry-After.
std::unique_ptr<Source> make_url_source(std::string url, HttpOptions options = {});

/// Microsoft's Download Center, where the files are published weekly under dated names.
struct DownloadOptions {
  Cloud cloud = Cloud::azure_public;
  HttpOptions http{};
  std::string page_base = "https://www.microsoft.com/en-us/download";
  std::string file_base = "https://download.microsoft.com/download";
  /// The day to look back from when no page tells the name; absent: today.
  std::optional<std::chrono::sys_days> today{};
};

/// Finds the newest dated file: on the cloud's page, on its confirmation page, and where
/// both fail by trying the names of the last five weeks in the folder where the cloud's
/// files have been since 2020. Errors: as for an URL; unexpected_shape when nothing is found.
/// Source: pages 56519, 57063, 57062 and 57064 as they were from 2020 to 2026.
std::unique_ptr<Source> make_download_source(DownloadOptions options);

/// The Service Tag Discovery API of Azure Resource Manager.
struct DiscoveryOptions {
  Cloud cloud = Cloud::azure_public;
  HttpOptions http{};
  std::string base{};  ///< empty: the cloud's own, such as https://management.azure.com
  std::string subscription{};
  std::string location{};  ///< where the question is asked; the answer holds all regions
  std::string api_version = "2022-01-01";
  /// A bearer token. Empty: what `token_command` prints; if that is empty as well, what the
  /// managed identity of this machine is given.
  std::string token{};
  std::string token_command{};  ///< run by /bin/sh, within the fetch's time
  std::string identity_base = "http://169.254.169.254";
};

/// Asks the API, page after page. Its answer is of what the caller may see, and may differ
/// from the published file. Errors: as for an URL; unauthorized as well when there is no
/// token; unexpected_shape for a page that is no list. Tokens are in no error and no log.
/// Source: learn.microsoft.com/rest/api/virtualnetwork/service-tags/list (2022-01-01).
std::unique_ptr<Source> make_discovery_source(DiscoveryOptions options);

}  // namespace servicetags
