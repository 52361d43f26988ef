"""Feeds and their entries in, documents out: RSS, Atom, JSON Feed, OPML, and pages for people.

Pure: the same values give the same bytes in every process. Nothing here knows the time; what a document says about
its age comes from the entries (protocol P3).
"""

from __future__ import annotations

from collections.abc import Sequence

from feedsvc.model import Document, Entry, Feed, FetchSettings, Site
from feedsvc.render import items, jsonfeed, links, pages, words, xmlfeed
from feedsvc.render import opml as subscriptions

__all__ = ["about", "assets", "documents", "gone", "index", "not_found", "opml"]

_HTML = "text/html; charset=utf-8"


def documents(feed: Feed, entries: Sequence[Entry], site: Site) -> tuple[Document, ...]:
    """Return a feed's four documents: RSS, Atom, JSON Feed and its page; entries stay in the order given.

    The feed of a question that is asked in the address carries it in its path, as in "search?q=NOOTS".
    """
    published = items.of(entries, site)
    return (
        _feed(feed, "rss", xmlfeed.rss(feed, published, site)),
        _feed(feed, "atom", xmlfeed.atom(feed, published, site)),
        _feed(feed, "json", jsonfeed.render(feed, published, site)),
        Document(path=links.file(feed, "/index.html"), media_type=_HTML, body=pages.feed(feed, published, site)),
    )


def index(feeds: Sequence[tuple[Feed, Sequence[Entry]]], site: Site) -> Document:
    """Return the front page: every feed with the entries given as its newest headlines."""
    return Document(path="index.html", media_type=_HTML, body=pages.index(feeds, site))


def opml(feeds: Sequence[Feed], site: Site) -> Document:
    """Return every feed as an OPML 2.0 subscription list."""
    body = subscriptions.render(feeds, site)
    return Document(path="opml.xml", media_type="text/x-opml; charset=utf-8", body=body)


def about(site: Site, fetching: FetchSettings | None = None) -> Document:
    """Return the page about this service; with `fetching` it says how the robot is really set."""
    return Document(path="about/index.html", media_type=_HTML, body=pages.about(site, fetching))


def not_found(site: Site) -> Document:
    """Return the page for addresses that never were (404)."""
    said = words.of(site)
    return Document(
        path="404.html", media_type=_HTML, body=pages.message(site, said.not_found, said.not_found_text, "")
    )


def gone(site: Site, path: str = "") -> Document:
    """Return the page for a feed that was retired (410); with its path, the page names it."""
    said = words.of(site)
    return Document(path="410.html", media_type=_HTML, body=pages.message(site, said.gone, said.gone_text, path))


def assets(site: Site) -> tuple[Document, ...]:
    """Return what pages and feeds refer to: style sheet, icon, logo."""
    return tuple(Document(path=name, media_type=kind, body=body) for name, (kind, body) in pages.static().items())


def _feed(feed: Feed, extension: str, body: bytes) -> Document:
    media_type = f"{links.MEDIA_TYPES[extension]}; charset=utf-8"
    return Document(path=links.file(feed, f".{extension}"), media_type=media_type, body=body)
