"""Answers in, HTTP on loopback out: the sample portal's server, with conditional requests (RFC 9110 13)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent for one address. `changed` becomes Last-Modified; None gives no validators at all."""

    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    body: bytes = field(default=b"", repr=False)
    changed: datetime | None = None


class Server:
    """A server on a thread of its own, from the moment it is made until `close`."""

    def __init__(self, answer: Callable[[str, str], Answer], port: int = 0) -> None:
        self._http = ThreadingHTTPServer((_HOST, port), BaseHTTPRequestHandler)
        self.port = int(self._http.server_address[1])
        self.url = f"http://{_HOST}:{self.port}"
        self._http.RequestHandlerClass = _handler(answer, self.url)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="portal", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the port."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()


def _handler(answer: Callable[[str, str], Answer], url: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes: 40 ms lost between them otherwise
        timeout = 30  # seconds; an idle connection must not hold its thread for ever

        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def _send(self, *, with_body: bool) -> None:
            found = answer(self.path, url)
            etag = f'"{hashlib.blake2b(found.body, digest_size=8).hexdigest()}"'
            if found.changed and self._is_known(etag, found.changed):
                self._head(304, found, etag)
                return
            self._head(found.status, found, etag)
            if with_body:
                self.wfile.write(found.body)

        def _head(self, status: int, found: Answer, etag: str) -> None:
            self.send_response(status)
            if status != 304:
                self.send_header("Content-Type", found.media_type)
                self.send_header("Content-Length", str(len(found.body)))
            if found.changed:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", format_datetime(found.changed, usegmt=True))
            self.end_headers()

        def _is_known(self, etag: str, changed: datetime) -> bool:
            """If-None-Match decides where it is sent, else If-Modified-Since (RFC 9110 13.2.2)."""
            if known := self.headers.get("If-None-Match"):
                return etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
            since = _date(self.headers.get("If-Modified-Since"))
            return since is not None and changed <= since

        def version_string(self) -> str:
            return "Amtsblick"

        def log_message(self, format: str, *args: object) -> None:
            """The portal is scenery: it prints nothing."""

    return Handler


def _date(value: str | None) -> datetime | None:
    """Return an HTTP date; one that cannot be read, or has no zone, is as if it was not sent (RFC 9110 13.1.3)."""
    try:
        found = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
