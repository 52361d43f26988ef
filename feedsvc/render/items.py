"""A stored entry in, what every format says about it out: one value that RSS, Atom, JSON and the page agree on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feedsvc import html, text
from feedsvc.model import Enclosure, Entry, Feed, Image, Membership, Origin, Site
from feedsvc.render import links, prose, words

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]*/[A-Za-z0-9][\w!#$&^.+-]*", re.ASCII)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older than the Web: a reading error, and year 1 is no RFC 2822 date


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A category of an entry: what programs compare, what people read, and whose it is (None: the source's own)."""

    term: str
    label: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as it is published: every text plain and short enough, every address absolute and encoded.

    `content` is HTML and only there if the licence allows it. `published` never changes; `updated` does with a real
    edit only.
    """

    id: str
    link: str
    title: str
    kicker: str | None
    headline: str
    summary: str
    content: str | None
    authors: tuple[str, ...]
    topics: tuple[Topic, ...]
    published: datetime
    updated: datetime
    language: str | None
    origin: Origin
    image: Image | None
    enclosures: tuple[Enclosure, ...]
    entry: Entry

    @property
    def edited(self) -> bool:
        return self.entry.changed > self.entry.first_seen


def of(entries: Sequence[Entry], site: Site) -> tuple[Item, ...]:
    """Return the entries as they are published, in the order given, each id once (a second one is an error in RSS)."""
    once: dict[str, Entry] = {}
    for entry in entries:
        once.setdefault(text.xml_safe(entry.id), entry)
    return tuple(_item(identity, entry, site) for identity, entry in once.items())


def changed(feed: Feed, published: Sequence[Item]) -> datetime:
    """Return when the feed last changed: never before one of its entries, never now (P3)."""
    return max([_plausible(feed.changed), *(item.updated for item in published)])


def _item(identity: str, entry: Entry, site: Site) -> Item:
    article = entry.article
    origin = _origin(entry, site)
    link = links.outward(article.url) or origin.url
    headline = prose.plain(article.headline, prose.TITLE_CHARS) or prose.plain(article.title, prose.TITLE_CHARS)
    title = prose.plain(article.title, prose.TITLE_CHARS) or headline or words.of(site).untitled
    published = _plausible(entry.feed_time) if entry.feed_time >= _EARLIEST else _plausible(entry.first_seen)
    return Item(
        id=identity,
        link=link,
        title=title,
        kicker=prose.plain(article.kicker, prose.NAME_CHARS),
        headline=headline or title,
        summary=_summary(entry, origin, site),
        content=prose.full(article, origin),
        authors=_names(article.authors) or (origin.name,),
        topics=tuple(_topics(entry, site)),
        published=published,
        updated=_updated(identity, entry, published),
        language=language(article.language),
        origin=origin,
        image=_image(article.image) if origin.images == "link" else None,
        enclosures=tuple(_enclosures(article.enclosures)),
        entry=entry,
    )


def language(tag: str | None) -> str | None:
    """Return a language tag if it looks like one (BCP 47), with a hyphen."""
    tag = (tag or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _origin(entry: Entry, site: Site) -> Origin:
    """Return what readers are told about the source, with a name and an address they can use."""
    known = site.origins.get(entry.source)
    address = (links.outward(known.url) if known else None) or links.to(site)
    name = (prose.plain(known.name, prose.NAME_CHARS) if known else None) or prose.plain(entry.source, prose.NAME_CHARS)
    return Origin(
        id=entry.source,
        name=name or site.title,
        url=address,
        content=known.content if known else "teaser",
        images=known.images if known else "none",
        license=(prose.plain(known.license, 500) if known else None) or "",
        language=known.language if known else site.language,
    )


def _summary(entry: Entry, origin: Origin, site: Site) -> str:
    """Return what can be read alone: the teaser, else the beginning of the text, else where to read it."""
    article = entry.article
    found = prose.plain(article.teaser, text.TEASER_CHARS)
    if not found:
        found = prose.plain(article.body_text or html.plain(article.body_html), text.TEASER_CHARS)
    return found or words.of(site).read_it_at.format(name=origin.name)


def _names(names: Sequence[str]) -> tuple[str, ...]:
    found = (prose.plain(name, prose.NAME_CHARS) for name in names)
    return tuple(dict.fromkeys(name for name in found if name))


def _topics(entry: Entry, site: Site) -> Iterator[Topic]:
    """Yield our categories under our scheme, then the source's own labels that say something else."""
    said: set[str] = set()
    for membership in categories(entry):
        label = prose.plain(membership.name, prose.NAME_CHARS)
        slug = text.xml_safe(membership.feed.removeprefix("feeds/"))
        if label and slug and text.fold(label) not in said:
            said.add(text.fold(label))
            yield Topic(term=slug, label=label, scheme=links.to(site, "feeds/"))
    for label in _names(entry.article.categories):
        if text.fold(label) not in said:
            said.add(text.fold(label))
            yield Topic(term=label, label=label)


def categories(entry: Entry) -> tuple[Membership, ...]:
    """Return the categories an entry is in; a saved question is no property of the article."""
    return tuple(m for m in entry.memberships if m.feed.startswith("feeds/") and m.reason != "question")


def _plausible(moment: datetime) -> datetime:
    """Return an instant in UTC and whole seconds; what no feed can carry becomes the earliest it can."""
    if moment < _EARLIEST:
        return _EARLIEST
    return moment.astimezone(UTC).replace(microsecond=0)


def _updated(identity: str, entry: Entry, published: datetime) -> datetime:
    """Return the last real edit, else the publication.

    The fraction of a second comes from the id: day-precise dates of two sources are often equal to the second, equal
    instants are a validator's warning, and no entry's instant may depend on its neighbours (P3).
    """
    edited = _plausible(entry.changed) if entry.changed > entry.first_seen else published
    digest = hashlib.blake2b(identity.encode(), digest_size=8).digest()
    return max(edited, published) + timedelta(microseconds=int.from_bytes(digest, "big") % 1_000_000)


def _image(image: Image | None) -> Image | None:
    address = links.outward(image.url) if image else None
    if image is None or address is None:
        return None
    return Image(
        url=address,
        alt=prose.plain(image.alt, 2000),
        caption=prose.plain(image.caption, 2000),
        credit=prose.plain(image.credit, prose.NAME_CHARS),
    )


def _enclosures(enclosures: Sequence[Enclosure]) -> Iterator[Enclosure]:
    """Yield usable files, each address once; a length of nothing is an unknown length."""
    seen: set[str] = set()
    for enclosure in enclosures:
        address = links.outward(enclosure.url)
        if address is None or address in seen:
            continue
        seen.add(address)
        known = _MEDIA_TYPE.fullmatch(enclosure.media_type)
        yield Enclosure(
            url=address,
            media_type=enclosure.media_type if known else "application/octet-stream",
            length=enclosure.length if enclosure.length and enclosure.length > 0 else None,
        )
