"""The elements of a feed in, what is taken from each out: one function for each kind, and the tables of their names.

The functions take what feedparser would take, in its words; where that is not certain, they say so by `Odd`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urljoin

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
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
XML = "{http://www.w3.org/XML/1998/namespace}"

_TYPES = frozenset(("", "text", "html", "text/html", "text/plain"))
_HTML_TYPES = frozenset(("", "html", "text/html", "application/xhtml+xml"))
# Names that mean something to feedparser when their namespace is written otherwise than here.
_PREFIXES = frozenset(
    "admin cc content dc dcterms feedburner geo georss gml itunes media psc rdf sy xhtml xml atom".split()
)
_ADDRESS = re.compile(r"[\w.+-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,4}")
_NAMED = re.compile(rf"{_ADDRESS.pattern}\s*\(([^()@]+)\)")


class Odd(ValueError):
    """Something stands in the feed of which it is not certain how feedparser reads it; the reason is for tests."""


class Draft:
    """An item or a feed while it is read, in the words of feedparser."""

    __slots__ = (
        "authors", "captions", "contents", "covers", "created", "credits", "files", "frequency", "guid", "labels",
        "language", "link", "links", "media", "origin", "period", "permalink", "published", "summary", "thumbnails",
        "title", "ttl", "updated",
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

    __slots__ = ("based", "passed", "text")

    def __init__(self, *, based: bool, mistaken: bool) -> None:
        self.based = based  # whether an xml:base may stand anywhere
        self.text: Callable[[_Element], str] = _repaired if mistaken else raw
        self.passed: set[tuple[str, str | None]] = set()  # what was found to be nothing, by tag and prefix

    def take(self, element: _Element, draft: Draft, names: Mapping[str, Handler]) -> None:
        """Take what an element tells into a draft; Odd if it stands where it is not known."""
        handler = names.get(element.tag)
        if handler is not None:
            handler(self, element, draft)
        elif element.tag not in _IGNORED:
            self.pass_over(element)

    def pass_over(self, element: _Element) -> None:
        """Leave out an element that tells nothing of a lead; Odd if feedparser might take something of it."""
        if len(element):
            raise Odd(f"unknown {element.tag}")
        name = (element.tag, element.prefix)
        if name not in self.passed:
            _check(*name)
            self.passed.add(name)

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
        base = self.base(element)
        try:
            return urljoin(base, href) if base else href
        except ValueError:
            raise Odd(f"address {href}") from None


Handler = Callable[[Reading, _Element, Draft], None]


def _repaired(element: _Element) -> str:
    """Return an element's text as feedparser gives it: repaired where UTF-8 was taken for ISO 8859-1."""
    value = raw(element)
    if not value.isascii():
        try:
            return value.encode("iso-8859-1").decode("utf-8")
        except UnicodeError:
            pass
    return value


def raw(element: _Element) -> str:
    if len(element):
        raise Odd(f"markup in {element.tag}")
    return (element.text or "").strip()


def _check(tag: str, prefix: str | None) -> None:
    """Raise Odd if feedparser might know an element by its namespace, or only by its prefix."""
    namespace, brace, _ = tag.rpartition("}")
    namespace += brace
    if namespace in _BARE:
        raise Odd(f"unknown {tag}")
    if namespace in _KNOWN:
        if tag in _MEANT:
            raise Odd(f"{tag} in a strange place")
    elif prefix is None or prefix.lower() in _PREFIXES:
        raise Odd(f"prefix of {tag}")


# ---- elements -------------------------------------------------------------------------------------------------------


def _title(reading: Reading, element: _Element, draft: Draft) -> None:
    _plain_type(element)
    value = reading.text(element)
    draft.title = draft.title or value


def _plain_type(element: _Element) -> None:
    if not element.keys():
        return
    if (element.get("type") or "").lower() not in _TYPES or element.get("mode") or element.get("src"):
        raise Odd(f"type of {element.tag}")


