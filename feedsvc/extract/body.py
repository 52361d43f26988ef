"""A page's blocks and the element that holds its article in, the blocks of the article's text out.

Everything inside the element that is furniture is left out, block by block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from lxml.html import HtmlElement

from feedsvc import text, wording
from feedsvc.extract import container, foot, furniture, links, nearby, prose, related
from feedsvc.extract.layout import Block, Layout
from feedsvc.extract.prose import Surroundings

MAX_CHARS = 1_500_000  # of a body's HTML
MAX_MARKS = 40_000  # of its tags and entities
LINES = 250  # characters of lines before the first sentence from which they are text
DOUBTED = 5  # how much more prose must stand behind a headline than before it where another is the page's <h1>
OPENING = 150  # characters of a paragraph that may stand before the container
LABEL = 100  # characters of a line that announces what is not there
BUTTONS = 150  # characters of a line of buttons that sell
TERM = 60  # characters of a term or of what is said of it in a report's particulars
PULLED = (20, 250)  # characters of a quote that may be pulled out of the text
CAPTION = 300  # characters a caption may have
REPEATED = 100  # characters from which a paragraph that stands twice is no refrain
NEAR = 3  # blocks behind a paragraph among which it is told again by mistake
FIRST = 3  # blocks of a text among which its lead may be repeated
_ITEMS = ("li", "dd", "dt")


def select(layout: Layout, within: HtmlElement, known: Surroundings) -> tuple[Block, ...]:
    """Return the blocks of the article's text in page order."""
    inside = set(within.iter())
    row = _with_opening(layout, [block for block in layout.blocks if block.element in inside], known)
    start = _after_headline(layout, row, known)
    kept = related.without(block for block in row[start:] if known.is_free(block))
    kept = [block for block in kept if _is_text(block, known)]
    kept = _without_link_lists(_without_captions(kept, layout), known)
    kept = foot.without(_without_particulars(_as_repeated(_without_title(kept, known), known.repeated)))
    return tuple(_trimmed(_without_pulled(_once(kept))))


def repeats(block: Block, blocks: Sequence[Block]) -> bool:
    """Whether the beginning of a text says what a block says: a lead that is its first paragraph too."""
    said = prose.letters(block.text)
    return any(said == prose.letters(other.text) for other in blocks[:FIRST])


def _without_pulled(blocks: Sequence[Block]) -> list[Block]:
    """Leave out quotes pulled out of the text, which it says as well, and who they name."""
    quoted = [b for b in blocks if b.group is not None and b.group.tag == "blockquote" and len(b.text) < PULLED[1]]
    if not quoted:
        return list(blocks)
    said = "\n".join(prose.letters(b.text) for b in blocks if b not in quoted)
    longest = {b.group: b for b in sorted(quoted, key=lambda b: len(b.text))}
    pulled = {g for g, b in longest.items() if len(b.text) >= PULLED[0] and prose.letters(b.text) in said}
    return [block for block in blocks if block.group is None or block.group not in pulled]


def _once(blocks: Sequence[Block]) -> list[Block]:
    """Leave out long paragraphs told again right behind: for narrow screens, as an introduction."""
    kept: list[Block] = []
    for block in blocks:
        if len(block.text) <= REPEATED or all(block.text != before.text for before in kept[-NEAR:]):
            kept.append(block)
    return kept


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
    return [*(b for b in between[start:] if _goes_on(b)), *inside]


def _opens(block: Block) -> bool:
    return prose.is_prose(block) and block.unlinked > OPENING and block.link_share < 0.3 and block.role == "p"


def _goes_on(block: Block) -> bool:
    return block.heading or block.group is not None or (prose.is_prose(block) and prose.begins(block))


def _after_headline(layout: Layout, inside: Sequence[Block], known: Surroundings) -> int:
    """Return where the text begins behind its headline; 0 where what stands before it may be text as well."""
    if known.headline is None:
        return 0
    heading = set(known.headline.iter())
    free = nearby.index(inside, known.headline)
    at = [n for n, block in enumerate(inside) if block.element in heading] or ([] if free is None else [free])
    if not at:
        return 0
    before, after = _weight(inside[: at[0]], known), _weight(inside[at[-1] :], known)
    doubted = known.headline.tag != "h1" and bool(layout.spine)
    return at[-1] + 1 if after >= before * (DOUBTED if doubted else 1) else 0


def _weight(blocks: Iterable[Block], known: Surroundings) -> int:
    return sum(prose.weight(b) for b in blocks if known.is_free(b) and prose.is_prose(b))


