"""A page of an article in, the address of the following page of the same article out.

What decides is the address: it must be the page's own with a page number one higher. So neither the next article, nor a
page of comments, nor the pager of a list below the text is taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feedsvc import html, text, urls
from feedsvc.extract import rules
from feedsvc.extract.candidate import Candidate, Claim
from feedsvc.html import Tree
from feedsvc.model import ArticleRules

MAX_NUMBER = 50  # of a page: what is higher is an id or a year
MAX_LINKS = 5_000  # of a page that are looked at
MAX_STEPS = 100  # of them that may lead to the next page
MAX_WORDS = 80  # characters of a link's text
SECTIONS = 12  # ancestors of a link among which comments and galleries are looked for
PAGER = 4  # ancestors of a link among which its pager is looked for
PAGER_CHARS = 300
PAGER_ELEMENTS = 150
RELATIVE = 20  # characters of an address that may be relative to the article's

_WORD = r"(?:seite|page|pagina|teil|part|p|s)"
_END = r"(?=(?:/|\.\w{3,5})?$)"
# A page's number at the end of a path: /2, /seite-2, /page/2/, -p2.html, -seite2, ;page=2; and, as the slugs of other
# articles end as well, -2.html.
_WORDED = re.compile(rf"(?:/|[-_,;]){_WORD}[-_/=]?(\d{{1,2}}){_END}", re.IGNORECASE)
_STEP = re.compile(rf"/(\d{{1,2}}){_END}")
_BARE = re.compile(rf"[-_,.](\d{{1,2}}){_END}")
_PARAMETER = re.compile(
    r"((?:cur|current|article|artikel)?_?(?:page|seite)(?:_?(?:num(?:mer|ber)?|no|nr|id))?|pag|paged|pg|p|s|part|teil)"
    r"=(\d{1,2})",
    re.IGNORECASE,
)
_OTHER = re.compile(r"comment|kommentar|repl(?:y|ies)|diskussion|gallery|galerie|slide|carousel", re.IGNORECASE)
_NUMBERED = re.compile(rf"\W*(?:(?:auf|zu)\s+)?(?:{_WORD}\s+)?(\d{{1,2}})\b.*", re.IGNORECASE | re.DOTALL)
_NEXT = re.compile(
    r"\W*(?:(?:zur\s+)?n(?:ä|ae)chste[rn]?|weiter(?:lesen)?|next|continue|(?:page\s+)?suivante?|seguente|siguiente|"
    r"volgende)\b.*|[\s»>→›]+",
    re.IGNORECASE | re.DOTALL,
)
_WHOLE = re.compile(
    r"\W*(?:(?:(?:den\s+)?(?:ganzen\s+)?(?:artikel|text|beitrag)\s+|alles\s+)?auf\s+einer\s+seite(?:\s+(?:lesen|anzeigen|"
    r"darstellen))?|komplettansicht|(?:den\s+)?(?:gesamten?|ganzen?|kompletten?)\s+(?:artikel|text|beitrag)(?:\s+(?:lesen|"
    r"anzeigen))?|(?:(?:view|read)\s+)?(?:as\s+|on\s+|in\s+)?(?:a\s+)?(?:single|one)\s+page(?:\s+view)?|"
    r"(?:view|show)\s+all(?:\s+pages)?|druck(?:ansicht|version)|artikel\s+drucken|"
    r"print(?:er-friendly)?(?:\s+(?:view|version|this\s+article))?)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An address read as one page of something: what the pages share, which one it is (0: not told), and how told."""

    base: str
    number: int = 0
    told: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A link to what may be the next page; `sure` if its address alone tells that it is a page's number."""

    link: HtmlElement
    target: str
    number: int
    parameter: bool
    sure: bool


def following(tree: Tree, url: str, chosen: ArticleRules) -> Claim | None:
    """Return the next page of the article at `url`: by rule, else by a link whose address is this one's, one further.

    Never another article's, never a page of its comments or of its pictures.
    """
    by_rule = _ruled(tree, chosen.next_page)
    if by_rule:
        return Candidate(value=by_rule, rule="rule next_page") if urls.key(by_rule) != urls.key(url) else None
    own = _places(url)
    if urlsplit(url).path.strip("/") == "" and len(own) == 1:
        return None  # a front page is no page of an article
    steps = list(islice(_steps(tree, url, own), MAX_STEPS))
    return next((claim for tell in (_by_rel, _by_words) for step in steps if (claim := tell(step))), None)


def single(tree: Tree, url: str, chosen: ArticleRules) -> Claim | None:
    """Return the page that holds the whole of an article over several pages: by rule, else by a link that says so."""
    by_rule = _ruled(tree, chosen.single_page)
    if by_rule:
        return Candidate(value=by_rule, rule="rule single_page") if urls.key(by_rule) != urls.key(url) else None
    stems = {re.sub(r"\.\w{3,5}$", "", place.base) for place in _places(url)}
    for link in islice(tree.root.iter("a"), MAX_LINKS):
        target = _here(tree, link, url) if _WHOLE.fullmatch(_words(link)) else None
        if target and any(urls.key(target).startswith(stem) for stem in stems):
            return Candidate(value=target, rule="a link to the whole article")
    return None


def _ruled(tree: Tree, selectors: tuple[str, ...]) -> str | None:
    """Return where the first rule that finds something leads: an element's address, or the one an XPath gives."""
    for element in rules.elements(tree, selectors):
        if found := tree.absolute(element.get("href") or element.get("content")):
            return found
    said = rules.value(tree, tuple(selector for selector in selectors if selector.startswith("xpath:")))
    return tree.absolute(said) if said and " " not in said else None


