/// A value, or the Error that kept it from being made.
#pragma once

#include <cassert>
#include <type_traits>
#include <utility>
#include <variant>

#include "servicetags/error.hpp"

namespace servicetags {

/// What every fallible function of the library returns. It cannot be dropped
/// silently. `std::expected` would be the type of choice, but it is not part of
/// C++20, and an alias that changes with the language level would change the ABI.
///
///     auto address = parse_address(text);
///     if (!address) return report(address.error());
///     use(*address);
///
/// `*` and `->` REQUIRE a value, `error()` REQUIRES an error; `value()` throws
/// ServiceTagError when there is none.
template <typename T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T> && !std::is_same_v<std::remove_cv_t<T>, Error>);

 public:
  using value_type = T;

  // Implicit on purpose: `return value;` and `return Error{...};` read as meant.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const T& operator*() const& noexcept { return *get(); }
  [[nodiscard]] T& operator*() & noexcept { return *get(); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*get()); }
  [[nodiscard]] const T* operator->() const noexcept { return get(); }
  [[nodiscard]] T* operator->() noexcept { return get(); }

  [[nodiscard]] const Error& error() const& noexcept { return *get_error(); }
  [[nodiscard]] Error&& error() && noexcept { return std::move(*get_error()); }

  [[nodiscard]] const T& value() const& { return *checked(); }
  [[nodiscard]] T& value() & { return *checked(); }
  [[nodiscard]] T&& value() && { return std::move(*checked()); }

  template <typename U>
  [[nodiscard]] T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

 private:
  const T* get() const noexcept {
    assert(has_value());
    return std::get_if<0>(&state_);
  }
  T* get() noexcept {
    assert(has_value());
    return std::get_if<0>(&state_);
  }
  const Error* get_error() const noexcept {
    assert(!has_value());
    return std::get_if<1>(&state_);
  }
  Error* get_error() noexcept {
    assert(!has_value());
    return std::get_if<1>(&state_);
  }
  const T* checked() const {
    if (!has_value()) throw ServiceTagError(error());
    return get();
  }
  T* checked() {
    if (!has_value()) throw ServiceTagError(error());
    return get();
  }

  std::variant<T, Error> state_;
};

/// Done, or the Error that kept it from being done.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() noexcept = default;
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const Error& error() const& noexcept {
    assert(error_.has_value());
    return *error_;
  }
  [[nodiscard]] Error&& error() && noexcept {
    assert(error_.has_value());
    return std::move(*error_);
  }
  void value() const {
    if (error_) throw ServiceTagError(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace servicetags
