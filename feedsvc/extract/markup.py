"""Blocks of a text in, its HTML out: items in their lists, lists in lists, quotes as quotes.

Not safe to publish yet: strangers' links and inline markup are in it as they were.
"""

from __future__ import annotations

import html as entities
from collections.abc import Sequence
from itertools import takewhile

from lxml.html import HtmlElement

from feedsvc.extract.layout import Block

DEEPEST = 12  # lists and quotes inside each other that are kept
_LISTS = frozenset({"ul", "ol", "dl"})
_ITEMS = frozenset({"li", "dt", "dd"})
_AS = {"h1": "h2", "pre": "pre", "table": "table"}


def of(blocks: Sequence[Block]) -> str:
    """Return blocks as HTML."""
    paths = [_path(block) for block in blocks]
    shared = _shared(paths)
    pieces: list[str] = []
    stack: list[HtmlElement] = []
    for block, path in zip(blocks, paths, strict=True):
        opened = _enter(pieces, stack, path[shared:])
        pieces.append(_element(block, bare=opened and bool(stack) and stack[-1].tag in _ITEMS))
    _enter(pieces, stack, [])
    return "".join(pieces)


def _path(block: Block) -> list[HtmlElement]:
    """Return the lists, items and quotes around a block, outermost first; a list without an item around it is none."""
    found: list[HtmlElement] = []
    if block.group is None and block.role not in _ITEMS:
        return found
    for element in (block.element, *block.element.iterancestors()):
        listed = element.tag in _LISTS and bool(found) and found[-1].tag in _ITEMS
        if listed or element.tag in _ITEMS or element.tag == "blockquote":
            found.append(element)
    while found and found[-1].tag in _ITEMS:
        found.pop()
    return found[::-1][:DEEPEST]


def _shared(paths: Sequence[Sequence[HtmlElement]]) -> int:
    """Return how many boxes all blocks stand in: a page laid out in an item of a list is no list."""
    if len(paths) < 2:
        return 0
    count = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(*paths, strict=False)))
    return count - 1 if count and paths[0][count - 1].tag in _LISTS else count


def _enter(pieces: list[str], stack: list[HtmlElement], path: Sequence[HtmlElement]) -> bool:
    """Close and open boxes so that those in `path` are open; True if one was opened."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(stack, path, strict=False)))
    while len(stack) > same:
        pieces.append(f"</{stack.pop().tag}>\n")
    for element in path[same:]:
        pieces.append(_open(element))
        stack.append(element)
    return len(path) > same


def _open(element: HtmlElement) -> str:
    start = element.get("start") or "" if element.tag == "ol" else ""
    return f'<ol start="{start}">' if start.isascii() and start.isdigit() else f"<{element.tag}>"


def _element(block: Block, *, bare: bool) -> str:
    """Return a block's element; `bare` is the first text of a list's item, which needs none."""
    if block.role == "figure":
        return block.markup
    told = block.markup or entities.escape(block.text)
    tag = _AS.get(block.role) or (block.role if block.heading else "p")
    return told if bare and tag == "p" else f"<{tag}>{told}</{tag}>\n"
