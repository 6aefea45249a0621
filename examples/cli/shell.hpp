// Commands of other programs.
#pragma once

#include <filesystem>
#include <string>

#include "servicetags/result.hpp"

namespace servicetags::cli {

/// A folder of our own that goes with its owner.
class TempFolder {
 public:
  /// Errors: io_failed.
  static Result<TempFolder> make();
  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&&) = delete;
  ~TempFolder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Errors: io_failed.
  [[nodiscard]] Result<void> write(const std::string& name, const std::string& text) const;

 private:
  explicit TempFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

struct ShellResult {
  int status = 0;      ///< as the shell gives it; 128 + a signal's number
  std::string output;  ///< both streams
};

/// Runs a script by /bin/sh in a folder, with this text on its standard input.
/// Errors: io_failed when it cannot be started.
Result<ShellResult> run_shell(const std::string& script, const TempFolder& folder,
                              const std::string& input = {});

/// Whether the shell finds a program of this name.
bool is_installed(const std::string& program);

}  // namespace servicetags::cli
