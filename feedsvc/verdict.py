"""How a poll went in, the source's state and health after it out.

Health is ok, or quiet after thirty days without anything new; degraded when something was missing; broken after three
failures in a row; blocked when the site refuses us. A source never stops being asked (protocol F19).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from feedsvc.model import ErrorKind, Health, Page, PollStatus, SourceState, Validators

BROKEN_AFTER = 3  # failures in a row
QUIET_AFTER = timedelta(days=30)
REFUSED = frozenset[ErrorKind]({"unauthorized", "forbidden", "challenge", "consent_wall", "paywall"})
DISALLOWED = frozenset[ErrorKind]({"robots", "tdm"})


def succeeded(state: SourceState, at: datetime, *, complete: bool, found_new: bool) -> SourceState:
    """Return the state after a poll that could be used; `complete` is false if some of it could not."""
    last_new_at = at if found_new else state.last_new_at
    health: Health = "ok" if complete else "degraded"
    if complete and last_new_at and at - last_new_at > QUIET_AFTER:
        health = "quiet"
    return replace(
        state,
        failures=0,
        first_failed_at=None,
        last_poll_at=at,
        last_success_at=at,
        last_new_at=last_new_at,
        health=health,
        health_since=_since(state, health, at),
    )


def failed(state: SourceState, kind: ErrorKind, at: datetime) -> SourceState:
    """Return the state after a poll that gave nothing: validators and everything learned before it stay."""
    failures = state.failures + 1
    health = _failing_health(kind, failures)
    return replace(
        state,
        failures=failures,
        first_failed_at=state.first_failed_at or at,
        last_poll_at=at,
        health=health,
        health_since=_since(state, health, at),
    )


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


def _since(state: SourceState, health: Health, at: datetime) -> datetime | None:
    return state.health_since if health == state.health else at
