"""A parsed page in, its links out: where each leads, what it says, and in which region of the page it stands.

Only what could lead to an article is kept; what plainly leads elsewhere (mail, files, feeds, the page itself) never
becomes a `Link`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feedsvc import html, text, urls, wording

Region = Literal["main", "plain", "aside", "furniture"]

MAX_LINKS = 3_000  # of one page; a third of a millisecond each, and the longest lists of real pages have 900
MAX_NAMES = 1_000  # characters of class and id; what stands behind them is styling
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FILES = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|svg|webp|zip|docx?|xlsx?|pptx?|mp[34]|ics|vcf|xml|rss|atom|rdf|json|css|js)$|/(?:image_view_fullscreen|@@images)\b"
)
_FEEDS = re.compile(r"(?:^|/)(?:feeds?|rss|atom|rss2)(?:/|$)|[?&]feed=", re.IGNORECASE)
_COMMENTS = re.compile(r"#(?:c(?:omment)?s?|kommentare?|respond|reply|disqus_thread)[-_]?\d*$", re.IGNORECASE)
_PLAIN = re.compile(r"(?:/[\w~-][\w.~-]*+)++/?", re.ASCII)
_PLACE = re.compile(r"#(?![!/]).*", re.DOTALL)  # on the article's page
_SESSION = re.compile(r";jsessionid=[^?#/]*", re.IGNORECASE)
# What a link says that leads to the article beside it, and says nothing about it.
_MORE_WORDS = re.compile(
    r"(?:mehr|weiterlesen|weiter|lesen|lesen sie|details?|artikel|beitrag|meldung|pressemitteilung|zum|zur|read|more|"
    r"continue|view|article|story|post|the|full|den|die|das|ganzen|ganze|vollständigen|erfahren|infos?|informationen|dazu|"
    r"jetzt|hier|anzeigen|ansehen|öffnen|about|learn|\W)+",
    re.IGNORECASE,
)

_FURNITURE_TAGS = frozenset(("nav", "dialog", "template", "select", "menu"))
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "toolbar"))
_FURNITURE = frozenset(
    "nav navi navigation mainnav subnav topnav sitenav navbar menu submenu megamenu menue breadcrumb breadcrumbs footer"
    " fuss fusszeile pagination pager paging blaettern toolbar social share sharing login cookie consent metanav"
    " servicenav skiplinks sitemap offcanvas tagcloud tags taglist schlagworte languages language imprint".split()
)
_ASIDE = frozenset(
    "sidebar aside marginal marginalspalte rightcol widget widgets promo partner partners sponsored sponsor"
    " advertisement advertorial anzeige anzeigen werbung ad ads shop marktplatz newsletter meistgelesen mostread"
    " popular trending beliebt beliebte meistkommentiert toplist".split()
)
_HEADING_CHARS = 60
_FURTHER = re.compile(
    r"(?:weitere|mehr|ähnliche|verwandte|neueste|aktuelle|more|other|further|latest) "
    r"(?!info|link|hinweis|download|service|termin|thema|zum)\w+(?: \w+){0,3}",
    re.IGNORECASE,
)
_NOTHING: frozenset[str] = frozenset()
_NAV = frozenset(("nav",))
_MAIN_ROLES = frozenset(("main", "feed"))
# "with-sidebar", "swiper--hasNav": what an element has, not what it is.
_HAVING = re.compile(r"\S*?(?:^|(?<=[\s_-]))(?:has|with|without|no|is|hide|show)(?=[-_A-Z])\S*")
_CLASS_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]{2,}")


@dataclass(slots=True)
class Link:
    """One link of a page. `more` says that its words tell nothing; `inline` that it stands inside running text."""

    element: HtmlElement
    url: str
    key: str
    words: str
    more: bool
    heading: bool
    inline: bool


class Regions:
    """In which part of the page an element stands, worked out once per element."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement, Region] = {}

    def of(self, element: HtmlElement | None) -> Region:
        """Return the region of an element: the worst of what stands around it, `main` only inside <main>."""
        if element is None:
            return "plain"
        known = self._known.get(element)
        if known is None:
            above = self.of(element.getparent())
            known = self._known[element] = above if above == "furniture" else _worse(above, _own(element))
        return known


def _worse(above: Region, own: Region) -> Region:
    order = ("plain", "main", "aside", "furniture")
    return max(above, own, key=order.index)


def _own(element: HtmlElement) -> Region:
    tag = element.tag
    if not isinstance(tag, str) or tag in ("html", "body"):
        return "plain"
    role = (element.get("role") or "").lower()
    if tag in _FURNITURE_TAGS or role in _FURNITURE_ROLES:
        return "aside" if tag == "nav" and _announces(element) else "furniture"
    if tag in ("header", "footer") and not _inside_content(element):
        return "aside" if _announces(element) else "furniture"
    if tag == "main" or role in _MAIN_ROLES:
        return "main"
    if tag == "aside" or role == "complementary":
        return "aside"
    return _by_class(element)


