"""Items in, RSS 2.0 and Atom 1.0 out: written by feedgen, repaired on the element tree where feedgen 1.0 falls short.

feedgen calls a registered extension with each element it has built. What it loses or gets wrong is mended there: link
attributes (its bug #135), the hub link, creators, media, languages, what atom:source must hold, and RSS dates, whose
writer in feedgen switches the locale of the whole process.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc.model import Enclosure, Feed, Image, Site
from feedsvc.render import items, links, prose, words
from feedsvc.render.items import Item

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PERIODS = (("hourly", timedelta(hours=1)), ("daily", timedelta(days=1)), ("weekly", timedelta(days=7)))


def rss(feed: Feed, published: Sequence[Item], site: Site) -> bytes:
    """Return the feed as RSS 2.0."""
    generator = _generator(feed, published, site, "rss")
    generator.register_extension("feedsvc", _RssChannel, _RssItem, atom=False, rss=True)
    generator.feedsvc.site, generator.feedsvc.built = site, _rfc2822(items.changed(feed, published))
    # Left set, it would be written by way of setlocale(); the extension writes it instead.
    generator._FeedGenerator__rss_lastBuildDate = None
    generator.ttl(max(1, -(-int(site.max_age.total_seconds()) // 60)))
    generator.image(url=links.to(site, "icon.png"), title=generator.title(), link=links.page(site, feed))
    for item in published:
        _rss_entry(generator, item)
    return bytes(generator.rss_str(pretty=True))


def atom(feed: Feed, published: Sequence[Item], site: Site) -> bytes:
    """Return the feed as Atom 1.0 (RFC 4287)."""
    generator = _generator(feed, published, site, "atom")
    generator.register_extension("feedsvc", _AtomFeed, _AtomEntry, atom=True, rss=False)
    generator.feedsvc.site = site
    generator.author(name=title(site), uri=links.to(site))
    generator.icon(links.to(site, "icon.svg"))
    generator.logo(links.to(site, "logo.png"))
    for item in published:
        _atom_entry(generator, item, site)
    return bytes(generator.atom_str(pretty=True))


def title(site: Site) -> str:
    """Return the site's title, fit for every format."""
    return prose.plain(site.title, prose.TITLE_CHARS) or "feedsvc"


def feed_title(feed: Feed, site: Site) -> str:
    """Return "<feed> · <site>": in a reader that lists many feeds, "Politik" alone says too little."""
    own = prose.plain(feed.title, prose.TITLE_CHARS) or feed.slug
    return own if own == title(site) else f"{own} · {title(site)}"


def description(feed: Feed, site: Site) -> str:
    """Return the feed's description, one made from its title if it has none."""
    given = prose.plain(feed.description, 1000)
    name = prose.plain(feed.title, prose.TITLE_CHARS) or feed.slug
    return given or words.of(site).described[feed.kind].format(title=name)


def _generator(feed: Feed, published: Sequence[Item], site: Site, extension: str) -> Any:
    generator = FeedGenerator()
    generator.id(links.feed_id(site, feed.path))
    generator.title(feed_title(feed, site))
    generator.description(description(feed, site))
    generator.subtitle(description(feed, site))
    generator.language(items.language(site.language) or "de")
    generator.updated(items.changed(feed, published))
    generator.generator("feedsvc", version=site.version or None)
    generator.rights(words.of(site).rights)
    # The last link() becomes the RSS channel's link, so the page comes last.
    generator.link(href=links.document(site, feed, extension), rel="self", type=links.MEDIA_TYPES[extension])
    generator.link(href=links.page(site, feed), rel="alternate", type="text/html")
    return generator


def _rss_entry(generator: Any, item: Item) -> None:
    entry = generator.add_entry(order="append")
    entry.title(item.title)
    entry.guid(item.id, permalink=False)
    entry.link(href=item.link)
    entry.description(html.escape(item.summary, quote=False))
    if item.content:
        entry.content(item.content)
    entry.source(url=item.origin.url, title=item.origin.name)
    _categories(entry, item)
    if enclosure := _countable(item.enclosures):
        entry.enclosure(enclosure.url, enclosure.length, enclosure.media_type)
    entry.feedsvc.item = item


def _atom_entry(generator: Any, item: Item, site: Site) -> None:
    entry = generator.add_entry(order="append")
    entry.title(item.title)
    entry.id(item.id)
    entry.link(href=item.link, rel="alternate")
    entry.summary(item.summary)
    if item.content:
        entry.content(item.content, type="html")
    for name in item.authors:
        entry.author(name=name)
    entry.published(item.published)
    entry.updated(item.updated)
    if item.origin.license:
        entry.rights(item.origin.license)
    entry.source(url=item.origin.url, title=item.origin.name)
    _categories(entry, item)
    entry.feedsvc.item, entry.feedsvc.site = item, site


