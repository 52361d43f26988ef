"""What a programming interface answered in, its leads out: by paths (`jsonpath`), else by what its members are called.

    [source.list]
    item = "json:data.items"     link = "json:url"     title = "json:headline|title"     date = "json:published_at"

`item` leads from the whole answer to its items, every other path from an item to a value: link, title, kicker, teaser,
date, image, author, category. A key may hold several paths, tried in order. Without `item` the list that looks most
like articles is taken; without a path for a field, the member whose name says it (WordPress and many others).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from feedsvc import dates, jsonpath, text, urls
from feedsvc.discover import entries
from feedsvc.discover.entries import Item, Media
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Lead, Listing, ListRules, Rejected

Value = Mapping[str, object]

MAX_DEPTH = 8
LOOKED_AT = 5  # items of a list that tell whether they are articles

# What members are called, best first; compared without case, "_" and "-". What is nested has its text in one of _INNER.
_LINK = "link url href permalink canonicalurl weburl articleurl shareurl detailurl uri path"
_TITLE = "title headline heading name titel ueberschrift"
_KICKER = "kicker topline overline dachzeile roofline"
_TEASER = "excerpt teaser teasertext summary description abstract standfirst dek subtitle intro lead trailtext"
_DATE = (
    "dategmt datepublished publishedat publicationdate pubdate published webpublicationdate publishdate"
    " firstpublished releasedate date createdat created timestamp datum"
)
_UPDATED = "modifiedgmt datemodified updatedat updated lastmodified modified changedat"
_IMAGE = "jetpackfeaturedmediaurl image imageurl thumbnail thumbnailurl featuredimage teaserimage picture photo bild"
_AUTHOR = "authors author byline creator autor"
_CATEGORY = "categories category tags section sectionname ressort rubrik topics keywords"
_BODY = "contenthtml content bodyhtml body"
_GUID = "guid uuid id"
_INNER = "rendered text value name title label url src href plain html"
_NEXT = "next_url|nextUrl|next|links.next|links.next.href|_links.next.href|paging.next|pagination.next|meta.next"
_EMBEDDED = {  # WordPress tells names only there
    "author": "_embedded.author.name", "category": '_embedded["wp:term"].name',
    "image": '_embedded["wp:featuredmedia"].source_url',
}  # fmt: skip


def read(value: object, context: Context) -> Listing:
    """Return what an answer announces; ContentError (parse) if it has no articles, (rule) if a path finds nothing."""
    rules = context.source.list_rules
    try:
        found = _items(value, rules, context)
        _check(found, rules, context)
    except jsonpath.BadPath as error:
        raise ContentError(context.base, "items", str(error), kind="rule") from None
    leads, rejected = [], []
    for number, item in enumerate(found, 1):
        try:
            leads.append(lead(item, rules, context))
        except ValueError as error:
            rejected.append(Rejected(where=f"item {number}", reason=str(error)))
    following = next((one for one in jsonpath.find(_NEXT, value) if isinstance(one, str)), None)
    return Listing(
        leads=tuple(leads), kind="json", next_page=urls.absolute(context.base, following), rejected=tuple(rejected)
    )


def _items(value: object, rules: ListRules, context: Context) -> list[Value]:
    if not rules.item:
        return _articles(value, context)
    for path in rules.item:
        found = jsonpath.find(path, value)
        inner = [one for each in found for one in (each if isinstance(each, list) else [each])]
        objects: list[Value] = [one for one in inner if isinstance(one, dict)]
        if objects:
            return objects
    message = f"rule list.item {_quoted(rules.item)} finds no items in {_outline(value)}"
    raise ContentError(context.base, "items", message, kind="rule")


def _check(found: Sequence[Value], rules: ListRules, context: Context) -> None:
    """Raise ContentError for a path that finds nothing in any item: the interface was changed."""
    for name in ("link", "title", "kicker", "date", "teaser", "image", "author", "category"):
        paths: tuple[str, ...] = getattr(rules, name)
        if paths and not any(jsonpath.find(path, item) for item in found for path in paths):
            message = f"rule list.{name} {_quoted(paths)} finds nothing in {_outline(found[0])}"
            raise ContentError(context.base, name, message, kind="rule")


def _quoted(paths: Sequence[str]) -> str:
    return " | ".join(f"“{path}”" for path in paths)


def _outline(value: object) -> str:
    """Return in a few words what a value holds, for a message."""
    if isinstance(value, Mapping):
        return text.shorten("{" + ", ".join(map(str, value)) + "}", 120)
    return f"a list of {len(value)}" if isinstance(value, list) else text.shorten(json.dumps(value), 60)


# ---- what looks like articles ---------------------------------------------------------------------------------------


def _articles(value: object, context: Context) -> list[Value]:
    """Return the longest list of objects that have a link and a title; of equals the first."""
    lists = [found for found in _lists(value, 0) if all(is_article(item) for item in found[:LOOKED_AT])]
    if not lists:
        message = f"JSON, but neither a JSON Feed nor a list of articles: {_outline(value)}; set list.item"
        raise ContentError(context.base, "items", message, kind="parse")
    return max(lists, key=len)


def _lists(value: object, depth: int) -> Iterator[list[Value]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        objects: list[Value] = [one for one in value if isinstance(one, dict)]
        if objects and len(objects) == len(value):
            yield objects
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _lists(one, depth + 1)


def is_article(item: Value) -> bool:
    """Whether an object has an address and a title."""
    return _named(item, _LINK) is not None and _named(item, _TITLE) is not None


def is_dated(item: Value) -> bool:
    """Whether an object has a date of publication."""
    return _named(item, _DATE) is not None


def title(item: Value) -> str | None:
    """Return what an object calls itself."""
    return _named(item, _TITLE)


# ---- one item -------------------------------------------------------------------------------------------------------


def lead(item: Value, rules: ListRules, context: Context) -> Lead:
    """Return an item as a lead; ValueError says why it is none."""
    guid = _named(item, _GUID)
    link = _first(item, rules.link, _LINK)
    found = entries.lead(
        Item(
            hrefs=entries.hrefs(link, (), guid, permalink=False),
            guid=guid,
            title=_first(item, rules.title, _TITLE),
            summary=_first(item, rules.teaser, _TEASER),
            content=None if rules.teaser else _named(item, _BODY),
            published=_moment(item, rules.date, _DATE, context),
            updated=_moment(item, (), _UPDATED, context),
            authors=_all(item, rules.author, _AUTHOR, _EMBEDDED["author"]),
            labels=_all(item, rules.category, _CATEGORY, _EMBEDDED["category"]),
            media=Media(covers=_all(item, rules.image, _IMAGE, _EMBEDDED["image"])[:1]),
        ),
        context,
    )
    kicker = _first(item, rules.kicker, _KICKER)
    if kicker is None or found.headline is None:
        return found
    return replace(found, kicker=text.tidy(kicker), title=f"{text.tidy(kicker)}: {found.headline}")


def _first(item: Value, paths: Sequence[str], names: str) -> str | None:
    if not paths:
        return _named(item, names)
    values = (_said(one) for path in paths for one in jsonpath.find(path, item))
    return next((value for value in values if value), None)


def _all(item: Value, paths: Sequence[str], names: str, embedded: str) -> tuple[str, ...]:
    for path in paths or (embedded,):
        if values := tuple(said for one in jsonpath.find(path, item) for said in _each(one)):
            return values
    if paths:
        return ()
    folded = _folded(item)
    lists = (tuple(_each(folded[name])) for name in names.split() if name in folded)
    return next((one for one in lists if one), ())


def _each(value: object) -> Iterator[str]:
    """Yield the texts of a value or of a list of them; numbers in a list are keys of something, not labels."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, (int, float)) and (said := _said(one)):
            yield said


def _named(item: Value, names: str) -> str | None:
    folded = _folded(item)
    values = (_said(folded[name]) for name in names.split() if name in folded)
    return next((value for value in values if value), None)


def _folded(item: Value) -> dict[str, object]:
    return {re.sub(r"[_-]", "", str(name)).lower(): value for name, value in item.items()}


def _said(value: object) -> str | None:
    """Return the text a value is, or the text in an object or at the head of a list."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            folded = _folded(value)
            value = next((folded[name] for name in _INNER.split() if folded.get(name)), None)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).strip() or None


def _moment(item: Value, paths: Sequence[str], names: str, context: Context) -> dates.Moment | None:
    """Return a date; one whose member is named for GMT and names no zone is in GMT (WordPress)."""
    words = _first(item, paths, names)
    if not paths and words and (gmt := next((one for one in names.split() if one.endswith("gmt")), None)):
        told = _said(_folded(item).get(gmt))
        words = f"{told}Z" if told and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", told) else words
    return context.moment(words)
