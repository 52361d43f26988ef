"""robots.txt rules as pure values (RFC 9309), then obeyed over the wire (protocol F31)."""

from __future__ import annotations

import threading
import time as real_time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from origin import Answer, Origin, Raw, bomb, hang_up, redirect

from feedsvc import robots
from feedsvc.errors import FetchError
from feedsvc.fetch import Fetcher
from feedsvc.model import FetchSettings, HttpOptions, Request, RobotsFile

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
UA = "feedsvc/1.0 (+mailto:feeds@example.org)"


def file(body: str = "", status: int | None = 200, fetched_at: datetime = NOW) -> RobotsFile:
    return RobotsFile(origin="https://example.org", status=status, body=body, fetched_at=fetched_at)


def allows(body: str, path: str = "/x", **options: object) -> bool:
    return robots.allows(file(body, **options), UA, f"https://example.org{path}")  # type: ignore[arg-type]


# ---- the rules ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /y", True),
        ("user-AGENT : * # all\r\n\r\ndisallow : /x # not this", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("User-agent: *\rDisallow: /", False),
        # The most specific rule wins, allow before disallow (RFC 9309 2.2.2).
        ("User-agent: *\nDisallow: /\nAllow: /x", True),
        ("User-agent: *\nAllow: /\nDisallow: /x", False),
        ("User-agent: *\nAllow: /x\nDisallow: /x", True),
        # Our own group replaces the one for everybody; several are one (2.2.1).
        ("User-agent: *\nDisallow: /\n\nUser-agent: feedsvc\nAllow: /", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: FeedSvc\nDisallow: /", False),
        ("User-agent: feedsvc/1.0\nDisallow: /", False),
        ("User-agent: other\nUser-agent: feedsvc\nDisallow: /", False),
        ("User-agent: feedsvc\nDisallow: /a\n\nUser-agent: *\nAllow: /\n\nUser-agent: feedsvc\nDisallow: /x", False),
        ("User-agent: other\nDisallow: /", True),
        # A name that ours begins with, or that stands in our contact address, is not ours.
        ("User-agent: feed\nDisallow: /", True),
        ("User-agent: feedsvc-other\nDisallow: /", True),
        ("User-agent: example\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: f\nAllow: /", False),
        ("Disallow: /", True),
        ("<html><body>Not a robots file: Disallow</body></html>", True),
        ("\0\0\0\x7f" * 100, True),
    ],
)
def test_whether_an_address_may_be_fetched(body: str, allowed: bool) -> None:
    assert allows(body) is allowed


@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish", False),
        ("/fish*.php", "/fishheads/catfish.php?a=b", True),
        ("/*.php$", "/folder/filename.php?parameters", False),
        ("/*.php$", "/folder/filename.php", True),
        ("/a?b=", "/a?b=1", True),
        ("/%C3%BC", "/ü", True),
        ("/ü", "/%c3%bc", True),
        ("/a%2fb", "/a/b", False),
        ("*", "/", True),
    ],
)
def test_patterns_match_as_the_standard_says(rule: str, path: str, matches: bool) -> None:
    assert allows(f"User-agent: *\nDisallow: {rule}", path) is not matches


def test_the_file_itself_may_always_be_fetched() -> None:
    assert allows("User-agent: *\nDisallow: /", "/robots.txt")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 302])
def test_no_file_allows_everything(status: int) -> None:
    assert allows("User-agent: *\nDisallow: /", status=status)


@pytest.mark.parametrize("status", [500, 503, 599, None])
def test_a_failing_site_allows_nothing(status: int | None) -> None:
    assert not allows("", status=status)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5), ("0.5", 0.5), ("3600", 60), ("1e300", 60), ("-1", None), ("soon", None), ("nan", None), ("inf", None)],
)
def test_crawl_delay_is_seconds_and_capped(value: str, seconds: float | None) -> None:
    asked = robots.crawl_delay(file(f"User-agent: *\nCrawl-delay: {value}"), UA)
    assert asked == (None if seconds is None else timedelta(seconds=seconds))


def test_the_crawl_delay_of_others_is_not_ours() -> None:
    assert robots.crawl_delay(file("User-agent: other\nCrawl-delay: 5"), UA) is None
    assert robots.crawl_delay(file("User-agent: *\nCrawl-delay: 5", status=404), UA) is None


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"User-agent: bot{n}\n" for n in range(3000)) + "".join(f"Disallow: /{n}\n" for n in range(3000)),
        "User-agent: *\n" + "Disallow: /" + "*a" * 3000 + "*b\n",
        "User-agent: *\n" + ("Disallow: /" + "*a" * 30 + "*b\n") * 3000,
        "User-agent: *\n" + "Disallow: /" + "%" * 400_000,
        "User-agent" + " " * 400_000 + "x",
        " " * 400_000 + "x",
        "User-agent:" + "\t" * 400_000 + "#",
    ],
)
def test_no_file_takes_long_to_read(body: str) -> None:
    started = real_time.process_time()
    allows(body, "/" + "a" * 2000)
    assert real_time.process_time() - started < 1


