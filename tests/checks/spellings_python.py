#!/usr/bin/env python3
"""Checks the address grammar against Python's ipaddress module.

    spellings_python.py PARSE_LINES TABLE [--mutations N] [--seed S]

PARSE_LINES is the program built from tests/support/parse_lines.cpp, TABLE is
tests/data/address_spellings.csv. Every row of the table, and N random mutations of its
texts, must get the verdict and the canonical text that ipaddress (Python 3.11) gives,
with these differences, all on purpose:

  - no zones (`%eth0`), netmasks (`/255.0.0.0`) or lengths with leading zeros (`/08`);
  - IPv4-mapped IPv6 is answered as IPv4;
  - ranges, which ipaddress has no text for, are read here as two addresses.
"""

import argparse
import ipaddress
import random
import subprocess
import sys

ESCAPES = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
MAPPED = ipaddress.ip_network("::ffff:0:0/96")


def unescape(text: str) -> bytes:
    out = bytearray()
    i = 0
    while i < len(text):
        if text[i] != "\\":
            out += text[i].encode()
            i += 1
        elif text[i + 1] == "x":
            out.append(int(text[i + 2 : i + 4], 16))
            i += 4
        else:
            out += ESCAPES[text[i + 1]].encode()
            i += 2
    return bytes(out)


def escape(raw: bytes) -> str:
    plain = set(range(0x20, 0x7F)) - set(b"\\,")
    return "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in raw)


def read_address(text: str):
    if "%" in text:
        raise ValueError("zone")
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if address.version == 6 else None
    return address if mapped is None else mapped


def read_prefix(text: str):
    if "%" in text:
        raise ValueError("zone")
    network = ipaddress.ip_network(text)
    length = text.partition("/")[2]
    if "." in length or ":" in length or (len(length) > 1 and length[0] == "0"):
        raise ValueError("netmask or leading zero")
    if network.version == 6 and network.prefixlen >= 96 and network.subnet_of(MAPPED):
        return ipaddress.ip_network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network


def answer_range(text: str) -> str:
    if "-" not in text:
        return str(read_prefix(text))
    left, _, right = text.partition("-")
    first, last = read_address(left.rstrip(" \t")), read_address(right.lstrip(" \t"))
    if first.version != last.version or last < first:
        raise ValueError("no range")
    blocks = list(ipaddress.summarize_address_range(first, last))
    if len(blocks) == 1:
        return str(blocks[0])
    return f"{first}-{last}"


ANSWERS = {
    "address": lambda text: str(read_address(text)),
    "prefix": lambda text: str(read_prefix(text)),
    "range": answer_range,
}


def python_says(kind: str, raw: bytes) -> str:
    """The canonical text, or "error"."""
    try:
        return "ok," + ANSWERS[kind](raw.decode("utf-8", "surrogateescape"))
    except ValueError:
        return "error"


def library_says(program: str, questions) -> list:
    lines = "".join(f"{kind},{escape(raw)}\n" for kind, raw in questions)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def read_table(path: str):
    with open(path, encoding="ascii", newline="\n") as file:
        lines = [line.rstrip("\n") for line in file]
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    assert rows[0] == ["text", "kind", "verdict", "canonical", "code"], rows[0]
    return [(kind, unescape(text), verdict, canonical)
            for text, kind, verdict, canonical, _ in rows[1:]]


PIECES = [b"0", b"1", b"9", b"a", b"F", b"255", b"256", b"ffff", b"::ffff:", b":", b"::", b":0:",
          b".", b".0", b"/", b"/8", b"/32", b"/96", b"/128", b"-", b" ", b"%", b"\0", b"\n", b"00",
          b"0x", b"\xd9\xa1", b"\xff", b"1.2.3.4", b"0:0"]


def mutate(random_source: random.Random, texts) -> bytes:
    text = bytearray(random_source.choice(texts))
    for _ in range(random_source.choice((1, 1, 1, 2, 2, 3))):
        at = random_source.randint(0, len(text))
        how = random_source.randrange(5)
        if how == 0:
            text[at:at] = random_source.choice(PIECES)
        elif how == 1:
            del text[at : at + random_source.choice((1, 1, 2, 4))]
        elif how == 2:
            text[at : at + 1] = random_source.choice(PIECES)
        elif how == 3:
            other = random_source.choice(texts)
            text[at:] = other[random_source.randint(0, len(other)) :]
        else:
            text[at : at + 1] = bytes([random_source.choice(b"0123456789abcdefABCDEF:./-")])
    return bytes(text)


def compare(questions, ours) -> int:
    assert len(questions) == len(ours), f"{len(questions)} questions, {len(ours)} answers"
    wrong = 0
    for (kind, raw), answer in zip(questions, ours):
        expected = python_says(kind, raw)
        if answer != expected and not (expected == "error" and answer.startswith("error,")):
            print(f"{kind} {raw!r}: ipaddress says {expected}, the library {answer}")
            wrong += 1
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the address grammar against ipaddress.")
    parser.add_argument("program")
    parser.add_argument("table")
    parser.add_argument("--mutations", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=20251028)
    options = parser.parse_args()

    rows = read_table(options.table)
    wrong = 0
    for kind, raw, verdict, canonical in rows:
        expected = f"ok,{canonical}" if verdict == "ok" else "error"
        if python_says(kind, raw) != expected:
            print(f"{kind} {raw!r}: ipaddress says {python_says(kind, raw)}, the table {expected}")
            wrong += 1
    questions = [(kind, raw) for kind, raw, _, _ in rows]
    wrong += compare(questions, library_says(options.program, questions))

    source = random.Random(options.seed)
    accepted_texts = [raw for _, raw, verdict, _ in rows if verdict == "ok"]
    texts = accepted_texts * 3 + [raw for _, raw, verdict, _ in rows if verdict != "ok"]
    mutations = [(source.choice(tuple(ANSWERS)), mutate(source, texts))
                 for _ in range(options.mutations)]
    ours = library_says(options.program, mutations)
    wrong += compare(mutations, ours)

    accepted = sum(answer.startswith("ok,") for answer in ours)
    print(f"{len(rows)} rows, {len(mutations)} mutations (seed {options.seed}), "
          f"{accepted} of them accepted; {wrong} differences")
    if len(rows) < 400 or accepted * 20 < len(mutations):
        print("too few rows, or too few accepted mutations, to tell anything")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
