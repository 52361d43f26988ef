"""A page in, its tree out; rules asked of it.

CSS is answered by BeautifulSoup (soupsieve knows :has, :is, :not with lists), whose soup is made only for pages that
CSS is asked of; every answer is an element of the one lxml tree.
"""

from __future__ import annotations

from dataclasses import dataclass

import lxml.etree
import lxml.html
from bs4 import BeautifulSoup, Tag
from lxml.etree import _ElementUnicodeResult
from lxml.html import HtmlElement

from feedsvc import text, urls
from feedsvc.errors import ContentError
from feedsvc.html import charset, parsing, selector, sniffing, words
from feedsvc.model import Page

MAX_BYTES = 10_000_000  # 10 MB of small tags cost lxml 390 MB
MAX_TAGS = 300_000
MAX_ELEMENTS = 50_000  # six times what the largest of 800 real pages has; more cannot be read in a second
LARGE = 500_000  # bytes from which a page is searched for texts that are too long


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text that a rule found, all that its pattern matched, and the element it stands in if it stands in one."""

    value: str
    whole: str
    element: HtmlElement | None


class Tree:
    """One parsed page: its lxml root, its address, and selectors on it."""

    def __init__(self, root: HtmlElement, url: str) -> None:
        self.root = root
        self.url = url
        self._tags: dict[str, tuple[HtmlElement, Tag]] | None = None

    def select(self, rule: str, within: HtmlElement | None = None) -> list[HtmlElement]:
        """Return the elements a rule finds (`html.selector`), in page order.

        With `within`, only descendants of that element (and, for ":scope", the element itself) are looked at; what was
        taken out of the tree is not found. A rule that asks for an attribute or has a pattern finds the elements that
        have the one or fit the other. An XPath that gives text or attributes gives no elements here: `values` reads
        those. ValueError if the rule cannot be used.
        """
        if selector.parse(rule).is_plain:
            return [found for found in self._find(rule, within) if isinstance(found, HtmlElement)]
        return list(dict.fromkeys(x.element for x in self.readings(rule, within) if x.element is not None))

    def values(self, rule: str, within: HtmlElement | None = None) -> list[str]:
        """Return the tidied texts a rule finds: text() and @attribute of an XPath as they are."""
        return [reading.value for reading in self.readings(rule, within)]

    def readings(self, rule: str, within: HtmlElement | None = None) -> list[Reading]:
        """Return the texts a rule finds, each with the element it was found in; ContentError (rule) if it hangs."""
        chosen = selector.parse(rule)
        found: list[Reading] = []
        for one in self._find(rule, within):
            said = _said(one, chosen.part) if isinstance(one, HtmlElement) else text.tidy(str(one))
            try:
                kept = chosen.matches(said) if said else []
            except TimeoutError:
                message = f"rule “{rule}” takes too long: write it without nested repetition"
                raise ContentError(self.url, "rule", message, kind="rule") from None
            found.extend(Reading(value=value, whole=whole, element=_home(one)) for value, whole in kept)
        return found

    def drop_texts(self, rule: str) -> None:
        """Take the texts out of the tree that an XPath finds by text(), and nothing around them."""
        chosen = selector.parse(rule)
        for found in self._find(rule, None) if chosen.is_xpath and chosen.is_plain else ():
            if isinstance(found, _ElementUnicodeResult) and (beside := found.getparent()) is not None:
                if found.is_tail:
                    beside.tail = None
                elif found.is_text:
                    beside.text = None

    def absolute(self, href: str | None) -> str | None:
        return urls.absolute(self.url, href)

    def _find(self, rule: str, within: HtmlElement | None) -> list[object]:
        base = self.root if within is None else within
        chosen = selector.parse(rule)
        if chosen.is_xpath:
            return self._evaluated(chosen.where, base)
        tags = self._soup_by_number()
        tag = tags.get(base.get(_NUMBER, ""))
        if tag is None or tag[0] is not base:
            return []
        matched = _matched(chosen.where, tag[1], whole=within is None)
        elements = (tags[str(found.attrs[_NUMBER])][0] for found in matched if _NUMBER in found.attrs)
        return [element for element in elements if base is element or base in element.iterancestors()]

    def _evaluated(self, where: str, base: HtmlElement) -> list[object]:
        try:
            return selector.evaluate(where, base)
        except ValueError as error:
            raise ContentError(self.url, "rule", f"{where}: {error}", kind="rule") from None

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
# What has text that nobody sees is read where a rule asks for it by name.
_UNSEEN = frozenset("script style title noscript template textarea option button svg".split())


def _matched(where: str, tag: Tag, *, whole: bool) -> list[Tag]:
    """Return what a CSS selector finds below an element, and, where it asks for it, the element itself."""
    css = selector.css(where)
    itself = [tag] if (whole or ":scope" in where) and css.match(tag) else []
    return [*itself, *css.select(tag)]


def _home(found: object) -> HtmlElement | None:
    """Return the element a found text stands in; None for attributes and what was worked out."""
    if isinstance(found, HtmlElement):
        return found
    if not isinstance(found, _ElementUnicodeResult) or found.is_attribute:
        return None
    beside = found.getparent()
    return beside.getparent() if beside is not None and found.is_tail else beside


def _said(element: HtmlElement, part: str) -> str | None:
    """Return an element's text, its own text, or an attribute of it; of <meta> what it states."""
    if part == selector.OWN_TEXT:
        return text.tidy(" ".join([element.text or "", *(child.tail or "" for child in element)]))
    if part:
        return text.tidy(element.get(part))
    if element.tag == "meta":
        return text.tidy(element.get("content"))
    return text.tidy(element.text_content()) if element.tag in _UNSEEN else words.content(element)


def parse(page: Page) -> Tree:
    """Return the page's tree; ContentError if it is no HTML, or too large to be read safely.

    Over 10 MB, 300,000 tags, 50,000 elements or a million attributes are too large. What is nested deeper than 250 is
    lifted up, and of one tag's attributes 200 are kept.
    """
    _refuse_bombs(page)
    if what := sniffing.foreign(page):
        raise ContentError(page.final_url, "html", f"{what}, not an HTML page")
    try:
        root = parsing.root(text.xml_safe_utf8(charset.decode(page)))
    except parsing.TooLarge as error:
        raise ContentError(page.final_url, "html", f"page {error}", kind="too_large") from None
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ContentError(page.final_url, "html", f"not an HTML page: {error}") from None
    if _HAS_TOO_MANY(root):
        raise ContentError(page.final_url, "html", f"page has over {MAX_ELEMENTS} elements", kind="too_large")
    if len(page.body) > LARGE:
        parsing.shorten(root)
    base = root.find(".//base[@href]")
    href = base.get("href") if base is not None else None
    return Tree(root, urls.absolute(page.final_url, href) or page.final_url)


_HAS_TOO_MANY = lxml.etree.XPath(f"count(//*) > {MAX_ELEMENTS}")


def _refuse_bombs(page: Page) -> None:
    if len(page.body) > MAX_BYTES:
        message = f"page of {len(page.body)} bytes is over {MAX_BYTES}"
    elif page.body.count(b"<") > MAX_TAGS:
        message = f"page has over {MAX_TAGS} tags"
    else:
        return
    raise ContentError(page.final_url, "html", message, kind="too_large")
