"""A page's blocks in, those out at an article's headline and below its text, where date, author and lead stand."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from lxml.html import HtmlElement

from feedsvc import html, text
from feedsvc.extract.layout import Block

ELSEWHERE = frozenset("related comments foot navigation aside bio consent advert hidden newsletter".split())
PARAGRAPHS = 3  # dates stand above the third paragraph of the text
REACH = 60  # blocks after the headline within which that is looked for
FEW = 12  # blocks after the headline that are looked at where a text has fewer
CLOSE = 4  # blocks from the headline on among which a name of a box at the side says little
BELOW = 25  # blocks below the text that may belong to it
BEFORE = 10  # blocks before the headline that may belong to it
_TRAIL = re.compile(r"breadcrumb|brotkrum|rootline", re.IGNORECASE)


def around(blocks: Sequence[Block], headline: HtmlElement | None, prose: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks around the headline where an article's date, author and lead stand.

    Those from the headline to the third paragraph of the text, since dates stand below leads too, then those that
    share the headline's own box before it.
    """
    start = index(blocks, headline)
    if start is None or headline is None:
        return ()
    ends = set(prose[PARAGRAPHS - 1 : PARAGRAPHS])
    end = next((n for n in range(start + 1, min(len(blocks), start + REACH)) if blocks[n] in ends), start + FEW)
    between = [b for n, b in enumerate(blocks[start:end]) if b.zone not in ELSEWHERE or _close(b, n)]
    before = [b for b in blocks[max(0, start - BEFORE) : start] if b.zone in ("", "date", "byline")]
    boxed = _boxed(blocks, headline, before)
    return (*between, *reversed(boxed))


def above(blocks: Sequence[Block], headline: HtmlElement | None, text: Block) -> tuple[Block, ...]:
    """Return the blocks before the headline that stand in a box of the article's own with it, in page order.

    That box has no menus in it, and is or stands in an <article> or <main>, or is a header without the text in it.
    """
    start = index(blocks, headline)
    if not start or headline is None:
        return ()
    before = [b for b in blocks[max(0, start - BEFORE) : start] if b.zone in ("", "date", "byline", "caption")]
    around_text = set(text.element.iterancestors())
    own = {e for e in headline.iterancestors() if e.tag in ("article", "main") or e not in around_text}
    return tuple(b for b in _boxed(blocks, headline, before) if any(e in own for e in b.element.iterancestors()))


def below(blocks: Sequence[Block], teasers: Container[Block]) -> tuple[Block, ...]:
    """Return the blocks right below an article's text, up to comments and to the next headline."""
    found: list[Block] = []
    for block in blocks[:BELOW]:
        if block.role in ("h1", "h2") or block.zone in ("comments", "related"):
            break
        if block not in teasers and block.zone not in ("aside", "navigation", "hidden", "form"):
            found.append(block)
    return tuple(found)


def _close(block: Block, distance: int) -> bool:
    return block.zone in ("aside", "bio") and distance < CLOSE


def _boxed(blocks: Sequence[Block], headline: HtmlElement, before: Sequence[Block]) -> list[Block]:
    """Return those blocks that stand with the headline in one box without the page's navigation (trap T13)."""
    menus = _around_menus(blocks)
    boxes = {e for e in headline.iterancestors() if e.tag not in ("body", "html") and e not in menus}
    return [b for b in before if b.element in boxes or any(above in boxes for above in b.element.iterancestors())]


def _around_menus(blocks: Sequence[Block]) -> set[HtmlElement]:
    """Return what stands around navigation; a trail of breadcrumbs is none, it stands in the article's own box."""
    trails: dict[HtmlElement, bool] = {}  # whether an element is part of a trail
    menus: set[HtmlElement] = set()
    for element in (block.element for block in blocks if block.zone == "navigation"):
        if not _is_trail(element, trails):
            for above in element.iterancestors():
                if above in menus:
                    break
                menus.add(above)
    return menus


def _is_trail(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element or one around it is named a trail; what is found out of each is kept in `known`."""
    path: list[HtmlElement] = []
    found = False
    for above in (element, *element.iterancestors()):
        if above in known:
            found = known[above]
            break
        path.append(above)
    for inner in reversed(path):
        known[inner] = found = found or bool(_TRAIL.search(inner.get("class") or ""))
    return found


def index(blocks: Sequence[Block], headline: HtmlElement | None) -> int | None:
    """Return the first block of a headline; one in inline elements only is a line that stands free in a box."""
    if headline is None:
        return None
    inside = set(headline.iter())
    found = next((number for number, block in enumerate(blocks) if block.element in inside), None)
    if found is not None:
        return found
    above, said = set(headline.iterancestors()), text.fold(html.content(headline))
    lines = (number for number, block in enumerate(blocks) if block.element in above)
    return next((number for number in lines if text.fold(blocks[number].text) == said), None)
