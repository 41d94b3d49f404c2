"""A gate between the connector and an S3 server that fails as S3 and networks do.

    with S3Gate("http://127.0.0.1:5440") as gate:
        gate.fault("slow-down", times=3)
        ...  # jobs with 'aws.endpoint' = gate.url
        assert gate.faults()[0].fired == 3

Requests go through unchanged, host name included, so signatures stay good. What is asked for is counted: `asked` says at
how many requests a fault could have fired, `fired` at how many it did.
"""

import contextlib
import dataclasses
import http.client
import http.server
import random
import re
import socket
import socketserver
import struct
import threading
import time
import urllib.parse

FAULTS = {
    "slow-down": "503 SlowDown, as S3 throttles",
    "expired-token": "400 ExpiredToken",
    "reset": "the connection is reset in the middle of what is sent: of an object or a part",
    "lost-answer": "the server gets the request, the client's connection is reset before the answer",
    "lost-complete": "the same for CompleteMultipartUpload: the upload was completed",
    "slow": "the answer comes `delay` seconds late",
    "hold": "the request does not go on before `release`",
    "bandwidth": "what is sent passes at `bytes_per_second`",
}
ERRORS = {
    "slow-down": (503, "Slow Down", "SlowDown", "Please reduce your request rate."),
    "expired-token": (400, "Bad Request", "ExpiredToken", "The provided token has expired."),
}
PIECE = 16 * 1024


@dataclasses.dataclass
class Fault:
    fault: str
    pattern: str | None
    probability: float
    remaining: int
    delay: float
    bytes_per_second: int
    asked: int = 0
    fired: int = 0
    released: threading.Event | None = None  # of one that is drawn: what "hold" waits for

    def may_hit(self, method, target, size):
        """Whether the fault has to do with such a request at all."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
        if self.fault in ("reset", "bandwidth") and not (method == "PUT" and size > 0):
            return False
        if self.fault == "lost-complete" and not (method == "POST" and "uploadId" in query):
            return False
        return self.pattern is None or re.search(self.pattern, f"{method} {target}") is not None


class S3Gate(contextlib.AbstractContextManager):
    """A running gate in front of the S3 server at `upstream`; `seed` is for faults with a probability."""

    def __init__(self, upstream, seed=0):
        self.upstream = urllib.parse.urlsplit(upstream).netloc
        self._random = random.Random(seed)
        self._faults = []
        self._holding = 0
        self._released = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self):
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gate = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def fault(self, fault, times=1, pattern=None, probability=1.0, delay=2.0, bytes_per_second=1_000_000):
        """Asks for a fault, `times` times, at requests whose "METHOD /path?query" holds the regular expression."""
        if fault not in FAULTS:
            raise ValueError(f"unknown fault {fault!r}; the faults are {', '.join(FAULTS)}")
        with self._lock:
            self._faults.append(Fault(fault, pattern, probability, times, delay, bytes_per_second))

    def faults(self):
        """What was asked for since the start, or the last `clear`."""
        with self._lock:
            return [dataclasses.replace(fault) for fault in self._faults]

    def holding(self):
        """How many requests are held now."""
        return self._holding

    def release(self):
        """Lets the held requests go on; later ones are held again while their fault lasts."""
        self._released.set()

    def hold(self, released):
        with self._lock:
            self._holding += 1
        released.wait()
        with self._lock:
            self._holding -= 1

    def clear(self):
        """Ends all faults and forgets their counts."""
        with self._lock:
            self._faults.clear()

    def draw(self, method, target, size):
        """The fault that hits a request, or None."""
        with self._lock:
            for fault in self._faults:
                if fault.remaining > 0 and fault.may_hit(method, target, size):
                    fault.asked += 1
                    if self._random.random() < fault.probability:
                        fault.fired += 1
                        fault.remaining -= 1
                        # Not when the request has arrived: a release on its way counts for it.
                        if self._released.is_set():
                            self._released = threading.Event()
                        return dataclasses.replace(fault, released=self._released)
        return None


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that went away is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _body(self, size, bytes_per_second=None):
        pieces = []
        while size > 0:
            piece = self.rfile.read(min(size, PIECE))
            if not piece:
                raise ConnectionError("the client went away")
            pieces.append(piece)
            size -= len(piece)
            if bytes_per_second:
                time.sleep(len(piece) / bytes_per_second)
        return b"".join(pieces)

    def _serve(self):
        size = int(self.headers.get("Content-Length") or 0)
        fault = self.server.gate.draw(self.command, self.path, size)
        name = fault.fault if fault else None
        if name == "reset":
            self._body(size // 2)
            return self._reset()
        body = self._body(size, fault.bytes_per_second if name == "bandwidth" else None)
        if name == "hold":
            self.server.gate.hold(fault.released)
        if name in ERRORS:
            return self._error(*ERRORS[name])
        status, reason, headers, answer = self._forward(body)
        if name in ("lost-answer", "lost-complete"):
            return self._reset()
        if name == "slow":
            time.sleep(fault.delay)
        self._answer(status, reason, headers, answer)

    def _forward(self, body):
        upstream = http.client.HTTPConnection(self.server.gate.upstream, timeout=120)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for header, value in self.headers.items():
                if header.lower() not in ("connection", "expect"):
                    upstream.putheader(header, value)
            upstream.endheaders(body or None)
            answer = upstream.getresponse()
            return answer.status, answer.reason, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _error(self, status, reason, code, message):
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
        self._answer(status, reason, [("Content-Type", "application/xml")], text.encode())

    def _answer(self, status, reason, headers, body):
        self.send_response_only(status, reason)
        length = str(len(body))
        for header, value in headers:
            if header.lower() == "content-length":
                length = value  # of a HEAD, the object's
            elif header.lower() not in ("connection", "transfer-encoding"):
                self.send_header(header, value)
        if status != 204:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve
