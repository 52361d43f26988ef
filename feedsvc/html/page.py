"""A page in, its tree out; CSS selectors and XPaths on it.

CSS is answered by BeautifulSoup (soupsieve knows :has, :is, :not with lists), whose soup is made only for pages that
CSS is asked of; every answer is an element of the one lxml tree.
"""

from __future__ import annotations

import re
from functools import lru_cache

import lxml.etree
import lxml.html
import soupsieve
from bs4 import BeautifulSoup, Tag
from lxml.html import HtmlElement

from feedsvc import text, urls
from feedsvc.errors import ContentError
from feedsvc.html import charset, parsing, words
from feedsvc.model import Page

MAX_BYTES = 10_000_000  # 10 MB of small tags cost lxml 390 MB
MAX_TAGS = 300_000


class Tree:
    """One parsed page: its lxml root, its address, and selectors on it."""

    def __init__(self, root: HtmlElement, url: str) -> None:
        self.root = root
        self.url = url
        self._tags: dict[str, tuple[HtmlElement, Tag]] | None = None

    def select(self, selector: str, within: HtmlElement | None = None) -> list[HtmlElement]:
        """Return the elements that a CSS selector, or an XPath after "xpath:", finds, in page order.

        With `within`, only descendants of that element (and, for ":scope", the element itself) are looked at; what was
        taken out of the tree is not found. An XPath that gives text or attributes gives no elements here: `values`
        reads those. ValueError if the selector cannot be used.
        """
        return [found for found in self._find(selector, within) if isinstance(found, HtmlElement)]

    def values(self, selector: str, within: HtmlElement | None = None) -> list[str]:
        """Return the tidied texts of what a selector finds: text() and @attribute of an XPath as they are."""
        found = (
            words.content(x) if isinstance(x, HtmlElement) else text.tidy(str(x)) for x in self._find(selector, within)
        )
        return [value for value in found if value]

    def absolute(self, href: str | None) -> str | None:
        return urls.absolute(self.url, href)

    def _find(self, selector: str, within: HtmlElement | None) -> list[object]:
        base = self.root if within is None else within
        if selector.startswith("xpath:"):
            return self._evaluated(selector, base)
        tags = self._soup_by_number()
        tag = tags.get(base.get(_NUMBER, ""))
        if tag is None or tag[0] is not base:
            return []
        matched = css(selector).select(tag[1])
        elements = (tags[str(found.attrs[_NUMBER])][0] for found in matched if _NUMBER in found.attrs)
        return [element for element in elements if base is element or base in element.iterancestors()]

    def _evaluated(self, selector: str, base: HtmlElement) -> list[object]:
        xpath(selector)
        try:
            return evaluate(selector, base)
        except ValueError as error:
            raise ContentError(self.url, "rule", f"{selector}: {error}", kind="rule") from None

    def _soup_by_number(self) -> dict[str, tuple[HtmlElement, Tag]]:
        """Number every element, make the soup from the numbered tree, and keep both sides of each number."""
        if self._tags is None:
            elements = {str(n): e for n, e in enumerate(self.root.iter(lxml.etree.Element))}
            for number, element in elements.items():
                element.set(_NUMBER, number)
            soup = BeautifulSoup(lxml.html.tostring(self.root, encoding="unicode"), "lxml")
            self._tags = {
                number: (elements[number], tag)
                for tag in soup.find_all(True)
                if (number := str(tag.attrs.get(_NUMBER, ""))) in elements
            }
        return self._tags


_NUMBER = "data-feedsvc-n"
_REGEXP = {"re": "http://exslt.org/regular-expressions"}  # re:test, re:match, re:replace


@lru_cache(maxsize=4096)
def css(selector: str) -> soupsieve.SoupSieve:
    """Return a CSS selector ready to use; ValueError says in one sentence why it cannot be."""
    try:
        return soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
        raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from None


@lru_cache(maxsize=4096)
def xpath(selector: str) -> lxml.etree.XPath:
    """Return an XPath (with or without "xpath:" before it) ready to use; ValueError says why it cannot be."""
    try:
        return lxml.etree.XPath(selector.removeprefix("xpath:").strip(), namespaces=_REGEXP, smart_strings=False)
    except (lxml.etree.XPathError, ValueError) as error:
        raise ValueError(f"not an XPath: {error}") from None


def evaluate(selector: str, base: HtmlElement) -> list[object]:
    """Return what an XPath finds from an element; ValueError if it asks for a function that does not exist."""
    try:
        result = xpath(selector)(base)
    except (lxml.etree.XPathError, re.error) as error:
        raise ValueError(f"not an XPath: {error}") from None
    return list(result) if isinstance(result, list) else [result]


def check(selector: str) -> None:
    """Raise ValueError, with the reason in one sentence, unless `selector` can be used as a rule."""
    if selector.startswith("xpath:"):
        evaluate(selector, lxml.html.Element("p"))
    else:
        css(selector)


def parse(page: Page) -> Tree:
    """Return the page's tree; ContentError if it is no HTML, or too large to be read safely.

    Over 10 MB, 300,000 tags or 200 attributes of one tag are too large. What is nested deeper than 250 is lifted up.
    """
    _refuse_bombs(page)
    if page.body[:5] == b"%PDF-" or page.media_type == "application/pdf":
        raise ContentError(page.final_url, "html", "a PDF, not an HTML page")
    if b"<" not in page.body or b"\0\0\0\0" in page.body[:1024]:
        raise ContentError(page.final_url, "html", "not an HTML page")
    try:
        root = parsing.root(text.xml_safe(charset.decode(page)).encode("utf-8"))
    except parsing.TooDeep:
        raise ContentError(page.final_url, "html", "page is nested too deep", kind="too_large") from None
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ContentError(page.final_url, "html", f"not an HTML page: {error}") from None
    base = root.find(".//base[@href]")
    href = base.get("href") if base is not None else None
    return Tree(root, urls.absolute(page.final_url, href) or page.final_url)


def _refuse_bombs(page: Page) -> None:
    if len(page.body) > MAX_BYTES:
        message = f"page of {len(page.body)} bytes is over {MAX_BYTES}"
    elif page.body.count(b"<") > MAX_TAGS:
        message = f"page has over {MAX_TAGS} tags"
    elif not parsing.is_well_built(page.body):
        message = f"page has a tag with over {parsing.MAX_ATTRIBUTES} attributes"
    else:
        return
    raise ContentError(page.final_url, "html", message, kind="too_large")
