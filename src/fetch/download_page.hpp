// What is known of the Download Center: pages, file names, and links in HTML.
// Tested by: tests/unit/download_page_test.cpp
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/source.hpp"

namespace servicetags::fetch {

/// The pages to look at, in turn.
std::vector<std::string> download_pages(const DownloadOptions& options);

/// The newest file of a cloud that a page links to; empty when there is none.
///
/// Any address below `file_base` counts that ends in ServiceTags_CLOUD_YYYYMMDD.json,
/// wherever in the page it stands: in a link, in a refresh of <meta>, in a variable of
/// a script, or in the page's embedded JSON, where slashes are escaped.
std::string find_link(std::string_view html, Cloud cloud, std::string_view file_base);

/// Addresses where the file of each day could be, most likely first: the Mondays of the
/// last five weeks, on which the files are published, then the other days, newest first.
/// Empty for a cloud without a known folder.
std::vector<std::string> dated_links(const DownloadOptions& options, std::chrono::sys_days today);

}  // namespace servicetags::fetch
