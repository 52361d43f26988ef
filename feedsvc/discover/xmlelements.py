"""The elements of a feed in, what is taken from each out: one function for each kind, and the tables of their names.

The functions take what feedparser would take, in its words; where that is not certain, they say so by `Odd`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml.etree import _Element

from feedsvc.discover.entries import File, Link
from feedsvc.discover.xmlreading import (
    ADMIN,
    ATOM,
    BARE,
    CONTENT,
    DC,
    DCTERMS,
    FEEDBURNER,
    ITUNES,
    MEDIA,
    SY,
    Draft,
    Odd,
    Reading,
    raw,
)  # fmt: skip

Handler = Callable[[Reading, _Element, Draft], None]
_TYPES = frozenset(("text", "html", "text/html", "text/plain"))
_HTML_TYPES = frozenset(("html", "xhtml", "text/html", "application/xhtml+xml"))


def take(reading: Reading, element: _Element, draft: Draft, names: Mapping[str, Handler]) -> None:
    """Take what an element tells into a draft; Odd if it stands where it is not known."""
    handler = names.get(element.tag)
    if handler is not None:
        handler(reading, element, draft)
    elif element.tag not in _IGNORED:
        reading.pass_over(element)


# ---- elements -------------------------------------------------------------------------------------------------------


def _title(reading: Reading, element: _Element, draft: Draft) -> None:
    value = _spoken(reading, element)
    if draft.title and value != draft.title:
        raise Odd("two titles")
    draft.title = draft.title or value


def _spoken(reading: Reading, element: _Element) -> str:
    """Return the words of an element that may say how they are marked up (RFC 4287 3.1)."""
    if not element.keys():
        return reading.text(element)
    told = element.get("type", "text").lower()
    if element.get("mode") or element.get("src"):
        raise Odd(f"mode of {element.tag}")
    if told == "xhtml":
        return reading.inner(element)
    if told not in _TYPES:
        raise Odd(f"type of {element.tag}")
    return reading.text(element)


def _link(reading: Reading, element: _Element, draft: Draft) -> None:
    href = element.get("href")
    if href is None:
        if element.attrib or element.tag == ATOM + "link":
            raise Odd("link without address")
        told = reading.text(element)
        href = reading.resolved(element, told) if told else ""
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
        draft.files.append(File(href, _filled("text/html" if told is None else told.lower()), "", _filled(length)))
    if rel == "alternate" and (told is None or told.lower() in _HTML_TYPES):
        draft.link = _filled(href)


def _filled(value: str) -> str:
    """Return an attribute's value, "" for blanks alone."""
    return value if value.strip() else ""


def _site_link(reading: Reading, element: _Element, draft: Draft) -> None:
    if "&" in (element.text or ""):
        raise Odd("a reference in the link of a feed")
    _link(reading, element, draft)


def _guid(reading: Reading, element: _Element, draft: Draft) -> None:
    if draft.guid:
        raise Odd("two guids")
    told = element.get("isPermaLink", "true")
    value = reading.text(element)
    permalink = told == "true"
    draft.guid = reading.resolved(element, value) if permalink and value else value
    draft.permalink = permalink and not draft.link


def _summary(reading: Reading, element: _Element, draft: Draft) -> None:
    """Take a summary; a second one is content to feedparser, unless there was some before it."""
    if draft.summary is None or draft.contents:
        draft.summary = _spoken(reading, element)
    else:
        draft.contents.append((_spoken(reading, element), reading.base(element)))


def _content(reading: Reading, element: _Element, draft: Draft) -> None:
    value = _spoken(reading, element)
    draft.contents.append((value, reading.base(element)))
    if draft.summary is None:
        draft.summary = value


def _site_summary(reading: Reading, element: _Element, draft: Draft) -> None:
    """Remember that a feed has a summary of its own: a second one changes how its first item is read."""
    if draft.summary is not None or len(element):
        raise Odd("two summaries of a feed")
    draft.summary = ""


def _site_description(reading: Reading, element: _Element, draft: Draft) -> None:
    if draft.summary is not None or len(element):
        raise Odd("two summaries of a feed")


