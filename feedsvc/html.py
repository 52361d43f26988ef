"""Bytes of a page in, one parsed tree out; selectors on it; HTML made safe to publish.

A page is parsed once, by lxml. CSS selectors are answered by BeautifulSoup (soupsieve knows :has, :is, :not with
lists), whose soup is made only for pages that CSS is asked of, and every answer is an element of the one lxml tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import lxml.etree
import lxml.html
import nh3
import soupsieve
from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from lxml.html import HtmlElement

from feedsvc import text, urls
from feedsvc.errors import ContentError
from feedsvc.model import Page

MAX_BYTES = 10_000_000  # 10 MB of small tags cost lxml 390 MB
MAX_TAGS = 300_000
MAX_DEPTH = 250  # lxml drops text below depth 256 without a word

_BLOCKS = frozenset(
    "address article aside blockquote br dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SILENT = frozenset("script style template noscript head title svg iframe object select button textarea".split())
_ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title"}, "abbr": {"title"}, "img": {"src", "alt", "title", "width", "height"},
    "blockquote": {"cite"}, "q": {"cite"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"}, "time": {"datetime"}, "code": set(),
    **{tag: set() for tag in (
        "p br hr h2 h3 h4 h5 h6 ul li dl dt dd pre em strong b i u s sub sup small mark cite kbd samp var del ins"
        " table caption thead tbody tfoot tr figure figcaption").split()},
}  # fmt: skip


class Tree:
    """One parsed page: its lxml root, its address, and selectors on it."""

    def __init__(self, root: HtmlElement, url: str) -> None:
        self.root = root
        self.url = url
        self._tags: dict[str, tuple[HtmlElement, Tag]] | None = None

    def select(self, selector: str, within: HtmlElement | None = None) -> list[HtmlElement]:
        """Return the elements that a CSS selector, or an XPath after "xpath:", finds, in page order.

        With `within`, only descendants of that element (and, for ":scope", the element itself) are looked at. An XPath
        that gives text or attributes gives no elements here: `values` reads those.
        """
        return [found for found in self._find(selector, within) if isinstance(found, HtmlElement)]

    def values(self, selector: str, within: HtmlElement | None = None) -> list[str]:
        """Return the tidied texts of what a selector finds: text() and @attribute of an XPath as they are."""
        found = (content(x) if isinstance(x, HtmlElement) else text.tidy(str(x)) for x in self._find(selector, within))
        return [value for value in found if value]

    def absolute(self, href: str | None) -> str | None:
        return urls.absolute(self.url, href)

    def _find(self, selector: str, within: HtmlElement | None) -> list[object]:
        base = self.root if within is None else within
        if selector.startswith("xpath:"):
            result = xpath(selector)(base)
            return list(result) if isinstance(result, list) else [result]
        tags = self._soup_by_number()
        tag = tags.get(base.get(_NUMBER, ""))
        if tag is None:
            return []
        matched = css(selector).select(tag[1])
        return [tags[str(found.attrs[_NUMBER])][0] for found in matched if _NUMBER in found.attrs]

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


@lru_cache(maxsize=4096)
def css(selector: str) -> soupsieve.SoupSieve:
    """Return a CSS selector ready to use; ValueError says in one sentence why it cannot be."""
    try:
        return soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from None


@lru_cache(maxsize=4096)
def xpath(selector: str) -> lxml.etree.XPath:
    """Return an XPath (with or without "xpath:" before it) ready to use; ValueError says why it cannot be."""
    try:
        return lxml.etree.XPath(selector.removeprefix("xpath:").strip(), regexp=True)
    except lxml.etree.XPathError as error:
        raise ValueError(f"not an XPath: {error}") from None


def check(selector: str) -> None:
    """Raise ValueError, with the reason in one sentence, unless `selector` can be used as a rule."""
    xpath(selector) if selector.startswith("xpath:") else css(selector)


def parse(page: Page) -> Tree:
    """Return the page's tree; ContentError if it is no HTML, or too large or too deep to be read safely."""
    if len(page.body) > MAX_BYTES:
        raise ContentError(
            page.final_url, "html", f"page of {len(page.body)} bytes is over {MAX_BYTES}", kind="too_large"
        )
    if page.body.count(b"<") > MAX_TAGS:
        raise ContentError(page.final_url, "html", f"page has over {MAX_TAGS} tags", kind="too_large")
    if page.body[:5] == b"%PDF-" or page.media_type == "application/pdf":
        raise ContentError(page.final_url, "html", "a PDF, not an HTML page")
    if not page.body.strip() or b"\0\0\0\0" in page.body[:1024]:
        raise ContentError(page.final_url, "html", "not an HTML page")
    source = text.xml_safe(decode(page))
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(source.encode("utf-8"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError) as error:
        raise ContentError(page.final_url, "html", f"not an HTML page: {error}") from None
    base = root.find(".//base")
    href = base.get("href") if base is not None else None
    return Tree(root, urls.absolute(page.final_url, href) or page.final_url)


def decode(page: Page) -> str:
    """Return the page's text: by byte order mark, header, meta, else a guess (WHATWG Encoding 4.2, HTML 13.2.3)."""
    _, marked = EncodingDetector.strip_byte_order_mark(page.body)  # type: ignore[no-untyped-call]  # bs4 4.15
    declared = EncodingDetector.find_declared_encoding(page.body[:4096], is_html=True)
    for name in (marked, page.charset, declared, "utf-8"):
        if name:
            try:
                return page.body.decode("cp1252" if name.lower() in _LATIN else name)
            except (UnicodeDecodeError, LookupError):
                continue
    # Mostly UTF-8 with a broken byte keeps its umlauts; anything else is what old German servers send.
    repaired = page.body.decode("utf-8", "replace")
    if repaired.count("\ufffd") <= max(3, len(repaired) // 1000):
        return repaired
    return page.body.decode("cp1252", "replace")


_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii", "iso8859-1", "windows-1252"})


def content(element: HtmlElement) -> str | None:
    """Return an element's visible text on one line: blocks are kept apart, inline elements are not."""
    return text.tidy("".join(_pieces(element)))


def _pieces(element: HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    block = element.tag in _BLOCKS
    if block:
        yield " "
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    if block:
        yield " "


def clean(fragment: str, base: str) -> str | None:
    """Return the fragment with allowed elements only and absolute http(s) links, or None if no text or picture is left.

    Publishes nothing that runs, phones home or is drawn by strangers' styles (protocol P21): tracking pixels go.
    """
    safe = nh3.clean(
        text.xml_safe(fragment),
        tags=set(_ALLOWED),
        attributes={tag: names for tag, names in _ALLOWED.items() if names},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
        attribute_filter=lambda tag, name, value: _filtered(base, tag, name, value),
    )
    return re.sub(r"\s*\n\s*\n\s*", "\n", safe).strip() or None


_PIXEL = re.compile(r"https?://[^/]*vgwort\.de/", re.IGNORECASE)


def _filtered(base: str, tag: str, name: str, value: str) -> str | None:
    if name not in ("href", "src", "cite"):
        return value
    if tag == "a" and value.strip().lower().startswith("mailto:"):
        return value.strip()
    found = urls.absolute(base, value)
    return None if found is None or _PIXEL.match(found) else found


def plain(fragment: str | None) -> str | None:
    """Return a cleaned fragment's text, one block a line."""
    if not fragment:
        return None
    root = lxml.html.fragment_fromstring(fragment, create_parent="div")
    lines = (text.tidy(line) for line in "".join(_lines(root)).split("\n"))
    return "\n".join(line for line in lines if line) or None


def _lines(element: HtmlElement) -> Iterator[str]:
    block = element.tag in _BLOCKS and element.tag not in ("td", "th")
    if block:
        yield "\n"
    inline = re.sub(r"\s+", " ", element.text or "") if element.tag != "pre" else element.text or ""
    yield inline
    for child in element:
        if isinstance(child.tag, str):
            yield from _lines(child)
        yield re.sub(r"\s+", " ", child.tail or "")
    if element.tag in ("td", "th"):
        yield " "
    elif block:
        yield "\n"
