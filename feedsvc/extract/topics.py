"""A page's tree and what its head claims in, the labels the page files its article under out.

The links of the related block's own heading come first (trap T9), then what the article's foot and head say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.extract import names
from feedsvc.extract.candidate import Candidate
from feedsvc.extract.layout import SENTENCE, Block
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree

_TOPIC = re.compile(
    r"/(?:tags?|thema|themen|topics?|stichworte?|schlagworte?|keywords?|thema-\w+|themenseiten?)(?:/|_|\?|-|$)",
    re.IGNORECASE,
)
_AREA = re.compile(r"\b(?:bereich(?:en?)?|rubrik(?:en)?|kategorien?|ressorts?)\b", re.IGNORECASE)
_PLACES = frozenset({"", "tags", "byline", "navigation"})  # navigation only where a list in it is named one of tags
_NAMES = re.compile(
    r"(?<![a-z])(?:categor(?:y|ies)|kategorien?|tags|topics?|rubrik(?:en)?|ressort|schlagw[oö]rte?r?|stichw[oö]rte?r?|"
    r"catlinks|genre|articleSection)"
    r"(?=$|\s|[_-](?:labels?|names?|links?|list|items?|title)(?![a-z]))",  # "category-politik" names a post
    re.IGNORECASE,
)
_HEADS = re.compile(  # of a list of labels
    r"categor(?:y|ies|ías?|ias?)|kategorien?|catégories?|tags?|labels?|topics?|themen?|temas?|sujets?|argomenti|rubriken?|"
    r"schlagw[oö]rte?r?|stichw[oö]rte?r?|etiquetas?|étiquettes?|mots[- ]clés",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"\s*(?:abgelegt unter|kategorien?|rubrik(?:en)?|ressort|themen(?:bereiche?)?|schwerpunktthema|schlagw[oö]rte?r?|"
    r"stichw[oö]rte?r?|tags|labels|topics|filed under|posted in|categor(?:y|ies))\s*:\s*",
    re.IGNORECASE,
)
_SHOWN = frozenset({"", "tags", "byline", "foot"})
_AFTER_COLON = re.compile(r"^[^:]*:\s*")
_LETTERS = re.compile(r"\w")
MAX_HEADING = 200
MAX_LABEL = 60
MAX_LABELS = 20
MAX_LINKS = 40
HEADLINE = 25  # characters from which a linked line is one
FEW = 5  # labels of one article
ABOVE = 3  # blocks above the headline among which its category may stand
LEVELS = 6  # above a label's link within which the list it stands in is looked for


def categories(
    tree: Tree, blocks: Sequence[Block], near: Sequence[Block], meta: Metadata, known: Iterable[str], said: str
) -> Iterator[Candidate[tuple[str, ...]]]:
    """Give the labels as the page prints them, each once; `near` are the blocks from headline to foot, `said` the text.

    A related block's heading names the area itself; all other places name one thing each, and count together.
    """
    headed = _clean(_of_related_heading(blocks, [*known, *_menu(blocks)]))
    if headed:
        yield Candidate(value=headed, rule="the heading of the related articles")
    spoken = text.fold(said)
    shown = {
        "links marked as tags": _linked(tree, near),
        "a list of labels": tuple(_listed(near, spoken)),
        "what is named a category": tuple(_named(blocks, near, spoken)),
        "a line that says so": tuple(_worded(near)),
        "links to topics": tuple(_filed(near)),
    }
    sections = [part for claim in meta.sections for part in claim.value.split(",")]
    told = {"the head's section": tuple(sections), "the head's keywords": tuple(c.value for c in meta.keywords)}
    places = {**shown, **told}
    authors = {text.fold(claim.value) for claim in meta.authors}
    if labels := _clean(label for found in places.values() for label in found if text.fold(label) not in authors):
        yield Candidate(value=labels, rule=", ".join(place for place, found in places.items() if found))


def _listed(near: Iterable[Block], spoken: str) -> Iterator[str]:
    """Give the labels of lists of short links: those named a list of tags, and those the text speaks of.

    What a text says is what it is filed under: a list whose labels it does not mention is a menu.
    """
    for zone, labels in _lists(near):
        mentioned = sum(text.fold(label) in spoken for label in labels)
        if zone == "tags" or (len(labels) > 1 and 2 * mentioned >= len(labels)):
            yield from labels


def _named(blocks: Sequence[Block], near: Sequence[Block], spoken: str) -> Iterator[str]:
    """Give the short lines from a little above the headline on that class, id or itemprop name a category or a tag.

    In a foot, where a site lists all its categories, only those count that the text speaks of.
    """
    start = next((number for number, block in enumerate(blocks) if near and block is near[0]), 0)
    row = (*blocks[max(0, start - ABOVE) : start], *near)
    shown = [b for n, b in enumerate(row) if b.zone in _SHOWN and not b.heading and not _heads_teaser(row, n)]
    found = [(block.zone, _labels_named(block)) for block in shown if 0 < len(block.text) <= MAX_HEADING]
    listed = [label for zone, labels in found if zone == "foot" for label in labels]
    yield from (label for zone, labels in found if zone != "foot" for label in labels)
    mentioned = sum(text.fold(label) in spoken for label in listed)
    yield from listed if len(listed) <= FEW or 2 * mentioned >= len(listed) else ()


def _heads_teaser(row: Sequence[Block], at: int) -> bool:
    """Whether a line stands right above a linked headline: it files another article."""
    return any(
        block.link_share > 0.8 and (block.heading or len(block.text) > HEADLINE) for block in row[at + 1 : at + 3]
    )


def _labels_named(block: Block) -> list[str]:
    """Return the links of a line that is named so; without links the line itself, or the pieces of it that are."""
    if any(map(_is_named, (block.element, *islice(block.element.iterancestors(), 2)))):
        links = _links(block)
        alone = _is_named(block.element) and not SENTENCE.search(block.text)
        return links or ([block.text] if alone else [])
    inside = islice(block.element.iterdescendants("a", "span", "b", "em", "strong"), MAX_LABELS)
    return [said for element in inside if _is_named(element) and (said := html.content(element))]


def _is_named(element: HtmlElement) -> bool:
    """Whether an element is named a category, and is no more: a post's own box is named by what it is filed under."""
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    return _names_category(names) and sum(map(len, islice(element.itertext(), MAX_LINKS))) <= MAX_HEADING


