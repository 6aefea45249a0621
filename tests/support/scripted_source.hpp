// A source whose answers a test has written.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "servicetags/source.hpp"

namespace servicetags::testing {

inline FetchResult gives(std::string bytes, std::string file_name = {}, std::string etag = {}) {
  Payload payload;
  payload.bytes = std::move(bytes);
  payload.origin = "https://example.com/" + file_name;
  payload.file_name = std::move(file_name);
  payload.validators.etag = std::move(etag);
  return {std::move(payload)};
}

inline FetchResult not_modified() {
  Payload payload;
  payload.not_modified = true;
  return {std::move(payload)};
}

inline FetchResult fails(Errc code, std::optional<std::chrono::seconds> retry_after = {}) {
  return {Error{code, "as the test has it", {}, {}}, retry_after};
}

/// What a test and its source share.
struct Script {
  std::mutex mutex;
  std::deque<FetchResult> answers;  // the last one is given again and again
  std::vector<Validators> asked;
  std::function<void(const std::stop_token&)> on_fetch;
  std::string name = "https://example.com/tags";

  explicit Script(std::vector<FetchResult> given) {
    for (FetchResult& one : given) answers.push_back(std::move(one));
  }
};

class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(std::shared_ptr<Script> script) : script_(std::move(script)) {}

  FetchResult fetch(const Validators& known, const std::stop_token& stop) override {
    if (script_->on_fetch) script_->on_fetch(stop);
    const std::lock_guard lock(script_->mutex);
    script_->asked.push_back(known);
    FetchResult answer = script_->answers.front();
    if (script_->answers.size() > 1) script_->answers.pop_front();
    return answer;
  }
  [[nodiscard]] std::string describe() const override { return script_->name; }

 private:
  std::shared_ptr<Script> script_;
};

}  // namespace servicetags::testing
