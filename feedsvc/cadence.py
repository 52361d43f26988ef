"""What a poll came to in, when to look again and why out.

The operator's rhythm is the start; everything else only delays it: what the origin asked for (RFC 9110 10.2.3,
RFC 9111 5.2.2.1, RSS ttl), failures in a row, and a little jitter so that sources do not march in step.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from feedsvc.model import ErrorKind, Rhythm

MAX_BACKOFF = timedelta(hours=24)  # protocol F19
MAX_FLOOR = timedelta(days=7)  # protocol F9
FORBIDDEN_PAUSE = timedelta(hours=4)  # protocol F22
_JITTER = 0.05  # of the rhythm; a minute in twenty
_MAX_JITTER = timedelta(seconds=60)
_REFUSALS = frozenset[ErrorKind]({"forbidden", "challenge", "unauthorized", "consent_wall"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """When a source is asked again, why then, and before when the origin does not want to be asked at all."""

    at: datetime
    why: str
    not_before: datetime | None = None


def next_poll(
    rhythm: Rhythm,
    *,
    source: str,
    now: datetime,
    timezone: str,
    failures: int = 0,
    error: ErrorKind | None = None,
    fresh_for: timedelta | None = None,
    retry_after: timedelta | None = None,
) -> Next:
    """Return the next poll after one that ended at `now`; never earlier than any floor."""
    at, why = _by_rhythm(rhythm, now, timezone)
    at += jitter(source, now, at - now)
    if failures:
        at, why = _later(at, why, now + backoff(rhythm.every, failures), _failed(failures))
    if error in _REFUSALS:
        at, why = _later(at, why, now + FORBIDDEN_PAUSE, "the site refuses us; 4h pause")
    not_before: datetime | None = None
    for asked, reason in (
        (fresh_for, "the site says its page stays fresh"),
        (retry_after, "the site says Retry-After"),
    ):
        if asked and asked > timedelta(0):
            floor = now + min(asked, MAX_FLOOR)
            not_before = max(floor, not_before or floor)
            at, why = _later(at, why, floor, f"{reason} {span(min(asked, MAX_FLOOR))}")
    return Next(at=at, why=why, not_before=not_before)


def backoff(every: timedelta, failures: int) -> timedelta:
    """Return the pause after so many failures in a row: doubling from the rhythm, at most 24 h, never for ever."""
    return min(every * (1 << min(failures - 1, 20)), max(MAX_BACKOFF, every))


def jitter(source: str, now: datetime, interval: timedelta) -> timedelta:
    """Return a delay of at most 5 % of the interval and 60 s; the same source and time give the same delay."""
    digest = hashlib.blake2b(f"{source} {now.isoformat()}".encode(), digest_size=4).digest()
    share: float = int.from_bytes(digest, "big") / 2**32
    return share * min(interval * _JITTER, _MAX_JITTER)


def span(value: timedelta) -> str:
    """Return a span as the configuration writes it: "90s", "15m", "6h", "7d"."""
    seconds = round(value.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _by_rhythm(rhythm: Rhythm, now: datetime, timezone: str) -> tuple[datetime, str]:
    if not rhythm.cron:
        return now + rhythm.every, f"every {span(rhythm.every)}"
    local = next(CronSim(rhythm.cron, now.astimezone(ZoneInfo(timezone))))
    return local.astimezone(now.tzinfo), f"cron {rhythm.cron}"


def _later(at: datetime, why: str, floor: datetime, reason: str) -> tuple[datetime, str]:
    return (floor, reason) if floor > at else (at, why)


def _failed(failures: int) -> str:
    return "failed once" if failures == 1 else f"failed {failures} times in a row"
