"""Outcomes in, what an operator watches out: incidents, a row a day of every source, tallies of all polls, the queue.

Everything here is kept up with each poll, so that no answer reads articles or the polls of a month.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from feedsvc.model import Health, Incident, Outcome, Problem
from feedsvc.store import rows

DAYS_KEPT = 40
INCIDENTS_KEPT = 200  # of each source
EDGES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # seconds; columns of `tallies`
_EDGE_COLUMNS = ("under_100ms", "under_300ms", "under_1s", "under_3s", "under_10s", "under_30s")
_USABLE = frozenset({"ok", "unchanged", "degraded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """A source's health changed, or its list is read anew. `was` is the health before and `since` when that began.

    `field` is what cannot be read ("list.published"), `error_kind` and `detail` are the failed request's.
    """

    source: str
    name: str
    at: datetime
    kind: Literal["health", "learned", "dropped"]
    was: Health
    since: datetime | None
    health: Health
    field: str | None
    error_kind: str | None
    message: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A source's polls of one day in UTC ("2026-04-26"); `seconds` is what they took together."""

    day: str
    polls: int
    failed: int
    new: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All polls so far that ended in one way; `kind` is the error's, "" without one; `within` counts by EDGES."""

    status: str
    kind: str
    polls: int
    seconds: float
    bytes: int
    new: int
    updated: int
    withdrawn: int
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAge:
    """A feed's newest entry, and whether it has changed since it was published."""

    path: str
    newest: datetime | None
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconfigured:
    """What is wrong with config.toml: `refused` keeps an edit from being taken over, `left_out` keeps out sources."""

    refused: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the service is doing: `late` is how long the first of `due` sources has been waiting."""

    health: Mapping[str, int]
    due: int
    late: timedelta
    under_way: int
    tallies: tuple[Tally, ...]
    feeds: tuple[FeedAge, ...]
    unpublished: int
    last_success: Mapping[str, datetime | None]


# ---- with every poll -------------------------------------------------------------------------------------------------


def note(db: Database, outcome: Outcome) -> None:
    """Count a poll and keep its incidents; to be called while the source's row still tells the state before it."""
    kinds = [change.kind for change in outcome.changes]
    new, updated, withdrawn = (kinds.count(kind) for kind in ("new", "updated", "withdrawn"))
    seconds = max(0.0, (outcome.finished_at - outcome.started_at).total_seconds())
    _count_day(db, outcome, new, seconds)
    received = sum(fetched.bytes for fetched in outcome.fetches)
    within = [int(seconds <= edge) for edge in EDGES]
    _count_way(db, outcome, [seconds, received, new, updated, withdrawn, *within])
    fresh = [each for each in outcome.state.incidents if each.at >= outcome.started_at]
    if fresh:
        _keep(db, outcome, fresh)


def _count_day(db: Database, outcome: Outcome, new: int, seconds: float) -> None:
    today = outcome.started_at.astimezone(UTC).date()
    failed = int(outcome.status not in _USABLE)
    key = [outcome.source, today.isoformat()]
    if not db.conn.execute(_ADD_TO_DAY, [failed, new, seconds, *key]).rowcount:
        db.conn.execute("INSERT INTO days (source, day, polls, failed, new, seconds) VALUES (?, ?, 1, ?, ?, ?)",
                        [*key, failed, new, seconds])  # fmt: skip
        oldest = (today - timedelta(days=DAYS_KEPT)).isoformat()
        db.conn.execute("DELETE FROM days WHERE source = ? AND day < ?", [outcome.source, oldest])


def _count_way(db: Database, outcome: Outcome, figures: Sequence[float]) -> None:
    key = [outcome.status, outcome.error.kind if outcome.error else ""]
    if not db.conn.execute(_ADD_TO_TALLY, [*figures, *key]).rowcount:
        db.conn.execute(_FIRST_TALLY, [*figures, *key])


