"""What several of these tests share."""

import importlib.util
import sys


def missing(*modules):
    """Those that are not there, told aloud."""
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    if lacking:
        print(f"LEFT OUT: {', '.join(lacking)} not there", file=sys.stderr)
    return lacking
