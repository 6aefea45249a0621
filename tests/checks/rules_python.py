"""Every rule's status and prefixes, worked out apart from the C++ code: from the profile's
JSON and the raw data file, for each region and both editions.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files."""

import ipaddress
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))
PROFILE = json.loads((ROOT / "src/rules/profiles/azure-machine-learning.json").read_text())
CLOUDS = {"Public": "public", "AzureGovernment": "usgov", "China": "china",
          "AzureGermany": "germany"}
PUBLISHED_AS = {"containerregistry": "azurecontainerregistry", "keyvault": "azurekeyvault",
                "frontdoor": "azurefrontdoor"}
NEVER = {"virtualnetwork"}


def program(data, *args):
    done = subprocess.run([PROGRAM, "--data", str(data), *args, "-o", "json"],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def published(tags, name):
    """The tag of a documented name, and its prefixes; None when there is none."""
    first, dot, rest = name.lower().partition(".")
    for key in (name.lower(), PUBLISHED_AS.get(first, first) + dot + rest):
        if tags.get(key):
            return tags[key]
    return None


def expected(row, tags, cloud, region, holding):
    """(status, tag, prefixes) of a row."""
    nothing = ("", frozenset())
    if cloud not in row.get("clouds", [cloud]):
        return ("not_in_cloud", *nothing)
    condition = row.get("condition", "")
    if condition and (condition.removeprefix("not ") in holding) == condition.startswith("not "):
        return ("condition_off", *nothing)
    base, regional = row["tag"].removesuffix(".{region}"), row["tag"].endswith(".{region}")
    if base.lower() in NEVER:
        return ("not_published", *nothing)
    if regional:
        for spelling in region["spellings"]:
            if found := published(tags, f"{base}.{spelling}"):
                return ("resolved", *found)
    found = published(tags, base)
    if found is None:
        return ("not_in_cloud", *nothing)
    return ("fallback_global" if regional else "resolved", *found)


def check_file(path):
    document = json.loads(path.read_text())
    cloud = CLOUDS[document["cloud"]]
    tags = {}
    for value in document["values"]:
        prefixes = frozenset(ipaddress.ip_network(p) for p in value["properties"]["addressPrefixes"])
        tags[value["name"].lower()] = (value["name"], prefixes) if prefixes else None
    counts = {}
    regions = program(path, "regions")
    for region in regions:
        # The file's own spelling is that of the region most of its tags belong to: EastUS2Stage
        # shares `eastus2` with EastUS2 and has no claim to it.
        most = max(r["tags"] for r in regions if r["published"] == region["published"])
        region["spellings"] = [region["suffix"], region["name"]]
        if region["tags"] == most:
            region["spellings"].append(region["published"])
        for edition in PROFILE["editions"]:
            holding = {name for name, c in edition["conditions"].items() if c["default"]}
            extra = ["hbi_workspace"] if len(region["name"]) % 2 else []
            holding.update(extra)
            rules = program(path, "require", PROFILE["profile"], "--region", region["name"],
                            "--edition", edition["edition"],
                            *(word for name in extra for word in ("--with", name)))["rules"]
            rows = [row for row in edition["rows"] if "tag" in row]
            assert len(rows) == len(rules), (path, region, len(rows), len(rules))
            for row, rule in zip(rows, rules):
                want = expected(row, tags, cloud, region, holding)
                got = (rule["status"], rule["tag"],
                       frozenset(ipaddress.ip_network(p) for p in rule["prefixes"]))
                if got != want:
                    sys.exit(f"{path.name} {region['name']} {row['tag']}: {got[:2]}, not {want[:2]}")
                assert got[2] or rule.get("reason"), "a row is silently empty"
                counts[got[0]] = counts.get(got[0], 0) + 1
    return counts


total = {}
files = sorted(REAL.glob("ServiceTags_*.json"))
if not files:
    print(f"LEFT OUT: no published files in {REAL}; the samples are checked instead")
    files = sorted((ROOT / "examples" / "data").glob("*.json"))
for path in files:
    for status, count in check_file(path).items():
        total[status] = total.get(status, 0) + count
assert sum(total.values()) > 100, total
print(f"{len(files)} files, {sum(total.values())} rules agree: {total}")
