"""One outcome, one transaction: articles, edits, withdrawals, the listing, the log; whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_samples import HOUR, MINUTE, NOW, POLITIK, TECHNIK, article, new, open_fresh, outcome, source, task

from feedsvc import store
from feedsvc.errors import StoreError
from feedsvc.model import (
    Change,
    Enclosure,
    Failure,
    Fetched,
    Image,
    Membership,
    Rejected,
    RobotsFile,
    SourceState,
    Validators,
)
from feedsvc.store import Store, record

AMT = source("amt")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    with open_fresh(tmp_path) as opened:
        yield opened


def _record(opened: Store, *changes: Change, at: datetime = NOW, **more: Any) -> tuple[str, ...]:
    return opened.record(outcome(task(opened, AMT, now=at), changes, at=at, **more))


def _titles(opened: Store, feed: str = "feeds/all") -> list[str]:
    return [entry.article.title for entry in opened.latest(feed, 50)]


def _one(opened: Store, sql: str, *values: object) -> Any:
    return opened._connection.db.execute(sql, values).fetchone()[0]


# ---- new articles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"image": None, "kicker": None, "teaser": None, "body_html": None, "body_text": None, "authors": ()},
        {"image": Image()},
        {"published": None, "published_precision": None, "language": None, "access": None, "categories": ()},
        {"updated": datetime.fromisoformat("2026-03-29T03:30:00+02:00"), "canonical": "https://amt.example/x"},
        {"enclosures": (Enclosure(url="https://amt.example/a.mp3", media_type="audio/mpeg", length=2**40),)},
        {"title": "Zeichen: 𝕬 – „Anführung“, \u2011, \x85 and 'quotes'"},
    ],
)
def test_an_article_comes_back_as_it_was_recorded(opened: Store, more: dict[str, Any]) -> None:
    written = article(1, **more)
    touched = _record(opened, new(1, POLITIK, TECHNIK, article=written))
    (entry,) = opened.latest("feeds/technik", 5)
    assert touched == ("feeds/all", "feeds/politik", "feeds/technik", "sources/amt")
    assert entry.article == written
    assert (entry.id, entry.source, entry.memberships) == (new(1).id, "amt", (POLITIK, TECHNIK))
    assert (entry.feed_time, entry.first_seen, entry.changed) == (new(1).feed_time, NOW, NOW)


def test_the_date_keeps_the_clock_of_the_place_it_was_printed_at(opened: Store) -> None:
    _record(opened, new(1))
    published = opened.latest("feeds/all", 1)[0].article.published
    assert published is not None
    assert published.isoformat() == "2026-03-27T00:00:00+01:00"


def test_the_text_is_left_out_where_it_is_not_asked_for(opened: Store) -> None:
    _record(opened, new(1))
    assert opened.latest("feeds/all", 1, body_text=False)[0].article == replace(article(1), body_text=None)


def test_equal_times_are_ordered_by_id_whatever_came_first(opened: Store) -> None:
    _record(opened, *(new(number, feed_time=NOW) for number in (3, 1, 4, 2)), new(9, feed_time=NOW + MINUTE))
    assert [int(entry.id[-1]) for entry in opened.latest("feeds/all", 4)] == [9, 1, 2, 3]


@pytest.mark.parametrize("keys", [("guid:1",), ("amt.example/other", "amt.example/artikel/1")])
def test_a_new_article_that_is_known_by_any_key_is_no_second_one(opened: Store, keys: tuple[str, ...]) -> None:
    _record(opened, new(1))
    twin = replace(new(2), keys=(*keys, "amt.example/alias"))
    assert _record(opened, twin, at=NOW + HOUR, listed=(twin.id,)) == ()
    assert len(opened.latest("feeds/all", 5)) == 1
    known = task(opened, AMT, now=NOW + 2 * HOUR).known
    assert known["amt.example/alias"].id == new(1).id
    assert known["amt.example/alias"].listed


def test_two_new_articles_of_one_outcome_that_share_a_key_are_one(opened: Store) -> None:
    _record(opened, new(1), replace(new(2), keys=("guid:2", "guid:1")))
    assert len(opened.latest("feeds/all", 5)) == 1
    assert task(opened, AMT, now=NOW + HOUR).known["guid:2"].id == new(1).id


def test_the_same_key_of_two_sources_is_two_articles(opened: Store) -> None:
    _record(opened, new(1))
    other = outcome(task(opened, source("bund")), [replace(new(2), keys=new(1).keys)])
    opened.record(other)
    assert len(opened.latest("feeds/all", 5)) == 2


# ---- edits -----------------------------------------------------------------------------------------------------------


def _edit(number: int, *memberships: Membership, **more: Any) -> Change:
    return replace(new(number, *memberships), kind="updated", article=article(number, **more), fingerprint="g", looks=2)


def test_an_edit_keeps_id_place_and_first_sight_and_leaves_a_version(opened: Store) -> None:
    _record(opened, new(1), new(2))
    edit = replace(_edit(2, TECHNIK, title="Neuer Titel"), feed_time=NOW + HOUR)
    touched = _record(opened, edit, at=NOW + HOUR)
    assert touched == ("feeds/all", "feeds/politik", "feeds/technik", "sources/amt")
    entry = opened.latest("feeds/all", 5)[1]
    assert (entry.id, entry.article.title, entry.memberships) == (new(2).id, "Neuer Titel", (TECHNIK,))
    assert (entry.feed_time, entry.first_seen, entry.changed) == (new(2).feed_time, NOW, NOW + HOUR)
    assert [e.id for e in opened.latest("feeds/politik", 5)] == [new(1).id]
    assert _one(opened, "SELECT title FROM versions") == article(2).title
    assert _one(opened, "SELECT body_html FROM versions") == article(2).body_html


def test_an_edit_by_a_clock_that_went_back_does_not_turn_back_the_change(opened: Store) -> None:
    _record(opened, new(1), at=NOW)
    _record(opened, _edit(1, POLITIK, title="x"), at=NOW - HOUR)
    assert opened.latest("feeds/all", 1)[0].changed == NOW
    assert [feed.changed for feed in opened.feeds()] == [NOW] * 3


def test_what_is_learned_beside_an_article_touches_no_feed(opened: Store) -> None:
    _record(opened, new(1))
    learned = Change(
        kind="unchanged",
        id=new(1).id,
        keys=("amt.example/kurz",),
        lead_fingerprint="other",
        looks=2,
        next_look_at=None,
        validators=Validators(etag='"p"'),
    )
    assert _record(opened, learned, at=NOW + HOUR) == ()
    known = task(opened, AMT, now=NOW + 2 * HOUR).known["amt.example/kurz"]
    assert (known.looks, known.next_look_at, known.lead_fingerprint) == (2, None, "other")
    assert (known.validators.etag, known.fingerprint) == ('"p"', "f")
    assert opened.latest("feeds/all", 1)[0].changed == NOW


def test_what_is_not_told_is_not_forgotten(opened: Store) -> None:
    _record(opened, new(1, validators=Validators(etag='"p"')))
    _record(opened, Change(kind="unchanged", id=new(1).id, keys=("amt.example/kurz",)), at=NOW + HOUR)
    known = task(opened, AMT, now=NOW + 2 * HOUR).known["guid:1"]
    assert (known.looks, known.next_look_at, known.validators.etag) == (1, NOW + HOUR, '"p"')


def test_a_change_of_an_article_nobody_knows_is_passed_over(opened: Store) -> None:
    assert _record(opened, _edit(7, POLITIK), Change(kind="withdrawn", id="urn:x"), listed=("urn:y",)) == ()
    assert opened.latest("feeds/all", 5) == ()


# ---- withdrawal ------------------------------------------------------------------------------------------------------


def test_a_withdrawn_article_leaves_every_feed_and_never_comes_back_as_new(opened: Store) -> None:
    _record(opened, new(1), new(2))
    touched = _record(opened, Change(kind="withdrawn", id=new(1).id), at=NOW + HOUR, listed=(new(2).id,))
    assert touched == ("feeds/all", "feeds/politik", "sources/amt")
    assert _record(opened, new(1), _edit(1, TECHNIK, title="x"), at=NOW + 2 * HOUR) == ()
    assert [entry.id for entry in opened.articles()] == [new(2).id]
    known = task(opened, AMT, now=NOW + 3 * HOUR).known["guid:1"]
    assert (known.withdrawn, known.id) == (True, new(1).id)
    assert {feed.path: feed.changed for feed in opened.feeds()}["feeds/politik"] == NOW + HOUR


# ---- the source and the log ------------------------------------------------------------------------------------------


def test_a_failed_poll_leaves_listing_and_articles_alone_and_says_why(opened: Store) -> None:
    _record(opened, new(1))
    error = Failure(kind="timeout", message="no answer within 15 s")
    failed = Fetched(url=AMT.url, at=NOW + HOUR, status=None, bytes=0, seconds=15.0, error=error)
    _record(
        opened,
        at=NOW + HOUR,
        status="error",
        listed=None,
        error=error,
        fetches=(failed,),
        pending={"guid:9": 1},
        state=SourceState(health="broken", failures=3, last_poll_at=NOW + HOUR),
        next_poll_at=NOW + 9 * HOUR,
        why="failed 3 times in a row",
    )
    (row,) = opened.sources()
    assert (row.health, row.error, row.why, row.next_poll_at) == (
        "broken",
        error,
        "failed 3 times in a row",
        NOW + 9 * HOUR,
    )
    assert [poll.status for poll in row.polls] == ["error", "ok"]
    last = row.polls[0]
    assert (last.found, last.new, last.unchanged, last.http_status, last.error) == (None, 0, 0, None, error)
    again = task(opened, AMT, now=NOW + 10 * HOUR)
    assert again.known["guid:1"].listed
    assert again.pending == {"guid:9": 1}
    assert _one(opened, "SELECT error_message FROM fetches") == error.message


def test_the_log_counts_what_a_poll_did(opened: Store) -> None:
    _record(opened, new(1), new(2))
    fetches = tuple(
        Fetched(url=f"https://amt.example/{n}", at=NOW, status=200 + n, bytes=100, seconds=0.1) for n in range(3)
    )
    rejected = tuple(Rejected(where=f"item {n}", reason="no link") for n in range(12))
    _record(
        opened,
        new(3),
        _edit(2, POLITIK, title="x"),
        Change(kind="withdrawn", id=new(1).id),
        at=NOW + HOUR,
        listed=tuple(new(n).id for n in (3, 2, 8, 9)),
        fetches=fetches,
        rejected=rejected,
    )
    poll = opened.sources(NOW)[0].polls[0]
    assert (poll.found, poll.new, poll.updated, poll.unchanged, poll.withdrawn) == (4, 1, 1, 2, 1)
    assert (poll.http_status, poll.bytes, poll.seconds, poll.started_at) == (200, 300, 1.0, NOW + HOUR)
    assert poll.rejected == rejected[:10]
    assert _one(opened, "SELECT count(*) FROM fetches") == 3


def test_a_disabled_source_says_so_whatever_its_health_was(opened: Store) -> None:
    _record(opened, new(1))
    opened.sync_sources([replace(AMT, enabled=False)], NOW)
    assert (opened.sources()[0].health, opened.sources()[0].enabled) == ("disabled", False)


def test_pruning_keeps_the_newest_polls_of_every_source(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "POLLS_KEPT", 3)
    fetched = (Fetched(url=AMT.url, at=NOW, status=200, bytes=1, seconds=1.0),)
    for hours in range(5):
        _record(opened, at=NOW + hours * HOUR, fetches=fetched)
    opened.record(outcome(task(opened, source("bund"))))
    assert opened.prune() == 2
    assert _one(opened, "SELECT count(*) FROM fetches") == 3
    assert _one(opened, "SELECT min(started_at) FROM polls WHERE source = 'amt'") == "2026-03-28T14:00:00.000000Z"
    assert _one(opened, "SELECT count(*) FROM polls WHERE source = 'bund'") == 1


# ---- what cannot be stored -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        new(1, article=article(1, title="lone \ud800 surrogate")),
        new(1, article=article(1, teaser="nul \0 byte")),
        new(1, article=article(1, authors=("\udfff",))),
        new(1, keys=("guid:\ud800",)),
        new(1, Membership(feed="feeds/\ud800", name="x", reason="x")),
        new(1, replace(POLITIK, reason="\ud800")),
        new(1, article=article(1, enclosures=(Enclosure(url="\ud800", media_type="x"),))),
        new(1, looks=2**70),
        new(1, feed_time=datetime(2026, 1, 1)),  # noqa: DTZ001
        new(1, article=None),
        replace(new(1), feed_time=None),
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_of_it_is_written(opened: Store, change: Change) -> None:
    leased = task(opened, AMT)
    with pytest.raises(StoreError):
        opened.record(outcome(leased, [new(2), change], listed=()))
    assert opened.latest("feeds/all", 5) == ()
    assert opened.feeds() == ()
    assert opened.record(outcome(leased, [new(2)])) != ()


def test_numbers_beside_the_articles_are_guarded_too(opened: Store) -> None:
    leased = task(opened, AMT)
    huge = Fetched(url=AMT.url, at=NOW, status=200, bytes=2**70, seconds=1.0)
    with pytest.raises(StoreError, match="cannot be stored"):
        opened.record(outcome(leased, [new(1)], fetches=(huge,)))
    assert opened.latest("feeds/all", 5) == ()


def test_what_strangers_write_into_the_log_is_no_reason_to_lose_an_outcome(opened: Store) -> None:
    error = Failure(kind="parse", message="odd \ud800 and \0 bytes")
    _record(
        opened,
        new(1),
        error=error,
        rejected=(Rejected(where="item \ud800", reason="no \0 link"),),
        fetches=(Fetched(url="https://amt.example/\udfff", at=NOW, status=200, bytes=1, seconds=1.0, error=error),),
    )
    opened.save_robots([_robots("https://a.example", "User-agent: *\0\ud800", NOW)])
    poll = opened.sources()[0].polls[0]
    assert poll.error == Failure(kind="parse", message="odd  and  bytes")
    assert poll.rejected == (Rejected(where="item ", reason="no  link"),)
    assert opened.robots()[0].body == "User-agent: *"
    assert len(opened.latest("feeds/all", 5)) == 1


# ---- crashes and readers ---------------------------------------------------------------------------------------------

_RECORDER = """
import itertools, os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from store_samples import HOUR, NOW, new, outcome, source, task
from feedsvc import store
opened = store.open(Path(sys.argv[1]))
def trace(sql):
    if sql.startswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
