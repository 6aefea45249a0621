// Tested by: tests/unit/source_test.cpp, tests/integration/test_servers.py
#include "fetch/libcurl.hpp"

#include <dlfcn.h>

#include <string>

namespace servicetags::fetch {
namespace {

void* open_library() noexcept {
  for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"}) {
    if (void* library = ::dlopen(name, RTLD_LAZY | RTLD_LOCAL)) return library;
  }
  return nullptr;
}

/// Sets a function; its type is the header's, whose library this is.
template <typename Function>
bool find(void* library, const char* name, Function& function) noexcept {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, Libcurl& curl) noexcept {
  return find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
         find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
         find(library, "curl_easy_init", curl.easy_init) &&
         find(library, "curl_easy_setopt", curl.easy_setopt) &&
         find(library, "curl_easy_strerror", curl.easy_strerror) &&
         find(library, "curl_free", curl.free) && find(library, "curl_getdate", curl.getdate) &&
         find(library, "curl_global_init", curl.global_init) &&
         find(library, "curl_multi_add_handle", curl.multi_add_handle) &&
         find(library, "curl_multi_cleanup", curl.multi_cleanup) &&
         find(library, "curl_multi_info_read", curl.multi_info_read) &&
         find(library, "curl_multi_init", curl.multi_init) &&
         find(library, "curl_multi_perform", curl.multi_perform) &&
         find(library, "curl_multi_poll", curl.multi_poll) &&
         find(library, "curl_multi_remove_handle", curl.multi_remove_handle) &&
         find(library, "curl_multi_wakeup", curl.multi_wakeup) &&
         find(library, "curl_slist_append", curl.slist_append) &&
         find(library, "curl_slist_free_all", curl.slist_free_all) &&
         find(library, "curl_url", curl.url) &&
         find(library, "curl_url_cleanup", curl.url_cleanup) &&
         find(library, "curl_url_get", curl.url_get) && find(library, "curl_url_set", curl.url_set);
}

Result<Libcurl> load() {
  Libcurl curl{};
  void* const library = open_library();
  if (library == nullptr || !find_all(library, curl)) {
    const char* reason = ::dlerror();
    return Error{Errc::network_failed,
                 "libcurl 4 cannot be loaded: " + std::string(reason == nullptr ? "" : reason) +
                     "; install it (Debian: apt-get install libcurl4)",
                 {},
                 {}};
  }
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Error{Errc::network_failed, "libcurl cannot be initialised", {}, {}};
  }
  return curl;
}

}  // namespace

const Result<Libcurl>& libcurl() {
  static const Result<Libcurl> kLoaded = load();
  return kLoaded;
}

}  // namespace servicetags::fetch
