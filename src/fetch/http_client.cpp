// Tested by: tests/unit/source_test.cpp, tests/integration/test_servers.py
#include "fetch/http_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "fetch/libcurl.hpp"
#include "support/ascii.hpp"
#include "support/gzip.hpp"

namespace servicetags::fetch {
namespace {

using std::chrono::milliseconds;

/// REQUIRES that it could be loaded, which HttpClient::get() sees to.
const Libcurl& curl() { return libcurl().value(); }

using Handle = std::unique_ptr<CURL, decltype(Libcurl::easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(Libcurl::multi_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(Libcurl::slist_free_all)>;
using UrlHandle = std::unique_ptr<CURLU, decltype(Libcurl::url_cleanup)>;

Error failed(Errc code, std::string message, const std::string& url) {
  return {code, std::move(message), public_url(url), {}};
}

/// An URL taken apart.
struct Url {
  std::string scheme;
  std::string host;  ///< small letters; IPv6 in brackets
  bool has_user = false;
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl().url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl().free(text);
  return copy;
}

std::optional<Url> parse_url(const std::string& text) {
  const UrlHandle url(curl().url(), curl().url_cleanup);
  if (!url || curl().url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
                  CURLUE_OK) {
    return std::nullopt;
  }
  return Url{ascii::to_lower(part_of(url.get(), CURLUPART_SCHEME)),
             ascii::to_lower(part_of(url.get(), CURLUPART_HOST)),
             !part_of(url.get(), CURLUPART_USER).empty()};
}

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

/// Why an URL may not be asked; absent when it may.
std::optional<Error> objection(const std::string& text, const Url& first,
                               const HttpRequest& request, const HttpOptions& options) {
  const auto url = parse_url(text);
  if (!url || url->host.empty()) {
    return failed(Errc::not_allowed, "the redirect is no URL of a server", text);
  }
  if (url->has_user) return failed(Errc::not_allowed, "an URL may name no user", text);
  const auto& hosts = options.allowed_hosts;
  const bool known_host =
      url->host == first.host || std::find(hosts.begin(), hosts.end(), url->host) != hosts.end();
  if (!known_host) {
    return failed(Errc::not_allowed,
                  "redirected to " + ascii::quoted(url->host) +
                      ", which is not among the hosts that may be asked",
                  text);
  }
  if (url->scheme == "https") return std::nullopt;
  const bool excepted =
      (options.allow_http_to_loopback && is_loopback(url->host)) ||
      (!request.also_plain_http.empty() && url->host == parse_url(request.also_plain_http)->host);
  if (url->scheme == "http" && excepted) return std::nullopt;
  return failed(Errc::not_allowed, "only https is used, not " + ascii::quoted(url->scheme), text);
}

/// What the callbacks of one transfer write to.
struct Transfer {
  std::string body;
  std::size_t max_body = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
  std::string encoding;  // of the body; empty: none
  HttpReply reply;
};

constexpr std::size_t kMaxHeaders = 262'144;

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::size_t given = size * count;
  // libcurl's own cap (7.88) does not hold for chunked replies.
  if (given > transfer.max_body - transfer.body.size()) {
    transfer.too_large = true;
    return 0;
  }
  transfer.body.append(bytes, given);
  return given;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return ascii::is_blank(c) || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::string_view line(bytes, size * count);
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > kMaxHeaders) {
    transfer.too_large = true;
    return 0;
  }
  HttpReply& reply = transfer.reply;
  if (line.starts_with("HTTP/")) {  // perhaps after "100 Continue" or a proxy's answer
    reply.validators = {};
    reply.retry_after.reset();
    transfer.encoding.clear();
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  const std::string_view name = line.substr(0, colon);
  const std::string value(trimmed(line.substr(colon + 1)));
  if (ascii::equal_ignoring_case(name, "etag")) reply.validators.etag = value;
  if (ascii::equal_ignoring_case(name, "last-modified")) reply.validators.last_modified = value;
  if (ascii::equal_ignoring_case(name, "content-encoding")) {
    transfer.encoding += (transfer.encoding.empty() ? "" : ",") + ascii::to_lower(value);
  }
  if (ascii::equal_ignoring_case(name, "retry-after")) {
    reply.retry_after = parse_retry_after(
        value, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  }
  return line.size();
}

/// Undoes the body's encoding. By us: libcurl passes damaged gzip on as it comes out, and
/// has no cap on what it comes to.
Result<void> unpack(Transfer& transfer, const std::string& url) {
  if (transfer.encoding.empty() || transfer.encoding == "identity" || transfer.body.empty()) {
    return {};
  }
  if (transfer.encoding != "gzip") {
    return failed(Errc::network_failed,
                  "the content is packed by " + ascii::quoted(transfer.encoding) +
                      ", where only gzip was asked for",
                  url);
  }
  auto unpacked = gzip::unpack(transfer.body, transfer.max_body);
  if (unpacked) {
    transfer.body = *std::move(unpacked);
    return {};
  }
  const bool too_large = unpacked.error().code == Errc::limit_exceeded;
  return failed(too_large ? Errc::too_large : Errc::network_failed,
                "the packed content: " + unpacked.error().message, url);
}

Errc code_of(CURLcode result) {
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT: return Errc::timed_out;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return Errc::tls_failed;
    case CURLE_URL_MALFORMAT: return Errc::invalid_argument;
    default: return Errc::network_failed;
  }
}

/// Runs one transfer to its end, or until asked to stop.
CURLcode run(CURL* easy, const std::stop_token& stop) {
  const Multi multi(curl().multi_init(), curl().multi_cleanup);
  if (!multi || curl().multi_add_handle(multi.get(), easy) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  const std::stop_callback wake(stop, [&] { curl().multi_wakeup(multi.get()); });
  CURLcode result = CURLE_ABORTED_BY_CALLBACK;
  for (int running = 1; running > 0 && !stop.stop_requested();) {
    if (curl().multi_perform(multi.get(), &running) != CURLM_OK) break;
    if (running > 0) curl().multi_poll(multi.get(), nullptr, 0, 1000, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl().multi_info_read(multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl().multi_remove_handle(multi.get(), easy);
  return result;
}

/// Headers of the request; they are copied.
List headers_of(const HttpRequest& request, bool with_headers) {
  List list(nullptr, curl().slist_free_all);
  const auto add = [&](const std::string& line) {
    list.reset(curl().slist_append(list.release(), line.c_str()));
  };
  if (!request.known.etag.empty()) add("If-None-Match: " + request.known.etag);
  if (!request.known.last_modified.empty()) {
    add("If-Modified-Since: " + request.known.last_modified);
  }
  add("Accept-Encoding: gzip");
  if (with_headers) {
    for (const std::string& header : request.headers) add(header);
  }
  return list;
}

}  // namespace

HttpClient::HttpClient(const HttpOptions& options)
    : options_(options),
      deadline_(std::chrono::steady_clock::now() + options.total_timeout),
      bytes_left_(options.max_bytes) {}

Result<HttpReply> HttpClient::get(const HttpRequest& request, const std::stop_token& stop) {
  if (!libcurl()) return failed(libcurl().error().code, libcurl().error().message, request.url);
  const auto first = parse_url(request.url);
  if (!first || first->host.empty()) {
    return failed(Errc::invalid_argument, "expected an URL such as https://example.com/tags.json",
                  request.url);
  }
  std::string url = request.url;
  for (unsigned redirects = 0;; ++redirects) {
    if (auto error = objection(url, *first, request, options_)) return *std::move(error);
    const bool own_host = parse_url(url)->host == first->host;
    std::string redirect;
    auto reply = get_once(request, url, own_host, stop, redirect);
    if (!reply || redirect.empty()) return reply;
    if (redirects == options_.max_redirects) {
      return failed(Errc::not_allowed,
                    "redirected more than " + std::to_string(options_.max_redirects) + " times",
                    request.url);
    }
    url = std::move(redirect);
  }
}

Result<HttpReply> HttpClient::get_once(const HttpRequest& request, const std::string& url,
                                       bool with_headers, const std::stop_token& stop,
                                       std::string& redirect) {
  const auto left = std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
  if (stop.stop_requested()) return failed(Errc::cancelled, "asked to stop", url);
  if (left <= milliseconds::zero()) {
    return failed(Errc::timed_out, "the time for one fetch is over", url);
  }
  const Handle handle(curl().easy_init(), curl().easy_cleanup);
  if (!handle) return failed(Errc::network_failed, "no memory for a connection", url);
  CURL* const easy = handle.get();
  const bool plain = url.starts_with("http:") || url.starts_with("HTTP:");
  const List headers = headers_of(request, with_headers);
  std::array<char, CURL_ERROR_SIZE> reason{};
  Transfer transfer;
  transfer.max_body = bytes_left_;
  curl().easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  curl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);  // by us, host by host
  curl().easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl().easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(std::min(left, options_.connect_timeout).count()));
  curl().easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl().easy_setopt(easy, CURLOPT_USERAGENT, "servicetags/1");
  curl().easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl().easy_setopt(easy, CURLOPT_ERRORBUFFER, reason.data());
  curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl().easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl().easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl().easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  // Servers on this machine, or beside it, are not asked through the environment's proxy.
  if (!options_.proxy.empty() || plain) {
    curl().easy_setopt(easy, CURLOPT_PROXY, plain ? "" : options_.proxy.c_str());
  }
  if (!options_.ca_file.empty()) {
    curl().easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl().easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  const CURLcode result = run(easy, stop);
  if (stop.stop_requested()) return failed(Errc::cancelled, "asked to stop", url);
  if (transfer.too_large) {
    return failed(
        Errc::too_large,
        "the server sends more than the limit of " + std::to_string(options_.max_bytes) + " bytes",
        url);
  }
  if (result != CURLE_OK) {
    const std::string text = reason[0] == '\0' ? curl().easy_strerror(result) : reason.data();
    return failed(code_of(result), text, url);
  }
  if (auto unpacked = unpack(transfer, url); !unpacked) return std::move(unpacked).error();
  bytes_left_ -= transfer.body.size();
  HttpReply reply = std::move(transfer.reply);
  curl().easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply.status);
  char* location = nullptr;
  curl().easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
  if (location != nullptr && reply.status >= 301 && reply.status <= 308 && reply.status != 304) {
    redirect = location;
  }
  reply.url = url;
  reply.body = std::move(transfer.body);
  return reply;
}

Error status_error(const HttpReply& reply) {
  std::string message = "the server answered with status " + std::to_string(reply.status);
  const bool denied = reply.status == 401 || reply.status == 403;
  if (denied)
    message += reply.status == 401 ? ": it wants another token" : ": it grants too little";
  if (reply.retry_after) {
    message +=
        "; it asks to be left alone for " + std::to_string(reply.retry_after->count()) + " s";
  }
  return failed(denied ? Errc::unauthorized : Errc::http_status, std::move(message), reply.url);
}

std::string public_url(const std::string& url) {
  std::string shown = url.substr(0, url.find_first_of("?#"));
  const auto begin = shown.find("://");
  if (begin == std::string::npos) return shown;
  const auto end = std::min(shown.find('/', begin + 3), shown.size());
  const auto at = shown.rfind('@', end);
  if (at != std::string::npos && at > begin) shown.erase(begin + 3, at + 1 - (begin + 3));
  return shown;
}

std::optional<std::chrono::seconds> parse_retry_after(const std::string& text,
                                                      std::chrono::sys_seconds now) {
  if (text.empty()) return std::nullopt;
  if (ascii::is_digit(text.front())) {
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return std::chrono::seconds(seconds);
  }
  const time_t date = curl().getdate(text.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  const auto wait = std::chrono::sys_seconds(std::chrono::seconds(date)) - now;
  return std::max(wait, std::chrono::seconds::zero());
}

}  // namespace servicetags::fetch
