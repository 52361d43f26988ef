"""The text of any feed in, however broken, what it tells out: read by feedparser, which forgives nearly everything."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import feedparser

from feedsvc import dates, text
from feedsvc.discover import entries, mending
from feedsvc.discover.entries import Feed, File, Item, Link, Media
from feedsvc.discover.items import Context

_HEADERS = {"content-type": "application/xml; charset=utf-8"}

Value = Mapping[str, object]  # feedparser's dictionaries: every reading below checks what it takes


# What feedparser is known to raise for bytes that no feed should have.
_FAULTS = (ValueError, TypeError, AttributeError, RecursionError, LookupError, AssertionError)


def read(markup: str, context: Context) -> Feed:
    """Return what a feed tells; ValueError says why nothing in it can be read."""
    whole, cut = mending.whole(markup)
    lost = ["the feed ends in the middle of it"] if cut else []
    markup = mending.mended(whole)
    try:
        parsed = _parsed(markup)
        feed, found = _plain(parsed.get("feed")), _dicts(parsed, "entries")
    except _FAULTS:
        parsed, found, faults = _piecewise(markup)
        feed, lost = _plain(parsed.get("feed")), faults + lost
    if not parsed.get("version") and not found:
        raise ValueError(_trouble(parsed))
    return Feed(
        items=tuple(_item(entry, context) for entry in found),
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        address=_link(feed),
        links=_links(feed),
        authors=_authors(feed) if str(parsed.get("version")).startswith("atom") else (),
        ttl=_text(feed, "ttl"),
        period=_text(feed, "sy_updateperiod"),
        frequency=_text(feed, "sy_updatefrequency"),
        lost=tuple(lost),
    )


def _parsed(markup: str) -> Value:
    # A stream, for bytes that happen to name a file would be read from it. Without the address of the feed, only
    # xml:base resolves: a guid that is no address stays recognisable. What is published is sanitised by html.clean;
    # here it costs half of the time.
    body = io.BytesIO(markup.encode("utf-8"))
    return _plain(feedparser.parse(body, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False))


def _piecewise(markup: str) -> tuple[Value, list[Value], list[str]]:
    """Return feed, items and faults of a feed of which feedparser can read only parts: each item is read alone."""
    parsed: Value = {}
    found: list[Value] = []
    faults: list[str] = []
    for piece in mending.pieces(markup):
        try:
            parsed = _parsed(piece)
        except _FAULTS as error:
            faults.append(text.shorten(f"not readable: {error}", 160))
            continue
        found.extend(_dicts(parsed, "entries"))
    return parsed, found, faults


def _plain(value: object) -> Value:
    """Return feedparser's dictionary as it is: its own `get` answers "updated" with "published" and warns."""
    return dict(value) if isinstance(value, Mapping) else {}


def _trouble(parsed: Value) -> str:
    reason = text.tidy(str(parsed.get("bozo_exception") or "")) or "no feed elements in it"
    return text.shorten(reason, 160)


# ---- one item -------------------------------------------------------------------------------------------------------


def _item(entry: Value, context: Context) -> Item:
    links, link, guid = _links(entry), _link(entry), _text(entry, "id")
    content, base = _content(entry)
    summary = _text(entry, "summary")
    return Item(
        hrefs=entries.hrefs(_text(entry, "feedburner_origlink") or link, links, guid, permalink=_is_link(entry)),
        guid=guid,
        title=_text(entry, "title"),
        summary=None if summary == content else summary,
        content=content,
        base=base,
        published=_moment(entry, "published", context) or _moment(entry, "created", context),
        updated=_moment(entry, "updated", context),
        authors=_authors(entry),
        labels=_labels(entry),
        files=tuple(
            File(href, _text(one, "type") or "", "", _text(one, "length") or "")
            for one in _dicts(entry, "links")
            if _text(one, "rel") == "enclosure" and (href := _text(one, "href"))
        ),
        media=_media(entry),
    )


