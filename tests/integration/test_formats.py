"""What `require --format` writes, read by parsers made by others and held against `-o json`.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files.
The first argument is a build folder: parsers that are no Debian packages go into a virtual
environment there. What cannot be had is left out aloud."""

import csv
import functools
import io
import ipaddress
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
BUILD = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir())
SAMPLE = ROOT / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))
PROFILE = "azure-machine-learning"
PARSERS = ["python-hcl2==8.1.4", "tree-sitter==0.26.1", "tree-sitter-bicep==1.1.0",
           "tree-sitter-powershell==0.26.4"]
REGIONS = [(SAMPLE, ["westeurope"]),
           (REAL / "ServiceTags_Public_20251028.json", ["westeurope", "eastus2", "centralindia"]),
           (REAL / "ServiceTags_AzureGovernment_20260720.json", ["usgovvirginia"]),
           (REAL / "ServiceTags_China_20260720.json", ["chinaeast2"])]

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"LEFT OUT: {missing}; see cmake/install_packages.sh", file=sys.stderr)
    jsonschema = None
needs_schemas = unittest.skipIf(jsonschema is None, "needs python3-jsonschema and python3-yaml")


def require(data, region, *args):
    command = [PROGRAM, "--data", str(data), "require", PROFILE, "--region", region, *args]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return done.stdout


@functools.cache
def cases():
    """Each file, region and edition, with what the rules are."""
    found = []
    for data, regions in REGIONS:
        if not data.exists():
            print(f"LEFT OUT: no {data}", file=sys.stderr)
            continue
        for region in regions:
            for edition in ("2021-11", "2026-03"):
                args = (data, region, "--edition", edition, "--aggregate", "--with",
                        "hbi_workspace", "--paired-region")
                found.append((args, json.loads(require(*args, "-o", "json"))))
    return found


@functools.cache
def schema(name):
    loaded = json.loads((ROOT / "tests" / "data" / name).read_text())
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


