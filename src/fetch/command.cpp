// Tested by: tests/unit/command_test.cpp
#include "fetch/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

namespace servicetags::fetch {
namespace {

Error failed(Errc code, std::string message) { return {code, std::move(message), {}, {}}; }

/// A file that is closed in time.
class File {
 public:
  explicit File(int number) noexcept : number_(number) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }
  void close() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

/// Starts the command in a process group of its own, printing into `output`; 0 or errno.
int start(std::string command, int output, pid_t& child) {
  std::string shell = "sh";
  std::string option = "-c";
  const std::array<char*, 4> arguments{shell.data(), option.data(), command.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  const int code =
      ::posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return code;
}

/// Reads to the end; what is to be told, if something goes wrong.
std::optional<Error> read_output(int pipe, std::size_t max_bytes,
                                 std::chrono::steady_clock::time_point deadline,
                                 const std::stop_token& stop, std::string& text) {
  constexpr int kTickMs = 50;  // how soon a stop is seen
  std::array<char, 4'096> buffer{};
  while (true) {
    if (stop.stop_requested()) return failed(Errc::cancelled, "asked to stop");
    if (std::chrono::steady_clock::now() >= deadline) {
      return failed(Errc::timed_out, "the command did not end in time");
    }
    pollfd watched{pipe, POLLIN, 0};
    if (::poll(&watched, 1, kTickMs) <= 0) continue;
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count == 0) return std::nullopt;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(Errc::io_failed, "the command's output cannot be read");
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > max_bytes) {
      return failed(Errc::too_large,
                    "the command prints more than " + std::to_string(max_bytes) + " bytes");
    }
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Result<std::string> run_command(const std::string& command, std::size_t max_bytes,
                                std::chrono::steady_clock::time_point deadline,
                                const std::stop_token& stop) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed(Errc::io_failed, "no pipe can be made");
  const File output(ends[0]);
  File input(ends[1]);
  pid_t child = 0;
  if (const int code = start(command, input.number(), child); code != 0) {
    return failed(Errc::io_failed,
                  "the command cannot be started: " + std::generic_category().message(code));
  }
  input.close();
  std::string text;
  auto error = read_output(output.number(), max_bytes, deadline, stop, text);
  if (error) ::kill(-child, SIGKILL);  // and all that it started
  const int status = wait_for(child);
  if (error) return *std::move(error);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return text;
  return failed(Errc::io_failed,
                WIFEXITED(status)
                    ? "the command ended with " + std::to_string(WEXITSTATUS(status))
                    : "the command was ended by signal " + std::to_string(WTERMSIG(status)));
}

}  // namespace servicetags::fetch
