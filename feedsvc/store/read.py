"""What is stored in, values out: a feed's newest, articles that were asked for, how sources and feeds are doing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from feedsvc import classify
from feedsvc.model import Entry, Health, Rejected, RobotsFile, Way
from feedsvc.store import memberships, rows
from feedsvc.store.values import FeedStats, PollRow, SourceRow

STATS_DAYS = 30


# ---- articles --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles are wanted, newest first: of a feed, of a source, published since."""

    feed: str = classify.ALL
    source: str | None = None
    since: datetime | None = None


def page(
    db: Database, selection: Selection, limit: int, after: Entry | None = None, *, body_text: bool = True
) -> tuple[Entry, ...]:
    """Return the next entries of a selection, newest first, by id where times are equal (protocol P6)."""
    where, values = ["m.feed = (SELECT feed FROM feeds WHERE path = ?)"], [selection.feed]
    if selection.source is not None:
        where.append("a.source = ?")
        values.append(selection.source)
    if selection.since is not None:
        where.append("m.feed_time >= ?")
        values.append(rows.instant(selection.since))
    if after is not None:
        where.append("m.feed_time <= ? AND (m.feed_time < ? OR a.id > ?)")
        at = rows.instant(after.feed_time)
        values.extend((at, at, after.id))
    found = db.conn.execute(
        f"SELECT {rows.ENTRY_COLUMNS} FROM memberships m JOIN articles a ON a.pk = m.article"
        f" WHERE {' AND '.join(where)} ORDER BY m.feed_time DESC, a.id LIMIT ?",
        [*values, limit],
    ).fetchall()
    belongs = memberships.of_articles(db, [row[0] for row in found])
    return tuple(rows.entry(row, belongs[row[0]], body_text=body_text) for row in found)


# ---- sources ---------------------------------------------------------------------------------------------------------


def sources(db: Database, now: datetime | None, polls: int) -> tuple[SourceRow, ...]:
    """Return every configured source with its last polls."""
    at = rows.instant(now) if now else ""
    found = db.query("SELECT * FROM sources WHERE removed_at IS NULL ORDER BY id")
    return tuple(_source(row, at, _polls(db, row["id"], polls) if polls else ()) for row in found)


def _source(row: Mapping[str, Any], at: str, polls: tuple[PollRow, ...]) -> SourceRow:
    health: Health = row["health"] if row["enabled"] else "disabled"
    habits, ailment, learned, incidents = rows.remembered(row["memory"])
    return SourceRow(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        health=health,
        health_since=rows.maybe_moment(row["health_since"]),
        enabled=bool(row["enabled"]),
        last_poll_at=rows.maybe_moment(row["last_poll_at"]),
        last_success_at=rows.maybe_moment(row["last_success_at"]),
        last_new_at=rows.maybe_moment(row["last_new_at"]),
        next_poll_at=rows.moment(row["next_poll_at"]),
        why=row["why"],
        way=Way(url=row["way_url"], why=row["way_why"] or "") if row["way_url"] else None,
        error=rows.failure(row["error_kind"], row["error_message"]),
        polled_by=row["lease_holder"] if (row["leased_until"] or "") > at else None,
        polls=polls,
        habits=habits,
        ailment=ailment,
        learned=learned,
        incidents=incidents,
    )


def _polls(db: Database, source: str, count: int) -> tuple[PollRow, ...]:
    found = db.execute(
        "SELECT started_at, seconds, status, http_status, bytes, found, new, updated, unchanged, withdrawn, rejected,"
        " error_kind, error_message, next_poll_at, why FROM polls WHERE source = ? ORDER BY poll DESC LIMIT ?",
        [source, count],
    ).fetchall()
    return tuple(_poll(row) for row in found)


def _poll(row: rows.Row) -> PollRow:
    (started_at, seconds, status, http_status, bytes_, found, new, updated, unchanged, withdrawn, *rest) = row
    rejected, error_kind, error_message, next_poll_at, why = rest
    return PollRow(
        started_at=rows.moment(started_at),
        seconds=seconds,
        status=status,
        http_status=http_status,
        bytes=bytes_,
        found=found,
        new=new,
        updated=updated,
        unchanged=unchanged,
        withdrawn=withdrawn,
        rejected=tuple(Rejected(where=item["where"], reason=item["reason"]) for item in json.loads(rejected)),
        error=rows.failure(error_kind, error_message),
        next_poll_at=rows.moment(next_poll_at),
        why=why,
    )


# ---- feeds, robots ---------------------------------------------------------------------------------------------------


def feed_stats(db: Database, now: datetime) -> Mapping[str, FeedStats]:
    """Return how every feed grows, by path."""
    since, until = rows.instant(now - timedelta(days=STATS_DAYS)), rows.instant(now)
    found = db.execute(
        "SELECT path, changed, count(article), count(CASE WHEN feed_time > ? AND feed_time <= ? THEN 1 END)"
        " FROM feeds LEFT JOIN memberships USING (feed) GROUP BY feed ORDER BY path",
        [since, until],
    ).fetchall()
    return {
        path: FeedStats(path=path, entries=entries, per_day=lately / STATS_DAYS, changed=rows.moment(changed))
        for path, changed, entries, lately in found
    }


def robots(db: Database) -> tuple[RobotsFile, ...]:
    """Return the robots.txt files that were kept."""
    found = db.execute("SELECT origin, status, body, fetched_at FROM robots ORDER BY origin").fetchall()
    return tuple(
        RobotsFile(origin=origin, status=status, body=body, fetched_at=rows.moment(fetched_at))
        for origin, status, body, fetched_at in found
    )
