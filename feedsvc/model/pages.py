"""What is asked for, and what a request gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feedsvc.model.sources import HttpOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified exactly as the origin wrote them (RFC 9110 8.8); None where it sent none."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One address to fetch. `validators` are sent as If-None-Match and If-Modified-Since (RFC 9110 13.1)."""

    url: str
    validators: Validators = Validators()
    http: HttpOptions = HttpOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer with status 200, or 304 with an empty body; every other answer is a FetchError.

    `body` has its content encoding removed; `fresh_for` is the longest time the origin says the answer stays valid
    (max-age, else Expires minus Date); `moved_to` is set when every redirect on the way was permanent.
    """

    url: str
    final_url: str
    status: int = 200
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""
    charset: str | None = None
    validators: Validators = Validators()
    fresh_for: timedelta | None = None
    moved_to: str | None = None
    feeds: tuple[str, ...] = ()  # what the Link header names as other forms of the page (RFC 8288), as written
    fetched_at: datetime | None = None  # None: unknown, so "vor 3 Stunden" is unreadable
    wire_bytes: int = 0
    seconds: float = 0.0

    @property
    def not_modified(self) -> bool:
        return self.status == 304
