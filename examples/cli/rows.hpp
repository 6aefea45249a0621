// Rows of named cells, in every output format.
#pragma once

#include <vector>

#include "context.hpp"

namespace servicetags::cli {

/// In the format asked for, a table unless told; plain is the first cell of each row alone.
/// `is_number` tells of each column whether its cells are JSON numbers; empty ones are null.
void print_rows(Context& context, const Row& header, const std::vector<Row>& rows,
                const std::vector<bool>& is_number);

}  // namespace servicetags::cli
