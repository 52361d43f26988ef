"""A page's structured data in, what its ItemList names out (schema.org): the page's own word on what its items are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from feedsvc import html, urls

MAX_DEPTH = 12


def keys(tree: html.Tree, known: Mapping[str, str]) -> frozenset[str]:
    """Return the identity keys of the articles that the page's ItemLists name; breadcrumbs are none.

    `known` are the keys of addresses that need not be worked out again.
    """
    found: set[str] = set()
    for script in tree.root.iter("script"):
        words = script.text or ""
        if "ld+json" in (script.get("type") or "") and "itemListElement" in words:
            found.update(known.get(href) or _key(tree, href) for href in _hrefs(words))
    return frozenset(found)


def _key(tree: html.Tree, href: str) -> str:
    url = tree.absolute(href)
    return urls.key(url) if url else ""


def _hrefs(words: str) -> Iterator[str]:
    try:
        data = json.loads(words)
    except (ValueError, RecursionError):
        return
    for node in _nodes(data, 0):
        if "ItemList" in str(node.get("@type")) and isinstance(elements := node.get("itemListElement"), list):
            yield from (href for element in elements if isinstance(element, dict) and (href := _href(element)))


def _nodes(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, depth + 1)


def _href(element: Mapping[str, object]) -> str | None:
    """Return a list element's address: its own, its item's, or the item itself."""
    item = element.get("item")
    values = [element.get("url")]
    values += [item.get("url"), item.get("@id")] if isinstance(item, dict) else [item]
    return next((value for value in values if isinstance(value, str) and value.strip()), None)
