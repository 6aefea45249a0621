#include "servicetags/source.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "fetch/http_client.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using servicetags::testing::TempDir;
using namespace std::chrono_literals;

TEST_CASE("a file is read, and read again only when it has changed") {
  const TempDir folder;
  const std::string path = folder.write("ServiceTags_Public_20260105.json", "{}");
  const auto source = make_file_source(path);
  CHECK(source->describe() == path);
  const FetchResult first = source->fetch({}, {});
  REQUIRE(first.payload);
  CHECK(first.payload->bytes == "{}");
  CHECK(first.payload->file_name == "ServiceTags_Public_20260105.json");
  CHECK(first.payload->origin == path);
  const FetchResult again = source->fetch(first.payload->validators, {});
  CHECK(again.payload.value().not_modified);
  CHECK(again.payload.value().bytes.empty());
  (void)folder.write("ServiceTags_Public_20260105.json", "{ }");
  CHECK(source->fetch(first.payload->validators, {}).payload.value().bytes == "{ }");
  std::filesystem::remove(path);
  CHECK(source->fetch({}, {}).payload.error().code == Errc::io_failed);
}

TEST_CASE("a file that is too large is refused") {
  const TempDir folder;
  const auto source = make_file_source(folder.write("big", std::string(1001, 'x')), 1000);
  CHECK(source->fetch({}, {}).payload.error().code == Errc::limit_exceeded);
}

TEST_CASE("only https is asked, and only what is an URL") {
  struct Case {
    const char* url;
    Errc code;
  };
  const Case cases[] = {{"", Errc::invalid_argument},
                        {"not an url", Errc::invalid_argument},
                        {"http://example.com/x", Errc::not_allowed},
                        {"ftp://example.com/x", Errc::not_allowed},
                        {"file:///etc/passwd", Errc::invalid_argument},
                        {"http://127.0.0.1:1/x", Errc::not_allowed},
                        {"https://user:secret@example.com/x", Errc::not_allowed}};
  std::size_t checked = 0;
  for (const Case& c : cases) {
    CAPTURE(c.url);
    const FetchResult result = make_url_source(c.url)->fetch({}, {});
    REQUIRE_FALSE(result.payload);
    CHECK(result.payload.error().code == c.code);
    CHECK(to_string(result.payload.error()).find("secret") == std::string::npos);
    ++checked;
  }
  CHECK(checked == std::size(cases));
}

TEST_CASE("plain http is for this machine only, and only when allowed") {
  const HttpOptions options{.connect_timeout = 1s, .allow_http_to_loopback = true};
  const auto code = [&](const char* url) {
    return make_url_source(url, options)->fetch({}, {}).payload.error().code;
  };
  CHECK(code("http://127.0.0.1:1/x") == Errc::network_failed);  // nobody listens there
  CHECK(code("http://[::1]:1/x") == Errc::network_failed);
  CHECK(code("http://127.0.0.2:1/x") == Errc::not_allowed);
  CHECK(code("http://169.254.169.254/x") == Errc::not_allowed);
  CHECK(code("http://127.0.0.1.example.com/x") == Errc::not_allowed);
}

TEST_CASE("asked to stop before it begins, a fetch does not begin") {
  std::stop_source stop;
  stop.request_stop();
  const auto source = make_url_source("https://127.0.0.1:1/x");
  CHECK(source->fetch({}, stop.get_token()).payload.error().code == Errc::cancelled);
}

TEST_CASE("secrets of an URL are not shown") {
  using fetch::public_url;
  CHECK(public_url("https://a.example/b/c.json") == "https://a.example/b/c.json");
  CHECK(public_url("https://a.example/b?sig=secret#secret") == "https://a.example/b");
  CHECK(public_url("https://user:secret@a.example/b@c") == "https://a.example/b@c");
  CHECK(public_url("https://a@b@c.example") == "https://c.example");
  CHECK(make_url_source("https://a.example/b?sig=secret")->describe() == "https://a.example/b");
}

TEST_CASE("Retry-After is seconds or a date") {
  const std::chrono::sys_seconds now(1'767'225'600s);  // 2026-01-01T00:00:00Z
  const auto parsed = [&](const char* text) { return fetch::parse_retry_after(text, now); };
  CHECK(parsed("0") == 0s);
  CHECK(parsed("120") == 120s);
  CHECK(parsed("Thu, 01 Jan 2026 00:02:00 GMT") == 120s);
  CHECK(parsed("Wed, 31 Dec 2025 00:00:00 GMT") == 0s);
  for (const char* text : {"", "-1", "12x", "1.5", "soon", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parsed(text));
  }
}

TEST_CASE("the API is asked for nothing that is no name, and without a token not at all") {
  DiscoveryOptions options;
  options.subscription = "0-1";
  options.location = "west/../europe";
  options.token = "t";
  CHECK(make_discovery_source(options)->fetch({}, {}).payload.error().code ==
        Errc::invalid_argument);
  options.location = "westeurope";
  options.token = "bad\r\nX: y";
  CHECK(make_discovery_source(options)->fetch({}, {}).payload.error().code == Errc::unauthorized);
  options.token.clear();
  options.token_command = "echo; echo late";
  CHECK(make_discovery_source(options)->fetch({}, {}).payload.error().code == Errc::unauthorized);
  CHECK(make_discovery_source(options)->describe() == "https://management.azure.com (westeurope)");
}
