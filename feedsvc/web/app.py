"""The RSGI application: one request in, one answer out. A published file never touches database or template (P13)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from feedsvc import reading
from feedsvc.web import answers, negotiate, redirects, settings
from feedsvc.web.files import Files, Headers, Representation


class RequestHeaders(Protocol):
    """The part of granian's headers that is used here."""

    def get(self, name: str) -> str | None: ...


class Scope(Protocol):
    """The part of an RSGI scope that is used here."""

    method: str
    path: str
    query_string: str
    headers: RequestHeaders


class Protocol_(Protocol):
    """The part of RSGI's HTTP protocol that is used here."""

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


class App:
    """Routes a request to a file, a redirect or an answer."""

    def __init__(self, given: settings.Settings) -> None:
        self._base_path = given.base_path
        self._files = Files(given.public, given.cache_for)
        self._redirects = redirects.Redirects(Path(given.var))
        self._answers = answers.routes(given)

    async def __rsgi__(self, scope: Scope, protocol: Protocol_) -> None:
        head = scope.method == "HEAD"
        if not head and scope.method != "GET":
            _send(protocol, 405, [("allow", "GET, HEAD")], b"method not allowed\n", head=False)
            return
        path = self._relative(scope.path)
        answer = self._answers.get(path)
        if answer is not None:
            # in a thread: a search reads the store, and files are served meanwhile
            status, headers, body = await asyncio.to_thread(answer, scope)
            _send(protocol, status, headers, body, head=head)
            return
        found = self._files.find(path, scope.headers.get("accept-encoding"))
        if found is not None:
            _send_file(protocol, scope, found, head=head)
            return
        self._send_elsewhere(protocol, path, head=head)

    def _relative(self, path: str) -> str:
        """Return the path below base_url: a proxy may or may not have taken that part off."""
        decoded = unquote(path)
        if self._base_path and (decoded + "/").startswith(self._base_path + "/"):
            decoded = decoded[len(self._base_path) :]
        return decoded.removeprefix("/")

    def _send_elsewhere(self, protocol: Protocol_, path: str, *, head: bool) -> None:
        target = self._redirects.target(path)
        if target is None and path and self._files.is_directory(path):
            target = f"{path}/"
        if target is not None:
            location = f"{self._base_path}/{quote(target)}"
            _send(protocol, 301, [("location", location), ("cache-control", "max-age=3600")], b"", head=head)
            return
        gone = self._redirects.is_gone(path)
        page = self._files.find("410.html" if gone else "404.html", None)
        body = page.body if page else b"not found\n"
        headers = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-cache")]
        _send(protocol, 410 if gone else 404, headers, body, head=head)


def _send_file(protocol: Protocol_, scope: Scope, found: Representation, *, head: bool) -> None:
    headers = scope.headers
    if negotiate.unchanged(headers.get("if-none-match"), headers.get("if-modified-since"), found.etag, found.modified):
        protocol.response_empty(304, found.kept)
    elif head:
        protocol.response_empty(200, found.headers)
    else:
        protocol.response_bytes(200, found.headers, found.body)


def _send(protocol: Protocol_, status: int, headers: Headers, body: bytes, *, head: bool) -> None:
    if status == 304:
        protocol.response_empty(status, headers)
        return
    complete = [*headers, ("content-length", str(len(body))), ("x-content-type-options", "nosniff")]
    if head or not body:
        protocol.response_empty(status, complete)
    else:
        protocol.response_bytes(status, complete, body)


def load() -> Callable[..., object]:
    """Return the application for granian's worker, which dies with its scheduler (measured: else it keeps the port)."""
    given = settings.from_environment()
    reading.die_with_parent(os.getppid())
    return App(given)  # type: ignore[return-value]  # granian looks for __rsgi__
