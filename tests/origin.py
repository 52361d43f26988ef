"""A web server on loopback that behaves as badly as a test needs, and remembers what it was asked.

    with Origin() as origin:
        origin.pages["/feed"] = Answer(body=b"<rss/>", headers={"ETag": '"1"'})    # a value: the same answer each time
        origin.pages["/old"] = redirect("/feed", status=301)
        origin.pages["/slow"] = drip(b"x" * 100, pause=0.05)                       # a byte every 50 ms

        @origin.page("/conditional")                                               # a function: sees the request
        def conditional(asked):
            return Answer(status=304) if "if-none-match" in asked.headers else Answer(body=b"new")

        fetch(origin.url("/feed"))
        assert origin.paths() == ["/robots.txt", "/feed"]
        assert origin.asked_for("/feed")[0].headers["user-agent"].startswith("feedsvc/")

A page is looked up by path and query, then by path alone; what is not there answers 404, robots.txt included. What a
page may be, or a function may return:

- bytes or str: 200 with that body
- Answer: status, headers, body; Content-Length is added unless the headers frame the body themselves
- Raw: the bytes of the whole answer as they go over the wire, then the connection is closed
- Play: a function (Exchange) -> None that writes when and what it likes: `send`, `wait`, `hang_up`

`wait` ends early when the origin closes, so that no stalled page holds up a test run. Connections are kept open as
HTTP/1.1 asks for; `Asked.connection` counts them. With `tls` the origin speaks https.
"""

from __future__ import annotations

import contextlib
import gzip
import select
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Any

import brotli
from urllib3 import HTTPHeaderDict

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request: `target` as sent, `headers` by any case, instants of time.monotonic()."""

    method: str
    target: str
    headers: HTTPHeaderDict
    at: float
    connection: int
    answered_at: float | None = None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that is sent at once; `headers` may be pairs, to repeat one or to send it in a strange form."""

    status: int = 200
    headers: Mapping[str, str | bytes] | tuple[tuple[str, str | bytes], ...] = field(default_factory=dict)
    body: bytes | str = b""
    reason: str = "Fine"


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of an answer, status line and all."""

    wire: bytes


class Exchange:
    """What a Play is given: the request, and the connection to write to."""

    def __init__(self, asked: Asked, connection: socket.socket, closing: threading.Event) -> None:
        self.asked = asked
        self._connection = connection
        self._closing = closing
        self.hung_up = False

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def answer(self, answer: Answer) -> None:
        self.send(_wire(answer))

    def wait(self, seconds: float) -> bool:
        """Wait; False if the origin closes meanwhile."""
        return not self._closing.wait(seconds)

    def carry(self, far: socket.socket) -> None:
        """Carry bytes both ways until one side ends."""
        other = {self._connection: far, far: self._connection}
        while not self._closing.is_set():
            for near in select.select(list(other), [], [], 0.1)[0]:
                if not (data := near.recv(65_536)):
                    return
                other[near].sendall(data)

    def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection after this, with a TCP reset if told so."""
        if reset:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._connection.close()
        self.hung_up = True


Play = Callable[[Exchange], None]
Page = bytes | str | Answer | Raw | Callable[[Asked], "bytes | str | Answer | Raw | Play"] | Play


