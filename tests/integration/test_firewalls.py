"""What `require --format` writes, loaded by the real tools in a network namespace of its own.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files.
Tools that are not installed are left out aloud; loading needs root."""

import ipaddress
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
SAMPLE = ROOT / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))
NEWEST = REAL / "ServiceTags_Public_20251028.json"
PROFILE = "azure-machine-learning"


def require(data, *args, profile=PROFILE, region="westeurope"):
    command = [PROGRAM, "--data", str(data), "require", str(profile), "--region", region, *args]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return done.stdout


def in_namespace(script, folder):
    """Runs a script where there is no network but what it makes itself."""
    done = subprocess.run(["unshare", "-n", "bash", "-euc", script], cwd=folder, text=True,
                          capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"{script}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def needs(*tools):
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if os.geteuid() != 0:
        missing.append("root")
    if missing:
        print(f"LEFT OUT: needs {', '.join(missing)}", file=sys.stderr)
    return unittest.skipIf(missing, f"needs {missing}")


def collapsed(texts):
    """The same addresses in the fewest networks, as text."""
    networks = [ipaddress.ip_network(text) for text in texts]
    return {str(network) for version in (4, 6) for network in
            ipaddress.collapse_addresses(n for n in networks if n.version == version)}


def networks_of(element):
    """The networks of one element of a set, as nft prints it in JSON."""
    if isinstance(element, str):
        return [ipaddress.ip_network(element)]
    if "prefix" in element:
        return [ipaddress.ip_network(f"{element['prefix']['addr']}/{element['prefix']['len']}")]
    first, last = (ipaddress.ip_address(end) for end in element["range"])
    return list(ipaddress.summarize_address_range(first, last))


def nft_sets(listing):
    """Collapsed networks by set name, from nft -j list ruleset."""
    return {item["set"]["name"]: collapsed(str(network) for element in item["set"].get("elem", [])
                                           for network in networks_of(element))
            for item in json.loads(listing)["nftables"] if "set" in item}


def ipset_sets(saved):
    sets = {}
    for line in saved.splitlines():
        words = line.split()
        if words[0] == "create":
            sets[words[1]] = []
        elif words[0] == "add":
            sets[words[1]].append(words[2])
    return {name: collapsed(texts) for name, texts in sets.items()}


def expected_sets(rules):
    """What any target's sets must hold: a multiset of the rules' networks, by family."""
    sets = []
    for rule in rules:
        for version in (4, 6):
            family = [p for p in rule["prefixes"] if ipaddress.ip_network(p).version == version]
            if family:
                sets.append(frozenset(collapsed(family)))
    return sorted(sets, key=sorted)


def cases():
    for data in [SAMPLE] + ([NEWEST] if NEWEST.exists() else []):
        for edition in ("2021-11", "2026-03"):
            args = ("--edition", edition, "--with", "hbi_workspace", "--paired-region")
            yield data, args, json.loads(require(data, *args, "-o", "json"))["rules"]


def every_tag_profile(folder):
    """A profile that asks for each tag of a real file, and the tags' networks."""
    values = json.loads(NEWEST.read_text())["values"]
    rows = [{"direction": "outbound", "protocol": "tcp", "ports": ["443"], "tag": v["name"],
             "purpose": "Every tag"} for v in values]
    edition = {"edition": "1", "date": "2025-10-28", "source": "test", "rows": rows}
    path = pathlib.Path(folder) / "profile.json"
    path.write_text(json.dumps({"profile": "all", "title": "All", "editions": [edition]}))
    return path, [{"prefixes": v["properties"]["addressPrefixes"]} for v in values]


class Firewalls(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(text)
        return str(path)

    @needs("nft")
    def test_nftables_loads_twice_and_reads_back_equal(self):
        for data, args, rules in cases():
            self.write("rules.nft", require(data, *args, "--format", "nftables"))
            listing = in_namespace("nft -f rules.nft; nft -f rules.nft; nft -j list ruleset",
                                   self.folder.name)
            got = sorted((frozenset(s) for s in nft_sets(listing).values()), key=sorted)
            self.assertEqual(got, expected_sets(rules))

    @needs("ipset", "iptables-restore", "ip6tables-restore")
    def test_ipset_and_iptables_load_twice_and_read_back_equal(self):
        for data, args, rules in cases():
            for name in ("ipset", "iptables", "ip6tables"):
                self.write(name, require(data, *args, "--format", name))
            saved = in_namespace("for i in 1 2; do ipset restore -f ipset; "
                                 "iptables-restore --noflush iptables; "
                                 "ip6tables-restore --noflush ip6tables; done; ipset save",
                                 self.folder.name)
            got = sorted((frozenset(s) for s in ipset_sets(saved).values()), key=sorted)
            self.assertEqual(got, expected_sets(rules))

    @needs("haproxy")
    def test_haproxy_takes_the_map_and_its_patterns_mean_the_hosts(self):
        for data, args, _ in cases():
            self.write("hosts.map", require(data, *args, "--format", "haproxy"))
            config = self.write("haproxy.cfg", """
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend f
  bind 127.0.0.1:9
  http-request deny unless { hdr(host),map_reg(hosts.map) -m found }
""")
            subprocess.run(["haproxy", "-c", "-f", config], cwd=self.folder.name, check=True,
                           capture_output=True)
        patterns = [line.split()[0] for line in (pathlib.Path(self.folder.name) / "hosts.map")
                    .read_text().splitlines() if not line.startswith("#")]
        for host, wanted in (("a.anaconda.com", True), ("anaconda.com", True),
                             ("evilanaconda.com", False), ("anaconda.com.evil.example", False),
                             ("update.code.visualstudio.com", True),
                             ("updateXcode.visualstudio.com", False)):
            self.assertEqual(any(re.search(p, host) for p in patterns), wanted, host)

    @needs("squid")
    def test_squid_takes_the_lists_without_a_warning(self):
        for data, args, _ in cases():
            lists = require(data, *args, "--format", "squid")
            config = self.write("squid.conf", "visible_hostname proxy.example\n"
                                "http_port 127.0.0.1:3128\n" + lists)
            done = subprocess.run(["squid", "-k", "parse", "-f", config], capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotRegex(done.stderr, "(?i)warning|error")

    def test_verify_asks_the_tool_that_is_to_load_the_rules(self):
        tools = {"nftables": "nft", "ipset": "ipset", "iptables": "iptables-restore",
                 "ip6tables": "ip6tables-restore", "haproxy": "haproxy", "squid": "squid"}
        namespaces = os.geteuid() == 0
        checked = 0
        for name, tool in tools.items():
            command = [PROGRAM, "--data", str(SAMPLE), "require", PROFILE, "--region", "westus",
                       "--format", name]
            plain = subprocess.run(command, capture_output=True, text=True, check=True)
            done = subprocess.run([*command, "--verify"], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, plain.stdout), done.stderr)
            if shutil.which(tool) and namespaces:
                self.assertIn(f"verified: accepted by {tool}", done.stderr)
                checked += 1
            # A tool that refuses: nothing on standard output, what it said on the other.
            fake = pathlib.Path(self.folder.name) / tool
            fake.write_text("#!/bin/sh\necho line 7 is wrong\nexit 1\n")
            fake.chmod(0o755)
            path = f"{self.folder.name}:{os.environ['PATH']}"
            done = subprocess.run([*command, "--verify"], capture_output=True, text=True,
                                  env={**os.environ, "PATH": path})
            fake.unlink()
            if namespaces:
                self.assertEqual((done.returncode, done.stdout), (6, ""))
                self.assertIn(f"{tool} refuses the rules: line 7 is wrong", done.stderr)
            done = subprocess.run([*command, "--verify"], capture_output=True, text=True,
                                  env={**os.environ, "PATH": "/nonexistent"})
            self.assertEqual((done.returncode, done.stdout), (0, plain.stdout))
            self.assertIn(f"not verified: {tool} is not installed", done.stderr)
        print(f"{checked} of {len(tools)} formats verified by their tools", file=sys.stderr)
        bad = subprocess.run([*command[:-2], "--verify"], capture_output=True, text=True)
        self.assertEqual(bad.returncode, 2)

    @needs("nft", "ipset")
    @unittest.skipUnless(NEWEST.exists(), f"LEFT OUT: no {NEWEST}")
    def test_every_real_tag_reads_back_equal(self):
        profile, rules = every_tag_profile(self.folder.name)
        for name in ("nftables", "ipset", "plain"):
            self.write(name, require(NEWEST, "--format", name, profile=profile, region="westus"))
        expected = expected_sets(rules)
        listing = in_namespace("nft -f nftables; nft -j list ruleset", self.folder.name)
        got = nft_sets(listing)
        self.assertEqual(sorted((frozenset(s) for s in got.values()), key=sorted), expected)
        saved = in_namespace("ipset restore -f ipset; ipset save", self.folder.name)
        got = ipset_sets(saved)
        self.assertEqual(sorted((frozenset(s) for s in got.values()), key=sorted), expected)
        self.assertLessEqual(max(map(len, got)), 31)
        lines = (pathlib.Path(self.folder.name) / "plain").read_text().split()
        self.assertEqual(set(lines), {p for rule in rules for p in rule["prefixes"]})
        print(f"{len(rules)} tags in {len(expected)} sets read back equal", file=sys.stderr)

    @needs("ipset", "iptables-restore", "ip6tables-restore")
    @unittest.skipUnless(NEWEST.exists(), f"LEFT OUT: no {NEWEST}")
    def test_chains_for_every_real_tag_are_taken(self):
        profile, rules = every_tag_profile(self.folder.name)
        for name in ("ipset", "iptables", "ip6tables"):
            self.write(name, require(NEWEST, "--format", name, profile=profile, region="westus"))
        tests = ("iptables-restore --test --noflush iptables; "
                 "ip6tables-restore --test --noflush ip6tables")
        in_namespace("ipset restore -f ipset; " + tests, self.folder.name)
        # Without the sets the same fails: the names in the chains do matter.
        with self.assertRaises(AssertionError):
            in_namespace(tests, self.folder.name)
        for name, version in (("iptables", 4), ("ip6tables", 6)):
            lines = (pathlib.Path(self.folder.name) / name).read_text().splitlines()
            wanted = [r for r in rules if any(ipaddress.ip_network(p).version == version
                                              for p in r["prefixes"])]
            self.assertEqual(sum(line.startswith("-A ") for line in lines), len(wanted))

    @needs("haproxy", "squid")
    @unittest.skipUnless(NEWEST.exists(), f"LEFT OUT: no {NEWEST}")
    def test_proxies_take_the_prefixes_of_every_real_tag(self):
        profile, _ = every_tag_profile(self.folder.name)
        listed = require(NEWEST, "--format", "plain", profile=profile, region="westus")
        file = self.write("plain", listed)
        haproxy = self.write("haproxy.cfg", """
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend f
  bind 127.0.0.1:9
  http-request deny unless { dst -f plain }
""")
        squid = self.write("squid.conf", f'http_port 127.0.0.1:3128\nacl azure dst "{file}"\n')
        commands = (["haproxy", "-c", "-f", haproxy], ["squid", "-k", "parse", "-f", squid])
        for text, taken in ((listed, True), (listed + "192.0.2.0/33\n", False)):
            self.write("plain", text)
            for command in commands:
                done = subprocess.run(command, cwd=self.folder.name, capture_output=True, text=True)
                self.assertEqual(done.returncode == 0, taken, (command, done.stderr[-500:]))

    @needs("nft", "ip")
    def test_a_loaded_ruleset_lets_a_required_probe_pass_and_drops_another(self):
        self.write("rules.nft", require(SAMPLE, "--edition", "2021-11", "--format", "nftables"))
        self.write("base.nft", "table inet azure {\n  chain output {\n"
                   "    type filter hook output priority 0; policy drop;\n"
                   "    tcp sport { 443, 22 } accept\n    jump outbound\n  }\n}\n")
        self.write("probe.py", """
import socket, sys
def answers(address, port):
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port)); server.listen()
        client.settimeout(0.5)
        try:
            client.connect((address, port))
            return True
        except OSError:
            return False
print(answers("198.18.68.9", 443), answers("198.18.68.9", 22), answers("8.8.8.8", 443))
""")
        # The addresses are this namespace's own: nothing leaves it.
        script = ("ip link set lo up; ip addr add 198.18.68.9/32 dev lo; ip addr add 8.8.8.8/32 dev "
                  f"lo; {sys.executable} probe.py; nft -f rules.nft; nft -f base.nft; "
                  f"{sys.executable} probe.py")
        self.assertEqual(in_namespace(script, self.folder.name).splitlines(),
                         ["True True True", "True False False"])

    def test_structured_formats_parse_and_keep_their_limits(self):
        for data, args, _ in cases():
            arm = json.loads(require(data, *args, "--format", "nsg-arm", "--aggregate"))
            rules = arm["resources"][0]["properties"]["securityRules"]
            seen = [(r["properties"]["direction"], r["properties"]["priority"]) for r in rules]
            self.assertEqual(len(seen), len(set(seen)))
            self.assertTrue(all(100 <= priority <= 4096 for _, priority in seen))
            self.assertEqual(len({r["name"] for r in rules}), len(rules))
            lists = json.loads(require(data, *args, "--format", "aws-prefix-list"))["PrefixLists"]
            for item in lists:
                self.assertLessEqual(len(item["Entries"]), 1000)
                versions = {ipaddress.ip_network(e["Cidr"]).version for e in item["Entries"]}
                self.assertEqual(versions, {4 if item["AddressFamily"] == "IPv4" else 6})
            groups = json.loads(require(data, *args, "--format", "azure-ip-groups"))["resources"]
            for group in groups:
                self.assertLessEqual(len(group["properties"]["ipAddresses"]), 5000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
