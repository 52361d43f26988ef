"""Texts of feed items in, the parts of a lead out: what RSS, Atom and JSON feeds have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed_offset
from functools import lru_cache
from html import unescape

import lxml.etree
import lxml.html

from feedsvc import dates, html, text, wording
from feedsvc.discover import pictures
from feedsvc.model import Image, Source

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
# "Das <title>-Element" is a title about a tag: a tag is markup where it is closed, or one that is never closed.
_MEANT = re.compile(
    r"</[a-zA-Z][^<>]*>|<(?:br|img|wbr|hr|p)\b[^<>]*>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});",
    re.IGNORECASE,
)
_BODY_CHARS = 2 * text.TEASER_CHARS  # a summary longer than this is the article
# What WordPress and others append to every summary.
_APPENDED = re.compile(
    r"\s*(?:The post .{1,300}? (?:first appeared on|appeared first on) .{1,120}|"
    r"Der (?:Beitrag|Artikel|Post) .{1,300}? erschien zuerst (?:auf|bei) .{1,120}|\[(?:…|\.\.\.)\])\s*$",
    re.DOTALL,
)
_APPENDED_WITHIN = 600
_TITLE_CHARS = 80

_MONTHS = {name: n for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}
# The two forms that feeds are told to write (RFC 822 5 with four digits of the year, RFC 3339); the rest is dates'.
_RFC_822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) ([A-Z][a-z][a-z]) (\d{4}) (\d\d):(\d\d):(\d\d) (GMT|[+-]\d{4})"
)
_RFC_3339 = re.compile(r"(\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](\d\d):[0-5]\d)")
_WIDEST = 14  # hours from UTC


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a feed needs to know besides its bytes."""

    base: str
    source: Source
    now: datetime | None

    def moment(self, words: str | None) -> dates.Moment | None:
        """Return the date of an item; what is written as the standards want it is read without looking further."""
        if not words:
            return None
        found = by_standard(words)
        return found or dates.parse(words, language=self.source.language, timezone=self.source.timezone, now=self.now)


def by_standard(words: str) -> dates.Moment | None:
    """Return a date in one of the two standard forms, as `dates.parse` reads it, in a tenth of the time."""
    try:
        if (match := _RFC_822.fullmatch(words)) and dates.FIRST_YEAR <= int(match[3]) <= dates.LAST_YEAR:
            day, name, year, hour, minute, second, zone = match.groups()
            at = (int(year), _MONTHS[name], int(day), int(hour), int(minute), int(second))
            return dates.Moment(datetime(*at, tzinfo=_zone(zone)), "second")
        if (match := _RFC_3339.fullmatch(words)) and dates.FIRST_YEAR <= int(match[1]) <= dates.LAST_YEAR:
            return dates.Moment(datetime.fromisoformat(words), "second") if int(match[2] or 0) < _WIDEST else None
    except (ValueError, KeyError):
        pass
    return None


@lru_cache(maxsize=64)
def _zone(written: str) -> tzinfo:
    """Return "+0200" or "GMT" as a zone; ValueError for one that is nowhere in use."""
    if written == "GMT":
        return UTC
    hours, minutes = int(written[1:3]), int(written[3:])
    if hours >= _WIDEST or minutes > 59:
        raise ValueError(written)
    span = timedelta(hours=hours, minutes=minutes)
    return fixed_offset(-span if written[0] == "-" else span)


def plain(value: str | None) -> str | None:
    """Return a text without markup and entities, on one line; twice-escaped text is unescaped twice."""
    return _unmarked(value, _MARKUP)


def label(value: str | None) -> str | None:
    """Return a title, name or category without markup; a lone "<b>" in it is what it speaks of."""
    return _unmarked(value, _MEANT)


def _unmarked(value: str | None, markup: re.Pattern[str]) -> str | None:
    for expected in (markup, _MEANT):
        if not value or ("<" not in value and "&" not in value) or not expected.search(value):
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
    words = text.without_more(_without_appended(words))
    if words is None:
        return None, None
    language, timezone = context.source.language, context.source.timezone
    moment, rest = wording.leading_date(words, language=language, timezone=timezone, now=context.now)
    words = rest if moment and rest else words
    return (words if len(words) <= _BODY_CHARS else text.shorten(words)), moment


def _without_appended(words: str) -> str:
    for _ in range(2):  # "[…] Der Beitrag ... erschien zuerst auf ..."
        if not (found := _APPENDED.search(words, max(0, len(words) - _APPENDED_WITHIN))):
            break
        words = words[: found.start()]
    return words


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
    words = label(title) or (text.shorten(summary, _TITLE_CHARS) if summary else None)
    if words is None:
        return None, None, None
    kicker, headline = wording.split_title(words)
    return wording.join_title(kicker, headline), kicker, headline
