"""Requirement profiles: built in, or read from files."""

from __future__ import annotations

import os
from typing import Union

from . import _core, errors
from ._core import Profile


def profiles() -> tuple[Profile, ...]:
    """The built-in profiles, by name.

        >>> profiles()[0].name
        'azure-machine-learning'
    """
    return _core.builtin_profiles()


def profile(name: Union[str, "os.PathLike[str]"]) -> Profile:
    """A built-in profile by name, ignoring case; or one read from a file of that path.

        >>> [edition.name for edition in profile("azure-machine-learning").editions]
        ['2021-11', '2026-03']

    Errors: InvalidArgumentError when there is neither; those of parse_profile(); OSError.
    """
    for known in profiles():
        if isinstance(name, str) and name.lower() == known.name:
            return known
    path = os.fspath(name)
    if not os.path.isfile(path):
        names = ", ".join(known.name for known in profiles())
        raise errors.InvalidArgumentError(f"no profile and no file '{path}'; built in: {names}")
    with open(path, "rb") as file:
        data = file.read()
    try:
        return parse_profile(data)
    except errors.ServiceTagError as error:
        error.where = path + (error.where or "")
        raise


def parse_profile(json: Union[str, bytes]) -> Profile:
    """Reads a profile, the format of which the repository's profile.schema.json describes.

    Errors: MalformedJsonError, LimitExceededError and InvalidProfileError, with the place.
    """
    return _core.parse_profile(json.encode() if isinstance(json, str) else json)
