"""Reads HCL, Bicep or PowerShell from standard input with a parser made by others, and
prints what it holds as JSON. For tests/integration/test_formats.py, in an environment of
its own: foreign_parsers.py hcl|bicep|powershell."""

import json
import sys


def unquoted(value):
    """python-hcl2 leaves the quotes of strings and its own marks of blocks."""
    if isinstance(value, dict):
        return {unquoted(k): unquoted(v) for k, v in value.items() if k != "__is_block__"}
    if isinstance(value, list):
        return [unquoted(item) for item in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def tree_of(language, text):
    import tree_sitter
    root = tree_sitter.Parser(tree_sitter.Language(language)).parse(text.encode()).root_node
    if root.has_error:
        raise ValueError("the parser found an error")
    return root


def descendants(node, kind):
    if node.type == kind:
        return [node]
    return [found for child in node.children for found in descendants(child, kind)]


def bicep_value(node):
    named = [child for child in node.named_children if child.type != "comment"]
    if node.type == "object":
        return {p.named_children[0].text.decode(): bicep_value(p.named_children[1]) for p in named}
    if node.type == "array":
        return [bicep_value(child) for child in named]
    if node.type == "string":
        kinds = {child.type for child in named}
        if not kinds <= {"string_content"}:
            raise ValueError(f"a string of {kinds}")
        return "".join(child.text.decode() for child in named)
    return int(node.text) if node.type == "number" else {"expression": node.text.decode()}


def bicep(text):
    import tree_sitter_bicep
    root = tree_of(tree_sitter_bicep.language(), text)
    resources = [node for node in root.named_children if node.type != "comment"]
    if [node.type for node in resources] != ["resource_declaration"]:
        raise ValueError(f"expected one resource, found {[n.type for n in resources]}")
    _, kind, body = resources[0].named_children
    return {"type": bicep_value(kind), **bicep_value(body)}


def powershell(text):
    """Each command's words; strings without quotes. All strings must be of the kind in
    which nothing is expanded."""
    import tree_sitter_powershell
    root = tree_of(tree_sitter_powershell.language(), text)
    if descendants(root, "expandable_string_literal") or descendants(root, "sub_expression"):
        raise ValueError("a string is expanded")
    return [{"command": node.named_children[0].text.decode(),
             "parameters": [p.text.decode() for p in descendants(node, "command_parameter")],
             "strings": [s.text.decode()[1:-1] for s in descendants(node, "string_literal")]}
            for node in descendants(root, "command")]


def hcl(text):
    import hcl2
    return unquoted(hcl2.loads(text))


if __name__ == "__main__":
    print(json.dumps({"hcl": hcl, "bicep": bicep, "powershell": powershell}[sys.argv[1]](
        sys.stdin.read())))