# ---- addresses -------------------------------------------------------------------------------------------------------


def _places(url: str) -> tuple[_Place, ...]:
    """Return every way to read an address as a page of something; as the only one first."""
    whole = urls.key(url)
    path, _, query = whole.partition("?")
    found = [_Place(whole)]
    for told, pattern in (("worded", _WORDED), ("step", _STEP), ("bare", _BARE)):
        if match := pattern.search(path):
            base = path[: match.start()] + path[match.end() :]
            found.append(_Place(f"{base.rstrip('/')}?{query}".rstrip("?"), int(match[1]), told))
    pieces = query.split("&")
    for piece in pieces:
        if match := _PARAMETER.fullmatch(piece):
            others = "&".join(other for other in pieces if other is not piece)
            found.append(_Place(f"{path}?{others}".rstrip("?"), int(match[2]), f"{match[1]}="))
    return tuple(place for place in found if place.number <= MAX_NUMBER)


def _steps(tree: Tree, url: str, own: tuple[_Place, ...]) -> Iterator[_Step]:
    """Give the links whose address is the page's own, one page further."""
    ending = _ending(frozenset({2, *(place.number + 1 for place in own)}))
    names = {_name(place) for place in own}
    for link in islice(tree.root.iter("link", "a"), MAX_LINKS):
        href = link.get("href") or ""
        if not (len(href) <= RELATIVE or any(name in href for name in names)) or not ending.search(href):
            continue
        target = _here(tree, link, url)
        step = _step(link, target, own) if target else None
        if step and (link.tag == "link" or not _is_elsewhere(link)):
            yield step


def _name(place: _Place) -> str:
    """Return what the address of any page of the same article has in it; "" if its spelling may differ."""
    last = place.base.partition("?")[0].rpartition("/")[2].partition(".")[0]
    return "" if "%" in last else last


@lru_cache(maxsize=256)
def _ending(numbers: frozenset[int]) -> re.Pattern[str]:
    """Return what the addresses of pages with these numbers end with, or their parameters: most links do not."""
    any_of = "|".join(map(str, sorted(numbers)))
    return re.compile(rf"=(?:1|{any_of})(?:[&#]|$)|(?<!\d)0?(?:{any_of})(?:/|\.\w{{3,5}})?(?:[?#]|$)")


def _here(tree: Tree, link: HtmlElement, url: str) -> str | None:
    """Return where a link leads if that is another page of the same host."""
    href = link.get("href") or ""
    target = None if href.startswith(("#", "javascript:")) else tree.absolute(href)
    if target is None or urls.key(target) == urls.key(url):
        return None
    same = urls.host(target).removeprefix("www.") == urls.host(url).removeprefix("www.")
    return target.partition("#")[0] if same else None


def _step(link: HtmlElement, target: str, own: tuple[_Place, ...]) -> _Step | None:
    """Return the step from the page to a target, None if it is not the next one.

    A second page may be counted from 0 ("?page=1"), only where the first has no number. "/artikel/12" and its like
    count articles more often than pages, so a step from there to 13 is not sure.
    """
    paged = any(place.number for place in own if place.told not in ("bare", "step"))
    for mine in own:
        for other in _places(target):
            parameter = other.told.endswith("=")
            if mine.number:
                fits = other.told == mine.told and other.number == mine.number + 1
            else:
                fits = other.number in ((1, 2) if parameter else (2,)) and not paged
            if fits and other.base == mine.base:
                sure = other.told != "bare" and not (mine.number and other.told == "step")
                return _Step(link, target, other.number, parameter, sure)
    return None


# ---- links -----------------------------------------------------------------------------------------------------------


def _by_rel(step: _Step) -> Claim | None:
    said = (step.link.get("rel") or "").lower().split()
    return Candidate(value=step.target, rule="rel=next") if step.sure and "next" in said else None


def _by_words(step: _Step) -> Claim | None:
    """Return the step if its link says so: with the page's number, or as the next; an unsure one only in a pager."""
    words = _words(step.link)
    numbered = _NUMBERED.fullmatch(words)
    if numbered:
        says = int(numbered[1]) in (({step.number, step.number + 1} - {1}) if step.parameter else {step.number})
    else:
        says = bool(_NEXT.fullmatch(words)) or "next" in (step.link.get("rel") or "").lower().split()
    if not says or not (step.sure or _in_pager(step)):
        return None
    return Candidate(value=step.target, rule=f"the link {words!r}")


def _words(link: HtmlElement) -> str:
    said = html.content(link) or text.tidy(link.get("aria-label") or link.get("title")) or ""
    return said if len(said) <= MAX_WORDS else ""


def _is_elsewhere(link: HtmlElement) -> bool:
    """Whether a link stands among comments or pictures, whose pages are none of the text's."""
    around = islice(link.iterancestors(), SECTIONS)
    names = (f"{e.get('class') or ''} {e.get('id') or ''}" for e in around if e.tag not in ("body", "html", "article"))
    return any(_OTHER.search(name) for name in names)


def _in_pager(step: _Step) -> bool:
    """Whether the number of the page before stands beside the link, as pagers show it."""
    for above in islice(step.link.iterancestors(), PAGER):
        if next(islice(above.iter(), PAGER_ELEMENTS, None), None) is not None:
            return False
        said = html.content(above) or ""
        if len(said) > PAGER_CHARS:
            return False
        if str(step.number - 1) in re.findall(r"(?<![\w.,-])\d{1,2}(?![\w,-]|\.\d)", said):
            return True
    return False
