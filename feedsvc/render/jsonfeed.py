"""Items in, JSON Feed 1.1 out; what no standard field can hold goes into the `_feedsvc` extension."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from feedsvc import text
from feedsvc.model import Enclosure, Feed, Image, Site
from feedsvc.render import items, links, prose, words, xmlfeed
from feedsvc.render.items import Item

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]


def render(feed: Feed, published: Sequence[Item], site: Site) -> bytes:
    """Return the feed as JSON Feed 1.1."""
    document: dict[str, Value] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": xmlfeed.feed_title(feed, site),
        "home_page_url": links.page(site, feed),
        "feed_url": links.document(site, feed, "json"),
        "description": xmlfeed.description(feed, site),
        "icon": links.to(site, "icon.png"),
        "favicon": links.to(site, "icon.png"),
        "authors": [{"name": xmlfeed.title(site), "url": links.to(site)}],
        "language": items.language(site.language) or "de",
    }
    if hub := links.outward(site.hub):
        document["hubs"] = [{"type": "WebSub", "url": hub}]
    document["_feedsvc"] = {
        "about": links.to(site, "about/"),
        "id": links.feed_id(site, feed.path),
        "kind": feed.kind,
        "updated": stamp(items.changed(feed, published)),
        "ttl": int(site.max_age.total_seconds()),
        "rights": words.of(site).rights,
    }
    document["items"] = [_item(item) for item in published]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def stamp(moment: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _item(item: Item) -> dict[str, Value]:
    found: dict[str, Value] = {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        **({"content_html": item.content} if item.content else {"content_text": item.summary}),
        "date_published": stamp(item.published),
        "date_modified": stamp(item.updated),
        "authors": [{"name": name} for name in item.authors],
        "tags": [topic.label for topic in item.topics],
    }
    if item.language:
        found["language"] = item.language
    if item.image:
        found["image"] = item.image.url
    if item.enclosures:
        found["attachments"] = [_attachment(enclosure) for enclosure in item.enclosures]
    found["_feedsvc"] = _extension(item)
    return found


def _attachment(enclosure: Enclosure) -> dict[str, Value]:
    size: dict[str, Value] = {"size_in_bytes": enclosure.length} if enclosure.length else {}
    return {"url": enclosure.url, "mime_type": enclosure.media_type, **size}


def _extension(item: Item) -> dict[str, Value]:
    """Return what lets a reader trust the item: source, its own date, first seen, corrections, why it is here."""
    article = item.entry.article
    return {
        "kicker": item.kicker,
        "headline": item.headline,
        "source": {"id": text.xml_safe(item.origin.id), "name": item.origin.name, "url": item.origin.url},
        "license": item.origin.license or None,
        "published": article.published.isoformat() if article.published else None,
        "published_precision": article.published_precision,
        "first_seen": stamp(item.entry.first_seen),
        "corrected": stamp(item.entry.changed) if item.edited else None,
        "access": article.access,
        "image": _picture(item.image),
        "reasons": [
            {
                "feed": text.xml_safe(membership.feed),
                "name": prose.plain(membership.name, prose.NAME_CHARS),
                "reason": prose.plain(membership.reason, prose.TITLE_CHARS),
            }
            for membership in item.entry.memberships
        ],
    }


def _picture(image: Image | None) -> Value:
    if image is None:
        return None
    return {"url": image.url, "alt": image.alt, "caption": image.caption, "credit": image.credit}
