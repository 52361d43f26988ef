"""Links in, cards out: for each article a page points at, the part of the page that speaks about this one alone.

A card is a run of sibling nodes: one element that holds all links of one article and of no other, or, where the items
of a list stand flat beside each other (headline, paragraph, headline, paragraph), the nodes from one to the next.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise, takewhile

from lxml.html import HtmlElement

from feedsvc import text
from feedsvc.discover import links
from feedsvc.discover.links import HEADINGS, Link

_TOP = frozenset(("body", "html", "main"))
_IGNORED = frozenset(("hr", "script", "style", "noscript", "template"))
_TEASER_CHARS = 80  # a text this long stands behind its headline
_DATE = re.compile(r"\b\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZJ][a-zä]{2,8}\.?\s)\s?\d{2,4}\b|\b\d{4}-\d\d-\d\d\b")
_BESIDE = 6  # elements in a row of a list
_ALONE = 6  # free siblings that may stand before an item's link: picture, kicker, date, headline, teaser


@dataclass(slots=True)
class Card:
    """One place where the page speaks about one article: its links, and the sibling nodes around them."""

    key: str
    links: list[Link]
    nodes: list[HtmlElement]
    parent: HtmlElement


def build(found: Sequence[Link], told: Collection[str] = ()) -> list[Card]:
    """Return the cards of the links that may be articles, in page order; one article may have several.

    `told` are the keys of links that a rule says are articles.
    """
    runs = [list(run) for _, run in groupby(_telling(found, told), key=lambda link: link.key)]
    owners = _owners(runs)
    cards = [_card(run, number, owners) for number, run in enumerate(runs)]
    _attach(cards, owners)
    return cards


def _telling(found: Sequence[Link], told: Collection[str]) -> Iterator[Link]:
    """Yield the links of articles: those whose words or place could be a headline's, and what belongs to them."""
    plausible = {
        link.key
        for link in found
        if not link.inline and (link.heading or link.more or len(link.words) >= 20 or link.words.count(" ") >= 2)
    }
    plausible |= _vouched_for(found, plausible)
    plausible -= _labels(found)
    for link in found:
        if link.key in told or (link.key in plausible and not link.inline):
            yield link


def _vouched_for(found: Sequence[Link], plausible: set[str]) -> set[str]:
    """Return the links with short words that stand exactly where most of a list's headlines stand."""
    alike: dict[str, dict[str, Link]] = defaultdict(dict)
    for link in found:
        if not link.inline and link.words:
            alike[_path(link.element)].setdefault(link.key, link)
    return {key for same in alike.values() if len(same) >= 5 and _is_list(same, plausible) for key in same}


def _is_list(same: Mapping[str, Link], plausible: Collection[str]) -> bool:
    """Whether links that stand alike are a list's headlines: most could be by their words, or have a date beside."""
    most = len(same) * 3
    if sum(key in plausible for key in same) * 5 >= most:
        return True
    return sum(_is_dated(link.element) for link in same.values()) * 5 >= most


def _is_dated(element: HtmlElement) -> bool:
    """Whether a date stands beside a link, in the element around it or the next."""
    around: HtmlElement = element
    for _ in range(2):
        around = around.getparent()
        if around is None or around.tag in _TOP or len(around) > _BESIDE:
            return False
        words = around.text_content()
        if len(words) < _TEASER_CHARS * 2 and _DATE.search(words):
            return True
    return False


def _path(element: HtmlElement) -> str:
    return "/".join(f"{one.tag}.{one.get('class') or ''}" for one in (element, *islice(element.iterancestors(), 3)))


def _labels(found: Sequence[Link]) -> set[str]:
    """Return what is linked again and again, far apart, with the same few words: categories, authors, "Kommentare"."""
    runs = Counter(key for key, _ in groupby(link.key for link in found))
    longest: dict[str, int] = defaultdict(int)
    for link in found:
        longest[link.key] = max(longest[link.key], len(link.words))
    heads = {link.key for link in found if link.heading}
    return {key for key, times in runs.items() if times >= 3 and longest[key] < 30 and key not in heads}


def _owners(runs: Sequence[Sequence[Link]]) -> dict[HtmlElement, int]:
    """Return for each element above a link the number of the one run it holds, -1 if it holds several."""
    owners: dict[HtmlElement, int] = {}
    for number, run in enumerate(runs):
        for link in run:
            element: HtmlElement | None = link.element
            while element is not None:
                held = owners.get(element)
                if held is None:
                    owners[element] = number
                elif held == -1:
                    break
                elif held != number:
                    owners[element] = -1
                element = element.getparent()
    return owners


def _card(run: list[Link], number: int, owners: dict[HtmlElement, int]) -> Card:
    """Return the widest part of the page that is about this run alone."""
    common = _common([link.element for link in run])
    if owners[common] == number or common.tag == "a":  # broken pages nest links
        node = _climb(common, number, owners)
        return Card(run[0].key, run, [node], node.getparent())
    inside = [_child_of(common, link.element) for link in run]
    nodes = _between(inside[0], inside[-1])
    return Card(run[0].key, run, nodes, common)


