"""What an operator's rules found on a page in, the values of an article's fields out, ahead of all automatic reading.

A rule says where a field stands; what stands there is still read as what it is: a date before a lead, a credit behind a
caption and a kicker glued to a headline are parted. The text is what its rule finds, but for what is furniture by name
and what other rules read.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import lxml.html
from lxml.html import HtmlElement

from feedsvc import dates, html, text, wording
from feedsvc.extract import furniture, names, picture
from feedsvc.extract.candidate import Candidate
from feedsvc.extract.headline import Headline
from feedsvc.extract.layout import Block, Layout
from feedsvc.extract.moments import When
from feedsvc.extract.rules import ROOMS, Ruled
from feedsvc.html import Reading, Tree
from feedsvc.model import Image

PROSE = 40  # characters outside links from which a block is kept whatever its box is called
# Boxes whose prose is no text either, wherever they stand.
_NO_TEXT = frozenset({"hidden", "comments", "related", "navigation", "foot", "consent", "share", "newsletter"})
_ANNOUNCES = 140  # characters of a line that announces other articles
_EDGES = " :|–-"


# ---- headline and kicker ---------------------------------------------------------------------------------------------


def headings(ruled: Ruled, shown: Sequence[Headline]) -> Iterator[Candidate[Headline]]:
    """Give headlines without their kicker; `shown` are those the page shows, which know where it stands."""
    anchor = next((one.element for one in shown if one.element is not None), None)
    for reading in ruled["title"].readings:
        element = reading.element if reading.element is not None and _is_seen(reading.element) else anchor
        found = Headline(headline=reading.value, kicker=None, element=element, rule=ruled.named("title"))
        if ruled["kicker"].readings:
            found = replace(found, headline=_without_kicker(reading, ruled))
        elif same := next((one for one in shown if one.kicker and _says(reading.value, one)), None):
            found = replace(found, headline=same.headline, kicker=same.kicker, kicker_rule=same.kicker_rule)
        yield Candidate(value=found, rule=found.rule)


def _is_seen(element: HtmlElement) -> bool:
    return not any(above.tag in ("head", "script", "template") for above in (element, *element.iterancestors()))


def _says(said: str, shown: Headline) -> bool:
    """Whether a text is a shown headline, with or without its kicker."""
    kicker = shown.kicker or ""
    wholes = (shown.headline, kicker + shown.headline, f"{kicker} {shown.headline}", f"{kicker}: {shown.headline}")
    return text.fold(said) in map(text.fold, wholes)


def _without_kicker(title: Reading, ruled: Ruled) -> str:
    """Return a headline without the kicker that stands in it, or glued to it; the same word elsewhere is none."""
    for kicker in ruled["kicker"].readings:
        rest = title.value.removeprefix(kicker.value)
        if rest != title.value and (_is_inside(kicker, title) or not rest[:1].isspace()):
            return rest.lstrip(_EDGES) or title.value
        rest = title.value.removesuffix(kicker.value)
        if rest != title.value and _is_inside(kicker, title):
            return rest.rstrip(_EDGES) or title.value
    return title.value


def _is_inside(kicker: Reading, title: Reading) -> bool:
    if kicker.element is None or title.element is None:
        return True
    return title.element in (kicker.element, *kicker.element.iterancestors())


def kickers(ruled: Ruled, headline: str) -> Iterator[Candidate[str]]:
    """Give kickers; one that has the headline glued behind it without that."""
    for said in ruled["kicker"].values:
        if said != headline and (bare := said.removesuffix(headline).strip(_EDGES)):
            yield Candidate(value=bare, rule=ruled.named("kicker"))


# ---- dates and lead --------------------------------------------------------------------------------------------------


def moments(ruled: Ruled, name: str, when: When) -> Iterator[Candidate[dates.Moment]]:
    """Give the dates a rule found: of an element its datetime or its text, whichever tells the day more precisely."""
    for reading in ruled[name].readings:
        element = reading.element if ruled[name].plain else None
        stamps = (element.get("datetime"), element.get("content")) if element is not None else ()
        told = [moment for said in (*stamps, reading.value) if said and (moment := _moment(said, when))]
        if told:
            yield Candidate(value=_sharpest(told), rule=ruled.named(name))


def dated_leads(ruled: Ruled, when: When) -> Iterator[Candidate[dates.Moment]]:
    """Give the dates that stand before the leads that were found."""
    for said in ruled["teaser"].values:
        if moment := when.leading(said)[0]:
            yield Candidate(value=moment, rule=f"the day before what {ruled.named('teaser')} finds")


def _moment(said: str, when: When) -> dates.Moment | None:
    """Return the date of a text that is one, or that begins with one as leads do."""
    return when.parse(said) or when.leading(said)[0]


def _sharpest(told: Sequence[dates.Moment]) -> dates.Moment:
    same = (one for one in told if one.precision != "day" and one.at.date() == told[0].at.date())
    return next(same, told[0])


def teasers(ruled: Ruled, when: When) -> Iterator[Candidate[str]]:
    """Give leads, without the date before, the "mehr..." behind, and what other rules found in them."""
    for reading in ruled["teaser"].readings:
        said = reading.value
        for name in ("date", "author", "kicker", "credit"):
            for other in ruled[name].readings:
                if other.element is not None and reading.element in other.element.iterancestors():
                    said = said.removeprefix(other.value).removesuffix(other.value).strip()
        if bare := text.without_more(when.leading(said)[1]):
            yield Candidate(value=bare, rule=ruled.named("teaser"))


# ---- people and labels -----------------------------------------------------------------------------------------------


def authors(ruled: Ruled) -> Iterator[Candidate[tuple[str, ...]]]:
    """Give all names that were found, as one candidate."""
    found = tuple(dict.fromkeys(name for said in ruled["author"].values for name in _names(said)))
    if found:
        yield Candidate(value=found, rule=ruled.named("author"))


def _names(said: str) -> tuple[str, ...]:
    """Return the names of a byline, with or without "Von"; what is only partly names stays as it is."""
    if named := wording.byline(said):
        return named
    bare = wording.byline(f"Von {said}")
    covered = sum(map(len, bare)) >= 0.7 * len(said)
    return bare if covered else (said,)


def categories(ruled: Ruled, known: Iterable[str]) -> Iterator[Candidate[tuple[str, ...]]]:
    """Give all labels that were found: of a box its links or list items, of a sentence the areas it names."""
    found = ruled["category"]
    labels = [label for one in found.readings for label in _labels(one, known if found.plain else None)]
    if labels:
        yield Candidate(value=tuple(dict.fromkeys(labels)), rule=ruled.named("category"))


def _labels(reading: Reading, known: Iterable[str] | None) -> Sequence[str]:
    element = reading.element
    if known is None or element is None:
        return (reading.value,)
    for tag in ("a", "li"):
        if inside := [said for one in element.iterdescendants(tag) if (said := html.content(one))]:
            return inside
    return wording.related_labels(reading.value, tuple(known)) or (reading.value,)


# ---- picture ---------------------------------------------------------------------------------------------------------


def images(ruled: Ruled, layout: Layout, tree: Tree, base: Image) -> Iterator[Candidate[Image]]:
    """Give the picture; what no rule says of it is as in `base`, or as another picture that was found shows it."""
    image, caption, credit = ruled["image"], ruled["caption"].value, ruled["credit"].value
    if not (image.elements or image.readings or caption or credit):
        return
    if image.elements or image.readings:
        base = _shown(next(iter(image.elements), None), image.plain, layout, tree) or Image(
            url=tree.absolute(image.value), alt=base.alt, caption=base.caption, credit=base.credit
        )
    parted, marked = wording.split_credit(caption) if caption else (base.caption, base.credit)
    if parted and credit and parted.endswith(credit):
        parted = parted.removesuffix(credit).rstrip(" |–-(") or None
    named = (wording.credit(credit) or credit) if credit else marked
    found = Image(url=base.url, alt=base.alt, caption=parted, credit=named)
    yield Candidate(value=found, rule=ruled.named("image", "caption", "credit"))


def _shown(element: HtmlElement | None, plain: bool, layout: Layout, tree: Tree) -> Image | None:
    """Return the picture an element is, with what its figure tells of it."""
    if element is None or not plain or not (url := picture.source(element, tree.url)):
        return None
    inside = set(element.iter())
    for number, block in enumerate(layout.blocks):
        if block.role == "figure" and (block.element in inside or element in block.element.iter()):
            told = picture.read(layout.blocks, number, tree.url)
            return replace(told.image, url=url) if told else Image(url=url, alt=picture.alt(element))
    return Image(url=url, alt=picture.alt(element))


# ---- the text --------------------------------------------------------------------------------------------------------


def paragraphs(ruled: Ruled, by_block: Sequence[Block]) -> str:
    """Return the texts a body rule found, one paragraph each, as HTML; "" where it found blocks, or nothing."""
    found = ruled["body"]
    if by_block:
        return ""
    if found.plain and found.elements:
        inline = (one for one in found.elements if not any(True for _ in one.iter(*ROOMS)))
        return "\n".join(f"<p>{_inner(element)}</p>" for element in inline)
    return "\n".join(f"<p>{entities.escape(said, quote=False)}</p>" for said in found.values)


def _inner(element: HtmlElement) -> str:
    inside = "".join(lxml.html.tostring(child, encoding="unicode") for child in element)
    return entities.escape(element.text or "", quote=False) + inside


def blocks(ruled: Ruled, layout: Layout, title: str, teasers: Collection[Block]) -> tuple[Block, ...]:
    """Return the blocks inside what a body rule found, without furniture; () where it found no elements.

    What the rule names itself is text, whatever its box is called.
    """
    found = ruled["body"]
    boxes = set(found.elements) if found.plain else set()
    others = teasers if sum(block.heading for block in teasers) > 2 else ()
    inside = [
        block
        for block in layout.blocks
        if boxes and (box := _box(block, boxes)) is not None and block not in others and _is_text(block, box, title)
    ]
    return tuple(_without_pointers(inside))


def pictures(ruled: Ruled, layout: Layout) -> frozenset[Block]:
    """Return the pictures that what a body rule found holds, or that stand beside it: boxes around both lie."""
    boxes = set(ruled["body"].elements) if ruled["body"].plain else set()
    around = boxes | {above for box in boxes for above in box.iterancestors()}
    figures = [b for b in layout.blocks if boxes and b.role == "figure"]
    return frozenset(b for b in figures if _zone(b, around) in ("", "caption"))


def _box(block: Block, boxes: Collection[HtmlElement]) -> HtmlElement | None:
    return next((e for e in (block.element, *block.element.iterancestors()) if e in boxes), None)


def _is_text(block: Block, box: HtmlElement, title: str) -> bool:
    if block.role in ("figure", "table", "pre"):
        return block.role != "figure"
    if text.fold(block.text) == text.fold(title):
        return False
    zone = _zone(block, (box,))
    if zone in _NO_TEXT or block.role == "figcaption":
        return False
    prose = block.unlinked >= PROSE and block.link_share < 0.5
    return prose or block.heading or not (zone or furniture.line_kind(block.text, block.link_share))


def _zone(block: Block, boxes: Collection[HtmlElement]) -> str:
    """Return the furniture a block is by the names between it and the first box it stands in."""
    for element in (block.element, *block.element.iterancestors()):
        if element in boxes:
            return ""
        if zone := names.zone(element):
            return zone
    return ""


def _without_pointers(row: Sequence[Block]) -> Iterator[Block]:
    """Leave out lines that announce other articles, with the links behind them."""
    pointing = False
    for block in row:
        announces = len(block.text) <= _ANNOUNCES and wording.is_related_heading(block.text)
        pointing = announces or (pointing and block.link_share > 0.8)
        if not pointing:
            yield block


def told_elsewhere(ruled: Ruled, layout: Layout) -> set[Block]:
    """Return the blocks that rules read as something else than text."""
    claimed = ruled.claimed()
    if not claimed:
        return set()
    return {b for b in layout.blocks if any(e in claimed for e in (b.element, *b.element.iterancestors()))}


def cut(row: Sequence[Block], ruled: Ruled, layout: Layout) -> Iterator[Block]:
    """Give the blocks of a text without the words in them that rules read as something else."""
    kept = dict(enumerate(row))
    if not (cuts := tuple(ruled.cuts())):
        return iter(row)
    homes = {block.element for block in layout.blocks}
    for element, words in cuts:
        home = next((e for e in (element, *element.iterancestors()) if e in homes), element)
        for number, block in kept.items():
            if block.role != "figure" and (block.element is home or element in block.element.iterancestors()):
                kept[number] = _cut(block, words)
                if kept[number] is not block:
                    break
    return (block for number, block in kept.items() if block is row[number] or block.text)


def _cut(block: Block, words: str) -> Block:
    """Return a block without the first place that says these words; its text is None where nothing is left."""
    spoken = r"(?:\s|</?\w[^<>]*>)+".join(re.escape(entities.escape(word, quote=False)) for word in words.split())
    left = re.sub(rf"(?<!\w){spoken}(?!\w)", "", block.markup, count=1) if words in block.text else block.markup
    if left == block.markup:
        return block
    bare = (text.tidy(block.text.replace(words, "", 1)) or "").strip(" :|–-()[]")
    return replace(block, markup=left if bare else "", text=bare)
