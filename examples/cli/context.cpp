// Finding the data, and telling what went wrong.
#include "context.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "json_text.hpp"

namespace servicetags::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

/// $XDG_CACHE_HOME/servicetags/CLOUD.json; empty when there is no home.
std::string cached_path(Cloud cloud) {
  std::string folder = environment("XDG_CACHE_HOME");
  if (folder.empty()) {
    const std::string home = environment("HOME");
    if (home.empty()) return {};
    folder = home + "/.cache";
  }
  return folder + "/servicetags/" + std::string(to_string(cloud)) + ".json";
}

unsigned download_page(Cloud cloud) {
  switch (cloud) {
    case Cloud::azure_public: return 56519;
    case Cloud::usgov: return 57063;
    case Cloud::china: return 57062;
    case Cloud::germany: return 57064;
  }
  return 56519;
}

Error no_data(Cloud cloud) {
  return {Errc::no_data,
          "no data for cloud " + std::string(to_string(cloud)) +
              ". Get it with\n"
              "  az network list-service-tags --location westeurope > servicetags.json\n"
              "or from https://www.microsoft.com/download/details.aspx?id=" +
              std::to_string(download_page(cloud)) +
              "\nand name it with --data FILE or SERVICETAGS_DATA",
          {},
          {}};
}

}  // namespace

Result<Loaded> load_data(const Context& context) {
  std::string path = context.data.empty() ? environment("SERVICETAGS_DATA") : context.data;
  const Cloud cloud = context.cloud.value_or(Cloud::azure_public);
  std::optional<Cloud> wanted = context.cloud;
  if (path.empty()) {
    path = cached_path(cloud);
    wanted = cloud;
    std::error_code missing;
    if (path.empty() || !std::filesystem::exists(path, missing)) return no_data(cloud);
  }
  auto snapshot = load(path, wanted);
  if (!snapshot) return std::move(snapshot).error();
  return Loaded{*std::move(snapshot), path};
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
