// Feeds the document parser anything, as one text and cut into two pages, and checks what
// must hold of every answer. Build with clang++ -fsanitize=fuzzer,address,undefined; the
// samples in tests/data/documents are a good start.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "servicetags/document.hpp"
#include "support/ascii.hpp"
#include "support/gzip.hpp"

using namespace servicetags;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

void check_document(const Document& document) {
  require(!document.tags.empty(), "a document has tags");
  require(document.warnings.size() <= Document::kMaxWarnings, "warnings are limited");
  std::set<std::string> names;
  for (const Tag& tag : document.tags) {
    require(!tag.name.empty() && tag.name.size() <= 128, "a name is 1 to 128 bytes");
    require(is_printable(tag.name) && tag.name.find(' ') == std::string::npos, "a name is safe");
    require(names.insert(ascii::to_lower(tag.name)).second, "a name stands once");
    std::set<Prefix> prefixes(tag.prefixes.begin(), tag.prefixes.end());
    require(prefixes.size() == tag.prefixes.size(), "a prefix stands once in a tag");
    for (const Prefix& prefix : tag.prefixes) {
      require(parse_prefix(to_string(prefix)).value() == prefix, "a prefix is read back");
    }
  }
  for (const Warning& warning : document.warnings) {
    require(is_printable(warning.message) && is_printable(warning.where), "warnings are printable");
  }
}

void check_error(const Error& error, std::size_t size) {
  require(error.code == Errc::malformed_json || error.code == Errc::unexpected_shape ||
              error.code == Errc::limit_exceeded,
          "errors are of three kinds");
  require(!error.message.empty() && is_printable(error.message), "messages are printable");
  require(is_printable(error.where), "pointers are printable");
  require(!error.offset || *error.offset <= size, "the byte is in the text");
}

void check(const Result<Document>& document, std::size_t size) {
  if (document) {
    check_document(*document);
  } else {
    check_error(document.error(), size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_document(text);
  check(whole, size);

  ParseLimits tight;
  tight.max_depth = 6;
  tight.max_tags = 3;
  tight.max_prefixes = 5;
  tight.max_string = 100;
  tight.max_members = 8;
  const auto limited = parse_document(text, tight);
  check(limited, size);
  if (limited) require(whole && whole->tags == limited->tags, "limits refuse, and change nothing");

  const std::size_t cut = text.find('|');
  if (cut != std::string_view::npos) {
    const std::string_view pages[] = {text.substr(0, cut), text.substr(cut + 1)};
    check(parse_document(pages), size);
  }

  if (gzip::looks_packed(text)) {
    const auto content = gzip::unpack(text, 100'000);
    require(!content || content->size() <= 100'000, "unpacking keeps to its limit");
  }
  return 0;
}
