// Tested by: tests/unit/source_test.cpp
#include <utility>

#include "fetch/download_page.hpp"
#include "fetch/payload_of.hpp"

namespace servicetags {
namespace {

/// "https://host" of an URL.
std::string host_of(const std::string& url) {
  const auto begin = url.find("://");
  if (begin == std::string::npos) return {};
  const auto host = begin + 3;
  return url.substr(host, url.find_first_of(":/", host) - host);
}

class DownloadSource final : public Source {
 public:
  explicit DownloadSource(DownloadOptions options) : options_(std::move(options)) {
    options_.http.allowed_hosts.push_back(host_of(options_.page_base));
    options_.http.allowed_hosts.push_back(host_of(options_.file_base));
  }

  FetchResult fetch(const Validators& known, const std::stop_token& stop) override {
    fetch::HttpClient client(options_.http);
    std::optional<FetchResult> failure;  // the first one tells the most
    for (const std::string& page : fetch::download_pages(options_)) {
      auto link = find_on_page(client, page, stop);
      if (!link.payload) {
        if (is_final(link.payload.error())) return link;
        if (!failure) failure = std::move(link);
        continue;
      }
      FetchResult file = get_file(client, link.payload->origin, known, stop);
      if (file.payload || is_final(file.payload.error())) return file;
      if (!failure) failure = std::move(file);
    }
    for (const std::string& link : fetch::dated_links(options_, today())) {
      FetchResult file = get_file(client, link, known, stop);
      if (file.payload || is_final(file.payload.error())) return file;
      // A name that there never was is 404; a server in trouble is not asked 35 times.
      if (file.payload.error().code != Errc::http_status) break;
    }
    return *std::move(failure);
  }

  [[nodiscard]] std::string describe() const override {
    return fetch::public_url(options_.page_base) + ", " + std::string(to_string(options_.cloud));
  }

 private:
  /// Whether to go on would be in vain, or against a server's wish.
  static bool is_final(const Error& error) {
    return error.code == Errc::cancelled || error.code == Errc::timed_out ||
           error.code == Errc::too_large;
  }

  /// A payload whose origin is the file's address.
  FetchResult find_on_page(fetch::HttpClient& client, const std::string& page,
                           const std::stop_token& stop) const {
    auto reply = client.get({.url = page}, stop);
    if (!reply) return {std::move(reply).error()};
    if (reply->status != 200) return {fetch::status_error(*reply), reply->retry_after};
    Payload found;
    found.origin = fetch::find_link(reply->body, options_.cloud, options_.file_base);
    if (!found.origin.empty()) return {std::move(found)};
    return {Error{Errc::unexpected_shape,
                  "the page has no link to a service tag file of cloud " +
                      std::string(to_string(options_.cloud)),
                  fetch::public_url(page),
                  {}}};
  }

  static FetchResult get_file(fetch::HttpClient& client, const std::string& link,
                              const Validators& known, const std::stop_token& stop) {
    auto reply = client.get({.url = link, .known = known}, stop);
    if (!reply) return {std::move(reply).error()};
    return fetch::payload_of(*std::move(reply));
  }

  [[nodiscard]] std::chrono::sys_days today() const {
    if (options_.today) return *options_.today;
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  }

  DownloadOptions options_;
};

}  // namespace

std::unique_ptr<Source> make_download_source(DownloadOptions options) {
  return std::make_unique<DownloadSource>(std::move(options));
}

}  // namespace servicetags
