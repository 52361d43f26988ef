"""A page's layout in, the blocks of boxes that say of themselves what they are out.

An offer to subscribe, a consent placeholder, a sign-up form: whatever such a box is called, its first line tells, and
what stands below that line in the same box is of the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml.html import HtmlElement

from feedsvc.extract import furniture
from feedsvc.extract.layout import Block, Layout

SHARE = 0.25  # how much of a page's text a box may hold
CHARS = (300, 2_000)  # characters of text that any box may hold, and that none may
LONG = 200  # characters of a paragraph; boxes have at most one
LINE = 400  # characters a first line may have


def announced(layout: Layout) -> frozenset[Block]:
    """Return the blocks of every box whose first line is an appeal."""
    first = _first_blocks(layout)
    boxes = {
        box
        for block in layout.blocks
        if not block.zone and len(block.text) <= LINE and furniture.line_kind(block.text, block.link_share) == "appeal"
        if (box := _box(layout, first, block)) is not None
    }
    inside = {element for box in boxes for element in box.iter()}
    return frozenset(block for block in layout.blocks if block.element in inside) if inside else frozenset()


def _first_blocks(layout: Layout) -> Mapping[HtmlElement, Block]:
    """Return for every element the first block with text in it."""
    first: dict[HtmlElement, Block] = {}
    for block in layout.blocks:
        if not block.text:
            continue
        for element in (block.element, *block.element.iterancestors()):
            if element in first:
                break
            first[element] = block
    return first


def _box(layout: Layout, first: Mapping[HtmlElement, Block], block: Block) -> HtmlElement | None:
    """Return the widest box that a block is the first line of, if there is more in it."""
    limit = min(CHARS[1], max(CHARS[0], SHARE * layout.mass.get(layout.body, 0)))
    found = None
    for above in block.element.iterancestors():
        if first.get(above) is not block or above in layout.spine or layout.mass.get(above, 0) > limit:
            break
        if sum(layout.mass.get(inner, 0) > LONG for inner in above.iter("p", "li")) > 1:
            break
        found = above
    return found
