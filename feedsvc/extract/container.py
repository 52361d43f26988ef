"""A page's blocks in, the element that holds the article's text out, the way it was found, and what lost.

It is the lowest one that holds what the page's JSON-LD repeats; else the one in and below which prose is dense, a
paragraph counting less the farther above it an element is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from feedsvc.extract import prose, related
from feedsvc.extract.layout import Block, Layout
from feedsvc.extract.prose import Surroundings

LEVELS = 40  # ancestors above a block that may be its container
DECAY = 0.6  # how much of a block's weight each further ancestor gets
GAIN = 0.18  # how much more prose the parent must hold to be the better container
OWN_PROSE = 200  # characters of prose from which the headline's own <article> is the article
OWN_SHARE = 0.1  # and how much of the page's prose it has to be
TOLD = 300  # letters from which the text that JSON-LD tells is the article's
LOSERS = 3  # containers that lost and are named
_NEVER_TOLD = frozenset({"comments", "navigation", "foot", "related"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The element that holds a text, the rule that found it, and the names of the next best."""

    element: HtmlElement
    rule: str
    lost: tuple[str, ...] = ()


def find(layout: Layout, known: Surroundings) -> Container:
    """Return the element that holds the article's text; the page's <body> where there is no prose."""
    plain = related.without(block for block in layout.blocks if known.is_free(block))
    running = [block for block in plain if prose.is_prose(block)]
    own = _of_own_article(running, known)
    if repeated := _repeated(own, known.repeated):
        return Container(element=_common(repeated), rule="the text JSON-LD repeats")
    weights, totals = _weighed(own)
    if not weights:
        return Container(element=layout.body, rule="no prose: the whole page")
    best, *others = sorted(weights, key=lambda element: -weights[element])[: LOSERS + 1]
    found = _widened(best, totals)
    rule = "where prose is densest" if own is running else "where prose is densest in the headline's own <article>"
    return Container(element=found, rule=rule, lost=tuple(name(other) for other in others if other is not found))


def told(layout: Layout, said: str) -> frozenset[Block]:
    """Return the blocks that the text of the article in the JSON-LD repeats though their boxes have furniture's names.

    Paragraphs it has word for word, and what stands between two of them in boxes of the same kind.
    """
    folded = prose.letters(said)
    if len(folded) < TOLD:
        return frozenset()
    named = [b for b in layout.blocks if b.zone and b.zone not in _NEVER_TOLD and len(b.text) >= prose.PROSE]
    sure = [b for b in named if prose.letters(b.text)[:80] in folded]
    if not sure:
        return frozenset()
    kinds = {block.zone for block in sure}
    between = layout.blocks[layout.place[sure[0]] : layout.place[sure[-1]] + 1]
    return frozenset(b for b in between if b.zone in kinds and b.text and prose.letters(b.text)[:80] in folded)


def name(element: HtmlElement) -> str:
    """Return an element's tag with the first of its names, as CSS writes it: "div#content", "section.text"."""
    if own := element.get("id"):
        return f"{element.tag}#{own}"[:60]
    classes = (element.get("class") or "").split()
    return f"{element.tag}.{classes[0]}"[:60] if classes else str(element.tag)


def _of_own_article(running: list[Block], known: Surroundings) -> list[Block]:
    """Keep the prose of the <article> that holds the headline, if that is more than a teaser."""
    above = known.headline.iterancestors("article") if known.headline is not None else iter(())
    box = next(above, None)
    own = [block for block in running if box in block.element.iterancestors()] if box is not None else []
    enough = max(OWN_PROSE, OWN_SHARE * sum(block.unlinked for block in running))
    return own if sum(block.unlinked for block in own) >= enough else running


def _weighed(running: Sequence[Block]) -> tuple[Counter[HtmlElement], Counter[HtmlElement]]:
    """Return for every element around prose what it weighs with distance, and without."""
    weights: Counter[HtmlElement] = Counter()
    totals: Counter[HtmlElement] = Counter()
    for block in running:
        weight = prose.weight(block)
        share = float(weight)
        for above in _around(block):
            totals[above] += weight
            weights[above] += int(share * 100)
            share *= DECAY
    return weights, totals


def _around(block: Block) -> Iterator[HtmlElement]:
    element = block.element
    if block.role == "div" and element.tag not in ("p", "span"):
        yield element
    yield from islice(element.iterancestors(), LEVELS)


def _widened(best: HtmlElement, totals: Mapping[HtmlElement, int]) -> HtmlElement:
    """Go up while the parent holds clearly more prose."""
    current = best
    for above in best.iterancestors():
        if above.tag == "html":
            break
        if totals.get(above, 0) > totals[best] * (1 + GAIN):
            current, best = above, above
    return current


def _repeated(running: Sequence[Block], said: str) -> list[Block]:
    """Return the blocks that the JSON-LD's text of the article repeats, if they are most of it."""
    folded = prose.letters(said)
    if len(folded) < TOLD:
        return []
    found = [b for b in running if len(b.text) > 60 and prose.letters(b.text)[:60] in folded]
    return found if sum(len(prose.letters(b.text)) for b in found) > 0.6 * len(folded) and len(found) > 2 else []


def _common(blocks: Sequence[Block]) -> HtmlElement:
    """Return the lowest element that holds all blocks but stragglers."""
    held = Counter(above for block in blocks for above in _around(block))
    order = list(_around(blocks[len(blocks) // 2]))
    return next((element for element in order if held[element] >= 0.9 * len(blocks)), order[-1])
