"""What a page points at, before the articles themselves are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from feedsvc.model.kinds import Access, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture and the three texts that belong to it; none of them is ever a teaser."""

    url: str | None = None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file an item carries (a podcast's audio): absolute address, media type, length in bytes if told."""

    url: str
    media_type: str
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a listing or a feed says about one article, before the article itself is read.

    `title` is "Kicker: Headline" where there is a kicker, else the headline. `guid`, `updated`, `body_html`, `access`
    and `enclosures` come from feeds only.
    """

    url: str
    title: str | None = None
    kicker: str | None = None
    headline: str | None = None
    teaser: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None
    image: Image | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    guid: str | None = None
    updated: datetime | None = None
    body_html: str | None = None
    access: Access | None = None
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One item of a listing that could not be read, and why; the others are unharmed."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Another list of the same site that a list names (a sitemap in an index), and when it last changed."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The leads of one page in page order, and what the page says about itself. `next_page` is a value, not a call."""

    leads: tuple[Lead, ...]
    kind: Literal["feed", "html", "sitemap", "json"] = "html"
    title: str | None = None
    language: str | None = None
    next_page: str | None = None
    fresh_for: timedelta | None = None  # RSS ttl, sy:updatePeriod
    rejected: tuple[Rejected, ...] = ()
    further: tuple[Further, ...] = ()  # the last changed first


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An address that may give a site's articles, and how it was come upon ("link element", "usual address")."""

    url: str
    by: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What an address was found to give: whether a source may be read there, and why or why not."""

    url: str
    by: str
    good: bool
    reason: str
    kind: Literal["feed", "html", "sitemap", "json"] | None = None  # None: nothing that can be read
    leads: tuple[Lead, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a source of kind "auto" is read: found once, kept until it fails or the source's address is edited."""

    url: str
    why: str