def _dated(name: str) -> Handler:
    def take(reading: Reading, element: _Element, draft: Draft) -> None:
        setattr(draft, name, reading.text(element))

    return take


def _author(reading: Reading, element: _Element, draft: Draft) -> None:
    if draft.authors and draft.structured != bool(len(element)):
        raise Odd("some authors in words and some in elements")
    draft.structured = bool(len(element))
    if not draft.structured:
        draft.authors.append(reading.text(element))
        return
    names = [raw(one) for one in element if one.tag in (ATOM + "name", "name")]
    if len(names) > 1 or (element.text or "").strip() or any(len(one) for one in element):
        raise Odd("an author with several names, or with words beside them")
    draft.authors.append(names[0] if names else "")


def _category(reading: Reading, element: _Element, draft: Draft) -> None:
    value = reading.text(element)
    term, label = _filled(element.get("term", "")), _filled(element.get("label", ""))
    if (term and value) or (label and not term and not value):
        raise Odd("category in words and in attributes, or without its term")
    if told := label or term or value:
        draft.labels.append(told)


def _keywords(reading: Reading, element: _Element, draft: Draft) -> None:
    draft.labels.extend(word for term in reading.text(element).split(",") if (word := term.strip()))


def _enclosure(reading: Reading, element: _Element, draft: Draft) -> None:
    if len(element) or "uri" in element.attrib or "href" in element.attrib:
        raise Odd("enclosure")
    if (href := element.get("url", "")).strip():
        told, length = element.get("type", ""), element.get("length", "")
        draft.files.append(File(href, _filled(told.lower()), "", _filled(length)))


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


_MEDIUM = ("type", "medium", "fileSize", "width")


def _medium(reading: Reading, element: _Element, draft: Draft) -> None:
    if (href := element.get("url", "")).strip():
        told = [_filled(element.get(name, "")) for name in _MEDIUM]
        draft.media.append(File(href, told[0].lower(), *told[1:]))
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
        draft.covers = [_filled(href)]


_MEDIA_PARTS: dict[str, Handler] = {
    MEDIA + "content": _medium,
    MEDIA + "group": _group,
    MEDIA + "thumbnail": _thumbnail,
    MEDIA + "description": _media_text("captions"),
    MEDIA + "title": _ignored,
    MEDIA + "credit": _media_text("credits"),
    MEDIA + "keywords": _keywords,
    MEDIA + "category": _category,
    MEDIA + "community": _ignored,
}


def _everywhere(names: dict[str, Handler]) -> dict[str, Handler]:
    """Return the handlers of bare names in the three namespaces that are one to feedparser."""
    return {space + name: handler for space in BARE for name, handler in names.items()}


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
    DC + "language": _ignored,
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
            "link": _site_link,
            "language": _language,
            "author": _author,
            "ttl": _told("ttl"),
            "image": _ignored,
            "textInput": _ignored,
            "textinput": _ignored,
            "skipHours": _ignored,
            "skipDays": _ignored,
            "items": _ignored,
            "description": _site_description,
        }
    ),
    DC + "title": _title,
    DC + "language": _language,
    SY + "updatePeriod": _told("period"),
    SY + "updateFrequency": _told("frequency"),
    ITUNES + "owner": _ignored,
    ITUNES + "category": _ignored,
    ITUNES + "author": _ignored,
    ITUNES + "summary": _site_summary,
    ITUNES + "image": _ignored,
    ADMIN + "generatorAgent": _ignored,
    ADMIN + "errorReportsTo": _ignored,
    DC + "creator": _ignored,
    DC + "date": _ignored,
    DC + "subject": _ignored,
    MEDIA + "thumbnail": _ignored,
}

# Leaves that feeds write and no lead is made of.
_IGNORED = frozenset(
    space + name
    for space in BARE
    for name in (
        "comments cloud docs generator managingEditor webMaster copyright rating lastBuildDate pubDate icon logo"
        " subtitle rights id updated category tagline published"
    ).split()
)
MEANT = frozenset((*ITEM, *CHANNEL, DC + "author", DC + "contributor", ITUNES + "name", ITUNES + "email"))