class Origin:
    """The server. `pages` may be changed while it runs."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, object] = {}
        self.asked: list[Asked] = []
        self.most_at_once = 0  # requests being worked on; make a page take a moment to see them overlap
        self.connections = 0
        self._tls = tls
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._in_flight = 0
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.host = host
        self.port: int = self._listener.getsockname()[1]
        self._spawn(self._accept)

    def __enter__(self) -> Origin:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def url(self, target: str = "/", *, host: str | None = None) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host or self.host}:{self.port}{target}"

    def page(self, target: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Register a function (Asked) -> page."""

        def register(function: Callable[..., object]) -> Callable[..., object]:
            self.pages[target] = function
            return function

        return register

    def play(self, target: str) -> Callable[[Play], Play]:
        """Register a function (Exchange) -> None that writes the answer itself."""

        def register(function: Play) -> Play:
            self.pages[target] = Played(function)
            return function

        return register

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def close(self) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = tuple(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)

    # ---- serving ----

    def _spawn(self, function: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=function, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._spawn(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls:
                connection.settimeout(5)
                connection = self._tls.wrap_socket(connection, server_side=True)
                connection.settimeout(None)
            with self._lock:
                self._open.add(connection)
            reader = connection.makefile("rb")
            with reader:
                while (asked := _read(reader, number)) and self._answer(asked, connection):
                    pass
        except (OSError, ValueError):
            pass  # the other side hung up, which is what some tests are about
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _answer(self, asked: Asked, connection: socket.socket) -> bool:
        """Answer one request; False if the connection ends with it."""
        with self._lock:
            self.asked.append(asked)
            self._in_flight += 1
            self.most_at_once = max(self.most_at_once, self._in_flight)
        try:
            page = self._found(asked)
            if isinstance(page, Played):
                exchange = Exchange(asked, connection, self._closing)
                page.function(exchange)
                return not exchange.hung_up
        finally:
            # Before the answer is sent: once it is, the next request may well come before this thread goes on.
            asked.answered_at = time.monotonic()
            with self._lock:
                self._in_flight -= 1
        return self._send(page, asked, connection)

    def _found(self, asked: Asked) -> object:
        page = self.pages.get(asked.target, self.pages.get(asked.path, Answer(status=404, body=b"not here")))
        return page(asked) if callable(page) and not isinstance(page, Played) else page

    def _send(self, page: object, asked: Asked, connection: socket.socket) -> bool:
        if isinstance(page, Raw):
            connection.sendall(page.wire)
            return False
        answer = page if isinstance(page, Answer) else Answer(body=page)  # type: ignore[arg-type]
        connection.sendall(_wire(answer))
        return "close" not in asked.headers.get("connection", "")


@dataclass(frozen=True, slots=True)
class Played:
    """Marks a Play among the pages."""

    function: Play


def _read(reader: BufferedReader, number: int) -> Asked | None:
    line = reader.readline(65_537)
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers = HTTPHeaderDict()
    while (line := reader.readline(65_537)) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.add(name, value.strip(" \t\r\n"))
    return Asked(method=method, target=target, headers=headers, at=time.monotonic(), connection=number)


def _wire(answer: Answer) -> bytes:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    pairs = tuple(answer.headers.items()) if isinstance(answer.headers, Mapping) else answer.headers
    names = {name.lower() for name, _ in pairs}
    if not names & {"content-length", "transfer-encoding"} and answer.status not in (204, 304):
        pairs = (*pairs, ("Content-Length", str(len(body))))
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}".encode()]
    lines += [name.encode("latin-1") + b": " + _encoded(value) for name, value in pairs]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _encoded(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")


# ---- ways to misbehave ----------------------------------------------------------------------------------------------


def redirect(to: str, status: int = 302, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status=status, headers={"Location": to, **(headers or {})})


def drip(body: bytes, *, pause: float, headers: Mapping[str, str] | None = None) -> Played:
    """Send the head at once and the body byte by byte."""

    def play(exchange: Exchange) -> None:
        exchange.answer(Answer(headers={"Content-Length": str(len(body)), **(headers or {})}))
        for byte in body:
            if not exchange.wait(pause):
                return
            exchange.send(bytes((byte,)))

    return Played(play)


def drip_head(*, pause: float) -> Played:
    """Send a head that never ends, byte by byte."""

    def play(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while exchange.wait(pause):
            exchange.send(b"x")

    return Played(play)


def stall(after: bytes = b"") -> Played:
    """Send some bytes, then nothing, and keep the connection open."""

    def play(exchange: Exchange) -> None:
        exchange.send(after)
        exchange.wait(60)
        exchange.hang_up()

    return Played(play)


def hang_up(after: bytes = b"", *, reset: bool = False) -> Played:
    """Send some bytes and close the connection."""

    def play(exchange: Exchange) -> None:
        exchange.send(after)
        exchange.hang_up(reset=reset)

    return Played(play)


def endless(head: bytes, piece: bytes) -> Played:
    """Send a head and then the same piece for ever."""

    def play(exchange: Exchange) -> None:
        exchange.send(head)
        while exchange.wait(0):
            exchange.send(piece)

    return Played(play)


def tunnel(port: int) -> Played:
    """Answer a CONNECT as a proxy does, and carry bytes to and from a port on loopback."""

    def play(exchange: Exchange) -> None:
        with socket.create_connection(("127.0.0.1", port)) as far:
            exchange.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            exchange.carry(far)
        exchange.hang_up()

    return Played(play)


def compressed(body: bytes, coding: str) -> bytes:
    """Return the body in gzip, deflate (zlib), bare deflate ("raw"), br or zstd."""
    if coding == "gzip":
        return gzip.compress(body, mtime=0)
    if coding == "deflate":
        return zlib.compress(body)
    if coding == "raw":
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return deflater.compress(body) + deflater.flush()
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    return zstd.compress(body)


def bomb(coding: str, size: int) -> bytes:
    """Return what decodes to `size` zeros, made without holding them."""
    zeros = bytes(1_000_000)
    return b"".join(_deflated(iter([zeros] * (size // len(zeros))), coding))


def _deflated(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    if coding == "br":
        compressor = brotli.Compressor(quality=4)
        yield from (compressor.process(piece) for piece in pieces)
        yield compressor.finish()
        return
    if coding == "zstd":
        deflater: Any = zstd.ZstdCompressor()
    else:
        deflater = zlib.compressobj(1, wbits=31 if coding == "gzip" else zlib.MAX_WBITS)
    yield from (deflater.compress(piece) for piece in pieces)
    yield deflater.flush()
