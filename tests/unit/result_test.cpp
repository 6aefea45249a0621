#include "servicetags/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

using namespace servicetags;

namespace {

const Error kError{Errc::invalid_prefix, "message", "where", 3};

Result<int> half(int number) {
  if (number % 2 != 0) return Error{Errc::invalid_argument, "odd", {}, {}};
  return number / 2;
}

/// The error that `work` throws.
template <typename Work>
Error thrown_by(const Work& work) {
  try {
    work();
  } catch (const ServiceTagError& thrown) {
    return thrown.error();
  }
  return Error{};
}

}  // namespace

TEST_CASE("a result is a value or an error") {
  CHECK(half(8).has_value());
  CHECK(static_cast<bool>(half(8)));
  CHECK(*half(8) == 4);
  CHECK_FALSE(half(7).has_value());
  CHECK_FALSE(static_cast<bool>(half(7)));
  CHECK(half(7).error().code == Errc::invalid_argument);
  CHECK(half(7).error().message == "odd");
}

TEST_CASE("value() gives the value, or throws the error with all its fields") {
  CHECK(half(8).value() == 4);
  Result<std::string> failed = kError;
  const Result<std::string> constant = kError;
  CHECK(thrown_by([&] { (void)failed.value(); }) == kError);
  CHECK(thrown_by([&] { (void)constant.value(); }) == kError);
  CHECK(thrown_by([&] { (void)std::move(failed).value(); }) == kError);
  CHECK_THROWS_WITH_AS((void)constant.value(), "where: message (byte 3)", ServiceTagError);
}

TEST_CASE("value_or() gives another value instead of an error") {
  CHECK(half(8).value_or(-1) == 4);
  CHECK(half(7).value_or(-1) == -1);
  CHECK(Result<std::string>(kError).value_or("other") == "other");
}

TEST_CASE("the value is reached, changed and moved in place") {
  Result<std::string> text = std::string(100, 'a');
  text->push_back('b');
  *text += 'c';
  text.value() += 'd';
  CHECK(text->size() == 103);
  const Result<std::string>& constant = text;
  CHECK(constant->ends_with("bcd"));
  CHECK(&*constant == &constant.value());

  const char* letters = text->data();
  const std::string moved = *std::move(text);
  CHECK(moved.data() == letters);
}

TEST_CASE("a value that can only be moved is moved through") {
  const auto make = [](bool good) -> Result<std::unique_ptr<int>> {
    if (!good) return kError;
    return std::make_unique<int>(7);
  };
  const std::unique_ptr<int> pointer = make(true).value();
  CHECK(*pointer == 7);
  CHECK(make(false).error() == kError);
  Result<std::unique_ptr<int>> result = make(true);
  CHECK(*std::move(result).value() == 7);
}

TEST_CASE("an error is handed on by moving it") {
  Result<int> first = Error{Errc::io_failed, std::string(100, 'a'), {}, {}};
  const char* letters = first.error().message.data();
  const Result<std::vector<int>> second = std::move(first).error();
  CHECK(second.error().message.data() == letters);
}

TEST_CASE("a result copies and is assigned as its content does") {
  Result<int> result = half(8);
  const Result<int> copy = result;
  result = half(7);
  CHECK_FALSE(result);
  CHECK(copy.value() == 4);
  result = copy;
  CHECK(result.value() == 4);
  static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);
  static_assert(std::is_nothrow_move_constructible_v<Result<std::unique_ptr<int>>>);
}

TEST_CASE("a result is a condition, and nothing else by accident") {
  static_assert(!std::is_convertible_v<Result<int>, bool>);
  static_assert(!std::is_convertible_v<Result<int>, int>);
  static_assert(!std::is_convertible_v<Result<void>, bool>);
  static_assert(std::is_same_v<Result<int>::value_type, int>);
  CHECK(half(0).has_value());  // a value of 0 is a value
}

TEST_CASE("without a value a result is done, or an error") {
  const Result<void> done;
  CHECK(done.has_value());
  CHECK(static_cast<bool>(done));
  CHECK_NOTHROW(done.value());
  Result<void> failed = kError;
  CHECK_FALSE(failed);
  CHECK(failed.error() == kError);
  CHECK(thrown_by([&] { failed.value(); }) == kError);
  CHECK(std::move(failed).error() == kError);
}
