"""Bodies that are coded, too large, too slow, cut off or no HTTP at all (protocol F26-F28)."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from origin import (
    Answer,
    Origin,
    Raw,
    bomb,
    compressed,
    drip,
    drip_head,
    endless,
    hang_up,
    redirect,
    stall,
)

from feedsvc.errors import FetchError
from feedsvc.fetch import Fetcher, network
from feedsvc.model import FetchSettings, HttpOptions, Page, Request

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
ANY_ROBOTS = HttpOptions(ignore_robots="a test of bodies")
TEXT = "Verwaltung digital: Bürger:innen. ".encode() * 5000
CODINGS = ("gzip", "deflate", "br", "zstd")

Fetch = Callable[[str], Page]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


@pytest.fixture
def fetcher_with() -> Iterator[Callable[..., Fetch]]:
    made: list[Fetcher] = []

    def make(**settings: object) -> Fetch:
        own = FetchSettings(
            user_agent="feedsvc/1.0",
            allow_private=("127.0.0.1",),
            host_gap=timedelta(0),
            proxy="none",
            **settings,  # type: ignore[arg-type]
        )
        fetcher = Fetcher(own, clock=lambda: NOW)
        made.append(fetcher)
        return lambda url: fetcher(Request(url=url, http=ANY_ROBOTS))

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetch(fetcher_with: Callable[..., Fetch]) -> Fetch:
    return fetcher_with(max_bytes=1_000_000)


def refused(fetch: Fetch, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url)
    return caught.value


def coded(coding: str, body: bytes, **headers: str) -> Answer:
    return Answer(headers={"Content-Encoding": coding, **headers}, body=body)


# ---- codings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", CODINGS)
def test_each_coding_that_is_asked_for_is_undone(fetch: Fetch, origin: Origin, coding: str) -> None:
    origin.pages["/"] = coded(coding, compressed(TEXT, coding))
    page = fetch(origin.url("/"))
    assert page.body == TEXT
    assert 0 < page.wire_bytes < len(TEXT)
    assert coding in origin.asked[0].headers["accept-encoding"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("X-GZip", compressed(TEXT, "gzip")),
        ("deflate", compressed(TEXT, "raw")),
        ("identity", TEXT),
        ("", TEXT),
        ("gzip", compressed(TEXT[:7], "gzip") + compressed(TEXT[7:], "gzip")),
        ("gzip", compressed(TEXT, "gzip") + bytes(512)),
        ("zstd", compressed(TEXT[:7], "zstd") + compressed(TEXT[7:], "zstd")),
        ("br, gzip", compressed(compressed(TEXT, "br"), "gzip")),
        ("gzip, identity, deflate", compressed(compressed(TEXT, "gzip"), "deflate")),
    ],
)
def test_odd_but_honest_codings_are_undone(fetch: Fetch, origin: Origin, name: str, body: bytes) -> None:
    origin.pages["/"] = coded(name, body)
    assert fetch(origin.url("/")).body == TEXT


@pytest.mark.parametrize("coding", CODINGS)
def test_a_coded_body_in_one_byte_chunks_is_undone(fetch: Fetch, origin: Origin, coding: str) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in compressed(TEXT[:200], coding)) + b"0\r\n\r\n"
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    origin.pages["/"] = Raw(head + chunks)
    assert fetch(origin.url("/")).body == TEXT[:200]


def test_an_empty_page_may_still_name_a_coding(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = coded("gzip", b"")
    assert fetch(origin.url("/")).body == b""


@pytest.mark.parametrize("name", ["rot13", "gzip, magic", "gzip, gzip, gzip, gzip", "utf-8", "gzip;q=1"])
def test_codings_nobody_asked_for_are_named(fetch: Fetch, origin: Origin, name: str) -> None:
    origin.pages["/"] = coded(name, TEXT)
    assert refused(fetch, origin.url("/")).kind == "encoding"


@pytest.mark.parametrize("coding", CODINGS)
def test_bytes_that_are_not_in_their_coding_are_named(fetch: Fetch, origin: Origin, coding: str) -> None:
    origin.pages["/"] = coded(coding, b"<html>not compressed at all</html>" * 100)
    error = refused(fetch, origin.url("/"))
    assert (error.kind, error.status) == ("encoding", 200)
    broken = bytearray(compressed(TEXT, coding))
    broken[len(broken) // 2 : len(broken) // 2 + 40] = bytes(40)
    origin.pages["/"] = coded(coding, bytes(broken))
    assert refused(fetch, origin.url("/")).kind in ("encoding", "truncated")


# ---- bodies that end early ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("missing", [1, 4, 100])
def test_a_coded_stream_without_its_end_is_truncated(fetch: Fetch, origin: Origin, coding: str, missing: int) -> None:
    body = compressed(TEXT, coding)
    origin.pages["/"] = coded(coding, body[: max(len(body) - missing, 1)])
    assert refused(fetch, origin.url("/")).kind == "truncated"


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5;" + b"x" * 70_000 + b"\r\nhello\r\n0\r\n\r\n",
    ],
)
def test_a_body_that_ends_early_is_truncated(fetch: Fetch, origin: Origin, wire: bytes) -> None:
    origin.pages["/"] = Raw(wire)
    assert refused(fetch, origin.url("/")).kind == "truncated"


def test_a_connection_that_breaks_in_the_body_is_truncated(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = hang_up(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", reset=True)
    assert refused(fetch, origin.url("/")).kind == "truncated"


def test_a_body_that_ends_with_its_connection_is_whole(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = Raw(b"HTTP/1.0 200 OK\r\n\r\nall there is")
    assert fetch(origin.url("/")).body == b"all there is"


# ---- bodies that are too large --------------------------------------------------------------------------------------


def test_a_body_of_exactly_the_limit_is_taken(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = coded("gzip", compressed(bytes(1_000_000), "gzip"))
    assert len(fetch(origin.url("/")).body) == 1_000_000
    origin.pages["/"] = coded("gzip", compressed(bytes(1_000_001), "gzip"))
    assert refused(fetch, origin.url("/")).kind == "too_large"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_is_refused_before_it_bursts(fetch: Fetch, origin: Origin, coding: str) -> None:
    origin.pages["/"] = coded(coding, bomb(coding, 20_000_000))
    assert _peak(lambda: refused(fetch, origin.url("/"))) == "too_large"


@pytest.mark.parametrize("outer", CODINGS)
def test_a_bomb_in_a_bomb_is_refused_before_it_bursts(fetch: Fetch, origin: Origin, outer: str) -> None:
    origin.pages["/"] = coded(f"gzip, {outer}", compressed(bomb("gzip", 20_000_000), outer))
    assert _peak(lambda: refused(fetch, origin.url("/"))) == "too_large"


@pytest.mark.parametrize("status", [302, 404, 503])
def test_a_bomb_on_another_status_is_never_unpacked(fetch: Fetch, origin: Origin, status: int) -> None:
    headers = {"Content-Encoding": "gzip", "Location": "/2"}
    origin.pages |= {"/": Answer(status=status, headers=headers, body=bomb("gzip", 20_000_000)), "/2": "here"}
    if status == 302:
        tracemalloc.start()
        assert fetch(origin.url("/")).body == b"here"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()
    else:
        assert _peak(lambda: refused(fetch, origin.url("/"))) in ("not_found", "server_error")


def test_a_zstd_frame_may_not_ask_for_a_huge_window(fetch: Fetch, origin: Origin) -> None:
    # RFC 8878 3.1.1.1: magic, descriptor without single segment, window descriptor of 1 GB, an empty last block.
    origin.pages["/"] = coded("zstd", bytes.fromhex("28b52ffd00a0010000"))
    assert refused(fetch, origin.url("/")).kind == "encoding"


def test_an_endless_body_is_refused(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000)
    assert refused(fetch, origin.url("/")).kind == "too_large"
    origin.pages["/"] = endless(b"HTTP/1.1 404 OK\r\n\r\n", b"x" * 100_000)
    assert refused(fetch, origin.url("/")).kind == "not_found"
    origin.pages["/"] = endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"9\r\nxxxxxxxxx\r\n" * 1000)
    assert refused(fetch, origin.url("/")).kind == "too_large"


def test_a_body_that_says_it_is_too_large_is_not_awaited(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = stall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n")
    started = time.monotonic()
    assert refused(fetch, origin.url("/")).kind == "too_large"
    assert time.monotonic() - started < 1


def _peak(act: Callable[[], FetchError]) -> str:
    """Return the error's kind, having seen that neither memory nor time was spent on the bomb."""
    started = time.monotonic()
    tracemalloc.start()
    try:
        kind = act().kind
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < 2
    return kind


