"""Texts of feed items in, the parts of a lead out: what RSS, Atom and JSON feeds have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import lxml.etree
import lxml.html

from feedsvc import dates, html, text, wording
from feedsvc.discover import pictures
from feedsvc.model import Image, Source

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_BODY_CHARS = 2 * text.TEASER_CHARS  # a summary longer than this is the article
# What WordPress and others append to every summary.
_APPENDED = re.compile(
    r"\s*(?:The post .{1,300}? (?:first appeared on|appeared first on) .{1,120}|"
    r"Der (?:Beitrag|Artikel|Post) .{1,300}? erschien zuerst (?:auf|bei) .{1,120}|\[(?:…|\.\.\.)\])\s*$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a feed needs to know besides its bytes."""

    base: str
    source: Source
    now: datetime | None

    def moment(self, words: str | None) -> dates.Moment | None:
        return dates.parse(words, language=self.source.language, timezone=self.source.timezone, now=self.now)


def plain(value: str | None) -> str | None:
    """Return a text without markup and entities, on one line; twice-escaped text is unescaped twice."""
    for _ in range(2):
        if not value or not _MARKUP.search(value):
            break
        value = _stripped(value)
    return text.tidy(value)


def _stripped(value: str) -> str:
    if "<" not in value:
        return unescape(value)
    try:
        root = lxml.html.fragment_fromstring(text.xml_safe(value), create_parent="div")
    except (lxml.etree.ParserError, ValueError):
        return re.sub(r"<[^<>]*>", " ", unescape(value))
    return html.content(root) or ""


def teaser(summary: str | None, body: str | None, context: Context) -> tuple[str | None, dates.Moment | None]:
    """Return the teaser of an item, and the date it begins with.

    A summary is taken as it is, without "mehr..." and what blogs append; a whole article as summary, or none beside a
    body, is cut at a sentence.
    """
    words = plain(summary) or plain(body)
    if words is None:
        return None, None
    words = text.without_more(_APPENDED.sub("", words))
    if words is None:
        return None, None
    language, timezone = context.source.language, context.source.timezone
    moment, rest = wording.leading_date(words, language=language, timezone=timezone, now=context.now)
    words = rest if moment and rest else words
    return (words if len(words) <= _BODY_CHARS else text.shorten(words)), moment


def body(content: str | None, summary: str | None, base: str) -> str | None:
    """Return the item's full text as clean HTML: its content, else a summary so long that it is the article."""
    for value in (content, summary if summary and len(plain(summary) or "") > _BODY_CHARS else None):
        if value and (clean := html.clean(value, base)):
            return clean
    return None


def picture(fragment: str | None, base: str) -> Image | None:
    """Return the first picture of a fragment that is no tracking pixel or icon."""
    if not fragment or "<img" not in fragment.lower():
        return None
    try:
        root = lxml.html.fragment_fromstring(text.xml_safe(fragment), create_parent="div")
    except (lxml.etree.ParserError, ValueError):
        return None
    return pictures.first([root], base)


def titled(title: str | None, summary: str | None) -> tuple[str | None, str | None, str | None]:
    """Return title, kicker and headline of an item; one without title is called by the beginning of its teaser."""
    words = plain(title) or (text.shorten(summary, _TITLE_CHARS) if summary else None)
    if words is None:
        return None, None, None
    kicker, headline = wording.split_title(words)
    return wording.join_title(kicker, headline), kicker, headline


_TITLE_CHARS = 80