# ---- how long a file counts -----------------------------------------------------------------------------------------


def test_a_file_counts_a_day_and_a_failure_an_hour() -> None:
    assert robots.is_fresh(file(), NOW + timedelta(hours=23))
    assert not robots.is_fresh(file(), NOW + timedelta(hours=24))
    assert robots.is_fresh(file(status=404), NOW + timedelta(hours=23))
    assert not robots.is_fresh(file(status=500), NOW + timedelta(hours=1))


def test_a_good_file_stands_in_for_a_failing_one_another_day() -> None:
    assert robots.stands_in(file(), NOW + timedelta(hours=47))
    assert not robots.stands_in(file(), NOW + timedelta(hours=48))
    assert not robots.stands_in(file(status=None), NOW)


# ---- over the wire --------------------------------------------------------------------------------------------------


@dataclass
class Time:
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        server.pages["/"] = server.pages["/x"] = "page"
        yield server


@pytest.fixture
def time() -> Time:
    return Time()


Make = Callable[..., Fetcher]


@pytest.fixture
def make(time: Time) -> Iterator[Make]:
    made: list[Fetcher] = []

    def fetcher(files: tuple[RobotsFile, ...] = (), **settings: object) -> Fetcher:
        own = FetchSettings(user_agent=UA, allow_private=("127.0.0.1",), proxy="none", **settings)  # type: ignore[arg-type]
        made.append(Fetcher(own, clock=time.clock, monotonic=time.monotonic, sleep=time.sleep, robots=files))
        return made[-1]

    yield fetcher
    for each in made:
        each.close()


def refused(fetch: Fetcher, url: str, **options: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(Request(url=url, **options))  # type: ignore[arg-type]
    return caught.value


NOTHING = "User-agent: *\nDisallow: /"


def test_what_robots_txt_forbids_is_not_fetched(make: Make, origin: Origin) -> None:
    origin.pages["/robots.txt"] = "User-agent: feedsvc\nDisallow: /x"
    fetch = make()
    error = refused(fetch, origin.url("/x"))
    assert (error.kind, error.permanent) == ("robots", False)
    assert fetch(Request(url=origin.url("/"))).body == b"page"
    assert origin.paths() == ["/robots.txt", "/"]


def test_the_file_is_asked_for_once_a_day(make: Make, origin: Origin, time: Time) -> None:
    fetch = make()
    for _ in range(3):
        fetch(Request(url=origin.url("/")))
    time.now += timedelta(hours=25)
    fetch(Request(url=origin.url("/")))
    assert origin.paths() == ["/robots.txt", "/", "/", "/", "/robots.txt", "/"]


def test_a_stored_file_is_not_asked_for_again(make: Make, origin: Origin) -> None:
    stored = RobotsFile(origin=origin.url(""), status=200, body=NOTHING, fetched_at=NOW - timedelta(hours=23))
    assert refused(make((stored,)), origin.url("/")).kind == "robots"
    assert origin.asked == []


def test_what_was_fetched_is_drained_once(make: Make, origin: Origin) -> None:
    origin.pages["/robots.txt"] = NOTHING
    fetch = make()
    refused(fetch, origin.url("/"))
    assert fetch.drain_robots() == (RobotsFile(origin=origin.url(""), status=200, body=NOTHING, fetched_at=NOW),)
    assert fetch.drain_robots() == ()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_site_without_the_file_may_be_fetched(make: Make, origin: Origin, status: int) -> None:
    origin.pages["/robots.txt"] = Answer(status=status, body=NOTHING)
    assert make()(Request(url=origin.url("/"))).body == b"page"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500),
        Answer(status=503),
        hang_up(),
        hang_up(reset=True),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser-agent: *"),
        Answer(headers={"Content-Encoding": "gzip"}, body=b"User-agent: *"),
        Raw(b"no http at all\r\n\r\n"),
    ],
)
def test_a_site_that_fails_to_give_the_file_is_left_alone_for_an_hour(
    make: Make, origin: Origin, time: Time, answer: object
) -> None:
    origin.pages["/robots.txt"] = answer
    fetch = make()
    for _ in range(2):
        assert refused(fetch, origin.url("/")).kind == "robots"
    assert origin.paths() == ["/robots.txt"]
    origin.pages["/robots.txt"] = ""
    time.now += timedelta(hours=1)
    assert fetch(Request(url=origin.url("/"))).body == b"page"


def test_an_earlier_good_file_counts_while_the_site_fails(make: Make, origin: Origin, time: Time) -> None:
    origin.pages["/robots.txt"] = "User-agent: *\nDisallow: /x"
    fetch = make()
    fetch(Request(url=origin.url("/")))
    fetch.drain_robots()
    origin.pages["/robots.txt"] = Answer(status=500)
    time.now += timedelta(hours=25)
    for _ in range(2):
        assert fetch(Request(url=origin.url("/"))).body == b"page"
        assert refused(fetch, origin.url("/x")).kind == "robots"
    assert len(origin.asked_for("/robots.txt")) == 2  # the failure too is remembered for an hour
    assert fetch.drain_robots() == ()
    time.now += timedelta(hours=24)
    assert refused(fetch, origin.url("/")).kind == "robots"


