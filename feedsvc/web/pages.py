"""Stored values in, the pages out that answer a question: the status of the sources, and a search with its feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from urllib.parse import quote

from feedsvc import render
from feedsvc.model import Document, Entry, Feed, Health, Origin, Site
from feedsvc.render import links, pages, words
from feedsvc.store import SourceRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the change of a search that finds nothing: fixed, so that it can be cached


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the status page says, in one language."""

    title: str
    columns: tuple[str, ...]
    none: str
    summary: str
    never: str
    health: Mapping[Health, str]


_SAID = {
    "de": Said(
        title="Zustand der Quellen",
        columns=("Quelle", "Zustand", "Zuletzt Neues", "Zuletzt abgefragt", "Nächste Abfrage", "Letzter Fehler"),
        none="Es ist noch keine Quelle eingerichtet.",
        summary="{good} von {all} Quellen in Ordnung.",
        never="noch nie",
        health={
            "new": "neu", "ok": "in Ordnung", "quiet": "ruhig", "degraded": "lückenhaft", "broken": "gestört",
            "blocked": "gesperrt", "gone": "verschwunden", "disabled": "abgeschaltet",
        },
    ),
    "en": Said(
        title="State of the sources",
        columns=("Source", "State", "Last news", "Last asked", "Next time", "Last error"),
        none="No source is configured yet.",
        summary="{good} of {all} sources are in order.",
        never="never",
        health={
            "new": "new", "ok": "in order", "quiet": "quiet", "degraded": "incomplete", "broken": "broken",
            "blocked": "blocked", "gone": "gone", "disabled": "switched off",
        },
    ),
}  # fmt: skip


def with_origins(site: Site, rows: Iterable[SourceRow]) -> Mapping[str, Origin]:
    """Return what readers are told about the sources, from what the store knows of them."""
    return {row.id: Origin(id=row.id, name=row.name or row.id, url=row.url, language=site.language) for row in rows}


def status(site: Site, rows: Sequence[SourceRow]) -> bytes:
    """Return the page with a row per source: state, last and next poll, and the last error in words."""
    said = _SAID.get(site.language, _SAID["en"])
    shown = [_row(site, said, row) for row in rows]
    enabled = [row for row in rows if row.enabled]
    good = sum(row.health in ("ok", "quiet", "new") for row in enabled)
    source = resources.files(__package__).joinpath("status.html.j2").read_text(encoding="utf-8")
    summary = said.summary.format(good=good, all=len(enabled))
    return pages.frame(site, title=said.title, source=source, said=said, rows=shown, summary=summary)


def search(site: Site, question: str, entries: Sequence[Entry]) -> Mapping[str, Document]:
    """Return a search's page and feeds by extension ("html", "rss", "atom", "json")."""
    changed = max((entry.changed for entry in entries), default=_EPOCH)
    feed = Feed(path=f"search?q={quote(question)}", slug="search", title=question, kind="question", changed=changed)
    return {document.path.rpartition(".")[2]: document for document in render.documents(feed, entries, site)}


def _row(site: Site, said: Said, row: SourceRow) -> Mapping[str, str]:
    health: Health = row.health if row.enabled else "disabled"
    return {
        "name": row.name or row.id,
        "page": links.to(site, f"sources/{row.id}/"),
        "health": health,
        "health_words": said.health[health],
        "last_new": _when(site, said, row.last_new_at),
        "last_poll": _when(site, said, row.last_poll_at),
        "next_poll": _when(site, said, row.next_poll_at) if row.enabled else "",
        "why": row.why if row.enabled else "",
        "error": row.error.message if row.error else "",
    }


def _when(site: Site, said: Said, at: datetime | None) -> str:
    return words.date(at, site) if at else said.never