_ADD_TO_DAY = """
UPDATE days SET polls = polls + 1, failed = failed + ?, new = new + ?, seconds = seconds + ?
WHERE source = ? AND day = ?
"""
_TALLIED = ("seconds", "bytes", "new", "updated", "withdrawn", *_EDGE_COLUMNS)
_ADD_TO_TALLY = (
    f"UPDATE tallies SET polls = polls + 1, {', '.join(f'{name} = {name} + ?' for name in _TALLIED)}"
    " WHERE status = ? AND kind = ?"
)
_FIRST_TALLY = (
    f"INSERT INTO tallies (polls, {', '.join(_TALLIED)}, status, kind) VALUES (1{', ?' * (len(_TALLIED) + 2)})"
)


def _keep(db: Database, outcome: Outcome, fresh: list[Incident]) -> None:
    """Write incidents, oldest first, each with the health that the one before it left."""
    was, since = db.conn.execute("SELECT health, health_since FROM sources WHERE id = ?", [outcome.source]).fetchone()
    error, ailment = outcome.error, outcome.state.ailment
    for each in reversed(fresh):
        db.conn.execute(
            "INSERT OR IGNORE INTO incidents"
            " (source, at, kind, was, since, health, field, error_kind, message, detail)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                outcome.source,
                rows.instant(each.at),
                each.kind,
                was,
                since,
                each.health,
                ailment.field if ailment else None,
                error.kind if error else None,
                rows.told(each.message),
                rows.told(error.message) if error else None,
            ],
        )
        if each.health != was:
            was, since = each.health, rows.instant(each.at)
    db.conn.execute(
        "DELETE FROM incidents WHERE source = :source AND incident <= (SELECT incident FROM incidents"
        " WHERE source = :source ORDER BY incident DESC LIMIT 1 OFFSET :kept)",
        {"source": outcome.source, "kept": INCIDENTS_KEPT},
    )


_PROBLEMS = "problems"  # the key in `meta`


def set_problems(db: Database, refused: Sequence[Problem], left_out: Sequence[Problem]) -> None:
    """Keep what is wrong with the configuration, for those who only read the store."""
    told = {"refused": [asdict(each) for each in refused], "left_out": [asdict(each) for each in left_out]}
    db.table("meta").upsert({"key": _PROBLEMS, "value": rows.told(json.dumps(told, ensure_ascii=False))}, pk="key")


def problems(db: Database) -> Misconfigured:
    """Return what was wrong with the configuration when it was last read."""
    row = db.conn.execute("SELECT value FROM meta WHERE key = ?", [_PROBLEMS]).fetchone()
    if row is None:
        return Misconfigured()
    return Misconfigured(**{name: tuple(Problem(**each) for each in told) for name, told in json.loads(row[0]).items()})


# ---- for the operator ------------------------------------------------------------------------------------------------


def incidents(db: Database, limit: int) -> tuple[IncidentRow, ...]:
    """Return the last incidents of the configured sources, newest first."""
    found = db.conn.execute(
        "SELECT i.source, s.name, i.at, i.kind, i.was, i.since, i.health, i.field, i.error_kind, i.message, i.detail"
        " FROM incidents i JOIN sources s ON s.id = i.source WHERE s.removed_at IS NULL"
        " ORDER BY i.at DESC, i.incident DESC LIMIT ?",
        [limit],
    ).fetchall()
    return tuple(_incident(row) for row in found)


def _incident(row: rows.Row) -> IncidentRow:
    source, name, at, kind, was, since, health, field, error_kind, message, detail = row
    return IncidentRow(
        source=source,
        name=name,
        at=rows.moment(at),
        kind=kind,
        was=was,
        since=rows.maybe_moment(since),
        health=health,
        field=field,
        error_kind=error_kind,
        message=message,
        detail=detail,
    )