def _common(elements: Sequence[HtmlElement]) -> HtmlElement:
    """Return the lowest element that holds all of them."""
    first, last = elements[0], elements[-1]
    above = {last, *last.iterancestors()}
    element = first
    while element not in above:
        element = element.getparent()
    return element


def _child_of(parent: HtmlElement, element: HtmlElement) -> HtmlElement:
    while element.getparent() is not parent:
        element = element.getparent()
    return element


def _between(first: HtmlElement, last: HtmlElement) -> list[HtmlElement]:
    nodes, node = [first], first
    while node is not last:
        node = node.getnext()
        if isinstance(node.tag, str):
            nodes.append(node)
    return nodes


def _climb(element: HtmlElement, number: int, owners: dict[HtmlElement, int]) -> HtmlElement:
    """Return the widest element around `element` that is about this run alone and is no section with a heading."""
    chain = [element]
    while (parent := chain[-1].getparent()) is not None and owners.get(parent) == number and parent.tag not in _TOP:
        chain.append(parent)
    twin = max((place for place, node in enumerate(chain) if _has_twin(node, owners)), default=0)
    for place in range(twin, len(chain) - 1):
        if _has_headline(chain[place]) and _adds_heading(chain[place]):
            return chain[place]
    return chain[-1]


def _has_headline(element: HtmlElement) -> bool:
    if element.tag in HEADINGS or next(element.iterdescendants(*HEADINGS), None) is not None:
        return True
    words = element.text_content()
    return len(words) >= 20 and not links.is_more(text.tidy(words) or "")


def _adds_heading(inner: HtmlElement) -> bool:
    """Whether a heading stands before `inner`: then its parent is a section of which this is the only item."""
    before = inner.getprevious()
    while before is not None:
        if isinstance(before.tag, str) and next(before.iter(*HEADINGS), None) is not None:
            return True
        before = before.getprevious()
    return False


def _has_twin(element: HtmlElement, owners: dict[HtmlElement, int]) -> bool:
    """Whether a sibling of the same tag and class is about another article."""
    near = (*islice(element.itersiblings(), 3), *islice(element.itersiblings(preceding=True), 3))
    return any(
        sibling in owners and sibling.tag == element.tag and sibling.get("class") == element.get("class")
        for sibling in near
    )


def shape(card: Card) -> tuple[str, ...]:
    """Return what cards of one list have in common: tag and first class of the card and of what stands around it."""
    node, parent = card.nodes[0], card.parent
    above = parent.getparent()
    return (node.tag, _class(node), parent.tag, _class(parent), above.tag if above is not None else "")


def _class(element: HtmlElement) -> str:
    return (element.get("class") or " ").split(" ", 1)[0]


# ---- flat lists -----------------------------------------------------------------------------------------------------


def _attach(cards: Sequence[Card], owners: Mapping[HtmlElement, int]) -> None:
    """Give the free nodes between the items of a flat list to the items they belong to."""
    by_parent: dict[HtmlElement, list[Card]] = defaultdict(list)
    for card in cards:
        by_parent[card.parent].append(card)
    for siblings in by_parent.values():
        if len(siblings) > 1:
            _share_out(siblings, owners)
        elif siblings[0].parent is not None and siblings[0].parent.tag not in _TOP:
            _take_following(siblings[0], owners)


def _take_following(card: Card, owners: Mapping[HtmlElement, int]) -> None:
    """Give the one item of a section with a list of further ones the free nodes up to that list: its text and date."""
    taken: list[HtmlElement] = []
    node = card.nodes[-1].getnext()
    while node is not None and node not in owners and len(taken) < _ALONE:
        if isinstance(node.tag, str) and node.tag not in _IGNORED:
            if node.tag in HEADINGS:
                return
            taken.append(node)
        node = node.getnext()
    if node is not None and node in owners:
        card.nodes.extend(taken)


def _share_out(siblings: list[Card], owners: Mapping[HtmlElement, int]) -> None:
    """Part the free nodes between items into those that end one item and those that begin the next."""
    gaps = [_free(one.nodes[-1].getnext(), other.nodes[0], owners) for one, other in pairwise(siblings)]
    if not any(gaps):
        return
    if sum(bool(gap) for gap in gaps) * 5 < len(gaps) * 3:
        _prepend_missed(siblings, gaps, owners)
        return
    head = _free_before(siblings[0].nodes[0], owners)
    tail = _free(siblings[-1].nodes[-1].getnext(), None, owners)
    cuts = _cuts(gaps, head, tail)
    ending = {shape for gap, cut in zip(gaps, cuts, strict=True) for shape in _shapes(gap[:cut])}
    beginning = {shape for gap, cut in zip(gaps, cuts, strict=True) for shape in _shapes(gap[cut:])}
    before = [head[len(head) - _run(head[::-1], beginning, max(map(len, gaps))) :]]
    before += [gap[cut:] for gap, cut in zip(gaps, cuts, strict=True)]
    after = [gap[:cut] for gap, cut in zip(gaps, cuts, strict=True)]
    after.append(tail[: _run(tail, ending, max(cuts))])
    for card, first, last in zip(siblings, before, after, strict=True):
        card.nodes = [*first, *card.nodes, *last]


