"""Azure service tags: which tags hold an address, which prefixes a tag stands for.

    >>> import servicetags
    >>> snapshot = servicetags.parse(
    ...     '{"cloud": "Public", "changeNumber": 1, "values": [{"name": "Storage.WestUS",'
    ...     ' "id": "Storage.WestUS", "properties": {"region": "westus", "systemService":'
    ...     ' "AzureStorage", "addressPrefixes": ["198.51.100.0/24", "2001:db8::/48"]}}]}')
    >>> [(match.tag.name, str(match.prefix)) for match in snapshot.lookup("198.51.100.7")]
    [('Storage.WestUS', '198.51.100.0/24')]
    >>> snapshot.lookup("192.0.2.1")
    ()
    >>> [str(prefix) for prefix in snapshot.expand("storage.westus", family=4)]
    ['198.51.100.0/24']

An address is given as str, int (IPv4 below 2**32), 4 or 16 bytes in network order, or an
object of `ipaddress`; prefixes come back as its networks. A snapshot never changes, and any
number of threads may ask it.
"""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import MappingProxyType
from typing import Any, Iterator, Literal, Mapping, Sequence, Union

from . import _batches, _core, _html, _profiles, _refresh, errors
from ._core import (NO_SET, PrefixSet, Profile, Rule, RuleSet, Tag, aggregate, data_formats, diff,
                    diff_rules, rule_formats)
from ._profiles import parse_profile, profile, profiles
from ._refresh import DEFAULT_CACHE, Refresher, StaleDataWarning, Updates
from ._sources import (ApiSource, DownloadSource, Duration, FileSource, GatePolicy, HttpOptions,
                       RefreshPolicy, Source, UrlSource)
from ._types import (CheckReport, Condition, DataFormat, Edition, Excess, Explanation, FieldChange,
                     Fitted, FlowFinding, Gap, HostRule, Match, Narrowed, Note, Overlap, PortRange,
                     Region, Requirement, Resolution, RuleChange, RuleFormat, SnapshotDiff,
                     SnapshotInfo, Table, TagChange, TagPrefixes, Update)
from .errors import ServiceTagError

__all__ = ["ApiSource", "CheckReport", "Condition", "DEFAULT_CACHE", "DataFormat", "DownloadSource",
           "Edition", "Excess", "Explanation", "FieldChange", "FileSource", "Fitted", "FlowFinding",
           "Gap", "GatePolicy", "HostRule", "HttpOptions", "Match", "NO_SET", "Narrowed", "Note",
           "Overlap", "PortRange", "PrefixSet", "Profile", "RefreshPolicy", "Refresher", "Region",
           "Requirement", "Resolution", "Rule", "RuleChange", "RuleFormat", "RuleSet",
           "ServiceTagError", "Snapshot", "SnapshotDiff", "SnapshotInfo", "Source",
           "StaleDataWarning", "Table", "Tag", "TagChange", "TagPrefixes", "Update", "Updates",
           "UrlSource", "aggregate", "data_formats", "diff", "diff_rules", "errors", "latest",
           "load", "parse", "parse_profile", "profile", "profiles", "rule_formats"]
__version__: str = _core.version

_Policy = Literal["raise", "null", "mask"]
_Address = Union[str, int, bytes, IPv4Address, IPv6Address]


