"""A feed's bytes in (RSS 0.9 to 2.0, RDF, Atom), its leads out, read by feedparser; one bad item costs only itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import feedparser

from feedsvc import dates, html, text, urls, wording
from feedsvc.discover import items
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Enclosure, Image, Lead, Listing, Page, Rejected, Source

_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.IGNORECASE)
_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "opus": "audio/ogg", "mp4": "video/mp4",
    "pdf": "application/pdf",
}  # fmt: skip
# feedparser takes a picture's title and description for the item's own and loses the item's.
_MEDIA_TEXTS = ((b"media:description", b"media:caption"), (b"media:title", b"media:name"))

# A character reference of 5,000 digits makes feedparser refuse the whole feed; no character needs more than seven.
_OVERLONG = re.compile(rb"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")

Value = Mapping[str, object]  # feedparser's dictionaries: every reading below checks what it takes


def read(page: Page, source: Source) -> Listing:
    """Return what a feed announces; ContentError (parse) if nothing in it can be read.

    An empty feed is an empty listing. Items that have no address are rejected with a reason.
    """
    if len(page.body) > html.MAX_BYTES:
        message = f"feed of {len(page.body)} bytes is over {html.MAX_BYTES}"
        raise ContentError(page.final_url, "feed", message, kind="too_large")
    parsed = _parsed(page)
    feed, entries = _plain(parsed["feed"]), _dicts(parsed, "entries")
    if not parsed.get("version") and not entries:
        raise ContentError(page.final_url, "feed", _trouble(parsed), kind="parse")
    leads: list[Lead] = []
    rejected: list[Rejected] = []
    context = Context(page.final_url, source, page.fetched_at)
    for number, entry in enumerate(entries, 1):
        try:
            leads.append(_lead(entry, context))
        except ValueError as error:
            name = items.plain(_text(entry, "title")) or f"item {number}"
            rejected.append(Rejected(where=text.shorten(name, 80), reason=str(error)))
    return Listing(
        leads=tuple(leads),
        kind="feed",
        title=items.plain(_text(feed, "title")),
        language=_text(feed, "language"),
        next_page=_next(feed, page.final_url),
        fresh_for=_fresh_for(feed),
        rejected=tuple(rejected),
    )


def _parsed(page: Page) -> Value:
    body = page.body.lstrip()
    for theirs, ours in _MEDIA_TEXTS:
        body = body.replace(b"<" + theirs, b"<" + ours).replace(b"</" + theirs, b"</" + ours)
    body = _OVERLONG.sub(b"", body)
    charset = f"; charset={page.charset}" if page.charset else ""
    headers = {"content-type": f"application/xml{charset}"}
    try:
        # Without the address of the feed, only xml:base resolves: a guid that is no address stays recognisable.
        # What is published is sanitised by html.clean; here it costs half of the time.
        parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, RecursionError, LookupError, AssertionError) as error:
        raise ContentError(page.final_url, "feed", f"not a readable feed: {error}", kind="parse") from None
    return _plain(parsed)


def _plain(value: object) -> Value:
    """Return feedparser's dictionary as it is: its own `get` answers "updated" with "published" and warns."""
    return dict(value) if isinstance(value, Mapping) else {}


def _trouble(parsed: Value) -> str:
    reason = text.tidy(str(parsed.get("bozo_exception") or "")) or "no feed elements in it"
    return f"not a readable feed: {text.shorten(reason, 160)}"


# ---- one item -------------------------------------------------------------------------------------------------------


def _lead(entry: Value, context: Context) -> Lead:
    """Return an item as a lead; ValueError says why it is none."""
    enclosures = _enclosures(entry, context.base)
    url = _address(entry, context.base) or next((file.url for file in enclosures), None)
    if url is None:
        raise ValueError("no link and no guid that is an address")
    summary = _text(entry, "summary")
    content, base = _content(entry, url)
    teaser, begun = items.teaser(summary, content, context)
    title, kicker, headline = items.titled(_text(entry, "title"), teaser)
    if headline is None:
        raise ValueError("neither title nor text")
    published, updated = _dates(entry, context)
    published = published or begun
    return Lead(
        url=url,
        title=title,
        kicker=kicker,
        headline=headline,
        teaser=teaser,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        updated=updated.at if updated else None,
        image=_image(entry, context.base) or items.picture(content, base) or items.picture(summary, base),
        authors=_authors(entry),
        categories=_categories(entry),
        guid=text.tidy(_text(entry, "id")),
        body_html=items.body(content, summary, base),
        enclosures=tuple(file for file in enclosures if not file.media_type.startswith("image/")),
    )


def _text(value: Value, key: str) -> str | None:
    found = value.get(key)
    return found if isinstance(found, str) and found.strip() else None


def _dicts(value: Value, key: str) -> list[Value]:
    found = value.get(key)
    values = found if isinstance(found, (list, tuple)) else [found]
    return [_plain(one) for one in values if isinstance(one, Mapping)]


def _address(entry: Value, base: str) -> str | None:
    """Return where an item leads: before its link, the address a feed proxy replaced; then a guid that is one."""
    links = [link for link in _dicts(entry, "links") if _text(link, "rel") in (None, "alternate", "related", "self")]
    order = [_text(entry, "feedburner_origlink"), _text(entry, "link")]
    order += [_text(link, "href") for link in links]
    guid = (_text(entry, "id") or "").strip()
    if re.match(r"https?://", guid):
        order.append(guid)
    elif entry.get("guidislink"):  # which RSS assumes of every guid that does not deny it
        order = [href for href in order if href != guid]
    return next((url for href in order if href and (url := urls.absolute(base, href))), None)


