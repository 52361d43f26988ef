"""What the head claims and the blocks around the headline in, the names of the authors out, as the page prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml.html import HtmlElement

from feedsvc import html, text, urls, wording
from feedsvc.extract.layout import Block
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree

_AUTHOR_PARTS = (
    './/*[@itemprop="author"]', './/a[@rel="author"]',
    './/*[self::a or self::span or self::p or self::div or self::address or self::li]'
    '[contains(@class,"author") or contains(@class,"byline") or contains(@class,"autor")]',
)  # fmt: skip
_PREFIX = re.compile(
    r"(?:ein |eine )?(?:(?:gast)?(?:beitrag|artikel|kommentar|analyse|interview|reportage|kolumne|text|bericht) )?"
    r"(?:(?:written|posted|published|veröffentlicht|geschrieben|erstellt|verfasst|text und fotos?|text)\s+)?(?:von|by|par|por|di|av|af|autor(?:in)?|author|text|redaktion)\b\s*:?\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:[|•·]|\s[-–—]\s|,\s*\d|\bam\s+\d|\bon\s+\w+\s+\d|\b\d{1,2}[.:]\d|\(|\bin\s|\bfür\b|\bupdated\b|\bpublished\b|@).*$", re.IGNORECASE | re.DOTALL)
_NO_NAME = re.compile(
    r"admin(?:istrator)?|editor|webmaster|gast|guest|user|unknown|unbekannt|anonymous|none|null|staff|author|autor(?:in)?|redakteur|info|by|von|"
    r".*(?:\.(?:com|de|org|net)|https?:|@|kommentar|comment|artikel|folgen|follow|mehr\b|profil|posts|view all|alle beiträge|newsletter).*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*[;|/]\s*|\s+(?:und|and|et|y|&)\s+|\s*,\s*(?=[A-ZÄÖÜÀ-Þ])", re.IGNORECASE)


def authors(tree: Tree, meta: Metadata, around: Sequence[Block]) -> tuple[str, ...]:
    """Return the authors: by JSON-LD or meta, else by the byline around the headline; () if nobody is named."""
    claimed = _clean(meta.authors)
    if claimed:
        return claimed
    return _clean(_bylines(around)) or _clean(_marked(tree)) or _clean(meta.organisations)


def _bylines(around: Iterable[Block]) -> Iterator[str]:
    """Give the names of the first line that is a byline."""
    for block in around:
        if 3 < len(block.text) < wording.BYLINE_CHARS and (names := wording.byline(block.text)):
            yield from names
            return


def _marked(tree: Tree) -> tuple[str, ...]:
    """Return the names in elements that are marked as an author's, if they agree on few."""
    for path in _AUTHOR_PARTS:
        names = [said for e in tree.root.iterfind(path) if (said := _said(e))] if "contains" not in path else [
            said for e in tree.root.xpath(path)[:20] if (said := _said(e))
        ]
        found = tuple(dict.fromkeys(name for name in names if _looks_like_name(name)))
        if found:
            return found[:1] if len(found) > 4 else found
    return ()


def _said(element: HtmlElement) -> str | None:
    if element.tag == "meta":
        return text.tidy(element.get("content"))
    name = element.find('.//*[@itemprop="name"]')
    said = html.content(name if name is not None else element)
    return _TAIL.sub("", _PREFIX.sub("", said)) if said and len(said) < 120 else None


def _looks_like_name(said: str) -> bool:
    words = said.split()
    return 1 < len(words) <= 5 and all(word[:1].isupper() or word in ("von", "van", "de", "der", "zu", "di") for word in words) and not any(c.isdigit() for c in said)


def _clean(said: Iterable[str]) -> tuple[str, ...]:
    """Return single names without "Von", roles and addresses."""
    found: list[str] = []
    for line in said:
        bare = _TAIL.sub("", _PREFIX.sub("", line)).strip(" ,.;:") if len(line) < 200 else ""
        for part in _AND.split(bare):
            name = text.tidy(part)
            if name and 1 < len(name) < 60 and not _NO_NAME.fullmatch(name) and urls.absolute("", name) is None:
                found.append(name)
    unique: dict[str, str] = {}
    for name in found:
        unique.setdefault(text.fold(name), name)
    return tuple(unique.values())
