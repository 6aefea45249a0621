"""Data that is current: latest(), load() without a path, and Refresher, against servers of ours."""

import asyncio
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
import warnings
from datetime import timedelta

import servicetags
from servicetags import GatePolicy, HttpOptions, Refresher, RefreshPolicy

LOOPBACK = HttpOptions(allow_http_to_loopback=True, timeout=10)
NEVER = RefreshPolicy(interval=timedelta(days=1), first_retry=86400.0, max_retry=86400.0)
PATIENCE = 30  # seconds, for what comes at once unless something is broken


def file_of(name, prefixes=10, number=1):
    """A service tag file of one tag."""
    return json.dumps({"cloud": "Public", "changeNumber": number, "values": [{
        "name": name, "id": name, "properties": {
            "region": "", "addressPrefixes": [f"198.18.{i}.0/24" for i in range(prefixes)]}}]})


class Server:
    """Answers every request with `body`, unless it has the ETag already; 503 without a body."""

    def __init__(self):
        self.body, self.requests, self.hold = None, 0, None
        self.asked = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests += 1
                outer.asked.set()
                if outer.hold is not None:
                    outer.hold.wait(PATIENCE)
                body = outer.body
                tag = None if body is None else f'"{hash(body)}"'
                same = tag is not None and self.headers.get("If-None-Match") == tag
                try:
                    self.answer(body, tag, same)
                except ConnectionError:  # who asked has gone
                    pass

            def answer(self, body, tag, same):
                self.send_response(503 if body is None else 304 if same else 200)
                if tag is not None:
                    self.send_header("ETag", tag)
                data = b"" if same or body is None else body.encode()
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/tags.json"

    def close(self):
        if self.hold is not None:
            self.hold.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cache = self.folder / "cache"
        self.server = Server()
        self.addCleanup(self.server.close)
        warnings.simplefilter("error", servicetags.StaleDataWarning)
        self.addCleanup(warnings.resetwarnings)

    def latest(self, **options):
        return servicetags.latest(**{"source": self.server.url, "cache": self.cache,
                                     "http": LOOPBACK, **options})

    def refresher(self, **options):
        return Refresher(**{"source": self.server.url, "cache": self.cache, "http": LOOPBACK,
                            "policy": NEVER, **options})


class Latest(Case):
    def test_fetched_kept_and_asked_again_when_old(self):
        self.server.body = file_of("A")
        self.assertEqual(list(self.latest()), ["A"])
        self.assertEqual(list(self.latest()), ["A"])  # from the cache
        self.assertEqual(self.server.requests, 1)
        self.server.body = file_of("B")
        with self.assertRaises(servicetags.errors.ServiceTagError):
            self.latest(cloud="mars")
        self.assertEqual(list(self.latest(max_age=0, gate=GatePolicy(max_tag_loss=1.0))), ["B"])
        self.assertEqual(list(self.latest(max_age=0.0)), ["B"])  # 304
        self.assertEqual(self.server.requests, 3)

    def test_the_kept_data_answers_when_nothing_can_be_had(self):
        with self.assertRaises(servicetags.errors.HttpStatusError) as caught:
            self.latest()
        self.assertIsInstance(caught.exception, OSError)
        self.server.body = file_of("A")
        self.latest()
        self.server.body = None
        with self.assertWarnsRegex(servicetags.StaleDataWarning, "503") as warned:
            self.assertEqual(list(self.latest(max_age=0)), ["A"])
        self.assertEqual(warned.filename, __file__)  # it names the caller
        self.server.body = file_of("A", prefixes=1)
        with self.assertWarnsRegex(servicetags.StaleDataWarning, "refused"):
            self.assertEqual(len(self.latest(max_age=0)["A"]), 10)

    def test_a_damaged_cache_is_no_obstacle(self):
        self.server.body = file_of("A")
        self.latest()
        for path in self.cache.iterdir():
            path.write_bytes(b"x")
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            self.assertEqual(list(self.latest()), ["A"])

    def test_without_a_cache(self):
        path = self.folder / "file.json"
        path.write_text(file_of("A"))
        self.assertEqual(list(self.latest(source=path, cache=None)), ["A"])
        self.assertFalse(self.cache.exists())
        with self.assertRaises(servicetags.errors.IoFailedError):
            self.latest(source=self.folder / "nothing", cache=None)
        with self.assertRaises(servicetags.errors.NotAllowedError):
            self.latest(cache=None, http=HttpOptions())  # not HTTPS

    def test_wrong_options_are_named(self):
        for wrong, error, text in (({"timeout": "10"}, TypeError, "HttpOptions.timeout"),
                                   ({"allowed_hosts": 7}, TypeError, "allowed_hosts"),
                                   ({"timeout": -1}, ValueError, "timeout")):
            with self.assertRaisesRegex(error, text):
                self.latest(http=HttpOptions(**wrong))
        with self.assertRaises(ValueError):
            Refresher(policy=RefreshPolicy(interval=timedelta(days=-1)), cache=None)

    def test_interrupted(self):
        self.server.hold = threading.Event()
        code = ("import servicetags\n"
                "try:\n"
                f"    servicetags.latest(source={self.server.url!r}, cache=None, http=servicetags."
                "HttpOptions(allow_http_to_loopback=True))\n"
                "except KeyboardInterrupt:\n"
                "    print('interrupted')\n")
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE,
                              text=True) as process:
            self.assertTrue(self.server.asked.wait(PATIENCE))
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.communicate(timeout=PATIENCE)[0], "interrupted\n")


