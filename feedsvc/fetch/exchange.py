"""One request to one address in, its answer out: sent in the host's turn, read whole and decoded, or a FetchError.

Redirects are answers like others here, and their bodies are never read: one of 1 GB of zeros cost 2 GB of memory.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
import requests.utils
import urllib3

from feedsvc.errors import ConfigError, FetchError
from feedsvc.fetch import decoding, faults, gate, headers, network
from feedsvc.model import FetchSettings, Problem

REDIRECTS = frozenset({300, 301, 302, 303, 305, 307, 308})
_WITHOUT_BODY = REDIRECTS | {304}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request of a chain, with everything that holds for it. `url` is absolute and ASCII."""

    url: str
    settings: FetchSettings
    sent: Mapping[str, str]
    verify: bool
    gap: timedelta
    seconds: float  # left of the deadline
    limit: int
    cut: bool = False  # a body over the limit is cut there instead of refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and decoded body; `body` of an error is its beginning, that of a redirect is empty."""

    status: int
    headers: headers.Headers
    body: bytes
    wire_bytes: int
    seconds: float


class Exchanges:
    """Sends requests from any number of threads; each has its own connections, all share the hosts' turns."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        sleep: Callable[[float], object] | None,
        resolve: network.Resolve,
        dial: network.Dial,
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._resolve = resolve
        self._dial = dial
        self._stopping = threading.Event()
        self._gate = gate.Gate(monotonic, sleep or self._stopping.wait)
        self._contexts = _Contexts(settings)
        self._local = threading.local()
        self._callers: weakref.WeakSet[_Caller] = weakref.WeakSet()
        self._lock = threading.Lock()

    def __call__(self, hop: Hop) -> Answer:
        """Return the answer, whatever its status; FetchError if there is none, or a 2xx that is not whole."""
        with self._gate.turn(hop.url, hop.gap):
            self._go_on_or_stop(hop.url)
            started = self._monotonic()
            try:
                response = self._send(hop)
                with contextlib.closing(response.raw):
                    answer = self._read(response.raw, hop, started)
            except FetchError:
                self._go_on_or_stop(hop.url)
                raise
            self._heed(hop.url, answer)
            return answer

    def _go_on_or_stop(self, url: str) -> None:
        """Raise FetchError "internal" once `close` was called: what then goes wrong is not the site's fault."""
        if self._stopping.is_set():
            raise FetchError(url, "internal", "the service is stopping")

    def closed_for(self, url: str) -> timedelta | None:
        """Return how long the host of `url` still wants to be left alone."""
        return self._gate.closed_for(url)

    def reached(self) -> bool:
        """Whether this thread's last exchange had a connection, however it ended."""
        return self._caller().line.reached

    def close(self) -> None:
        """End every exchange under way with FetchError "internal" and close all connections."""
        self._stopping.set()
        with self._lock:
            callers = tuple(self._callers)
        for caller in callers:
            caller.close()

    def _send(self, hop: Hop) -> requests.Response:
        caller = self._caller()
        caller.line.begin(hop.url, hop.seconds, hop.settings.allow_private)
        adapter = caller.adapter(self._context(hop))
        try:
            prepared = requests.Request("GET", hop.url, headers=_encoded(hop.sent)).prepare()
            proxies = _proxies(hop)
            if proxies:
                caller.line.check_behind_proxy(*_host_and_port(hop.url))
            try:
                return _sent(adapter, prepared, hop, proxies)
            except faults.LOWER as error:
                if caller.line.dialled or not faults.is_dropped_connection(error):
                    raise
                # A kept connection may be closed just when it is used; the same GET may go out again (RFC 9110 9.2.2).
                return _sent(adapter, prepared, hop, proxies)
        except faults.LOWER as error:
            raise faults.of(error, hop.url) from error

    def _context(self, hop: Hop) -> ssl.SSLContext | None:
        return self._contexts.of(hop.settings.ca_file, hop.verify) if hop.url.startswith("https:") else None

    def _read(self, raw: urllib3.HTTPResponse, hop: Hop, started: float) -> Answer:
        found = headers.collected(raw.headers.items())
        ok = 200 <= raw.status < 300
        body, fault = b"", None
        if ok and not hop.cut and (raw.length_remaining or 0) > hop.limit:
            fault = FetchError(hop.url, "too_large", f"{raw.length_remaining} bytes, more than {hop.limit}")
        elif raw.status not in _WITHOUT_BODY:
            body, fault = _body(raw, hop.url, found, hop.limit if ok else headers.CHALLENGE_BYTES)
        if fault and ok and not (hop.cut and fault.kind == "too_large"):
            fault.status = raw.status
            raise fault
        seconds = self._monotonic() - started
        return Answer(status=raw.status, headers=found, body=body, wire_bytes=raw.tell(), seconds=seconds)

    def _heed(self, url: str, answer: Answer) -> None:
        """Leave a host alone that said so with 429 or 503 (protocol F11)."""
        wait = headers.retry_after(answer.headers, self._clock())
        if wait and answer.status in (429, 503):
            kind, message = headers.refusal(answer.status, answer.headers, answer.body) or ("server_error", "")
            self._gate.close(url, FetchError(url, kind, message, status=answer.status, retry_after=wait))

    def _caller(self) -> _Caller:
        caller: _Caller | None = getattr(self._local, "caller", None)
        if caller is None:
            caller = self._local.caller = _Caller(network.Line(self._resolve, self._dial, self._monotonic))
            with self._lock:
                self._callers.add(caller)
        return caller


