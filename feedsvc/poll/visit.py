"""Addresses in, pages out: the requests of one poll, each with its row for the record, as long as the poll has time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feedsvc import urls
from feedsvc.errors import FetchError
from feedsvc.model import Failure, Fetch, Fetched, Page, Read, Request, Source, Validators

Clock = Callable[[], datetime]

BUDGET = timedelta(minutes=10)  # what is not read by then waits for the next poll


@dataclass(slots=True, kw_only=True)
class Visit:
    """One poll's way to the world: how pages are fetched and read, since when, and what was asked so far."""

    source: Source
    fetch: Fetch
    read: Read
    now: Clock
    started_at: datetime
    fetches: list[Fetched] = field(default_factory=list)

    def get(self, url: str, validators: Validators = Validators()) -> Page:  # noqa: B008  # frozen
        """Fetch one address and keep a row of it (protocol F34)."""
        at = self.now()
        http = self.source.http
        if urls.host(url) != urls.host(self.source.url):  # secrets and the TLS opt-out are the source's own host's
            http = replace(http, headers={}, verify_tls=True)
        try:
            page = self.fetch(Request(url=url, validators=validators, http=http))
        except FetchError as error:
            failure = Failure(kind=error.kind, message=str(error))
            seconds = (self.now() - at).total_seconds()
            self.fetches.append(Fetched(url=url, at=at, status=error.status, bytes=0, seconds=seconds, error=failure))
            raise
        self.fetches.append(Fetched(url=url, at=at, status=page.status, bytes=page.wire_bytes, seconds=page.seconds))
        return page

    def is_over(self) -> bool:
        """Whether the poll has taken all the time it may."""
        return self.now() - self.started_at > BUDGET
