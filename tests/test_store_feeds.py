"""Feeds: made, changed, marked unpublished, retired; articles that move between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_samples import HOUR, MINUTE, NOW, POLITIK, TECHNIK, new, open_fresh, outcome, source, task

from feedsvc import store
from feedsvc.model import Change, Feed, FeedKind, Membership
from feedsvc.store import Store

AMT = source("amt")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    with open_fresh(tmp_path) as opened:
        yield opened


def _feed(path: str, title: str, kind: FeedKind = "category", description: str = "") -> Feed:
    slug = path.rpartition("/")[2]
    return Feed(path=path, slug=slug, title=title, kind=kind, changed=NOW, description=description)


def _record(opened: Store, *changes: Change, hours: int = 0) -> tuple[str, ...]:
    at = NOW + hours * HOUR
    return opened.record(outcome(task(opened, AMT, now=at), changes, at=at))


def _paths(opened: Store) -> list[str]:
    return [feed.path for feed in opened.feeds()]


def test_a_configured_feed_exists_though_it_is_empty(opened: Store) -> None:
    declared = [_feed("feeds/politik", "Politik", description="Alles dazu"), _feed("sources/amt", "Das Amt", "source")]
    opened.declare_feeds(declared, NOW)
    assert opened.feeds() == tuple(declared)
    assert opened.feed("feeds/politik") == declared[0]
    assert opened.feed("feeds/nobody") is None
    assert opened.latest("feeds/politik", 5) == ()
    assert set(opened.unpublished()) == {"feeds/politik", "sources/amt"}


def test_a_label_nobody_configured_makes_a_feed(opened: Store) -> None:
    _record(opened, new(1, Membership(feed="feeds/ki", name="KI", reason="label: KI")))
    assert _paths(opened) == ["feeds/all", "feeds/ki", "sources/amt"]
    assert opened.feed("feeds/ki") == replace(_feed("feeds/ki", "KI"), changed=NOW)


def test_a_feed_changes_with_its_articles_and_never_otherwise(opened: Store) -> None:
    opened.declare_feeds([_feed("feeds/politik", "Politik"), _feed("feeds/technik", "Technik")], NOW)
    _record(opened, new(1, POLITIK), hours=1)
    opened.declare_feeds([_feed("feeds/politik", "Politik!"), _feed("feeds/technik", "Technik")], NOW + 2 * HOUR)
    _record(opened, Change(kind="unchanged", id=new(1).id, looks=2), hours=3)
    changed = {feed.path: feed.changed for feed in opened.feeds()}
    assert changed["feeds/technik"] == NOW
    assert changed["feeds/politik"] == changed["feeds/all"] == NOW + HOUR
    _record(opened, replace(new(1, POLITIK), kind="updated"), hours=4)
    assert {feed.path: feed.changed for feed in opened.feeds()}["feeds/politik"] == NOW + 4 * HOUR


# ---- what is published -----------------------------------------------------------------------------------------------


def test_what_is_published_is_clean_until_it_changes_again(opened: Store) -> None:
    _record(opened, new(1, POLITIK))
    opened.mark_published(opened.unpublished())
    assert opened.unpublished() == {}
    opened.declare_feeds([_feed("feeds/politik", "Politik")], NOW)
    opened.mark_published(opened.unpublished())
    opened.declare_feeds([_feed("feeds/politik", "Politik")], NOW)
    assert opened.unpublished() == {}
    opened.declare_feeds([_feed("feeds/politik", "Politisches")], NOW)
    assert list(opened.unpublished()) == ["feeds/politik"]


def test_publishing_an_older_state_clears_no_newer_mark(opened: Store) -> None:
    _record(opened, new(1, POLITIK))
    old = opened.unpublished()
    _record(opened, new(2, POLITIK), hours=1)
    newer = opened.unpublished()
    opened.mark_published(newer)
    assert opened.unpublished() == {}
    _record(opened, new(3, TECHNIK), hours=2)
    opened.mark_published(old)
    opened.mark_published(newer)
    assert list(opened.unpublished()) == ["feeds/all", "feeds/technik", "sources/amt"]


def test_a_mark_outlives_the_process(tmp_path: Path) -> None:
    with store.open(tmp_path / "feedsvc.db") as opened:
        touched = _record(opened, new(1, POLITIK))
    with store.open(tmp_path / "feedsvc.db", readonly=True) as reader:
        assert tuple(reader.unpublished()) == touched


# ---- retired ---------------------------------------------------------------------------------------------------------


def test_a_feed_is_retired_when_it_was_configured_is_not_and_holds_nothing(opened: Store) -> None:
    opened.declare_feeds([_feed("feeds/politik", "Politik"), _feed("feeds/technik", "Technik")], NOW)
    _record(opened, new(1, POLITIK))
    opened.mark_published(opened.unpublished())
    opened.declare_feeds([], NOW)
    assert opened.retired() == ("feeds/technik",)
    assert "feeds/technik" in opened.unpublished()
    assert _paths(opened) == ["feeds/all", "feeds/politik", "sources/amt"]
    assert opened.feed("feeds/technik") is None
    opened.reassign([(new(1).id, ())], NOW)
    assert opened.retired() == ("feeds/politik", "feeds/technik")


def test_a_retired_feed_lives_again_with_an_article_or_a_configuration(opened: Store) -> None:
    both = [_feed("feeds/politik", "Politik"), _feed("feeds/technik", "Technik")]
    opened.declare_feeds(both, NOW)
    opened.declare_feeds([], NOW)
    _record(opened, new(1, POLITIK))
    assert opened.retired() == ("feeds/technik",)
    opened.declare_feeds(both, NOW)
    assert opened.retired() == ()


def test_a_labels_feed_that_ran_empty_is_empty_not_gone(opened: Store) -> None:
    _record(opened, new(1, POLITIK))
    _record(opened, Change(kind="withdrawn", id=new(1).id), hours=1)
    assert opened.retired() == ()
    assert "feeds/politik" in _paths(opened)


# ---- other categories ------------------------------------------------------------------------------------------------


def test_reassigned_articles_touch_the_feeds_they_join_or_leave_only(opened: Store) -> None:
    _record(opened, new(1, POLITIK), new(2, POLITIK, TECHNIK), new(3, TECHNIK))
    opened.mark_published(opened.unpublished())
    moved = [(new(1).id, (POLITIK,)), (new(2).id, (TECHNIK,)), (new(3).id, (TECHNIK,)), ("urn:nobody", (POLITIK,))]
    assert opened.reassign(moved, NOW + HOUR) == ("feeds/politik",)
    assert list(opened.unpublished()) == ["feeds/politik"]
    assert [entry.id for entry in opened.latest("feeds/politik", 5)] == [new(1).id]
    assert opened.memberships_of(new(2).id) == (TECHNIK,)
    assert len(opened.latest("feeds/all", 5)) == 3
    assert {feed.path: feed.changed for feed in opened.feeds()} == {
        "feeds/all": NOW,
        "feeds/politik": NOW + HOUR,
        "feeds/technik": NOW,
        "sources/amt": NOW,
    }
    assert opened.reassign(moved, NOW + 2 * HOUR) == ()


def test_another_reason_is_a_change_of_the_feed(opened: Store) -> None:
    _record(opened, new(1, POLITIK))
    assert opened.reassign([(new(1).id, (replace(POLITIK, reason="fallback"),))], NOW) == ("feeds/politik",)
    assert opened.memberships_of(new(1).id)[0].reason == "fallback"


def test_withdrawn_and_unknown_articles_belong_nowhere(opened: Store) -> None:
    _record(opened, new(1, POLITIK))
    _record(opened, Change(kind="withdrawn", id=new(1).id), hours=1)
    assert opened.reassign([(new(1).id, (POLITIK,))], NOW) == ()
    assert opened.memberships_of(new(1).id) == opened.memberships_of("urn:nobody") == ()


def test_many_articles_are_reassigned_while_they_are_read(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_BATCH", 4)
    monkeypatch.setattr(store, "_PAGE", 3)
    _record(opened, *(new(number, POLITIK) for number in range(10)))
    assert opened.reassign(((entry.id, (TECHNIK,)) for entry in opened.articles()), NOW) == (
        "feeds/politik",
        "feeds/technik",
    )
    assert len(opened.latest("feeds/technik", 50)) == 10
    assert opened.latest("feeds/politik", 50) == ()


def test_the_figures_of_a_feed_count_its_entries_and_the_last_month(opened: Store) -> None:
    old = NOW - timedelta(days=31)
    _record(opened, new(1, POLITIK), new(2, POLITIK), new(3, POLITIK, feed_time=old), new(4, TECHNIK, feed_time=old))
    opened.declare_feeds([_feed("feeds/leer", "Leer")], NOW - MINUTE)
    stats = opened.feed_stats(NOW)
    politik = stats["feeds/politik"]
    assert (politik.entries, politik.per_day, politik.changed) == (3, 2 / 30, NOW)
    assert (stats["feeds/technik"].entries, stats["feeds/technik"].per_day) == (1, 0)
    assert (stats["feeds/leer"].entries, stats["feeds/leer"].changed) == (0, NOW - MINUTE)
    assert stats["feeds/all"].entries == stats["sources/amt"].entries == 4


def test_the_tables_read_by_themselves(opened: Store) -> None:
    _record(opened, new(1, POLITIK))
    rows = opened._connection.db.query("SELECT feed, feed_name, title, reason FROM articles_by_feed ORDER BY feed")
    assert [tuple(row.values()) for row in rows] == [
        ("feeds/all", "all", "Bad Sülze: Neues Rechenzentrum 1", None),
        ("feeds/politik", "Politik", "Bad Sülze: Neues Rechenzentrum 1", "label: Politik"),
        ("sources/amt", "amt", "Bad Sülze: Neues Rechenzentrum 1", None),
    ]