def test_a_host_that_cannot_be_reached_is_not_said_to_forbid(make: Make) -> None:
    with Origin() as gone:
        url = gone.url("/")
    assert refused(make(), url).kind == "connect"
    assert refused(make(), "http://10.0.0.1/").kind == "private_address"


def test_peace_asked_for_with_the_file_holds_for_the_pages(make: Make, origin: Origin) -> None:
    origin.pages["/robots.txt"] = Answer(status=503, headers={"Retry-After": "90"})
    fetch = make()
    error = refused(fetch, origin.url("/"))
    assert (error.kind, error.status, error.retry_after) == ("robots", 503, timedelta(seconds=90))
    origin.pages["/robots.txt"] = Answer(status=429, headers={"Retry-After": "90"})
    error = refused(make(), origin.url("/"))
    assert (error.kind, error.retry_after) == ("rate_limited", timedelta(seconds=90))
    assert origin.asked_for("/") == []


def test_a_moved_file_is_followed(make: Make, origin: Origin) -> None:
    with Origin() as other:
        origin.pages |= {"/robots.txt": redirect("/2"), "/2": redirect(other.url("/elsewhere.txt"), 301)}
        other.pages["/elsewhere.txt"] = NOTHING
        assert refused(make(), origin.url("/")).kind == "robots"
        assert other.paths() == ["/elsewhere.txt"]


@pytest.mark.parametrize("where", ["/robots.txt", "", "ftp://x/"])
def test_a_file_that_moved_nowhere_is_none(make: Make, origin: Origin, where: str) -> None:
    origin.pages["/robots.txt"] = redirect(where)
    assert make()(Request(url=origin.url("/"))).body == b"page"


def test_a_file_that_moved_to_a_dead_host_fails(make: Make, origin: Origin) -> None:
    with Origin() as gone:
        origin.pages["/robots.txt"] = redirect(gone.url("/robots.txt"))
    assert refused(make(), origin.url("/")).kind == "robots"


def test_a_huge_file_is_cut_not_refused(make: Make, origin: Origin) -> None:
    origin.pages["/robots.txt"] = "User-agent: *\nDisallow: /x\n" + "# padding\n" * 60_000
    fetch = make()
    assert refused(fetch, origin.url("/x")).kind == "robots"
    assert len(fetch.drain_robots()[0].body) == robots.MAX_BYTES
    origin.pages["/robots.txt"] = Answer(headers={"Content-Encoding": "gzip"}, body=bomb("gzip", 20_000_000))
    assert make()(Request(url=origin.url("/x"))).body == b"page"


def test_each_hop_of_a_redirect_is_asked_for(make: Make, origin: Origin) -> None:
    with Origin() as other:
        other.pages |= {"/robots.txt": NOTHING, "/": "page"}
        origin.pages |= {"/away": redirect(other.url("/")), "/robots.txt": "User-agent: *\nDisallow: /x"}
        fetch = make()
        assert refused(fetch, origin.url("/away")).kind == "robots"
        assert other.paths() == ["/robots.txt"]
        origin.pages["/here"] = redirect("/x")
        assert refused(fetch, origin.url("/here")).kind == "robots"
        assert origin.asked_for("/x") == []


def test_the_operator_may_have_a_reason_not_to_obey(make: Make, origin: Origin) -> None:
    origin.pages["/robots.txt"] = NOTHING
    reason = HttpOptions(ignore_robots="agreed with the publisher by mail on 2 May 2024")
    assert make()(Request(url=origin.url("/"), http=reason)).body == b"page"
    assert make(respect_robots=False)(Request(url=origin.url("/"))).body == b"page"
    assert origin.paths() == ["/", "/"]


@pytest.mark.parametrize(("gap", "delay", "waited"), [(2, 5, 5), (5, 2, 5), (2, 3600, 60)])
def test_the_longer_of_gap_and_crawl_delay_is_waited(
    make: Make, origin: Origin, time: Time, gap: int, delay: int, waited: int
) -> None:
    origin.pages["/robots.txt"] = f"User-agent: *\nCrawl-delay: {delay}"
    fetch = make(host_gap=timedelta(seconds=gap))
    fetch(Request(url=origin.url("/")))
    assert time.slept == [waited]


def test_many_threads_ask_for_the_file_once(origin: Origin) -> None:
    settings = FetchSettings(user_agent=UA, allow_private=("127.0.0.1",), proxy="none", host_gap=timedelta(0))
    fetch = Fetcher(settings, clock=lambda: NOW)
    threads = [threading.Thread(target=fetch, args=(Request(url=origin.url("/")),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fetch.close()
    assert len(origin.asked_for("/robots.txt")) == 1
    assert len(origin.asked_for("/")) == 8
