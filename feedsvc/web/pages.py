"""Stored values in, the pages out that answer a question: the status of the sources, and a search with its feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from urllib.parse import quote

from feedsvc import render
from feedsvc.model import Document, Entry, Feed, Health, Origin, Problem, Site
from feedsvc.render import links, pages, words
from feedsvc.store import Day, IncidentRow, Misconfigured, SourceRow
from feedsvc.web import charts, explain, incidents

SHOWN = 200  # sources on the page; /status.json has them all
INCIDENTS = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the change of a search that finds nothing: fixed, so that it can be cached
_GRAVITY: tuple[Health, ...] = ("broken", "gone", "blocked", "degraded", "quiet", "new", "ok", "disabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the status page says, in one language."""

    title: str
    columns: tuple[str, ...]
    none: str
    summary: str
    also: str
    never: str
    since: str
    read_at: str
    advice: str
    learned: str
    line: str
    refused: str
    refused_text: str
    left_out: str
    left_out_text: str
    more: str
    incident_feed: str
    no_incident: str


_SAID = {
    "de": Said(
        title="Zustand der Quellen",
        columns=("Quelle", "Zustand", "Zuletzt Neues", "Nächste Abfrage", "Artikel, 30 Tage", "Abfragezeit, 30 Tage"),
        none="Es ist noch keine Quelle eingerichtet.",
        summary="{good} von {all} Quellen in Ordnung.",
        also="Auch als",
        never="noch nie",
        since="seit",
        read_at="gelesen unter",
        advice="Was zu tun ist:",
        learned="Die Liste wurde umgebaut und wird seit {since} anders gelesen: {new} statt {old} ({evidence}).",
        line="Zeile",
        refused="config.toml wurde nicht übernommen",
        refused_text="Der Dienst arbeitet mit der vorigen Fassung weiter, bis dies behoben ist. Prüfen: feedsvc check",
        left_out="Quellen sind ausgelassen",
        left_out_text="Ihre Regeln sind nicht zu gebrauchen; alle anderen laufen. Prüfen: feedsvc check",
        more="{count} weitere Quellen stehen nur in der JSON-Fassung.",
        incident_feed="Vorkommnisse",
        no_incident="Bisher keine.",
    ),
    "en": Said(
        title="State of the sources",
        columns=("Source", "State", "Last news", "Next poll", "Articles, 30 days", "Poll time, 30 days"),
        none="No source is configured yet.",
        summary="{good} of {all} sources are in order.",
        also="Also as",
        never="never",
        since="since",
        read_at="read at",
        advice="What to do:",
        learned="The list was rebuilt and is read differently since {since}: {new} instead of {old} ({evidence}).",
        line="line",
        refused="config.toml was not taken over",
        refused_text="The service goes on with the version before until this is mended. Check it: feedsvc check",
        left_out="Sources are left out",
        left_out_text="Their rules cannot be used; all others run. Check it: feedsvc check",
        more="{count} more sources stand in the JSON version only.",
        incident_feed="Incidents",
        no_incident="None so far.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Everything the status page is made from, `sources` in the order of the page."""

    sources: Sequence[SourceRow]
    history: Mapping[str, tuple[Day, ...]]
    incidents: Sequence[IncidentRow]
    problems: Misconfigured
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about the configuration that stands above everything else."""

    title: str
    text: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A source as the page shows it; empty texts are left out."""

    id: str
    name: str
    page: str
    read_url: str
    read_shown: str
    read_why: str
    health: Health
    health_words: str
    since: pages.Moment | None
    last_new: pages.Moment | None
    next_poll: pages.Moment | None
    why: str
    trouble: str
    exactly: str
    advice: str | None
    learned: str
    articles: charts.Chart
    seconds: charts.Chart


def with_origins(site: Site, rows: Iterable[SourceRow]) -> Mapping[str, Origin]:
    """Return what readers are told about the sources, from what the store knows of them."""
    return {row.id: Origin(id=row.id, name=row.name or row.id, url=row.url, language=site.language) for row in rows}


def gravest_first(rows: Iterable[SourceRow]) -> list[SourceRow]:
    """Return the sources in the order of the page."""
    order = {health: place for place, health in enumerate(_GRAVITY)}
    return sorted(rows, key=lambda row: (order[row.health], (row.name or row.id).casefold()))


def status(site: Site, watched: Watched) -> bytes:
    """Return the page with a row per source, what is wrong with the configuration, and incidents."""
    said = _said(site)
    rows = watched.sources
    enabled = [row for row in rows if row.enabled]
    good = sum(row.health in ("ok", "quiet", "new") for row in enabled)
    return pages.frame(
        site,
        title=said.title,
        source=resources.files(__package__).joinpath("status.html.j2").read_text(encoding="utf-8"),
        alternates=[_incident_feed(site, said)],
        said=said,
        summary=said.summary.format(good=good, all=len(enabled)),
        json_url=links.to(site, "status.json"),
        atom_url=links.to(site, "status.atom"),
        metrics_url=links.to(site, "metrics"),
        size={"width": charts.WIDTH, "height": charts.HEIGHT},
        notices=list(_notices(said, watched.problems)),
        rows=[_row(site, said, row, watched) for row in rows[:SHOWN]],
        left_out=said.more.format(count=len(rows) - SHOWN) if len(rows) > SHOWN else "",
        incidents=[_logged(site, row) for row in watched.incidents],
    )


def search(site: Site, question: str, entries: Sequence[Entry]) -> Mapping[str, Document]:
    """Return a search's page and feeds by extension ("html", "rss", "atom", "json")."""
    changed = max((entry.changed for entry in entries), default=_EPOCH)
    feed = Feed(path=f"search?q={quote(question)}", slug="search", title=question, kind="question", changed=changed)
    return {document.path.rpartition(".")[2]: document for document in render.documents(feed, entries, site)}


def _row(site: Site, said: Said, row: SourceRow, watched: Watched) -> Row:
    language = words.of(site).language
    health: Health = row.health if row.enabled else "disabled"
    kind, failing = row.error.kind if row.error else None, row.ailment.field if row.ailment else None
    read_at = row.way.url if row.way else row.url
    days, today = watched.history.get(row.id, ()), watched.now.date()
    return Row(
        id=row.id,
        name=row.name or row.id,
        page=links.to(site, f"sources/{row.id}/"),
        read_url=links.outward(read_at) or links.to(site),
        read_shown=read_at.partition("://")[2].removeprefix("www.").rstrip("/"),
        read_why=row.way.why if row.way else "",
        health=health,
        health_words=explain.health(language, health),
        since=_moment(site, row.health_since) if row.enabled else None,
        last_new=_moment(site, row.last_new_at),
        next_poll=_moment(site, row.next_poll_at) if row.enabled else None,
        why=row.why,
        trouble=_trouble(language, kind, failing),
        exactly=(row.error.message if row.error else "") or (row.ailment.reason if row.ailment else ""),
        advice=explain.advice(language, row.id, health, kind, failing),
        learned=_learned(site, said, row),
        articles=charts.articles(days, today, language),
        seconds=charts.seconds(days, today, language),
    )


def _trouble(language: str, kind: str | None, failing: str | None) -> str:
    parts = [explain.error(language, kind)] if kind else []
    if failing:
        parts.append(explain.field(language, failing))
    told = ": ".join(parts)
    return told[:1].upper() + told[1:] + "." if told else ""


def _learned(site: Site, said: Said, row: SourceRow) -> str:
    found = row.learned
    if found is None:
        return ""
    since = words.date(found.at, site) if found.at else said.never
    return said.learned.format(since=since, new=found.new, old=found.old, evidence=found.evidence)


def _logged(site: Site, row: IncidentRow) -> Mapping[str, object]:
    told = incidents.told(row, site)
    return {
        "source": told.source,
        "health": told.health,
        "at": _moment(site, told.at),
        "title": told.title,
        "text": told.text,
    }


def _notices(said: Said, problems: Misconfigured) -> Iterator[Notice]:
    if problems.refused:
        yield Notice(title=said.refused, text=said.refused_text, problems=problems.refused)
    if problems.left_out:
        yield Notice(title=said.left_out, text=said.left_out_text, problems=problems.left_out)


def _incident_feed(site: Site, said: Said) -> pages.Subscription:
    address = links.to(site, "status.atom")
    return pages.Subscription(
        title=said.incident_feed,
        description="",
        page=links.to(site, "status"),
        address=address,
        opener=f"feed:{address}",
        formats=(pages.Link(text="Atom", url=address, media_type=links.MEDIA_TYPES["atom"]),),
    )


def _moment(site: Site, at: datetime | None) -> pages.Moment | None:
    if at is None:
        return None
    local = at.astimezone(words.zone(site))
    return pages.Moment(words=words.date(at, site), machine=local.isoformat(timespec="seconds"))


def _said(site: Site) -> Said:
    return _SAID.get(words.of(site).language, _SAID["en"])
