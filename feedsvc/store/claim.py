"""What is due in, leased tasks out: which source is polled next is decided here, in one transaction.

A lease is a token in the source's row, with its holder and its end. At most one source of a host is leased at a time,
and a host rests for its gap after the last request: also over restarts, and between processes (protocol F12, F15).
A lease that was given up (its holder is dead, its time is over) loses its holder only; the token stays until somebody
takes the source, so that a slow poll's outcome still counts if nobody did.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from feedsvc import cadence
from feedsvc.model import PollTask, Source, Vocabulary
from feedsvc.store import rows
from feedsvc.store.known import Memory
from feedsvc.store.values import Deferred, DeferredKind

CLOCK_JUMP = timedelta(days=1)  # a last poll so far in the future means that the clock went back


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms sources are claimed: by whom, from when, for how long, who lives, how long hosts rest."""

    now: datetime
    holder: str
    lease: timedelta
    limit: int
    alive: Callable[[str], bool]
    host_gap: Callable[[str], timedelta]
    force: bool = False


class _Candidate(NamedTuple):
    id: str
    host: str
    not_before: str | None
    holder: str | None
    leased_until: str | None
    free_at: str | None


def claim(
    db: Database,
    sources: Mapping[str, Source],
    vocabulary: Vocabulary,
    terms: Terms,
    only: Collection[str] | None,
    memory: Memory,
) -> tuple[PollTask | Deferred, ...]:
    """Lease what is due, longest due first, at most one source per host; or the sources named, saying why not."""
    _heal_after_a_clock_jump(db, terms.now)
    _give_up_leases(db, terms)
    round_ = _Round(db=db, terms=terms, memory=memory, busy=_leased_hosts(db))
    enabled = {id_: source for id_, source in sources.items() if source.enabled}
    candidates = _due(db, terms.now) if only is None else _named(db, only)
    found: list[PollTask | Deferred] = []
    if only is not None:
        found.extend(_unknown(only, {candidate.id for candidate in candidates} & enabled.keys(), terms.now))
    tasks = 0
    for candidate in candidates:
        if tasks >= terms.limit:
            break
        if candidate.id not in enabled:
            continue
        obstacle = round_.obstacle(candidate)
        if obstacle is None:
            tasks += 1
            found.append(round_.take(candidate, enabled[candidate.id], vocabulary))
        elif only is not None:
            found.append(obstacle)
    return tuple(found)


def _unknown(only: Collection[str], known: Collection[str], now: datetime) -> Iterator[Deferred]:
    """Say of every named source that is disabled, or in no configuration, that it is not polled."""
    for id_ in sorted(set(only) - set(known)):
        yield Deferred(source_id=id_, until=now, why="disabled, or not in the configuration", kind="disabled")


_SELECT = """
SELECT s.id, s.host, s.not_before, s.lease_holder, s.leased_until, h.free_at
FROM sources s LEFT JOIN hosts h ON h.host = s.host
"""


def _due(db: Database, now: datetime) -> Sequence[_Candidate]:
    found = db.conn.execute(
        f"{_SELECT} WHERE s.enabled = 1 AND s.next_poll_at <= ? AND s.lease_holder IS NULL"
        " ORDER BY s.next_poll_at, s.id",
        [rows.instant(now)],
    ).fetchall()
    return [_Candidate(*row) for row in found]


def _named(db: Database, ids: Collection[str]) -> Sequence[_Candidate]:
    found = db.conn.execute(
        f"{_SELECT} WHERE s.enabled = 1 AND s.id IN (SELECT value FROM json_each(?)) ORDER BY s.next_poll_at, s.id",
        [rows.json_text(tuple(ids))],
    ).fetchall()
    return [_Candidate(*row) for row in found]


@dataclass(slots=True, kw_only=True)
class _Round:
    """One claim while it is under way. `busy` are the hosts of leased sources: who polls there, until when."""

    db: Database
    terms: Terms
    memory: Memory
    busy: dict[str, tuple[str, str]]

    def obstacle(self, candidate: _Candidate) -> Deferred | None:
        """Return why a source cannot be polled now; force overrules times, never a poll that is under way."""
        now, host = self.terms.now, candidate.host
        if candidate.holder:
            until = rows.moment(candidate.leased_until or rows.instant(now))
            return _deferred(candidate, until, f"being polled by {candidate.holder}", "leased")
        if host in self.busy:
            holder, until_text = self.busy[host]
            why = f"another source of {host} is being polled by {holder}"
            return _deferred(candidate, rows.moment(until_text), why, "host")
        if self.terms.force:
            return None
        if candidate.not_before and (until := rows.moment(candidate.not_before)) > now:
            return _deferred(candidate, until, "the site asked to be left alone until then", "origin")
        gap = self.terms.host_gap(host)
        if candidate.free_at and timedelta(0) < (wait := rows.moment(candidate.free_at) - now) <= gap:
            return _deferred(candidate, now + wait, f"{host} was asked less than {cadence.span(gap)} ago", "gap")
        return None

    def take(self, candidate: _Candidate, source: Source, vocabulary: Vocabulary) -> PollTask:
        """Lease one source and return everything its poll needs to know."""
        terms, lease = self.terms, secrets.token_hex(16)
        until = rows.instant(terms.now + terms.lease)
        self.busy[candidate.host] = (terms.holder, until)
        self.db.execute(
            "UPDATE sources SET lease = ?, lease_holder = ?, leased_until = ?, readdressed = 0 WHERE id = ?",
            [lease, terms.holder, until, source.id],
        )
        _remember_gap(self.db, candidate.host, terms.host_gap(candidate.host))
        revision, *state = self.db.execute(
            f"SELECT revision, {rows.STATE_COLUMNS} FROM sources WHERE id = ?", [source.id]
        ).fetchone()
        return PollTask(
            source=source,
            lease=lease,
            state=rows.state(state),
            known=self.memory.known(self.db, source.id, revision),
            pending=dict(self.db.execute("SELECT key, attempts FROM pending WHERE source = ?", [source.id]).fetchall()),
            vocabulary=vocabulary,
            force=terms.force,
        )


