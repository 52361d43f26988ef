"""manifest.json: the text of a recording's table of contents in, checked values out, and back.

It holds of the source what decides how its pages are read, and never its headers.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import zoneinfo
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import pydantic

from feedsvc import model, rules, urls
from feedsvc.errors import ConfigError
from feedsvc.recording.values import MAX_BYTES, MAX_PAGES, Answer, Found, Recording, RecordingError, Refusal

T = TypeVar("T")

FORMAT: Literal[1] = 1


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, extra="forbid", frozen=True)


Url = Annotated[str, pydantic.Field(pattern=r"^(?i)https?://", max_length=20_000)]


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError("is no time zone") from None
    return name


class SourceTable(_Table):
    """The slice of a source that decides how its pages are read."""

    id: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=100)]
    url: Url
    kind: model.SourceKind
    language: Annotated[str, pydantic.Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$", max_length=35)]
    timezone: Annotated[str, pydantic.AfterValidator(_zone)]
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    articles: Literal["auto", "always", "never"]
    content: Literal["teaser", "full"]
    limit: Annotated[int, pydantic.Field(ge=1)]
    list: Mapping[str, pydantic.JsonValue]
    article: Mapping[str, pydantic.JsonValue]


class PageRow(_Table):
    """A page: where it was asked for, how it answered, and the file that holds its body."""

    url: Url
    final_url: Url
    status: Literal[200]
    media_type: str
    charset: str | None
    moved_to: Url | None
    links: tuple[str, ...]
    fetched_at: pydantic.AwareDatetime | None
    bytes: Annotated[int, pydantic.Field(ge=0, le=MAX_BYTES)]
    sha256: Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{64}$")]
    file: Annotated[str, pydantic.Field(pattern=r"^pages/[0-9]{3,4}-[a-z0-9-]{1,60}\.gz$")]


class RefusedRow(_Table):
    """An address that answered with something else than a page."""

    url: Url
    status: int | None
    kind: model.ErrorKind
    message: str
    retry_after: Annotated[float, pydantic.Field(ge=0, le=1e9)] | None
    permanent: bool
    fetched_at: pydantic.AwareDatetime


class Manifest(_Table):
    """The whole file."""

    format: Literal[1]
    feedsvc: str
    recorded_at: pydantic.AwareDatetime
    source: SourceTable
    pages: Annotated[tuple[PageRow, ...], pydantic.Field(max_length=MAX_PAGES)]
    refused: Annotated[tuple[RefusedRow, ...], pydantic.Field(max_length=MAX_PAGES)]

    @pydantic.model_validator(mode="after")
    def _fits(self) -> Manifest:
        if sum(row.bytes for row in self.pages) > MAX_BYTES:
            raise ValueError(f"the pages are over {MAX_BYTES // 1_000_000} MB together")
        if len({row.file for row in self.pages}) < len(self.pages):
            raise ValueError("a file stands twice in it")
        asked = [*(row.url for row in self.pages), *(row.url for row in self.refused)]
        if len(set(asked)) < len(asked):
            raise ValueError("an address stands twice in it")
        return self


_MANIFEST = pydantic.TypeAdapter(Manifest)
_FOUND = pydantic.TypeAdapter(Found)


def parse(raw: bytes, where: str) -> Manifest:
    """Return the manifest a file holds; RecordingError names file and key if it is none."""
    return _checked(_MANIFEST, raw, where)


def expected(raw: bytes, where: str) -> Found:
    """Return what expected.json holds; RecordingError names file and key if it is none."""
    return _checked(_FOUND, raw, where)


def _checked(adapter: pydantic.TypeAdapter[T], raw: bytes, where: str) -> T:
    try:
        return adapter.validate_json(raw, strict=True)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise RecordingError(f"{where}: {key + ': ' if key else ''}{first['msg']}") from None


def made(recording: Recording) -> Manifest:
    """Return the manifest of a recording."""
    answers = enumerate(recording.answers, 1)
    return Manifest(
        format=FORMAT,
        feedsvc=recording.version,
        recorded_at=recording.recorded_at,
        source=_table(recording.source),
        pages=tuple(_page_row(n, a.url, a.given) for n, a in answers if isinstance(a.given, model.Page)),
        refused=tuple(_refused_row(a, a.given) for a in recording.answers if isinstance(a.given, Refusal)),
    )


def accepting(found: Manifest, source: model.Source, version: str) -> Manifest:
    """Return a manifest whose pages are read by another source's rules, by another version."""
    return found.model_copy(update={"source": _table(source), "feedsvc": version})


