// Tested by: tests/unit/source_test.cpp, tests/integration/test_servers.py
#include <utility>

#include "fetch/payload_of.hpp"

namespace servicetags {
namespace fetch {

FetchResult payload_of(HttpReply reply) {
  if (reply.status != 200 && reply.status != 304) {
    return {status_error(reply), reply.retry_after};
  }
  Payload payload;
  payload.not_modified = reply.status == 304;
  if (!payload.not_modified) payload.bytes = std::move(reply.body);
  payload.origin = public_url(reply.url);
  payload.file_name = payload.origin.substr(payload.origin.rfind('/') + 1);
  payload.validators = std::move(reply.validators);
  return {std::move(payload), reply.retry_after};
}

}  // namespace fetch

namespace {

class UrlSource final : public Source {
 public:
  UrlSource(std::string url, HttpOptions options)
      : url_(std::move(url)), options_(std::move(options)) {}

  FetchResult fetch(const Validators& known, const std::stop_token& stop) override {
    fetch::HttpClient client(options_);
    auto reply = client.get({.url = url_, .known = known}, stop);
    if (!reply) return {std::move(reply).error()};
    return fetch::payload_of(*std::move(reply));
  }

  [[nodiscard]] std::string describe() const override { return fetch::public_url(url_); }

 private:
  std::string url_;
  HttpOptions options_;
};

}  // namespace

std::unique_ptr<Source> make_url_source(std::string url, HttpOptions options) {
  return std::make_unique<UrlSource>(std::move(url), std::move(options));
}

}  // namespace servicetags
