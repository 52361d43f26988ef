"""What a feed says of each item in its own words in, leads out: one judgement for every format and every parser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from feedsvc import dates, text, urls, wording
from feedsvc.discover import items
from feedsvc.discover.items import Context
from feedsvc.model import Enclosure, Image, Lead, Rejected

_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.IGNORECASE)
_PORTRAIT = re.compile(r"//(?:[\w-]+\.)*gravatar\.com/|/avatars?/|//avatars?\.", re.IGNORECASE)  # of the author
_AND = re.compile(r"\s*[,;/&]\s*|\s+(?:und|and)\s+")
_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "opus": "audio/ogg", "mp4": "video/mp4",
    "pdf": "application/pdf",
}  # fmt: skip
_MAIL = re.compile(r"(?:mailto:)?[^\s<>()\"]+@[^\s<>()\"]+|^@\w+(?=\s)")
_LEADING = {"alternate": 0, "": 0, "related": 1, "self": 2}  # the relations that lead to the item itself, best first
_IANA = "http://www.iana.org/assignments/relation/"  # RFC 4287 4.2.7.2: the same relation written in full


class Link(NamedTuple):
    """An address an item names and what it is to the item: "alternate", "self", "related", "" if it does not say."""

    href: str
    rel: str = ""


class File(NamedTuple):
    """A file beside an item: what its type, medium, length and width are said to be; "" if nothing is said."""

    href: str
    type: str = ""
    medium: str = ""
    length: str = ""
    width: str = ""


class Media(NamedTuple):
    """What Media RSS and iTunes say about an item's pictures and recordings, in their order."""

    contents: tuple[File, ...] = ()
    thumbnails: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


NO_MEDIA = Media()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as the feed tells it: marked up, relative, unjudged. Links in `content` start from `base`."""

    hrefs: tuple[str, ...] = ()
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    base: str = ""
    published: dates.Moment | None = None
    updated: dates.Moment | None = None
    authors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    media: Media = NO_MEDIA


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it tells of itself. `address` is the page it belongs to."""

    items: tuple[Item, ...]
    title: str | None = None
    language: str | None = None
    address: str | None = None
    links: tuple[Link, ...] = ()
    authors: tuple[str, ...] = ()
    ttl: str | None = None
    period: str | None = None
    frequency: str | None = None
    lost: tuple[str, ...] = ()  # why items are left out that could not be read


def leads(found: Iterable[Item], context: Context) -> tuple[tuple[Lead, ...], tuple[Rejected, ...]]:
    """Return the leads of a feed in its order, and the items that are none."""
    good: list[Lead] = []
    rejected: list[Rejected] = []
    for number, item in enumerate(found, 1):
        try:
            good.append(lead(item, context))
        except ValueError as error:
            name = items.label(item.title) or f"item {number}"
            rejected.append(Rejected(where=text.shorten(name, 80), reason=str(error)))
    return tuple(good), tuple(rejected)


def lead(item: Item, context: Context) -> Lead:
    """Return an item as a lead; ValueError says why it is none."""
    files = enclosures(item, context.base)
    hrefs = (urls.absolute(context.base, href) for href in item.hrefs)
    url = next((url for url in hrefs if url), None) or next((file.url for file in files), None)
    if url is None:
        raise ValueError("no link and no guid that is an address")
    base = urls.absolute(url, item.base) or url
    teaser, begun = items.teaser(item.summary or _spoken(item), item.content, context)
    title, kicker, headline = items.titled(item.title, teaser)
    if headline is None:
        raise ValueError("neither title nor text")
    published, updated = _dates(item, begun)
    return Lead(
        url=url,
        title=title,
        kicker=kicker,
        headline=headline,
        teaser=teaser,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        updated=updated.at if updated else None,
        image=_image(item, context.base) or items.picture(item.content, base) or items.picture(item.summary, base),
        authors=_authors(item.authors),
        categories=_categories(item.labels),
        guid=text.tidy(item.guid),
        body_html=items.body(item.content, item.summary, base),
        enclosures=tuple(file for file in files if not file.media_type.startswith("image/")),
    )


# ---- addresses ------------------------------------------------------------------------------------------------------


def hrefs(link: str | None, links: Sequence[Link], guid: str | None, *, permalink: bool) -> tuple[str, ...]:
    """Return where an item may lead, best first: its link, its other links, then a guid that is an address.

    A guid is one if it is a web address, whatever it says of itself; a path only if it calls itself a permanent link.
    """
    found = [link] if link else []
    if len(links) > 1 or (links and links[0].href != link):
        leading = [one for one in links if _rel(one) in _LEADING]
        found += [one.href for one in sorted(leading, key=lambda one: _LEADING[_rel(one)])]
    if guid and guid.startswith(("http://", "https://", "/") if permalink else ("http://", "https://")) and guid != "/":
        found.append(guid)
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def _rel(link: Link) -> str:
    return link.rel.removeprefix(_IANA)


def following(links: Iterable[Link], base: str) -> str | None:
    """Return where older items are: the next page (RFC 5005 3), else the previous archive document (RFC 5005 4)."""
    told = tuple(links)
    found = (one.href for rel in ("next", "prev-archive") for one in told if _rel(one) == rel)
    return next((url for href in found if (url := urls.absolute(base, href))), None)


def base_of(feed: Feed, address: str) -> str:
    """Return what relative links of items start from: the feed's address, or its site's where that is another host."""
    site = urls.absolute(address, feed.address)
    return site if site and urls.host(site) != urls.host(address) else address


# ---- dates and rhythm -----------------------------------------------------------------------------------------------


