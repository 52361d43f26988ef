"""Items and feeds in, pages for people out: HTML that works without scripts and asks nobody else for anything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from feedsvc import text
from feedsvc.model import Entry, Feed, FeedKind, FetchSettings, Precision, Site
from feedsvc.render import items, links, prose, words, xmlfeed
from feedsvc.render.items import Item

_FORMATS = (("rss", "RSS"), ("atom", "Atom"), ("json", "JSON Feed"))
_STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml", "icon.png": "image/png",
           "logo.png": "image/png"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as a page shows it: in words, and for machines."""

    words: str
    machine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words and where they lead."""

    text: str
    url: str
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed as a page offers it."""

    title: str
    description: str
    page: str
    address: str
    opener: str
    formats: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item as a page shows it."""

    url: str
    kicker: str | None
    headline: str
    teaser: str
    language: str | None
    source: Link
    date: Moment | None
    first_seen: Moment
    corrected: Moment | None
    paywalled: bool
    reason: str | None
    topics: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A feed with its newest items, on the front page."""

    subscription: Subscription
    cards: tuple[Card, ...]


def feed(feed: Feed, published: Sequence[Item], site: Site) -> bytes:
    """Return a feed's page."""
    said = words.of(site)
    offered = _subscription(feed, site)
    return _rendered(
        "feed.html.j2",
        site,
        title=f"{offered.title} · {xmlfeed.title(site)}",
        description=offered.description,
        canonical=offered.page,
        alternates=[offered],
        feed=offered,
        group=said.group[feed.kind],
        total=said.one_entry if len(published) == 1 else said.entries.format(count=len(published)),
        changed=_moment(items.changed(feed, published), site),
        cards=[_card(item, site, feed) for item in published],
    )


def index(feeds: Sequence[tuple[Feed, Sequence[Entry]]], site: Site) -> bytes:
    """Return the front page: everything, then the topics with their newest headlines, saved searches, sources."""
    shelves = [(feed.kind, _shelf(feed, entries, site)) for feed, entries in feeds]
    everything = next((shelf for kind, shelf in shelves if kind == "all"), None)

    def of(kind: FeedKind) -> list[Shelf]:
        return [shelf for found, shelf in shelves if found == kind]

    said, sources = words.of(site), len(of("source")) or len(site.origins)
    return _rendered(
        "index.html.j2",
        site,
        title=xmlfeed.title(site),
        description=said.lead_one if sources == 1 else said.lead.format(count=sources),
        canonical=links.to(site),
        alternates=[everything.subscription] if everything else [],
        everything=everything,
        topics=of("category"),
        questions=of("question"),
        sources=of("source"),
        opml=links.to(site, "opml.xml"),
    )


def about(site: Site, fetching: FetchSettings | None) -> bytes:
    """Return the page about the service: contact, sources, how the robot behaves, privacy; from the configuration."""
    said = words.of(site)
    robot = fetching or FetchSettings(user_agent=f"feedsvc/{site.version or '0'} (+{site.contact})")
    origins = sorted(site.origins.values(), key=lambda origin: (text.fold(origin.name or origin.id), origin.id))
    return _rendered(
        f"about.{said.language}.html.j2",
        site,
        title=f"{said.about} · {xmlfeed.title(site)}",
        description=said.about,
        canonical=links.to(site, "about/"),
        alternates=[],
        contact=_contact(site),
        robot=robot,
        gap=robot.host_gap.total_seconds(),
        linked=[origin.name or origin.id for origin in origins if origin.images == "link"],
        origins=[
            (Link(text=origin.name or origin.id, url=links.outward(origin.url) or links.to(site)),
             links.to(site, f"sources/{origin.id}/"), origin)
            for origin in origins
        ],
    )  # fmt: skip


def message(site: Site, heading: str, explanation: str, path: str) -> bytes:
    """Return a page that says one thing: not found, gone."""
    return _rendered(
        "message.html.j2",
        site,
        title=f"{heading} · {xmlfeed.title(site)}",
        description=explanation,
        canonical=None,
        alternates=[],
        heading=heading,
        explanation=explanation,
        path=path,
    )


def frame(site: Site, *, title: str, source: str, **values: object) -> bytes:
    """Return a page of another part of the service in the same frame; `source` is a template that extends the frame."""
    head: dict[str, object] = {"description": title, "canonical": None, "alternates": []}
    head["title"] = f"{title} · {xmlfeed.title(site)}"
    return _encoded(_environment().from_string(source).render({**_common(site), **head, **values}))