def history(db: Database, since: datetime, sources: Collection[str] | None) -> Mapping[str, tuple[Day, ...]]:
    """Return the days on which every source, or those named, was polled, oldest first, by source."""
    day = rows.instant(since)[:10]
    what = "SELECT source, day, polls, failed, new, seconds FROM days WHERE"
    if sources is None:
        found = db.conn.execute(f"{what} day >= ? ORDER BY source, day", [day]).fetchall()
    else:
        one = f"{what} source = ? AND day >= ? ORDER BY day"
        found = [row for source in sources for row in db.conn.execute(one, [source, day])]
    days: defaultdict[str, list[Day]] = defaultdict(list)
    for source, day, polls, failed, new, seconds in found:
        days[source].append(Day(day=day, polls=polls, failed=failed, new=new, seconds=seconds))
    return {source: tuple(each) for source, each in days.items()}


def has_succeeded(db: Database, since: datetime) -> bool:
    """Whether any enabled source has given something usable since then."""
    where = "enabled = 1 AND last_success_at >= ?"
    return bool(
        db.conn.execute(f"SELECT EXISTS (SELECT 1 FROM sources WHERE {where})", [rows.instant(since)]).fetchone()[0]
    )


def should_have_succeeded(db: Database, since: datetime, waited: datetime) -> bool:
    """Whether any enabled source was polled since then, failed last, or waits for its turn from before `waited`."""
    found = db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM sources WHERE enabled = 1 AND (next_poll_at < ? OR (last_poll_at IS NOT NULL"
        " AND (last_success_at IS NOT last_poll_at OR last_poll_at >= ?))))",
        [rows.instant(waited), rows.instant(since)],
    )
    return bool(found.fetchone()[0])


def figures(db: Database, now: datetime, most: int) -> Figures:
    """Return how the service is doing, with at most so many feeds and so many sources named one by one.

    Topics come before the feeds of single sources, and sources that have succeeded least lately come first.
    """
    at = rows.instant(now)
    health = db.conn.execute(
        "SELECT CASE WHEN enabled = 1 THEN health ELSE 'disabled' END, count(*) FROM sources"
        " WHERE removed_at IS NULL GROUP BY 1"
    ).fetchall()
    due, first = db.conn.execute(
        "SELECT count(*), min(next_poll_at) FROM sources"
        " WHERE enabled = 1 AND next_poll_at <= ? AND (leased_until IS NULL OR leased_until <= ?)",
        [at, at],
    ).fetchone()
    under_way = db.conn.execute(
        "SELECT count(*) FROM sources WHERE lease_holder IS NOT NULL AND leased_until > ?", [at]
    ).fetchone()
    succeeded = db.conn.execute(
        "SELECT id, last_success_at FROM sources WHERE enabled = 1 AND removed_at IS NULL"
        " ORDER BY last_success_at, id LIMIT ?",
        [most],
    ).fetchall()
    unpublished = db.conn.execute("SELECT count(*) FROM unpublished").fetchone()
    return Figures(
        health=dict(health),
        due=due,
        late=now - rows.moment(first) if first else timedelta(0),
        under_way=under_way[0],
        tallies=_tallies(db),
        feeds=_feeds(db, most),
        unpublished=unpublished[0],
        last_success={id_: rows.maybe_moment(when) for id_, when in succeeded},
    )


def _tallies(db: Database) -> tuple[Tally, ...]:
    found = db.conn.execute(
        f"SELECT status, kind, polls, {', '.join(_TALLIED)} FROM tallies ORDER BY status, kind"
    ).fetchall()
    return tuple(
        Tally(
            status=status,
            kind=kind,
            polls=polls,
            seconds=seconds,
            bytes=received,
            new=new,
            updated=updated,
            withdrawn=withdrawn,
            within=tuple(within),
        )
        for status, kind, polls, seconds, received, new, updated, withdrawn, *within in found
    )


def _feeds(db: Database, most: int) -> tuple[FeedAge, ...]:
    found = db.conn.execute(
        "SELECT path, generation > published_generation,"
        " (SELECT feed_time FROM memberships m WHERE m.feed = f.feed ORDER BY feed_time DESC LIMIT 1)"
        " FROM feeds f WHERE configured IS NOT 0 ORDER BY kind = 'source', path LIMIT ?",
        [most],
    ).fetchall()
    return tuple(
        FeedAge(path=path, newest=rows.maybe_moment(newest), waiting=bool(waiting)) for path, waiting, newest in found
    )