def _by_class(element: HtmlElement) -> Region:
    """Return what class and id say; a frame around the page's content is no sidebar, whatever it "has"."""
    if element.tag in ("article", "form"):
        return "plain"
    region, styled = _called(_named(element))
    if region != "plain" and next(element.iter("main", "h1", "article"), None) is not None:
        return "plain"
    if region == "furniture" and _announces(element):
        return "aside"
    if region == "furniture" and styled and _inside_content(element):
        return "aside"  # a list inside the content that is styled like tabs
    return region


@lru_cache(maxsize=8192)
def _called(name: str) -> tuple[Region, bool]:
    """Return the region that class and id name, and whether all they say is "nav"."""
    if not name:
        return "plain", False
    named = _words_of(_HAVING.sub("", name))
    region: Region = "furniture" if named & _FURNITURE else "aside" if named & _ASIDE else "plain"
    return region, named & _FURNITURE == _NAV


def _inside_content(element: HtmlElement) -> bool:
    if any(above.tag in ("article", "main", "section", "li") for above in element.iterancestors()):
        return True
    return element.tag in ("header", "footer") and _is_repeated(element)


def _is_repeated(element: HtmlElement) -> bool:
    """Whether a header or footer is an item's: its siblings have the like, or the boxes beside one around it."""
    if sum(sibling.tag == element.tag for sibling in _near(element)) >= _REPEATED:
        return True
    boxes = islice(element.iterancestors(), _AROUND)
    return any(box.tag not in ("body", "html") and _has_twins(box, element.tag) for box in boxes)


def _has_twins(box: HtmlElement, tag: str) -> bool:
    """Whether boxes of the same tag and class beside a box hold the like of an element in it."""
    twins = (one for one in _near(box) if one.tag == box.tag and one.get("class") == box.get("class"))
    return sum(next(one.iter(tag), None) is not None for one in twins) >= _REPEATED


def _near(element: HtmlElement) -> Iterator[HtmlElement]:
    yield from islice(element.itersiblings(), _LOOKED_AT)
    yield from islice(element.itersiblings(preceding=True), _LOOKED_AT)


def class_words(element: HtmlElement) -> frozenset[str]:
    """Return the words in an element's class and id: "teaser-xs__topLine" has teaser, xs, top and line."""
    name = _named(element)
    return _words_of(name) if name else _NOTHING


def _named(element: HtmlElement) -> str:
    named, own = element.get("class"), element.get("id")
    return f"{named or ''} {own or ''}"[:MAX_NAMES] if named or own else ""


@lru_cache(maxsize=8192)
def _words_of(named: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _CLASS_WORD.findall(named))


def collect(tree: html.Tree) -> list[Link]:
    """Return the page's first links that could lead to an article, in page order; navigation is passed over."""
    own = urls.key(tree.url)
    address = _Addresses(tree)
    targets: dict[str, tuple[str, str] | None] = {}
    tops = (top for top in tree.root.iter("nav", "dialog", "template", "header", "footer") if _is_fixture(top))
    fixed = {link for top in tops for link in top.iter("a")}
    found = []
    for element in tree.root.iter("a"):
        href = element.get("href")
        if not href or element in fixed:
            continue
        if href not in targets:
            targets[href] = address.of(href)
        target = targets[href]
        if target is not None and target[1] != own:
            found.append(_link(element, *target))
            if len(found) == MAX_LINKS:
                break
    return found


def _is_fixture(element: HtmlElement) -> bool:
    if element.tag in _FURNITURE_TAGS:
        return not _announces(element)
    return not (_inside_content(element) or _announces(element))


def _announces(element: HtmlElement) -> bool:
    """Whether a box has a heading that announces further stories."""
    heading = next(element.iter(*HEADINGS), None)
    words = text.tidy(heading.text_content()) if heading is not None else None
    short = words is not None and len(words) <= _HEADING_CHARS and announces_stories(words)
    return short or _holds_teasers(element)


def _holds_teasers(element: HtmlElement) -> bool:
    """Whether a box holds sentences under a line that announces other articles, heading or not."""
    lines = (e for e in islice(element.iterdescendants(), _LOOKED_AT) if isinstance(e.tag, str) and len(e) <= _FEW)
    short = (e for e in lines if e.tag not in ("a", "li", "nav") and len(e.text_content()) < _ANNOUNCES)
    said = (html.content(e) for e in short)
    if not any(words and len(words) < _ANNOUNCES and wording.is_related_heading(words) for words in said):
        return False
    return sum(len(piece) for piece in element.itertext() if len(piece) >= _SENTENCE) >= _TEASERS


