"""Where service tag files come from, and what new ones must be like."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Sequence, Union

Duration = Union[timedelta, float]
"""A timedelta, or seconds."""


@dataclass(frozen=True)
class HttpOptions:
    """How servers are spoken to: by HTTPS, their certificates checked.

    `timeout` is of one fetch, redirects and all; `max_bytes` of its content, unpacked.
    `allowed_hosts` are those that the first host may redirect to. `proxy` "" is the
    environment's, `ca_file` "" the system's. `allow_http_to_loopback` lets http:// be used to
    servers on this machine.
    """

    connect_timeout: Duration = 10.0
    timeout: Duration = 120.0
    max_bytes: int = 32 << 20
    allowed_hosts: Sequence[str] = ()
    proxy: str = ""
    ca_file: str = ""
    allow_http_to_loopback: bool = False


@dataclass(frozen=True)
class DownloadSource:
    """Microsoft's Download Center, where the files are published weekly under dated names.

    The addresses are for those who mirror it.
    """

    kind: ClassVar[str] = "download"
    page_base: str | None = None
    file_base: str | None = None


@dataclass(frozen=True)
class ApiSource:
    """The Service Tag Discovery API of Azure Resource Manager.

    Without a `token` it is what `token_command`, run by /bin/sh, prints; without that, what the
    managed identity of this machine is given. Tokens are in no error and no repr.
    """

    kind: ClassVar[str] = "api"
    subscription: str
    location: str
    token: str = field(default="", repr=False)
    token_command: str = ""
    api_version: str = "2022-01-01"
    base: str = ""
    identity_base: str = "http://169.254.169.254"


@dataclass(frozen=True)
class UrlSource:
    """One URL of a service tag file."""

    kind: ClassVar[str] = "url"
    url: str


@dataclass(frozen=True)
class FileSource:
    """One file, looked at again whenever its time or size has changed."""

    kind: ClassVar[str] = "file"
    path: str


Source = Union[DownloadSource, ApiSource, UrlSource, FileSource]


@dataclass(frozen=True)
class GatePolicy:
    """How much may be lost at once: shares of what the old data has, from 0 to 1.

    Data that loses more is refused, and the old data stays. `watched` are tags of which
    `max_watched_loss` may be lost, and none may vanish. `allow_rollback` accepts older data of
    the same source.
    """

    max_prefix_loss: float = 0.20
    max_tag_loss: float = 0.25
    max_watched_loss: float = 0.50
    watched: Sequence[str] = ()
    allow_rollback: bool = False


@dataclass(frozen=True)
class RefreshPolicy:
    """When to refresh: `interval` after a success, plus up to `jitter`, chosen anew each time.

    After a failure: `first_retry`, then twice as long each time up to `max_retry`, and never
    sooner than a server asks for.
    """

    interval: Duration = timedelta(hours=6)
    jitter: Duration = timedelta(minutes=30)
    first_retry: Duration = timedelta(minutes=1)
    max_retry: Duration = timedelta(hours=2)


def to_source(source: Union[str, "os.PathLike[str]", Source]) -> Source:
    """A Source as it is; "download", an URL, or a file's path as the Source that it means."""
    if isinstance(source, (DownloadSource, ApiSource, UrlSource, FileSource)):
        return source
    text = os.fspath(source)
    if text == "download":
        return DownloadSource()
    return UrlSource(text) if "://" in text else FileSource(os.path.abspath(text))
