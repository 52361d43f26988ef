"""One poll's Outcome in, one transaction's worth of rows out: articles, feeds, log, the source's state, its next poll.

The validators are written with the articles (protocol F5): saved earlier, a crash between the two loses articles for
good, because the next poll is a 304.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from feedsvc import urls
from feedsvc.model import Failure, Outcome, Rejected
from feedsvc.store import claim, operating, rows, sources
from feedsvc.store.book import Book
from feedsvc.store.values import LeaseLost

REJECTED_KEPT = 10  # per poll, to show what went wrong


def record(db: Database, outcome: Outcome) -> tuple[str, ...]:
    """Write everything a poll found out; the paths of the feeds that changed are returned.

    LeaseLost if somebody else has taken the source since.
    """
    last_success_at, readdressed = _check_lease(db, outcome)
    book = Book(db=db, outcome=outcome, at=rows.instant(outcome.started_at))
    book.read_stored()
    for change in outcome.changes:
        book.write(change)
    written = book.finish(last_success_at)
    _replace_pending(db, outcome)
    _log(db, outcome)
    operating.note(db, outcome)
    _update_source(db, outcome, readdressed=readdressed, written=written)
    _let_hosts_rest(db, outcome)
    return book.places.mark()


def _check_lease(db: Database, outcome: Outcome) -> tuple[str | None, bool]:
    """Return when the source was last polled with success, and whether its address was edited during this poll."""
    row = db.execute(
        "SELECT lease, last_success_at, readdressed FROM sources WHERE id = ?", [outcome.source]
    ).fetchone()
    if row is None or row[0] != outcome.lease:
        raise LeaseLost(
            f"the poll of {outcome.source} took longer than its lease and was not recorded. "
            "See who polls it now: feedsvc status"
        )
    return row[1], bool(row[2])


# Plain statements: this part is written for every poll, a 304 included, and sqlite-utils' insert costs 55 us a row.


def _replace_pending(db: Database, outcome: Outcome) -> None:
    db.conn.execute("DELETE FROM pending WHERE source = ?", [outcome.source])
    db.conn.executemany(
        "INSERT INTO pending (source, key, attempts) VALUES (?, ?, ?)",
        [(outcome.source, key, attempts) for key, attempts in outcome.pending.items()],
    )


def _update_source(db: Database, outcome: Outcome, *, readdressed: bool, written: bool) -> None:
    error_kind, error_message = _failure_cells(outcome.error)
    cells: dict[str, rows.Cell] = {
        **rows.state_cells(outcome.state),
        "next_poll_at": rows.instant(outcome.next_poll_at),
        "why": outcome.why,
        "error_kind": error_kind,
        "error_message": error_message,
        "lease": None,
        "lease_holder": None,
        "leased_until": None,
    }
    if readdressed:
        asked_at_once = {"next_poll_at": rows.instant(outcome.finished_at), "why": sources.READDRESSED}
        cells.update({**sources.FORGOTTEN, **asked_at_once, "readdressed": 0})
    assignments = ", ".join(f"{name} = ?" for name in cells)
    db.conn.execute(
        f"UPDATE sources SET {assignments}, polls = polls + 1, revision = revision + ? WHERE id = ?",
        [*cells.values(), written, outcome.source],
    )


def _let_hosts_rest(db: Database, outcome: Outcome) -> None:
    ends: dict[str, datetime] = {}
    for fetched in outcome.fetches:
        host, end = urls.host(fetched.url), fetched.at + timedelta(seconds=fetched.seconds)
        ends[host] = max(end, ends.get(host, end))
    for host, end in ends.items():
        claim.rest(db, host, end)


def _log(db: Database, outcome: Outcome) -> None:
    """Write the poll's row and one for every request (protocol F34)."""
    kinds = [change.kind for change in outcome.changes]
    new, updated = kinds.count("new"), kinds.count("updated")
    found = None if outcome.listed is None else len(outcome.listed)
    first = outcome.fetches[0].status if outcome.fetches else None
    poll = db.conn.execute(
        _LOG_POLL,
        [
            outcome.source,
            rows.instant(outcome.started_at),
            (outcome.finished_at - outcome.started_at).total_seconds(),
            outcome.status,
            first,
            sum(fetched.bytes for fetched in outcome.fetches),
            found,
            new,
            updated,
            max(0, (found or 0) - new - updated),
            kinds.count("withdrawn"),
            _rejected_text(outcome.rejected),
            *_failure_cells(outcome.error),
            rows.instant(outcome.next_poll_at),
            outcome.why,
        ],
    ).lastrowid
    db.conn.executemany(
        "INSERT INTO fetches (poll, number, url, at, status, bytes, seconds, error_kind, error_message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (poll, number, rows.told(f.url), rows.instant(f.at), f.status, f.bytes, f.seconds, *_failure_cells(f.error))
            for number, f in enumerate(outcome.fetches)
        ],
    )


_LOG_POLL = """
INSERT INTO polls (source, started_at, seconds, status, http_status, bytes, found, new, updated, unchanged, withdrawn,
    rejected, error_kind, error_message, next_poll_at, why)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def _rejected_text(rejected: tuple[Rejected, ...]) -> str:
    kept = rejected[:REJECTED_KEPT]
    return rows.json_text([{"where": rows.told(item.where), "reason": rows.told(item.reason)} for item in kept])


def _failure_cells(failure: Failure | None) -> tuple[str | None, str | None]:
    return (None, None) if failure is None else (failure.kind, rows.told(failure.message))
