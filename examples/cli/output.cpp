#include "output.hpp"

#include <algorithm>
#include <cstdio>

namespace servicetags::cli {

void Output::flush() {
  const bool written = std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) == buffer_.size();
  failed_ = !written || std::fflush(stdout) != 0 || failed_;
  buffer_.clear();
}

void Output::write_at_once(std::string_view text) {
  flush();
  failed_ = std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || failed_;
}

bool Output::finish() {
  flush();
  return !failed_ && std::ferror(stdout) == 0;
}

namespace {

std::string csv_cell(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string tsv_cell(const std::string& cell) {
  std::string escaped;
  for (const char c : cell) {
    switch (c) {
      case '\t': escaped += "\\t"; break;
      case '\n': escaped += "\\n"; break;
      case '\r': escaped += "\\r"; break;
      case '\\': escaped += "\\\\"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string aligned(const Row& cells, const std::vector<std::size_t>& widths) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += printable(cells[i]);
    if (i + 1 < cells.size()) text.append(widths[i] - cells[i].size() + 2, ' ');
  }
  while (text.ends_with(' ')) text.pop_back();
  return text + "\n";
}

}  // namespace

std::string separated(Format format, const Row& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += format == Format::csv ? ',' : '\t';
    text += format == Format::csv ? csv_cell(cells[i]) : tsv_cell(cells[i]);
  }
  return text + "\n";
}

std::string table(const Row& header, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const std::string& cell : header) widths.push_back(cell.size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text = aligned(header, widths);
  for (const Row& row : rows) text += aligned(row, widths);
  return text;
}

std::string printable(std::string_view text) {
  std::string shown(text);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto byte = static_cast<unsigned char>(shown[i]);
    const auto next = static_cast<unsigned char>(i + 1 < shown.size() ? shown[i + 1] : 0);
    const bool is_c1 = byte == 0xc2 && next >= 0x80 && next <= 0x9f;
    if (is_c1) shown[i + 1] = '?';
    if (byte < 0x20 || byte == 0x7f || is_c1) shown[i] = '?';
  }
  return shown;
}

std::string printable_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines += printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void tell(Output& out, std::string_view text) {
  out.flush();
  // Not fmt::print, which throws: nobody is left to tell when this fails.
  std::fputs(("servicetags: " + printable(text) + "\n").c_str(), stderr);
}

}  // namespace servicetags::cli