@lru_cache(maxsize=4096)
def _names_category(names: str) -> bool:
    return bool(_NAMES.search(names))


def _worded(near: Sequence[Block]) -> Iterator[str]:
    """Give the labels of "Rubrik: Politik" and "Abgelegt unter: Politik, Technik", also where they stand one below."""
    for number, block in enumerate(near):
        match = _LINE.match(block.text[:MAX_HEADING]) if len(block.text) <= MAX_HEADING else None
        if not match or block.zone not in _SHOWN:
            continue
        said = block.text[match.end() :] or (near[number + 1].text if number + 1 < len(near) else "")
        links = _links(block) if match.end() < len(block.text) else _links_in(block.element)
        yield from links or said.split(",") if len(said) <= MAX_HEADING else ()


def _lists(near: Iterable[Block]) -> Iterator[tuple[str, list[str]]]:
    """Give the lists of short links: how each is named, and its labels."""
    found: dict[HtmlElement, tuple[str, list[str]]] = {}
    for block in near:
        fits = block.link_share > 0.8 and len(block.text) <= MAX_LABEL and block.zone in _PLACES
        box = _box(block.element) if fits and not block.heading else None
        if box is None:
            continue
        zone = "tags" if block.zone == "tags" or names.zone(box) == "tags" else block.zone
        if zone != "navigation":
            found.setdefault(box, (zone, []))[1].extend(_labels(block) if zone == "tags" else [block.text])
    yield from (each for each in found.values() if len(each[1]) <= MAX_LABELS)


