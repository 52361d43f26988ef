"""Feeds in, an OPML 2.0 subscription list out that every feed reader can import (P19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from lxml import etree

from feedsvc import text
from feedsvc.model import Feed, FeedKind, Site
from feedsvc.render import links, prose, words, xmlfeed

_ORDER: tuple[FeedKind, ...] = ("category", "question", "source")


def render(feeds: Sequence[Feed], site: Site) -> bytes:
    """Return the subscription list: everything first, then topics, saved searches and sources in folders."""
    root = etree.Element("opml", version="2.0")
    _head(etree.SubElement(root, "head"), feeds, site)
    body = etree.SubElement(root, "body")
    _outlines(body, (feed for feed in feeds if feed.kind == "all"), site)
    for kind in _ORDER:
        found = [feed for feed in feeds if feed.kind == kind]
        if found:
            name = _folder(kind, site)
            _outlines(etree.SubElement(body, "outline", text=name, title=name), found, site)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _head(head: Any, feeds: Sequence[Feed], site: Site) -> None:
    etree.SubElement(head, "title").text = xmlfeed.title(site)
    if feeds:
        newest = max(feed.changed for feed in feeds)
        etree.SubElement(head, "dateModified").text = format_datetime(newest.astimezone(UTC), usegmt=True)
    etree.SubElement(head, "ownerName").text = xmlfeed.title(site)
    etree.SubElement(head, "ownerId").text = links.to(site, "about/")
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"


def _outlines(parent: Any, feeds: Iterable[Feed], site: Site) -> None:
    for feed in feeds:
        name = prose.plain(feed.title, prose.TITLE_CHARS) or text.xml_safe(feed.slug)
        etree.SubElement(
            parent,
            "outline",
            text=name,
            title=name,
            type="rss",
            xmlUrl=links.document(site, feed, "rss"),
            htmlUrl=links.page(site, feed),
            description=xmlfeed.description(feed, site),
        )


def _folder(kind: FeedKind, site: Site) -> str:
    said = words.of(site)
    return {"category": said.topics, "question": said.questions, "source": said.sources}.get(kind, said.overview)
