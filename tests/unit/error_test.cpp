#include "servicetags/error.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

using namespace servicetags;

namespace {

struct Kind {
  Errc code;
  unsigned number;
  std::string_view name;
};

// Both are stored by users: a row may be added, and none may ever change.
constexpr std::array kKinds = {
    Kind{Errc::invalid_address, 101, "invalid_address"},
    Kind{Errc::invalid_prefix, 102, "invalid_prefix"},
    Kind{Errc::host_bits_set, 103, "host_bits_set"},
    Kind{Errc::invalid_range, 104, "invalid_range"},
    Kind{Errc::invalid_host, 105, "invalid_host"},
    Kind{Errc::invalid_argument, 106, "invalid_argument"},
    Kind{Errc::invalid_profile, 107, "invalid_profile"},
    Kind{Errc::malformed_json, 201, "malformed_json"},
    Kind{Errc::unexpected_shape, 202, "unexpected_shape"},
    Kind{Errc::limit_exceeded, 203, "limit_exceeded"},
    Kind{Errc::wrong_cloud, 204, "wrong_cloud"},
    Kind{Errc::malformed_snapshot, 205, "malformed_snapshot"},
    Kind{Errc::io_failed, 301, "io_failed"},
    Kind{Errc::host_not_found, 302, "host_not_found"},
    Kind{Errc::network_failed, 303, "network_failed"},
    Kind{Errc::timed_out, 304, "timed_out"},
    Kind{Errc::tls_failed, 305, "tls_failed"},
    Kind{Errc::http_status, 306, "http_status"},
    Kind{Errc::unauthorized, 307, "unauthorized"},
    Kind{Errc::too_large, 308, "too_large"},
    Kind{Errc::not_allowed, 309, "not_allowed"},
    Kind{Errc::cancelled, 310, "cancelled"},
    Kind{Errc::no_data, 401, "no_data"},
    Kind{Errc::stale, 402, "stale"},
    Kind{Errc::not_expressible, 501, "not_expressible"},
};

}  // namespace

TEST_CASE("names and numbers of kinds are stable") {
  for (const Kind& kind : kKinds) {
    INFO(kind.name);
    CHECK(static_cast<unsigned>(kind.code) == kind.number);
    CHECK(to_string(kind.code) == kind.name);
  }
}

TEST_CASE("no other number has a name") {
  std::set<unsigned> named;
  for (const Kind& kind : kKinds) named.insert(kind.number);
  unsigned found = 0;
  for (unsigned number = 0; number < 1'000; ++number) {
    const bool has_name = to_string(static_cast<Errc>(number)) != "unknown";
    CHECK(has_name == named.contains(number));
    found += has_name ? 1 : 0;
  }
  CHECK(found == kKinds.size());
}

TEST_CASE("the text of an error leaves out what is not known") {
  Error error{Errc::io_failed, "expected a file", {}, {}};
  CHECK(to_string(error) == "expected a file");
  error.offset = 0;
  CHECK(to_string(error) == "expected a file (byte 0)");
  error.where = "tags.json#/values/3";
  CHECK(to_string(error) == "tags.json#/values/3: expected a file (byte 0)");
  error.offset.reset();
  CHECK(to_string(error) == "tags.json#/values/3: expected a file");
}

TEST_CASE("errors are equal when all fields are") {
  const Error error{Errc::io_failed, "message", "where", 3};
  CHECK(error == Error{Errc::io_failed, "message", "where", 3});
  CHECK_FALSE(error == Error{Errc::no_data, "message", "where", 3});
  CHECK_FALSE(error == Error{Errc::io_failed, "", "where", 3});
  CHECK_FALSE(error == Error{Errc::io_failed, "message", "", 3});
  CHECK_FALSE(error == Error{Errc::io_failed, "message", "where", {}});
}

TEST_CASE("the exception carries the error, and its text") {
  const Error error{Errc::no_data, "no file", "cache", 7};
  const ServiceTagError thrown(error);
  CHECK(thrown.error() == error);
  CHECK(std::string(thrown.what()) == to_string(error));
}
