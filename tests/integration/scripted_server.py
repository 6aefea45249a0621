"""A server on loopback whose answers a test has written, with or without TLS."""

import socket
import ssl
import struct
import threading


class ScriptedServer:
    """Calls `answer(connection, request, number)` for each connection, in threads.

    `request` is the head of what was asked for, as text; `number` counts from 0."""

    def __init__(self, answer, certificate=None):
        self.answer = answer
        self.requests = []
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.socket.close()

    def accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
                if head.startswith(b"\x16"):  # TLS, which this server does not speak
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
            with self.lock:
                number = len(self.requests)
                self.requests.append(head.decode("latin-1"))
            self.answer(connection, self.requests[number], number)
        except OSError:
            pass
        finally:
            connection.close()


def reply(body=b"", status=200, headers=(), length=None):
    """The bytes of one whole answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}",
             "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sends(*args, **options):
    """An answer that is always the same."""
    return lambda connection, request, number: connection.sendall(reply(*args, **options))


def reset(connection):
    """Ends a connection by RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