class LoadWithoutPath(Case):
    def test_the_file_of_the_environment_or_the_cache(self):
        path = self.folder / "file.json"
        path.write_text(file_of("FromFile"))
        self.server.body = file_of("FromCache")
        clean = {"SERVICETAGS_DATA": "", "XDG_CACHE_HOME": str(self.folder)}
        with unittest.mock.patch.dict(os.environ, clean):
            with self.assertRaisesRegex(servicetags.errors.NoDataError, "latest"):
                servicetags.load()
            self.latest(cache=servicetags.DEFAULT_CACHE)
            self.assertEqual(list(servicetags.load()), ["FromCache"])
            with self.assertRaises(servicetags.errors.NoDataError):
                servicetags.load(cloud="china")
            os.environ["SERVICETAGS_DATA"] = str(path)
            self.assertEqual(list(servicetags.load()), ["FromFile"])
            with self.assertRaises(servicetags.errors.WrongCloudError):
                servicetags.load(cloud="china")
            os.environ["SERVICETAGS_DATA"] = ""
            in_15_days = unittest.mock.patch("time.time",
                                             return_value=time.time() + 15 * 86400)
            with in_15_days, self.assertWarnsRegex(servicetags.StaleDataWarning, "15 days ago"):
                servicetags.load()

    def test_no_place_for_a_cache(self):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("HOME", "XDG_CACHE_HOME", "SERVICETAGS_DATA")}
        with unittest.mock.patch.dict(os.environ, environment, clear=True):
            with self.assertRaisesRegex(servicetags.errors.NoDataError, "XDG_CACHE_HOME"):
                servicetags.load()


