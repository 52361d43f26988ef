"""A store with a past for tests: sources that do well, fail, are refused, are read anew, day after day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import store_samples as samples

from feedsvc import store, verdict
from feedsvc.model import Failure, PollTask, Source, SourceState
from feedsvc.store import Store

HOUR = timedelta(hours=1)


def source(id_: str, name: str = "") -> Source:
    return Source(id=id_, name=name or id_, url=f"https://{id_}.example.org/news/")


def poll(
    opened: Store,
    one: Source,
    at: datetime,
    *,
    error: Failure | None = None,
    numbers: Sequence[int] = (),
    state: SourceState | None = None,
    seconds: float = 0.5,
    **more: object,
) -> SourceState:
    """Record one poll, whose state follows from how it went unless it is given."""
    found = opened.claim(
        {one.id: one},
        samples.Vocabulary(),
        now=at,
        holder="test",
        lease=HOUR,
        limit=1,
        alive=lambda name: True,
        host_gap=lambda host: timedelta(0),
        only=[one.id],
        force=True,
    )
    (task,) = (each for each in found if isinstance(each, PollTask))
    if state is None and error is not None:
        state = verdict.failed(task.state, error.kind, at)
    elif state is None:
        state = verdict.succeeded(task.state, at, complete=True, found_new=bool(numbers))
    status = verdict.status(error.kind) if error else "ok"
    values: Mapping[str, object] = {"next_poll_at": at + HOUR, "status": status, "error": error, **more}
    changes = [samples.new(number) for number in numbers]
    took = at + timedelta(seconds=seconds)
    opened.record(samples.outcome(task, changes, at=at, finished_at=took, state=state, **values))
    return state


def filled(var: Path, now: datetime) -> tuple[Source, ...]:
    """Write 20 days of four sources: one well, one that fails since yesterday, one refused, one that recovered."""
    sources = (source("gut", "Guter <Anzeiger>"), source("weg"), source("zu"), source("neu"))
    with store.open(var / "feedsvc.db") as opened:
        opened.sync_sources(sources, now - timedelta(days=20))
        number = 0
        for age in range(19, -1, -1):
            at = now - timedelta(days=age, minutes=10)
            for one in sources:
                number += 1
                poll(opened, one, at, error=_error(one.id, age), numbers=() if _error(one.id, age) else [number])
    return sources


def _error(id_: str, age: int) -> Failure | None:
    if id_ == "weg" and age < 3:
        return Failure(kind="dns", message="weg.example.org cannot be resolved")
    if id_ == "zu" and age < 5:
        return Failure(kind="forbidden", message="403 Forbidden")
    if id_ == "neu" and age in (7, 8):
        return Failure(kind="server_error", message="500 Internal <Server> Error")
    return None