def _deferred(candidate: _Candidate, until: datetime, why: str, kind: DeferredKind) -> Deferred:
    return Deferred(source_id=candidate.id, until=until, why=why, kind=kind)


# ---- leases ----------------------------------------------------------------------------------------------------------


def extend(db: Database, lease: str, until: datetime) -> bool:
    """Move the end of a lease; whether it was still held."""
    changed = db.execute(
        "UPDATE sources SET leased_until = ? WHERE lease = ? AND lease_holder IS NOT NULL", [rows.instant(until), lease]
    )
    return changed.rowcount == 1


def release(db: Database, task: PollTask, now: datetime | None) -> None:
    """Give a lease back; with `now`, the host rests from then on, because it may have been asked."""
    host = db.execute("SELECT host FROM sources WHERE lease = ?", [task.lease]).fetchone()
    db.execute(
        "UPDATE sources SET lease = NULL, lease_holder = NULL, leased_until = NULL WHERE lease = ?", [task.lease]
    )
    if host is not None and now is not None:
        rest(db, host[0], now)


def rest(db: Database, host: str, since: datetime) -> None:
    """Let a host that sources are polled on rest for its gap."""
    row = db.execute("SELECT gap_seconds FROM hosts WHERE host = ?", [host]).fetchone()
    if row is not None:
        free_at = rows.instant(since + timedelta(seconds=row[0]))
        db.execute("UPDATE hosts SET free_at = ? WHERE host = ?", [free_at, host])


def _leased_hosts(db: Database) -> dict[str, tuple[str, str]]:
    found = db.execute("SELECT host, lease_holder, leased_until FROM sources WHERE lease_holder IS NOT NULL").fetchall()
    return {host: (holder, until) for host, holder, until in found}


def _give_up_leases(db: Database, terms: Terms) -> None:
    """Take the holder from leases that are over. Its last request may have ended just now, so the host rests first."""
    found = db.execute(
        "SELECT id, host, lease_holder, leased_until FROM sources WHERE lease_holder IS NOT NULL"
    ).fetchall()
    living = {holder: terms.alive(holder) for holder in {row[2] for row in found}}
    for id_, host, holder, until in found:
        if not living[holder] or rows.moment(until) <= terms.now:
            db.execute("UPDATE sources SET lease_holder = NULL, leased_until = NULL WHERE id = ?", [id_])
            _remember_gap(db, host, terms.host_gap(host))
            rest(db, host, terms.now)


def _remember_gap(db: Database, host: str, gap: timedelta) -> None:
    db.execute(
        "INSERT INTO hosts (host, gap_seconds) VALUES (?, ?)"
        " ON CONFLICT (host) DO UPDATE SET gap_seconds = excluded.gap_seconds",
        [host, gap.total_seconds()],
    )


def _heal_after_a_clock_jump(db: Database, now: datetime) -> None:
    """Make due what was polled in the future: that clock was wrong, and so is everything counted from it."""
    limit = rows.instant(now + CLOCK_JUMP)
    if db.execute("SELECT 1 FROM sources WHERE last_poll_at > ? LIMIT 1", [limit]).fetchone():
        db.execute(
            "UPDATE sources SET next_poll_at = ?, not_before = NULL, why = 'the clock went back'"
            " WHERE last_poll_at > ? AND next_poll_at > ?",
            [rows.instant(now), limit, rows.instant(now)],
        )


def next_due(db: Database, now: datetime) -> datetime | None:
    """Return when a claim can give something next: not before `now`, None if no source is enabled."""
    limit = rows.instant(now + CLOCK_JUMP)
    if db.execute("SELECT 1 FROM sources WHERE enabled = 1 AND last_poll_at > ? LIMIT 1", [limit]).fetchone():
        return now
    row = db.execute(_NEXT_DUE, [limit]).fetchone()
    return max(rows.moment(row[0]), now) if row[0] else None


_NEXT_DUE = """
WITH busy AS (SELECT host, max(leased_until) AS until FROM sources WHERE lease_holder IS NOT NULL GROUP BY host),
    resting AS (SELECT host, free_at FROM hosts WHERE free_at <= ?)
SELECT min(max(s.next_poll_at, coalesce(s.not_before, ''), coalesce(b.until, ''), coalesce(r.free_at, '')))
FROM sources s LEFT JOIN busy b ON b.host = s.host LEFT JOIN resting r ON r.host = s.host
WHERE s.enabled = 1
"""
