"""An article page in, its related teasers out; and whether a page is an article page at all.

The block of related stories is a second way to discover articles (trap T12). It is announced by a heading in most
places; where none is, it is what looks like articles below the text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from feedsvc import html
from feedsvc.discover import links, listing
from feedsvc.discover.links import HEADINGS
from feedsvc.discover.score import ACCEPTED, Candidate
from feedsvc.model import Lead

BODY_CHARS = 500  # of running text in one place: two paragraphs of an article; lists had 241 at most
PARAGRAPH_CHARS = 80
WHOLE_CHARS = 1500
_NEARLY = 0.8  # of the running text: the inner of two places has it, what stands around it is not the text's
_RELATED = 1.0  # under a heading that announces them, items need little evidence of their own


def leads(found: Sequence[Candidate], tree: html.Tree) -> tuple[Lead, ...]:
    """Return the related teasers of an article page in page order."""
    order = _order(tree)
    announced = _headings(tree)
    items = {node for one in found if one.total >= _RELATED for node in one.card.nodes}
    under = [one for one in found if one.total >= _RELATED and _under(one, announced, order, items)]
    if under:
        return listing.once(under)
    end = _end_of_body(found, tree, order)
    return listing.once(one for one in found if one.total >= ACCEPTED and order[one.card.nodes[0]] > end)


def is_article(found: Sequence[Candidate], tree: html.Tree) -> bool:
    """Whether a page is one article rather than a list: running text that belongs to no item stands in one place.

    On the front page of a site that prints whole articles most items stand before any such text.
    """
    accepted = [one for one in found if one.total >= ACCEPTED]
    body = _body(accepted, tree)
    if body is None:
        return False
    order = _order(tree)
    before = sum(order[one.card.nodes[0]] < order[body.first] for one in accepted)
    return len(accepted) < 5 or before * 2 <= len(accepted) or _calls_itself_article(tree)


def _calls_itself_article(tree: html.Tree) -> bool:
    return any(
        element.get("property") == "og:type" and (element.get("content") or "").lower() == "article"
        for element in tree.root.iter("meta")
    )


def _order(tree: html.Tree) -> dict[HtmlElement, int]:
    return {element: number for number, element in enumerate(tree.root.iter())}


def _headings(tree: html.Tree) -> list[HtmlElement]:
    """Return the elements that announce related stories: headings, or short lines set as such."""
    found = []
    for element in tree.root.iter(*HEADINGS, "p", "strong", "dt", "summary", "legend", "div", "span", "caption", "th"):
        if element.tag not in HEADINGS and len(element) > 4:
            continue
        words = html.content(element) if len(element.text_content()) < 200 else None
        if words and links.announces_stories(words):
            found.append(element)
    return found


def _under(
    candidate: Candidate, headings: Sequence[HtmlElement], order: dict[HtmlElement, int], items: Collection[HtmlElement]
) -> bool:
    """Whether a card follows a heading inside the section that the heading opens."""
    node = candidate.card.nodes[0]
    for heading in headings:
        section = heading.getparent()
        for _ in range(3):
            if section is None or section.tag in ("body", "html"):
                break
            if order[node] > order[heading] and any(above is section for above in node.iterancestors()):
                return not _closed(heading, node, items)
            if next((True for one in heading.itersiblings() if len(one)), False):
                break
            section = section.getparent()
    return False


def _closed(heading: HtmlElement, node: HtmlElement, items: Collection[HtmlElement]) -> bool:
    """Whether another heading of the same rank stands between them, which opens a section and is no item's."""
    if heading.tag not in HEADINGS:
        return False
    for sibling in heading.itersiblings():
        if sibling is node or any(above is sibling for above in node.iterancestors()):
            return False
        if sibling not in items and sibling.tag in HEADINGS and sibling.tag <= heading.tag:
            return True
    return False


@dataclass(slots=True)
class _Body:
    """The place of an article's text: how much running text it has, and its first and last paragraph."""

    chars: int
    first: HtmlElement
    last: HtmlElement


def _body(accepted: Sequence[Candidate], tree: html.Tree) -> _Body | None:
    """Return where the article's text stands, None if no place has enough of it."""
    taken = {node for one in _teasers(accepted) for node in one.card.nodes}
    places: dict[HtmlElement, _Body] = {}
    for paragraph in tree.root.iter("p", "blockquote", "div", "td", "section", "article"):
        chars = _running(paragraph, taken)
        if chars < PARAGRAPH_CHARS or paragraph in taken or any(above in taken for above in paragraph.iterancestors()):
            continue
        for place in islice(paragraph.iterancestors(), 2):
            known = places.get(place)
            if known is None:
                places[place] = _Body(chars, paragraph, paragraph)
            else:
                known.chars += chars
                known.last = paragraph
    most = max((body.chars for body in places.values()), default=0)
    if most < BODY_CHARS:
        return None
    inner = [body for body in places.values() if body.chars >= most * _NEARLY]
    return min(inner, key=lambda body: body.chars)


def _teasers(accepted: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the items without the one that holds a whole text: a link to itself makes an article look like an item."""
    whole = [one for one in accepted if sum(len(node.text_content()) for node in one.card.nodes) > WHOLE_CHARS]
    return [one for one in accepted if one is not whole[0]] if len(whole) == 1 else accepted


def _running(element: HtmlElement, taken: Collection[HtmlElement]) -> int:
    """Return how many characters of text an element has that are no link; for boxes, of their own only."""
    if element.tag in ("p", "blockquote"):
        return len(element.text_content()) - sum(len(link.text_content()) for link in element.iter("a"))
    own = [element.text or "", *(child.tail or "" for child in element if child not in taken)]
    return sum(len(piece) for piece in own if not piece.isspace())


def _end_of_body(found: Sequence[Candidate], tree: html.Tree, order: dict[HtmlElement, int]) -> int:
    body = _body([one for one in found if one.total >= ACCEPTED], tree)
    return -1 if body is None else order[body.last]
