#include "fetch/download_page.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace servicetags;
using namespace servicetags::fetch;

namespace {

constexpr const char* kBase = "https://download.microsoft.com/download";

std::string found(const std::string& html, Cloud cloud = Cloud::azure_public) {
  return find_link(html, cloud, kBase);
}

const std::string kLink = std::string(kBase) + "/7/1/d/x/ServiceTags_Public_20260105.json";

}  // namespace

TEST_CASE("the link is found in every shape that the page has had") {
  const std::string pages[] = {
      "<meta http-equiv=\"refresh\" content=\"0;url=" + kLink + "\" />",
      "<a class='x' href='" + kLink + "'>click here</a>",
      "<script>var AcOEt_DownloadUrl = \"" + kLink + "\";</script>",
      "<p>" + kLink + "</p>",
      "window.__DLCDetails__={\"dlcDetailsView\":{\"downloadFile\":[{\"name\":\"x\",\"url\":\"" +
          kLink + "\",\"size\":\"4\"}]}}",
      R"({"url":"https:\/\/download.microsoft.com\/download\/7\/1\/d\/x\/ServiceTags_Public_20260105.json"})",
      R"({"url":"https:\u002F\u002Fdownload.microsoft.com\u002fdownload\u002F7/1/d/x/ServiceTags_Public_20260105.json"})",
      "<a href=\"https:&#x2F;&#x2F;download.microsoft.com&#47;download/7/1/d/x/"
      "ServiceTags_Public_20260105.json\">",
      "<div data-json=\"{&quot;url&quot;:&quot;" + kLink + "&quot;}\">",
      kLink,
  };
  std::size_t checked = 0;
  for (const std::string& page : pages) {
    CAPTURE(page);
    CHECK(found(page) == kLink);
    ++checked;
  }
  CHECK(checked == 10);
}

TEST_CASE("of several the newest of the cloud asked for is taken") {
  const std::string base = std::string("\"") + kBase + "/a/";
  const std::string page =
      base + "ServiceTags_Public_20251229.json\" " + base + "ServiceTags_Public_20260105.json\" " +
      base + "ServiceTags_China_20260112.json\" " + base + "ServiceTags_Public_20260101.json\"";
  CHECK(found(page) == std::string(kBase) + "/a/ServiceTags_Public_20260105.json");
  CHECK(found(page, Cloud::china) == std::string(kBase) + "/a/ServiceTags_China_20260112.json");
  CHECK(found(page, Cloud::usgov).empty());
}

TEST_CASE("what is no dated file of this place is no link") {
  const std::string base = std::string("\"") + kBase + "/a/";
  for (const std::string& page : {
           std::string(),
           std::string("<html>Sorry</html>"),
           base + "ServiceTags_Public_2026010.json\"",
           base + "ServiceTags_Public_202601055.json\"",
           base + "ServiceTags_Public_2026010x.json\"",
           base + "ServiceTags_Public_20260105.json.exe\"",
           base + "xServiceTags_Public_20260105.json\"",
           std::string("\"https://evil.example/a/ServiceTags_Public_20260105.json\""),
           std::string("\"https://download.microsoft.com.evil.example/download/"
                       "ServiceTags_Public_20260105.json\""),
           std::string(
               "\"http://download.microsoft.com/download/a/ServiceTags_Public_20260105.json\""),
       }) {
    CAPTURE(page);
    CHECK(found(page).empty());
  }
}

TEST_CASE("each cloud has its pages") {
  const auto first = [](Cloud cloud) { return download_pages({.cloud = cloud}).at(0); };
  CHECK(first(Cloud::azure_public) ==
        "https://www.microsoft.com/en-us/download/details.aspx?id=56519");
  CHECK(first(Cloud::usgov).ends_with("id=57063"));
  CHECK(first(Cloud::china).ends_with("id=57062"));
  CHECK(first(Cloud::germany).ends_with("id=57064"));
}

TEST_CASE("dated names are tried Mondays first, then all days of five weeks, each once") {
  const auto today = std::chrono::sys_days(std::chrono::year(2026) / 1 / 7);  // a Wednesday
  const auto links = dated_links({}, today);
  REQUIRE(links.size() == 35);
  CHECK(links[0].ends_with("/ServiceTags_Public_20260105.json"));
  CHECK(links[1].ends_with("_20251229.json"));
  CHECK(links[4].ends_with("_20251208.json"));
  CHECK(links[5].ends_with("_20260107.json"));
  CHECK(links[6].ends_with("_20260106.json"));
  CHECK(links[7].ends_with("_20260104.json"));
  CHECK(std::set<std::string>(links.begin(), links.end()).size() == 35);
  CHECK(dated_links({.cloud = Cloud::germany}, today).empty());
}
