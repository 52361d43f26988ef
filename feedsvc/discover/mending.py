"""The text of a feed in, the same text without what makes feedparser lose more than is broken out."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator

from feedsvc import text

MAX_PIECES = 500

_END = re.compile(r"</(?:rss|feed|rdf:RDF)\s*>", re.IGNORECASE)
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
CDATA, CDATA_END = "<![CDATA[", "]]>"
_LAST_TAG = re.compile(r"<([\w:]+)[^<>]*>\s*\Z")
_AMPERSAND = re.compile(
    r"(?P<kept><!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<!(?:DOCTYPE|ENTITY)[^<>]*|&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});)|"
    r"&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?",
    re.DOTALL,
)
_ROOT = re.compile(r"(<(?:rss|feed|rdf:RDF))\b[^<>]*>", re.IGNORECASE)
# A character reference of 5,000 digits makes feedparser refuse the whole feed; no character needs more than seven.
_OVERLONG = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
# feedparser takes a picture's title and description for the item's own and loses the item's. As credits in a role of
# their own they stay apart, and in order.
_MEDIA_TEXT = re.compile(r"<(/?)media:(description|title)\b[^<>]*?(/?)>")
CAPTION, TITLE = "feedsvc-caption", "feedsvc-title"
_ROLES = {"description": CAPTION, "title": TITLE}
NO_BASE = "."  # as xml:base it changes no address of a path


def whole(markup: str) -> tuple[str, bool]:
    """Return a feed without what stands behind its end, or without the item in whose middle it ends; and if it does.

    Half an address leads elsewhere: what is cut off is rather read whole the next time.
    """
    if end := max((match.end() for match in _END.finditer(markup)), default=0):
        return markup[:end], False
    begun = max((match.start() for match in _ITEM.finditer(markup)), default=-1)
    ended = max((match.end() for match in _ITEM_END.finditer(markup)), default=-1)
    return (markup[:begun], True) if begun > ended else (markup, False)


def mended(markup: str) -> str:
    """Return a feed as feedparser reads it best."""
    markup = _closed(text.xml_safe(markup))
    markup = _AMPERSAND.sub(_reference, _OVERLONG.sub("", markup))
    return _based(_MEDIA_TEXT.sub(_credit, markup))


def pieces(markup: str) -> Iterator[str]:
    """Yield every item with the head of the feed before it, each a feed of its own."""
    starts = [match.start() for match in _ITEM.finditer(markup)][:MAX_PIECES]
    for start, end in zip(starts, [*starts[1:], len(markup)], strict=True):
        yield markup[: starts[0]] + markup[start:end]


def _closed(markup: str) -> str:
    """Return a feed whose CDATA sections end in the element they began in: one left open swallows the next items."""
    if markup.count(CDATA) <= markup.count(CDATA_END):
        return markup
    before, *sections = markup.split(CDATA)
    found = [before]
    for section in sections:
        found.append(CDATA + (section if CDATA_END in section else _ended(section, _LAST_TAG.search(before))))
        before = section
    return "".join(found)


def _ended(section: str, tag: re.Match[str] | None) -> str:
    """Return what begins a CDATA section, with an end before the end of the element it stands in."""
    at = section.find(f"</{tag[1]}") if tag else -1
    at = at if at >= 0 else len(section)
    return section[:at] + CDATA_END + section[at:]


def _reference(match: re.Match[str]) -> str:
    """Return an ampersand that XML knows (XML 1.0 4.6).

    What HTML alone knows is no entity of a feed that declares none, and feedparser makes "Q&A;" of "Q&A".
    """
    name = match["name"]
    if name is None:
        return match[0] if match["kept"] else "&amp;"
    character = html.entities.html5.get(name + ";")
    if character is None or name in ("amp", "lt", "gt", "quot", "apos"):
        return match[0]
    return "".join(f"&#{ord(one)};" for one in character)


def _credit(match: re.Match[str]) -> str:
    return "</media:credit>" if match[1] else f'<media:credit role="{_ROLES[match[2]]}"{match[3]}>'


def _based(markup: str) -> str:
    """Return a feed that has an xml:base of its own if it has any: without, one inside is kept for all that follows."""
    root = _ROOT.search(markup) if "xml:base" in markup else None
    if root is None or "xml:base" in root[0]:
        return markup
    return f'{markup[: root.end(1)]} xml:base="{NO_BASE}"{markup[root.end(1) :]}'
