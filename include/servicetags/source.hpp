/// Where service tag files come from.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "servicetags/result.hpp"

namespace servicetags {

/// What a server said about a payload, to ask it later whether there is another.
struct Validators {
  std::string etag;
  std::string last_modified;
};

/// What a source gave.
struct Payload {
  std::string bytes;
  bool not_modified = false;  ///< the payload one has is the current one; `bytes` is empty
  std::string origin;         ///< the URL or path it was found at
  std::string file_name;      ///< as published; or empty
  Validators validators;
};

struct FetchResult {
  Result<Payload> payload;
  std::optional<std::chrono::seconds> retry_after{};  ///< a server's wish to be left alone
};

/// One place to get data from. One fetch at a time; any thread.
class Source {
 public:
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Gets the data, unless `known` is of the current one. Blocks up to the source's own
  /// deadline; returns soon after `stop` is asked for.
  virtual FetchResult fetch(const Validators& known, const std::stop_token& stop) = 0;
  /// Names the source in messages, always the same: an URL without secrets, a path.
  [[nodiscard]] virtual std::string describe() const = 0;

 protected:
  Source() = default;
};

}  // namespace servicetags