def _dates(item: Item, begun: dates.Moment | None) -> tuple[dates.Moment | None, dates.Moment | None]:
    """Return when an item was published and edited; what is not later than its publication is no edit."""
    published = item.published or begun or item.updated
    updated = item.updated if published and item.updated and item.updated.at > published.at else None
    return published, updated


def fresh_for(feed: Feed) -> timedelta | None:
    """Return the longer of RSS <ttl> (minutes) and the period of the syndication module."""
    spans = []
    ttl = (feed.ttl or "").strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 8:
        spans.append(timedelta(minutes=int(ttl)))
    period = _PERIODS.get((feed.period or "").strip().lower())
    if period:
        often = (feed.frequency or "1").strip()
        times = int(often) if often.isascii() and often.isdigit() and 0 < len(often) < 6 else 1
        spans.append(timedelta(days=period / max(times, 1)))
    return max(spans, default=None) or None


# ---- names and labels -----------------------------------------------------------------------------------------------


def named(words: str) -> str | None:
    """Return the name in "redaktion@example.org (Anna Muster)"; None where only an address is told."""
    if "@" not in words or len(words) > wording.BYLINE_CHARS:
        return words
    return _MAIL.sub("", words).strip(' \t\n<>()[],;:"') or None


def _authors(told: Iterable[str]) -> tuple[str, ...]:
    names = (items.label(one) for one in told)
    return tuple(dict.fromkeys(author for name in names if name for author in _parted(name)))


def _parted(name: str) -> tuple[str, ...]:
    """Return the names in "Von Anna Muster" or "Anna Muster und Bert Beispiel"; one that is none of these as it is."""
    if marked := wording.byline(name):
        return marked
    pieces = tuple(_AND.split(name))
    return pieces if len(pieces) > 1 and wording.byline(f"Von {name}") == pieces else (name,)


def _categories(told: Iterable[str]) -> tuple[str, ...]:
    """Return the labels each once; what is an address names the kind of an entry, not a subject."""
    labels = (items.label(one) for one in told)
    return tuple(dict.fromkeys(one for one in labels if one and not one.startswith(("http://", "https://"))))


# ---- files and pictures ---------------------------------------------------------------------------------------------


def enclosures(item: Item, base: str) -> list[Enclosure]:
    """Return the files of an item: its enclosures, and the recordings that Media RSS names; each once."""
    recordings = [one for one in item.media.contents if _kind(one) in ("audio", "video")]
    found: dict[str, Enclosure] = {}
    for file in (*item.files, *recordings):
        if url := urls.absolute(base, file.href):
            length = file.length.strip()
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 and int(length) else None
            found.setdefault(url, Enclosure(url=url, media_type=_media_type(file, url), length=size))
    return list(found.values())


def _media_type(file: File, url: str) -> str:
    if "/" in file.type:
        return file.type.strip().lower()
    if is_picture(url):
        return "image/*"
    return _TYPES.get(url.partition("?")[0].rpartition(".")[2].lower(), "application/octet-stream")


def is_picture(href: str) -> bool:
    """Whether an address ends like a picture's."""
    return bool(_PICTURE_FILE.search(href))


def _kind(file: File) -> str:
    """Return "image", "audio", "video" or "" as a Media RSS element says or its address shows."""
    told = file.medium.strip().lower() or file.type.strip().lower().partition("/")[0]
    return told or ("image" if is_picture(file.href) else "")


def _image(item: Item, base: str) -> Image | None:
    """Return the item's picture: Media RSS content, a picture as enclosure, a thumbnail, iTunes image."""
    media = item.media
    shown = [one for one in media.contents if _kind(one) == "image" and not _PORTRAIT.search(one.href)]
    enclosed = [one.href for one in item.files if _kind(one) == "image" or is_picture(one.href)]
    others = [href for href in (*enclosed, *media.thumbnails, *media.covers) if not _PORTRAIT.search(href)]
    for href in (*(one.href for one in _largest_first(shown)), *others):
        if url := urls.absolute(base, href):
            caption, credit = _texts(media, [one.href for one in shown], href)
            return Image(url=url, caption=caption, credit=credit)
    return None


def _largest_first(shown: list[File]) -> list[File]:
    """Return renditions of one picture by their width; several pictures in their order."""
    if len({re.sub(r"\d+", "", one.href.partition("?")[0]) for one in shown}) > 1:
        return shown
    return sorted(
        shown, key=lambda one: int(one.width) if one.width.isascii() and one.width.isdigit() else 0, reverse=True
    )


def _texts(media: Media, shown: list[str], href: str) -> tuple[str | None, str | None]:
    """Return caption and credit of a picture; what is said about a recording is neither."""
    if not shown and media.contents:
        return None, None
    at = shown.index(href) if href in shown else 0
    caption, credit = wording.split_credit(items.plain(_told(media.captions, at, len(shown))) or "")
    return caption, credit or items.plain(_told(media.credits, at, len(shown)))


def _told(texts: tuple[str, ...], at: int, pictures: int) -> str | None:
    """Return the text of one picture of several: there is one for each, or the same for all; else nobody knows."""
    if len(texts) == pictures and at < len(texts):
        return texts[at]
    return texts[0] if len(set(texts)) == 1 else None


def _spoken(item: Item) -> str | None:
    """Return what a recording's description says where the item says nothing else; a picture's is no teaser."""
    if item.content or not item.media.captions or any(_kind(one) == "image" for one in item.media.contents):
        return None
    recorded = any(_kind(one) in ("audio", "video") or "flash" in one.type for one in item.media.contents)
    return item.media.captions[0] if recorded else None
