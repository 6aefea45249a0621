// Tested by: tests/unit/json_tree_test.cpp
#include "json/json_tree.hpp"

#include <utility>

namespace servicetags::json {
namespace {

/// Builds the tree from the events of one text.
class TreeBuilder final : public Events {
 public:
  Verdict on_key(std::string_view key, const Path& /*path*/) override {
    open_.back().keys.emplace_back(key);
    return kGoOn;
  }
  Verdict on_scalar(const Scalar& scalar, const Path& path) override {
    add({scalar.kind, std::string(scalar.text), scalar.whole, {}, {}, path.here()});
    return kGoOn;
  }
  Verdict on_begin(Kind array_or_object, const Path& path) override {
    open_.push_back({array_or_object, {}, {}, {}, {}, path.here()});
    return kGoOn;
  }
  Verdict on_end(const Path& /*path*/) override {
    Value value = std::move(open_.back());
    open_.pop_back();
    add(std::move(value));
    return kGoOn;
  }

  Value take() { return std::move(root_); }

 private:
  void add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
  }

  Value root_;
  std::vector<Value> open_;  // arrays and objects not yet ended, outermost first
};

}  // namespace

const Value* Value::find(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

Result<Value> read_tree(std::string_view text, const Limits& limits) {
  TreeBuilder builder;
  if (auto done = read(text, limits, builder); !done) return std::move(done).error();
  return builder.take();
}

Error error_at(Errc code, std::string message, const Value& value, std::string_view text) {
  return {code, std::move(message), value.place.pointer, offset_of(text, value.place.event)};
}

}  // namespace servicetags::json
