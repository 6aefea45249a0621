// libmaxminddb, asked as its manual shows: by a socket address, and then for the value.
#pragma once

#include <arpa/inet.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "index/kernels.hpp"

namespace mmdb {

using servicetags::index::Address6;
using servicetags::index::SetId;

class Table {
 public:
  explicit Table(const std::string& path) {
    if (MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database_) != MMDB_SUCCESS) {
      throw std::runtime_error(path + " cannot be opened");
    }
  }
  ~Table() { MMDB_close(&database_); }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void find(const std::vector<std::uint32_t>& addresses, std::vector<SetId>& sets) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      address.sin_addr.s_addr = htonl(addresses[i]);
      sets[i] = find(reinterpret_cast<const sockaddr*>(&address));
    }
  }
  void find(const std::vector<Address6>& addresses, std::vector<SetId>& sets) const {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      std::memcpy(&address.sin6_addr, addresses[i].data(), addresses[i].size());
      sets[i] = find(reinterpret_cast<const sockaddr*>(&address));
    }
  }

 private:
  [[nodiscard]] SetId find(const sockaddr* address) const {
    int error = MMDB_SUCCESS;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&database_, address, &error);
    if (error != MMDB_SUCCESS || !found.found_entry) return 0;
    MMDB_entry_data_s data;
    if (MMDB_get_value(&found.entry, &data, nullptr) != MMDB_SUCCESS) return 0;
    return data.uint32;
  }

  MMDB_s database_{};
};

}  // namespace mmdb