for number in itertools.count(int(sys.argv[4])):
    at = NOW + number * HOUR
    leased = task(opened, source("amt"), now=at, holder=str(os.getpid()), living=[str(os.getpid())])
    if sys.argv[3]:
        opened._connection.db.conn.set_trace_callback(trace)
    opened.record(outcome(leased, [new(2 * number), new(2 * number + 1)], at=at))
    print(number, flush=True)
"""


def _recorder(path: Path, killed_at: str = "", start: int = 0) -> subprocess.Popen[str]:
    """Record two articles an hour in another process, which ends when it begins the statement `killed_at`."""
    arguments = [str(path), os.path.dirname(__file__), killed_at, str(start)]
    return subprocess.Popen([sys.executable, "-c", _RECORDER, *arguments], stdout=subprocess.PIPE, text=True)


def test_a_process_killed_when_it_commits_leaves_nothing_of_its_outcome(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    child = _recorder(path, killed_at="COMMIT")
    told, _ = child.communicate(timeout=60)
    assert (child.returncode, told) == (-signal.SIGKILL, "")
    with store.open(path) as opened:
        assert opened.integrity() == "ok"
        assert opened.latest("feeds/all", 5) == ()
        assert opened.feeds() == ()
        assert opened.sources()[0].polls == ()
        assert opened.record(outcome(task(opened, AMT, now=NOW + HOUR), [new(1)])) != ()


@pytest.mark.slow
def test_a_process_killed_at_any_moment_loses_no_outcome_it_reported(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    chance, start = random.Random(7), 0
    for _ in range(25):
        child = _recorder(path, start=start)
        assert child.stdout is not None
        reported = child.stdout.readline()
        time.sleep(chance.random() * 0.2)
        child.kill()
        reported += child.stdout.read()
        child.wait()
        child.stdout.close()
        with store.open(path) as opened:
            assert opened.integrity() == "ok"
            polls = _one(opened, "SELECT count(*) FROM polls")
            assert polls in (int(reported.split()[-1]) + 1, int(reported.split()[-1]) + 2)
            assert _one(opened, "SELECT count(*) FROM articles") == 2 * polls
            assert len(list(opened.articles())) == 2 * polls
        start = polls


def test_a_reader_sees_whole_outcomes_only_and_never_waits(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    with store.open(path) as writer, store.open(path, readonly=True) as reader:
        leased = task(writer, AMT)
        with writer._connection.writing() as db:
            record.record(db, outcome(leased, [new(1), new(2)]))
            assert reader.latest("feeds/all", 5) == ()
        assert len(reader.latest("feeds/all", 5)) == 2
        listing = reader.articles()
        next(listing)
        _record(writer, new(3), at=NOW + HOUR)
        assert len(list(listing)) == 1
        assert len(reader.latest("feeds/all", 5)) == 3


def test_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    with store.open(path) as opened:
        _record(opened, new(1))
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("DELETE FROM articles")
    with store.open(path) as opened:
        assert "memberships" in opened.integrity()


# ---- everything else that is kept ------------------------------------------------------------------------------------


def test_articles_are_found_by_feed_source_date_and_words(opened: Store) -> None:
    _record(opened, new(1), new(2, TECHNIK), new(3, article=article(3, body_html="<p>Grüße aus Köln</p>")))
    opened.record(outcome(task(opened, source("bund")), [new(4)]))
    numbers = [int(entry.id[-1]) for entry in opened.articles()]
    assert numbers == [1, 2, 3, 4]
    asked: list[tuple[dict[str, Any], list[int]]] = [
        ({"feed": "feeds/politik"}, [1, 3, 4]),
        ({"source": "amt"}, [1, 2, 3]),
        ({"source": "amt", "feed": "feeds/politik"}, [1, 3]),
        ({"since": NOW - 2 * MINUTE}, [1, 2]),
        ({"since": NOW - 2 * MINUTE, "limit": 1}, [1]),
        ({"query": 'koeln OR "neues rechenzentrum 2"'}, [2, 3]),
        ({"query": "NOT koeln", "feed": "feeds/politik"}, [1, 4]),
        ({"feed": "feeds/nobody"}, []),
    ]
    for question, answer in asked:
        assert [int(entry.id[-1]) for entry in opened.articles(**question)] == answer, question
    with pytest.raises(ValueError, match="ends too early"):
        opened.articles(query="(")


def test_a_long_listing_is_whole_and_in_order(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAGE", 3)
    times = [NOW - timedelta(hours=number // 4) for number in range(20)]  # four of each time
    _record(opened, *(new(number, feed_time=at) for number, at in enumerate(times)))
    found = [(entry.feed_time, entry.id) for entry in opened.articles()]
    assert len(found) == 20
    assert found == sorted(found, key=lambda pair: (-pair[0].timestamp(), pair[1]))


def test_robots_files_and_notes_are_kept_each_in_place_of_the_older(opened: Store) -> None:
    first = _robots("https://a.example", "User-agent: *\nDisallow: /ü", NOW)
    opened.save_robots([first, _robots("https://b.example", "", NOW, status=None)])
    opened.save_robots([_robots("https://b.example", "x", NOW + HOUR)])
    opened.save_robots([])
    assert opened.robots() == (first, _robots("https://b.example", "x", NOW + HOUR))
    assert opened.meta("vocabulary") is None
    opened.set_meta("vocabulary", "1")
    opened.set_meta("vocabulary", "2")
    assert opened.meta("vocabulary") == "2"


def _robots(origin: str, body: str, at: datetime, status: int | None = 200) -> RobotsFile:
    return RobotsFile(origin=origin, status=status, body=body, fetched_at=at)
