"""A page's first bytes in, what it is out: a feed, a sitemap, JSON, or an HTML page."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from html import unescape

from feedsvc import html, text
from feedsvc.errors import ContentError
from feedsvc.model import Page

LOOKED_AT = 4096

_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z]+)")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\s*(?:[\r\n]|$)", re.IGNORECASE)  # the first line of a list of addresses
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,500})", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_ROOTS = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "channel": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}


def of(page: Page) -> str:
    """Return "feed", "sitemap", "json" or "html", by the content: media types of feeds are wrong too often."""
    start = html.decode(_beginning(page)).lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        return "json"
    if _ADDRESS.match(start):
        return "sitemap"
    while prologue := _PROLOGUE.match(start):
        start = start[prologue.end() :]
    root = _ROOT.match(start)
    return _ROOTS.get(root[1].lower(), "html") if root else "html"


def check_size(page: Page, what: str, tags: int = html.MAX_TAGS) -> None:
    """Raise ContentError (too_large) for a list that would take minutes or gigabytes to read."""
    if len(page.body) > html.MAX_BYTES or page.body.count(b"<") > tags:
        message = f"{what} of {len(page.body)} bytes is over {html.MAX_BYTES}, or has over {tags} tags"
        raise ContentError(page.final_url, what, message, kind="too_large")


def _beginning(page: Page) -> Page:
    return replace(page, body=_unpacked(page.body[:LOOKED_AT]))


def _unpacked(start: bytes) -> bytes:
    """Return the beginning of what a gzip file holds: sitemaps lie packed under their own address."""
    if not start.startswith(_GZIP):
        return start
    try:
        return zlib.decompressobj(wbits=31).decompress(start, LOOKED_AT)
    except zlib.error:
        return start


def described(page: Page) -> str:
    """Return in a few words what a page is, for a message: an HTML page by its title, else the beginning."""
    beginning = html.decode(_beginning(page))
    if not beginning.strip():
        return "an empty answer"
    title = _TITLE.search(beginning)
    if title and (name := text.tidy(unescape(title[1]))):
        return f"an HTML page titled “{text.shorten(name, 80)}”"
    return f"{page.media_type or 'no media type'}, beginning “{' '.join(beginning.split())[:60]}”"
