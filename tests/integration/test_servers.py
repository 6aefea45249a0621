"""`update` against servers on loopback that misbehave in every way: each time the last good
data stays, the error has its type, and the end comes in time.

SERVICETAGS_PROGRAM names the program."""

import gzip
import json
import resource
import subprocess
import sys
import time
import unittest
import zlib

from refresh_case import SAMPLE, SANITIZED, TIMEOUT, Refresh, changed, half, newer
from scripted_server import ScriptedServer, reply, reset, sends


def without_family(version):
    document = json.loads(SAMPLE)
    for value in document["values"]:
        properties = value["properties"]
        properties["addressPrefixes"] = [p for p in properties["addressPrefixes"]
                                         if (":" in p) != (version == 6)]
    return json.dumps(document).encode()


def with_first_prefix(text):
    document = json.loads(SAMPLE)
    document["values"][0]["properties"]["addressPrefixes"][0] = text
    return json.dumps(document).encode()


def with_tag_twice():
    document = json.loads(SAMPLE)
    document["values"].append(document["values"][0])
    return json.dumps(document).encode()


def million_tags():
    return (b'{"cloud":"Public","values":[' + b",".join(
        b'{"name":"T%d","id":"T%d","properties":{"addressPrefixes":["198.18.0.0/24"]}}' % (i, i)
        for i in range(200_000)) + b"]}")


