#include "host_names.hpp"

#include <utility>  // Boost.Asio 1.74 needs std::exchange and does not include it

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <string>

#include "servicetags/ip.hpp"

namespace servicetags::cli {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_label(std::string_view label) noexcept {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
}

/// As getaddrinfo() takes one: decimal, or 0x and anything.
bool is_number(std::string_view label) noexcept {
  const bool hexadecimal =
      label.size() >= 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X');
  return hexadecimal || std::all_of(label.begin(), label.end(), is_digit);
}

}  // namespace

bool looks_like_host(std::string_view text) noexcept {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const auto dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !is_number(label);
    text.remove_prefix(dot + 1);
  }
}

Result<std::vector<Address>> resolve_host(std::string_view name) {
  boost::asio::io_context context;
  boost::asio::ip::tcp::resolver resolver(context);
  boost::system::error_code error;
  const auto found = resolver.resolve(std::string(name), "", error);
  if (error) {
    return Error{Errc::host_not_found,
                 "no address for host " + std::string(name) + " (" + error.message() +
                     "); for a service tag use 'servicetags expand'",
                 {},
                 {}};
  }
  std::vector<Address> addresses;
  for (const auto& entry : found) addresses.push_back(from_asio(entry.endpoint().address()));
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

}  // namespace servicetags::cli
