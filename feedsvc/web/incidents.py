"""Incidents in, what is told about them out: in words for the page, and as a feed for the operator's reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from feedsvc import render
from feedsvc.model import Article, Document, Entry, Feed, Health, Origin, Site
from feedsvc.render import links, words
from feedsvc.store import IncidentRow
from feedsvc.web import explain

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # the change of a feed without an incident: fixed, so that it can be cached


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An incident in words; `text` says why, what exactly was seen, and what to do."""

    source: str
    name: str
    at: datetime
    kind: str
    was: Health
    health: Health
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What incidents say, in one language."""

    feed: str
    description: str
    health: str
    learned: str
    dropped: str
    field: str
    before: str
    advice: str
    well: str


_SAID = {
    "de": Said(
        feed="Vorkommnisse",
        description="Wenn sich der Zustand einer Quelle ändert oder ihre Liste neu gelesen wird.",
        health="{name}: {health} (vorher {was})",
        learned="{name}: die umgebaute Liste wird neu gelesen",
        dropped="{name}: wieder wie eingerichtet gelesen",
        field="Es fehlt: {field}.",
        before="Der vorige Zustand bestand seit {since}.",
        advice="Was zu tun ist: {advice}",
        well="Es ist nichts zu tun.",
    ),
    "en": Said(
        feed="Incidents",
        description="When the health of a source changes or its list is read anew.",
        health="{name}: {health} (was {was})",
        learned="{name}: the rebuilt list is read anew",
        dropped="{name}: read as configured again",
        field="Missing: {field}.",
        before="It had been so since {since}.",
        advice="What to do: {advice}",
        well="Nothing is to be done.",
    ),
}


def told(row: IncidentRow, site: Site) -> Told:
    """Return an incident in words."""
    language = words.of(site).language
    said, name = _SAID.get(language, _SAID["en"]), row.name or row.source
    forms: Mapping[str, str] = {"health": said.health, "learned": said.learned, "dropped": said.dropped}
    title = forms[row.kind].format(
        name=name, health=explain.health(language, row.health), was=explain.health(language, row.was)
    )
    return Told(
        source=row.source,
        name=name,
        at=row.at,
        kind=row.kind,
        was=row.was,
        health=row.health,
        title=title,
        text=" ".join(_sentences(row, site, said, language)),
    )


def atom(rows: Sequence[IncidentRow], site: Site) -> Document:
    """Return the incidents as an Atom feed, newest first; ids are the same for as long as an incident is."""
    said = _SAID.get(words.of(site).language, _SAID["en"])
    changed = max((row.at for row in rows), default=_EPOCH)
    feed = Feed(
        path="status", slug="status", title=said.feed, kind="question", changed=changed, description=said.description
    )
    names = {
        row.source: Origin(id=row.source, name=row.name or row.source, url=links.to(site, "status")) for row in rows
    }
    return next(
        document
        for document in render.documents(feed, [_entry(row, site) for row in rows], _with(site, names))
        if document.path == "status.atom"
    )


def _with(site: Site, origins: Mapping[str, Origin]) -> Site:
    return Site(
        title=site.title, base_url=site.base_url, language=site.language, timezone=site.timezone, origins=origins
    )


def _entry(row: IncidentRow, site: Site) -> Entry:
    shown = told(row, site)
    identity = uuid5(NAMESPACE_URL, f"feedsvc:incident:{row.source}:{row.at.isoformat()}:{row.kind}:{row.health}")
    article = Article(
        url=f"{links.to(site, 'status')}#source-{row.source}",
        title=shown.title,
        headline=shown.title,
        teaser=shown.text,
        language=words.of(site).language,
    )
    return Entry(
        id=identity.urn, source=row.source, article=article, feed_time=row.at, first_seen=row.at, changed=row.at
    )


def _sentences(row: IncidentRow, site: Site, said: Said, language: str) -> Iterator[str]:
    troubled = row.health not in ("ok", "quiet", "new")
    if row.error_kind and troubled:
        yield _sentence(explain.error(language, row.error_kind))
    if row.field and troubled:
        yield said.field.format(field=explain.field(language, row.field))
    reason = row.message.partition(": ")[2] if row.kind == "health" else row.message
    if exactly := row.detail if row.detail and troubled else reason:
        yield _sentence(exactly)
    if row.kind == "health" and row.since:
        yield said.before.format(since=words.date(row.since, site))
    advice = explain.advice(language, row.source, row.health, row.error_kind, row.field)
    yield said.advice.format(advice=advice) if advice else said.well


def _sentence(text: str) -> str:
    text = text.strip()
    first = text[:1] if text.startswith(("http://", "https://")) else text[:1].upper()
    return first + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
