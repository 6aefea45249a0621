// Tested by: tests/unit/region_test.cpp
#include "snapshot/region_names.hpp"

#include <algorithm>
#include <array>

#include "support/ascii.hpp"

namespace servicetags::snapshot {
namespace {

struct Renamed {
  std::string_view published;
  std::string_view name;
};

constexpr std::array<Renamed, 14> kRenamed{{
    {"centralfrance", "francecentral"},
    {"southfrance", "francesouth"},
    {"germanyn", "germanynorth"},
    {"germanywc", "germanywestcentral"},
    {"norwaye", "norwayeast"},
    {"norwayw", "norwaywest"},
    {"switzerlandn", "switzerlandnorth"},
    {"switzerlandw", "switzerlandwest"},
    {"usstagee", "eastusstg"},
    {"usstagec", "southcentralusstg"},
    {"brazilse", "brazilsoutheast"},
    {"brazilne", "brazilnortheast"},
    {"chilec", "chilecentral"},
    {"koreas2", "koreasouth2"},
}};

struct Displayed {
  std::string_view suffix;
  std::string_view display;
};

// Where splitting at capitals and digits goes wrong.
constexpr std::array<Displayed, 8> kDisplayed{{
    {"EastUSSTG", "East US STG"},
    {"SouthCentralUSSTG", "South Central US STG"},
    {"EastUS2EUAP", "East US 2 EUAP"},
    {"CentralUSEUAP", "Central US EUAP"},
    {"USGovArizona", "USGov Arizona"},
    {"USGovIowa", "USGov Iowa"},
    {"USGovTexas", "USGov Texas"},
    {"USGovVirginia", "USGov Virginia"},
}};

}  // namespace

std::string_view known_name(std::string_view published) noexcept {
  const auto* const found = std::find_if(kRenamed.begin(), kRenamed.end(), [&](const Renamed& r) {
    return ascii::equal_ignoring_case(r.published, published);
  });
  return found == kRenamed.end() ? std::string_view{} : found->name;
}

bool is_known_name(std::string_view name) noexcept {
  return std::any_of(kRenamed.begin(), kRenamed.end(),
                     [&](const Renamed& r) { return ascii::equal_ignoring_case(r.name, name); });
}

std::string display_name(std::string_view suffix) {
  const auto* const found = std::find_if(kDisplayed.begin(), kDisplayed.end(),
                                         [&](const Displayed& d) { return d.suffix == suffix; });
  if (found != kDisplayed.end()) return std::string(found->display);
  std::string display;
  for (std::size_t i = 0; i < suffix.size(); ++i) {
    const char c = suffix[i];
    const char before = i == 0 ? '\0' : suffix[i - 1];
    const char after = i + 1 == suffix.size() ? '\0' : suffix[i + 1];
    const bool word_starts =
        ascii::is_upper(c) && (ascii::is_lower(before) || ascii::is_digit(before) ||
                               (ascii::is_upper(before) && ascii::is_lower(after)));
    const bool number_starts = ascii::is_digit(c) && i > 0 && !ascii::is_digit(before);
    const bool has_words = std::any_of(suffix.begin(), suffix.end(), ascii::is_upper);
    if (has_words && (word_starts || number_starts)) display += ' ';
    display += c;
  }
  return display;
}

}  // namespace servicetags::snapshot
