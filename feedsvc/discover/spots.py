"""A page's tree and known articles in, the places out where the page speaks of them: title, link, and what is around.

An article is recognised by its headline, alone or with its kicker, and by its address; what both miss is not found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import lxml.etree
from lxml.html import HtmlElement

from feedsvc import html, text, urls, wording
from feedsvc.discover import links
from feedsvc.model import Known

_TITLE_CHARS = 400  # of what may be a headline with its kicker
_MIN_CHARS = 8  # a shorter headline says too little to be recognised by
SEVERAL = ""  # the owner of an element that speaks of several articles
_SILENT = frozenset(("script", "style", "noscript", "template", "title", "option", "textarea"))


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a page speaks of a known article: the element of its title, and its link if one is beside it."""

    known: Known
    title: HtmlElement
    link: HtmlElement | None


class Ground:
    """Where on a page the known articles stand."""

    def __init__(self, tree: html.Tree, known: Mapping[str, Known]) -> None:
        self._tree = tree
        self._keys = known
        self._regions = links.Regions()
        self._links = self._linked()
        self.spots = tuple(self._spots())
        self._owners = _owners(self.spots)

    @property
    def located(self) -> Mapping[str, Known]:
        """The known articles that stand on the page, by id."""
        return {spot.known.id: spot.known for spot in self.spots}

    def levels(self, spot: Spot) -> Iterator[HtmlElement]:
        """Yield what could be the article's entry, from its title outwards: elements that speak of it alone."""
        for element in (spot.title, *spot.title.iterancestors()):
            if element.tag in ("body", "html", "main") or self._owners.get(element) != spot.known.id:
                return
            if spot.link is None or element is spot.link or _holds(element, spot.link) or _holds(spot.link, element):
                yield element

    def _spots(self) -> Iterator[Spot]:
        seen: set[str] = set()
        for known, title in self._titled():
            if self._is_list(title):
                seen.add(known.id)
                yield Spot(known, title, self._link_of(known, title))
        for id_, found in self._links.items():
            best = max(found, key=lambda link: (_has_heading(link), len(link.text_content())))
            if id_ not in seen and self._is_list(best):
                known = next(one for one in self._keys.values() if one.id == id_)
                yield Spot(known, best, best)

    def _is_list(self, element: HtmlElement) -> bool:
        return self._regions.of(element) in ("main", "plain")

    def _linked(self) -> dict[str, list[HtmlElement]]:
        """Return the links of the known articles, by id."""
        found: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in self._tree.root.iter("a"):
            url = self._tree.absolute(element.get("href"))
            known = self._keys.get(urls.key(url)) if url else None
            if known is not None:
                found[known.id].append(element)
        return found

    def _titled(self) -> Iterator[tuple[Known, HtmlElement]]:
        """Yield the innermost elements that say a known headline and nothing else, in page order."""
        wanted = _wordings(self._keys.values())
        found: list[tuple[Known, HtmlElement]] = []
        taken: set[tuple[str, HtmlElement]] = set()
        for element in _short(self._tree.root):
            known = wanted.get(text.fold(element.text_content()).replace(" ", ""))
            if known is None or (known.id, element) in taken:
                continue
            taken.update((known.id, above) for above in element.iterancestors())
            found.append((known, element))
        yield from reversed(found)

    def _link_of(self, known: Known, title: HtmlElement) -> HtmlElement | None:
        """Return the link that belongs to a title: around it, in it, or the next one outside that leads there."""
        around = next((above for above in (title, *title.iterancestors("a")) if _leads(above)), None)
        if around is not None:
            return around
        if (inside := next((link for link in title.iter("a") if _leads(link)), None)) is not None:
            return inside
        own = self._links.get(known.id, ())
        for above in title.iterancestors():
            if above.tag in ("body", "main"):
                return None
            for link in above.iter("a"):
                if link in own or (not own and _leads(link)):
                    return link
        return None


def _wordings(known: Iterable[Known]) -> dict[str, Known]:
    """Return the known articles by every way their titles are printed, compared without blanks: kickers get glued."""
    found: dict[str, Known] = {}
    for one in known:
        title = wording.join_title(one.kicker, one.headline)
        for words in (one.headline, title, f"{one.kicker or ''}{one.headline}"):
            if len(words) >= _MIN_CHARS:
                found.setdefault(text.fold(words).replace(" ", ""), one)
    return found


def _short(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements with little text, the last and innermost first."""
    body = root.find("body")
    sizes: dict[HtmlElement, int] = {}
    for element in reversed(list((root if body is None else body).iter(lxml.etree.Element))):
        if element.tag in _SILENT:
            sizes[element] = _TITLE_CHARS + 1
            continue
        size = len(element.text or "") + sum(sizes.get(child, 0) + len(child.tail or "") for child in element)
        sizes[element] = size
        if _MIN_CHARS <= size <= 2 * _TITLE_CHARS:
            yield element


def _owners(spots: Sequence[Spot]) -> dict[HtmlElement, str]:
    """Return for each element above a title the id of the one article it speaks of, or SEVERAL."""
    owners: dict[HtmlElement, str] = {}
    for spot in spots:
        for element in (spot.title, *spot.title.iterancestors()):
            owners[element] = spot.known.id if owners.get(element, spot.known.id) == spot.known.id else SEVERAL
    return owners


def _leads(element: HtmlElement) -> bool:
    return element.tag == "a" and bool(element.get("href")) and not element.get("href").startswith(("#", "javascript:"))


def _holds(outer: HtmlElement, inner: HtmlElement) -> bool:
    return outer in inner.iterancestors()


def _has_heading(link: HtmlElement) -> bool:
    return next(link.iter(*links.HEADINGS), None) is not None or any(
        above.tag in links.HEADINGS for above in link.iterancestors()
    )
