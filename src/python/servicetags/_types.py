"""The plain values that answers are made of."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple, Union

from ._core import Tag

Network = Union[IPv4Network, IPv6Network]


class Match(NamedTuple):
    """A tag that holds an address, by its most specific prefix that does."""

    tag: Tag
    prefix: Network


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
