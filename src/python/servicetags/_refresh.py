"""Data that is current: once, or for as long as a program runs."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
import warnings
import weakref
from datetime import timedelta
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, Iterator, Union

from . import _core, errors
from ._sources import (DownloadSource, Duration, GatePolicy, HttpOptions, RefreshPolicy, Source,
                       to_source)
from ._types import Update

if TYPE_CHECKING:
    from . import Snapshot

SourceLike = Union[str, "os.PathLike[str]", Source]
"""A Source, or "download", an URL, or a file's path."""

#: What load() warns of.
OLD = timedelta(days=14)


class StaleDataWarning(UserWarning):
    """What is answered from is older than it should be."""


class DefaultCache:
    """The type of DEFAULT_CACHE."""

    def __repr__(self) -> str:
        return "DEFAULT_CACHE"


#: $XDG_CACHE_HOME/servicetags, else ~/.cache/servicetags: what the program at a shell uses.
DEFAULT_CACHE = DefaultCache()
Cache = Union[str, "os.PathLike[str]", DefaultCache, None]


def folder_of(cache: Cache) -> str | None:
    """The cache's folder; None for no cache."""
    if not isinstance(cache, DefaultCache):
        return None if cache is None else os.fspath(cache)
    folder = _core.default_cache_folder()
    if folder is None:
        raise errors.NoDataError("there is no place for a cache: set XDG_CACHE_HOME, or HOME, to "
                                 "a folder; or name a file, or a cache")
    return folder


def seconds(duration: Duration) -> float:
    """A duration as a number."""
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def load_kept(folder: str, cloud: str) -> tuple[Snapshot, float]:
    """The cache's data and its age in seconds; damage is warned of."""
    snapshot, checked_at, found = _core.load_kept(folder, cloud)
    for text in found:
        warnings.warn(text, StaleDataWarning, stacklevel=4)
    return snapshot, max(0.0, time.time() - checked_at)


def warn_of_age(age: float, cause: str = "") -> None:
    """Says that data of the cache is old, to the caller of the package's function."""
    warnings.warn(f"the data was last known to be current {_core.age_text(age)} ago{cause}",
                  StaleDataWarning, stacklevel=4)


def load_current(cloud: str) -> Snapshot:
    """What load() gives without a path."""
    path = os.environ.get("SERVICETAGS_DATA")
    if path:
        from . import load
        return load(path, cloud)
    folder = folder_of(DEFAULT_CACHE)
    assert folder is not None
    try:
        snapshot, age = load_kept(folder, cloud)
    except errors.NoDataError as error:
        raise errors.NoDataError(f"{error.message}; get it with servicetags.latest(), name a "
                                 "file, or set SERVICETAGS_DATA to one", error.where) from None
    if age >= seconds(OLD):
        warn_of_age(age, "; renew it with servicetags.latest()")
    return snapshot


def latest(cloud: str, source: SourceLike, cache: Cache, max_age: Duration, gate: GatePolicy,
           http: HttpOptions) -> Snapshot:
    """servicetags.latest(), which has the documentation."""
    folder = folder_of(cache)
    age = None
    if folder is not None:
        try:
            kept, age = load_kept(folder, cloud)
            if age <= seconds(max_age):
                return kept
        except errors.NoDataError:
            pass
        except (errors.DataError, OSError) as error:
            warnings.warn(f"the cache cannot be read: {error}", StaleDataWarning, stacklevel=3)
    update = _core.Updater(cloud, to_source(source), http, gate, folder).update()
    if update.outcome in ("swapped", "unchanged"):
        assert update.snapshot is not None
        return update.snapshot
    cause = update.error or "refused: " + "; ".join(update.reasons)
    if update.snapshot is None:
        assert update.error is not None
        raise update.error
    warn_of_age(age or 0.0, f"; nothing newer could be had: {cause}")
    return update.snapshot


class _Listeners:
    """Gives each update to all who listen. Knows no Refresher, so that nothing goes in circles."""

    def __init__(self, on_update: Callable[[Update], object] | None) -> None:
        self.changed = threading.Condition()
        self.stopped = False
        self.on_update = on_update
        self.receivers: set[Callable[[Update | None], object]] = set()

    def tell(self, update: Update) -> None:
        with self.changed:
            self.changed.notify_all()
            receivers = list(self.receivers)
        for receive in receivers:
            receive(update)
        if self.on_update is not None:
            self.on_update(update)

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify_all()
            receivers, self.receivers = self.receivers, set()
        for receive in receivers:
            receive(None)

    def add(self, receive: Callable[[Update | None], object]) -> None:
        with self.changed:
            if not self.stopped:
                self.receivers.add(receive)
                return
        receive(None)

    def remove(self, receive: Callable[[Update | None], object]) -> None:
        with self.changed:
            self.receivers.discard(receive)


