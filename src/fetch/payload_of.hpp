// From a server's answer to a payload.
// Tested by: tests/unit/source_test.cpp
#pragma once

#include "fetch/http_client.hpp"
#include "servicetags/source.hpp"

namespace servicetags::fetch {

/// 200 and 304 are payloads, any other status an error.
FetchResult payload_of(HttpReply reply);

}  // namespace servicetags::fetch
