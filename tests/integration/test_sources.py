"""Where `update` and `diff --between` get data: URLs, the Download Center, the discovery API.

SERVICETAGS_PROGRAM names the program."""

import gzip
import json
import sys
import time
import unittest

from refresh_case import SAMPLE, Refresh, changed, newer
from scripted_server import ScriptedServer, reply, sends


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

    def test_a_proxy_is_asked_for_the_host_and_sees_no_more(self):
        with ScriptedServer(sends(b"no", 403)) as server:
            done = self.run_program("update", "--from", "https://tags.example/t.json?sig=SECRET",
                                    "--proxy", server.url, "--timeout", "20s", "-o", "json")
            self.assertEqual(done.returncode, 4)
            self.assertEqual(json.loads(done.stdout)["error"]["code"], "network_failed")
            self.assertTrue(server.requests[0].startswith("CONNECT tags.example:443 "))
            self.assertNotIn("SECRET", server.requests[0])

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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
