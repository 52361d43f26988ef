"""JSON in, its leads out: a JSON Feed (1.0, 1.1), or what any programming interface answers (jsonapi)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from html import escape

from feedsvc import html, text, urls
from feedsvc.discover import entries, items, jsonapi, kind
from feedsvc.discover.entries import File, Item, Link, Media
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Listing, Page, Source

Value = Mapping[str, object]

FINISHED = timedelta(days=7)  # how long an expired feed is left alone: longer is never waited (protocol F9)
_CALL = re.compile(r"\s*[\w.$]+\s*\((.*)\)\s*;?\s*", re.DOTALL)  # JSON with a function around it


def read(page: Page, source: Source) -> Listing:
    """Return what a JSON Feed or a programming interface announces.

    ContentError: `parse` for what is no JSON or nothing that has items, `rule` naming the path that finds nothing.
    """
    kind.check_size(page, "feed")
    value = _value(page)
    context = Context(page.final_url, source, page.fetched_at)
    if not isinstance(value, dict) or "jsonfeed.org/version" not in str(value.get("version")):
        return jsonapi.read(value, context)
    return _listing(value, context)


def _value(page: Page) -> object:
    words = html.decode(page).lstrip("\ufeff")
    if called := _CALL.fullmatch(words):
        words = called[1]
    try:
        return json.loads(words, strict=False)
    except (ValueError, RecursionError) as error:
        message = (
            f"not readable as JSON: {error}" if kind.of(page) == "json" else f"no JSON, but {kind.described(page)}"
        )
        raise ContentError(page.final_url, "feed", message, kind="parse") from None


def _listing(feed: Value, context: Context) -> Listing:
    found = [_item(one, context) for one in _dicts(feed, "items")]
    authors = tuple(_authors(feed))
    inheriting = [one if one.authors else replace(one, authors=authors) for one in found]
    leads, rejected = entries.leads(inheriting, context)
    return Listing(
        leads=leads,
        kind="json",
        title=items.label(_text(feed, "title")),
        language=_text(feed, "language"),
        next_page=urls.absolute(context.base, _text(feed, "next_url")),
        fresh_for=FINISHED if feed.get("expired") is True else None,
        rejected=rejected,
    )


def _item(item: Value, context: Context) -> Item:
    """Return an item in the words of every feed; what has the wrong type is missing."""
    guid = _string(item.get("id"))
    links = [Link(href, "related") for href in (_text(item, "external_url"),) if href]
    return Item(
        hrefs=entries.hrefs(_text(item, "url"), links, guid, permalink=False),
        guid=guid,
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html") or _paragraphs(_text(item, "content_text")),
        published=context.moment(_text(item, "date_published")),
        updated=context.moment(_text(item, "date_modified")),
        authors=tuple(_authors(item)),
        labels=tuple(label for one in _list(item, "tags") if (label := _string(one))),
        files=tuple(_attachments(item)),
        media=Media(covers=tuple(href for key in ("image", "banner_image") if (href := _text(item, key)))),
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


def _dicts(value: Value, key: str) -> list[Value]:
    """Return the objects of a list; {} for anything else in it, so that it is counted as an item that says nothing."""
    return [one if isinstance(one, dict) else {} for one in _list(value, key)]


def _paragraphs(words: str | None) -> str | None:
    """Return a plain text as markup; what brings its own markup along is left as it is."""
    if not words or re.search(r"</\w+>", words):
        return words
    return "".join(f"<p>{escape(one, quote=False)}</p>" for one in re.split(r"\n\s*\n", words) if one.strip())


def _authors(value: Value) -> Iterator[str]:
    """Yield the names of version 1.1's authors, else of version 1's one author."""
    for one in _list(value, "authors") or [value.get("author")]:
        if isinstance(one, dict) and (name := entries.named(_text(one, "name") or "")):
            yield name


def _attachments(item: Value) -> Iterator[File]:
    for one in _dicts(item, "attachments"):
        if href := _text(one, "url"):
            yield File(href, _text(one, "mime_type") or "", "", _string(one.get("size_in_bytes")) or "")
