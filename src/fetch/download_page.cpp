// Tested by: tests/unit/download_page_test.cpp
#include "fetch/download_page.hpp"

#include <algorithm>
#include <array>

#include "support/ascii.hpp"

namespace servicetags::fetch {
namespace {

struct Place {
  const char* page;    // number of the cloud's page
  const char* name;    // in the file's name
  const char* folder;  // of its files; empty: not known
};

/// Folders as they were from 2020 to 2026. Germany's cloud closed; its last file is of 2022.
Place place_of(Cloud cloud) {
  switch (cloud) {
    case Cloud::azure_public:
      return {"56519", "Public", "/7/1/d/71d86715-5596-4529-9b13-da13a5de5b63/"};
    case Cloud::usgov:
      return {"57063", "AzureGovernment", "/6/4/d/64db03bf-895b-4173-a8b1-ba4ad5d4df22/"};
    case Cloud::china: return {"57062", "China", "/9/d/0/9d03b7e2-4b80-4bf3-9b91-da8c7d3ee9f9/"};
    case Cloud::germany: return {"57064", "AzureGermany", ""};
  }
  return {"56519", "Public", ""};
}

std::string prefix_of(Cloud cloud) {
  return std::string("ServiceTags_") + place_of(cloud).name + "_";
}

/// Undoes what HTML and JavaScript do to a slash, an ampersand and a quote.
std::string without_escapes(std::string_view html) {
  struct Escape {
    std::string_view written;
    char meant;
  };
  static constexpr std::array<Escape, 7> kEscapes{{{"\\/", '/'},
                                                   {"\\u002F", '/'},
                                                   {"\\u002f", '/'},
                                                   {"&#x2F;", '/'},
                                                   {"&#47;", '/'},
                                                   {"&amp;", '&'},
                                                   {"&quot;", '"'}}};
  std::string text;
  text.reserve(html.size());
  while (!html.empty()) {
    const auto* found = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const Escape& escape) {
      return html.starts_with(escape.written);
    });
    const bool escaped = found != kEscapes.end();
    text += escaped ? found->meant : html.front();
    html.remove_prefix(escaped ? found->written.size() : 1);
  }
  return text;
}

/// The day of ServiceTags_CLOUD_YYYYMMDD.json as digits; empty for another name.
std::string_view day_of(std::string_view name, std::string_view prefix) {
  constexpr std::size_t kDigits = 8;
  constexpr std::string_view kEnding = ".json";
  if (name.size() != prefix.size() + kDigits + kEnding.size()) return {};
  if (!ascii::equal_ignoring_case(name.substr(0, prefix.size()), prefix)) return {};
  if (!ascii::equal_ignoring_case(name.substr(prefix.size() + kDigits), kEnding)) return {};
  const std::string_view day = name.substr(prefix.size(), kDigits);
  return std::all_of(day.begin(), day.end(), ascii::is_digit) ? day : std::string_view();
}

}  // namespace

std::vector<std::string> download_pages(const DownloadOptions& options) {
  const std::string id = place_of(options.cloud).page;
  return {options.page_base + "/details.aspx?id=" + id,
          options.page_base + "/confirmation.aspx?id=" + id};
}

std::string find_link(std::string_view html, Cloud cloud, std::string_view file_base) {
  const std::string text = without_escapes(html);
  const std::string prefix = prefix_of(cloud);
  const std::string begin = std::string(file_base) + "/";
  std::string newest;
  std::string newest_day;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const auto end = std::min(text.find_first_of("\"' \t\r\n<>()\\?#;&", at), text.size());
    const std::string_view link = std::string_view(text).substr(at, end - at);
    const std::string_view day = day_of(link.substr(link.rfind('/') + 1), prefix);
    if (day.empty() || day <= newest_day) continue;
    newest = link;
    newest_day = day;
  }
  return newest;
}

std::vector<std::string> dated_links(const DownloadOptions& options, std::chrono::sys_days today) {
  constexpr int kDays = 35;
  std::vector<std::string> mondays;
  std::vector<std::string> others;
  const Place place = place_of(options.cloud);
  if (*place.folder == '\0') return mondays;
  for (int back = 0; back < kDays; ++back) {
    const std::chrono::sys_days day = today - std::chrono::days(back);
    const std::chrono::year_month_day date(day);
    const unsigned number = static_cast<unsigned>(static_cast<int>(date.year())) * 10'000 +
                            static_cast<unsigned>(date.month()) * 100 +
                            static_cast<unsigned>(date.day());
    auto& links = std::chrono::weekday(day) == std::chrono::Monday ? mondays : others;
    links.push_back(options.file_base + place.folder + prefix_of(options.cloud) +
                    std::to_string(number) + ".json");
  }
  mondays.insert(mondays.end(), others.begin(), others.end());
  return mondays;
}

}  // namespace servicetags::fetch
