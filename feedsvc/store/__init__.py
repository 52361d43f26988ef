"""SQLite behind values: everything before a poll is read here, everything after it is written, one transaction each.

`store.open` gives a Store, which belongs to the thread that opened it. What it raises is a StoreError that ends with
the next command to try.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from feedsvc import query as questions
from feedsvc.model import (
    Entry,
    Feed,
    Membership,
    Outcome,
    PollTask,
    Problem,
    RobotsFile,
    Source,
    Vocabulary,
)
from feedsvc.store import claim as claims
from feedsvc.store import feeds as feed_table
from feedsvc.store import memberships, operating, read, rows
from feedsvc.store import record as records
from feedsvc.store import sources as source_table
from feedsvc.store.connection import Connection
from feedsvc.store.known import Memory
from feedsvc.store.operating import Day, FeedAge, Figures, IncidentRow, Misconfigured, Tally
from feedsvc.store.values import Deferred, FeedStats, LeaseLost, PollRow, SourceRow

__all__ = [
    "Day", "Deferred", "FeedAge", "FeedStats", "Figures", "IncidentRow", "LeaseLost", "Misconfigured", "PollRow",
    "SourceRow", "Store", "Tally", "open",
]  # fmt: skip

POLLS_KEPT = 500  # per source
_PAGE = 200  # articles read at once, so that a long listing holds no transaction open
_BATCH = 500  # articles moved at once, so that others can write in between


def open(path: Path, *, readonly: bool = False) -> Store:
    """Return the store in a file, made or brought up to date if need be; StoreError if it cannot be used."""
    return Store(Connection(path, readonly=readonly))


class Store:
    """One connection to the database. Use it in the thread that opened it, and close it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reading = connection.reading
        self._writing = connection.writing
        self._memory = Memory()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ---- before a poll -----------------------------------------------------------------------------------------------

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None:
        """Take over the configured sources: new ones are due at once, one with another address forgets its validators,
        one that is gone keeps its articles."""
        with self._writing() as db:
            source_table.sync(db, sources, now)

    def claim(
        self,
        sources: Mapping[str, Source],
        vocabulary: Vocabulary,
        *,
        now: datetime,
        holder: str,
        lease: timedelta,
        limit: int,
        alive: Callable[[str], bool],
        host_gap: Callable[[str], timedelta],
        only: Collection[str] | None = None,
        force: bool = False,
    ) -> tuple[PollTask | Deferred, ...]:
        """Lease up to `limit` sources that are due, longest due first, at most one per host.

        `only` names sources that are wanted though they are not due; those that cannot be had come back as Deferred.
        `force` overrules the times the site and the host gap set, never a poll that is under way.
        """
        terms = claims.Terms(
            now=now, holder=holder, lease=lease, limit=limit, alive=alive, host_gap=host_gap, force=force
        )
        with self._writing() as db:
            return claims.claim(db, sources, vocabulary, terms, only, self._memory)

    def next_due(self, now: datetime) -> datetime | None:
        """Return when `claim` can give something next: not before `now`, None if nothing is enabled."""
        with self._reading() as db:
            return claims.next_due(db, now)

    def extend(self, lease_token: str, until: datetime) -> bool:
        """Move the end of a lease; False if it is no longer held."""
        with self._writing() as db:
            return claims.extend(db, lease_token, until)

    def release(self, task: PollTask, now: datetime | None = None) -> None:
        """Give a lease back without an outcome; with `now`, its host rests from then on, because it may have been
        asked."""
        with self._writing() as db:
            claims.release(db, task, now)

    # ---- after a poll ------------------------------------------------------------------------------------------------

    def record(self, outcome: Outcome) -> tuple[str, ...]:
        """Write a poll's whole result in one transaction; the paths of the feeds it changed are returned.

        LeaseLost, and nothing is written, if somebody else has taken the source since.
        """
        with self._writing() as db:
            return records.record(db, outcome)

    # ---- feeds -------------------------------------------------------------------------------------------------------

    def latest(self, feed: str, limit: int, *, body_text: bool = True) -> tuple[Entry, ...]:
        """Return a feed's newest entries, by id where times are equal; () for a feed nobody knows.

        `body_text` is made from `body_html`, half a millisecond an article: say False where it is not needed.
        """
        with self._reading() as db:
            return read.page(db, read.Selection(feed=feed), limit, body_text=body_text)

    def feeds(self) -> tuple[Feed, ...]:
        """Return every feed, by path, without the retired ones."""
        with self._reading() as db:
            return feed_table.every(db)

    def feed(self, path: str) -> Feed | None:
        """Return one feed, None if there is none or it is retired."""
        with self._reading() as db:
            return feed_table.one(db, path)

    def declare_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Take over the configured feeds: they exist even when empty. `Feed.changed` is the store's own business."""
        with self._writing() as db:
            feed_table.declare(db, feeds, now)

    def retired(self) -> tuple[str, ...]:
        """Return the paths of feeds that were configured once, are no longer, and hold nothing (410)."""
        with self._reading() as db:
            return feed_table.retired(db)

    def unpublished(self) -> Mapping[str, int]:
        """Return the feeds that have changed since they were published, each with its generation."""
        with self._reading() as db:
            return feed_table.unpublished(db)

    def mark_published(self, marks: Mapping[str, int]) -> None:
        """Note which generations were published; what has changed since they were read stays unpublished."""
        with self._writing() as db:
            feed_table.mark_published(db, marks)

    def feed_stats(self, now: datetime) -> Mapping[str, FeedStats]:
        """Return how every feed grows, by path."""
        with self._reading() as db:
            return read.feed_stats(db, now)

    def memberships_of(self, article_id: str) -> tuple[Membership, ...]:
        """Return the feeds an article is in with their reasons; () if it is unknown or withdrawn."""
        with self._reading() as db:
            return memberships.of_article(db, article_id)

    def reassign(self, changes: Iterable[memberships.Reassignment], now: datetime) -> tuple[str, ...]:
        """Put articles into other feeds, because the categories were edited; the paths of the feeds that changed are
        returned. Written in batches: done twice, the second time changes nothing."""
        touched: set[str] = set()
        left = iter(changes)
        while batch := list(islice(left, _BATCH)):
            with self._writing() as db:
                touched.update(memberships.reassign(db, batch, now))
        return tuple(sorted(touched))

    # ---- for people --------------------------------------------------------------------------------------------------

    def articles(
        self,
        *,
        feed: str | None = None,
        source: str | None = None,
        query: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """Yield stored articles, newest first, without withdrawn ones; ValueError if `query` is no question.

        `query` is asked of every article that is left otherwise (`query.matches` on title, teaser and text).
        """
        answers = questions.compiled(query) if query else None
        selection = read.Selection(feed=feed or _feed_of(source), source=source, since=since)
        return islice((e for e in self._pages(selection) if answers is None or answers(_words(e))), limit)

    def _pages(self, selection: read.Selection) -> Iterator[Entry]:
        last: Entry | None = None
        while True:
            with self._reading() as db:
                found = read.page(db, selection, _PAGE, last)
            yield from found
            if len(found) < _PAGE:
                return
            last = found[-1]

    def sources(self, now: datetime | None = None, *, polls: int = 20) -> tuple[SourceRow, ...]:
        """Return every configured source, by id, with its last polls, newest first.

        With `now`, a lease that is over does not count as being polled.
        """
        with self._reading() as db:
            return read.sources(db, now, polls)

    def incidents(self, limit: int) -> tuple[IncidentRow, ...]:
        """Return the last incidents of all sources, newest first."""
        with self._reading() as db:
            return operating.incidents(db, limit)

    def history(self, since: datetime, sources: Collection[str] | None = None) -> Mapping[str, tuple[Day, ...]]:
        """Return the days on which each source was polled since then, oldest first, by source; 40 days are kept."""
        with self._reading() as db:
            return operating.history(db, since, sources)

    def has_succeeded(self, since: datetime) -> bool:
        """Whether any enabled source has given something usable since then."""
        with self._reading() as db:
            return operating.has_succeeded(db, since)

    def should_have_succeeded(self, since: datetime, waited: datetime) -> bool:
        """Whether any enabled source was polled since then, failed last, or waits for its turn from before `waited`."""
        with self._reading() as db:
            return operating.should_have_succeeded(db, since, waited)

    def figures(self, now: datetime, *, most: int) -> Figures:
        """Return how the service is doing, with at most `most` feeds and `most` sources one by one."""
        with self._reading() as db:
            return operating.figures(db, now, most)

    def problems(self) -> Misconfigured:
        """Return what is wrong with the configuration, as the service that last read it found."""
        with self._reading() as db:
            return operating.problems(db)

    def set_problems(self, refused: Sequence[Problem] = (), left_out: Sequence[Problem] = ()) -> None:
        """Keep what is wrong with the configuration; nothing is written if it is known already."""
        if self.problems() != Misconfigured(refused=tuple(refused), left_out=tuple(left_out)):
            with self._writing() as db:
                operating.set_problems(db, refused, left_out)

    # ---- everything else ---------------------------------------------------------------------------------------------

    def robots(self) -> tuple[RobotsFile, ...]:
        """Return the robots.txt files that were kept over a restart."""
        with self._reading() as db:
            return read.robots(db)

    def save_robots(self, files: Iterable[RobotsFile]) -> None:
        """Keep robots.txt files, each in place of its origin's older one."""
        kept = [
            {
                "origin": f.origin,
                "status": f.status,
                "body": rows.told(f.body),
                "fetched_at": rows.instant(f.fetched_at),
            }
            for f in files
        ]
        if kept:
            with self._writing() as db:
                db.table("robots").upsert_all(kept, pk="origin")

    def meta(self, key: str) -> str | None:
        """Return what was kept under a key."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
            return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a text under a key."""
        with self._writing() as db:
            db.table("meta").upsert({"key": key, "value": value}, pk="key")

    def prune(self) -> int:
        """Delete all but the newest 500 polls of every source, with their requests; how many is returned."""
        with self._writing() as db:
            return db.execute(
                "DELETE FROM polls WHERE poll IN (SELECT poll FROM (SELECT poll, row_number() OVER"
                " (PARTITION BY source ORDER BY poll DESC) AS age FROM polls) WHERE age > ?)",
                [POLLS_KEPT],
            ).rowcount

    def integrity(self) -> str:
        """Return "ok", or what SQLite finds wrong with the file and its references."""
        with self._reading() as db:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
            orphans = [
                f"{row[0]}: row {row[1]} refers to nothing in {row[2]}"
                for row in db.execute("PRAGMA foreign_key_check")
            ]
        return "\n".join(orphans if found == ["ok"] and orphans else found)


def _feed_of(source: str | None) -> str:
    return "feeds/all" if source is None else f"sources/{source}"


def _words(entry: Entry) -> tuple[str, ...]:
    article = entry.article
    return questions.words(" ".join(filter(None, (article.title, article.teaser, article.body_text))))
