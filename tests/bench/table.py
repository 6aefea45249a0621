"""The results of run.sh as tables in Markdown, and those of lookups as a plot.

    table.py FOLDER PLOT.png
"""

import collections
import json
import pathlib
import platform
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

MIXES = ("inside", "log-like", "uniform")


def results_of(path):
    """(name, result) of each benchmark in Google Benchmark's JSON: its median, if repeated."""
    results = json.loads(path.read_text())["benchmarks"] if path.exists() else []
    repeated = any("aggregate_name" in result for result in results)
    for result in results:
        if not repeated or result.get("aggregate_name") == "median":
            yield result["run_name"].removesuffix("/real_time"), result


def lookups_of(folder):
    """{family: {structure: {mix: (million a second, wrong answers)}}}"""
    rows = collections.defaultdict(lambda: collections.defaultdict(dict))

    def add(name, speed, wrong):
        title, structure = name.split("/", 1)
        family, mix = title.split(" ")
        rows[family][structure][mix] = (speed, wrong)

    for name, result in results_of(folder / "lookups.json"):
        add(name, result["items_per_second"] / 1e6, result["wrong"])
    for name, result in results_of(folder / "threads.json"):
        add(name, result["items_per_second"] / 1e6, 0)
    for path in sorted(folder.glob("*.tsv")):  # peers in other languages
        for line in path.read_text().splitlines():
            name, nanoseconds, wrong = line.split("\t")
            add(name, 1e3 / float(nanoseconds), int(wrong))
    return rows


def rounded(number):
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}" if number >= 1 else f"{number:.2f}"


def print_table(head, rows):
    print("\n| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def print_lookups(rows):
    for family, structures in sorted(rows.items()):
        fastest_first = sorted(structures.items(), key=lambda row: -row[1]["inside"][0])

        def cell(value):
            speed, wrong = value
            return rounded(speed) + (f" ({wrong:.0f} wrong)" if wrong else "")

        print_table([f"{family}, million a second", *MIXES],
                    [[name] + [cell(by_mix[mix]) for mix in MIXES] for name, by_mix in fastest_first])


def print_loading(folder):
    print_table(["Loading", "ms"],
                [[name, f"{result['real_time']:.3f}"]
                 for name, result in sorted(results_of(folder / "loading.json"),
                                            key=lambda one: one[0])])
    growth = collections.defaultdict(dict)
    for name, result in results_of(folder / "growth.json"):
        _, size, what = name.split(", ")
        growth[size][what] = result
    print_table(["Growth", "JSON, MB", "text to snapshot, ms", "sets of tags", "million lookups a second"],
                [[size, rounded(of["text to snapshot"]["MB"]),
                  rounded(of["text to snapshot"]["real_time"]), f"{of['lookups']['sets']:,.0f}",
                  rounded(of["lookups"]["items_per_second"] / 1e6)] for size, of in growth.items()])


def print_lines(path, head):
    print_table(head, [line.split("\t") for line in path.read_text().splitlines()])


def plot(rows, path):
    """The fastest way of each library, inside prefixes; logarithmic."""
    figure, axes = plt.subplots(1, 2, figsize=(12, 5))
    for axis, (family, structures) in zip(axes, sorted(rows.items())):
        chosen = sorted(((by_mix["inside"][0], name) for name, by_mix in structures.items()
                         if "thread" not in name and "text" not in name))
        ours = ["#0b62a4" if name.startswith("servicetags") else "#b0b7bf" for _, name in chosen]
        bars = axis.barh([name for _, name in chosen], [speed for speed, _ in chosen], color=ours)
        axis.bar_label(bars, labels=[rounded(speed) for speed, _ in chosen], padding=3, fontsize=8)
        axis.set_xscale("log")
        axis.set_xlim(right=chosen[-1][0] * 3)
        axis.set_title(f"{family}: million lookups a second, inside prefixes", fontsize=10)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main():
    folder = pathlib.Path(sys.argv[1])
    context = json.loads((folder / "lookups.json").read_text())["context"]
    rows = lookups_of(folder)
    print(f"{context['date'][:10]}, {platform.processor() or platform.machine()}, "
          f"{context['num_cpus']} cores at {context['mhz_per_cpu']} MHz. Medians. "
          f"Bytes of the index: {context['bytes']}.")
    print_lookups(rows)
    print_loading(folder)
    print_lines(folder / "annotate.txt", ["Log", "MB a second", "MiB", "lines written"])
    print_lines(folder / "python_threads.txt",
                ["Python, million IPv4 addresses a second", "one thread", "two"])
    print_lines(folder / "counts.txt",
                ["A lookup's", "instructions", "misses of 32 KiB", "misses of the last cache"])
    plot(rows, sys.argv[2])


if __name__ == "__main__":
    main()
