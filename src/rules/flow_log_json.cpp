// Azure's flow logs as JSON. Every entry is one text in an array "flowTuples", whatever is
// around it:
//
//   network security group   seconds,source,destination,port,port,T|U,I|O,A|D[,B|C|E,...]
//   virtual network          milliseconds,source,destination,port,port,6|17,I|O,B|C|E|D,...
//
// Tested by: tests/unit/flow_log_test.cpp
#include <array>
#include <utility>

#include "json/json_reader.hpp"
#include "rules/flow_fields.hpp"
#include "support/ascii.hpp"

namespace servicetags::rules {
namespace {

constexpr json::Limits kLimits{.max_depth = 64, .max_string = 65'536, .max_members = 10'000};

class TupleReader final : public json::Events {
 public:
  json::Verdict on_key(std::string_view key, const json::Path& /*path*/) override {
    in_tuples_ = ascii::equal_ignoring_case(key, "flowTuples");
    return json::kGoOn;
  }
  json::Verdict on_scalar(const json::Scalar& scalar, const json::Path& /*path*/) override {
    if (!in_tuples_) return json::kGoOn;
    if (scalar.kind != json::Kind::string) {
      return json::Refusal{Errc::unexpected_shape, "expected a flow as a string", {}};
    }
    return read_tuple(scalar.text);
  }
  json::Verdict on_begin(json::Kind array_or_object, const json::Path& /*path*/) override {
    if (in_tuples_ && array_or_object == json::Kind::array) found_tuples_ = true;
    return json::kGoOn;
  }
  json::Verdict on_end(const json::Path& /*path*/) override {
    in_tuples_ = false;
    return json::kGoOn;
  }

  [[nodiscard]] bool found_tuples() const { return found_tuples_; }
  FlowLog take() { return std::move(log_); }

 private:
  json::Verdict read_tuple(std::string_view tuple) {
    std::array<std::string_view, 8> parts;
    std::string_view rest = tuple;
    for (std::string_view& part : parts) {
      const auto comma = std::min(rest.find(','), rest.size());
      part = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (parts[7].empty()) {
      return json::Refusal{
          Errc::unexpected_shape,
          "expected a flow of at least 8 parts between commas, found " + ascii::quoted(tuple),
          {}};
    }
    auto added = add_flow({.source = parts[1],
                           .destination = parts[2],
                           .port = parts[4],
                           .protocol = parts[5],
                           .direction = parts[6],
                           .action = parts[7]},
                          log_);
    if (added) return json::kGoOn;
    return json::Refusal{added.error().code, added.error().message, {}};
  }

  FlowLog log_;
  bool in_tuples_ = false;
  bool found_tuples_ = false;
};

}  // namespace

Result<FlowLog> parse_flow_log_json(std::string_view text) {
  TupleReader reader;
  if (auto done = json::read(text, kLimits, reader); !done) return std::move(done).error();
  if (reader.found_tuples()) return reader.take();
  return Error{
      Errc::unexpected_shape, "found no 'flowTuples', so this is no Azure flow log", "#", {}};
}

}  // namespace servicetags::rules
