"""Elements that are the same thing in several entries in, CSS selectors that find them all out, the plainest first.

What holds for a long time comes first: words in class names, attributes that name a part, then place; names that a
build tool made up are used only if all the elements share them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from feedsvc import html

_SAFE = re.compile(r"-?[A-Za-z_][\w-]*")
_MADE_UP = re.compile(
    r"(?=.*\d)(?=.*[A-Za-z]).{5,}|(?:css|sc|jsx|svelte|emotion)-\w+|[A-Za-z]*[a-z][A-Z]+[a-z]*[A-Z]\w*"
)
_PREFIXED = re.compile(r"([A-Za-z][A-Za-z-]{3,}(?:_[a-z]\w*?)?_{1,2})(?=[\w-]{4,8}$)(?=.*[\dA-Z])")
_PASSING = re.compile(r"(?:is-|has-|odd|even|first|last|active|visible|lazy|loaded|js-|wow|fade|col-|row$)", re.I)
_NAMING = (
    "itemprop",
    "data-testid",
    "data-component",
    "data-type",
    "data-qa",
    "data-module",
    "data-tb-region-item",
    "role",
)
_DEEP = 5


def of(elements: Sequence[HtmlElement]) -> Iterator[str]:
    """Yield selectors that fit every one of the elements by what they are called themselves."""
    tag = elements[0].tag
    shared, lasting = _shared_classes(elements), _lasting(elements)
    if any(element.tag != tag for element in elements):
        if lasting:
            yield "".join(f".{name}" for name in lasting[:3])
        return
    if lasting:
        yield tag + "".join(f".{name}" for name in lasting[:3])
    for name in _NAMING:
        values = {element.get(name) for element in elements}
        if len(values) == 1 and (value := values.pop()) and '"' not in value and "\\" not in value:
            yield f'{tag}[{name}="{value}"]'
    for prefix in _shared_prefixes(elements):
        yield f'{tag}[class*="{prefix}"]'
    if not lasting and shared:
        yield tag + "".join(f".{name}" for name in shared[:2])
    yield tag


def placed(elements: Sequence[HtmlElement]) -> Iterator[str]:
    """Yield selectors that also say in what the elements stand."""
    parents = list(dict.fromkeys(element.getparent() for element in elements))
    if len(parents) == 1:
        if (above := place(parents[0])) is not None:
            yield from (f"{above} > {mine}" for mine in of(elements))
        return
    around = list(dict.fromkeys(parent.getparent() for parent in parents if parent is not None))
    if len(around) == 1 and len({parent.tag for parent in parents}) == 1 and (above := place(around[0])):
        yield from (f"{above} > {parents[0].tag} > {mine}" for mine in of(elements))


def place(element: HtmlElement | None, depth: int = 0) -> str | None:
    """Return a selector that finds this one element of the page: by id, by class, else by its place in its parent."""
    if element is None or depth > _DEEP:
        return None
    named: str = element.get("id") or ""
    tag: str = element.tag
    if _SAFE.fullmatch(named) and not _MADE_UP.fullmatch(named):
        return f"{tag}#{named}"
    lasting = _lasting([element])[:3]
    if _is_only(element, lasting):
        return tag + "".join(f".{name}" for name in lasting)
    above = place(element.getparent(), depth + 1)
    if above is None:
        return None
    same = [one for one in element.getparent() if one.tag == element.tag]
    mine = element.tag if len(same) == 1 else f"{element.tag}:nth-of-type({same.index(element) + 1})"
    return f"{above} > {mine}"


def _is_only(element: HtmlElement, names: Sequence[str]) -> bool:
    """Whether no other element of the page has this tag and these classes."""
    wanted = frozenset(names)
    alike = (
        one for one in element.getroottree().iter(element.tag) if wanted.issubset((one.get("class") or "").split())
    )
    return next(alike, None) is element and next(alike, None) is None


def within(pairs: Sequence[tuple[HtmlElement, HtmlElement]], tree: html.Tree) -> str | None:
    """Return a selector whose first find in each entry is the element paired with it; None if none is good enough."""
    if not pairs or any(item is element for item, element in pairs):
        return None
    tried: set[str] = set()
    for selector in _inside(pairs):
        if selector in tried:
            continue
        tried.add(selector)
        right = sum(next(iter(tree.select(selector, item)), None) is element for item, element in pairs)
        if right == len(pairs) or (right >= 4 and right * 5 >= len(pairs) * 4):
            return selector
    return None


def _inside(pairs: Sequence[tuple[HtmlElement, HtmlElement]]) -> Iterator[str]:
    alike = [pair for pair in pairs if pair[1].tag == pairs[0][1].tag]
    elements = [element for _, element in alike]
    yield from of(elements)
    parents = [element.getparent() for _, element in alike]
    if all(parent is not item for (item, _), parent in zip(alike, parents, strict=True)):
        for above in of(parents):
            for mine in of(elements):
                yield f"{above} > {mine}"
    yield from dict.fromkeys(_path(item, element) for item, element in alike)


def _path(item: HtmlElement, element: HtmlElement) -> str:
    """Return the way from an entry to an element in it, by tags and places."""
    steps: list[str] = []
    while element is not item and (parent := element.getparent()) is not None:
        same = [one for one in parent if one.tag == element.tag]
        steps.append(element.tag if len(same) == 1 else f"{element.tag}:nth-of-type({same.index(element) + 1})")
        element = parent
    return ":scope > " + " > ".join(reversed(steps))


def _shared_classes(elements: Sequence[HtmlElement]) -> list[str]:
    shared = [name for name in (elements[0].get("class") or "").split() if _SAFE.fullmatch(name)]
    for element in elements[1:]:
        own = (element.get("class") or "").split()
        shared = [name for name in shared if name in own]
    return list(dict.fromkeys(shared))


def _lasting(elements: Sequence[HtmlElement]) -> list[str]:
    """Return the shared classes that say what something is, in words."""
    shared = _shared_classes(elements)
    return [name for name in shared if not _MADE_UP.fullmatch(name) and not _PASSING.match(name)]


def _shared_prefixes(elements: Sequence[HtmlElement]) -> list[str]:
    """Return what stays of names like "Teaser_root__x7Yz2" when the site is built again."""
    found = [{match[1] for match in _PREFIXED.finditer(element.get("class") or "")} for element in elements]
    return sorted(set.intersection(*found)) if found else []
