"""Elements of a feed in, their texts, markup and addresses out as feedparser gives them, or `Odd` if not sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from lxml.etree import _Element

from feedsvc.discover.entries import File, Link

ATOM = "{http://www.w3.org/2005/Atom}"
RSS_1 = "{http://purl.org/rss/1.0/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
FEEDBURNER = "{http://rssnamespace.org/feedburner/ext/1.0}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ADMIN = "{http://webns.net/mvcb/}"
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
XML = "{http://www.w3.org/XML/1998/namespace}"
BARE = ("", ATOM, RSS_1)  # one and the same to feedparser
_KNOWN = frozenset((ADMIN, CONTENT, DC, DCTERMS, MEDIA, ITUNES, FEEDBURNER, SY))

# Names that mean something to feedparser when their namespace is written otherwise than here.
_PREFIXES = frozenset(
    "admin cc content dc dcterms feedburner geo georss gml itunes media psc rdf sy xhtml xml atom".split()
)
_QUOTE = {'"': "&quot;"}
# Names of other modules that stand under no prefix.
_FOREIGN = frozenset(("{com-wordpress:feed-additions:1}site", "{com-wordpress:feed-additions:1}post-id"))


class Odd(ValueError):
    """Something stands in the feed of which it is not certain how feedparser reads it; the reason is for tests."""


class Draft:
    """An item or a feed while it is read, in the words of feedparser."""

    __slots__ = (
        "authors", "captions", "contents", "covers", "created", "credits", "files", "frequency", "guid", "labels",
        "language", "link", "links", "media", "origin", "period", "permalink", "published", "structured", "summary",
        "thumbnails", "title", "ttl", "updated",
    )  # fmt: skip

    def __init__(self) -> None:
        self.title: str = ""
        self.link: str = ""
        self.origin: str = ""
        self.links: list[Link] = []
        self.guid: str = ""
        self.permalink = False
        self.summary: str | None = None
        self.contents: list[tuple[str, str]] = []
        self.published = self.updated = self.created = ""
        self.authors: list[str] = []
        self.structured = False  # whether they have elements for their names
        self.labels: list[str] = []
        self.files: list[File] = []
        self.media: list[File] = []
        self.thumbnails: list[str] = []
        self.covers: list[str] = []
        self.captions: list[str] = []
        self.credits: list[str] = []
        self.language = self.ttl = self.period = self.frequency = ""


class Reading:
    """How the elements of one feed are read: whether links are relative to a base, and texts in need of repair."""

    __slots__ = ("based", "meant", "mistaken", "passed", "text")

    def __init__(self, meant: frozenset[str], *, based: bool, mistaken: bool) -> None:
        self.meant = meant  # the elements that mean something where they are expected
        self.based = based  # whether an xml:base may stand anywhere
        self.mistaken = mistaken
        self.text: Callable[[_Element], str] = _repaired if mistaken else raw
        self.passed: set[tuple[str, str | None]] = set()  # what was found to be nothing, by tag and prefix

    def inner(self, element: _Element) -> str:
        """Return what stands inside the <div> of an XHTML text of an entry (RFC 4287 3.1.1.3)."""
        parent = element.getparent()
        if len(element) != 1 or element[0].tag != XHTML + "div" or parent is None or parent.tag != ATOM + "entry":
            raise Odd("XHTML without a <div>")
        if (element.text or "").strip() or (element[0].tail or "").strip():
            raise Odd("words beside the <div>")
        value = "".join(_written(element[0])).strip()
        return _repair(value) if self.mistaken else value

    def pass_over(self, element: _Element) -> None:
        """Leave out an element that tells nothing of a lead; Odd if feedparser might take something of it."""
        if len(element):
            raise Odd(f"unknown {element.tag}")
        name = (element.tag, element.prefix)
        if name not in self.passed:
            self._check(*name)
            self.passed.add(name)

    def _check(self, tag: str, prefix: str | None) -> None:
        """Raise Odd if feedparser might know an element by its namespace, or only by its prefix."""
        namespace, brace, _ = tag.rpartition("}")
        namespace += brace
        if namespace in BARE:
            raise Odd(f"unknown {tag}")
        if namespace in _KNOWN:
            if tag in self.meant:
                raise Odd(f"{tag} in a strange place")
        elif tag not in _FOREIGN and (prefix is None or prefix.lower() in _PREFIXES):
            raise Odd(f"prefix of {tag}")

    def base(self, element: _Element) -> str:
        """Return the nearest xml:base around an element, "" if there is none."""
        if not self.based:
            return ""
        found = ""
        for one in (*reversed(list(element.iterancestors())), element):
            if one.get("base") is not None:
                raise Odd("base without xml:")
            if told := one.get(XML + "base"):
                if not re.match(r"https?://[^/:\s]+/", told):
                    raise Odd("a base that is no address")
                found = told
        return found

    def resolved(self, element: _Element, href: str) -> str:
        """Return an address as xml:base completes it."""
        if ":///" in href:
            raise Odd("address with three slashes")
        if not self.based:
            return href
        base = self.base(element)
        try:
            found = urljoin(base or ".", href)
        except ValueError:
            raise Odd(f"address {href}") from None
        if not base and found != href:
            raise Odd(f"address {href} without base")
        return found


def _repaired(element: _Element) -> str:
    return _repair(raw(element))


def _repair(value: str) -> str:
    """Return a text as feedparser gives it: repaired where UTF-8 was taken for ISO 8859-1."""
    if not value.isascii():
        try:
            return value.encode("iso-8859-1").decode("utf-8")
        except UnicodeError:
            pass
    return value


def _written(element: _Element) -> Iterator[str]:
    """Yield the markup inside an element of XHTML as feedparser writes it; Odd for anything of another namespace."""
    yield escape(element.text or "")
    for child in element:
        name = child.tag.removeprefix(XHTML).lower()
        if not name.isalnum() or not name.isascii() or name == "body":
            raise Odd(f"{child.tag} in XHTML")
        yield f"<{name}{''.join(_attributes(child))}>"
        yield from _written(child)
        yield f"</{name}>{escape(child.tail or '')}"


def _attributes(element: _Element) -> Iterator[str]:
    for name, value in element.items():
        if not name.startswith((XML, "{")) or name.startswith(XML):
            known = name.replace(XML, "xml:").lower()
            yield f' {known}="{escape(value.lower() if known in ("rel", "type") else value, _QUOTE)}"'
        else:
            raise Odd(f"attribute {name} in XHTML")


def raw(element: _Element) -> str:
    if len(element):
        raise Odd(f"markup in {element.tag}")
    return (element.text or "").strip()
