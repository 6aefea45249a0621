"""The README's C++ must compile. Arguments: compiler, include folders."""

import pathlib
import re
import subprocess
import sys

PROGRAM = """
#include "servicetags/servicetags.hpp"
int report(const servicetags::Error& error);
void use(const std::string& tag, const servicetags::Prefix& prefix);
void allow(const std::vector<servicetags::Prefix>& prefixes);
int readme(const servicetags::Address& address) {
%s
  return 0;
}
"""

compiler, *folders = sys.argv[1:]
readme = pathlib.Path(__file__).resolve().parents[2] / "README.md"
blocks = re.findall(r"```cpp\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
if not blocks:
    sys.exit("no C++ in README.md")
for block in blocks:
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
               *(f"-I{folder}" for folder in folders), "-x", "c++", "-"]
    done = subprocess.run(command, input=PROGRAM % block, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"does not compile:\n{block}\n{done.stderr}")
print(f"{len(blocks)} blocks of C++ compile")
