"""Feeds by path: made when they are first seen, marked when they change, cleared when they are published.

A feed's `generation` grows with every change of what is in it; what was published is remembered as a generation. So a
crash between recording and publishing leaves the feed unpublished, and publishing an older state clears no newer mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from feedsvc.model import Feed
from feedsvc.store import rows

_COLUMNS = "path, name, kind, changed, description"
# One that was configured once and is empty now is gone for good (410); one made from a label is merely empty.
_RETIRED = "configured IS 0 AND NOT EXISTS (SELECT 1 FROM memberships WHERE memberships.feed = feeds.feed)"


def declare(db: Database, declared: Sequence[Feed], now: datetime) -> None:
    """Make the table agree with the configured feeds; what changes for readers is marked unpublished."""
    stored = {
        row["path"]: (row["name"], row["kind"], row["description"], row["configured"])
        for row in db.query("SELECT path, name, kind, description, configured FROM feeds")
    }
    at = rows.instant(now)
    for feed in declared:
        wanted = (feed.title, feed.kind, feed.description, 1)
        if stored.get(feed.path) != wanted:
            db.execute(_DECLARE, [feed.path, *wanted, at, at])
    vanished = stored.keys() - {feed.path for feed in declared}
    db.conn.executemany(
        "UPDATE feeds SET configured = 0, generation = generation + 1 WHERE path = ? AND configured = 1",
        [(path,) for path in sorted(vanished)],
    )


_DECLARE = """
INSERT INTO feeds (path, name, kind, description, configured, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET name = excluded.name, kind = excluded.kind, description = excluded.description,
    configured = excluded.configured, generation = generation + 1
"""


def every(db: Database) -> tuple[Feed, ...]:
    """Return every feed there is, by path; not the retired ones."""
    found = db.execute(f"SELECT {_COLUMNS} FROM feeds WHERE NOT ({_RETIRED}) ORDER BY path").fetchall()
    return tuple(_feed(row) for row in found)


def one(db: Database, path: str) -> Feed | None:
    """Return one feed, None if there is none or it is retired."""
    row = db.execute(f"SELECT {_COLUMNS} FROM feeds WHERE path = ? AND NOT ({_RETIRED})", [path]).fetchone()
    return None if row is None else _feed(row)


def retired(db: Database) -> tuple[str, ...]:
    """Return the paths of feeds that were configured once, are no longer, and hold nothing."""
    return tuple(path for (path,) in db.execute(f"SELECT path FROM feeds WHERE {_RETIRED} ORDER BY path"))


def unpublished(db: Database) -> Mapping[str, int]:
    """Return the feeds that have changed since they were published, each with its generation."""
    return dict(db.execute("SELECT path, generation FROM unpublished ORDER BY path").fetchall())


def mark_published(db: Database, marks: Mapping[str, int]) -> None:
    """Note which generations were published; what has changed since stays unpublished."""
    db.conn.executemany(
        "UPDATE feeds SET published_generation = max(published_generation, ?) WHERE path = ?",
        [(generation, path) for path, generation in marks.items()],
    )


def _feed(row: rows.Row) -> Feed:
    path, name, kind, changed, description = row
    slug = path.rpartition("/")[2]
    return Feed(path=path, slug=slug, title=name, kind=kind, changed=rows.moment(changed), description=description)
