"""How a poll went in, the outcome with the time of the next one out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from feedsvc import cadence, verdict
from feedsvc.model import Failure, Outcome, PollStatus, PollTask, SourceState
from feedsvc.poll.visit import Clock


def crashed(task: PollTask, error: Exception, now: Clock) -> Outcome:
    """Return the outcome of a poll that ended in an error nobody foresaw: its source is pushed forward like any."""
    at = now()
    failure = Failure(kind="internal", message=f"internal error: {error!r}")
    state = verdict.failed(task.state, failure.kind, at)
    return closed(task, "error", state, started_at=at, finished_at=at, error=failure)


def closed(
    task: PollTask,
    status: PollStatus,
    state: SourceState,
    *,
    started_at: datetime,
    finished_at: datetime,
    fresh_for: timedelta | None = None,
    retry_after: timedelta | None = None,
    error: Failure | None = None,
) -> Outcome:
    """Return an outcome with the time of the next poll and its reason; what was found is still to be put in."""
    following = cadence.next_poll(
        task.source.rhythm,
        source=task.source.id,
        now=finished_at,
        timezone=task.source.timezone,
        failures=state.failures,
        error=error.kind if error and state.failures else None,
        fresh_for=fresh_for,
        retry_after=retry_after,
    )
    return Outcome(
        source=task.source.id,
        lease=task.lease,
        status=status,
        started_at=started_at,
        finished_at=finished_at,
        state=replace(state, not_before=following.not_before),
        next_poll_at=following.at,
        why=following.why,
        pending=task.pending,
        error=error,
    )