class Snapshot(_core.Snapshot):
    """All tags of one service tag file, indexed both ways; made by load() or parse().

    As a mapping it has its tags by their published names, ignoring case: `snapshot["Sql"]`,
    `"Sql" in snapshot`, `len(snapshot)`, and iteration over the names in order.
    """

    def __getitem__(self, name: str) -> Tag:
        tag = self.find_tag(name)
        if tag is None:
            raise errors.UnresolvedTagError.of(self.resolve(name))
        return tag

    def __contains__(self, name: object) -> bool:
        return self.find_tag(name) is not None

    def __iter__(self) -> Iterator[str]:
        return (tag.name for tag in self.tags)

    def __len__(self) -> int:
        return self.info.tag_count

    def __repr__(self) -> str:
        info = self.info
        return (f"<servicetags.Snapshot of {info.cloud or 'an unnamed cloud'}: "
                f"{info.tag_count} tags, {info.prefix_count} prefixes>")

    def _repr_html_(self) -> str:
        return _html.of_snapshot(self.info)

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_bytes, (self.compile(),)

    def require(self, profile: Union[str, "os.PathLike[str]", Profile], region: str, *,
                edition: str = "", with_: Sequence[str] = (), without: Sequence[str] = (),
                parameters: Mapping[str, str] = MappingProxyType({}),
                paired_region: bool = False) -> RuleSet:
        """The firewall rules that a service's documentation asks for.

            >>> rules = snapshot.require("azure-machine-learning", "westus")
            ... # doctest: +SKIP
            >>> print(rules.write("nftables"))  # doctest: +SKIP

        `profile` is what profile() takes, or gives; `edition` "" is its latest. `with_` and
        `without` are conditions that hold or do not; `parameters` are for hosts, such as
        {"storage": "myaccount"}. Rows never vanish: each has a rule, whose `status` says what
        became of it. Errors: InvalidArgumentError, with what could be meant.
        """
        chosen = profile if isinstance(profile, Profile) else _profiles.profile(profile)
        return _core.require(self, chosen, edition, region, list(with_), list(without),
                             dict(parameters), paired_region)

    def explain(self, flow: Union[_Address, str], *, rules: RuleSet | None = None) -> Explanation:
        """The tags of an address, and the rules that a flow to it serves.

        `flow` is "192.0.2.1:443", "[2001:db8::1]:443", or an address as lookup() takes it.
        str() of the answer tells it in sentences.
        """
        address, port = _core.parse_flow(flow) if isinstance(flow, str) else (flow, None)
        return Explanation(ip_address(address), port, self.lookup(address),
                           None if rules is None else rules.rules_for(address, port))

    def tag_sets(self, addresses: Any, *, policy: _Policy = "raise") -> Any:
        """For each address, in order, the number of its set of tags: see tag_set().

        `addresses` is one of these; all but the last are answered at full speed, with the GIL
        released, and in place where that is possible:

        - a NumPy array or a memoryview of uint32 (IPv4, 10.0.0.1 is 0x0a000001), or of uint8 in
          the shape (n, 4) or (n, 16) (packed, in network order); also a NumPy array of int64 or
          uint64, which is copied; the answer is a memoryview of 32-bit numbers, which
          numpy.asarray() takes without a copy;
        - a column of pyarrow, Polars, pandas or any library with Arrow's C interface: text, 4 or
          16 bytes, numbers (IPv4), or a dictionary of these; the answer is of the same library;
        - any sequence of what lookup() takes; the answer is a memoryview, NO_SET for None, or a
          Series when pandas has the objects.

        Nulls stay null. What is no address raises InvalidAddressError, or is null with the
        policy "null"; with "mask" the answer is a pair of that and of booleans that say which
        rows were no addresses.
        """
        return _batches.tag_sets(self, addresses, policy)

    def annotate(self, addresses: Any, *, form: Literal["list", "dictionary"] = "list",
                 policy: _Policy = "raise") -> Any:
        """For each address, in order, the names of its tags, sorted; as tag_sets() otherwise.

        As form "list", a list of names, empty when no tag holds the address. As "dictionary",
        one text, names joined by ";", encoded as a dictionary: small, quick to make, and ready
        to be grouped by. From a sequence the answer is a list of lists, or of texts.
        """
        return _batches.annotate(self, addresses, form, policy)


def _from_bytes(data: bytes) -> Snapshot:
    return Snapshot(_core.parse(data))


def load(path: Union[str, "os.PathLike[str]", None] = None,
         cloud: str | None = None) -> Snapshot:
    """Reads a service tag file: JSON of any published shape, plain or gzip, or compiled.

    Without a path: the file that $SERVICETAGS_DATA names, else what latest(), a Refresher or the
    program at a shell last kept of `cloud` ("public" unless given), with a StaleDataWarning when
    that is older than 14 days. The network is not asked. NoDataError when there is neither.

    With `cloud` ("public", "usgov", "china", "germany"), data of another cloud is refused.
    Errors: IoFailedError, MalformedJsonError, UnexpectedShapeError, LimitExceededError,
    WrongCloudError, MalformedSnapshotError.
    """
    if path is None:
        return _refresh.load_current(cloud or "public")
    return Snapshot(_core.load_file(os.fspath(path), cloud))


def latest(cloud: str = "public", *, source: _refresh.SourceLike = DownloadSource(),
           cache: _refresh.Cache = DEFAULT_CACHE, max_age: Duration = timedelta(hours=6),
           gate: GatePolicy = GatePolicy(), http: HttpOptions = HttpOptions()) -> Snapshot:
    """The current data of a cloud: from the cache while that is young, else from its source.

    `source` is a Source, or "download" (Microsoft's Download Center), an URL, or a file's path.
    What comes is kept in `cache`, a folder, or nowhere with None. Data last known to be current
    at most `max_age` ago (a timedelta, or seconds) is taken from there without asking.

    When nothing new can be had, or it is not plausible by `gate`, the kept data is given with a
    StaleDataWarning. Errors, when none is kept: those of the network, OSErrors all, and of load().
    """
    return _refresh.latest(cloud, source, cache, max_age, gate, http)


def parse(data: Union[str, bytes], cloud: str | None = None) -> Snapshot:
    """Reads a service tag file's text, or the bytes that Snapshot.compile() gives, as load()."""
    return Snapshot(_core.parse(data.encode() if isinstance(data, str) else data, cloud))