@functools.cache
def parsers_python():
    """The Python that has the parsers, made when there is none; or None."""
    folder = BUILD / "foreign_parsers"
    python = folder / "bin" / "python"
    mark = folder / "installed"
    if not mark.exists() or mark.read_text() != "\n".join(PARSERS):
        for command in ([sys.executable, "-m", "venv", str(folder)],
                        [str(python), "-m", "pip", "-q", "install", *PARSERS]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                print(f"LEFT OUT: {' '.join(PARSERS)} cannot be installed:\n{done.stderr[-300:]}",
                      file=sys.stderr)
                return None
        mark.write_text("\n".join(PARSERS))
    return str(python)


def parsed(kind, text):
    """What another's parser finds in a text; an error of its own is an error here."""
    if parsers_python() is None:
        raise unittest.SkipTest("no parsers")
    script = ROOT / "tests" / "support" / "foreign_parsers.py"
    done = subprocess.run([parsers_python(), "-B", str(script), kind], input=text, text=True,
                          capture_output=True)
    if done.returncode != 0:
        raise ValueError(done.stderr[-2000:])
    return json.loads(done.stdout)


def ports_of(first, last=None):
    """"443" or "80-90", however a target writes it."""
    return f"{first}-{last}" if last is not None and int(last) != int(first) else str(first)


def opened(rules, protocols=None):
    """Everything that rules open: (direction, protocol, port, prefix) each."""
    names = protocols or {"tcp": ["tcp"], "udp": ["udp"], "any": ["tcp", "udp"]}
    return {(rule["direction"], protocol, port, prefix) for rule in rules
            for protocol in names[rule["protocol"]] for port in rule["ports"]
            for prefix in rule["prefixes"]}


def camel(word):
    head, *rest = word.split("_")
    return head + "".join(part.capitalize() for part in rest)


class Formats(unittest.TestCase):
    def check_nsg(self, planned, rules):
        """The group's rules are as Azure takes them, and open what the rules say."""
        for rule in planned:
            schema("nsg_rule.schema.json").validate(rule)
        names = [rule["name"].lower() for rule in planned]
        self.assertEqual(len(names), len(set(names)))
        places = [(r["properties"]["direction"], r["properties"]["priority"]) for r in planned]
        self.assertEqual(len(places), len(set(places)))
        by_name, by_prefix = set(), set()
        for rule in planned:
            got = rule["properties"]
            remote = "source" if got["direction"] == "Inbound" else "destination"
            local = "destination" if remote == "source" else "source"
            self.assertEqual(got[f"{local}AddressPrefix"], "VirtualNetwork")
            self.assertEqual((got["sourcePortRange"], got["access"]), ("*", "Allow"))
            for ports in got["destinationPortRanges"]:
                first, _, last = ports.partition("-")
                self.assertTrue(1 <= int(first) <= int(last or first) <= 65535, ports)
            protocol = {"Tcp": "tcp", "Udp": "udp", "*": "any"}[got["protocol"]]
            key = (got["direction"].lower(), protocol, tuple(got["destinationPortRanges"]))
            if f"{remote}AddressPrefix" in got:
                by_name.add((*key, got[f"{remote}AddressPrefix"]))
            else:
                prefixes = got[f"{remote}AddressPrefixes"]
                self.assertEqual(len({ipaddress.ip_network(p).version for p in prefixes}), 1)
                by_prefix |= {(*key, prefix) for prefix in prefixes}
        expected = set()
        for rule in rules:
            key = (rule["direction"], rule["protocol"], tuple(rule["ports"]))
            if rule["prefixes"] and (*key, rule["tag"]) not in by_name:
                expected |= {(*key, prefix) for prefix in rule["prefixes"]}
        self.assertEqual(by_prefix, expected)
        tags = {(r["direction"], r["protocol"], tuple(r["ports"]), r["tag"]) for r in rules
                if r["prefixes"]}
        self.assertLessEqual(by_name, tags)
        self.assertTrue(by_name)

    @needs_schemas
    def test_nsg_arm_is_a_template_of_one_group(self):
        for args, rules in cases():
            template = json.loads(require(*args, "--format", "nsg-arm"))
            self.assertEqual(set(template), {"$schema", "contentVersion", "metadata", "resources"})
            (group,) = template["resources"]
            self.assertEqual(set(group), {"type", "apiVersion", "name", "location", "properties"})
            self.assertEqual(group["type"], "Microsoft.Network/networkSecurityGroups")
            self.assertRegex(group["name"], "^[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9_]$")
            self.check_nsg(group["properties"]["securityRules"], rules["rules"])

    @needs_schemas
    def test_nsg_bicep_is_read_by_a_parser_of_bicep(self):
        for args, rules in cases():
            group = parsed("bicep", require(*args, "--format", "nsg-bicep"))
            self.assertEqual(group["type"], "Microsoft.Network/networkSecurityGroups@2023-11-01")
            self.assertEqual(group["location"], {"expression": "resourceGroup().location"})
            self.check_nsg(group["properties"]["securityRules"], rules["rules"])

    @needs_schemas
    def test_nsg_terraform_is_read_by_a_parser_of_hcl(self):
        for args, rules in cases():
            module = parsed("hcl", require(*args, "--format", "nsg-terraform"))
            self.assertEqual([name for v in module["variable"] for name in v],
                             ["location", "resource_group_name"])
            (resource,) = module["resource"]
            group = resource["azurerm_network_security_group"]["servicetags"]
            planned = [{"name": rule.pop("name"),
                        "properties": {camel(key): value for key, value in rule.items()}}
                       for rule in group["security_rule"]]
            self.check_nsg(planned, rules["rules"])

    def test_windows_is_read_by_a_parser_of_powershell(self):
        for args, rules in cases():
            text = require(*args, "--format", "windows")
            remove, *made = parsed("powershell", text)
            self.assertEqual((remove["command"], remove["strings"]),
                             ("Remove-NetFirewallRule", ["azure"]))
            got, names = set(), []
            for command in made:
                self.assertEqual(command["command"], "New-NetFirewallRule")
                side = "-LocalPort" if "-LocalPort" in command["parameters"] else "-RemotePort"
                self.assertEqual(command["parameters"],
                                 ["-Name", "-DisplayName", "-Group", "-Description", "-Direction",
                                  "-Action", "-Protocol", side, "-RemoteAddress"])
                name, _, group, description, *prefixes = command["strings"]
                names.append(name)
                self.assertEqual(group, "azure")
                words = description.split()
                got |= {(words[0], name.rsplit("-", 1)[1], port, prefix)
                        for port in words[2].split(",") for prefix in prefixes}
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual(got, opened(rules["rules"]))

    def check_schema_of_objects(self, text):
        documents = list(yaml.safe_load_all(text))
        for document in documents:
            schema("kubernetes.schema.json").validate(document)
        names = [(d["kind"], d["metadata"]["name"]) for d in documents]
        self.assertEqual(len(names), len(set(names)))
        return documents

    @needs_schemas
    def test_kubernetes_policies_open_what_the_rules_say(self):
        for args, rules in cases():
            got = set()
            for policy in self.check_schema_of_objects(require(*args, "--format", "kubernetes")):
                spec = policy["spec"]
                (key,) = set(spec) & {"ingress", "egress"}
                self.assertEqual(spec["policyTypes"], [key.capitalize()])
                direction = "inbound" if key == "ingress" else "outbound"
                for rule in spec[key]:
                    got |= {(direction, port["protocol"].lower(),
                             ports_of(port["port"], port.get("endPort")), peer["ipBlock"]["cidr"])
                            for port in rule["ports"] for peer in rule.get("from", rule.get("to"))}
            self.assertEqual(got, opened(rules["rules"]))

    @needs_schemas
    def test_cilium_policies_open_what_the_rules_say_and_name_the_hosts(self):
        for args, rules in cases():
            documents = self.check_schema_of_objects(require(*args, "--format", "cilium"))
            groups = {d["metadata"]["name"]: d["spec"]["externalCIDRs"] for d in documents
                      if d["kind"] == "CiliumCIDRGroup"}
            (policy,) = [d for d in documents if d["kind"] == "CiliumNetworkPolicy"]
            got, hosts = set(), set()
            for key, direction in (("ingress", "inbound"), ("egress", "outbound")):
                for rule in policy["spec"].get(key, []):
                    ports = [(port["protocol"].lower(), ports_of(port["port"], port.get("endPort")))
                             for group in rule["toPorts"] for port in group["ports"]]
                    sets = rule.get("fromCIDRSet", rule.get("toCIDRSet", []))
                    got |= {(direction, *port, prefix) for port in ports for item in sets
                            for prefix in groups[item["cidrGroupRef"]]}
                    hosts |= {(*port, name) for port in ports for item in rule.get("toFQDNs", [])
                              for name in item.values()}
            self.assertEqual(got, opened(rules["rules"]))
            both = {"tcp": ["tcp"], "udp": ["udp"], "any": ["tcp", "udp"]}
            self.assertEqual(hosts, {(protocol, port, h["host"]) for h in rules["hosts"]
                                     for protocol in both[h["protocol"]] for port in h["ports"]})

    def test_aws_prefix_lists_and_ip_groups_hold_each_rule(self):
        for args, rules in cases():
            wanted = {p for r in rules["rules"] for p in r["prefixes"]}
            lists = json.loads(require(*args, "--format", "aws-prefix-list"))["PrefixLists"]
            for item in lists:
                self.assertEqual(set(item),
                                 {"PrefixListName", "AddressFamily", "MaxEntries", "Entries"})
                self.assertEqual(item["MaxEntries"], len(item["Entries"]))
                self.assertRegex(item["PrefixListName"], "^(?!com.amazonaws)[a-z0-9-]{1,255}$")
                self.assertIn(item["AddressFamily"], ("IPv4", "IPv6"))
            names = [item["PrefixListName"] for item in lists]
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual({e["Cidr"] for item in lists for e in item["Entries"]}, wanted)
            groups = json.loads(require(*args, "--format", "azure-ip-groups"))["resources"]
            self.assertEqual({p for g in groups for p in g["properties"]["ipAddresses"]},
                             {p for p in wanted if ":" not in p})
            self.assertEqual({g["type"] for g in groups}, {"Microsoft.Network/ipGroups"})

    def test_csv_is_read_by_a_reader_of_csv(self):
        for args, rules in cases():
            rows = list(csv.DictReader(io.StringIO(require(*args, "--format", "csv"))))
            got = {(r["direction"], r["protocol"], r["ports"], r["tag"], r["prefix"]) for r in rows
                   if r["prefix"]}
            self.assertEqual(got, {(r["direction"], r["protocol"], ";".join(r["ports"]), r["tag"], p)
                                   for r in rules["rules"] for p in r["prefixes"]})
            self.assertEqual({r["host"] for r in rows if r["host"]},
                             {h["host"] for h in rules["hosts"]})
            self.assertTrue(all(None not in row for row in rows))

    def test_each_line_of_cisco_asa_is_a_command_and_they_open_what_the_rules_say(self):
        dotted = r"\d{1,3}(?:\.\d{1,3}){3}"
        # Comments and descriptions come first: they may hold anything else's words.
        line_of = re.compile(
            r"!.*| description [ -~]{1,200}|access-list \S{1,241} remark [ -~]{1,100}"
            r"|object-group network (?P<group>[a-z0-9-]{1,64})"
            rf"| network-object (?:host (?P<host>{dotted})|(?P<net>{dotted}) (?P<mask>{dotted})"
            r"|(?P<v6>[0-9a-f:.]+/\d+))"
            r"|access-list azure-(?P<way>inbound|outbound) extended permit (?P<protocol>tcp|udp)"
            r"(?: object-group (?P<source>\S+) any| any object-group (?P<target>\S+))"
            r" (?:eq (?P<port>\d+)|range (?P<first>\d+) (?P<last>\d+))")
        for args, rules in cases():
            groups, got = {}, set()
            for line in require(*args, "--format", "cisco-asa").splitlines():
                found = line_of.fullmatch(line)
                self.assertTrue(found, line)
                if found["group"]:
                    name = found["group"]
                    self.assertNotIn(name, groups)
                    groups[name] = []
                elif found["host"] or found["net"] or found["v6"]:
                    text = found["v6"] or found["host"] or f"{found['net']}/{found['mask']}"
                    groups[name].append(str(ipaddress.ip_network(text)))
                elif found["protocol"]:
                    port = ports_of(found["port"] or found["first"], found["last"])
                    self.assertEqual(bool(found["source"]), found["way"] == "inbound")
                    got |= {(found["way"], found["protocol"], port, prefix)
                            for prefix in groups[found["source"] or found["target"]]}
            self.assertEqual(got, opened(rules["rules"]))

    def test_pf_has_tables_and_passes_that_open_what_the_rules_say(self):
        # pfctl is not in Debian: a grammar of the lines that are written.
        table = re.compile(r"table <([a-z0-9-]{1,31})> const \{\n((?:  \S+\n)+)\}\n")
        rule_of = re.compile(r"pass (in|out) quick proto (\{ tcp udp \}|tcp|udp) from (\S+) to (\S+)"
                             r" port \{ ([0-9: ]+) \}")
        for args, rules in cases():
            text = require(*args, "--format", "pf")
            tables = {name: body.split() for name, body in table.findall(text)}
            got = set()
            for line in table.sub("", text).splitlines():
                if line == "" or line.startswith("# "):
                    continue
                found = rule_of.fullmatch(line)
                self.assertTrue(found, line)
                way, protocols, source, target, ports = found.groups()
                self.assertEqual("any", target if way == "in" else source)
                got |= {(way + "bound", protocol, port.replace(":", "-"), prefix)
                        for protocol in protocols.strip("{ }").split() for port in ports.split()
                        for prefix in tables[(source if way == "in" else target).strip("<>")]}
            self.assertEqual(got, opened(rules["rules"]))

    def test_plain_lists_are_sorted_networks_without_repeats(self):
        for args, rules in cases():
            for name in ("plain", "fortigate"):
                lines = require(*args, "--format", name, "--direction", "outbound").splitlines()
                networks = [ipaddress.ip_network(line) for line in lines]
                self.assertEqual([str(network) for network in networks], lines)
                keys = [(n.version, n.network_address, n.prefixlen) for n in networks]
                self.assertEqual(keys, sorted(set(keys)))
                self.assertEqual(set(lines), {p for r in rules["rules"] for p in r["prefixes"]
                                              if r["direction"] == "outbound"})

    @needs_schemas
    def test_planted_faults_are_found(self):
        args, rules = cases()[0]
        template = json.loads(require(*args, "--format", "nsg-arm"))
        planned = template["resources"][0]["properties"]["securityRules"]
        faults = [lambda r: r.update(priority=99), lambda r: r.update(priority=4097),
                  lambda r: r.update(direction="In"), lambda r: r.pop("access"),
                  lambda r: r.update(destinationPortRanges=["80,443"]),
                  lambda r: r.update(destinationPortRanges=["443-80"]),
                  lambda r: r.update(sourceAddressPrefixes=["10.0.0.0/8"]),
                  lambda r: r.update(description="x" * 141), lambda r: r.update(extra=1)]
        for fault in faults:
            broken = json.loads(json.dumps(planned))
            fault(broken[0]["properties"])
            with self.assertRaises((AssertionError, jsonschema.ValidationError)):
                self.check_nsg(broken, rules["rules"])
        with self.assertRaises(AssertionError):
            self.check_nsg(planned[:-1] + [planned[0]], rules["rules"])
        for before, after in (("cidr: ", "cdir: "), ("protocol: TCP", "protocol: tcp"),
                              ("kind: NetworkPolicy", "kind: Policy"), ("port: 443", "port: 0")):
            text = require(*args, "--format", "kubernetes")
            self.assertIn(before, text)
            with self.assertRaises(jsonschema.ValidationError):
                self.check_schema_of_objects(text.replace(before, after))
        for kind, name in (("hcl", "nsg-terraform"), ("bicep", "nsg-bicep"),
                           ("powershell", "windows")):
            text = require(*args, "--format", name)
            with self.assertRaises(ValueError):
                parsed(kind, text.rstrip().rstrip(")}"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
