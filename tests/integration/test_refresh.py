"""`update`, `watch` and `status`: sources, the gate, the cache under kills and failing calls.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files."""

import gzip
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


class Sources(Refresh):
    def test_validators_are_sent_back_and_304_renews_the_age(self):
        def answer(connection, request, number):
            if number == 0:
                headers = ['ETag: "one"', "Last-Modified: Mon, 05 Jan 2026 00:00:00 GMT"]
                connection.sendall(reply(gzip.compress(SAMPLE),
                                         headers=headers + ["Content-Encoding: gzip"]))
            else:
                connection.sendall(reply(status=304))

        with ScriptedServer(answer) as server:
            self.assertEqual(self.update(server.url + "/t.json").returncode, 0)
            first = self.status()
            done = self.update(server.url + "/t.json")
            self.assertEqual(json.loads(done.stdout)["outcome"], "unchanged")
            self.assertNotIn("If-None-Match", server.requests[0])
            self.assertIn('If-None-Match: "one"', server.requests[1])
            self.assertIn("If-Modified-Since: Mon, 05 Jan 2026", server.requests[1])
        self.assertEqual(self.status()["fetched_at"], first["fetched_at"])

    def test_secrets_of_an_url_are_neither_kept_nor_shown(self):
        with ScriptedServer(sends(SAMPLE)) as server:
            done = self.update(server.url + "/t.json?sig=SECRET")
            self.assertIn("sig=SECRET", server.requests[0])
        self.assertEqual(done.returncode, 0)
        kept = b"".join(p.read_bytes() for p in self.cache.iterdir())
        self.assertNotIn(b"SECRET", kept + done.stdout + done.stderr)

    def test_a_redirect_on_the_same_host_is_followed(self):
        def answer(connection, request, number):
            if number < 2:
                connection.sendall(reply(status=307, headers=[f"Location: /step{number}"]))
            else:
                connection.sendall(reply(SAMPLE))

        with ScriptedServer(answer) as server:
            done = self.update(server.url + "/t.json")
            self.assertEqual(json.loads(done.stdout)["origin"], server.url + "/step1")

    def download(self, server, *args):
        return self.run_program("update", "--download-base", server.url + "/page",
                                "--download-file-base", server.url + "/file",
                                "--allow-http-to-loopback", "--timeout", "20s", "-o", "json", *args)

    def test_the_download_center_is_found_by_page_confirmation_and_name(self):
        name = "ServiceTags_Public_20260105.json"
        link = "/file/7/1/d/71d86715-5596-4529-9b13-da13a5de5b63/"
        pages = {}

        def answer(connection, request, number):
            path = request.split()[1]
            body = pages.get(path)
            connection.sendall(reply(b"no such page", 404) if body is None else reply(body))

        with ScriptedServer(answer) as server:
            url = (server.url + "/file/a/" + name).encode()
            pages["/page/details.aspx?id=56519"] = b"window.x={\"url\":\"" + \
                url.replace(b"/", b"\\/") + b"\"}"
            pages["/file/a/" + name] = SAMPLE
            done = self.download(server)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.status()["file_name"], name)
            # The page without a link: the confirmation page.
            pages["/page/details.aspx?id=56519"] = b"<html>We are sorry</html>"
            pages["/page/confirmation.aspx?id=56519"] = \
                b'<meta http-equiv="refresh" content="0;url=' + url + b'">'
            self.assertEqual(json.loads(self.download(server).stdout)["outcome"], "unchanged")
            # Neither: the dated names of the last weeks.
            pages.clear()
            today = time.time()
            monday = next(day for day in (time.gmtime(today - back * 86400) for back in range(7))
                          if day.tm_wday == 0)
            dated = time.strftime("ServiceTags_Public_%Y%m%d.json", monday)
            pages[link + dated] = newer()
            done = self.download(server)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.status()["file_name"], dated)
            # Nothing at all: the first failure is told, the data stays.
            pages.clear()
            done = self.download(server)
            self.assertEqual(done.returncode, 4)
            self.assertEqual(json.loads(done.stdout)["error"]["code"], "http_status")
            self.assertEqual(self.status()["file_name"], dated)

    def api(self, server, *args, env=None):
        return self.run_program("update", "--from", "api", "--subscription", "0000-1111",
                                "--location", "westeurope", "--api-base", server.url,
                                "--allow-http-to-loopback", "--timeout", "5s", "-o", "json", *args,
                                env=env)

    def test_the_api_is_asked_page_by_page_with_a_token_that_is_never_shown(self):
        document = json.loads(SAMPLE)
        values = document["values"]

        def answer(connection, request, number):
            page = int(request.split()[1].partition("page=")[2] or 0)
            if "Authorization: Bearer SECRET.token-1\r\n" not in request:
                connection.sendall(reply(b'{"error":{"code":"InvalidToken"}}', 401))
                return
            third = len(values) // 3 + 1
            body = {**document, "values": values[page * third:(page + 1) * third], "nextLink": ""}
            if page < 2:
                body["nextLink"] = f"{server.url}/next?page={page + 1}"
            connection.sendall(reply(json.dumps(body).encode()))

        with ScriptedServer(answer) as server:
            done = self.api(server, env={"SERVICETAGS_TOKEN": "SECRET.token-1"})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(server.requests), 3)
            self.assertTrue(server.requests[0].startswith(
                "GET /subscriptions/0000-1111/providers/Microsoft.Network/locations/westeurope/"
                "serviceTags?api-version=2022-01-01 "))
            self.assertEqual(self.status()["tags"], len(values))
            done = self.api(server, "--token-command", "echo SECRET.token-1")
            self.assertEqual(json.loads(done.stdout)["outcome"], "unchanged")
            for bad in ("echo wrong.SECRET", "exit 1", "echo SECRET with spaces"):
                done = self.api(server, "--token-command", bad)
                self.assertEqual(done.returncode, 4)
                self.assertEqual(json.loads(done.stdout)["error"]["code"], "unauthorized")
                self.assertNotIn(b"SECRET", done.stdout + done.stderr)
            kept = b"".join(p.read_bytes() for p in self.cache.iterdir())
            self.assertNotIn(b"SECRET", kept)

    def test_the_managed_identity_is_asked_when_there_is_no_other_token(self):
        def answer(connection, request, number):
            if request.startswith("GET /metadata/identity/oauth2/token?api-version=2018-02-01&"):
                self.assertIn("Metadata: true\r\n", request)
                connection.sendall(reply(b'{"access_token":"identity-token","expires_in":"9"}'))
            else:
                self.assertIn("Authorization: Bearer identity-token\r\n", request)
                self.assertNotIn("Metadata", request)
                connection.sendall(reply(SAMPLE))

        with ScriptedServer(answer) as server:
            done = self.api(server, "--identity-base", server.url)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(server.requests), 2)

    def test_the_api_says_when_to_come_back_and_leads_nowhere_else(self):
        self.start_with_sample()
        cases = {
            "http_status": reply(b"", 429, ["Retry-After: 77"]),
            "unauthorized": reply(b"", 403),
            "not_allowed": reply(changed(nextLink="https://evil.example/next")),
            "malformed_json": reply(b"<html>"),
        }
        for code, bytes_ in cases.items():
            with self.subTest(code), \
                    ScriptedServer(lambda c, r, n, bytes_=bytes_: c.sendall(bytes_)) as server:
                done = self.api(server, "--token-command", "echo t")
                self.assertEqual(done.returncode, 4)
                report = json.loads(done.stdout)
                self.assertEqual(report["error"]["code"], code, report)
                if code == "http_status":
                    self.assertIn("77 s", report["error"]["message"])
                self.assert_old_data()


    def test_what_is_published_is_compared_with_what_the_api_gives(self):
        link = "/file/a/ServiceTags_Public_20260105.json"

        def answer(connection, request, number):
            path = request.split()[1]
            body = (newer() if path.startswith("/subscriptions/") else
                    SAMPLE if path == link else (server.url + link).encode())
            connection.sendall(reply(body))

        with ScriptedServer(answer) as server:
            done = self.run_program(
                "diff", "--between", "file", "api", "--subscription", "0000", "--location", "x",
                "--token-command", "echo t", "--api-base", server.url, "--download-base",
                server.url + "/page", "--download-file-base", server.url + "/file",
                "--allow-http-to-loopback", "-o", "plain")
        self.assertEqual(done.returncode, 0, done.stderr)
        tag = json.loads(SAMPLE)["values"][0]["name"]
        self.assertEqual(done.stdout.decode(), f"+ {tag} 203.0.113.77/32\n")
        self.assertFalse(self.cache.exists())
        self.assertEqual(self.run_program("diff", "--between", "file").returncode, 2)
        self.assertEqual(self.run_program("diff", "a.json").returncode, 2)


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

    def test_older_data_needs_permission(self):
        self.start_with_sample()
        source = self.folder / "feed.json"
        document = json.loads(SAMPLE)
        with ScriptedServer(lambda c, r, n: c.sendall(reply(source.read_bytes()))) as server:
            def step(name, number, *args):
                source.write_bytes(json.dumps({**document, "changeNumber": number}).encode())
                return self.update(f"{server.url}/{name}", *args)

            # The same source under two dated names is one source to the Download Center only.
            self.assertEqual(step("ServiceTags_Public_20260112.json", 2000).returncode, 0)
            done = step("ServiceTags_Public_20260112.json", 1900)
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"the change number went back from 2000 to 1900", done.stderr)

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
        done = self.run_program("lookup", "198.18.4.9", "-o", "plain")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"is damaged and was set aside", done.stderr)
        self.assert_old_data()
        self.assertTrue((self.cache / "public.damaged").exists())

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
