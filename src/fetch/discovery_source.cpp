// Tested by: tests/unit/source_test.cpp
#include <algorithm>
#include <utility>

#include "fetch/command.hpp"
#include "fetch/payload_of.hpp"
#include "json/json_reader.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

constexpr json::Limits kLimits{.max_depth = 32, .max_string = 65'536, .max_members = 1'000};

const char* base_of(Cloud cloud) {
  switch (cloud) {
    case Cloud::azure_public: return "https://management.azure.com";
    case Cloud::usgov: return "https://management.usgovcloudapi.net";
    case Cloud::china: return "https://management.chinacloudapi.cn";
    case Cloud::germany: return "https://management.microsoftazure.de";
  }
  return "";
}

/// One text member of the outermost object, by its name.
class TopMember final : public json::Events {
 public:
  explicit TopMember(std::string_view name) : name_(name) {}

  json::Verdict on_key(std::string_view key, const json::Path& path) override {
    here_ = path.depth() == 1 && ascii::equal_ignoring_case(key, name_);
    return json::kGoOn;
  }
  json::Verdict on_scalar(const json::Scalar& scalar, const json::Path& /*path*/) override {
    if (std::exchange(here_, false) && scalar.kind == json::Kind::string) value_ = scalar.text;
    return json::kGoOn;
  }
  json::Verdict on_begin(json::Kind /*kind*/, const json::Path& /*path*/) override {
    here_ = false;
    return json::kGoOn;
  }
  json::Verdict on_end(const json::Path& /*path*/) override { return json::kGoOn; }

  [[nodiscard]] const std::string& value() const { return value_; }

 private:
  std::string_view name_;
  std::string value_;
  bool here_ = false;
};

/// Empty when there is no such member, or it is no text.
Result<std::string> top_member(std::string_view text, std::string_view name) {
  TopMember member(name);
  if (auto done = json::read(text, kLimits, member); !done) return std::move(done).error();
  return member.value();
}

/// A token is letters, digits and a few signs: nothing that would end its header.
bool is_token(const std::string& text) {
  const auto is_sign = [](char c) { return c > ' ' && c < '\x7F'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_sign);
}

bool is_path_part(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_digit(c) || ascii::is_lower(ascii::to_lower(c)) || c == '-';
  });
}

Error no_token(std::string message) { return {Errc::unauthorized, std::move(message), {}, {}}; }

/// The first line that a command prints.
Result<std::string> token_of_command(const std::string& command,
                                     std::chrono::steady_clock::time_point deadline,
                                     const std::stop_token& stop) {
  constexpr std::size_t kMost = 65'536;
  auto text = fetch::run_command(command, kMost, deadline, stop);
  if (!text) {
    if (text.error().code == Errc::cancelled) return text;
    return no_token("for the token: " + text.error().message + "; run it by hand to see why");
  }
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (is_token(*text)) return text;
  return no_token("the token command printed no token; run it by hand to see why");
}

class DiscoverySource final : public Source {
 public:
  explicit DiscoverySource(DiscoveryOptions options) : options_(std::move(options)) {
    if (options_.base.empty()) options_.base = base_of(options_.cloud);
  }

  FetchResult fetch(const Validators& /*known*/, const std::stop_token& stop) override {
    for (const std::string* part :
         {&options_.subscription, &options_.location, &options_.api_version}) {
      if (!is_path_part(*part)) {
        return {Error{Errc::invalid_argument,
                      "expected letters, digits and hyphens in subscription, location and version, "
                      "found " +
                          ascii::quoted(*part),
                      {},
                      {}}};
      }
    }
    fetch::HttpClient client(options_.http);
    auto token = find_token(client, stop);
    if (!token) return {std::move(token).error()};
    const std::string authorization = "Authorization: Bearer " + *token;
    Payload payload;
    payload.origin = fetch::public_url(url());
    constexpr unsigned kMostPages = 1'000;
    std::string next = url();
    for (unsigned page = 0; !next.empty(); ++page) {
      if (page == kMostPages) {
        return {Error{Errc::too_large, "the list has more than 1,000 pages", payload.origin, {}}};
      }
      auto reply = client.get({.url = next, .headers = {authorization}}, stop);
      if (!reply) return {std::move(reply).error()};
      if (reply->status != 200) return {fetch::status_error(*reply), reply->retry_after};
      auto link = top_member(reply->body, "nextLink");
      if (!link) return {in_page(std::move(link).error(), reply->url)};
      payload.bytes += (page == 0 ? "" : ",") + reply->body;
      next = *std::move(link);
      if (!next.empty() && !next.starts_with(options_.base + "/")) {
        return {Error{Errc::not_allowed,
                      "the next page is at " + ascii::quoted(fetch::public_url(next)) +
                          ", which is not this API",
                      payload.origin,
                      {}}};
      }
      if (next.empty() && page > 0) payload.bytes = "[" + payload.bytes + "]";
    }
    return {std::move(payload)};
  }

  [[nodiscard]] std::string describe() const override {
    return options_.base + " (" + options_.location + ")";
  }

 private:
  static Error in_page(Error error, const std::string& url) {
    error.where = fetch::public_url(url) + error.where;
    return error;
  }

  [[nodiscard]] std::string url() const {
    return options_.base + "/subscriptions/" + options_.subscription +
           "/providers/Microsoft.Network/locations/" + options_.location +
           "/serviceTags?api-version=" + options_.api_version;
  }

  Result<std::string> find_token(fetch::HttpClient& client, const std::stop_token& stop) const {
    if (!options_.token.empty()) {
      if (is_token(options_.token)) return options_.token;
      return no_token("the token holds characters that no token has");
    }
    if (!options_.token_command.empty()) {
      return token_of_command(options_.token_command, client.deadline(), stop);
    }
    auto reply = client.get({.url = options_.identity_base +
                                    "/metadata/identity/oauth2/token?api-version=2018-02-01"
                                    "&resource=" +
                                    options_.base + "/",
                             .headers = {"Metadata: true"},
                             .also_plain_http = options_.identity_base},
                            stop);
    if (!reply) {
      if (reply.error().code == Errc::cancelled) return std::move(reply).error();
      return no_token("there is no token, and no managed identity to ask for one (" +
                      reply.error().message + "); sign in and give a token command");
    }
    if (reply->status != 200) {
      return no_token("the managed identity was given no token: status " +
                      std::to_string(reply->status));
    }
    auto token = top_member(reply->body, "access_token");
    if (token && is_token(*token)) return token;
    return no_token("the managed identity's answer holds no token");
  }

  DiscoveryOptions options_;
};

}  // namespace

std::unique_ptr<Source> make_discovery_source(DiscoveryOptions options) {
  return std::make_unique<DiscoverySource>(std::move(options));
}

}  // namespace servicetags
