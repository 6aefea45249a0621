#include "duration.hpp"

#include <array>
#include <charconv>
#include <functional>
#include <utility>

namespace servicetags::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Milliseconds>, 5> kUnits{
    {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};

CLI::Option* add(CLI::App& app, const std::string& name, const std::string& help,
                 std::function<void(Milliseconds)> set) {
  return app
      .add_option_function<std::string>(
          name,
          [name, set = std::move(set)](const std::string& text) {
            const auto duration = parse_duration(text);
            if (!duration) {
              throw CLI::ValidationError(
                  name, "expected a duration such as 90s, 15m, 6h or 2d, found '" + text + "'");
            }
            set(*duration);
          },
          help)
      ->type_name("DURATION");
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty() && number == 0) return 0ms;
  for (const auto& [name, length] : kUnits) {
    constexpr Milliseconds kMost = 10'000 * 24h;
    if (unit == name && number <= kMost / length) return number * length;
  }
  return std::nullopt;
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, const std::string& help,
                          Milliseconds& value) {
  return add(app, name, help, [&value](Milliseconds given) { value = given; });
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, const std::string& help,
                          std::optional<Milliseconds>& value) {
  return add(app, name, help, [&value](Milliseconds given) { value = given; });
}

}  // namespace servicetags::cli