# ---- answers that are too slow (F27) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        drip(b"x" * 1000, pause=0.02),
        drip_head(pause=0.02),
        stall(),
        stall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        drip(compressed(TEXT, "gzip"), pause=0.02, headers={"Content-Encoding": "gzip"}),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_the_deadline_holds_whatever_trickles_in(
    fetcher_with: Callable[..., Fetch], origin: Origin, page: object
) -> None:
    fetch = fetcher_with(deadline=timedelta(seconds=0.15))
    origin.pages["/"] = page
    started = time.monotonic()
    error = refused(fetch, origin.url("/"))
    assert error.kind == "deadline"
    assert 0.14 < time.monotonic() - started < 1


def test_the_deadline_counts_over_all_redirects(fetcher_with: Callable[..., Fetch], origin: Origin) -> None:
    fetch = fetcher_with(deadline=timedelta(seconds=0.25))

    def slow_redirect(exchange: object) -> None:
        exchange.wait(0.1)  # type: ignore[attr-defined]
        number = int(exchange.asked.path[1:])  # type: ignore[attr-defined]
        exchange.answer(redirect(f"/{number + 1}"))  # type: ignore[attr-defined]

    for number in range(1, 6):
        origin.play(f"/{number}")(slow_redirect)
    origin.pages["/6"] = "here"
    assert refused(fetch, origin.url("/1")).kind == "deadline"
    assert len(origin.asked) <= 4