def _prepend_missed(
    siblings: Sequence[Card], gaps: Sequence[Sequence[HtmlElement]], owners: Mapping[HtmlElement, int]
) -> None:
    """Give items what stands free before them and inside the others, whose linked picture stands before it."""
    inside = {shape_of for card in siblings if len(card.nodes) > 1 for shape_of in _shapes(card.nodes)}
    frees = [_free_before(siblings[0].nodes[0], owners), *gaps]
    for card, free in zip(siblings, frees, strict=True):
        taken = _run(free[::-1], inside, _ALONE)
        card.nodes[:0] = free[len(free) - taken :]


def _run(nodes: Sequence[HtmlElement], shapes: set[str], most: int) -> int:
    """Return how many nodes from the first on have one of these shapes."""
    for place, shape_of in enumerate(_shapes(nodes[:most])):
        if shape_of not in shapes:
            return place
    return min(len(nodes), most)


def _cuts(gaps: Sequence[Sequence[HtmlElement]], head: Sequence[HtmlElement], tail: Sequence[HtmlElement]) -> list[int]:
    """Return for each gap how many of its nodes belong to the item before it.

    The first item shows what may stand before a headline, the last one what may stand behind it. A picture that shows
    up in neither stands before its headline.
    """
    usual = _leading([_shapes(gap) for gap in gaps], _shapes(head), _shapes(tail))
    most = max(map(len, gaps))
    leads, ends = set(_shapes(head[-_ALONE:])), set(_shapes(tail[:most]))
    cuts = []
    for gap in gaps:
        worth = [(_ends(node, shape_of, leads, ends)) for node, shape_of in zip(gap, _shapes(gap), strict=True)]
        scores = [
            sum(worth[:cut]) - sum(worth[cut:]) + (0.4 if len(gap) - cut == usual else 0.0)
            for cut in range(len(gap) + 1)
        ]
        cuts.append(scores.index(max(scores)))
    return cuts


def _ends(node: HtmlElement, shape_of: str, leads: set[str], ends: set[str]) -> float:
    """Return whether a node rather ends an item (above 0) or begins one (below)."""
    if node.tag == "br" and node.tail and not node.tail.isspace():
        return -2.0  # what stands on the next line
    if (shape_of in leads) != (shape_of in ends):
        return 1.0 if shape_of in ends else -1.0
    if node.tag in ("img", "figure", "picture") or node.find(".//img") is not None:
        return -0.3
    if shape_of not in leads:
        return 0.2
    return 0.5 if len(node.text_content().strip()) >= _TEASER_CHARS else -0.1


def _free(node: HtmlElement | None, end: HtmlElement | None, owners: Mapping[HtmlElement, int]) -> list[HtmlElement]:
    """Return the siblings from one to another that hold no article's link."""
    found = []
    while node is not None and node is not end:
        if isinstance(node.tag, str) and node.tag not in _IGNORED and node not in owners:
            found.append(node)
        node = node.getnext()
    return found


def _free_before(node: HtmlElement, owners: Mapping[HtmlElement, int]) -> list[HtmlElement]:
    """Return the nearest siblings before one, up to the first that holds an article's link."""
    before = (one for one in node.itersiblings(preceding=True) if isinstance(one.tag, str))
    near = islice(takewhile(lambda one: one not in owners, before), _ALONE)
    return [one for one in near if one.tag not in _IGNORED][::-1]


def _shapes(nodes: Sequence[HtmlElement]) -> list[str]:
    return [f"{node.tag}.{(node.get('class') or '').strip()}" for node in nodes]


def _leading(gaps: list[list[str]], head: list[str], tail: list[str]) -> int:
    """Return how many nodes at the end of a gap belong to the item that follows (a date before its headline).

    The first item has such nodes before it and the last one none behind it; where both readings fit, nodes belong to
    the item before them.
    """
    usual = Counter(tuple(gap) for gap in gaps if gap).most_common(1)[0][0]
    best, votes = 0, -1
    for leading in range(min(_ALONE, len(usual)) + 1):
        before, after = list(usual[len(usual) - leading :]), list(usual[: len(usual) - leading])
        score = (2 if leading and head[-leading:] == before else 0) + (
            2 if after and tail[: len(after)] == after else 0
        )
        score += 1 if not after and not tail else 0
        if score > votes:
            best, votes = leading, score
    return best