def gzip_bomb():
    """200 KB that unpack to 200 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(200)) + packer.flush()


class Behaviours(Refresh):
    """Each keeps the last good data, gives a typed error, and ends in time."""

    def check(self, name, code, answer, certificate=None, url=None, args=()):
        with self.subTest(name), ScriptedServer(answer, certificate) as server:
            begin = time.monotonic()
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            # Only where the time has to run out is it short: this machine may be busy.
            timeout = TIMEOUT if code == "timed_out" else 30
            done = self.update((url or "{url}/tags.json").format(url=server.url, port=server.port),
                               *args, timeout=timeout)
            overrun = time.monotonic() - begin - timeout
            self.worst_overrun = max(self.worst_overrun, overrun)
            self.assertEqual(done.returncode, 4, done.stderr)
            report = json.loads(done.stdout)
            self.assertIn(report["outcome"], ("failed", "refused"))
            if code is not None:
                self.assertEqual(report["error"]["code"], code, done.stderr)
            else:
                self.assertTrue(report["reasons"])
            self.assertLessEqual(overrun, 10)
            grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before
            self.assertLessEqual(grown, 64 * 1024 * (8 if SANITIZED else 1))
            self.assert_old_data()
            self.assert_no_leftovers()
            self.behaviours += 1

    def test_server_behaviours(self):
        self.behaviours = 0
        self.worst_overrun = -TIMEOUT
        self.start_with_sample()
        # Once with good data, so that memory is compared with that of a good update.
        with ScriptedServer(sends(SAMPLE)) as server:
            self.assertEqual(self.update(server.url).returncode, 0)

        for status in (204, 206, 400, 404, 410, 418, 500, 502, 503):
            self.check(f"status {status}", "http_status", sends(b"no", status))
        self.check("status 401", "unauthorized", sends(b"no", 401))
        self.check("status 403", "unauthorized", sends(b"no", 403))
        self.check("503 with Retry-After", "http_status",
                   sends(b"", 503, ["Retry-After: 7200"]))
        self.check("304 to one who knows nothing", "http_status", sends(status=304))

        # Content that is none.
        self.check("a page as 200", "malformed_json", sends(b"<!DOCTYPE html><html></html>"))
        self.check("empty", "malformed_json", sends(b""))
        self.check("cut short within its length", "malformed_json", sends(SAMPLE[:1000]))
        self.check("text after it", "malformed_json", sends(SAMPLE + b"\0{}"))
        self.check("bad UTF-8", "malformed_json", sends(changed(cloud="Public")[:-1] + b',"a":"\xff"}'))
        self.check("deep", "limit_exceeded", sends(b'{"x":' + b"[" * 100_000))
        self.check("another document", "unexpected_shape", sends(b'{"hello": 1}'))
        self.check("empty values", "unexpected_shape", sends(changed(values=[])))
        self.check("another cloud", "wrong_cloud", sends(changed(cloud="AzureGovernment")))
        self.check("unknown cloud", "unexpected_shape", sends(changed(cloud="Moon")))
        self.check("a tag twice", "unexpected_shape", sends(with_tag_twice()))
        self.check("a bad prefix", "unexpected_shape", sends(with_first_prefix("198.18.0.0/33")))
        self.check("half the tags", None, sends(half()))
        self.check("no IPv6", None, sends(without_family(6)))
        self.check("no IPv4", None, sends(without_family(4)))
        self.check("too many tags", "limit_exceeded", sends(million_tags()))

        # Connections that break or hang.
        self.check("reset at once", "network_failed", lambda c, r, n: reset(c))
        self.check("closed without an answer", "network_failed", lambda c, r, n: c.close())
        self.check("reset in the middle", "network_failed",
                   lambda c, r, n: (c.sendall(reply(SAMPLE)[:1500]), reset(c)))
        self.check("cut short of its length", "network_failed",
                   sends(SAMPLE[:-10], length=len(SAMPLE)))
        self.check("cut in a chunk", "network_failed", lambda c, r, n: c.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{"))
        self.check("bad chunk size", "network_failed", lambda c, r, n: c.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"))
        self.check("no HTTP", "network_failed", lambda c, r, n: c.sendall(b"SSH-2.0-x\r\n"))
        self.check("silence", "timed_out", lambda c, r, n: c.recv(1))
        self.check("one byte at a time", "timed_out", self.drip)
        self.check("headers without end", "too_large", self.endless_headers)
        self.check("nobody listens", "network_failed", sends(b""), url="http://127.0.0.1:1/x")
        self.check("no such host", "network_failed", sends(b""),
                   url="https://host.invalid/tags.json")

        # Too much of it, however packed.
        self.check("chunks without end", "too_large", self.endless_chunks)
        self.check("a length beyond the limit", "too_large", self.endless_body)
        self.check("a gzip bomb", "too_large", sends(gzip_bomb(), headers=["Content-Encoding: gzip"]))
        self.check("a gzip bomb in chunks", "too_large", self.chunked_bomb)
        packed = gzip.compress(SAMPLE)
        for name, body in (("damaged", packed[:-20] + b"x" * 20), ("cut", packed[:-1]),
                           ("of another checksum", packed[:-8] + b"abcd" + packed[-4:]),
                           ("with more behind", packed + b"x"), ("not packed", SAMPLE)):
            self.check(f"gzip {name}", "network_failed",
                       sends(body, headers=["Content-Encoding: gzip"]))
        self.check("packed twice", "network_failed",
                   sends(gzip.compress(packed), headers=["Content-Encoding: gzip, gzip"]))
        self.check("unknown encoding", "network_failed",
                   sends(SAMPLE, headers=["Content-Encoding: x-secret"]))

        # Redirects that lead away.
        for target in ("http://example.com/x", "https://example.com/x", "ftp://127.0.0.1/x",
                       "file:///etc/passwd", "http://169.254.169.254/latest", "http://[::1]/x",
                       "https://user:pw@127.0.0.1/x", "gopher://127.0.0.1/x"):
            self.check(f"redirect to {target}", "not_allowed",
                       sends(status=302, headers=[f"Location: {target}"]))
        self.check("redirects without end", "not_allowed",
                   sends(status=302, headers=["Location: /again"]))
        self.check("a redirect to nowhere", "http_status", sends(status=302))

        # TLS.
        for name in ("self-signed", "expired", "wrong host"):
            self.check(name, "tls_failed", sends(newer()), self.certificate(name),
                       args=("--ca-file", str(self.folder / "ca.pem")))
        self.check("unknown authority", "tls_failed", sends(newer()), self.certificate("good"))
        self.check("no TLS where it should be", "tls_failed", sends(newer()),
                   url="https://127.0.0.1:{port}/x")
        print(f"{self.behaviours} behaviours of servers: the old data stayed; the deadline was "
              f"passed by {self.worst_overrun:.2f} s at most", file=sys.stderr)
        self.assertGreaterEqual(self.behaviours, 60)

        # And the same client takes good data over TLS.
        with ScriptedServer(sends(newer()), self.certificate("good")) as server:
            done = self.update(server.url + "/x", "--ca-file", str(self.folder / "ca.pem"))
            self.assertEqual(done.returncode, 0, done.stderr)

    def drip(self, connection, _request, _number):
        for byte in reply(SAMPLE):
            connection.sendall(bytes([byte]))
            if self.waits(connection):
                return

    @staticmethod
    def waits(connection):
        """Waits a tenth of a second for the other side to close."""
        connection.settimeout(0.1)
        try:
            return connection.recv(1) == b""
        except TimeoutError:
            return False

    @staticmethod
    def endless_headers(connection, _request, _number):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Header: " + b"y" * 1000 + b"\r\n")

    @staticmethod
    def endless_chunks(connection, _request, _number):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"100000\r\n" + b" " * 0x100000 + b"\r\n")

    @staticmethod
    def endless_body(connection, _request, _number):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        while True:
            connection.sendall(b" " * 0x100000)

    @staticmethod
    def chunked_bomb(connection, _request, _number):
        body = gzip_bomb()
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                           b"Content-Encoding: gzip\r\n\r\n" +
                           b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")

    def certificate(self, kind):
        """Paths of a certificate and its key, made for this test."""
        def openssl(*args):
            subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True)

        if not (self.folder / "ca.pem").exists():
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem")
        base = kind.replace(" ", "-")
        host = "IP:127.0.0.2" if kind == "wrong host" else "IP:127.0.0.1"
        (self.folder / f"{base}.ext").write_text(f"subjectAltName={host}\n")
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout",
                f"{base}.key", "-out", f"{base}.csr")
        signer = (["-signkey", f"{base}.key"] if kind == "self-signed" else
                  ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"])
        days = ["-days", "-1"] if kind == "expired" else ["-days", "2"]
        openssl("x509", "-req", "-in", f"{base}.csr", "-out", f"{base}.pem", "-extfile",
                f"{base}.ext", *signer, *days)
        return str(self.folder / f"{base}.pem"), str(self.folder / f"{base}.key")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
