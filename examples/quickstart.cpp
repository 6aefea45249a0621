// The library in one screen: load a file, look up an address, expand a tag.
#include <cstdio>

#include "servicetags/servicetags.hpp"

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "examples/data/sample.json";
  const auto snapshot = servicetags::load(path);
  if (!snapshot) {
    std::fprintf(stderr, "%s\n", to_string(snapshot.error()).c_str());
    return 1;
  }
  const servicetags::Snapshot& tags = **snapshot;

  const auto matches = tags.lookup("198.18.4.1");
  if (matches) {
    for (const servicetags::Match& match : *matches) {
      std::printf("%s by %s\n", match.tag->name.c_str(), to_string(match.prefix).c_str());
    }
  }

  const auto storage = servicetags::resolve_tag(tags, "Storage", "West US");
  if (storage.tag != nullptr) {
    for (const servicetags::Prefix& prefix : servicetags::aggregate(storage.tag->prefixes)) {
      std::printf("%s\n", to_string(prefix).c_str());
    }
  }
  return 0;
}