def test_a_silent_site_times_out(
    fetcher_with: Callable[..., Fetch], origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "READ", 0.2)
    origin.pages["/"] = stall(b"HTTP/1.1 200 OK\r\n")
    assert refused(fetcher_with(), origin.url("/")).kind == "timeout"


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_closing_ends_what_is_under_way(origin: Origin, sent: bytes) -> None:
    settings = FetchSettings(
        user_agent="feedsvc/1.0", allow_private=("127.0.0.1",), proxy="none", host_gap=timedelta(hours=1)
    )
    fetcher = Fetcher(settings, clock=lambda: NOW)
    origin.pages |= {"/stall": stall(sent), "/next": "never asked"}
    kinds: list[str] = []

    def ask(path: str) -> None:
        kinds.append(refused(lambda url: fetcher(Request(url=url, http=ANY_ROBOTS)), origin.url(path)).kind)

    threads = [threading.Thread(target=ask, args=("/stall",))]
    threads[0].start()
    while not origin.asked_for("/stall"):
        time.sleep(0.01)
    threads.append(threading.Thread(target=ask, args=("/next",)))
    threads[1].start()
    time.sleep(0.05)
    started = time.monotonic()
    fetcher.close()
    for thread in threads:
        thread.join(timeout=5)
    assert kinds == ["internal", "internal"]
    assert time.monotonic() - started < 1
    assert origin.paths() == ["/stall"]


# ---- answers that are no HTTP ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "kinds"),
    [
        (b"", {"connect"}),
        (b"SSH-2.0-OpenSSH_9.6\r\n", {"server_error"}),
        (b"HTTP/1.1 abc OK\r\n\r\n", {"server_error"}),
        (b"HTTP/1.1 99999 OK\r\n\r\n", {"server_error"}),
        (b"HTTP/1.1 -1 OK\r\n\r\n", {"server_error"}),
        (b"HTTP/9.9 200 OK\r\n\r\n", {"server_error"}),
        (b"\x00\xff\xfe" * 100, {"server_error"}),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", {"server_error"}),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", {"server_error"}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab", {"server_error"}),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", {"encoding"}),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", {"server_error"}),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", {"server_error"}),
    ],
)
def test_answers_that_are_no_http_are_named(fetch: Fetch, origin: Origin, wire: bytes, kinds: set[str]) -> None:
    origin.pages["/"] = Raw(wire)
    assert refused(fetch, origin.url("/")).kind in kinds


@pytest.mark.parametrize(
    "header",
    [
        b"X: \xff\xfe\x00",
        b"Content-Type: \xfc\xfc; charset=\"\xff\"",
        b"ETag: \"a\x00b\"",
        b"Last-Modified: \r\n folded",
        b"Content-Length: abc",
        b"Date: 99999999999999999999",
        b"Expires: Mon, 99 Foo 99999 99:99:99 GMT",
        b"Cache-Control: max-age=\xb2\xb3",
        b"Retry-After: \xb2",
        b"Set-Cookie: " + b"a=" * 20_000,
        b"no colon here",
        b": no name",
    ],
)  # fmt: skip
def test_strange_headers_spoil_nothing(fetch: Fetch, origin: Origin, header: bytes) -> None:
    origin.pages["/"] = Raw(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\npage")
    assert fetch(origin.url("/")).body.endswith(b"page")


def test_a_kept_connection_that_was_closed_meanwhile_is_made_again(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/1"] = "one"
    asked = 0

    @origin.play("/2")
    def closes_kept_connections(exchange: object) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            exchange.answer(Answer(body=b"two"))  # type: ignore[attr-defined]
        exchange.hang_up()  # type: ignore[attr-defined]

    fetch(origin.url("/1"))
    assert fetch(origin.url("/2")).body == b"two"
    assert [each.connection for each in origin.asked] == [1, 1, 2]


def test_a_new_connection_that_is_closed_is_not_made_again(fetch: Fetch, origin: Origin) -> None:
    origin.pages["/"] = hang_up()
    assert refused(fetch, origin.url("/")).kind == "connect"
    assert len(origin.asked) == 1
