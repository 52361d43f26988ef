"""A JSON Feed's bytes in (version 1 and 1.1), its leads out; one bad item costs only itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

from feedsvc import dates, html, text, urls
from feedsvc.discover import items
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Enclosure, Image, Lead, Listing, Page, Rejected, Source

Value = Mapping[str, object]


def read(page: Page, source: Source) -> Listing:
    """Return what a JSON Feed announces; ContentError (parse) if the bytes are none."""
    if len(page.body) > html.MAX_BYTES:
        message = f"feed of {len(page.body)} bytes is over {html.MAX_BYTES}"
        raise ContentError(page.final_url, "feed", message, kind="too_large")
    feed = _feed(page)
    context = Context(page.final_url, source, page.fetched_at)
    leads: list[Lead] = []
    rejected: list[Rejected] = []
    for number, item in enumerate(_list(feed, "items"), 1):
        try:
            leads.append(_lead(item, context))
        except ValueError as error:
            rejected.append(Rejected(where=f"item {number}", reason=str(error)))
    return Listing(
        leads=tuple(leads),
        kind="json",
        title=items.plain(_text(feed, "title")),
        language=_text(feed, "language"),
        next_page=urls.absolute(page.final_url, _text(feed, "next_url")),
        rejected=tuple(rejected),
    )


def _feed(page: Page) -> Value:
    try:
        feed = json.loads(html.decode(page).lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ContentError(page.final_url, "feed", f"not readable as JSON: {error}", kind="parse") from None
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version")):
        raise ContentError(page.final_url, "feed", "JSON, but no JSON Feed: it names no version of it", kind="parse")
    return feed


def _lead(item: object, context: Context) -> Lead:
    """Return an item as a lead; ValueError says why it is none."""
    if not isinstance(item, dict):
        raise ValueError("not an object")
    url = _address(item, context.base)
    if url is None:
        raise ValueError("no url and no id that is an address")
    content = _text(item, "content_html")
    summary = _text(item, "summary") or _text(item, "content_text")
    teaser, begun = items.teaser(summary, content, context)
    title, kicker, headline = items.titled(_text(item, "title"), teaser)
    if headline is None:
        raise ValueError("neither title nor text")
    published = context.moment(_text(item, "date_published")) or begun
    updated = context.moment(_text(item, "date_modified"))
    moment: dates.Moment | None = published or updated
    return Lead(
        url=url,
        title=title,
        kicker=kicker,
        headline=headline,
        teaser=teaser,
        published=moment.at if moment else None,
        published_precision=moment.precision if moment else None,
        updated=updated.at if updated and published else None,
        image=_image(item, url) or items.picture(content, url),
        authors=_authors(item),
        categories=tuple(dict.fromkeys(tag for one in _list(item, "tags") if (tag := _string(one)))),
        guid=_string(item.get("id")),
        body_html=items.body(content, None, url),
        enclosures=_attachments(item, context.base),
    )


def _text(value: Value, key: str) -> str | None:
    found = value.get(key)
    return found if isinstance(found, str) and found.strip() else None


def _string(value: object) -> str | None:
    """Return a text or, as some feeds write ids, a number as text."""
    return text.tidy(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _list(value: Value, key: str) -> list[object]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _address(item: Value, base: str) -> str | None:
    hrefs = [_text(item, "url"), _text(item, "external_url")]
    identity = _text(item, "id")
    if identity and identity.startswith(("http://", "https://")):
        hrefs.append(identity)
    return next((url for href in hrefs if href and (url := urls.absolute(base, href))), None)


def _image(item: Value, base: str) -> Image | None:
    hrefs = (_text(item, "image"), _text(item, "banner_image"))
    return next((Image(url=url) for href in hrefs if href and (url := urls.absolute(base, href))), None)


def _authors(item: Value) -> tuple[str, ...]:
    """Return the names of version 1.1's authors, else of version 1's one author."""
    values = _list(item, "authors") or [item.get("author")]
    names = (_text(one, "name") for one in values if isinstance(one, dict))
    return tuple(dict.fromkeys(name for value in names if (name := text.tidy(value))))


def _attachments(item: Value, base: str) -> tuple[Enclosure, ...]:
    found = []
    for one in _list(item, "attachments"):
        if isinstance(one, dict) and (url := urls.absolute(base, _text(one, "url"))):
            size = one.get("size_in_bytes")
            length = size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
            media_type = _text(one, "mime_type") or "application/octet-stream"
            found.append(Enclosure(url=url, media_type=media_type, length=length))
    return tuple(found)
