#include "rows.hpp"

#include <algorithm>

#include "json_text.hpp"

namespace servicetags::cli {

void print_rows(Context& context, const Row& header, const std::vector<Row>& rows,
                const std::vector<bool>& is_number) {
  Output& out = context.out;
  const Format format = context.format_or(Format::table);
  if (format == Format::csv || format == Format::tsv) {
    out.write(separated(format, header));
    for (const Row& row : rows) out.write(separated(format, row));
    return;
  }
  if (format == Format::plain) {
    for (const Row& row : rows) out.line(row.front());
    return;
  }
  if (format == Format::table) {
    Row upper = header;
    for (std::string& name : upper) {
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    }
    if (!rows.empty()) out.write(table(upper, rows));
    return;
  }
  JsonArray array;
  for (const Row& row : rows) {
    JsonObject object;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (is_number[i]) object.add(header[i], row[i].empty() ? "null" : row[i]);
      if (!is_number[i]) object.add_text(header[i], row[i]);
    }
    if (format == Format::jsonl) out.line(object.text());
    array.add(object.text());
  }
  if (format == Format::json) out.line(array.text());
}

}  // namespace servicetags::cli
