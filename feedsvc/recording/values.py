"""What a recording is made of: what addresses answered, and what was read from that, as values that compare."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from feedsvc.errors import FeedsvcError, FetchError
from feedsvc.model import ErrorKind, Page, Source

Fields = Mapping[str, object]  # a value's fields as JSON writes them

MAX_BYTES = 50_000_000  # of all pages of a recording, decoded
MAX_PAGES = 2000


class RecordingError(FeedsvcError):
    """A recording cannot be made, or what lies there is none: names the file, or what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that was no page (404, robots.txt, a timeout): what a FetchError says, as a value."""

    kind: ErrorKind
    message: str
    status: int | None = None
    retry_after: timedelta | None = None
    permanent: bool = False

    @classmethod
    def of(cls, error: FetchError) -> Refusal:
        """Return an error as a value."""
        return cls(
            kind=error.kind,
            message=error.message,
            status=error.status,
            retry_after=error.retry_after,
            permanent=error.permanent,
        )

    def error(self, url: str) -> FetchError:
        """Return the error again."""
        return FetchError(
            url,
            self.kind,
            self.message,
            status=self.status,
            retry_after=self.retry_after,
            permanent=self.permanent,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one address answered when it was asked: a page, or a refusal."""

    url: str
    at: datetime
    given: Page | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFound:
    """One list page a source was read from, without its leads."""

    url: str
    kind: str
    title: str | None = None
    next_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a poll of the recorded pages gives: the leads of all its list pages in page order, and the articles.

    `reads` is the address of the first list page: the source's own, or the feed that was found for it.
    """

    status: str
    error: Fields | None = None
    reads: str | None = None
    lists: tuple[ListFound, ...] = ()
    leads: tuple[Fields, ...] = ()
    articles: tuple[Fields, ...] = ()
    rejected: tuple[Fields, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A source's pages of one day, with what they gave; `source` is the slice of it that decides how they are read."""

    source: Source
    recorded_at: datetime
    version: str
    answers: tuple[Answer, ...] = field(repr=False)
    expected: Found = field(repr=False)


What = Literal["source", "list", "lead", "article", "rejected", "page"]
Kind = Literal["missing", "new", "changed", "unrecorded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one item that is not what it was; `field` is None where the whole item is missing or new.

    "unrecorded" is a page that was asked for and does not stand in the recording.
    """

    what: What
    item: str
    field: str | None
    kind: Kind
    before: object = None
    after: object = None


def plain(value: object) -> object:
    """Return a value as JSON writes it: every field, instants with offset, spans in seconds."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return fields(value)
    return value


def fields(value: object) -> Fields:
    """Return the fields of a frozen value as JSON writes them; none is left out."""
    names = (each.name for each in dataclasses.fields(value))  # type: ignore[arg-type]  # any dataclass
    return {name: plain(getattr(value, name)) for name in names}