def static() -> Mapping[str, tuple[str, bytes]]:
    """Return the files that pages and feeds refer to: path -> media type and bytes."""
    return {name: (media_type, _asset(name)) for name, media_type in _STATIC.items()}


def _shelf(feed: Feed, entries: Sequence[Entry], site: Site) -> Shelf:
    cards = tuple(_card(item, site, feed) for item in items.of(entries, site))
    return Shelf(subscription=_subscription(feed, site), cards=cards)


def _subscription(feed: Feed, site: Site) -> Subscription:
    return Subscription(
        title=prose.plain(feed.title, prose.TITLE_CHARS) or feed.slug,
        description=xmlfeed.description(feed, site),
        page=links.page(site, feed),
        address=links.document(site, feed, "rss"),
        opener=links.subscribe(site, feed),
        formats=tuple(
            Link(text=name, url=links.document(site, feed, extension), media_type=links.MEDIA_TYPES[extension])
            for extension, name in _FORMATS
        ),
    )


def _card(item: Item, site: Site, feed: Feed) -> Card:
    article, entry = item.entry.article, item.entry
    found = next((m for m in entry.memberships if m.feed == feed.path), None)
    return Card(
        url=item.link,
        kicker=item.kicker if item.headline != item.title else None,
        headline=item.headline,
        teaser=item.summary,
        language=item.language if item.language != words.of(site).language else None,
        source=Link(text=item.origin.name, url=links.to(site, f"sources/{item.origin.id}/")),
        date=_moment(article.published, site, article.published_precision) if article.published else None,
        first_seen=_moment(entry.first_seen, site),
        corrected=_moment(entry.changed, site) if item.edited else None,
        paywalled=article.access == "paywall",
        reason=prose.plain(words.reason(found.reason, item.origin.name, site), 300) if found else None,
        topics=tuple(
            Link(text=prose.plain(m.name, prose.NAME_CHARS) or m.feed, url=links.to(site, f"{m.feed}/"))
            for m in items.categories(entry)
            if m.feed != feed.path
        ),
    )


def _moment(moment: datetime, site: Site, precision: str | None = "minute") -> Moment:
    known: Precision = "day" if precision == "day" else "minute"
    machine = moment.astimezone(words.zone(site))
    return Moment(
        words=words.date(moment, site, known),
        machine=machine.date().isoformat() if known == "day" else machine.isoformat(timespec="seconds"),
    )


def _contact(site: Site) -> Link | None:
    """Return the operator's address as a link, None if there is none that a page may link to."""
    contact = site.contact.strip()
    if contact.startswith("mailto:"):
        return Link(text=contact.removeprefix("mailto:"), url=contact)
    if "@" in contact and ":" not in contact:
        return Link(text=contact, url=f"mailto:{contact}")
    address = links.outward(contact)
    return Link(text=address, url=address) if address else None


def _rendered(template: str, site: Site, **values: object) -> bytes:
    return _encoded(_environment().get_template(template).render({**_common(site), **values}))


def _encoded(page: str) -> bytes:
    """Return a page's bytes; a lone surrogate that came in with any text must not cost the page."""
    return text.xml_safe(page).encode()


def _common(site: Site) -> dict[str, object]:
    return {
        "t": words.of(site),
        "site_title": xmlfeed.title(site),
        "home": links.to(site),
        "about_url": links.to(site, "about/"),
        "status_url": links.to(site, "status"),
        "search_url": links.to(site, "search"),
        "opml_url": links.to(site, "opml.xml"),
        "style_url": f"{links.beside(site, 'style.css')}?v={_mark('style.css')}",
        "icon_url": f"{links.beside(site, 'icon.svg')}?v={_mark('icon.svg')}",
        "picture_url": f"{links.beside(site, 'icon.png')}?v={_mark('icon.png')}",
        "version": site.version,
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("feedsvc.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=16)
def _asset(name: str) -> bytes:
    return files("feedsvc.render").joinpath("static", name).read_bytes()


@lru_cache(maxsize=16)
def _mark(name: str) -> str:
    """Return what changes when a static file does, so that it can be cached for long."""
    return hashlib.blake2b(_asset(name), digest_size=5).hexdigest()
