"""A page's tree in, the articles that its scripts carry as data out: for pages that scripts draw, and for dates.

JSON-LD (ItemList, CollectionPage, Blog), Next, Nuxt and their like hold lists of objects. Those whose objects have a
title and an address, and look most like articles by their dates and texts, are the page's list; what is built like
them elsewhere in the same data belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from feedsvc import html, urls
from feedsvc.discover import jsonapi
from feedsvc.discover.items import Context
from feedsvc.html import scripts
from feedsvc.model import Lead, ListRules

Value = Mapping[str, object]

FEW = 3  # leads a page shows, below which its scripts are asked
MAX_ITEMS = 200
MAX_NODES = 60_000
MAX_DEPTH = 40
_LONG = 20  # characters of a title; menus have shorter ones
_ALIKE = 0.6  # share of the members that two lists have in common
# What is wrapped around an article in answers of content systems: GraphQL, Strapi, Contentful, Elasticsearch.
_WRAPPERS = ("node", "attributes", "fields", "item", "_source", "data", "content", "article", "teaser", "post")


@dataclass(slots=True)
class _List:
    """A list of objects that may be articles."""

    items: list[Value]
    worth: float
    members: frozenset[str]


def leads(tree: html.Tree, context: Context) -> tuple[Lead, ...]:
    """Return the articles that a page's scripts list, in their order; () if none look like articles."""
    values = [data.value for data in (*scripts.linked(tree.root), *scripts.read(tree.root))]
    return _leads(values, context)


def completed(found: Sequence[Lead], tree: html.Tree, context: Context) -> tuple[Lead, ...]:
    """Return leads of which none has a date with those that the page's JSON-LD tells of the same addresses."""
    if any(lead.published for lead in found) or not _tells_dates(tree):
        return tuple(found)
    told = {urls.key(lead.url): lead for lead in _leads([data.value for data in scripts.linked(tree.root)], context)}
    return tuple(_dated(lead, told.get(urls.key(lead.url))) for lead in found)


def _dated(lead: Lead, told: Lead | None) -> Lead:
    if told is None:
        return lead
    return replace(
        lead,
        published=told.published,
        published_precision=told.published_precision,
        teaser=lead.teaser or told.teaser,
        authors=lead.authors or told.authors,
    )


def _tells_dates(tree: html.Tree) -> bool:
    linked = (one.text or "" for one in tree.root.iter("script") if "ld+json" in (one.get("type") or ""))
    return any("datePublished" in words for words in linked)


def _leads(values: Iterable[object], context: Context) -> tuple[Lead, ...]:
    lists = [found for value in values for found in _lists(value)]
    best = max(lists, key=lambda one: one.worth, default=None)
    if best is None:
        return ()
    chosen = [one for one in lists if one is best or _overlap(one.members, best.members) >= _ALIKE]
    found: dict[str, Lead] = {}
    for item in (item for one in chosen for item in one.items):
        if lead := _lead(item, context):
            found.setdefault(urls.key(lead.url), lead)
    return tuple(islice(found.values(), MAX_ITEMS))


def _lead(item: Value, context: Context) -> Lead | None:
    try:
        lead = jsonapi.lead(item, ListRules(), context)
    except ValueError:
        return None
    return replace(lead, guid=None) if lead.headline and urls.host(lead.url) else None


def _lists(value: object) -> Iterator[_List]:
    """Give the lists of objects in a value that may be articles, outer ones first."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node, depth = waiting.pop()
        inner: list[object] = []
        if isinstance(node, list):
            inner = node
            if found := _list([_unwrapped(one) for one in node if isinstance(one, dict)], len(node)):
                yield found
                continue
        elif isinstance(node, dict):
            inner = list(node.values())
        if depth < MAX_DEPTH:
            waiting.extend((one, depth + 1) for one in reversed(inner) if isinstance(one, (dict, list)))


def _list(objects: Sequence[Value], size: int) -> _List | None:
    items = [one for one in objects if jsonapi.is_article(one)]
    if len(items) < 2 or len(items) * 5 < size * 4:
        return None
    dated = sum(jsonapi.is_dated(one) for one in items)
    long = sum(len(jsonapi.title(one) or "") >= _LONG for one in items)
    if dated * 2 < len(items) and long * 2 < len(items):
        return None
    members = frozenset.intersection(*(frozenset(one) for one in items))
    return _List(items, worth=3 * dated + long, members=members)


def _unwrapped(item: Value) -> Value:
    """Return the article that an object is wrapped around: {"node": {...}}, {"id": 7, "attributes": {...}}."""
    for _ in range(2):
        if jsonapi.is_article(item):
            break
        inner = next((held for name in _WRAPPERS if isinstance(held := item.get(name), dict)), None)
        if inner is None:
            break
        item = {**item, **inner}
    return item


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
