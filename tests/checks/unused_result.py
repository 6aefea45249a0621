"""A Result that is dropped must not compile. Arguments: compiler, include folder."""

import subprocess
import sys
import tempfile

PROGRAM = """
#include "servicetags/result.hpp"
servicetags::Result<int> answer();
void use() { %s; }
"""


def compiles(compiler, include, statement):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        source.write(PROGRAM % statement)
        source.flush()
        command = [compiler, "-std=c++20", "-fsyntax-only", "-Werror=unused-result", f"-I{include}",
                   source.name]
        return subprocess.run(command, capture_output=True).returncode == 0


compiler, include = sys.argv[1:3]
if not compiles(compiler, include, "auto kept = answer(); (void)kept"):
    sys.exit("a Result that is kept does not compile")
if compiles(compiler, include, "answer()"):
    sys.exit("a Result that is dropped compiles")
print("a dropped Result is an error, a kept one is not")