class _Caller:
    """One thread's line and its adapters, so that no connection is ever used by two threads."""

    def __init__(self, line: network.Line) -> None:
        self.line = line
        self._adapters: dict[ssl.SSLContext | None, network.Adapter] = {}

    def adapter(self, context: ssl.SSLContext | None) -> network.Adapter:
        if context not in self._adapters:
            self._adapters[context] = network.Adapter(self.line, context)
        return self._adapters[context]

    def close(self) -> None:
        self.line.hang_up()
        for adapter in tuple(self._adapters.values()):
            adapter.close()


class _Contexts:
    """The TLS contexts: one for each file of authorities, one for sources that are not verified; made when needed.

    A file that cannot be used is told at once, not at the first https address.
    """

    def __init__(self, settings: FetchSettings) -> None:
        files = {settings.ca_file, *(host.ca_file for host in settings.hosts.values())} - {""}
        self._made: dict[tuple[str, bool], ssl.SSLContext] = {(file, True): _verifying(file) for file in files}
        self._lock = threading.Lock()

    def of(self, ca_file: str, verify: bool) -> ssl.SSLContext:
        key = (ca_file if verify else "", verify)
        with self._lock:
            if key not in self._made:
                self._made[key] = network.tls_context(ca_file, verify=verify)
            return self._made[key]


def _verifying(ca_file: str) -> ssl.SSLContext:
    try:
        return network.tls_context(ca_file, verify=True)
    except OSError as error:
        problem = Problem(key="fetch.ca_file", line=None, message=f"{ca_file} cannot be used: {error}")
        raise ConfigError([problem]) from None


# ---- sending --------------------------------------------------------------------------------------------------------


def _sent(
    adapter: network.Adapter, prepared: requests.PreparedRequest, hop: Hop, proxies: dict[str, str]
) -> requests.Response:
    timeout = (network.CONNECT, network.READ)
    return adapter.send(prepared, stream=True, timeout=timeout, verify=hop.verify, proxies=proxies)


def _encoded(sent: Mapping[str, str]) -> dict[str, bytes]:
    """Return header values as bytes: what came in as Latin-1 goes back byte for byte, anything else is UTF-8."""
    return {name: _bytes(value) for name, value in sent.items()}


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")


def _proxies(hop: Hop) -> dict[str, str]:
    """Return the proxy to use as requests wants to be told, {} for none."""
    if hop.settings.proxy == "none":
        return {}
    proxy = hop.settings.proxy or requests.utils.select_proxy(
        hop.url, requests.utils.get_environ_proxies(hop.url, no_proxy=None)
    )
    return {"http": proxy, "https": proxy} if proxy else {}


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


# ---- reading --------------------------------------------------------------------------------------------------------


def _body(raw: urllib3.HTTPResponse, url: str, found: headers.Headers, limit: int) -> tuple[bytes, FetchError | None]:
    """Return the decoded body as far as it came, and why it is not whole."""
    if fault := _unreadable(url, found):
        return b"", fault
    codings = headers.codings(found) if found.get("content-length", "").strip() != "0" else ()
    body = bytearray()
    try:
        for piece in decoding.decoded(_pieces(raw), codings, limit):
            body += piece
    except decoding.DecodingError as error:
        return bytes(body), FetchError(url, error.kind, str(error))
    except FetchError as error:
        return bytes(body), error
    except faults.LOWER as error:
        return bytes(body), faults.of(error, url, reading=True)
    return bytes(body), None


def _unreadable(url: str, found: headers.Headers) -> FetchError | None:
    coding = found.get("transfer-encoding", "").strip().lower()
    if coding in ("", "chunked", "identity"):
        return None
    return FetchError(url, "encoding", f"unknown Transfer-Encoding {coding[:60]!r}")


def _pieces(raw: urllib3.HTTPResponse) -> Iterator[bytes]:
    # Not read1: with chunks of one byte it takes six times as long (8 us a byte).
    while piece := raw.read(decoding.PIECE, decode_content=False):
        yield piece
