"""`update`, `watch` and `status`: the gate, the cache under kills and failing calls, changes.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files."""

import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

from refresh_case import PROGRAM, SAMPLE, SANITIZED, Refresh, changed, half, newer
from scripted_server import ScriptedServer, reply, sends

REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))


class Gate(Refresh):
    def test_refused_data_is_kept_and_accepted_by_its_hash(self):
        self.start_with_sample()
        path = self.folder / "ServiceTags_Public_20260112.json"
        path.write_bytes(half())
        done = self.update(str(path))
        self.assertEqual(done.returncode, 4)
        self.assertIn(b"refused: the data shrank from", done.stderr)
        self.assert_old_data()
        self.assertEqual(self.status()["refused"], str(self.cache / "public.refused.json"))
        self.assertEqual((self.cache / "public.refused.json").read_bytes(), half())
        self.assertIn("the data shrank", (self.cache / "public.refused.txt").read_text())
        self.assertEqual(self.run_program("update", "--accept", "0" * 12).returncode, 2)
        digest = hashlib.sha256(half()).hexdigest()
        done = self.run_program("update", "--accept", digest[:12])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.status()["sha256"], digest)

    def test_a_lower_change_number_alone_is_a_warning(self):
        path = self.folder / "feed.json"
        path.write_bytes(changed(changeNumber=2000))
        self.assertEqual(self.update(str(path)).returncode, 0)
        path.write_bytes(changed(changeNumber=1900))
        done = self.update(str(path))
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"the change number went back from 2000 to 1900", done.stderr)

    def test_older_data_needs_permission(self):
        published = {"number": 2000, "day": "20260112"}

        def answer(connection, request, number):
            link = f"/file/a/ServiceTags_Public_{published['day']}.json"
            body = (changed(changeNumber=published["number"]) if request.split()[1] == link else
                    (server.url + link).encode())
            connection.sendall(reply(body))

        with ScriptedServer(answer) as server:
            args = ("update", "--download-base", server.url + "/page", "--download-file-base",
                    server.url + "/file", "--allow-http-to-loopback")
            self.assertEqual(self.run_program(*args).returncode, 0)
            published.update(number=1900, day="20260105")
            done = self.run_program(*args)
            self.assertEqual(done.returncode, 4)
            self.assertIn(b"and the date as well: this is older data", done.stderr)
            self.assertEqual(self.status()["change_number"], 2000)
            self.assertEqual(self.run_program(*args, "--allow-rollback").returncode, 0)
            self.assertEqual(self.status()["change_number"], 1900)

    def test_a_watched_tag_may_not_vanish(self):
        self.start_with_sample()
        document = json.loads(SAMPLE)
        gone = document["values"].pop()["name"]
        path = self.folder / "n.json"
        path.write_bytes(json.dumps(document).encode())
        done = self.update(str(path), "--watch-tag", gone)
        self.assertEqual(done.returncode, 4)
        self.assertIn(f"the watched tag {gone} is gone".encode(), done.stderr)
        self.assertEqual(self.update(str(path)).returncode, 0)

    def test_replaying_real_consecutive_files_raises_no_alarm(self):
        pairs = [("china", "ServiceTags_China_20260713.json", "ServiceTags_China_20260720.json"),
                 ("usgov", "ServiceTags_AzureGovernment_20260713.json",
                  "ServiceTags_AzureGovernment_20260720.json"),
                 ("public", "ServiceTags_Public_20251013.json", "ServiceTags_Public_20251028.json")]
        if not (REAL / pairs[0][1]).exists():
            self.leave_out(f"no {REAL}")
        for cloud, first, second in pairs:
            for name in (first, second):
                done = self.update(str((REAL / name).resolve()), "--cloud", cloud)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["outcome"], "swapped")
                self.assertNotIn(b"warning", done.stderr)


