"""An article page in, its related teasers out; and whether a page is an article page at all.

The block of related stories is a second way to discover articles (trap T12). It is announced by a heading in most
places; where none is, it is what looks like articles below the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from feedsvc import html, wording
from feedsvc.discover import listing
from feedsvc.discover.links import HEADINGS
from feedsvc.discover.score import ACCEPTED, Candidate
from feedsvc.model import Lead

BODY_CHARS = 600  # of running text outside all cards: two paragraphs of an article, more than a listing's greeting
PARAGRAPH_CHARS = 80
_RELATED = 1.0  # under a heading that announces them, items need little evidence of their own


def leads(found: Sequence[Candidate], tree: html.Tree) -> tuple[Lead, ...]:
    """Return the related teasers of an article page in page order."""
    order = _order(tree)
    announced = _headings(tree)
    under = [one for one in found if one.total >= _RELATED and _under(one, announced, order)]
    if under:
        return listing.once(under)
    end = _end_of_body(found, tree, order)
    return listing.once(one for one in found if one.total >= ACCEPTED and order[one.card.nodes[0]] > end)


def is_article(found: Sequence[Candidate], tree: html.Tree) -> bool:
    """Whether a page is one article rather than a list: running text that belongs to no card, and articles after it."""
    body = _body(found, tree)
    if body is None:
        return False
    order = _order(tree)
    start = min(order[element] for element in body.iterchildren("p"))
    accepted = [one for one in found if one.total >= ACCEPTED]
    before = sum(order[one.card.nodes[0]] < start for one in accepted)
    return before * 3 <= len(accepted)


def _order(tree: html.Tree) -> dict[HtmlElement, int]:
    return {element: number for number, element in enumerate(tree.root.iter())}


def _headings(tree: html.Tree) -> list[HtmlElement]:
    """Return the elements that announce related stories: headings, or short lines set as such."""
    found = []
    for element in tree.root.iter(*HEADINGS, "p", "strong", "dt", "summary", "legend", "div", "span", "caption", "th"):
        if element.tag not in HEADINGS and len(element) > 4:
            continue
        words = html.content(element) if len(element.text_content()) < 200 else None
        if words and wording.is_related_heading(words):
            found.append(element)
    return found


def _under(candidate: Candidate, headings: Sequence[HtmlElement], order: dict[HtmlElement, int]) -> bool:
    """Whether a card follows a heading inside the section that the heading opens."""
    node = candidate.card.nodes[0]
    for heading in headings:
        section = heading.getparent()
        for _ in range(3):
            if section is None or section.tag in ("body", "html"):
                break
            if order[node] > order[heading] and any(above is section for above in node.iterancestors()):
                return not _closed(heading, node, section)
            if next((True for one in heading.itersiblings() if len(one)), False):
                break
            section = section.getparent()
    return False


def _closed(heading: HtmlElement, node: HtmlElement, section: HtmlElement) -> bool:
    """Whether another heading of the same rank stands between them, which opens a section of its own."""
    if heading.tag not in HEADINGS:
        return False
    for sibling in heading.itersiblings():
        if sibling is node or any(above is sibling for above in node.iterancestors()):
            return False
        if isinstance(sibling.tag, str) and sibling.tag in HEADINGS and sibling.tag <= heading.tag:
            return True
    return False


def _body(found: Sequence[Candidate], tree: html.Tree) -> HtmlElement | None:
    """Return the element whose own paragraphs hold the article's text, None if no place has enough."""
    taken = {node for one in found for node in one.card.nodes}
    best, most = None, 0
    chars: dict[HtmlElement, int] = {}
    for paragraph in tree.root.iter("p"):
        size = len(paragraph.text_content())
        if size < PARAGRAPH_CHARS or paragraph in taken or any(above in taken for above in paragraph.iterancestors()):
            continue
        parent = paragraph.getparent()
        chars[parent] = chars.get(parent, 0) + size
        if chars[parent] > most:
            best, most = parent, chars[parent]
    return best if most >= BODY_CHARS else None


def _end_of_body(found: Sequence[Candidate], tree: html.Tree, order: dict[HtmlElement, int]) -> int:
    body = _body(found, tree)
    if body is None:
        return -1
    return max((order[element] for element in body.iterchildren("p")), default=-1)
