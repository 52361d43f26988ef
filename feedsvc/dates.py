"""German and international date texts in, aware datetimes with their precision out; unreadable is None, never now."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from feedsvc.model import Precision


class Moment(NamedTuple):
    """An aware instant and how precisely the text told it; a day gives 00:00 local time."""

    at: datetime
    precision: Precision


def parse(
    text: str | None, *, language: str = "de", timezone: str = "Europe/Berlin", now: datetime | None = None
) -> Moment | None:
    """Return the one date a text tells, or None."""
    return None
