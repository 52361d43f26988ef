"""A page's JSON-LD blocks in, the one statement about its article out; broken blocks are read as far as they can be.

One to four blocks in a hundred do not parse on real pages, and three in a hundred keep entities undecoded. Nothing here
raises.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from feedsvc import text, urls
from feedsvc.extract import lenient

Node = Mapping[str, object]

MAX_NODES = 5000
MAX_CHARS = 1_000_000  # of one block
MAX_ALL_CHARS = 3_000_000  # of all blocks; those behind are not read
_UNTYPED = re.compile(r"\s*\{\s*\"@context\"")
_ARTICLES = re.compile(
    r"(?:\w*Article|\w*BlogPosting|SocialMediaPosting|Report|Review|Recipe|\w*NewsItem)$", re.IGNORECASE
)
_PAGES = re.compile(r"(?:\w*WebPage|\w*Page|VideoObject|CreativeWork|Event|Product)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a page's JSON-LD says about its article; () and None where it says nothing."""

    article: bool = False
    headline: str | None = None
    alternative: str | None = None
    description: str | None = None
    body: str | None = None
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    publisher: str | None = None
    sections: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    free: bool | None = None
    image: str | None = None
    caption: str | None = None
    credit: str | None = None


def read(root: HtmlElement, url: str, headline: str | None = None) -> Statement:
    """Return what the page's JSON-LD says about the article at `url`, preferring the node with the given headline."""
    nodes = [node for script in _scripts(root) for node in _nodes(script)]
    by_id = {str(node["@id"]): node for node in reversed(nodes) if "@id" in node and len(node) > 2}
    articles = [node for node in nodes if _is(node, _ARTICLES)]
    if articles:
        return _statement(max(articles, key=lambda node: _fits(node, url, headline)), by_id, article=True)
    pages = [node for node in nodes if _is(node, _PAGES) and not _is(node, re.compile("CollectionPage"))]
    return _statement(pages[0], by_id, article=False) if pages else Statement()


def _scripts(root: HtmlElement) -> Iterator[str]:
    left = MAX_ALL_CHARS
    for script in root.iter("script"):
        if script.text and left > 0 and _is_statement(script.get("type"), script.text):
            left -= len(script.text)
            yield script.text[:MAX_CHARS]


def _is_statement(type_: str | None, source: str) -> bool:
    """Whether a script is JSON-LD: by its type, or without one by what it begins with."""
    return "ld+json" in type_.lower() if type_ else bool(_UNTYPED.match(source))


def _nodes(source: str) -> Iterator[Node]:
    """Give every object of a block, outer ones first."""
    queue = deque(lenient.values(source))
    for _ in range(MAX_NODES):
        if not queue:
            return
        value = queue.popleft()
        if isinstance(value, list):
            queue.extendleft(reversed(value[:MAX_NODES]))
        elif isinstance(value, dict):
            yield value
            queue.extend(inner for inner in value.values() if isinstance(inner, (dict, list)))


def _is(node: Node, pattern: re.Pattern[str]) -> bool:
    kinds = node.get("@type")
    return any(isinstance(kind, str) and pattern.match(re.split(r"[/:#]", kind)[-1]) for kind in _listed(kinds))


def _fits(node: Node, url: str, headline: str | None) -> tuple[bool, bool, bool]:
    """How sure it is that a node is about the page: its address, its headline, its date."""
    addresses = [node.get(name) for name in ("url", "@id", "mainEntityOfPage")]
    flat = [item.get("@id") or item.get("url") if isinstance(item, dict) else item for item in addresses]
    own = any(isinstance(item, str) and _same(url, item) for item in flat)
    title = text.fold(_text(node.get("headline") or node.get("name")))
    return own, bool(title) and title == text.fold(headline), "datePublished" in node


def _same(url: str, other: str) -> bool:
    found = urls.absolute(url, other)
    return bool(found) and urls.key(found or "") == urls.key(url)


def _statement(node: Node, by_id: Mapping[str, Node], *, article: bool) -> Statement:
    people = [_resolved(item, by_id) for name in ("author", "creator") for item in _listed(node.get(name))]
    image = _first_image(node, by_id)
    return Statement(
        article=article,
        headline=_text(node.get("headline")) or _text(node.get("name")),
        alternative=_text(node.get("alternativeHeadline")),
        description=_text(node.get("description")),
        body=_text(node.get("articleBody")) or _text(node.get("text")),
        published=_texts(node.get("datePublished")) or _texts(node.get("dateCreated")),
        modified=_texts(node.get("dateModified")),
        authors=_names(person for person in people if not _is_organisation(person)),
        organisations=_names(person for person in people if _is_organisation(person)),
        publisher=_name(_resolved(node.get("publisher"), by_id)),
        sections=_texts(node.get("articleSection")),
        keywords=_keywords(node.get("keywords")),
        language=_text(node.get("inLanguage")),
        free=_boolean(node.get("isAccessibleForFree")),
        image=_text(image.get("url") or image.get("contentUrl") or image.get("@id")),
        caption=_text(image.get("caption")),
        credit=_text(image.get("creditText")) or _text(image.get("copyrightHolder")),
    )


def _first_image(node: Node, by_id: Mapping[str, Node]) -> Node:
    for item in _listed(node.get("image")):
        found = _resolved(item, by_id)
        if isinstance(found, str):
            return {"url": found}
        if isinstance(found, dict):
            return found
    return {}


def _resolved(value: object, by_id: Mapping[str, Node]) -> object:
    if isinstance(value, dict) and "name" not in value and "url" not in value:
        return by_id.get(str(value.get("@id")), value)
    return value


def _is_organisation(person: object) -> bool:
    return isinstance(person, dict) and _is(person, re.compile("Organization|NewsMediaOrganization|Corporation|Brand"))


def _names(people: Iterator[object]) -> tuple[str, ...]:
    found = (name for person in people if (name := _name(person)))
    return tuple(dict.fromkeys(found))


def _name(person: object) -> str | None:
    if isinstance(person, dict):
        return _text(person.get("name"))
    return _text(person)


def _keywords(value: object) -> tuple[str, ...]:
    """Return keywords from a list, a comma-separated text, or terms with a name."""
    found: list[str] = []
    for item in _listed(value):
        label = _name(item)
        found.extend(re.split(r"\s*[,;]\s*", label) if label and not isinstance(value, list) else [label or ""])
    return tuple(dict.fromkeys(word for word in found if word))


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).rsplit("/", 1)[-1].lower())


def _texts(value: object) -> tuple[str, ...]:
    return tuple(found for item in _listed(value) if (found := _name(item)))


def _text(value: object) -> str | None:
    """Return a text with its entities decoded, markup removed and blanks tidied."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    decoded = html.unescape(html.unescape(value)) if "&" in value else value
    return text.tidy(re.sub(r"</?[a-zA-Z][^<>]{0,200}>", " ", decoded))


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