def announces_stories(words: str) -> bool:
    """Whether a heading says that further stories follow: "Das könnte Sie auch interessieren", "Weitere Folgen"."""
    return wording.is_related_heading(words) or bool(_FURTHER.fullmatch(words))


def one(element: HtmlElement, url: str) -> Link:
    """Return a link to an address that a rule found, whatever `collect` thinks of it."""
    return _link(element, url, urls.key(url))


class _Addresses:
    """Where a page's links lead; most are plain paths on the page's own site, which need no parsing."""

    def __init__(self, tree: html.Tree) -> None:
        self._tree = tree
        self._site = (tree.absolute("/") or "").rstrip("/")
        self._key = urls.key(self._site)

    def of(self, href: str) -> tuple[str, str] | None:
        """Return the address without session id and its identity key; None if it plainly leads to no article."""
        path = href.removeprefix(self._site) if self._site else ""
        if path and _PLAIN.fullmatch(path):
            leads_on = not _FILES.search(path.lower()) and not _FEEDS.search(path)
            return (self._site + path, self._key + path.rstrip("/")) if leads_on else None
        url = _target(self._tree, href)
        return (url, urls.key(url)) if url is not None else None


def _target(tree: html.Tree, href: str) -> str | None:
    """Return the address without session id, or None if it plainly leads to no article."""
    if href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    href = _SESSION.sub("", href) if ";" in href else href
    url = tree.absolute(_PLACE.sub("", href) if "#" in href else href)
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.path in ("", "/") and not parts.query:
        return None
    if _FILES.search(parts.path.lower()) or _FEEDS.search(parts.path) or _FEEDS.search(f"?{parts.query}"):
        return None
    return url


def _link(element: HtmlElement, url: str, key: str) -> Link:
    said = html.content(element) if len(element) else text.tidy(element.text)
    words = said or text.tidy(element.get("title") or element.get("aria-label")) or ""
    more = not words or is_more(words) or _COMMENTS.search(element.get("href") or "") is not None
    return Link(
        element=element,
        url=url,
        key=key,
        words=words,
        more=more,
        heading=_in_heading(element),
        inline=not more and _inline(element),
    )


def is_more(words: str) -> bool:
    """Whether a link's words only say that there is more: "mehr...", "Zum Artikel", "Read more"."""
    return len(words) < 60 and bool(words) and bool(_MORE_WORDS.fullmatch(words))


def _in_heading(element: HtmlElement) -> bool:
    """Whether a link stands in a heading that has no second link, or holds a heading."""
    for above in element.iterancestors():
        if above.tag in HEADINGS:
            return len({a.get("href") for a in islice(above.iter("a"), 9)}) == 1
        if above.tag in _ENDS:
            break
    return next(element.iterdescendants(*HEADINGS), None) is not None


def _inline(element: HtmlElement) -> bool:
    """Whether a link stands in running text: words before it on its line, more than a date or a label."""
    before: list[str] = []
    behind = element.tail or ""
    node = element
    while (parent := node.getparent()) is not None:
        for sibling in node.itersiblings(preceding=True):
            before.append(sibling.tail or "")
            if sibling.tag == "br" or sibling.tag in _ENDS or len(before) > _LOOKED_AT:
                return _is_running(before, behind)
            if sibling.tag in _INLINE and sibling.tag != "a":
                before.append(sibling.text_content())
        before.append(parent.text or "")
        if parent.tag not in _INLINE or len(before) > _LOOKED_AT:
            break
        node = parent
    return _is_running(before, behind)


def _is_running(before: list[str], behind: str) -> bool:
    told = sum(map(_words_in, before))
    return told >= _RUNNING or (told >= _BEGUN and _words_in(behind) >= _RUNNING)


def _words_in(piece: str) -> int:
    return sum(len(word) > 1 and word.isalpha() for word in piece.split())


_AROUND = 3  # boxes around one that may be the item's
_REPEATED = 2  # the like beside an item's header or footer
_FEW = 4  # elements inside a line that announces
_ANNOUNCES = 200  # characters of one
_SENTENCE = 80  # characters of a piece of a teaser's text
_TEASERS = 400  # characters that the texts of teasers have together
_ENDS = frozenset("article dd div dl dt figure h1 h2 h3 h4 h5 h6 header hr img li ol p section table td ul".split())
_RUNNING = 5  # words before a link that make it part of a text
_BEGUN = 2  # or so many, where as many follow
_LOOKED_AT = 40  # pieces of a line: a hostile page has thousands
_INLINE = frozenset("a abbr b cite em font i mark q s small span strong u".split())
