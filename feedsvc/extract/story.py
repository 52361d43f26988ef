"""A page's blocks and its headline in, the article's story out: its text as HTML and plain, its lead, its picture.

A figure keeps caption and credit in the HTML; the plain text has neither, so that no caption is taken for text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from feedsvc import html
from feedsvc.extract import body, boxes, byrule, container, foot, markup, nearby, picture, prose, related, standfirst
from feedsvc.extract.layout import Block, Layout
from feedsvc.extract.metadata import Metadata
from feedsvc.extract.moments import When
from feedsvc.extract.prose import Surroundings
from feedsvc.extract.rules import Ruled
from feedsvc.html import Tree
from feedsvc.model import Image

FOOT = 40  # blocks behind the text among which the article's topics stand
MAX_PICTURES = 150
ABOVE = 6  # blocks before the text among which its picture stands on pages without a heading
_ELSEWHERE = nearby.ELSEWHERE - {"navigation"}
_FIGURES = re.compile(r"<figure>.*?</figure>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What was read of an article's text, by which rule, and the containers that lost.

    `around`, `near` and `below` are the blocks at its headline, up to its foot and right behind it.
    """

    rule: str
    lost: tuple[str, ...]
    markup: str | None
    plain: str | None
    lead: standfirst.Lead
    other_leads: tuple[standfirst.Lead, ...]
    around: tuple[Block, ...]
    near: tuple[Block, ...]
    below: tuple[Block, ...]
    image: Image | None


def read(
    tree: Tree,
    layout: Layout,
    meta: Metadata,
    headline: HtmlElement | None,
    title: str,
    when: When,
    ruled: Ruled,
) -> Story:
    """Return the story: find its container, the header zone before it, the pictures, and the text that is left."""
    said = meta.body or ""
    known = Surroundings(
        base=tree.url,
        headline=headline,
        title=title,
        repeated=said,
        teasers=related.teasers(layout, tree.url) | boxes.announced(layout),
        told=container.told(layout, said),
    )
    by_rule = byrule.blocks(ruled, layout, title, known.teasers)
    within = container.find(layout, known)
    first = by_rule or body.select(layout, within.element, known)
    around = nearby.around(layout.blocks, headline, [b for b in first if prose.is_prose(b)])
    pictures = _pictures(layout, tree.url, known, first, byrule.pictures(ruled, layout))
    used = {block for shown in pictures.values() for block in shown.blocks}
    told_elsewhere = byrule.told_elsewhere(ruled, layout)
    leads = tuple(standfirst.leads(layout.blocks, _free(around, used), _free(first, used), meta, title, when))
    lead = leads[0] if leads else standfirst.Lead()
    used |= told_elsewhere | (set(lead.blocks) if lead.dated and not ruled["teaser"].readings else set())
    kept = _free(first, used) if by_rule else body.without(first, used)
    kept = kept if by_rule else foot.without_bio(kept, [claim.value for claim in meta.authors])
    free = () if lead.dated or by_rule else _free(lead.blocks, {*kept, *told_elsewhere})
    opening = [block for block in free if not body.repeats(block, kept)]
    spoken = byrule.cut([*opening, *_with_pictures(layout, kept, pictures)], ruled, layout)
    ruled_text = byrule.paragraphs(ruled, by_rule)
    safe = html.clean(ruled_text or markup.of([*spoken]), tree.url)
    return Story(
        rule=ruled.named("body") if by_rule or ruled_text else _rule(within, layout),
        lost=within.lost,
        markup=safe,
        plain=html.plain(_FIGURES.sub("", safe)) if safe else None,
        lead=lead,
        other_leads=leads[1:],
        around=around,
        near=_near(layout, known, kept),
        below=nearby.below(layout.blocks[layout.place[kept[-1]] + 1 :], known.teasers) if kept else (),
        image=next((shown.image for shown in pictures.values()), None),
    )


def _rule(within: container.Container, layout: Layout) -> str:
    return within.rule if layout.trusting else f"{within.rule}; second reading, without trust in names"


def _free(blocks: Iterable[Block], used: Iterable[Block]) -> tuple[Block, ...]:
    taken = set(used)
    return tuple(block for block in blocks if block not in taken)


def _pictures(
    layout: Layout, base: str, known: Surroundings, kept: Sequence[Block], by_rule: Collection[Block]
) -> Mapping[Block, picture.Picture]:
    """Return the pictures from the headline to the end of the text, in page order, each once."""
    if not kept:
        return {}
    begin = layout.place[kept[0]]
    at = nearby.index(layout.blocks, known.headline)
    start = begin - ABOVE if at is None else at - _pictured_above(layout, known, at, kept[0])
    found: dict[Block, picture.Picture] = {}
    seen: set[str | None] = set()
    for number in range(max(0, min(start, begin)), layout.place[kept[-1]] + 1):
        block = layout.blocks[number]
        if len(found) >= MAX_PICTURES:
            break
        free = block.zone in ("", "caption") and block not in known.teasers
        if block.role != "figure" or not (free or block in by_rule):
            continue
        if picture.is_portrait(layout.blocks, number):
            continue
        shown = picture.read(layout.blocks, number, base)
        if shown and shown.image.url not in seen:
            seen.add(shown.image.url)
            found[block] = shown
    return found


def _pictured_above(layout: Layout, known: Surroundings, at: int, text: Block) -> int:
    """Return how many blocks above the headline its picture stands: one in a box of its own, or that tells its credit.

    Between a picture and its headline stand at most a kicker, a date, a trail.
    """
    own = nearby.above(layout.blocks, known.headline, text)
    for number in range(at - 1, max(-1, at - ABOVE - 1), -1):
        block = layout.blocks[number]
        if (block.heading and number < at - 1) or block.zone in _ELSEWHERE or block in known.teasers:
            return 0
        if related.is_teaser(block):
            return 0
        if block.role == "figure" and block.zone in ("", "caption") and picture.may_head(block.element, known.base):
            shown = picture.read(layout.blocks[:at], number, known.base)
            if shown and (shown.image.credit or block in own):
                return at - number
    return 0


def _with_pictures(layout: Layout, kept: Sequence[Block], pictures: Mapping[Block, picture.Picture]) -> list[Block]:
    """Put the pictures inside the text between its blocks; one above it is the article's image, not the text's."""
    first = layout.place[kept[0]] if kept else 0
    inside = [block for block in pictures if kept and layout.place[block] > first]
    merged = sorted((*kept, *inside), key=lambda block: layout.place[block])
    return [replace(b, markup=picture.markup(pictures[b])) if b in pictures else b for b in merged]


def _near(layout: Layout, known: Surroundings, kept: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks from the headline to a little behind the text."""
    if not kept:
        return ()
    begin, end = layout.place[kept[0]], layout.place[kept[-1]]
    at = nearby.index(layout.blocks, known.headline)
    start = begin if at is None else at
    return _free(layout.blocks[min(start, end) : end + FOOT], known.teasers)
