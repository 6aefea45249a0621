#include "fetch/command.hpp"

#include <doctest/doctest.h>

using namespace servicetags;
using namespace std::chrono_literals;

namespace {

Result<std::string> run(const char* command, std::chrono::milliseconds time = 60s,
                        const std::stop_token& stop = {}) {
  return fetch::run_command(command, 1'000, std::chrono::steady_clock::now() + time, stop);
}

Errc code_of(const Result<std::string>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("secret") == std::string::npos);
  return result.error().code;
}

}  // namespace

TEST_CASE("a command gives what it prints, and is given nothing") {
  CHECK(run("printf 'a\\nb'").value() == "a\nb");
  CHECK(run("cat").value().empty());
  CHECK(run("true").value().empty());
}

TEST_CASE("a command that fails, or prints too much, is an error that tells no secret") {
  CHECK(code_of(run("echo secret; exit 3")) == Errc::io_failed);
  CHECK(code_of(run("echo secret; kill -9 $$")) == Errc::io_failed);
  CHECK(code_of(run("/no/such/secret 2>/dev/null")) == Errc::io_failed);
  CHECK(code_of(run("yes secret")) == Errc::too_large);
}

TEST_CASE("a command that does not end is killed with all it started") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(code_of(run("sleep 1000 & sleep 1000", 10ms)) == Errc::timed_out);
  std::stop_source stop;
  stop.request_stop();
  CHECK(code_of(run("sleep 1000 & sleep 1000", 60s, stop.get_token())) == Errc::cancelled);
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
}