def _link(reading: Reading, element: _Element, draft: Draft) -> None:
    href = element.get("href")
    if href is None:
        if element.attrib or element.tag == ATOM + "link":
            raise Odd("link without address")
        href = reading.resolved(element, reading.text(element))
        draft.link = re.sub(r"&([A-Za-z0-9_]+);", r"&\g<1>", href.replace("&amp;", "&")) if "&" in href else href
        if draft.link:
            draft.links.append(Link(draft.link, "alternate"))
        return
    if "url" in element.attrib or "uri" in element.attrib or not href or (element.text or "").strip():
        raise Odd("link with several addresses")
    href = reading.resolved(element, href)
    rel = (element.get("rel", "alternate")).lower()
    told = element.get("type")
    if href.strip():
        draft.links.append(Link(href, rel))
    if rel == "enclosure" and href.strip():
        length = element.get("length", "")
        draft.files.append(File(href, (told or "text/html").lower(), "", length if length.strip() else ""))
    if rel == "alternate" and (told or "").lower() in _HTML_TYPES:
        draft.link = href


def _guid(reading: Reading, element: _Element, draft: Draft) -> None:
    if draft.guid:
        raise Odd("two guids")
    told = element.get("isPermaLink", "true")
    value = reading.text(element)
    permalink = told == "true"
    draft.guid = reading.resolved(element, value) if permalink else value
    draft.permalink = permalink and not draft.link


def _summary(reading: Reading, element: _Element, draft: Draft) -> None:
    _plain_type(element)
    if draft.summary is None or draft.contents:
        draft.summary = reading.text(element)
    else:
        draft.contents.append((reading.text(element), reading.base(element)))


def _content(reading: Reading, element: _Element, draft: Draft) -> None:
    _plain_type(element)
    value = reading.text(element)
    draft.contents.append((value, reading.base(element)))
    if draft.summary is None:
        draft.summary = value


def _dated(name: str) -> Handler:
    def take(reading: Reading, element: _Element, draft: Draft) -> None:
        setattr(draft, name, reading.text(element))

    return take


def _author(reading: Reading, element: _Element, draft: Draft) -> None:
    if not len(element):
        if name := _named(reading.text(element)):
            draft.authors.append(name)
        return
    if (element.text or "").strip():
        raise Odd("an author in words and in elements")
    names = [raw(one) for one in element if one.tag in (ATOM + "name", "name")]
    if len(names) > 1 or any(len(one) for one in element):
        raise Odd("an author with several names")
    draft.authors.extend(name for name in names if name)


def _named(told: str) -> str | None:
    """Return the name of "redaktion@example.org (Anna Muster)"; Odd for an address in any other company."""
    if "@" not in told:
        return told
    if _ADDRESS.fullmatch(told):
        return None
    if match := _NAMED.fullmatch(told):
        return match[1].strip()
    raise Odd("author")


def _category(reading: Reading, element: _Element, draft: Draft) -> None:
    value = reading.text(element)
    term, label = element.get("term"), element.get("label")
    if term and value:
        raise Odd("category in words and in attributes")
    told = label if label and label.strip() else term if term and term.strip() else value
    if told:
        draft.labels.append(told)


def _keywords(reading: Reading, element: _Element, draft: Draft) -> None:
    draft.labels.extend(word for term in reading.text(element).split(",") if (word := term.strip()))


def _enclosure(reading: Reading, element: _Element, draft: Draft) -> None:
    if len(element) or "uri" in element.attrib or "href" in element.attrib:
        raise Odd("enclosure")
    if (href := element.get("url", "")).strip():
        told, length = element.get("type", ""), element.get("length", "")
        draft.files.append(File(href, told.lower() if told.strip() else "", "", length if length.strip() else ""))


def _ignored(reading: Reading, element: _Element, draft: Draft) -> None:
    """Pass over an element with all that is in it."""


def _language(reading: Reading, element: _Element, draft: Draft) -> None:
    draft.language = reading.text(element)


def _told(name: str) -> Handler:
    def take(reading: Reading, element: _Element, draft: Draft) -> None:
        if element.attrib:
            raise Odd(f"attributes of {element.tag}")
        setattr(draft, name, reading.text(element))

    return take


# ---- Media RSS, iTunes ----------------------------------------------------------------------------------------------


def _medium(reading: Reading, element: _Element, draft: Draft) -> None:
    if (href := element.get("url", "")).strip():
        told = [value if (value := element.get(name, "")).strip() else "" for name in ("type", "medium", "fileSize")]
        draft.media.append(File(href, told[0].lower(), told[1], told[2]))
    _group(reading, element, draft)