def _text(value: Value, key: str) -> str | None:
    found = value.get(key)
    return found if isinstance(found, str) and found.strip() else None


def _dicts(value: Value, key: str) -> list[Value]:
    found = value.get(key)
    values = found if isinstance(found, (list, tuple)) else [found]
    return [_plain(one) for one in values if isinstance(one, Mapping)]


def _links(value: Value) -> tuple[Link, ...]:
    return tuple(
        Link(href, _text(link, "rel") or "") for link in _dicts(value, "links") if (href := _text(link, "href"))
    )


def _link(value: Value) -> str | None:
    """Return the link a feed or an item names; feedparser puts the guid there where it names none."""
    link = _text(value, "link")
    return link if any(one == (link, "alternate") for one in _links(value)) else None


def _is_link(entry: Value) -> bool:
    return bool(entry.get("guidislink"))


def _content(entry: Value) -> tuple[str | None, str]:
    """Return the item's longest marked-up content, and what its links are relative to."""
    longest = max(_dicts(entry, "content"), key=lambda one: len(_text(one, "value") or ""), default={})
    base = _text(longest, "base") or ""
    return _text(longest, "value"), "" if base == mending.NO_BASE else base


def _moment(entry: Value, key: str, context: Context) -> dates.Moment | None:
    """Return a date as its text tells it, else as feedparser read it; never a date that text does not hold."""
    raw = _text(entry, key)
    if raw is None:
        return None
    if moment := context.moment(raw):
        return moment
    parts = entry.get(f"{key}_parsed")
    if not isinstance(parts, tuple) or len(parts) < 6 or not _tells_a_day(raw):
        return None
    year, month, day, hour, minute, second = parts[:6]
    if not dates.FIRST_YEAR <= year <= dates.LAST_YEAR:
        return None
    return dates.Moment(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC), "second")


def _tells_a_day(raw: str) -> bool:
    """Whether a date in letters we cannot read may hold one: feedparser makes the first of January of "2003"."""
    return len(re.findall(r"\d+", raw)) >= 3 and any(letter.isalpha() for letter in raw)


def _labels(entry: Value) -> tuple[str, ...]:
    told = (_text(tag, "label") or _text(tag, "term") for tag in _dicts(entry, "tags"))
    return tuple(dict.fromkeys(label for label in told if label))


def _authors(value: Value) -> tuple[str, ...]:
    """Return the names of the authors.

    feedparser takes an address out of a single author's words, but cuts ".example" after four letters.
    """
    told = _dicts(value, "authors")
    names = [_text(author, "name") for author in told]
    whole = _text(value, "author")
    if len(told) == 1 and whole and "@" in whole and whole != f"{names[0]} ({_text(told[0], 'email')})":
        names = [whole]
    return tuple(name for one in names if one and (name := entries.named(one)))


def _media(entry: Value) -> Media:
    texts = _dicts(entry, "media_credit")
    return Media(
        contents=tuple(
            File(href, *(_text(one, key) or "" for key in ("type", "medium", "filesize", "width")))
            for one in _dicts(entry, "media_content")
            if (href := _text(one, "url"))
        ),
        thumbnails=_values(_dicts(entry, "media_thumbnail"), "url"),
        covers=_values(_dicts(entry, "image"), "href") or _pictured(entry),
        captions=_values([one for one in texts if one.get("role") == mending.CAPTION], "content"),
        credits=_values([one for one in texts if one.get("role") not in (mending.CAPTION, mending.TITLE)], "content"),
    )


def _pictured(entry: Value) -> tuple[str, ...]:
    """Return the address in an item's own <image>, which feedparser leaves among its fields as it does an author's."""
    people = [_text(one, "href") for key in ("authors", "contributors") for one in _dicts(entry, key)]
    return tuple(href for href in _values([entry], "href") if entries.is_picture(href) and href not in people)


def _values(found: list[Value], key: str) -> tuple[str, ...]:
    return tuple(told for one in found if (told := _text(one, key)))
