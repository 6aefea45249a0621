/// Everything but what needs Boost.Asio: ip.hpp and refresher.hpp.
#pragma once

// IWYU pragma: begin_exports
#include "servicetags/address.hpp"
#include "servicetags/address_count.hpp"
#include "servicetags/allow_list.hpp"
#include "servicetags/cache.hpp"
#include "servicetags/check.hpp"
#include "servicetags/diff.hpp"
#include "servicetags/document.hpp"
#include "servicetags/error.hpp"
#include "servicetags/export.hpp"
#include "servicetags/flow_log.hpp"
#include "servicetags/freshness.hpp"
#include "servicetags/gate.hpp"
#include "servicetags/prefix.hpp"
#include "servicetags/prefix_set.hpp"
#include "servicetags/profile.hpp"
#include "servicetags/region.hpp"
#include "servicetags/resolve.hpp"
#include "servicetags/result.hpp"
#include "servicetags/rules.hpp"
#include "servicetags/snapshot.hpp"
#include "servicetags/source.hpp"
#include "servicetags/tag.hpp"
#include "servicetags/updater.hpp"
#include "servicetags/version.hpp"
// IWYU pragma: end_exports