def _group(reading: Reading, element: _Element, draft: Draft) -> None:
    if element.prefix != "media" or (element.text or "").strip():
        raise Odd("Media RSS under another prefix")
    for child in element:
        if (child.tail or "").strip():
            raise Odd("words between elements")
        if child.tag not in _MEDIA_PARTS:
            reading.pass_over(child)
        else:
            _MEDIA_PARTS[child.tag](reading, child, draft)


def _media_text(name: str) -> Handler:
    def take(reading: Reading, element: _Element, draft: Draft) -> None:
        if element.prefix != "media":
            raise Odd("Media RSS under another prefix")
        if value := reading.text(element):
            getattr(draft, name).append(value)

    return take


def _thumbnail(reading: Reading, element: _Element, draft: Draft) -> None:
    href = element.get("url", "")
    if not href.strip() or raw(element):
        raise Odd("thumbnail")
    draft.thumbnails.append(href)


def _cover(reading: Reading, element: _Element, draft: Draft) -> None:
    if "url" in element.attrib or len(element):
        raise Odd("iTunes image")
    if href := element.get("href"):
        draft.covers.append(href)


_MEDIA_PARTS: dict[str, Handler] = {
    MEDIA + "content": _medium,
    MEDIA + "group": _group,
    MEDIA + "thumbnail": _thumbnail,
    MEDIA + "description": _media_text("captions"),
    MEDIA + "title": _ignored,
    MEDIA + "credit": _media_text("credits"),
    MEDIA + "keywords": _keywords,
    MEDIA + "category": _category,
}

_BARE = ("", ATOM, RSS_1)


def _everywhere(names: dict[str, Handler]) -> dict[str, Handler]:
    """Return the handlers of bare names in the three namespaces that are one to feedparser."""
    return {space + name: handler for space in _BARE for name, handler in names.items()}


ITEM: dict[str, Handler] = {
    **_everywhere(
        {
            "title": _title,
            "link": _link,
            "guid": _guid,
            "id": _guid,
            "description": _summary,
            "summary": _summary,
            "content": _content,
            "pubDate": _dated("published"),
            "published": _dated("published"),
            "updated": _dated("updated"),
            "author": _author,
            "category": _category,
            "enclosure": _enclosure,
            "source": _ignored,
            "contributor": _ignored,
            "rights": _ignored,
        }
    ),
    CONTENT + "encoded": _content,
    DC + "title": _title,
    DC + "creator": _author,
    DC + "date": _dated("updated"),
    DC + "subject": _category,
    DC + "description": _summary,
    DCTERMS + "created": _dated("created"),
    DCTERMS + "issued": _dated("published"),
    DCTERMS + "modified": _dated("updated"),
    ITUNES + "author": _author,
    ITUNES + "summary": _summary,
    ITUNES + "keywords": _keywords,
    ITUNES + "image": _cover,
    FEEDBURNER + "origLink": _told("origin"),
    **_MEDIA_PARTS,
}

CHANNEL: dict[str, Handler] = {
    **_everywhere(
        {
            "title": _title,
            "link": _link,
            "language": _language,
            "author": _author,
            "ttl": _told("ttl"),
            "image": _ignored,
            "textInput": _ignored,
            "textinput": _ignored,
            "skipHours": _ignored,
            "skipDays": _ignored,
            "items": _ignored,
        }
    ),
    DC + "title": _title,
    DC + "language": _language,
    SY + "updatePeriod": _told("period"),
    SY + "updateFrequency": _told("frequency"),
    ITUNES + "owner": _ignored,
    ITUNES + "category": _ignored,
    ITUNES + "author": _ignored,
    DC + "creator": _ignored,
}

# Leaves that feeds write and no lead is made of.
_IGNORED = frozenset(
    space + name
    for space in _BARE
    for name in (
        "comments cloud docs generator managingEditor webMaster copyright rating lastBuildDate pubDate icon logo"
        " subtitle rights id updated description category tagline published"
    ).split()
)
_MEANT = frozenset((*ITEM, *CHANNEL, DC + "author", DC + "contributor", ITUNES + "name", ITUNES + "email"))
_KNOWN = frozenset((CONTENT, DC, DCTERMS, MEDIA, ITUNES, FEEDBURNER, SY))
