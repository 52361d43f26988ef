"""A feed's bytes in (RSS 0.9 to 2.0, RDF, Atom), its leads out; one bad item costs only itself.

A feed that is written as its standard says is read directly (xmlfeed), any other by feedparser (loosefeed): both tell
the same of the same feed, the first in less than a tenth of the time (bench/feeds.py).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from feedsvc import html
from feedsvc.discover import entries, items, kind, loosefeed, xmlfeed
from feedsvc.discover.entries import Feed
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Listing, Page, Rejected, Source

_BLANKS = " \t\r\n\0"
_UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")
_DECLARATION = re.compile(r"<\?xml\b[^<>]*\?>\s*")
_ENCODING = re.compile(rb"<\?xml\b[^<>]*?\bencoding\s*=\s*[\"']([^\"'<>]*)")


def read(page: Page, source: Source) -> Listing:
    """Return what a feed announces; ContentError (parse) if nothing in it can be read.

    An empty feed is an empty listing. Items that have no address are rejected with a reason.
    """
    kind.check_size(page, "feed")
    context = Context(page.final_url, source, page.fetched_at)
    try:
        feed = told(page, context)
    except ValueError as error:
        message = f"not a readable feed: {error}"
        raise ContentError(page.final_url, "feed", message, kind="parse") from None
    return listing(feed, context)


def listing(feed: Feed, context: Context) -> Listing:
    """Return what a feed told as a listing: its own authors are those of its items that name none."""
    here = replace(context, base=entries.base_of(feed, context.base))
    inheriting = (one if one.authors else replace(one, authors=feed.authors) for one in feed.items)
    leads, rejected = entries.leads(inheriting if feed.authors else feed.items, here)
    rejected += tuple(Rejected(where="an item", reason=reason) for reason in feed.lost)
    return Listing(
        leads=leads,
        kind="feed",
        title=items.label(feed.title),
        language=feed.language,
        next_page=entries.following(feed.links, context.base),
        fresh_for=entries.fresh_for(feed),
        rejected=rejected,
    )


def told(page: Page, context: Context) -> Feed:
    """Return what a feed tells of itself and its items; ValueError says why it cannot be read."""
    try:
        return xmlfeed.read(plain_utf8(page), context)
    except xmlfeed.Odd:
        return loosefeed.read(decoded(page), context)


def plain_utf8(page: Page) -> bytes:
    """Return a feed's bytes where nobody says that they are anything but UTF-8; else its text written in UTF-8."""
    body = page.body.removeprefix(codecs.BOM_UTF8).lstrip(_BLANKS.encode())
    declared = match[1].decode("ascii", "replace") if (match := _ENCODING.match(body)) else "utf-8"
    if all(name.strip().lower() in _UTF_8 for name in (declared, page.charset or "utf-8")):
        return body
    return decoded(page).encode("utf-8", "replace")


def decoded(page: Page) -> str:
    """Return a feed's text without XML declaration and what stands before it."""
    markup = html.decode(page).lstrip("\ufeff" + _BLANKS)
    return markup[declared.end() :] if (declared := _DECLARATION.match(markup)) else markup
