"""A page's tree and what its head claims in, the labels the page files its article under out.

The links of the related block's own heading come first (trap T9), then what the article's foot and head say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.extract.candidate import Candidate
from feedsvc.extract.layout import Block
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree

_TOPIC = re.compile(
    r"/(?:tags?|themen?|topics?|stichworte?|schlagworte?|keywords?|thema-\w+|themenseiten?)(?:/|_|\?|-|$)",
    re.IGNORECASE,
)
_AREA = re.compile(r"\b(?:bereich(?:en?)?|rubrik(?:en)?|kategorien?|ressorts?)\b", re.IGNORECASE)
MAX_HEADING = 200
MAX_LABEL = 60
MAX_LABELS = 20


def categories(
    tree: Tree, blocks: Sequence[Block], near: Sequence[Block], meta: Metadata, known: Iterable[str]
) -> Iterator[Candidate[tuple[str, ...]]]:
    """Give the labels as the page prints them, each once; `near` are the blocks from headline to foot.

    A related block's heading names the area itself; all other places name one thing each, and count together.
    """
    headed = _clean(_of_related_heading(blocks, [*known, *_menu(blocks)]))
    if headed:
        yield Candidate(value=headed, rule="the heading of the related articles")
    sections, keywords = ([claim.value for claim in claims] for claims in (meta.sections, meta.keywords))
    places = {
        "links marked as tags": _linked(tree),
        "links to topics": tuple(_filed(near)),
        "the head's section": tuple(sections),
        "the head's keywords": tuple(keywords),
    }
    if labels := _clean(label for found in places.values() for label in found):
        yield Candidate(value=labels, rule=", ".join(place for place, found in places.items() if found))


def _of_related_heading(blocks: Sequence[Block], known: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of "Weitere Meldungen und Beiträge aus dem Bereich: A B": its links, else known labels."""
    for number, block in enumerate(blocks):
        fits = len(block.text) <= MAX_HEADING and _AREA.search(block.text)
        if not fits or not wording.is_related_heading(block.text):
            continue
        linked = tuple(said for a in block.element.iter("a") if (said := html.content(a)))
        if linked:
            return linked
        behind = block.text.rstrip().endswith(":")
        line = f"{block.text} {blocks[number + 1].text}" if behind and number + 1 < len(blocks) else block.text
        if found := wording.related_labels(line, known):
            return found
    return ()


def _menu(blocks: Sequence[Block]) -> Iterator[str]:
    """Give the labels of the page's own navigation."""
    for block in blocks:
        if block.zone == "navigation" and block.link_share > 0.8 and 2 < len(block.text) <= MAX_LABEL:
            yield block.text


def _linked(tree: Tree) -> tuple[str, ...]:
    """Return the labels of links that are marked as tags of the article."""
    found: list[HtmlElement] = tree.root.xpath('//a[contains(concat(" ",normalize-space(@rel)," ")," tag ")]')
    return tuple(said for a in found[:40] if (said := html.content(a)))


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
        tidy = (text.tidy(label) or "").strip("#,;: ")
        if 1 < len(tidy) <= MAX_LABEL:
            unique.setdefault(text.fold(tidy), tidy)
    return tuple(unique.values())[:MAX_LABELS]
