"""The results of run.sh as a table in Markdown: million lookups a second, medians of 9 or 7 passes."""

import collections
import json
import pathlib
import sys

MIXES = ["inside", "log-like", "uniform"]


def rows_of(folder):
    """{family: {structure: {mix: (million a second, wrong answers)}}}"""
    rows = collections.defaultdict(lambda: collections.defaultdict(dict))
    results = json.loads((folder / "results.json").read_text())
    for result in results["benchmarks"]:
        if result.get("aggregate_name") != "median":
            continue
        title, structure = result["run_name"].split("/", 1)
        family, mix = title.split(" ")
        rows[family][structure][mix] = (result["items_per_second"] / 1e6, result["wrong"])
    others = folder / "bart.tsv"
    for line in others.read_text().splitlines() if others.exists() else []:
        name, nanoseconds, wrong = line.split("\t")
        title, structure = name.split("/", 1)
        family, mix = title.split(" ")
        rows[family][structure][mix] = (1e3 / float(nanoseconds), int(wrong))
    return results["context"], rows


def cell(value):
    speed, wrong = value
    text = f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"
    return text + (f" ({wrong:.0f} wrong)" if wrong else "")


def main():
    context, rows = rows_of(pathlib.Path(sys.argv[1]))
    print(f"Index: {context['bytes']}.")
    for family in rows:
        print(f"\n| {family}, million a second | " + " | ".join(MIXES) + " |")
        print("| --- |" + " ---: |" * len(MIXES))
        fastest_first = sorted(rows[family].items(), key=lambda row: -row[1]["inside"][0])
        for structure, by_mix in fastest_first:
            print(f"| {structure} | " + " | ".join(cell(by_mix[mix]) for mix in MIXES) + " |")


if __name__ == "__main__":
    main()