def _categories(entry: Any, item: Item) -> None:
    for topic in item.topics:
        scheme = {"scheme": topic.scheme} if topic.scheme else {}
        entry.category(term=topic.term, label=topic.label, **scheme)


def _countable(enclosures: Sequence[Enclosure]) -> Enclosure | None:
    """Return the one file RSS may carry: it must say its length, and a second one is a validator's warning."""
    return next((enclosure for enclosure in enclosures if enclosure.length), None)


class _RssChannel:
    """What feedgen does not write into <channel>."""

    site: Site
    built: str

    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC, "media": _MEDIA, "sy": _SYNDICATION}

    def extend_rss(self, root: Any) -> Any:
        channel = root.find("channel")
        _add(channel, "lastBuildDate", self.built)
        period, frequency = syndication(self.site.max_age)
        _add(channel, f"{{{_SYNDICATION}}}updatePeriod", period)
        _add(channel, f"{{{_SYNDICATION}}}updateFrequency", str(frequency))
        if hub := links.outward(self.site.hub):
            _add(channel, f"{{{_ATOM}}}link", href=hub, rel="hub")
        return root


class _RssItem:
    """What feedgen does not write into <item>."""

    item: Item

    def extend_rss(self, element: Any) -> Any:
        item = self.item
        _add(element, "pubDate", _rfc2822(item.published))
        for name in item.authors:
            _add(element, f"{{{_DC}}}creator", name)
        if item.origin.license:
            _add(element, f"{{{_DC}}}rights", item.origin.license)
        if item.language:
            _add(element, f"{{{_DC}}}language", item.language)
        if item.image:
            _picture(element, item.image)
        counted = _countable(item.enclosures)
        for enclosure in item.enclosures:
            if enclosure is not counted:
                _file(element, enclosure)
        return element


class _AtomFeed:
    """What feedgen does not write into <feed>; it is called before the entries are, where metadata must stand."""

    site: Site

    def extend_ns(self) -> dict[str, str]:
        return {"media": _MEDIA}

    def extend_atom(self, root: Any) -> Any:
        if hub := links.outward(self.site.hub):
            _add(root, "link", href=hub, rel="hub")
        return root


class _AtomEntry:
    """What feedgen loses in <entry>."""

    item: Item
    site: Site

    def extend_atom(self, element: Any) -> Any:
        item = self.item
        for broken in element.findall("link"):
            element.remove(broken)
        for attributes in _links(item):
            _add(element, "link", **attributes)
        if item.language:
            element.set(_LANG, item.language)
        if item.image:
            _picture(element, item.image)
        self._complete(element.find("source"))
        return element

    def _complete(self, source: Any) -> None:
        """Say of the source what RFC 4287 4.2.11 asks for: the feed that carries all of it here, and its own site."""
        for broken in source.findall("link"):
            source.remove(broken)
        path = f"sources/{self.item.origin.id}"
        _add(source, "id", links.feed_id(self.site, path))
        _add(source, "updated", self.item.updated.isoformat())
        _add(source, "link", href=links.to(self.site, f"{path}.atom"), rel="self", type=links.MEDIA_TYPES["atom"])
        _add(source, "link", href=self.item.origin.url, rel="alternate", type="text/html")


def syndication(max_age: timedelta) -> tuple[str, int]:
    """Return sy:updatePeriod and sy:updateFrequency that ask for no more visits than max_age does (P15)."""
    name, span = next(((name, span) for name, span in _PERIODS if max_age <= span), _PERIODS[-1])
    return name, max(1, int(span / max_age)) if max_age else 60


def _links(item: Item) -> Iterator[dict[str, str]]:
    yield {"href": item.link, "rel": "alternate", "type": "text/html"}
    for enclosure in item.enclosures:
        length = {"length": str(enclosure.length)} if enclosure.length else {}
        yield {"href": enclosure.url, "rel": "enclosure", "type": enclosure.media_type, **length}


def _picture(element: Any, image: Image) -> None:
    """Add a picture with its three texts (Media RSS): what it shows, what is said under it, whom it is from."""
    content = _add(element, f"{{{_MEDIA}}}content", url=image.url, medium="image")
    for name, value in (("title", image.caption), ("description", image.alt)):
        if value:
            _add(content, f"{{{_MEDIA}}}{name}", value, type="plain")
    if image.credit:
        _add(content, f"{{{_MEDIA}}}credit", image.credit)


def _file(element: Any, enclosure: Enclosure) -> None:
    size = {"fileSize": str(enclosure.length)} if enclosure.length else {}
    kind = enclosure.media_type.partition("/")[0]
    medium = {"medium": kind} if kind in ("audio", "video", "image") else {}
    _add(element, f"{{{_MEDIA}}}content", url=enclosure.url, type=enclosure.media_type, **size, **medium)


def _add(parent: Any, name: str, value: str | None = None, **attributes: str | None) -> Any:
    element = etree.SubElement(parent, name, {key: found for key, found in attributes.items() if found is not None})
    element.text = value
    return element


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
