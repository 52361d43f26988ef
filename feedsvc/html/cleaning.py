"""A fragment of strangers' HTML in, HTML that is safe to publish out."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html
import nh3
from lxml.html import HtmlElement

from feedsvc import text, urls
from feedsvc.html import parsing, pictures, words

MAX_CHARS = 2_000_000
MAX_MARKS = 50_000  # tags, and ampersands: nh3 takes 1.7 s for 200,000 of these, 0.1 s for 50,000

_ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title"}, "abbr": {"title"}, "img": {"src", "alt", "title", "width", "height"},
    "blockquote": {"cite"}, "q": {"cite"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"}, "li": {"value"}, "time": {"datetime"}, "code": set(),
    **{tag: set() for tag in (
        "p br hr h2 h3 h4 h5 h6 ul dl dt dd pre em strong b i u s sub sup small mark cite kbd samp var del ins"
        " table caption thead tbody tfoot tr figure figcaption").split()},
}  # fmt: skip
# Gone with everything in them: what runs, what asks for input, what is drawn or played by others. Not <source>,
# <track> and <embed>: lxml takes them for open elements and puts what stands behind them inside.
_DROPPED = frozenset(
    "script style template iframe object applet param svg math canvas audio video map select option"
    " button textarea input datalist head title meta link base noframes noembed frameset frame xmp plaintext".split()
)
_MAY_BE_EMPTY = frozenset("br hr img td th tr caption thead tbody tfoot table".split())
_NUMBERS = frozenset("width height colspan rowspan start value".split())

_IMG = re.compile(r'<img(?:\s+[\w-]+="[^"]*")*\s*/?>')
_TAGS = re.compile(r'<[a-z/](?:[^">]|"[^"]*")*>')


def clean(fragment: str, base: str) -> str | None:
    """Return the fragment with allowed elements only and absolute http(s) links, or None if no text or picture is left.

    Publishes nothing that runs, phones home or is drawn by strangers' styles (protocol P21): tracking pixels and
    parameters go, pictures that scripts would load are repaired. None as well for what is too large to be made safe.
    """
    if len(fragment) > MAX_CHARS or max(fragment.count("<"), fragment.count("&")) > MAX_MARKS:
        return None
    source = text.xml_safe(fragment)
    if not source.strip():
        return None
    try:
        body = parsing.body(source)
    except parsing.TooLarge:
        return None
    _settle(body, base)
    return _shown(_sanitised(_inner(body), base))


def _sanitised(markup: str, base: str) -> str:
    safe = nh3.clean(
        markup,
        tags=set(_ALLOWED),
        clean_content_tags=set(_DROPPED),
        attributes={tag: names for tag, names in _ALLOWED.items() if names},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
        attribute_filter=lambda tag, name, value: _filtered(base, tag, name, value),
    )
    return _IMG.sub(lambda match: match[0] if " src=" in match[0] else "", safe)


def _filtered(base: str, tag: str, name: str, value: str) -> str | None:
    if name in _NUMBERS:
        return value if value.isascii() and value.isdigit() else None
    if name == "src":
        return pictures.picture_url(base, value)
    if name not in ("href", "cite"):
        return value
    if tag == "a" and value.strip().lower().startswith("mailto:"):
        return value.strip()
    found = urls.absolute(base, value)
    return urls.untracked(found) if found else None


def _shown(safe: str) -> str | None:
    if "<img" not in safe and text.tidy(_TAGS.sub("", safe).replace("&nbsp;", " ")) is None:
        return None
    return (safe if "<pre>" in safe else "\n".join(line for line in safe.split("\n") if line.strip())).strip()


def _inner(body: HtmlElement) -> str:
    """Return the markup inside an element."""
    start = (body.text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return start + "".join(lxml.html.tostring(child, encoding="unicode") for child in body)


# ---- before the allow-list ------------------------------------------------------------------------------------------


def _settle(body: HtmlElement, base: str) -> None:
    """Repair the pictures, then give every block that may not stay a paragraph or at least a blank around its text."""
    for image in list(body.iter(*pictures.IMAGES)):
        _settle_image(image, base)
    for noscript in list(body.iter("noscript")):
        _settle_noscript(noscript)
    with_blocks: set[HtmlElement] = set()
    for element in reversed(list(body.iterdescendants(lxml.etree.Element))):
        _settle_link(element, base)
        if element.tag in _DROPPED or _is_empty(element):
            element.drop_tree()
        elif element.tag in words.BLOCKS:
            _settle_block(element, element in with_blocks)
            _mark_ancestors(element, with_blocks)


def _settle_image(image: HtmlElement, base: str) -> None:
    if url := pictures.image_url(image, base):
        image.tag = "img"
        image.set("src", url)
    else:
        image.drop_tree()


def _settle_link(element: HtmlElement, base: str) -> None:
    """Judge an address before it is written down again: written, a tab inside "java script:" becomes a harmless %09."""
    for name in ("href", "cite"):
        if (value := element.get(name)) is not None:
            address = _filtered(base, str(element.tag), name, value)
            if address is None:
                del element.attrib[name]
            else:
                element.set(name, address)


def _settle_noscript(noscript: HtmlElement) -> None:
    """A picture for readers without scripts stays, unless the one before shows the same; anything else goes."""
    before = noscript.getprevious()
    shown = before is not None and (before.tag == "img" or before.find(".//img") is not None)
    if shown or noscript.find(".//img") is None:
        noscript.drop_tree()
    else:
        noscript.tag = "span"


def _settle_block(element: HtmlElement, holds_blocks: bool) -> None:
    if element.tag == "h1":
        element.tag = "h2"
    elif element.tag in _ALLOWED:
        return
    elif holds_blocks:
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    else:
        element.tag = "p"


def _mark_ancestors(element: HtmlElement, marked: set[HtmlElement]) -> None:
    for ancestor in element.iterancestors():
        if ancestor in marked:
            return
        marked.add(ancestor)


def _is_empty(element: HtmlElement) -> bool:
    return not len(element) and element.tag not in _MAY_BE_EMPTY and text.tidy(element.text) is None