class Refreshing(Case):
    def test_swapped_unchanged_refused_failed(self):
        updates = []
        told = threading.Semaphore(0)

        def on_update(update):
            updates.append(update)
            told.release()

        def attempt():
            refresher.refresh_now()
            self.assertTrue(told.acquire(timeout=PATIENCE))
            return updates[-1]

        self.server.body = file_of("A")
        with self.refresher(on_update=on_update) as refresher:
            self.assertTrue(told.acquire(timeout=PATIENCE))
            first = updates[0]
            self.assertEqual((first.outcome, first.before, first.changes, first.error, first.kept),
                             ("swapped", None, None, None, True))
            self.assertIs(first.snapshot, refresher.snapshot)
            self.assertIs(refresher.wait(), refresher.snapshot)
            self.assertEqual(attempt().outcome, "unchanged")
            self.assertIs(updates[-1].snapshot, first.snapshot)
            self.server.body = file_of("A", prefixes=11)
            self.assertEqual(attempt().outcome, "swapped")
            self.assertIs(updates[-1].before, first.snapshot)
            self.assertEqual(len(updates[-1].changes.changed[0].added), 1)
            self.assertIs(updates[-1].snapshot, refresher.snapshot)
            self.server.body = file_of("A", prefixes=1)
            self.assertEqual(attempt().outcome, "refused")
            self.assertTrue(updates[-1].reasons)
            self.server.body = "{"
            self.assertEqual(attempt().outcome, "refused")
            self.server.body = None
            self.assertEqual(attempt().outcome, "failed")
            self.assertIsInstance(updates[-1].error, servicetags.errors.HttpStatusError)
            self.assertEqual(len(refresher.snapshot["A"]), 11)
            self.assertIn("running", repr(refresher))
        self.assertIn("stopped", repr(refresher))
        self.assertEqual(len(refresher.snapshot["A"]), 11)
        refresher.start()
        refresher.refresh_now()
        refresher.stop()
        with self.refresher() as again:  # the cache answers at once
            self.assertEqual(len(again.snapshot["A"]), 11)

    def test_waiting(self):
        with self.refresher() as refresher:
            with self.assertRaises(servicetags.errors.NoDataError):
                refresher.snapshot  # pylint: disable=pointless-statement
            with self.assertRaises(TimeoutError):
                refresher.wait(timedelta(milliseconds=1))
            self.server.body = file_of("A")
            refresher.refresh_now()
            self.assertEqual(list(refresher.wait(PATIENCE)), ["A"])
        with self.refresher(cache=None, source=self.folder / "nothing") as refresher:
            stopper = threading.Thread(target=refresher.stop)
            stopper.start()
            with self.assertRaises(servicetags.errors.CancelledError):
                refresher.wait(PATIENCE)
            stopper.join()

    def test_stopped_while_a_fetch_is_on_its_way(self):
        self.server.hold = threading.Event()
        with self.refresher():
            self.assertTrue(self.server.asked.wait(PATIENCE))

    def test_updates_by_for(self):
        self.server.body = file_of("A")
        refresher = self.refresher()
        outcomes = []
        updates = iter(refresher.updates())
        with refresher:
            for update in updates:
                outcomes.append(update.outcome)
                if len(outcomes) == 3:
                    break
                refresher.refresh_now()
            rest = iter(refresher.updates())
        self.assertEqual(outcomes, ["swapped", "unchanged", "unchanged"])
        self.assertEqual(list(rest), [])
        self.assertEqual(list(refresher.updates()), [])

    def test_updates_by_async_for(self):
        self.server.body = file_of("A")

        async def run():
            outcomes = []
            async with self.refresher() as refresher:
                updates = refresher.updates().__aiter__()
                refresher.refresh_now()
                async for update in updates:
                    outcomes.append(update.outcome)
                    if len(outcomes) == 2:
                        break
                    refresher.refresh_now()
                rest = refresher.updates().__aiter__()
            return outcomes, [update async for update in rest]

        outcomes, rest = asyncio.run(asyncio.wait_for(run(), PATIENCE))
        self.assertEqual(len(outcomes), 2)
        self.assertLessEqual(set(outcomes), {"swapped", "unchanged"})
        self.assertLessEqual({update.outcome for update in rest}, {"unchanged"})

    def test_waiting_in_asyncio(self):
        async def run():
            async with self.refresher() as refresher:
                with self.assertRaises(TimeoutError):
                    await refresher.wait_async(timedelta(milliseconds=1))
                self.server.body = file_of("A")
                waiting = asyncio.ensure_future(refresher.wait_async(PATIENCE))
                refresher.refresh_now()
                found = await waiting
                self.assertIs(await refresher.wait_async(), found)
                return list(found)

        async def run_stopped():
            refresher = self.refresher(cache=None, source=self.folder / "nothing")
            waiting = asyncio.ensure_future(refresher.wait_async(PATIENCE))
            async with refresher:
                pass
            with self.assertRaises(servicetags.errors.CancelledError):
                await waiting

        self.assertEqual(asyncio.run(run()), ["A"])
        asyncio.run(run_stopped())

    def test_a_handler_may_stop_and_may_raise(self):
        self.server.body = file_of("A")
        raised = []
        done = threading.Event()

        def hook(unraisable):
            raised.append(unraisable.exc_type)
            done.set()

        with unittest.mock.patch.object(sys, "unraisablehook", hook):
            with self.refresher(on_update=lambda _: 1 / 0) as refresher:
                self.assertTrue(done.wait(PATIENCE))
                self.assertEqual(list(refresher.snapshot), ["A"])
        self.assertEqual(raised, [ZeroDivisionError])

        stopped = threading.Event()

        def stop(_):
            refresher.stop()
            stopped.set()

        refresher = self.refresher(on_update=stop)
        refresher.start()
        self.assertTrue(stopped.wait(PATIENCE))
        refresher.stop()

    def test_a_process_ends_that_never_stopped_one(self):
        path = self.folder / "file.json"
        path.write_text(file_of("A"))
        code = (f"import servicetags\n"
                f"kept = servicetags.Refresher(source={str(path)!r}, cache=None)\n"
                f"kept.start()\n"
                f"kept.wait()\n"
                f"lost = servicetags.Refresher(source={str(path)!r}, cache=None)\n"
                f"lost.start()\n"
                f"del lost\n"
                f"print(list(kept.snapshot))\n")
        ran = subprocess.run([sys.executable, "-X", "dev", "-c", code], capture_output=True,
                             text=True, timeout=PATIENCE, check=False)
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, "['A']\n", ""))

    def test_threads_ask_while_data_is_swapped(self):
        path = self.folder / "file.json"

        def replace(number):
            """So many prefixes that the number can be read off."""
            new = self.folder / "new.json"
            new.write_text(file_of("A", prefixes=100 + number % 50, number=number))
            os.replace(new, path)

        swaps, wrong, asked = 60, [], []
        over = threading.Event()

        def ask(refresher):
            count = 0
            while not over.is_set():
                snapshot = refresher.snapshot
                prefixes = len(snapshot["A"])
                held = sum(1 for i in range(90, 160) if snapshot.lookup(f"198.18.{i}.7"))
                if held != prefixes - 90 or len(snapshot.tag_sets([f"198.18.{i}.7" for i in
                                                                   range(100)])) != 100:
                    wrong.append((held, prefixes))
                count += 1
            asked.append(count)

        replace(0)
        with self.refresher(source=path, cache=None, gate=GatePolicy(max_prefix_loss=1.0)) as refresher:
            updates = iter(refresher.updates())
            refresher.wait(PATIENCE)
            threads = [threading.Thread(target=ask, args=(refresher,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for number in range(1, swaps):
                replace(number)
                refresher.refresh_now()
                while len(next(updates).snapshot["A"]) != 100 + number % 50:
                    refresher.refresh_now()
            over.set()
            for thread in threads:
                thread.join()
        self.assertEqual(wrong, [])
        self.assertEqual(len(asked), 4)


if __name__ == "__main__":
    unittest.main()