def source(table: SourceTable, where: str) -> model.Source:
    """Return the source as it was; RecordingError names a rule that cannot be used."""
    try:
        list_rules, article_rules = rules.listing(table.list), rules.article(table.article)
    except ConfigError as error:
        raise RecordingError(f"{where}: source.{error.problems[0]}") from None
    return model.Source(
        id=table.id,
        url=table.url,
        kind=table.kind,
        language=table.language,
        timezone=table.timezone,
        categories=table.categories,
        tags=table.tags,
        articles=table.articles,
        content=table.content,
        limit=table.limit,
        list_rules=list_rules,
        article_rules=article_rules,
    )


def answer(row: PageRow | RefusedRow, body: bytes, recorded_at: datetime) -> Answer:
    """Return what an address answered; `body` is what its file holds."""
    if isinstance(row, RefusedRow):
        wait = None if row.retry_after is None else timedelta(seconds=row.retry_after)
        refusal = Refusal(
            kind=row.kind, message=row.message, status=row.status, retry_after=wait, permanent=row.permanent
        )
        return Answer(url=row.url, at=row.fetched_at, given=refusal)
    page = model.Page(
        url=row.url,
        final_url=row.final_url,
        body=body,
        media_type=row.media_type,
        charset=row.charset,
        moved_to=row.moved_to,
        feeds=row.links,
        fetched_at=row.fetched_at,
    )
    return Answer(url=row.url, at=row.fetched_at or recorded_at, given=page)


def _table(found: model.Source) -> SourceTable:
    return SourceTable(
        id=found.id,
        url=found.url,
        kind=found.kind,
        language=found.language,
        timezone=found.timezone,
        categories=found.categories,
        tags=found.tags,
        articles=found.articles,
        content=found.content,
        limit=found.limit,
        list=_written(found.list_rules),
        article=_written(found.article_rules),
    )


def _written(found: model.ListRules | model.ArticleRules) -> dict[str, pydantic.JsonValue]:
    """Return rules as a table gives them; what is left to be read without one is left out."""
    table: dict[str, pydantic.JsonValue] = {}
    for each in dataclasses.fields(found):
        if values := getattr(found, each.name):
            table[each.name] = [list(one) if isinstance(one, tuple) else one for one in values]
    return table


def _page_row(number: int, url: str, page: model.Page) -> PageRow:
    name = re.sub(r"\.\w{1,5}$", "", urlsplit(url).path)
    return PageRow(
        url=url,
        final_url=page.final_url,
        status=200,
        media_type=page.media_type,
        charset=page.charset,
        moved_to=page.moved_to,
        links=page.feeds,
        fetched_at=page.fetched_at,
        bytes=len(page.body),
        sha256=digest(page.body),
        file=f"pages/{number:03}-{urls.slug(name if name.strip('/') else 'start')}.gz",
    )


def _refused_row(answer: Answer, refusal: Refusal) -> RefusedRow:
    return RefusedRow(
        url=answer.url,
        status=refusal.status,
        kind=refusal.kind,
        message=refusal.message,
        retry_after=None if refusal.retry_after is None else refusal.retry_after.total_seconds(),
        permanent=refusal.permanent,
        fetched_at=answer.at,
    )


def digest(body: bytes) -> str:
    """Return the SHA-256 of a body as the manifest writes it."""
    return hashlib.sha256(body).hexdigest()
