// Finding the data, and telling what went wrong.
#include "context.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "json_text.hpp"

namespace servicetags::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

/// What to do about `message`.
Error no_data(Cloud cloud, const std::string& message) {
  std::string command = "servicetags update";
  if (cloud != Cloud::azure_public) command += " --cloud " + std::string(to_string(cloud));
  return {Errc::no_data,
          message + "; get it with: " + command +
              "\n(or name a file with --data FILE or SERVICETAGS_DATA)",
          {},
          {}};
}

}  // namespace

Timestamp now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Result<Cache> cache_of(Cloud cloud) {
  const auto folder = Cache::default_folder();
  if (folder) return Cache(*folder, std::string(to_string(cloud)));
  return Error{Errc::no_data,
               "there is no place for a cache: set XDG_CACHE_HOME, or HOME, to a folder; or name "
               "a file with --data",
               {},
               {}};
}

Result<Loaded> load_kept(Context& context, const Cache& cache, Cloud cloud) {
  auto kept = load_cached(cache, cloud);
  if (!kept && kept.error().code == Errc::no_data) return no_data(cloud, kept.error().message);
  if (!kept) return std::move(kept).error();
  for (const std::string& warning : kept->warnings) tell(context.out, "warning: " + warning);
  return Loaded{std::move(kept->snapshot), cache.path().string(), std::move(kept->payload)};
}

Result<Loaded> load_data(Context& context) {
  const std::string path = context.data.empty() ? environment("SERVICETAGS_DATA") : context.data;
  if (!path.empty()) {
    auto snapshot = is_compiled(path) ? open_compiled(path, {.cloud = context.cloud})
                                      : load(path, context.cloud);
    if (!snapshot) return std::move(snapshot).error();
    return Loaded{*std::move(snapshot), path};
  }
  const Cloud cloud = context.cloud.value_or(Cloud::azure_public);
  auto cache = cache_of(cloud);
  if (!cache) return std::move(cache).error();
  auto loaded = load_kept(context, *cache, cloud);
  if (!loaded) return loaded;
  const Timestamp time = now();
  const std::string age = "the data was last known to be current " +
                          age_text(loaded->cached->checked_at, time) +
                          " ago; renew it with 'servicetags update'";
  switch (judge_age(loaded->cached->checked_at, time, context.freshness)) {
    case Freshness::fresh: break;
    case Freshness::aging: tell(context.out, "warning: " + age); break;
    case Freshness::stale: return Error{Errc::stale, age, {}, {}};
  }
  return loaded;
}

int fail(Context& context, const Error& error) {
  if (error.code == Errc::no_data) {  // our own text, of several lines
    context.out.flush();
    std::fputs(("servicetags: " + to_string(error) + "\n").c_str(), stderr);
  } else {
    tell(context.out, to_string(error));
  }
  return exit_code(error.code);
}

void tell_unresolved(Context& context, const TagResolution& resolution) {
  std::string text = resolution.message;
  for (std::size_t i = 0; i < resolution.suggestions.size(); ++i) {
    text += (i == 0 ? "; did you mean " : ", ") + resolution.suggestions[i];
  }
  if (!resolution.suggestions.empty()) {
    text += "?";
  } else if (resolution.how == Resolved::unknown_region) {
    text += "; see 'servicetags regions'";
  } else if (resolution.how == Resolved::unknown_tag) {
    text += "; see 'servicetags tags'";
  }
  tell(context.out, text);
}

std::string text_of(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : std::string{};
}
std::string json_of(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : std::string("null");
}

std::string json_of(std::span<const Prefix> prefixes) {
  JsonArray array;
  for (const Prefix& prefix : prefixes) array.add_text(to_string(prefix));
  return array.text();
}

}  // namespace servicetags::cli