def _content(entry: Value, url: str) -> tuple[str | None, str]:
    """Return the item's longest marked-up content, and what its links are relative to: xml:base, else the item."""
    longest = max(_dicts(entry, "content"), key=lambda one: len(_text(one, "value") or ""), default={})
    return _text(longest, "value"), urls.absolute(url, _text(longest, "base")) or url


def _dates(entry: Value, context: Context) -> tuple[dates.Moment | None, dates.Moment | None]:
    published = _moment(entry, "published", context) or _moment(entry, "created", context)
    updated = _moment(entry, "updated", context)
    return (published, updated) if published else (updated, None)


def _moment(entry: Value, key: str, context: Context) -> dates.Moment | None:
    """Return a date as its text tells it, else as feedparser read it; never a date that text does not hold."""
    raw = _text(entry, key)
    if raw is None:
        return None
    if moment := context.moment(raw):
        return moment
    parts = entry.get(f"{key}_parsed")
    if isinstance(parts, tuple) and len(parts) >= 6:
        year, month, day, hour, minute, second = parts[:6]
        return dates.Moment(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC), "second")
    return None


def _authors(entry: Value) -> tuple[str, ...]:
    names = [_name(author) for author in _dicts(entry, "authors")]
    if not any(names):
        names = [_text(entry, "author")]
    told = [name for author in names if author for name in wording.byline(author) or (author,)]
    return tuple(dict.fromkeys(told))


def _name(author: Value) -> str | None:
    name = items.plain(_text(author, "name"))
    return None if name is None or ("@" in name and " " not in name) else name


def _categories(entry: Value) -> tuple[str, ...]:
    labels = (items.plain(_text(tag, "label") or _text(tag, "term")) for tag in _dicts(entry, "tags"))
    return tuple(dict.fromkeys(label for label in labels if label))


# ---- files and pictures ---------------------------------------------------------------------------------------------


def _enclosures(entry: Value, base: str) -> list[Enclosure]:
    found = []
    for link in _dicts(entry, "links"):
        if _text(link, "rel") == "enclosure" and (url := urls.absolute(base, _text(link, "href"))):
            length = (_text(link, "length") or "").strip()
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 and int(length) else None
            found.append(Enclosure(url=url, media_type=_media_type(_text(link, "type"), url), length=size))
    return found


def _media_type(told: str | None, url: str) -> str:
    if told and "/" in told:
        return told.strip().lower()
    if _PICTURE_FILE.search(url):
        return "image/*"
    return _TYPES.get(url.partition("?")[0].rpartition(".")[2].lower(), "application/octet-stream")


def _image(entry: Value, base: str) -> Image | None:
    """Return the item's picture: Media RSS content or thumbnail, a picture as enclosure, iTunes image."""
    caption, credit = wording.split_credit(items.plain(_text(entry, "media_caption")) or "")
    credit = credit or next((items.plain(_text(one, "content")) for one in _dicts(entry, "media_credit")), None)
    hrefs = [_text(media, "url") for media in _dicts(entry, "media_content") if _is_picture(media)]
    hrefs += [_text(media, "url") for media in _dicts(entry, "media_thumbnail")]
    hrefs += [_text(link, "href") for link in _dicts(entry, "links") if _pictured(link)]
    hrefs += [_text(image, "href") for image in _dicts(entry, "image")]
    for href in hrefs:
        if url := urls.absolute(base, href):
            return Image(url=url, caption=caption, credit=credit)
    return None


def _is_picture(media: Value) -> bool:
    told = (_text(media, "medium") or "") + (_text(media, "type") or "")
    return "image" in told or (not told and bool(_PICTURE_FILE.search(_text(media, "url") or "")))


def _pictured(link: Value) -> bool:
    return _text(link, "rel") == "enclosure" and (
        (_text(link, "type") or "").startswith("image/") or bool(_PICTURE_FILE.search(_text(link, "href") or ""))
    )


# ---- the feed itself ------------------------------------------------------------------------------------------------


def _next(feed: Value, base: str) -> str | None:
    """Return where older items are: the next page (RFC 5005 3), else the previous archive document (RFC 5005 4)."""
    for rel in ("next", "prev-archive"):
        for link in _dicts(feed, "links"):
            if _text(link, "rel") == rel and (url := urls.absolute(base, _text(link, "href"))):
                return url
    return None


def _fresh_for(feed: Value) -> timedelta | None:
    """Return the longer of RSS <ttl> (minutes) and the period of the syndication module."""
    spans = []
    ttl = (_text(feed, "ttl") or "").strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 8:
        spans.append(timedelta(minutes=int(ttl)))
    period = _PERIODS.get((_text(feed, "sy_updateperiod") or "").strip().lower())
    if period:
        often = (_text(feed, "sy_updatefrequency") or "1").strip()
        times = int(often) if often.isascii() and often.isdigit() and 0 < len(often) < 6 else 1
        spans.append(timedelta(days=period / max(times, 1)))
    return max(spans, default=None) or None
