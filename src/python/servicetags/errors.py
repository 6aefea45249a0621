"""What can go wrong: one class for each kind, all of them ServiceTagError.

Every error has `code`, the stable name of its kind, such as "invalid_address"; `where`, a file
or a JSON pointer, or None; `offset`, a byte in the text that was read, or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._types import Resolution


class ServiceTagError(Exception):
    """The base of all errors of this package."""

    code: str = ""

    def __init__(self, message: str = "", where: str | None = None,
                 offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.offset = offset

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        byte = f" (byte {self.offset})" if self.offset is not None else ""
        return f"{place}{self.message}{byte}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.where, self.offset)


class InputError(ServiceTagError, ValueError):
    """What the caller gave is not what is accepted."""


class InvalidAddressError(InputError):
    """Not an IPv4 or IPv6 address in the strict grammar."""

    code = "invalid_address"


class InvalidPrefixError(InputError):
    """Not a CIDR prefix."""

    code = "invalid_prefix"


class HostBitsSetError(InputError):
    """A CIDR prefix whose address has bits beyond its length."""

    code = "host_bits_set"


class InvalidRangeError(InputError):
    """Not `first-last`, or first after last, or of two families."""

    code = "invalid_range"


class InvalidHostError(InputError):
    """Not a host name."""

    code = "invalid_host"


class InvalidArgumentError(InputError):
    """An option or name outside of the accepted values."""

    code = "invalid_argument"


class InvalidProfileError(InputError):
    """JSON, but not a requirement profile."""

    code = "invalid_profile"


class DataError(ServiceTagError, ValueError):
    """The data is not what it should be."""


class MalformedJsonError(DataError):
    """Not JSON, or not UTF-8."""

    code = "malformed_json"


class UnexpectedShapeError(DataError):
    """JSON, but not a service tag file."""

    code = "unexpected_shape"


class LimitExceededError(DataError):
    """Larger or deeper than is read."""

    code = "limit_exceeded"


class WrongCloudError(DataError):
    """The data is of another cloud than the one asked for."""

    code = "wrong_cloud"


class MalformedSnapshotError(DataError):
    """A compiled snapshot that is damaged, or of another version."""

    code = "malformed_snapshot"


class OutsideError(ServiceTagError, OSError):
    """A file, a disk or a server did not do its part."""


class IoFailedError(OutsideError):
    """A file could not be opened, read, written or unpacked."""

    code = "io_failed"


class HostNotFoundError(OutsideError):
    """A host name has no address."""

    code = "host_not_found"


class NetworkFailedError(OutsideError, ConnectionError):
    """No connection, or one that broke."""

    code = "network_failed"


class TimedOutError(OutsideError, TimeoutError):
    """A deadline passed."""

    code = "timed_out"


class TlsFailedError(OutsideError):
    """The server is not shown to be the one asked for."""

    code = "tls_failed"


class HttpStatusError(OutsideError):
    """The server answered, but not with the data."""

    code = "http_status"


class UnauthorizedError(OutsideError, PermissionError):
    """The server wants another token, or grants it too little."""

    code = "unauthorized"


class TooLargeError(OutsideError):
    """The server sends more than it may."""

    code = "too_large"


class NotAllowedError(OutsideError):
    """An address that the settings do not let us go to."""

    code = "not_allowed"


class CancelledError(ServiceTagError):
    """Asked to stop."""

    code = "cancelled"


class NoDataError(ServiceTagError, LookupError):
    """No file was given, and none is cached."""

    code = "no_data"


class StaleError(ServiceTagError):
    """The data is older than the policy lets it be."""

    code = "stale"


class UnresolvedTagError(ServiceTagError, KeyError):
    """A name that leads to no published tag; `resolution` says why, and what could be meant.

    `code` is the resolution's `how`, such as "unknown_tag" or "not_published".
    """

    def __init__(self, message: str = "", where: str | None = None, offset: int | None = None,
                 resolution: Resolution | None = None) -> None:
        super().__init__(message, where, offset)
        self.resolution = resolution
        self.code = resolution.how if resolution else ""

    @classmethod
    def of(cls, resolution: Resolution) -> UnresolvedTagError:
        """The error of a resolution without a tag, or with one of another published name."""
        message = resolution.message or resolution.requested
        if resolution.suggestions:
            message += f"; did you mean {', '.join(resolution.suggestions)}?"
        return cls(message, resolution=resolution)

    def __reduce__(self) -> tuple[Any, ...]:
        resolution = self.resolution and self.resolution._replace(tag=None)
        return type(self), (self.message, self.where, self.offset, resolution)


class NotExpressibleError(ServiceTagError, ValueError):
    """Beyond a firewall's limits or its language."""

    code = "not_expressible"


def _classes(base: type[ServiceTagError]) -> dict[str, type[ServiceTagError]]:
    found = {base.code: base} if base.code else {}
    for below in base.__subclasses__():
        found |= _classes(below)
    return found


#: The class of each code.
CLASSES: dict[str, type[ServiceTagError]] = _classes(ServiceTagError)


def make_error(code: str, message: str, where: str | None,
               offset: int | None) -> ServiceTagError:
    """The error of a code, as the compiled module raises it."""
    return CLASSES[code](message, where, offset)
