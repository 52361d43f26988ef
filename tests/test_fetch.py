"""Fetching against real servers on loopback: politeness, validators, redirects, statuses."""

from __future__ import annotations

import threading
import time as real_time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from origin import Answer, Origin, redirect

from feedsvc.errors import FetchError
from feedsvc.fetch import Fetcher
from feedsvc.model import FetchSettings, HttpOptions, Page, Request, Validators

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
UA = "feedsvc/1.0 (+mailto:feeds@example.org)"


@dataclass
class Time:
    """A monotonic clock that only sleeping moves, and a wall clock beside it."""

    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)
    now: datetime = NOW

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def clock(self) -> datetime:
        return self.now


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def fetch(time: Time) -> Iterator[Fetcher]:
    settings = FetchSettings(user_agent=UA, allow_private=("127.0.0.1",), proxy="none")
    fetcher = Fetcher(settings, clock=time.clock, monotonic=time.monotonic, sleep=time.sleep)
    yield fetcher
    fetcher.close()


def get(fetch: Fetcher, url: str, **options: object) -> Page:
    return fetch(Request(url=url, **options))  # type: ignore[arg-type]


def refused(fetch: Fetcher, url: str, **options: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(fetch, url, **options)
    return caught.value


def test_a_page_tells_what_was_sent(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = Answer(
        headers={"Content-Type": "Text/HTML; Charset=ISO-8859-15", "ETag": 'W/"a"', "Cache-Control": "max-age=600"},
        body="Grüße".encode("latin-1"),
    )
    page = get(fetch, origin.url("/"))
    assert (page.status, page.body, page.media_type, page.charset) == (200, b"Gr\xfc\xdfe", "text/html", "ISO-8859-15")
    assert page.validators == Validators(etag='W/"a"')
    assert page.fresh_for == timedelta(minutes=10)
    assert (page.fetched_at, page.wire_bytes, page.moved_to) == (NOW, 5, None)


def test_a_request_says_who_asks_and_nothing_more(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = "page"
    get(fetch, origin.url("/"))
    sent = origin.asked_for("/")[0].headers
    assert sent["user-agent"] == UA
    assert {name.lower() for name in sent} == {"host", "user-agent", "accept", "accept-encoding", "connection"} or {
        name.lower() for name in sent
    } == {"host", "user-agent", "accept", "accept-encoding"}


# ---- validators (F1-F4) ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("etag", ['W/"a"', '"ü"', "unquoted", '"a" b', '"\'%\t"', '"ä\x85ö"'])
def test_validators_go_back_byte_for_byte(fetch: Fetcher, origin: Origin, etag: str) -> None:
    odd = "Friday, 26-Apr-24 12:00:00 Europe/Berlin"
    origin.pages["/"] = Answer(headers={"ETag": etag, "Last-Modified": odd}, body=b"x")
    page = get(fetch, origin.url("/"))
    get(fetch, origin.url("/"), validators=page.validators)
    sent = origin.asked_for("/")[1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == (etag, odd)


def test_a_304_carries_the_validators_it_has(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = Answer(status=304, headers={"ETag": '"2"', "Cache-Control": "max-age=60"})
    page = get(fetch, origin.url("/"), validators=Validators(etag='"1"', last_modified="then"))
    assert page.not_modified
    assert (page.validators, page.body, page.fresh_for) == (Validators(etag='"2"'), b"", timedelta(minutes=1))


def test_a_304_nobody_asked_for_is_an_error(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = Answer(status=304)
    assert refused(fetch, origin.url("/")).kind == "server_error"


def test_validators_stay_with_the_address_that_gave_them(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/old"] = redirect("/new", 301)
    origin.pages["/new"] = Answer(headers={"ETag": '"new"'}, body=b"x")
    page = get(fetch, origin.url("/old"), validators=Validators(etag='"old"', last_modified="then"))
    assert origin.asked_for("/old")[0].headers["if-none-match"] == '"old"'
    assert not {"if-none-match", "if-modified-since"} & {name.lower() for name in origin.asked_for("/new")[0].headers}
    assert page.validators == Validators()


def test_cookies_are_not_kept(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/a"] = redirect("/b", headers={"Set-Cookie": "a=1; Path=/"})
    origin.pages["/b"] = Answer(headers={"Set-Cookie": "b=2; Path=/"}, body=b"x")
    for _ in range(2):
        get(fetch, origin.url("/a"))
    assert not any("cookie" in asked.headers or "referer" in asked.headers for asked in origin.asked)


# ---- redirects (F21, F23) -------------------------------------------------------------------------------------------


def test_permanent_redirects_are_reported(fetch: Fetcher, origin: Origin) -> None:
    origin.pages |= {"/1": redirect("2?a=b#c", 301), "/2": redirect("//" + f"127.0.0.1:{origin.port}/3", 308)}
    origin.pages["/3"] = "here"
    page = get(fetch, origin.url("/1"))
    assert (page.body, page.final_url, page.moved_to) == (b"here", origin.url("/3"), origin.url("/3"))
    assert origin.asked_for("/2")[0].target == "/2?a=b"


def test_one_temporary_redirect_makes_no_move(fetch: Fetcher, origin: Origin) -> None:
    origin.pages |= {"/1": redirect("/2", 301), "/2": redirect("/3", 307), "/3": "here"}
    page = get(fetch, origin.url("/1"))
    assert (page.final_url, page.moved_to) == (origin.url("/3"), None)


def test_a_location_in_raw_utf8_is_understood(fetch: Fetcher, origin: Origin) -> None:
    origin.pages |= {"/1": Answer(status=302, headers={"Location": "/für".encode()}), "/f%C3%BCr": "here"}
    assert get(fetch, origin.url("/1")).body == b"here"


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/1": redirect("/1")}, "circle"),
        ({"/1": redirect("/2"), "/2": redirect("/1#x")}, "circle"),
        ({f"/{n}": redirect(f"/{n + 1}") for n in range(1, 8)}, "more than 5"),
        ({"/1": Answer(status=302)}, "without a Location"),
        ({"/1": redirect("http://[")}, "no http"),
        ({"/1": redirect("file:///etc/passwd")}, "no http"),
        ({"/1": redirect("javascript:alert(1)")}, "no http"),
    ],
)
def test_redirects_that_lead_nowhere_are_named(
    fetch: Fetcher, origin: Origin, pages: dict[str, object], said: str
) -> None:
    origin.pages |= pages
    error = refused(fetch, origin.url("/1"))
    assert (error.kind, error.status) == ("redirect", 302)
    assert said in str(error)
    assert len(origin.asked) <= 1 + 6  # robots.txt and six pages


def test_five_redirects_are_followed(fetch: Fetcher, origin: Origin) -> None:
    origin.pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(1, 6)} | {"/6": "here"}
    assert get(fetch, origin.url("/1")).body == b"here"


def test_what_one_host_is_trusted_with_is_not_carried_to_another(fetch: Fetcher, origin: Origin) -> None:
    with Origin() as other:
        origin.pages |= {"/1": redirect("/2"), "/2": redirect(other.url("/3"))}
        other.pages["/3"] = "here"
        get(fetch, origin.url("/1"), http=HttpOptions(headers={"X-Key": "secret", "user-agent": "mine"}))
        assert [asked.headers.get("x-key") for asked in origin.asked] == [None, "secret", "secret"]
        assert origin.asked_for("/2")[0].headers["user-agent"] == "mine"
        assert "x-key" not in other.asked_for("/3")[0].headers


def test_a_user_name_in_an_address_is_not_sent(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = "page"
    page = get(fetch, f"http://user:secret@127.0.0.1:{origin.port}/")
    assert "authorization" not in origin.asked_for("/")[0].headers
    assert page.final_url == origin.url("/")


# ---- pacing (F9-F12) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, Max-Age=90"}, 90),
        ({"Cache-Control": 'max-age="90"'}, 90),
        ({"Cache-Control": "max-age=90, no-cache"}, None),
        ({"Cache-Control": "s-maxage=90"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=99999999999999999999999"}, 7 * 86_400),
        ({"Expires": "Fri, 26 Apr 2024 11:02:00 GMT", "Date": "Fri, 26 Apr 2024 11:00:00 GMT"}, 120),
        ({"Expires": "Fri, 26 Apr 2024 12:02:00 GMT"}, 120),
        ({"Expires": "0"}, None),
        ({"Expires": "Fri, 26 Apr 2024 10:00:00 GMT", "Date": "Fri, 26 Apr 2024 11:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=30", "Expires": "Fri, 26 Apr 2024 13:00:00 GMT"}, 30),
        ({"Expires": "Fri, 26 Apr 2054 10:00:00 GMT"}, 7 * 86_400),
        ({}, None),
    ],
)
def test_freshness_is_what_the_origin_says(
    fetch: Fetcher, origin: Origin, headers: dict[str, str], seconds: int | None
) -> None:
    origin.pages["/"] = Answer(headers=headers, body=b"x")
    assert get(fetch, origin.url("/")).fresh_for == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize("status", [429, 503, 500, 403, 404])
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Fri, 26 Apr 2024 09:05:00 GMT", 300),  # of the response's Date
        ("Friday, 26-Apr-24 09:05:00 GMT", 300),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("", None),
        ("Fri, 26 Apr 2024 08:00:00 GMT", None),
        ("9" * 30, 7 * 86_400),
    ],
)
def test_retry_after_is_understood_or_ignored(
    fetch: Fetcher, origin: Origin, status: int, said: str, seconds: int | None
) -> None:
    origin.pages["/"] = Answer(status=status, headers={"Retry-After": said, "Date": "Fri, 26 Apr 2024 09:00:00 GMT"})
    error = refused(fetch, origin.url("/"))
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))
    assert error.status == status


def test_retry_after_of_a_redirect_counts(fetch: Fetcher, origin: Origin) -> None:
    origin.pages |= {"/1": redirect("/2", headers={"Retry-After": "300"}), "/2": "here", "/3": redirect("/4", 302)}
    assert get(fetch, origin.url("/1")).fresh_for == timedelta(minutes=5)
    origin.pages["/1"] = Answer(status=302, headers={"Retry-After": "300"})
    assert refused(fetch, origin.url("/1")).retry_after == timedelta(minutes=5)


def test_freshness_of_an_error_counts(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = Answer(status=500, headers={"Cache-Control": "max-age=600"})
    assert refused(fetch, origin.url("/")).retry_after == timedelta(minutes=10)


def test_a_host_that_asks_for_peace_gets_it_for_all_its_pages(fetch: Fetcher, origin: Origin, time: Time) -> None:
    origin.pages |= {"/1": Answer(status=503, headers={"Retry-After": "60"}), "/2": "here"}
    refused(fetch, origin.url("/1"))
    error = refused(fetch, origin.url("/2"))
    assert (error.kind, error.status, error.retry_after) == ("server_error", 503, timedelta(seconds=60))
    assert origin.paths() == ["/robots.txt", "/1"]
    time.seconds += 61
    assert get(fetch, origin.url("/2")).body == b"here"


def test_a_failing_page_alone_does_not_close_its_host(fetch: Fetcher, origin: Origin) -> None:
    origin.pages |= {"/1": Answer(status=503), "/2": "here"}
    refused(fetch, origin.url("/1"))
    assert get(fetch, origin.url("/2")).body == b"here"


def test_the_gap_runs_from_the_end_of_one_request_to_the_start_of_the_next(
    fetch: Fetcher, origin: Origin, time: Time
) -> None:
    @origin.page("/slow")
    def slow(asked: object) -> str:
        time.seconds += 10
        return "slow"

    origin.pages["/"] = "page"
    get(fetch, origin.url("/slow"))
    time.seconds += 0.5
    get(fetch, origin.url("/"))
    assert time.slept == [2.0, 1.5]  # after robots.txt, then what is left of two seconds


def test_a_host_may_have_a_gap_of_its_own(origin: Origin, time: Time) -> None:
    own = FetchSettings(user_agent=UA, allow_private=("127.0.0.0/8",), host_gap=timedelta(minutes=5), proxy="none")
    settings = FetchSettings(
        user_agent=UA, allow_private=("127.0.0.0/8",), hosts={f"127.0.0.1:{origin.port}": own}, proxy="none"
    )
    fetcher = Fetcher(settings, clock=time.clock, monotonic=time.monotonic, sleep=time.sleep)
    origin.pages["/"] = "page"
    get(fetcher, origin.url("/"))
    fetcher.close()
    assert time.slept == [300.0]


def test_hosts_do_not_wait_for_each_other(fetch: Fetcher, origin: Origin, time: Time) -> None:
    with Origin() as other:
        origin.pages["/"] = other.pages["/"] = "page"
        ignoring = HttpOptions(ignore_robots="a test")
        get(fetch, origin.url("/"), http=ignoring)
        get(fetch, other.url("/"), http=ignoring)
    assert time.slept == []


def _in_a_moment(asked: object) -> str:
    real_time.sleep(0.005)
    return "page"


def test_threads_ask_one_host_one_after_the_other(origin: Origin) -> None:
    settings = FetchSettings(
        user_agent=UA, allow_private=("127.0.0.1",), host_gap=timedelta(milliseconds=20), proxy="none"
    )
    fetcher = Fetcher(settings, clock=lambda: NOW)
    for n in range(6):
        origin.page(f"/{n}")(_in_a_moment)
    threads = [threading.Thread(target=get, args=(fetcher, origin.url(f"/{n}"))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fetcher.close()
    assert origin.most_at_once == 1
    assert len(origin.asked) == 7  # robots.txt once
    pairs = zip(origin.asked, origin.asked[1:], strict=False)
    assert all(later.at - (earlier.answered_at or 0) > 0.015 for earlier, later in pairs)


# ---- statuses (F20, F22) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "permanent"),
    [
        (400, "client_error", False), (401, "unauthorized", False), (402, "paywall", False),
        (403, "forbidden", False), (404, "not_found", True), (410, "gone", True), (418, "client_error", False),
        (429, "rate_limited", False), (451, "forbidden", False), (500, "server_error", False),
        (503, "server_error", False), (599, "server_error", False), (204, "server_error", False),
        (206, "truncated", False), (999, "server_error", False),
    ],
)  # fmt: skip
def test_each_status_has_its_own_error(fetch: Fetcher, origin: Origin, status: int, kind: str, permanent: bool) -> None:
    origin.pages["/"] = Answer(status=status, body=b"" if status == 204 else b"sorry")
    error = refused(fetch, origin.url("/"))
    assert (error.kind, error.status, error.permanent) == (kind, status, permanent)
    assert str(status) in error.message


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=403, headers={"cf-mitigated": "challenge"}, body=b"x"),
        Answer(status=503, body=b"<html><title>Just a moment...</title>"),
        Answer(status=200, body=b'<html><script id="anubis_challenge" type="application/json">{}</script>'),
        Answer(status=405, headers={"x-amzn-waf-action": "captcha"}),
        Answer(status=202, headers={"x-amzn-waf-action": "challenge"}),
        Answer(status=429, headers={"x-vercel-mitigated": "challenge"}),
        Answer(status=403, headers={"X-DataDome": "protected"}),
    ],
)
def test_a_bot_challenge_is_told_from_a_refusal(fetch: Fetcher, origin: Origin, answer: Answer) -> None:
    origin.pages["/"] = answer
    assert refused(fetch, origin.url("/")).kind == "challenge"


def test_an_article_about_bots_is_no_challenge(fetch: Fetcher, origin: Origin) -> None:
    origin.pages["/"] = "<title>Just a moment... | Portal</title><script src=/cdn-cgi/challenge-platform/x.js></script>"
    assert get(fetch, origin.url("/")).status == 200
