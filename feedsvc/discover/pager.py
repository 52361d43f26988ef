"""A listing page in, the address of the page with the next older items out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from feedsvc import html, text, urls
from feedsvc.discover import links

_ARROWS = r"[\s«‹←<»>→›|]*"
_THINGS = (
    r"(?:beiträge|artikel|einträge|meldungen|nachrichten|posts?|news|inhalte|ergebnisse|treffer|entries|stories|articles|"
    r"results|items|seiten?|pages?)"
)
# What only a pager says, wherever it stands.
_CLEAR = re.compile(
    rf"{_ARROWS}(?:(?:zur )?n(?:ä|ae)chsten? seite|n(?:ä|ae)chste(?: \d+)? {_THINGS}|(?:ä|ae)ltere {_THINGS}|"
    rf"eine seite weiter|next page|older {_THINGS}|page suivante){_ARROWS}",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rf"{_ARROWS}(?:n(?:ä|ae)chste|weiter|vor|vorwärts|(?:ä|ae)ltere|next|older|suivante?)?{_ARROWS}", re.IGNORECASE
)
_LOAD = re.compile(
    rf"{_ARROWS}(?:(?:noch |lade |zeige )?(?:mehr|weitere)(?: {_THINGS})?(?: (?:laden|anzeigen|zeigen|ansehen))?|"
    rf"(?:load|show|view) more(?: {_THINGS})?|more {_THINGS})\s*(?:\.{{3}}|…)?{_ARROWS}",
    re.IGNORECASE,
)
_LOADED = ("data-url", "data-href", "data-next", "data-next-url", "data-load-more", "data-endpoint", "hx-get", "href")
_COUNTED = re.compile(
    r"[?&/](?:page|seite|p|pg|offset|start|from|paged?|skip)[=/_-]?\d+|[?&]\w*(?:page|start|offset)\w*=\d+"
)
_PAGER = frozenset(
    ("pagination", "pager", "paging", "pages", "seiten", "seitennavigation", "blaettern", "nav-links", "paginator")
)
_NUMBER = re.compile(r"(?:Seite|Page)?\s*(\d{1,4})", re.IGNORECASE)
_CHARS = 60  # of a pager's link


def next_page(tree: html.Tree) -> str | None:
    """Return the next page.

    That is <link> or <a> with rel=next, a link that says so, the number after this page's, or what a button loads.
    """
    for element in tree.root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (url := _other(tree, element.get("href"))):
            return url
    pagers = _pagers(tree)
    return _worded(tree, pagers) or _numbered(tree, pagers) or _loaded(tree)


def is_turning(words: str) -> bool:
    """Whether a link's words only turn the page."""
    return len(words) <= _CHARS and bool(_CLEAR.fullmatch(words) or _LOAD.fullmatch(words))


def _other(tree: html.Tree, href: str | None) -> str | None:
    """Return where an address leads, unless it is this page or another site."""
    url = None if not href or href.startswith(("#", "javascript:")) else tree.absolute(href)
    if url is None or urls.key(url) == urls.key(tree.url) or urls.host(url) != urls.host(tree.url):
        return None
    return url


def _pagers(tree: html.Tree) -> list[HtmlElement]:
    """Return the smallest elements that look like a pager: by class, or by numbers of pages, one of them this one."""
    found = []
    for element in tree.root.iter("nav", "ul", "ol", "div", "p", "footer", "section", "td"):
        if len(element) >= 40:
            continue
        children = element.findall(".//a")
        if not 0 < len(children) <= 30:
            continue
        numbers = sum(bool(_NUMBER.fullmatch(_words(a))) for a in children)
        named = links.class_words(element) & _PAGER
        several = numbers >= 2 or (numbers == 1 and _bare_number(element) is not None)
        if named or (several and numbers * 2 >= len(children)):
            found.append(element)
    return found


def _words(element: HtmlElement) -> str:
    """Return what a short element says."""
    words = element.text_content()
    return text.tidy(words) or "" if len(words) < 4 * _CHARS else ""


def _worded(tree: html.Tree, pagers: list[HtmlElement]) -> str | None:
    for link in _links(tree.root):
        if _CLEAR.fullmatch(_words(link)) and (url := _other(tree, link.get("href"))):
            return url
    for pager in pagers:
        for link in pager.iter("a"):
            words = _words(link) or text.tidy(link.get("aria-label") or link.get("title")) or ""
            forward = _NEXT.fullmatch(words) and not words.startswith(("«", "‹", "←", "<"))
            if words and (forward or _CLEAR.fullmatch(words)) and (url := _other(tree, link.get("href"))):
                return url
    return None


def _links(root: HtmlElement) -> Iterator[HtmlElement]:
    return (link for link in root.iter("a") if len(link) <= 3)


def _numbered(tree: html.Tree, pagers: list[HtmlElement]) -> str | None:
    """Return the link to the page whose number follows the one that is no link, or is marked as current."""
    for pager in pagers:
        pages = {int(match[1]): link for link in pager.iter("a") if (match := _NUMBER.fullmatch(_words(link)))}
        current = _current(tree, pager, pages)
        if current + 1 in pages:
            return _other(tree, pages[current + 1].get("href"))
    return None


def _current(tree: html.Tree, pager: HtmlElement, pages: dict[int, HtmlElement]) -> int:
    for number, link in pages.items():
        url = tree.absolute(link.get("href"))
        if link.get("aria-current") or (url and urls.key(url) == urls.key(tree.url)):
            return number
    bare = _bare_number(pager)
    return bare if bare is not None and bare not in pages else 1


def _bare_number(pager: HtmlElement) -> int | None:
    """Return the number that is no link: this page's."""
    for element in pager.iter("span", "strong", "em", "b", "li"):
        if element.find(".//a") is None and not any(above.tag == "a" for above in element.iterancestors()):
            match = _NUMBER.fullmatch(_words(element))
            if match:
                return int(match[1])
    return None


def _loaded(tree: html.Tree) -> str | None:
    """Return what "Mehr laden" asks for: a button's address, or a link's if that counts pages."""
    for element in tree.root.iter("button", "a", "div", "span"):
        if len(element) > 3 or not any(name in element.attrib for name in _LOADED):
            continue
        if not _LOAD.fullmatch(_words(element)):
            continue
        for name in _LOADED:
            href = element.get(name)
            if href and (url := _other(tree, href)) and (name != "href" or _COUNTED.search(url)):
                return url
    return None
