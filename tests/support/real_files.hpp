// The published files that tests read when they are there. They are not part of the
// repository: SERVICETAGS_TEST_DATA names their folder.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace servicetags::testing {

/// Paths of all ServiceTags_*.json there, sorted; empty when there is no such folder.
inline std::vector<std::string> real_files() {
  const char* folder = std::getenv("SERVICETAGS_TEST_DATA");
  std::vector<std::string> paths;
  std::error_code missing;
  const std::filesystem::path path = folder == nullptr ? "../shared/data" : folder;
  for (const auto& file : std::filesystem::directory_iterator(path, missing)) {
    const std::string name = file.path().filename().string();
    if (name.starts_with("ServiceTags_") && name.ends_with(".json")) {
      paths.push_back(file.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The path of one real file, or an empty string.
inline std::string real_file(const std::string& name) {
  for (const std::string& path : real_files()) {
    if (std::filesystem::path(path).filename() == name) return path;
  }
  return {};
}

}  // namespace servicetags::testing