def _labels(block: Block) -> list[str]:
    """Return the labels of one block: its links, or itself inside one."""
    return _links(block) or [block.text]


def _links(block: Block) -> list[str]:
    """Return what the links of a line say; a line that stands free in a box shares its element with much else."""
    return [said for said in _links_in(block.element) if said in block.text]


def _links_in(element: HtmlElement) -> list[str]:
    return [said for a in islice(element.iter("a"), MAX_LINKS) if (said := html.content(a))]


def _box(element: HtmlElement) -> HtmlElement | None:
    """Return the lowest element around a link that holds other links too."""
    for above in (element, *islice(element.iterancestors(), LEVELS)):
        links = sum(1 for _ in islice(above.iter("a"), 2))
        if links > 1:
            return above
    return None


def _of_related_heading(blocks: Sequence[Block], known: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of "Weitere Meldungen und Beiträge aus dem Bereich: A B": its links, else known labels."""
    for number, block in enumerate(blocks):
        fits = len(block.text) <= MAX_HEADING and _AREA.search(block.text)
        if not fits or not wording.is_related_heading(block.text):
            continue
        if linked := _links(block):
            return tuple(linked)
        line, follows = block.text, block
        if block.text.rstrip().endswith(":") and number + 1 < len(blocks):
            follows = blocks[number + 1]
            line = f"{block.text} {follows.text}"
        if boxed := _boxed_labels(follows, line):
            return boxed
        if found := wording.related_labels(line, known):
            return found
    return ()


def _boxed_labels(block: Block, line: str) -> tuple[str, ...]:
    """Return the labels behind a line's colon that each have an element of their own, if nothing else stands there."""
    behind = _AFTER_COLON.sub("", line)
    inside = islice(block.element.iterdescendants(), MAX_LINKS)
    labels = [said for e in inside if len(e) == 0 and (said := html.content(e)) and said in behind]
    return tuple(labels) if len(labels) > 1 and _LETTERS.findall("".join(labels)) == _LETTERS.findall(behind) else ()


def _menu(blocks: Sequence[Block]) -> Iterator[str]:
    """Give the labels of the page's own navigation."""
    for block in blocks:
        if block.zone == "navigation" and block.link_share > 0.8 and 2 < len(block.text) <= MAX_LABEL:
            yield block.text


def _linked(tree: Tree, near: Iterable[Block]) -> tuple[str, ...]:
    """Return the labels of links that are marked as tags: those near the text, else all but a cloud of them."""
    found = [a for a in tree.root.iter("a") if "tag" in (a.get("rel") or "").split()]
    boxes = {block.element for block in near if block.zone not in ("aside", "related")}
    own = [a for a in found if any(e in boxes for e in (a, *islice(a.iterancestors(), LEVELS)))]
    chosen = own or (found if len(found) <= MAX_LABELS else [])
    return tuple(said for a in chosen[:MAX_LINKS] if (said := html.content(a)))


def _filed(near: Iterable[Block]) -> Iterator[str]:
    """Give the labels of links at the article's foot that lead to a topic's page."""
    for block in near:
        if not (block.link_share > 0.8 and len(block.text) <= MAX_LABEL and block.zone in ("", "tags", "byline")):
            continue
        for link in (block.element, *block.element.iter("a"), *list(block.element.iterancestors())[:2]):
            if link.tag == "a" and _TOPIC.search(link.get("href") or ""):
                yield html.content(link) or ""


def _clean(labels: Iterable[str]) -> tuple[str, ...]:
    unique: dict[str, str] = {}
    for label in labels:
        tidy = (text.tidy(label) or "").strip('#,;: "„“”')
        if (
            1 < len(tidy) <= MAX_LABEL
            and any(map(str.isalnum, tidy))
            and not _NAMES.fullmatch(tidy)
            and not _LINE.match(tidy)
        ):
            unique.setdefault(text.fold(tidy), tidy)
    return tuple(unique.values())[:MAX_LABELS]
