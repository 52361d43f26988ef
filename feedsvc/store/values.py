"""The values that only the store gives: what cannot be claimed, rows of the log, figures per feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from feedsvc.errors import StoreError
from feedsvc.model import Ailment, Failure, Habits, Health, Incident, Learned, PollStatus, Rejected, Way

DeferredKind = Literal["origin", "gap", "host", "leased", "disabled"]


class LeaseLost(StoreError):
    """The poll took longer than its lease and somebody else has the source now: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """A source that was asked for by name and cannot be polled before `until`.

    "origin": the site set the time. "gap": its host was asked a moment ago. "host": another source of its host is being
    polled. "leased": it is being polled itself. These two end with that poll, at the latest at `until`. "disabled": the
    operator switched it off, or does not name it.
    """

    source_id: str
    until: datetime
    why: str
    kind: DeferredKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRow:
    """One poll as it was recorded. `found` is None if the listing was not read; `http_status` is the first answer's."""

    started_at: datetime
    seconds: float
    status: PollStatus
    http_status: int | None
    bytes: int
    found: int | None
    new: int
    updated: int
    unchanged: int
    withdrawn: int
    rejected: tuple[Rejected, ...]
    error: Failure | None
    next_poll_at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A configured source and how it is doing; `polls` are the last ones, newest first.

    `polled_by` is the holder of its lease while it is being polled.
    """

    id: str
    name: str
    url: str
    health: Health
    health_since: datetime | None
    enabled: bool
    last_poll_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime
    why: str
    way: Way | None
    error: Failure | None
    polled_by: str | None
    polls: tuple[PollRow, ...] = ()
    habits: Habits = field(default_factory=Habits)
    ailment: Ailment | None = None
    learned: Learned | None = None
    incidents: tuple[Incident, ...] = ()  # the last ones, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStats:
    """How a feed grows: its entries, how many a day over the last 30 days, its last change."""

    path: str
    entries: int
    per_day: float
    changed: datetime
