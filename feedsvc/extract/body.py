"""A page's blocks in, those of the article's text out, and the HTML they make.

First the element that holds the text is found by where prose is dense, or by the text the page's JSON-LD repeats; then
everything inside it that is furniture is left out, block by block.
"""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, takewhile

from lxml.html import HtmlElement

from feedsvc import text, wording
from feedsvc.extract import furniture, links
from feedsvc.extract.layout import SENTENCE, Block, Layout

MAX_CHARS = 1_500_000  # of a body's HTML
MAX_MARKS = 40_000  # of its tags and entities
PROSE = 40  # characters outside links from which a block can be prose
DENSE = 15  # the same where a character is a word or a syllable
LEVELS = 40  # ancestors above a block that may be its container
DECAY = 0.6  # how much of a block's weight each further ancestor gets
GAIN = 0.18  # how much more prose the parent must hold to be the better container
OWN_PROSE = 200  # characters of prose from which the headline's own <article> is the article
OWN_SHARE = 0.1  # and how much of the page's prose it has to be
LINES = 250  # characters of lines before the first sentence from which they are text
DOUBTED = 5  # how much more prose must stand behind a headline than before it where another is the page's <h1>
TOLD = 300  # letters from which the text that JSON-LD tells is the article's
OPENING = 150  # characters of a paragraph that may stand before the container
_NEVER_TOLD = frozenset({"comments", "navigation", "foot", "related"})
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MORE = re.compile(r"(?:mehr|weiterlesen|weiter|read more|more)\s*(?:\.\.\.|…|»|>|→)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of a page before its body is read: where the headline stands, what is told elsewhere."""

    base: str = ""  # the page's address
    headline: HtmlElement | None = None
    title: str = ""
    repeated: str = ""  # the text of the article as JSON-LD repeats it
    teasers: frozenset[Block] = frozenset()
    told: frozenset[Block] = frozenset()  # blocks of furniture by name that this text repeats

    def is_free(self, block: Block) -> bool:
        """Whether a block is nobody's furniture and no teaser."""
        return (block.zone == "" and block not in self.teasers) or block in self.told


def is_prose(block: Block) -> bool:
    """Whether a block is running text."""
    return (
        not block.heading
        and block.role not in ("figure", "table")
        and block.unlinked >= (DENSE if _is_dense(block.text) else PROSE)
        and block.link_share < 0.5
        and not furniture.line_kind(block.text, block.link_share)
    )


def _is_dense(said: str) -> bool:
    """Whether a text is written in Chinese, Japanese or Korean, which need a third of the characters."""
    return not said.isascii() and len(_DENSE.findall(said[:60])) > 0.4 * len(said[:60])


def teasers(layout: Layout, base: str) -> frozenset[Block]:
    """Return the blocks of teasers for other articles: items of a repeated shape, each with a linked heading."""
    linked = (b for b in layout.blocks if b.heading and b.role != "h1" and b.link_share > 0.8 and len(b.text) > 12)
    heads = [block for block in linked if not _heads_text(layout, block, base)]
    if len(heads) < 3:
        return frozenset(heads)
    held = Counter(above for block in heads for above in (block.element, *block.element.iterancestors()))
    total = max(1, layout.mass.get(layout.body, 0))
    items: set[HtmlElement] = set()
    for block in heads:
        item = block.element
        for above in block.element.iterancestors():
            if held[above] > 1 or above in layout.spine or layout.mass.get(above, 0) > 0.35 * total:
                break
            item = above
        items.add(item)
    return frozenset(b for b in layout.blocks if any(e in items for e in (b.element, *b.element.iterancestors())))


def _heads_text(layout: Layout, heading: Block, base: str) -> bool:
    """Whether a linked heading leads to another site and has text below it: it names what the text speaks of."""
    if not links.leads_out(heading.element, base):
        return False
    at = layout.place[heading]
    below = takewhile(lambda block: not block.heading, layout.blocks[at + 1 : at + 6])
    return any(is_prose(block) and block.zone == "" for block in below)


def told(layout: Layout, said: str) -> frozenset[Block]:
    """Return the blocks that the text of the article in the JSON-LD repeats though their boxes have furniture's names.

    Paragraphs it has word for word, and what stands between two of them in boxes of the same kind.
    """
    folded = _letters(said)
    if len(folded) < TOLD:
        return frozenset()
    named = [b for b in layout.blocks if b.zone and b.zone not in _NEVER_TOLD and len(b.text) >= PROSE]
    sure = [b for b in named if _letters(b.text)[:80] in folded]
    if not sure:
        return frozenset()
    kinds = {block.zone for block in sure}
    between = layout.blocks[layout.place[sure[0]] : layout.place[sure[-1]] + 1]
    return frozenset(b for b in between if b.zone in kinds and b.text and _letters(b.text)[:80] in folded)


def container(layout: Layout, known: Surroundings) -> HtmlElement:
    """Return the element that holds the article's text."""
    plain = _without_related(block for block in layout.blocks if known.is_free(block))
    prose = _of_own_article([block for block in plain if is_prose(block)], known)
    repeated = _repeated(prose, known.repeated)
    if repeated:
        return _common(repeated)
    weights: Counter[HtmlElement] = Counter()
    totals: Counter[HtmlElement] = Counter()
    for block in prose:
        weight = _weight(block)
        share = float(weight)
        for above in _ancestors(block):
            totals[above] += weight
            weights[above] += int(share * 100)
            share *= DECAY
    if not weights:
        return layout.body
    best = max(weights, key=lambda element: weights[element])
    return _widened(best, totals, layout)


def _of_own_article(prose: list[Block], known: Surroundings) -> list[Block]:
    """Keep the prose of the <article> that holds the headline, if that is more than a teaser."""
    box = (
        next((e for e in known.headline.iterancestors() if e.tag == "article"), None)
        if known.headline is not None
        else None
    )
    own = [block for block in prose if box in block.element.iterancestors()] if box is not None else []
    enough = max(OWN_PROSE, OWN_SHARE * sum(block.unlinked for block in prose))
    return own if sum(block.unlinked for block in own) >= enough else prose


def _weight(block: Block) -> int:
    """A paragraph counts by its length; what is no paragraph, or no sentence, counts less."""
    by_role = {"p": 1.0, "li": 0.5, "td": 0.6, "pre": 0.6}.get(block.role, 0.8)
    return int(block.unlinked * by_role * (1.0 if SENTENCE.search(block.text) else 0.5))


def _ancestors(block: Block) -> Iterator[HtmlElement]:
    element = block.element
    if block.role == "div" and element.tag not in ("p", "span"):
        yield element
    yield from islice(element.iterancestors(), LEVELS)


def _widened(best: HtmlElement, totals: Counter[HtmlElement], layout: Layout) -> HtmlElement:
    """Go up while the parent holds clearly more prose."""
    current = best
    for above in best.iterancestors():
        if above.tag in ("html",):
            break
        if totals[above] > totals[best] * (1 + GAIN):
            current, best = above, above
    return current


def _repeated(prose: Sequence[Block], said: str) -> list[Block]:
    """Return the blocks that the JSON-LD's text of the article repeats, if they are most of it."""
    folded = _letters(said)
    if len(folded) < TOLD:
        return []
    found = [block for block in prose if len(block.text) > 60 and _letters(block.text)[:60] in folded]
    return found if sum(len(_letters(b.text)) for b in found) > 0.6 * len(folded) and len(found) > 2 else []


def _letters(said: str) -> str:
    return re.sub(r"\W+", "", said.casefold())


def _common(blocks: Sequence[Block]) -> HtmlElement:
    """Return the lowest element that holds all blocks but stragglers."""
    held = Counter(above for block in blocks for above in _ancestors(block))
    order = list(_ancestors(blocks[len(blocks) // 2]))
    return next((element for element in order if held[element] >= 0.9 * len(blocks)), order[-1])


def select(layout: Layout, within: HtmlElement, known: Surroundings) -> tuple[Block, ...]:
    """Return the blocks of the article's text in page order."""
    inside = _with_opening(layout, _within(layout.blocks, within), known)
    start = _after_headline(layout, inside, known)
    candidates = [b for b in inside[start:] if known.is_free(b)]
    kept = _without_related(candidates)
    kept = [b for b in kept if _is_text(b, known)]
    kept = _without_link_lists(kept, known)
    kept = _as_repeated(kept, known.repeated)
    return tuple(_trimmed(kept))


def without(blocks: Sequence[Block], used: Collection[Block]) -> tuple[Block, ...]:
    """Return the blocks of a text without those that are told elsewhere (captions, credits, a dated lead)."""
    return tuple(_trimmed(_bounded(block for block in blocks if block not in used)))


def _bounded(blocks: Iterable[Block]) -> list[Block]:
    """Return the first blocks, as many as can be made safe to publish."""
    kept: list[Block] = []
    chars = marks = 0
    for block in blocks:
        chars += len(block.markup) + 20
        marks += block.markup.count("<") + block.markup.count("&") + 4
        if chars > MAX_CHARS or marks > MAX_MARKS:
            break
        kept.append(block)
    return kept


def _with_opening(layout: Layout, inside: list[Block], known: Surroundings) -> list[Block]:
    """Add what stands between the headline and the container from the first plain paragraph on."""
    if known.headline is None or not inside:
        return inside
    blocks = layout.blocks
    first = layout.place[inside[0]]
    heading = set(known.headline.iter())
    head = next((n for n, block in enumerate(blocks) if block.element in heading), first)
    between = [b for b in blocks[head + 1 : first] if known.is_free(b)]
    start = next((n for n, b in enumerate(between) if _opens(b)), len(between))
    return [*(b for b in between[start:] if b.heading or b.group is not None or (is_prose(b) and _begins(b))), *inside]


def _opens(block: Block) -> bool:
    return is_prose(block) and block.unlinked > OPENING and block.link_share < 0.3 and block.role == "p"


def _within(blocks: Sequence[Block], element: HtmlElement) -> list[Block]:
    """Return the blocks that stand in an element."""
    inside = set(element.iter())
    return [block for block in blocks if block.element in inside]


def _after_headline(layout: Layout, inside: Sequence[Block], known: Surroundings) -> int:
    if known.headline is None:
        return 0
    heading = set(known.headline.iter())
    at = [n for n, block in enumerate(inside) if block.element in heading]
    if not at:
        return 0
    before = sum(_weight(b) for b in inside[: at[0]] if known.is_free(b) and is_prose(b))
    after = sum(_weight(b) for b in inside[at[-1] :] if known.is_free(b) and is_prose(b))
    doubted = known.headline.tag != "h1" and bool(layout.spine)
    return at[-1] + 1 if after >= before * (DOUBTED if doubted else 1) else 0


def _is_text(block: Block, known: Surroundings) -> bool:
    if block.role in ("figure", "table", "pre"):
        return block.role != "figure"
    if furniture.line_kind(block.text, block.link_share):
        return False
    if abs(len(block.text) - len(known.title)) < 9 and text.fold(block.text) == text.fold(known.title):
        return False
    if block.group is not None and block.role in ("li", "dd", "dt"):
        return True
    if block.link_share < 0.8 or (not block.heading and block.link_share < 1 and len(block.text) > 200):
        return True
    return block.heading and links.leads_out(block.element, known.base)


def _without_related(blocks: Iterable[Block]) -> list[Block]:
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
            shaped = shaped or (block.heading and block.link_share > 0.5) or _is_teaser(block)
            waiting = [block] if block.heading and block.link_share == 0 else []
    return kept


def _announces(block: Block) -> bool:
    """Whether a line announces other articles below it; one that holds its link itself announces no more."""
    if len(block.text) > 140 or block.role == "figure" or not wording.is_related_heading(block.text):
        return False
    return block.heading or block.link_share < 0.3 or furniture.line_kind(block.text, block.link_share) != "related"


def _as_repeated(blocks: list[Block], said: str) -> list[Block]:
    """Leave out what the JSON-LD's text of the article does not repeat, if it repeats nearly everything else."""
    folded = _letters(said)
    if len(folded) < TOLD:
        return blocks
    found = [b for b in blocks if len(b.text) > 1 and _letters(b.text)[:80] in folded]
    covered = sum(len(_letters(b.text)) for b in found)
    if covered < 0.85 * len(folded) or covered < 0.7 * sum(len(_letters(b.text)) for b in blocks):
        return blocks
    known = set(found)
    return [b for b in blocks if b in known or b.heading or b.role in ("table", "pre")]


def _is_plain(block: Block) -> bool:
    return block.role in ("p", "div") and block.unlinked > 80 and block.link_share < 0.3 and not _is_teaser(block)


def _is_teaser(block: Block) -> bool:
    """Whether a block begins with a date or ends with "mehr..." as teasers do."""
    return bool(_MORE.search(block.text)) or bool(re.match(r"\W*\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\W", block.text))


def _without_link_lists(blocks: Sequence[Block], known: Surroundings) -> list[Block]:
    """Leave out lists most of whose text is links within the site; those to other sites are the text's references."""
    linked: Counter[HtmlElement] = Counter()
    length: Counter[HtmlElement] = Counter()
    for block in blocks:
        if block.group is not None and block.role in ("li", "dt", "dd"):
            linked[block.group] += block.linked
            length[block.group] += len(block.text)
    listed = {group for group in length if linked[group] > 0.6 * length[group]}
    lists = {group for group in listed if not links.leads_out(group, known.base)}
    return [block for block in blocks if block.group not in lists]


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Leave out what stands before the first and after the last real paragraph, and headings that nothing follows."""
    while blocks and (blocks[-1].heading or _is_tail(blocks[-1])):
        blocks.pop()
    first = next((n for n, block in enumerate(blocks) if _begins(block)), 0)
    if sum(len(block.text) for block in blocks[:first]) < LINES:
        blocks = blocks[first:]
    return [b for n, b in enumerate(blocks) if not (b.heading and _heads_nothing(blocks, n))]


def _is_tail(block: Block) -> bool:
    """Whether a last block is no text: a few words without a sentence, or mostly a link."""
    if block.role in ("li", "table", "pre", "dd", "td") or block.group is not None:
        return len(block.text) < 3
    return len(block.text) < 3 or (len(block.text) < 250 and block.link_share > 0.4)


def _begins(block: Block) -> bool:
    """Whether a text can begin with a block: a sentence, a heading, a list, a table."""
    return (
        block.heading
        or block.group is not None
        or block.role not in ("p", "div")
        or bool(SENTENCE.search(block.text))
        or len(block.text) > 100
    )


def _heads_nothing(blocks: Sequence[Block], at: int) -> bool:
    """A heading with a heading of the same or a higher rank right behind it heads nothing."""
    return blocks[at + 1].heading and blocks[at + 1].role < blocks[at].role if at + 1 < len(blocks) else True


def markup(blocks: Sequence[Block]) -> str:
    """Return the blocks as HTML: list items of one list together, quotes as quotes."""
    pieces = []
    for group, members in groupby(blocks, key=lambda block: block.group):
        told = "".join(_element(block) for block in members)
        pieces.append(f"<{group.tag}>{told}</{group.tag}>" if group is not None and _groups(group, told) else told)
    return "\n".join(pieces)


def _groups(group: HtmlElement, told: str) -> bool:
    return group.tag == "blockquote" or f"<{'dt' if group.tag == 'dl' else 'li'}>" in told


def _element(block: Block) -> str:
    if block.role == "figure":
        return block.markup
    tag = {"h1": "h2", "li": "li", "dt": "dt", "dd": "dd", "pre": "pre", "table": "table"}.get(block.role)
    tag = tag or (block.role if block.heading else "p")
    return f"<{tag}>{block.markup or entities.escape(block.text)}</{tag}>\n"
