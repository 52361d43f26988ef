"""A page's blocks in, those that speak of other articles out: teasers of one shape, and what a line announces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import takewhile

from lxml.html import HtmlElement

from feedsvc import wording
from feedsvc.extract import furniture, links, prose
from feedsvc.extract.layout import Block, Layout

SHARE = 0.35  # how much of the page's text a teaser may hold
ANNOUNCES = 140  # characters of a line that announces other articles
_MORE = re.compile(r"(?:mehr|weiterlesen|weiter|read more|more)\s*(?:\.\.\.|…|»|>|→)?\s*$", re.IGNORECASE)
_DATE = re.compile(r"\b(?:\d{1,2}\.\s?\d{1,2}\.|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/|\d{1,2}\.?\s[^\W\d_]{3,9}\.?\s\d{4})")
_DATED = re.compile(r"\W*\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\W")


def teasers(layout: Layout, base: str) -> frozenset[Block]:
    """Return the blocks of teasers for other articles: items of a repeated shape, each with a linked heading."""
    linked = (b for b in layout.blocks if b.heading and b.role != "h1" and b.link_share > 0.8 and len(b.text) > 12)
    heads = [block for block in linked if not _heads_text(layout, block, base)]
    if len(heads) < 3:
        return frozenset(heads)
    held = Counter(above for block in heads for above in (block.element, *block.element.iterancestors()))
    items = {_item(layout, held, block) for block in heads}
    inside = {element for item in items for element in item.iter()}
    return frozenset(block for block in layout.blocks if block.element in inside)


def _item(layout: Layout, held: Counter[HtmlElement], head: Block) -> HtmlElement:
    """Return the widest element around a linked heading that holds no other."""
    item = head.element
    limit = SHARE * max(1, layout.mass.get(layout.body, 0))
    for above in head.element.iterancestors():
        if held[above] > 1 or above in layout.spine or layout.mass.get(above, 0) > limit:
            break
        item = above
    return item


def _heads_text(layout: Layout, heading: Block, base: str) -> bool:
    """Whether a linked heading leads to another site and has text below it: it names what the text speaks of."""
    if not links.leads_out(heading.element, base):
        return False
    at = layout.place[heading]
    below = takewhile(lambda block: not block.heading, layout.blocks[at + 1 : at + 6])
    return any(prose.is_prose(block) and block.zone == "" for block in below)


def without(blocks: Iterable[Block]) -> list[Block]:
    """Leave out what follows a line that announces other articles, until the text goes on.

    It goes on with a plain paragraph, with the heading right before it; after teasers were seen, only with two.
    """
    kept: list[Block] = []
    waiting: list[Block] = []
    inside = shaped = False
    for block in blocks:
        if _announces(block):
            inside, shaped, waiting = True, False, []
        elif not inside:
            kept.append(block)
        elif _is_plain(block):
            waiting.append(block)
            if not shaped or sum(map(_is_plain, waiting)) > 1:
                kept.extend(waiting)
                inside = False
        else:
            shaped = shaped or (block.heading and block.link_share > 0.5) or is_teaser(block)
            waiting = [block] if block.heading and block.link_share == 0 else []
    return kept


def is_list(table: Block) -> bool:
    """Whether a table lists other reports: each row is a date and one link."""
    if table.link_share < 0.5:
        return False
    rows = [row for row in table.element.iter("tr") if row.find("td") is not None]
    return len(rows) > 1 and all(len(row.findall(".//a")) == 1 and _DATE.search(row.text_content()) for row in rows)


def _announces(block: Block) -> bool:
    """Whether a line announces other articles below it; one that holds its link itself announces no more."""
    if len(block.text) > ANNOUNCES or block.role == "figure" or not wording.is_related_heading(block.text):
        return False
    return block.heading or block.link_share < 0.3 or furniture.line_kind(block.text, block.link_share) != "related"


def _is_plain(block: Block) -> bool:
    return block.role in ("p", "div") and block.unlinked > 80 and block.link_share < 0.3 and not is_teaser(block)


def is_teaser(block: Block) -> bool:
    """Whether a block begins with a date or ends with "mehr..." as teasers do."""
    return bool(_MORE.search(block.text)) or bool(_DATED.match(block.text))
