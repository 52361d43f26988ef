"""What polls leave behind for the operator: incidents in the same transaction, their feed, days, tallies."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import operating_samples as samples
import pytest
import validity

from feedsvc import store, verdict
from feedsvc.errors import StoreError
from feedsvc.model import Failure, Learned, ListRules, Problem, Site, SourceState
from feedsvc.store import Store, operating
from feedsvc.web import incidents

NOW = datetime(2026, 4, 26, 12, tzinfo=UTC)
SITE = Site(title="Probe", base_url="https://feeds.example.org/digital", language="de")
REFUSED = Failure(kind="forbidden", message="403 Forbidden")


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("past")
    samples.filled(var, NOW)
    return var / "feedsvc.db"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    with store.open(tmp_path / "feedsvc.db") as made:
        yield made


def test_every_change_of_health_leaves_a_row_that_says_from_to_since_and_why(past: Path) -> None:
    with store.open(past, readonly=True) as opened:
        found = opened.incidents(50)
    assert [(row.source, row.was, row.health, row.error_kind) for row in found] == [
        ("weg", "degraded", "broken", "dns"),
        ("weg", "ok", "degraded", "dns"),
        ("zu", "ok", "blocked", "forbidden"),
        ("neu", "degraded", "ok", None),
        ("neu", "ok", "degraded", "server_error"),
    ]
    assert found[0].since == found[1].at
    assert found[0].detail == "weg.example.org cannot be resolved"
    assert [row.at for row in found] == sorted((row.at for row in found), reverse=True)


def test_a_source_that_is_read_anew_and_recovers_leaves_both(opened: Store) -> None:
    one = samples.source("umbau")
    opened.sync_sources([one], NOW - samples.HOUR)
    ill = verdict.failed(
        SourceState(health="ok", health_since=NOW - timedelta(days=9)),
        "no_items",
        NOW,
        ailment=("items", "it is empty"),
    )
    samples.poll(opened, one, NOW, state=replace(ill), error=Failure(kind="no_items", message="it is empty"))
    learned = Learned(
        rules=ListRules(item=("div",)), made_for=ListRules(), old="article", new="div", evidence="9 of 9", at=NOW
    )
    later = NOW + samples.HOUR
    healed = verdict.relearned(verdict.succeeded(ill, later, complete=True, found_new=False), learned, later)
    samples.poll(opened, one, later, state=healed)
    assert [(row.kind, row.was, row.health, row.field) for row in opened.incidents(9)] == [
        ("learned", "ok", "ok", None),
        ("health", "degraded", "ok", None),
        ("health", "new", "degraded", "items"),
    ]
    titles = [incidents.told(row, SITE).title for row in opened.incidents(9)]
    assert titles[0] == "umbau: die umgebaute Liste wird neu gelesen"
    assert "9 of 9" in incidents.told(opened.incidents(9)[0], SITE).text
    assert "Es fehlt: die Einträge der Liste." in incidents.told(opened.incidents(9)[2], SITE).text


def test_an_outcome_that_is_not_recorded_leaves_no_incident(opened: Store) -> None:
    one = samples.source("a")
    opened.sync_sources([one], NOW)
    with pytest.raises(StoreError):
        samples.poll(opened, one, NOW, error=REFUSED, next_poll_at=NOW, why="\ud800")
    assert opened.incidents(9) == ()
    assert opened.history(NOW) == {}
    assert opened.figures(NOW, most=5).tallies == ()


def test_an_incident_is_written_once_even_by_a_clock_that_went_back(opened: Store) -> None:
    one = samples.source("a")
    opened.sync_sources([one], NOW)
    state = samples.poll(opened, one, NOW, error=REFUSED)
    samples.poll(opened, one, NOW - timedelta(days=1), error=REFUSED, state=state)
    assert len(opened.incidents(9)) == 1


def test_the_last_incidents_are_kept_and_older_ones_go(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operating, "INCIDENTS_KEPT", 4)
    one = samples.source("a")
    opened.sync_sources([one], NOW)
    for hour in range(12):
        samples.poll(opened, one, NOW + hour * samples.HOUR, error=None if hour % 2 else REFUSED)
    kept = opened.incidents(99)
    assert len(kept) == 4
    assert kept[0].at == NOW + 11 * samples.HOUR


def test_the_feed_of_incidents_is_valid_and_stable(past: Path) -> None:
    with store.open(past, readonly=True) as opened:
        rows = opened.incidents(50)
    body = incidents.atom(rows, SITE).body
    assert validity.atom(body, "https://feeds.example.org/digital/status.atom", NOW) == []
    parsed = feedparser.parse(body)
    assert [entry.title for entry in parsed.entries] == [
        "weg: gestört (vorher lückenhaft)",
        "weg: lückenhaft (vorher in Ordnung)",
        "zu: gesperrt (vorher in Ordnung)",
        "neu: in Ordnung (vorher lückenhaft)",
        "neu: lückenhaft (vorher in Ordnung)",
    ]
    assert parsed.entries[0].link == "https://feeds.example.org/digital/status#source-weg"
    assert "Adresse in config.toml prüfen" in parsed.entries[0].summary
    assert hashlib.sha256(incidents.atom(rows, SITE).body).digest() == hashlib.sha256(body).digest()
    older = feedparser.parse(incidents.atom(rows[2:], SITE).body)
    assert [entry.id for entry in older.entries] == [entry.id for entry in parsed.entries[2:]]
    empty = incidents.atom((), SITE).body
    assert validity.atom(empty, "https://feeds.example.org/digital/status.atom", NOW) == []


def test_an_incident_is_no_article_of_any_feed(past: Path) -> None:
    with store.open(past, readonly=True) as opened:
        told = {incidents.told(row, SITE).title for row in opened.incidents(50)}
        assert told.isdisjoint(entry.article.title for entry in opened.articles())
        assert len(list(opened.articles())) > 40


def test_days_and_tallies_agree_with_the_polls_they_count(past: Path) -> None:
    with store.open(past, readonly=True) as opened:
        history, figures = opened.history(NOW - timedelta(days=29)), opened.figures(NOW, most=100)
    assert {id_: len(days) for id_, days in history.items()} == {"gut": 20, "neu": 20, "weg": 20, "zu": 20}
    assert sum(day.failed for day in history["weg"]) == 3
    assert sum(day.new for day in history["gut"]) == 20
    tallies = {(tally.status, tally.kind): tally for tally in figures.tallies}
    assert {key: tally.polls for key, tally in tallies.items()} == {
        ("ok", ""): 70, ("error", "dns"): 3, ("blocked", "forbidden"): 5, ("error", "server_error"): 2,
    }  # fmt: skip
    assert tallies["ok", ""].within == (0, 0, 70, 70, 70, 70)
    assert tallies["ok", ""].new == 70
    assert figures.health == {"ok": 2, "broken": 1, "blocked": 1}


def test_days_older_than_the_charts_go(opened: Store) -> None:
    one = samples.source("a")
    opened.sync_sources([one], NOW - timedelta(days=90))
    for age in range(90, -1, -10):
        samples.poll(opened, one, NOW - timedelta(days=age))
    assert [day.day for day in opened.history(NOW - timedelta(days=365))["a"]] == [
        f"{NOW - timedelta(days=age):%Y-%m-%d}" for age in (40, 30, 20, 10, 0)
    ]


def test_the_queue_tells_what_is_late_and_names_the_longest_waiting_only(opened: Store) -> None:
    sources = [samples.source(f"q{number}") for number in range(5)]
    opened.sync_sources(sources, NOW)
    for number, one in enumerate(sources[:3]):
        samples.poll(opened, one, NOW + number * timedelta(minutes=1))
    found = opened.figures(NOW + timedelta(minutes=30), most=3)
    assert (found.due, found.late, found.under_way) == (2, timedelta(minutes=30), 0)
    assert list(found.last_success) == ["q3", "q4", "q0"]


def test_a_store_from_before_counts_the_polls_it_holds(past: Path, tmp_path: Path) -> None:
    path = shutil.copy(past, tmp_path / "feedsvc.db")
    with sqlite3.connect(path) as db:  # as the third migration left it
        db.execute("DROP TABLE incidents")
        wanted = [db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in ("days", "tallies")]
        db.execute("DROP TABLE days")
        db.execute("DROP TABLE tallies")
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm004%'")
        db.execute("PRAGMA user_version = 3")
    db.close()
    store.open(path).close()
    with sqlite3.connect(path) as db:
        assert [db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in ("days", "tallies")] == wanted
    db.close()


def test_problems_of_the_configuration_are_kept_until_they_are_mended(opened: Store) -> None:
    wrong = Problem(key="web.port", line=3, message="no number", hint=None)
    opened.set_problems(refused=[wrong])
    assert opened.problems().refused == (wrong,)
    opened.set_problems(left_out=[wrong])
    assert (opened.problems().refused, opened.problems().left_out) == ((), (wrong,))
    opened.set_problems()
    assert opened.problems() == store.Misconfigured()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("the site failed (500)", "The site failed (500)."),
        ("https://amt.example/1: the site failed", "https://amt.example/1: the site failed."),
    ],
)
def test_a_sentence_that_begins_with_an_address_leaves_it_as_it_is(told: str, sentence: str) -> None:
    assert incidents._sentence(told) == sentence
