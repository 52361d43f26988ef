"""Answers that are honest but for some bytes: whatever comes, it is a Page or a FetchError, and in time."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from origin import Answer, Origin, Raw, compressed

from feedsvc.errors import FetchError
from feedsvc.fetch import Fetcher, headers, network
from feedsvc.model import FetchSettings, HttpOptions, Page, Request

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
ANY_ROBOTS = HttpOptions(ignore_robots="a test of strange answers")
BODY = compressed(b"<html>Verwaltung</html>" * 20, "gzip")
HONEST = [
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x?y=z#a\r\nRetry-After: 120\r\n\r\n",
    b"HTTP/1.1 503 No\r\nRetry-After: Fri, 26 Apr 2024 09:05:00 GMT\r\nDate: Fri, 26 Apr 2024 09:00:00 GMT\r\n\r\n",
]  # fmt: skip
PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b":",
    b" ",
    b"-",
    b"99999999999999999999",
    b"\xc3\xa4",
    b"%",
    b"[",
    b"//",
]


def spoiled(wire: bytes, chance: random.Random) -> bytes:
    data = bytearray(wire)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at:at] = chance.choice(PIECES)
            case 2:
                del data[at : at + chance.randint(1, 9)]
            case _:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randint(1, 30)]
        if not data:
            break
    return bytes(data)


def settings(**more: object) -> FetchSettings:
    return FetchSettings(
        user_agent="feedsvc/1.0",
        proxy="none",
        host_gap=timedelta(0),
        deadline=timedelta(seconds=1),
        allow_private=("127.0.0.0/8",),
        **more,  # type: ignore[arg-type]
    )


def lonely() -> Fetcher:
    """A fetcher that reaches the test's own origins only, wherever a spoiled Location may lead."""
    return Fetcher(settings(), clock=lambda: NOW, resolve=lambda host, port: (), dial=_to_loopback)


def _to_loopback(address: str, port: int, seconds: float) -> socket.socket:
    if address != "127.0.0.1":
        raise ConnectionRefusedError(111, "Connection refused")
    return network.dial(address, port, seconds)


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 40))])
def test_a_spoiled_answer_is_a_page_or_a_fetch_error(seed: int) -> None:
    chance = random.Random(seed)
    fetcher, kinds = lonely(), list[str]()
    with Origin() as origin:
        for number in range(40):
            origin.pages[f"/{number}"] = Raw(spoiled(chance.choice(HONEST), chance))
            try:
                page = fetcher(Request(url=origin.url(f"/{number}"), http=ANY_ROBOTS))
            except FetchError as error:
                kinds.append(error.kind)
                if error.retry_after:
                    fetcher.close()
                    fetcher = lonely()
            else:
                assert isinstance(page, Page)
    fetcher.close()
    assert len(set(kinds)) > 2
    assert "internal" not in kinds


def test_no_header_value_raises() -> None:
    chance = random.Random(1)
    dates = "Fri, 26 Apr 2024 09:05:00 GMT"
    for _ in range(3000):
        value = spoiled(dates.encode(), chance).decode("latin-1")
        names = ("date", "expires", "retry-after", "cache-control", "content-type", "content-encoding", "location")
        found = dict.fromkeys((*names, "etag", "last-modified"), value)
        waits = (headers.fresh_for(found, NOW), headers.retry_after(found, NOW))
        assert all(wait is None or timedelta(0) < wait <= timedelta(days=7) for wait in waits)
        headers.content_type(found), headers.codings(found), headers.location(found), headers.validators(found)


def slowly(asked: object) -> Answer:
    time.sleep(0.002)
    return Answer(body=b"x" * 10_000)


@pytest.mark.slow
def test_many_threads_and_hosts_leave_nothing_behind() -> None:
    files = Path("/proc/self/fd")
    if not files.exists():
        pytest.skip("needs /proc to count open files")
    before = len(os.listdir(files))
    origins = [Origin() for _ in range(20)]
    for origin in origins:
        origin.page("/")(slowly)
    fetcher = Fetcher(settings(), clock=lambda: NOW)
    jobs = [origin.url("/") for origin in origins for _ in range(30)]
    random.Random(2).shuffle(jobs)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not jobs:
                    return
                url = jobs.pop()
            fetcher(Request(url=url))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fetcher.close()
    for origin in origins:
        origin.close()
    assert all(origin.most_at_once == 1 for origin in origins)
    assert all(len(origin.asked) == 31 for origin in origins)
    time.sleep(0.1)
    assert len(os.listdir(files)) <= before + 2
