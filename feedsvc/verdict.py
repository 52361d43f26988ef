"""How a poll went in, the source's state and health after it out.

Health is ok, or quiet after an unusually long time without anything new; degraded when something was missing or a list
could not be believed; broken after three such polls in a row; blocked when the site refuses us. A source never stops
being asked (protocol F19). Every change of health is an incident.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from feedsvc.model import Ailment, ErrorKind, Health, Incident, Learned, Page, PollStatus, SourceState, Validators

BROKEN_AFTER = 3  # failures in a row
QUIET_AFTER = timedelta(days=30)
QUIET_GAPS = 4  # times the longest of the usual gaps
QUIET_AT_LEAST = timedelta(days=2)
ENOUGH_GAPS = 5
INCIDENTS = 20  # kept of one source
REFUSED = frozenset[ErrorKind]({"unauthorized", "forbidden", "challenge", "consent_wall", "paywall"})
DISALLOWED = frozenset[ErrorKind]({"robots", "tdm"})


def succeeded(
    state: SourceState, at: datetime, *, complete: bool, found_new: bool, ailment: tuple[str, str] | None = None
) -> SourceState:
    """Return the state after a poll that could be used.

    `complete` is false if some of it could not; `ailment` is the field that fails in what could, and why.
    """
    last_new_at = at if found_new else state.last_new_at
    health: Health = "ok" if complete and ailment is None else "degraded"
    if health == "ok" and last_new_at and at - last_new_at > quiet_after(state):
        health = "quiet"
    after = replace(
        state,
        failures=0,
        first_failed_at=None,
        last_poll_at=at,
        last_success_at=at,
        last_new_at=last_new_at,
        ailment=_ailment(state, ailment, at),
    )
    reason = ailment[1] if ailment else "" if complete else "some articles could not be had"
    return _with_health(after, health, at, reason)


def failed(state: SourceState, kind: ErrorKind, at: datetime, *, ailment: tuple[str, str] | None = None) -> SourceState:
    """Return the state after a poll that gave nothing: validators and everything learned before it stay."""
    failures = state.failures + 1
    after = replace(
        state,
        failures=failures,
        first_failed_at=state.first_failed_at or at,
        last_poll_at=at,
        ailment=_ailment(state, ailment, at) if ailment else state.ailment,
    )
    return _with_health(after, _failing_health(kind, failures), at, ailment[1] if ailment else kind.replace("_", " "))


def quiet_after(state: SourceState) -> timedelta:
    """Return how long without anything new is unusual: four of the longest gaps there were, at most thirty days."""
    gaps = state.habits.gaps
    if len(gaps) < ENOUGH_GAPS:
        return QUIET_AFTER
    return min(max(QUIET_GAPS * timedelta(hours=max(gaps)), QUIET_AT_LEAST), QUIET_AFTER)


def relearned(state: SourceState, learned: Learned | None, at: datetime) -> SourceState:
    """Return the state with the rules its list is read by instead of its own; None: its own are right again."""
    before = state.learned
    after = replace(state, learned=learned)
    if learned is None:
        message = "read as configured again"
        return noted(after, _incident(state, at, "dropped", message)) if before is not None else after
    if before is not None and before.rules == learned.rules:
        return after
    message = f"the list is read anew, by {learned.new} instead of {learned.old}: {learned.evidence}"
    return noted(after, _incident(state, at, "learned", message))


def noted(state: SourceState, incident: Incident) -> SourceState:
    """Return the state with an incident more, the last ones kept."""
    return replace(state, incidents=(incident, *state.incidents)[:INCIDENTS])


def status(kind: ErrorKind) -> PollStatus:
    """Return the contract's status of a poll that failed."""
    if kind in REFUSED:
        return "blocked"
    if kind in DISALLOWED:
        return "disallowed"
    return "gone" if kind == "gone" else "error"


def renewed(page: Page, old: Validators) -> Validators:
    """Return the validators after an answer: a 304 replaces those it carries, a 200 drops what it lacks (F3)."""
    new = page.validators
    if not page.not_modified:
        return new
    return Validators(etag=new.etag or old.etag, last_modified=new.last_modified or old.last_modified)


def _failing_health(kind: ErrorKind, failures: int) -> Health:
    if kind in REFUSED | DISALLOWED:
        return "blocked"
    if kind == "gone":
        return "gone"
    return "broken" if failures >= BROKEN_AFTER else "degraded"


def _ailment(state: SourceState, found: tuple[str, str] | None, at: datetime) -> Ailment | None:
    """Return what fails, since when: since the first poll at which this field did."""
    if found is None:
        return None
    field, reason = found
    since = state.ailment.since if state.ailment and state.ailment.field == field else at
    return Ailment(field=field, reason=reason, since=since)


def _incident(state: SourceState, at: datetime, kind: Literal["learned", "dropped"], message: str) -> Incident:
    return Incident(at=at, kind=kind, health=state.health, message=message)


def _with_health(state: SourceState, health: Health, at: datetime, reason: str) -> SourceState:
    if health == state.health:
        return state
    after = replace(state, health=health, health_since=at)
    if state.health == "new" and health == "ok":
        return after
    message = f"{state.health} -> {health}" + (f": {reason}" if reason else "")
    return noted(after, Incident(at=at, kind="health", health=health, message=message))