def _is_text(block: Block, known: Surroundings) -> bool:
    if block.role in ("figure", "table", "pre"):
        return block.role == "pre" or (block.role == "table" and not related.is_list(block))
    if _sells(block):
        return False
    if furniture.line_kind(block.text, block.link_share) or _is_title(block, known.title):
        return False
    if block.group is not None and block.role in _ITEMS:
        return True  # its list is judged as one
    if block.link_share < 0.8 or (not block.heading and block.link_share < 1 and len(block.text) > 200):
        return True
    return block.heading and links.leads_out(block.element, known.base)


def _sells(block: Block) -> bool:
    """Whether a block is a row of buttons to shops; a linked name in a list or heading is text."""
    few = block.link_share > 0.5 and len(block.text) <= BUTTONS and not block.heading and block.group is None
    return few and links.are_sponsored(block.element)


def _is_title(block: Block, title: str) -> bool:
    return abs(len(block.text) - len(title)) < 9 and text.fold(block.text) == text.fold(title)


def _without_title(blocks: list[Block], known: Surroundings) -> list[Block]:
    """Leave out a heading that opens a text with "Kicker: Headline"."""
    said = wording.split_title(blocks[0].text)[1] if blocks and blocks[0].heading else ""
    return blocks[1:] if said and text.fold(said) == text.fold(known.title) else blocks


def _without_particulars(blocks: list[Block]) -> list[Block]:
    """Leave out the list of terms before the first paragraph: number, day, hour, office of a report."""
    first = next((n for n, block in enumerate(blocks) if prose.is_prose(block)), 0)
    head = [block for block in blocks[:first] if block.role in ("dt", "dd") and len(block.text) <= TERM]
    told = {block.group for block in head}
    long = {block.group for block in blocks if block.group in told and block not in head}
    return [block for block in blocks if block not in head or block.group in long]


def _as_repeated(blocks: list[Block], said: str) -> list[Block]:
    """Leave out what the JSON-LD's text of the article does not repeat, if it repeats nearly everything else."""
    folded = prose.letters(said)
    if len(folded) < container.TOLD:
        return blocks
    found = [b for b in blocks if len(b.text) > 1 and prose.letters(b.text)[:80] in folded]
    covered = sum(len(prose.letters(b.text)) for b in found)
    if covered < 0.85 * len(folded) or covered < 0.7 * sum(len(prose.letters(b.text)) for b in blocks):
        return blocks
    known = set(found)
    return [b for b in blocks if b in known or b.heading or b.role in ("table", "pre")]


def _without_captions(blocks: Sequence[Block], layout: Layout) -> list[Block]:
    """Leave out lines that say again what the caption right before them says."""
    return [block for block in blocks if len(block.text) > CAPTION or not _echoes(block, layout)]


def _echoes(block: Block, layout: Layout) -> bool:
    before = layout.blocks[layout.place[block] - 1]
    return before.zone == "caption" and prose.letters(before.text).startswith(prose.letters(block.text))


def _without_link_lists(blocks: Sequence[Block], known: Surroundings) -> list[Block]:
    """Leave out lists most of whose text is links within the site; those to other sites are the text's references."""
    linked: Counter[HtmlElement] = Counter()
    length: Counter[HtmlElement] = Counter()
    for block in blocks:
        if block.group is not None and block.role in _ITEMS:
            linked[block.group] += block.linked
            length[block.group] += len(block.text)
    listed = {group for group in length if linked[group] > 0.6 * length[group]}
    lists = {group for group in listed if not links.leads_out(group, known.base)}
    return [block for block in blocks if block.group not in lists]


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Leave out what stands before the first and after the last real paragraph, and headings that nothing follows."""
    while blocks and (blocks[-1].heading or _is_tail(blocks[-1])):
        blocks.pop()
    first = next((n for n, block in enumerate(blocks) if prose.begins(block)), 0)
    if sum(len(block.text) for block in blocks[:first]) < LINES:
        blocks = blocks[first:]
    return [b for n, b in enumerate(blocks) if not (b.heading and _heads_nothing(blocks, n))]


def _is_tail(block: Block) -> bool:
    """Whether a last block is no text: a few words without a sentence, or mostly a link."""
    if block.role in ("li", "table", "pre", "dd", "td") or block.group is not None:
        return len(block.text) < 3
    announces = block.text.endswith(":") and len(block.text) < LABEL
    return announces or len(block.text) < 3 or (len(block.text) < 250 and block.link_share > 0.4)


def _heads_nothing(blocks: Sequence[Block], at: int) -> bool:
    """A heading with a heading of the same or a higher rank right behind it heads nothing."""
    return blocks[at + 1].heading and blocks[at + 1].role < blocks[at].role if at + 1 < len(blocks) else True
