"""No exception of a lower layer ever comes through: each is caught, and means something."""

from __future__ import annotations

import http.client
import inspect
import pickle
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import get_args

import pytest
import requests
import urllib3
from origin import Origin

from feedsvc.errors import FetchError
from feedsvc.fetch import Fetcher, faults, network
from feedsvc.model import ErrorKind, FetchSettings, HttpOptions, Request

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
URL = "http://portal.test/"


def exceptions_of(*modules: ModuleType) -> list[type[Exception]]:
    found = {
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Exception) and not issubclass(member, Warning)
    }
    return sorted(found, key=lambda member: f"{member.__module__}.{member.__name__}")


LOWER = [
    *exceptions_of(requests.exceptions, urllib3.exceptions, http.client, ssl),
    *(socket.gaierror, socket.herror, TimeoutError, ConnectionResetError, BrokenPipeError, UnicodeError, ValueError),
]


def made(kind: type[Exception]) -> Exception:
    """Return an instance, whatever its constructor wants."""
    error = kind.__new__(kind)
    error.args = ("made for a test",)
    return error


@pytest.mark.parametrize("kind", LOWER, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_of_a_lower_layer_is_caught_and_mapped(kind: type[Exception]) -> None:
    assert issubclass(kind, faults.LOWER) or kind in (requests.JSONDecodeError,)
    error = faults.of(made(kind), URL)
    assert error.kind in get_args(ErrorKind)
    assert error.kind != "internal"
    assert error.message
    assert pickle.loads(pickle.dumps(error)).kind == error.kind


RAISED_BY_SOCKETS = [kind for kind in LOWER if issubclass(kind, OSError | ValueError | http.client.HTTPException)]


@pytest.mark.parametrize("kind", RAISED_BY_SOCKETS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_whatever_a_connection_raises_becomes_a_fetch_error(kind: type[Exception]) -> None:
    def dial(address: str, port: int, seconds: float) -> socket.socket:
        raise made(kind)

    fetcher = Fetcher(
        FetchSettings(user_agent="feedsvc/1.0", proxy="none"),
        clock=lambda: NOW,
        resolve=lambda host, port: ("93.184.215.14",),
        dial=dial,
    )
    with pytest.raises(FetchError) as caught:
        fetcher(Request(url=URL))
    fetcher.close()
    assert caught.value.url == URL


def _wrapped(error: Exception) -> Exception:
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", error))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ReadTimeout(), "timeout"),
        (requests.exceptions.SSLError(urllib3.exceptions.SSLError(ssl.SSLEOFError(8, "EOF"))), "tls"),
        (_wrapped(ConnectionResetError(104, "reset")), "connect"),
        (_wrapped(http.client.BadStatusLine("x")), "server_error"),
        (urllib3.exceptions.ProtocolError("x", urllib3.exceptions.IncompleteRead(1, 2)), "truncated"),
        (requests.exceptions.ContentDecodingError("x"), "encoding"),
        (urllib3.exceptions.LocationParseError("a..b"), "connect"),
    ],
)  # fmt: skip
def test_wrapped_exceptions_are_looked_into(error: Exception, kind: str) -> None:
    assert faults.of(error, URL).kind == kind


# ---- what an operator or a caller may get wrong ---------------------------------------------------------------------


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        server.pages["/"] = "page"
        yield server


def fetch(origin: Origin, user_agent: str = "feedsvc/1.0", **headers: str) -> None:
    settings = FetchSettings(user_agent=user_agent, allow_private=("127.0.0.1",), proxy="none", host_gap=timedelta(0))
    fetcher = Fetcher(settings, clock=lambda: NOW)
    try:
        fetcher(Request(url=origin.url("/"), http=HttpOptions(headers=headers)))
    finally:
        fetcher.close()


@pytest.mark.parametrize("value", ["a\r\nX-Injected: yes", "a\nX-Injected: yes", "a\rX-Injected: yes", "\r\n\r\nGET /"])
def test_a_header_cannot_smuggle_in_another(origin: Origin, value: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(origin, **{"X-Own": value})
    assert caught.value.message
    assert all("x-injected" not in asked.headers for asked in origin.asked)
    assert origin.asked_for("/") == []


@pytest.mark.parametrize("name", ["X Own", "X:Own", "", "X\r\nY"])
def test_a_header_s_name_cannot_smuggle_in_another(origin: Origin, name: str) -> None:
    try:
        fetch(origin, **{name: "value"})
    except FetchError:
        assert origin.asked_for("/") == []


def test_headers_beyond_latin_1_are_sent_as_utf_8(origin: Origin) -> None:
    fetch(origin, user_agent="feedsvc/1.0 (+https://例え.test/)", **{"X-Own": "€"})
    sent = origin.asked_for("/")[0].headers
    assert sent["x-own"].encode("latin-1").decode() == "€"
    assert "例え" in sent["user-agent"].encode("latin-1").decode()


def test_a_proxy_that_is_no_address_is_named() -> None:
    for proxy in ("socks5://127.0.0.1:1", "nonsense://x", "http://[", "http://"):
        settings = FetchSettings(user_agent="feedsvc/1.0", proxy=proxy)
        fetcher = Fetcher(settings, clock=lambda: NOW, resolve=lambda host, port: ("93.184.215.14",), dial=_nowhere)
        with pytest.raises(FetchError) as caught:
            fetcher(Request(url=URL))
        fetcher.close()
        assert caught.value.kind == "connect", proxy


def _nowhere(address: str, port: int, seconds: float) -> network.BoundedSocket:
    raise ConnectionRefusedError(111, "Connection refused")