class Cache(Refresh):
    def test_commands_answer_from_the_cache_and_say_how_to_fill_it(self):
        done = self.run_program("lookup", "198.18.4.9")
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"servicetags update", done.stderr)
        done = self.run_program("--cloud", "usgov", "info")
        self.assertIn(b"servicetags update --cloud usgov", done.stderr)
        self.start_with_sample()
        done = self.run_program("lookup", "198.18.4.9", "-o", "plain")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"Storage.WestUS", done.stdout)
        self.assertEqual(self.run_program("--cloud", "usgov", "info").returncode, 3)

    def test_a_damaged_cache_is_said_and_the_data_before_the_last_answers(self):
        self.start_with_sample()
        path = self.folder / "n.json"
        path.write_bytes(newer())
        self.assertEqual(self.update(str(path)).returncode, 0)
        cache = self.cache / "public.cache"
        cache.write_bytes(cache.read_bytes()[:-100])
        (self.cache / "public.compiled").unlink()
        done = self.run_program("lookup", "198.18.4.9", "-o", "plain")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"is damaged and was set aside", done.stderr)
        self.assert_old_data()
        self.assertTrue((self.cache / "public.damaged").exists())

    def test_a_compiled_snapshot_is_kept_and_used_for_its_payload_only(self):
        def answer():
            done = self.run_program("info", "-o", "json")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            return json.loads(done.stdout)["change_number"]

        self.start_with_sample()
        cache, compiled = self.cache / "public.cache", self.cache / "public.compiled"
        old, first = compiled.read_bytes(), answer()
        cache.write_bytes(cache.read_bytes()[:-100])
        self.assertEqual(answer(), first)  # the payload was not looked at
        path = self.folder / "n.json"
        path.write_bytes(newer())
        self.update(str(path))
        new = compiled.read_bytes()
        self.assertNotEqual(old, new)
        second = answer()
        self.assertNotEqual(first, second)
        # Another payload's, a damaged one, none at all: the payload answers, and is compiled anew.
        for other in (old, new[:-1], new[:3000] + b"spoiled" + new[3007:], b"", None):
            compiled.unlink() if other is None else compiled.write_bytes(other)
            self.assertEqual(answer(), second)
            self.assertEqual(compiled.read_bytes(), new)
        # Where it cannot be written, all goes on without.
        compiled.unlink()
        compiled.mkdir()
        self.assertEqual(answer(), second)

    def test_age_is_warned_of_and_refused(self):
        if shutil.which("faketime") is None or SANITIZED:
            self.leave_out("needs faketime, and no sanitizer")
        self.start_with_sample()

        def after(offset, *args):
            command = ["faketime", "-f", offset, PROGRAM, *args]
            return subprocess.run(command, capture_output=True, env=self.environment())

        lookup = ("lookup", "198.18.4.9", "-o", "plain")
        self.assertEqual(after("+13d", *lookup).stderr, b"")
        done = after("+15d", *lookup)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"last known to be current 15 days ago", done.stderr)
        self.assertEqual(after("+15d", "--warn-age", "20d", *lookup).stderr, b"")
        self.assertEqual(after("+31d", *lookup).returncode, 0)
        self.assertEqual(after("+29d", "--max-age", "30d", *lookup).returncode, 0)
        self.assertEqual(after("+31d", "--max-age", "30d", *lookup).returncode, 5)
        self.assertEqual(after("-10d", "--max-age", "30d", *lookup).returncode, 0)
        done = after("+31d", "--max-age", "30d", "status", "-o", "json")
        self.assertEqual(done.returncode, 5)
        status = json.loads(done.stdout)
        self.assertEqual(status["freshness"], "stale")
        self.assertEqual(status["age_seconds"] // 86400, 31)

    def test_status_for_people_and_for_prometheus(self):
        self.assertEqual(self.run_program("status").returncode, 3)
        self.start_with_sample()
        self.assertIn(b"freshness", self.run_program("status").stdout)
        lines = self.run_program("status", "--prometheus").stdout.decode().splitlines()
        samples = {}
        for line in lines:
            if line.startswith("#"):
                self.assertRegex(line, r"^# (HELP|TYPE) servicetags_[a-z_]+ .+$")
            else:
                self.assertRegex(line, r'^servicetags_[a-z_]+\{cloud="public"\} \d+$')
                samples[line.split("{")[0]] = int(line.split()[-1])
        self.assertEqual(samples["servicetags_change_number"], json.loads(SAMPLE)["changeNumber"])
        self.assertLess(samples["servicetags_age_seconds"], 60)
        self.assertEqual(samples["servicetags_refused"], 0)

    def test_a_folder_that_cannot_be_written_ends_with_4(self):
        (self.folder / "servicetags").write_text("a file where the folder should be")
        path = self.folder / "n.json"
        path.write_bytes(newer())
        done = self.update(str(path))
        self.assertEqual(done.returncode, 4)
        self.assertIn(b"nothing is kept on disk", done.stderr)

    def test_many_processes_at_once_fetch_once(self):
        all_there = threading.Event()

        def answer(connection, request, number):
            all_there.wait(20)
            connection.sendall(reply(SAMPLE, headers=['ETag: "1"']))

        with ScriptedServer(answer) as server:
            command = [PROGRAM, "update", "--from", server.url + "/t.json", "--timeout", "30s",
                       "--allow-http-to-loopback", "-o", "json"]
            running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=self.environment()) for _ in range(16)]
            # All others wait for the lock: each has it open.
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and sum(map(self.has_lock_open, running)) < 16:
                pass
            all_there.set()
            results = [process.communicate(timeout=60) for process in running]
            self.assertEqual([p.returncode for p in running], [0] * 16, results)
            self.assertEqual(len(server.requests), 1)

    def has_lock_open(self, process):
        try:
            files = os.listdir(f"/proc/{process.pid}/fd")
            return any(os.readlink(f"/proc/{process.pid}/fd/{f}").endswith("public.lock")
                       for f in files)
        except OSError:
            return False

    def test_killed_at_any_moment_the_cache_is_old_or_new(self):
        rounds = int(os.environ.get("SERVICETAGS_KILLS", "20" if SANITIZED else "200"))
        versions = [SAMPLE, newer()]
        digests = {hashlib.sha256(v).hexdigest() for v in versions}
        path = self.folder / "feed.json"
        path.write_bytes(SAMPLE)
        self.assertEqual(self.update(str(path)).returncode, 0)
        begin = time.monotonic()
        self.assertEqual(self.update(str(path)).returncode, 0)
        whole = time.monotonic() - begin
        rng = random.Random(20261123)
        killed = 0
        for round_ in range(rounds):
            path.write_bytes(versions[round_ % 2])
            process = subprocess.Popen([PROGRAM, "update", "--from", str(path)],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=self.environment())
            try:
                process.wait(rng.uniform(0, 1.2 * whole))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.wait()
            done = self.run_program("status", "-o", "json")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(json.loads(done.stdout)["sha256"], digests)
        path.write_bytes(versions[rounds % 2])
        self.assertEqual(self.update(str(path)).returncode, 0)
        self.assert_no_leftovers()
        print(f"{killed} of {rounds} updates killed: every cache was whole", file=sys.stderr)
        self.assertGreater(killed, rounds // 4)

    def test_each_failing_system_call_leaves_the_old_data(self):
        traced = shutil.which("strace") and not SANITIZED and \
            subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"]).returncode == 0
        if not traced:
            self.leave_out("needs strace that may trace, and no sanitizer")
        self.start_with_sample()
        path = self.folder / "feed.json"
        path.write_bytes(newer())
        digests = {hashlib.sha256(v).hexdigest() for v in (SAMPLE, newer())}
        injected = 0
        for call, errors in (("openat", ("EACCES", "ENOSPC", "EINTR")),
                             ("write", ("ENOSPC", "EIO", "EINTR")), ("fsync", ("EIO", "EINTR")),
                             ("rename", ("EACCES", "EIO")), ("close", ("EIO",)),
                             ("flock", ("ENOLCK", "EINTR")), ("mkdir", ("EACCES",))):
            for error in errors:
                for nth in range(1, 12):
                    # Calls before main() are the loader's, and not ours to survive.
                    command = ["strace", "-f", "-qq", "-o", str(self.folder / "trace"), "-P",
                               str(self.cache), *self.paths(), "-e", f"trace={call}", "-e",
                               f"inject={call}:error={error}:when={nth}", PROGRAM, "update",
                               "--from", str(path), "--max-loss", "1"]
                    done = subprocess.run(command, capture_output=True, env=self.environment())
                    if "(INJECTED)" not in (self.folder / "trace").read_text():
                        break
                    injected += 1
                    with self.subTest(call=call, error=error, nth=nth):
                        self.assertIn(done.returncode, (0, 3, 4), done.stderr)
                        self.assertIn(self.status()["sha256"], digests)
                    self.assertEqual(self.update(str(path)).returncode, 0)
                    self.assert_no_leftovers()
                    back = self.folder / "back.json"
                    back.write_bytes(SAMPLE)
                    self.assertEqual(self.update(str(back)).returncode, 0)
        print(f"{injected} failing system calls injected: the data was old or new",
              file=sys.stderr)
        self.assertGreater(injected, 20)

    def paths(self):
        """Restricts strace to files of the cache."""
        names = ("public.cache", "public.previous.cache", "public.lock")
        return [part for name in names for part in ("-P", str(self.cache / name))]


class Watch(Refresh):
    def watch(self, *args):
        return [PROGRAM, "watch", "--allow-http-to-loopback", "--jitter", "0", "-o", "jsonl", *args]

    def test_weekly_files_are_followed_and_each_change_is_handed_on(self):
        weeks = [sorted(REAL.glob(f"ServiceTags_{cloud}_2026*.json"))
                 for cloud in ("AzureGovernment", "China")] + \
                [sorted(REAL.glob("ServiceTags_Public_2025*.json"))]
        if any(len(files) < 2 for files in weeks):
            self.leave_out(f"no {REAL}")
        steps = 0
        for files, cloud in zip(weeks, ("usgov", "china", "public")):
            published = [f.read_bytes() for f in files]

            def answer(connection, request, number, published=published):
                connection.sendall(reply(published[min(number, len(published) - 1)],
                                         headers=[f'ETag: "{number}"']))

            log = self.folder / f"{cloud}.log"
            with ScriptedServer(answer) as server:
                process = subprocess.Popen(
                    self.watch("--cloud", cloud, "--every", "1ms", "--from",
                               server.url + "/weekly.json", "--on-change", f"cat >> {log}"),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
                outcomes = [json.loads(process.stdout.readline()) for _ in range(len(files) + 1)]
                process.terminate()
                process.communicate(timeout=30)
                self.assertEqual(process.returncode, 0)
            self.assertEqual([o["outcome"] for o in outcomes],
                             ["swapped"] * len(files) + ["unchanged"])
            reported = [json.loads(line) for line in log.read_text().splitlines()]
            self.assertEqual(len(reported), len(files) - 1)
            for old, new, diff in zip(published, published[1:], reported):
                self.assertEqual(prefixes_moved(diff), oracle_diff(old, new))
                steps += 1
        print(f"{steps} weekly steps followed by watch, differences equal", file=sys.stderr)

    def test_once_ends_after_one_attempt(self):
        path = self.folder / "feed.json"
        path.write_bytes(SAMPLE)
        self.assertEqual(self.run_program(*self.watch("--once", "--from", str(path))[1:]).returncode,
                         0)
        path.write_bytes(newer())
        log = self.folder / "log"
        done = self.run_program(*self.watch("--once", "--from", str(path), "--on-change",
                                            f"cat > {log}; echo said; exit 3")[1:])
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"said\n", done.stderr)
        self.assertIn(b"the command ended with 3", done.stderr)
        self.assertEqual(json.loads(log.read_text())["changed"][0]["added"], ["203.0.113.77/32"])
        path.unlink()
        self.assertEqual(self.run_program(*self.watch("--once", "--from", str(path))[1:]).returncode,
                         4)

    def test_signals_refresh_at_once_and_end_it(self):
        with ScriptedServer(sends(SAMPLE)) as server:
            process = subprocess.Popen(self.watch("--every", "1d", "--from", server.url + "/x"),
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       env=self.environment())
            self.assertIn(b"swapped", process.stdout.readline())
            process.send_signal(signal.SIGHUP)
            self.assertIn(b"unchanged", process.stdout.readline())
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
            self.assertEqual(process.returncode, 0)

    def test_ending_does_not_wait_for_a_server_that_hangs(self):
        asked = threading.Event()

        def answer(connection, request, number):
            asked.set()
            connection.recv(1)

        with ScriptedServer(answer) as server:
            process = subprocess.Popen(self.watch("--timeout", "600s", "--from", server.url + "/x"),
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       env=self.environment())
            self.assertTrue(asked.wait(30))
            begin = time.monotonic()
            process.terminate()
            process.communicate(timeout=30)
            self.assertLess(time.monotonic() - begin, 5)
            self.assertEqual(process.returncode, 0)


def prefixes_of(document):
    return {value["name"]: set(value["properties"]["addressPrefixes"])
            for value in json.loads(document.decode("utf-8-sig"))["values"]}


def oracle_diff(old, new):
    """(tag, prefix) pairs added and removed, by Python's sets."""
    before = {(tag, p) for tag, prefixes in prefixes_of(old).items() for p in prefixes}
    after = {(tag, p) for tag, prefixes in prefixes_of(new).items() for p in prefixes}
    return after - before, before - after


def prefixes_moved(diff):
    added = {(t["tag"], p) for t in diff["added"] for p in t["prefixes"]}
    removed = {(t["tag"], p) for t in diff["removed"] for p in t["prefixes"]}
    for tag in diff["changed"]:
        added |= {(tag["tag"], p) for p in tag["added"]}
        removed |= {(tag["tag"], p) for p in tag["removed"]}
    return added, removed


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
