// The only door to libcurl, loaded when something is first fetched: it and the thirty libraries
// behind it take 4 ms to load, which is more than all else that looking an address up in compiled
// data takes. Tested by: tests/unit/source_test.cpp, tests/integration/test_servers.py
#pragma once

#include <curl/curl.h>

#include "servicetags/result.hpp"

namespace servicetags::fetch {

/// Its functions that we use, by their names without "curl_".
struct Libcurl {
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_free) free;
  decltype(&curl_getdate) getdate;
  decltype(&curl_global_init) global_init;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_multi_info_read) multi_info_read;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_wakeup) multi_wakeup;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_url) url;
  decltype(&curl_url_cleanup) url_cleanup;
  decltype(&curl_url_get) url_get;
  decltype(&curl_url_set) url_set;
};

/// Loaded and initialised once, by whichever thread comes first, and never unloaded.
/// Errors: network_failed with the system's reason.
const Result<Libcurl>& libcurl();

}  // namespace servicetags::fetch
