"""Which article is in which feed, and why: put in, taken out, moved; the feeds touched on the way are marked together.

Every article that is not withdrawn is also in "feeds/all" and in its source's feed; those two have no reason and are
not given back as memberships.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from feedsvc import classify
from feedsvc.model import FeedKind, Membership
from feedsvc.store import rows

Reassignment = tuple[str, tuple[Membership, ...]]  # an article's id and the feeds it belongs to from now on


class Places:
    """The feeds while one transaction puts articles into them: found or made by path, marked at the end."""

    def __init__(self, db: Database, at: str) -> None:
        self._conn = db.conn
        self._at = at
        self._ids: dict[str, int] = {}
        self._touched: set[str] = set()

    def join(self, article: int, source: str, feed_time: str, memberships: Sequence[Membership]) -> None:
        """Put an article into its feeds and into the two that take every article; all of them are touched."""
        own = classify.source_path(source)
        everywhere = [(self._id(classify.ALL, "all", "all"), None), (self._id(own, source, "source"), None)]
        self._insert(article, feed_time, [*everywhere, *self._reasons(memberships)])
        self._touched.update((classify.ALL, own, *(m.feed for m in memberships)))

    def leave(self, article: int) -> None:
        """Take an article out of every feed it is in; all of them are touched."""
        paths = self._conn.execute("SELECT path FROM memberships JOIN feeds USING (feed) WHERE article = ?", [article])
        self._touched.update(path for (path,) in paths)
        self._conn.execute("DELETE FROM memberships WHERE article = ?", [article])

    def move(self, article: int, feed_time: str, before: Sequence[Membership], after: Sequence[Membership]) -> None:
        """Put an article into other feeds; one that it was in for the same reason is not touched."""
        self._conn.execute("DELETE FROM memberships WHERE article = ? AND reason IS NOT NULL", [article])
        self._insert(article, feed_time, self._reasons(after))
        differing = {(m.feed, m.reason) for m in before} ^ {(m.feed, m.reason) for m in after}
        self._touched.update(feed for feed, _ in differing)

    def mark(self) -> tuple[str, ...]:
        """Write down that the touched feeds have changed; their paths are returned."""
        paths = tuple(sorted(self._touched))
        self._conn.executemany(
            "UPDATE feeds SET changed = max(changed, ?), generation = generation + 1 WHERE path = ?",
            [(self._at, path) for path in paths],
        )
        return paths

    def _reasons(self, memberships: Sequence[Membership]) -> list[tuple[int, str]]:
        return [(self._id(m.feed, m.name, "category"), m.reason) for m in memberships]

    def _insert(self, article: int, feed_time: str, places: Sequence[tuple[int, str | None]]) -> None:
        self._conn.executemany(
            "INSERT INTO memberships (feed, feed_time, article, position, reason) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(feed, feed_time, article, position, reason) for position, (feed, reason) in enumerate(places)],
        )

    def _id(self, path: str, name: str, kind: FeedKind) -> int:
        if path not in self._ids:
            rows.check(path, {"path": path, "name": name})
            self._conn.execute(
                "INSERT INTO feeds (path, name, kind, created, changed) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (path) DO NOTHING",
                [path, name, kind, self._at, self._at],
            )
            self._ids[path] = self._conn.execute("SELECT feed FROM feeds WHERE path = ?", [path]).fetchone()[0]
        return self._ids[path]


def of_articles(db: Database, articles: Sequence[int]) -> Mapping[int, tuple[Membership, ...]]:
    """Return the memberships of stored articles by their primary key, in the order they were given in."""
    found: dict[int, list[Membership]] = {}
    for article, path, name, reason in db.conn.execute(_OF_ARTICLES, [rows.json_text(articles)]):
        found.setdefault(article, []).append(Membership(feed=path, name=name, reason=reason))
    return {article: tuple(found.get(article, ())) for article in articles}


_OF_ARTICLES = """
SELECT m.article, f.path, f.name, m.reason FROM memberships m JOIN feeds f USING (feed)
WHERE m.article IN (SELECT value FROM json_each(?)) AND m.reason IS NOT NULL ORDER BY m.article, m.position
"""


def of_article(db: Database, id_: str) -> tuple[Membership, ...]:
    """Return one article's memberships by its id; () for one that is unknown or withdrawn."""
    row = db.execute("SELECT pk FROM articles WHERE id = ?", [id_]).fetchone()
    return () if row is None else of_articles(db, [row[0]])[row[0]]


def reassign(db: Database, changes: Iterable[Reassignment], now: datetime) -> tuple[str, ...]:
    """Put stored articles into other feeds; the paths of the feeds that this changes are returned."""
    places = Places(db, rows.instant(now))
    for id_, after in changes:
        row = db.execute("SELECT pk, feed_time FROM articles WHERE id = ? AND withdrawn_at IS NULL", [id_]).fetchone()
        if row is None:
            continue
        before = of_articles(db, [row[0]])[row[0]]
        if before != after:
            places.move(row[0], row[1], before, after)
    return places.mark()
