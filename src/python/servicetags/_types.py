"""The plain values that answers are made of."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, NamedTuple, Tuple, TypeVar, Union

from ._core import PrefixSet, Rule, RuleSet, Tag
from .errors import ServiceTagError

if TYPE_CHECKING:
    from . import Snapshot

Address = Union[IPv4Address, IPv6Address]
Network = Union[IPv4Network, IPv6Network]
_Row = TypeVar("_Row")


class Table(Tuple[_Row, ...]):
    """A tuple of rows that a notebook shows as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from . import _html
        return _html.of_rows(self)


class Match(NamedTuple):
    """A tag that holds an address, by its most specific prefix that does."""

    tag: Tag
    prefix: Network


class Overlap(NamedTuple):
    """A published prefix that shares addresses with those asked for.

    `relation` is of the whole tag: "equal", "contains", "contained" or "overlaps".
    """

    tag: Tag
    prefix: Network
    relation: str


class Region(NamedTuple):
    """One region, in the four ways it is spelled."""

    name: str
    display: str
    published: str
    suffix: str
    tag_count: int


class SnapshotInfo(NamedTuple):
    """Counts and origin of a snapshot's content."""

    cloud: str | None
    change_number: int | None
    tag_count: int
    regional_tag_count: int
    prefix_count: int
    prefix_count_v4: int
    prefix_count_v6: int
    distinct_prefix_count: int
    tag_set_count: int
    warnings: tuple[str, ...]


class Resolution(NamedTuple):
    """The tag behind a name, or None and why."""

    tag: Tag | None
    how: str
    requested: str
    message: str | None
    suggestions: tuple[str, ...]


class TagPrefixes(NamedTuple):
    """A tag that one of two snapshots lacks."""

    tag: str
    prefixes: tuple[Network, ...]


class FieldChange(NamedTuple):
    """A property of a tag ("name", "region", "service", "features") that differs."""

    field: str
    before: str
    after: str


class TagChange(NamedTuple):
    """A tag that two snapshots have, with other content."""

    tag: str
    added: tuple[Network, ...]
    removed: tuple[Network, ...]
    fields: tuple[FieldChange, ...]


class SnapshotDiff(NamedTuple):
    """What differs between two snapshots, each part sorted by tag name.

    `renumbered` counts tags whose change number moved while nothing else did.
    """

    added: tuple[TagPrefixes, ...]
    removed: tuple[TagPrefixes, ...]
    changed: tuple[TagChange, ...]
    renumbered: int

    @property
    def empty(self) -> bool:
        """Whether the content is the same."""
        return not (self.added or self.removed or self.changed)

    def _repr_html_(self) -> str:
        from . import _html
        return _html.of_diff(self)


class Update(NamedTuple):
    """What one attempt to refresh came to.

    `outcome`: "swapped" (other data is current now), "unchanged", "refused" (not plausible; see
    `reasons`) or "failed" (see `error`); with the last two the old data stays. `snapshot` is
    current now; it and `before` are None when there was none. `changes` is there when data
    replaced other data; `kept` says that what is current is in the cache.
    """

    outcome: str
    snapshot: Snapshot | None
    before: Snapshot | None
    changes: SnapshotDiff | None
    error: ServiceTagError | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    origin: str | None
    sha256: str | None
    kept: bool


class Fitted(NamedTuple):
    """A set that was widened to have few prefixes, and how many addresses that added."""

    set: PrefixSet
    added_v4: int
    added_v6: int


class PortRange(NamedTuple):
    """Ports from first to last, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Condition(NamedTuple):
    """A fact about an installation that some requirements depend on."""

    name: str
    meaning: str
    holds_by_default: bool


class Requirement(NamedTuple):
    """One row of a requirement table: access to a tag, or to a host."""

    direction: str
    protocol: str
    ports: tuple[PortRange, ...]
    tag: str | None
    host: str | None
    path: str | None
    when: str | None
    clouds: tuple[str, ...]
    purpose: str
    source: str
    date: str


class Note(NamedTuple):
    """Something the documentation says that no rule can."""

    text: str
    when: str | None


class Edition(NamedTuple):
    """A profile as documented at one time."""

    name: str
    date: str
    source: str
    conditions: tuple[Condition, ...]
    requirements: tuple[Requirement, ...]
    notes: tuple[Note, ...]


class HostRule(NamedTuple):
    """Access to a host, for proxies and application rules; "*.name" is every name below it."""

    direction: str
    protocol: str
    ports: tuple[PortRange, ...]
    host: str
    path: str | None
    purpose: str


class RuleFormat(NamedTuple):
    """One target that rules can be written for."""

    name: str
    target: str
    limits: str


class DataFormat(NamedTuple):
    """One format that a snapshot can be exported in; the first of `shapes` is the usual one."""

    name: str
    target: str
    shapes: tuple[str, ...]
    is_text: bool


class Narrowed(NamedTuple):
    """Rules with fewer prefixes: how many before and after, and how many addresses that added."""

    rules: RuleSet
    before: int
    after: int
    added_v4: int
    added_v6: int


class Gap(NamedTuple):
    """Required addresses that an allow-list does not let through on some ports."""

    rule: Rule
    protocol: str
    ports: tuple[PortRange, ...]
    missing: PrefixSet


class Excess(NamedTuple):
    """Addresses that an entry of an allow-list lets through and no rule asks for."""

    where: str
    entry: str
    addresses: PrefixSet


class CheckReport(NamedTuple):
    """An allow-list beside rules: what is missing, and what is beyond."""

    gaps: tuple[Gap, ...]
    excess: tuple[Excess, ...]
    rules_checked: int
    warnings: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything required is let through."""
        return not self.gaps

    def _repr_html_(self) -> str:
        from . import _html
        return _html.of_report(self)


class FlowFinding(NamedTuple):
    """What rules say about all equal entries of a flow log.

    `kind`: "explained", "blocked" (denied, though a rule asks for it), "unexplained" (let
    through, and no rule asks for it), "denied" or "internal" (a private address).
    """

    kind: str
    remote: Address
    direction: str
    protocol: str
    port: int
    denied: bool
    entries: int
    rules: Table[Rule]


class RuleChange(NamedTuple):
    """Addresses to add to a rule and to remove from it."""

    rule: Rule
    added: PrefixSet
    removed: PrefixSet


class Explanation(NamedTuple):
    """The tags of an address, and the rules that a flow to it serves.

    `rules` is None when no rules were asked.
    """

    address: Address
    port: int | None
    matches: Table[Match]
    rules: Table[Rule] | None

    def __str__(self) -> str:
        lines = [f"{self.address} is in {tag.name} by {prefix}" for tag, prefix in self.matches]
        lines = lines or [f"{self.address} is in no service tag"]
        for rule in self.rules or ():
            ports = ",".join(map(str, rule.ports))
            lines.append(f"serves {rule.direction} {rule.protocol} {ports} {rule.requested}: "
                         f"{rule.purpose} ({rule.status})")
        if self.rules == ():
            lines.append("no rule asks for it")
        return "\n".join(lines)