class Updates:
    """What each attempt comes to, from now until the refresher stops; by `for` or `async for`."""

    def __init__(self, listeners: _Listeners) -> None:
        self._listeners = listeners

    def __iter__(self) -> Iterator[Update]:
        told: queue.SimpleQueue[Update | None] = queue.SimpleQueue()
        self._listeners.add(told.put)
        return self._next_of(told)

    def _next_of(self, told: queue.SimpleQueue[Update | None]) -> Iterator[Update]:
        try:
            yield from iter(told.get, None)
        finally:
            self._listeners.remove(told.put)

    def __aiter__(self) -> AsyncIterator[Update]:
        told: asyncio.Queue[Update | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def receive(update: Update | None) -> None:
            try:
                loop.call_soon_threadsafe(told.put_nowait, update)
            except RuntimeError:  # that loop has ended
                self._listeners.remove(receive)

        self._listeners.add(receive)
        return self._anext_of(told, receive)

    async def _anext_of(self, told: asyncio.Queue[Update | None],
                        receive: Callable[[Update | None], None]) -> AsyncIterator[Update]:
        try:
            while True:
                update = await told.get()
                if update is None:
                    return
                yield update
        finally:
            self._listeners.remove(receive)


class Refresher:
    """Keeps one cloud's data current in the background.

        with servicetags.Refresher(cloud="public") as refresher:
            refresher.wait()
            refresher.snapshot.lookup("20.38.98.100")

    `source`, `cache`, `gate` and `http` are as for latest(). New data replaces the old only when
    all of it is good; whatever happens, `snapshot` keeps answering. `on_update` is called with
    each Update in a thread of the refresher's; what it raises goes to sys.unraisablehook.

    It starts with `with` or start() and ends with it or stop(); at the latest when the process
    does. `async with` does the same, and ends without blocking the loop; in there, wait_async()
    and `async for update in refresher.updates()`. All of it from any thread.
    """

    def __init__(self, cloud: str = "public", *, source: SourceLike = DownloadSource(),
                 cache: Cache = DEFAULT_CACHE, policy: RefreshPolicy = RefreshPolicy(),
                 gate: GatePolicy = GatePolicy(), http: HttpOptions = HttpOptions(),
                 on_update: Callable[[Update], object] | None = None) -> None:
        chosen = to_source(source)
        updater = _core.Updater(cloud, chosen, http, gate, folder_of(cache))
        for text in updater.warnings:
            warnings.warn(text, StaleDataWarning, stacklevel=2)
        self._listeners = _Listeners(on_update)
        self._core = _core.Refresher(updater, policy, self._listeners.tell)
        self._source = chosen
        self._end = weakref.finalize(self, _end, self._core, self._listeners)

    @property
    def snapshot(self) -> Snapshot:
        """What is current: the same object until other data is. NoDataError before the first.

        Keep it for questions that belong together.
        """
        current = self._core.snapshot()
        if current is None:
            raise errors.NoDataError("there is no data yet; wait() for it")
        return current

    def start(self) -> None:
        """Begins, with an attempt at once. Does nothing when started already, or stopped."""
        if self._end.alive:
            self._core.start()

    def stop(self) -> None:
        """Ends it; a fetch on its way is cancelled. What is current stays so."""
        self._end()

    def refresh_now(self) -> None:
        """An attempt at once, or right after one that is on its way."""
        self._core.refresh_now()

    def wait(self, timeout: Duration | None = None) -> Snapshot:
        """Waits until there is data. Errors: TimedOutError, and CancelledError when stopped."""
        listeners = self._listeners
        with listeners.changed:
            listeners.changed.wait_for(
                lambda: listeners.stopped or self._core.snapshot() is not None,
                None if timeout is None else seconds(timeout))
        return self._waited_for(timeout)

    async def wait_async(self, timeout: Duration | None = None) -> Snapshot:
        """As wait(), in asyncio: the loop goes on meanwhile."""
        loop, told, listeners = asyncio.get_running_loop(), asyncio.Event(), self._listeners

        def receive(_: Update | None) -> None:
            loop.call_soon_threadsafe(told.set)

        async def until_told() -> None:
            while self._core.snapshot() is None and not listeners.stopped:
                await told.wait()
                told.clear()

        listeners.add(receive)
        try:
            await asyncio.wait_for(until_told(), None if timeout is None else seconds(timeout))
        except asyncio.TimeoutError:
            pass
        finally:
            listeners.remove(receive)
        return self._waited_for(timeout)

    def _waited_for(self, timeout: Duration | None) -> Snapshot:
        current = self._core.snapshot()
        if current is not None:
            return current
        if self._listeners.stopped:
            raise errors.CancelledError("the refresher was stopped before there was data")
        raise errors.TimedOutError(f"no data came within {timeout}")

    def updates(self) -> Updates:
        """What each attempt comes to, by `for` or `async for`; it ends with the refresher."""
        return Updates(self._listeners)

    def __enter__(self) -> Refresher:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    async def __aenter__(self) -> Refresher:
        self.start()
        return self

    async def __aexit__(self, *_: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.stop)

    def __repr__(self) -> str:
        state = "running" if self._end.alive else "stopped"
        current = self._core.snapshot()
        return f"<servicetags.Refresher, {state}, from {self._source}: {current!r}>"


def _end(core: _core.Refresher, listeners: _Listeners) -> None:
    core.stop()
    listeners.stop()
