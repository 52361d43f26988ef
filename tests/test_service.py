"""The running service on a real store and real files: a round, growth, crashes between the steps, reloads, a stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from fakes import FRONT, Web, address, article, lead, web

from feedsvc import poll, schedule, store
from feedsvc.errors import ConfigError, FetchError
from feedsvc.model import (
    Category,
    FetchSettings,
    Listing,
    PollTask,
    Problem,
    Request,
    Rhythm,
    Site,
    Source,
    Validators,
    Vocabulary,
    WebSettings,
)

POLITIK = Category(slug="politik", name="Politik", labels=("Politik",))
PANORAMA = Category(slug="panorama", name="Panorama", fallback=True)


def setup(var: Path, *sources: Source, **given: object) -> schedule.Setup:
    values = {
        "var": var,
        "site": Site(title="Probe", base_url="http://127.0.0.1:8080"),
        "sources": sources or (Source(id="move", url=FRONT, name="move", kind="html"),),
        "vocabulary": Vocabulary(categories=(POLITIK, PANORAMA)),
        "fetch": FetchSettings(user_agent="feedsvc/test", host_gap=timedelta(0)),
        "web": WebSettings(),
    }
    return schedule.Setup(**{**values, **given})  # type: ignore[arg-type]


@contextmanager
def service(
    configured: schedule.Setup, portal: Web, now: Callable[[], datetime] | None = None
) -> Iterator[schedule.Service]:
    with schedule.Service(
        configured,
        make_fetcher=lambda settings, robots: portal,
        read=portal.read,  # type: ignore[arg-type]
        holder="test",
        now=now or (lambda: datetime.now(UTC)),
    ) as running:
        yield running


def titles(var: Path, path: str) -> list[str]:
    parsed = feedparser.parse(str(var / "public" / path))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [entry.title for entry in parsed.entries]


def portal_with(*names: str, label: str = "Politik") -> Web:
    portal = web(*names)
    portal.articles = {address(name): article(name, categories=(label,)) for name in names}
    return portal


def test_a_round_publishes_every_feed_of_every_article(tmp_path: Path) -> None:
    portal = portal_with("a", "b")
    with service(setup(tmp_path), portal) as running:
        assert running.once() == ()
    for path in ("feeds/politik.atom", "feeds/politik.rss", "feeds/all.rss", "sources/move.atom"):
        assert titles(tmp_path, path) == ["a", "b"]
    assert titles(tmp_path, "feeds/panorama.atom") == []
    for path in ("index.html", "opml.xml", "about/index.html", "feeds/politik/index.html", "style.css"):
        assert (tmp_path / "public" / path).stat().st_size > 0
    assert portal.closed


def test_a_second_round_changes_no_byte_and_asks_nobody_before_time(tmp_path: Path) -> None:
    portal = portal_with("a")
    with service(setup(tmp_path), portal) as running:
        running.once()
        before = {p: p.stat().st_mtime_ns for p in (tmp_path / "public").rglob("*") if p.is_file()}
        asked = len(portal.asked)
        running.once()
        running.publish()
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "public").rglob("*") if p.is_file()} == before
    assert len(portal.asked) == asked


def test_a_named_source_is_polled_early_and_a_site_that_asked_for_time_is_not(tmp_path: Path) -> None:
    portal = portal_with("a")
    with service(setup(tmp_path), portal) as running:
        running.once()
        assert running.once(["move"]) == ()
        portal.listing.clear()
        portal.articles[FRONT] = FetchError(FRONT, "rate_limited", "429", status=429, retry_after=timedelta(hours=1))
        running.once(["move"])
        (put_off,) = running.once(["move"])
        assert (put_off.source_id, put_off.kind) == ("move", "origin")
        asked = len(portal.asked)
        assert running.once(["move"], force=True) == ()
        assert len(portal.asked) == asked + 1


def test_sources_of_one_host_are_all_polled_in_one_round(tmp_path: Path) -> None:
    portal = portal_with("a")
    portal.listing[address("zwei")] = Listing(leads=(lead("z"),))
    portal.articles[address("z")] = article("z")
    two = (Source(id="eins", url=FRONT), Source(id="zwei", url=address("zwei")))
    with service(setup(tmp_path, *two), portal) as running:
        assert running.once() == ()
        assert set(titles(tmp_path, "feeds/all.atom")) == {"a", "z"}


def test_a_crash_between_record_and_publish_is_healed_at_the_next_start(tmp_path: Path) -> None:
    portal, configured, now = portal_with("a"), setup(tmp_path), datetime.now(UTC)
    with store.open(tmp_path / "feedsvc.db") as opened:  # what the service does up to the crash
        opened.sync_sources(configured.sources, now)
        (task,) = opened.claim(
            {source.id: source for source in configured.sources},
            configured.vocabulary,
            now=now,
            holder="killed",
            lease=schedule.LEASE,
            limit=1,
            alive=lambda name: False,
            host_gap=lambda host: timedelta(0),
        )
        assert isinstance(task, PollTask)
        opened.record(poll.poll(task, portal.fetch, portal.read, lambda: datetime.now(UTC)))  # type: ignore[arg-type]
    assert not (tmp_path / "public").exists()
    with service(configured, portal) as running:
        running.once()
    assert titles(tmp_path, "feeds/politik.atom") == ["a"]
    assert len(portal.asked) == 2


def test_a_bug_in_one_poll_is_not_the_others_and_is_recorded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Bug(Web):
        def fetch(self, request: Request) -> object:  # type: ignore[override]
            if request.url == "https://other.example/":
                raise ZeroDivisionError("a bug")
            return super().fetch(request)

    portal = Bug(listing=web("a").listing, articles=web("a").articles)
    two = (Source(id="good", url=FRONT), Source(id="bad", url="https://other.example/"))
    with service(setup(tmp_path, *two), portal) as running:
        running.once()
    assert titles(tmp_path, "sources/good.atom") == ["a"]
    assert "ZeroDivisionError" in caplog.text
    with store.open(tmp_path / "feedsvc.db", readonly=True) as opened:
        rows = {row.id: row for row in opened.sources()}
    assert rows["bad"].error is not None
    assert rows["bad"].error.kind == "internal"
    assert rows["bad"].next_poll_at > datetime.now(UTC)


def test_a_new_store_publishes_nothing_poorer_over_what_is_there(tmp_path: Path) -> None:
    with service(setup(tmp_path), portal_with("a", "b")) as running:
        running.once()
    for name in ("feedsvc.db", "feedsvc.db-wal", "feedsvc.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    failing = Web(articles={FRONT: FetchError(FRONT, "timeout", "slow")})
    silent = Source(id="new", url="https://other.example/", rhythm=Rhythm())
    with service(setup(tmp_path, Source(id="move", url=FRONT), silent), failing) as running:
        running.publish()
        assert titles(tmp_path, "feeds/politik.atom") == ["a", "b"]


def test_a_renamed_category_moves_its_articles_and_leaves_a_trace(tmp_path: Path) -> None:
    portal = portal_with("a")
    with service(setup(tmp_path), portal) as running:
        running.once()
    renamed = Category(slug="landespolitik", name="Landespolitik", labels=("Politik",), was=("politik",))
    with service(setup(tmp_path, vocabulary=Vocabulary(categories=(renamed,))), portal) as running:
        running.publish()
    assert titles(tmp_path, "feeds/landespolitik.atom") == ["a"]
    assert not (tmp_path / "public" / "feeds" / "politik.atom").exists()
    assert '"feeds/politik": "feeds/landespolitik"' in (tmp_path / "redirects.json").read_text()
    assert "politik" in (tmp_path / "nginx-redirects.conf").read_text()


# ---- the daemon -----------------------------------------------------------------------------------------------------


@contextmanager
def daemon(
    configured: schedule.Setup, portal: Web, load: Callable[[], schedule.Setup] | None = None
) -> Iterator[schedule.Service]:
    """Run a service in a thread of its own, as the command does in its main thread."""
    started = threading.Event()
    running: list[schedule.Service] = []

    def work() -> None:
        with service(configured, portal) as made:
            running.append(made)
            made.run(load=load or (lambda: configured), every_tick=started.set)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert started.wait(10)
        yield running[0]
    finally:
        running[0].stop()
        thread.join(10)
        assert not thread.is_alive()


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        end.wait(0.05)
    assert condition()


def published(var: Path, path: str) -> list[str]:
    return titles(var, path) if (var / "public" / path).exists() else []


def test_the_daemon_polls_again_and_feeds_grow(tmp_path: Path) -> None:
    portal = portal_with("a")
    often = Source(id="move", url=FRONT, rhythm=Rhythm(every=timedelta(seconds=0.2)))
    with daemon(setup(tmp_path, often), portal):
        eventually(lambda: published(tmp_path, "feeds/politik.atom") == ["a"])
        portal.articles[address("b")] = article("b", categories=("Politik",))
        portal.listing[FRONT] = Listing(leads=(lead("b"), lead("a")))
        eventually(lambda: published(tmp_path, "feeds/politik.atom") == ["b", "a"])


def test_a_reload_takes_over_and_an_invalid_edit_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    portal = portal_with("a")
    configured = setup(tmp_path)
    answer: list[schedule.Setup | ConfigError] = [
        ConfigError([Problem(key="service.titel", line=3, message="unknown")])
    ]

    def load() -> schedule.Setup:
        if isinstance(answer[0], ConfigError):
            raise answer[0]
        return answer[0]

    with daemon(configured, portal, load) as running:
        eventually(lambda: published(tmp_path, "feeds/politik.atom") == ["a"])
        running.reload()
        eventually(lambda: "service.titel" in caplog.text)
        assert published(tmp_path, "feeds/politik.atom") == ["a"]
        answer[0] = replace(configured, site=replace(configured.site, title="Neuer Name"))
        running.reload()
        eventually(lambda: "Neuer Name" in (tmp_path / "public" / "index.html").read_text())


def test_a_stop_gives_the_lease_back_and_loses_nothing(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow(Web):
        def fetch(self, request: Request) -> object:  # type: ignore[override]
            entered.set()
            assert leave.wait(10)
            return super().fetch(request)

    good = portal_with("a")
    slow = Slow(listing=good.listing, articles=good.articles)
    with daemon(setup(tmp_path), slow) as running:
        assert entered.wait(10)
        running.stop()
        leave.set()
    with service(setup(tmp_path), good) as again:
        again.once()
    assert titles(tmp_path, "feeds/politik.atom") == ["a"]
    assert good.asked[0].validators == Validators()
