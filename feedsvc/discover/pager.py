"""A listing page in, the address of the page with the next older items out."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from feedsvc import html, text, urls
from feedsvc.discover import links

_NEXT = re.compile(
    r"(?:[»>→›]\s*)?(?:nächste(?: seite)?|naechste(?: seite)?|weiter|vor|vorwärts|"
    r"ältere(?: (?:beiträge|artikel|einträge|meldungen|posts))?|eine seite weiter|"
    r"zur nächsten seite|next(?: page)?|older(?: (?:posts|entries|stories))?|"
    r"page suivante|suivant)?\s*[»>→›]*",
    re.IGNORECASE,
)
_PAGER = frozenset(("pagination", "pager", "paging", "pages", "seiten", "seitennavigation", "blaettern", "nav-links"))
_NUMBER = re.compile(r"(?:Seite|Page)?\s*(\d{1,4})", re.IGNORECASE)


def next_page(tree: html.Tree) -> str | None:
    """Return the next page: <link> or <a> with rel=next, a link that says so in a pager, else the number after this."""
    for element in tree.root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (url := _other(tree, element)):
            return url
    pagers = _pagers(tree)
    return _worded(tree, pagers) or _numbered(tree, pagers)


def _other(tree: html.Tree, element: HtmlElement) -> str | None:
    """Return where an element leads, unless it is this page or another site."""
    href = element.get("href") or ""
    url = None if href.startswith(("#", "javascript:")) else tree.absolute(href)
    if url is None or urls.key(url) == urls.key(tree.url) or urls.host(url) != urls.host(tree.url):
        return None
    return url


def _pagers(tree: html.Tree) -> list[HtmlElement]:
    """Return the smallest elements that look like a pager: by class, or at least two links that are page numbers."""
    found = []
    for element in tree.root.iter("nav", "ul", "ol", "div", "p", "footer", "section", "td"):
        children = element.findall(".//a") if len(element) < 40 else []
        if not 0 < len(children) <= 30:
            continue
        numbers = sum(bool(_NUMBER.fullmatch(text.tidy(a.text_content()) or "")) for a in children)
        named = links.class_words(element) & _PAGER
        if named or (numbers >= 2 and numbers * 2 >= len(children)):
            found.append(element)
    return found


def _worded(tree: html.Tree, pagers: list[HtmlElement]) -> str | None:
    for pager in pagers:
        for link in pager.iter("a"):
            words = text.tidy(link.text_content()) or text.tidy(link.get("aria-label") or link.get("title")) or ""
            if words and _NEXT.fullmatch(words) and (url := _other(tree, link)):
                return url
    return None


def _numbered(tree: html.Tree, pagers: list[HtmlElement]) -> str | None:
    """Return the link to the page whose number follows the one that is no link, or is marked as current."""
    for pager in pagers:
        pages = {}
        for link in pager.iter("a"):
            match = _NUMBER.fullmatch(text.tidy(link.text_content()) or "")
            if match:
                pages[int(match[1])] = link
        current = _current(tree, pager, pages)
        if current + 1 in pages:
            return _other(tree, pages[current + 1])
    return None


def _current(tree: html.Tree, pager: HtmlElement, pages: dict[int, HtmlElement]) -> int:
    for number, link in pages.items():
        url = tree.absolute(link.get("href"))
        if link.get("aria-current") or (url and urls.key(url) == urls.key(tree.url)):
            return number
    for element in pager.iter("span", "strong", "em", "b", "li", "a"):
        match = _NUMBER.fullmatch(text.tidy(element.text_content()) or "")
        if match and element.find(".//a") is None and int(match[1]) not in pages:
            return int(match[1])
    return 1
