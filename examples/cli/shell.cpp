#include "shell.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace servicetags::cli {
namespace {

Error failed(std::string message, const std::filesystem::path& path) {
  return {Errc::io_failed, std::move(message), path.string(), {}};
}

/// What a child process does to its open files before it runs.
class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  posix_spawn_file_actions_t* get() noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Result<TempFolder> TempFolder::make() {
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "servicetags-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr) return failed("no temporary folder", name);
  return TempFolder(name);
}

TempFolder::TempFolder(TempFolder&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<void> TempFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream file(path_ / name, std::ios::binary);
  file << text;
  file.close();
  if (!file) return failed("the file cannot be written", path_ / name);
  return {};
}

Result<ShellResult> run_shell(const std::string& script, const TempFolder& folder,
                              const std::string& input) {
  if (auto written = folder.write("input", input); !written) return written.error();
  const std::string from = (folder.path() / "input").string();
  const std::string output = (folder.path() / "output").string();
  FileActions files;
  posix_spawn_file_actions_addopen(files.get(), STDIN_FILENO, from.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(files.get(), STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(files.get(), STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(files.get(), folder.path().c_str());
  std::string shell = "sh";
  std::string option = "-c";
  std::string command = script;
  const std::array<char*, 4> arguments{shell.data(), option.data(), command.data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, "/bin/sh", files.get(), nullptr, arguments.data(), environ) != 0) {
    return failed("the shell cannot be started", "/bin/sh");
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ShellResult result;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::ifstream file(output, std::ios::binary);
  result.output.assign(std::istreambuf_iterator<char>(file), {});
  return result;
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace servicetags::cli
