"""Whatever polls bring, the store gives back what a dictionary would."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from store_samples import HOUR, MINUTE, NOW, article, new, open_fresh, outcome, source, task

from feedsvc.model import Article, Change, Membership, Source

SOURCES = (source("amt"), source("bund"))
CATEGORIES = ("feeds/politik", "feeds/technik", "feeds/ki")

numbers = st.integers(0, 11)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
belongings = st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=3).map(
    lambda paths: tuple(Membership(feed=path, name=path[6:], reason=f"label: {path[6:]}") for path in paths)
)


@dataclass
class Kept:
    """An article as a dictionary keeps it."""

    source: str
    article: Article
    feed_time: datetime
    first_seen: datetime
    changed: datetime
    memberships: tuple[Membership, ...]
    keys: set[str] = field(default_factory=set)
    listed: bool = True
    withdrawn: bool = False

    def feeds(self) -> set[str]:
        return set() if self.withdrawn else {"feeds/all", f"sources/{self.source}", *(m.feed for m in self.memberships)}


class StoreAgainstDictionary(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.store = open_fresh(Path(self.directory.name))
        self.kept: dict[str, Kept] = {}
        self.at = NOW
        self.changed: dict[str, datetime] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert self.store.integrity() == "ok"
            self.store.close()
            self.directory.cleanup()

    @rule(
        which=st.sampled_from(SOURCES),
        wanted=st.dictionaries(
            numbers, st.tuples(st.sampled_from(["new", "edit", "withdraw", "learn"]), belongings, texts)
        ),
        also_listed=st.sets(numbers, max_size=3),
        minutes=st.integers(0, 3),
    )
    def poll(
        self,
        which: Source,
        wanted: dict[int, tuple[str, tuple[Membership, ...], str]],
        also_listed: set[int],
        minutes: int,
    ) -> None:
        self.at += HOUR
        leased = task(self.store, which, now=self.at)
        changes: list[Change] = []
        touched: set[str] = set()
        for number, (kind, memberships, text) in wanted.items():
            touched |= self._change(changes, which.id, number, kind, memberships, text, minutes)
        listed = {change.id for change in changes if change.kind != "withdrawn"}
        listed |= {self._id(which.id, number) for number in also_listed}
        for id_, kept in self.kept.items():
            if kept.source == which.id:
                kept.listed = id_ in listed
        done = outcome(leased, changes, at=self.at, listed=tuple(sorted(listed)))
        assert set(self.store.record(done)) == touched
        self.changed.update(dict.fromkeys(touched, self.at))

    def _id(self, source_id: str, number: int) -> str:
        return f"urn:{source_id}:{number}"

    def _change(
        self,
        changes: list[Change],
        source_id: str,
        number: int,
        kind: str,
        memberships: tuple[Membership, ...],
        text: str,
        minutes: int,
    ) -> set[str]:
        """Change the dictionary, say what the poll would say, and return the feeds that change."""
        id_ = self._id(source_id, number)
        kept = self.kept.get(id_)
        written = article(number, teaser=text or None)
        change = replace(
            new(number, article=written, feed_time=NOW - number // 2 * minutes * MINUTE, looks=0, next_look_at=None),
            id=id_,
            keys=(f"{number}", f"{number}/{minutes}"),
            memberships=memberships,
        )
        if kept is None:
            if kind != "new":
                return set()
            assert change.feed_time is not None
            kept = Kept(source_id, written, change.feed_time, self.at, self.at, memberships)
            self.kept[id_] = kept
            touched = kept.feeds()
        elif kind in ("new", "learn"):
            change = change if kind == "new" else replace(change, kind="unchanged", article=None, memberships=())
            touched = set()
        elif kind == "edit":
            change = replace(change, kind="updated")
            touched = kept.feeds()
            if not kept.withdrawn:
                kept.article, kept.memberships, kept.changed = written, memberships, self.at
            touched |= kept.feeds()
        else:
            change = Change(kind="withdrawn", id=id_)
            touched = kept.feeds()
            kept.withdrawn = True
        kept.keys.update(change.keys)
        changes.append(change)
        return touched

    @invariant()
    def every_feed_is_what_the_dictionary_says(self) -> None:
        paths = {path for kept in self.kept.values() for path in kept.feeds()}
        for path in paths | {"feeds/all", *CATEGORIES}:
            inside = [(id_, kept) for id_, kept in self.kept.items() if path in kept.feeds()]
            inside.sort(key=lambda pair: (-pair[1].feed_time.timestamp(), pair[0]))
            for limit in (3, 50):
                found = self.store.latest(path, limit)
                assert [entry.id for entry in found] == [id_ for id_, _ in inside][:limit]
            for entry, (_, kept) in zip(found, inside, strict=True):
                assert (entry.article, entry.memberships) == (kept.article, kept.memberships)
                assert (entry.feed_time, entry.first_seen, entry.changed) == (
                    kept.feed_time,
                    kept.first_seen,
                    kept.changed,
                )
        assert {feed.path: feed.changed for feed in self.store.feeds()} == self.changed

    @rule(which=st.sampled_from(SOURCES))
    def claim(self, which: Source) -> None:
        """A claim knows every key of the source's articles, and which are on the listing."""
        self.at += HOUR
        leased = task(self.store, which, now=self.at)
        self.store.release(leased)
        expected = {
            key: (id_, kept.listed, kept.withdrawn)
            for id_, kept in self.kept.items()
            if kept.source == which.id
            for key in kept.keys
        }
        assert {key: (k.id, k.listed, k.withdrawn) for key, k in leased.known.items()} == expected


def _play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        StoreAgainstDictionary,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_after_a_few_polls_the_store_says_what_a_dictionary_would() -> None:
    _play(examples=5, steps=5)


@pytest.mark.slow
def test_after_many_polls_the_store_says_what_a_dictionary_would() -> None:
    _play(examples=40, steps=15)
