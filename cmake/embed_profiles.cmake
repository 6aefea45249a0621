# cmake -D OUTPUT=file.hpp -D INPUTS=a.json;b.json -P embed_profiles.cmake
# Writes a header that holds the files' bytes as text.
cmake_minimum_required(VERSION 3.25)
set(text "// Made from the profiles in src/rules/profiles; do not edit.\n#pragma once\n\n")
string(APPEND text "#include <array>\n#include <string_view>\n\nnamespace servicetags::rules {\n\n")
list(LENGTH INPUTS count)
string(APPEND text "inline constexpr std::array<std::string_view, ${count}> kEmbeddedProfiles{{\n")
foreach(input IN LISTS INPUTS)
  file(READ ${input} json)
  # One raw string a line: compilers limit how long one may be.
  string(REGEX REPLACE "\n$" "" json "${json}")
  string(REPLACE "\n" "\n)json\"\n    R\"json(" json "${json}")
  string(APPEND text "    R\"json(${json})json\",\n")
endforeach()
string(APPEND text "}};\n\n}  // namespace servicetags::rules\n")
file(WRITE ${OUTPUT} "${text}")
