"""What the head claims and the page's bylines in, the names of the authors out, as the page prints them.

Full names that the head claims come first, then the byline at the headline, then what is marked as an author's anywhere
outside comments and teasers; a house's own name is taken only where nobody else is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import lxml.etree
from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.extract import names
from feedsvc.extract.candidate import Candidate
from feedsvc.extract.layout import Block
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree

PIECES = 12  # of a line
_TOUCHING = re.compile(r"[a-zäöüß][A-ZÄÖÜ0-9]")
LINES = 500  # blocks from either end of a page in which a byline is looked for
_CLASS = re.compile("author|byline|autor")
_MARKED = frozenset("a span p div address li h4".split())
_ELSEWHERE = frozenset("comments related foot navigation aside tags share newsletter advert".split())
_MARK = r"(?:von|interview|vom|by|par|por|di|autor(?:in|en|innen)?|auteurs?|authors?|verfasser(?:in)?|words|text)"
_FROM = re.compile(
    rf"(?:^|[\s|·•,:–—-]|(?<=\d)){_MARK}(?:\s*:\s*|\s+)(?P<names>\S.{{1,90}}?)\s*"
    r"(?=$|[|·•(»]|\s[–—-]\s|,?\s(?:am|on|le|el|in|um|at|unter|aktualisiert|updated|published|veröffentlicht|"
    r"erstellt|quelle|für|bei)\b|,?\s*\d)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"^(?:(?:post|article|beitrags?)\s+)?(?:(?:ein |eine )?(?:(?:gast)?(?:beitrag|artikel|kommentar|analyse|"
    rf"interview|reportage|kolumne|bericht) )|"
    rf"(?:written|posted|published|veröffentlicht|geschrieben|erstellt|verfasst|eingestellt|"
    rf"text und fotos?)\s+)?(?:{_MARK}\b\s*:?\s*(?:by\s+)?|(?:author|autor)(?=[A-ZÄÖÜ]))",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[|•·(]|\s[-–—]\s|,\s*\d|\bam\s+\d|\bon\s+\w+\s+\d|\b\d{1,2}[.:]\d|\bsagt\b|\bupdated\b|"
    r"\bpublished\b|\d+ (?:kommentare?|comments?)).*$",
    re.IGNORECASE | re.DOTALL,
)
_ROLES = (
    r"(?:(?:chef)?(?:redakteur|reporter|autor|volontär|korrespondent|kolumnist)|gründer|herausgeber)(?:in)?|"
    r"editor|writer|correspondent|columnist|founder"
)
_ROLE = re.compile(
    r"[\s,]+(?:(?:stellv\.|stellvertretende[rn]?|freie[rn]?|leitende[rn]?|senior|staff|chief|managing|associate|print|"
    rf"news)[\s,]+)*(?:{_ROLES})$",
    re.IGNORECASE,
)
_BY_ROLE = re.compile(rf"\b(?:{_ROLES})\b", re.IGNORECASE)
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[–—/-]\s+|\s*\n\s*|\s*\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\s*")
_NO_NAME = re.compile(
    r"admin(?:istrator)?|super user|editors?|webmaster|gast|guest|user|unknown|unbekannt|anonymous|anonym|none|null|"
    r"staff|authors?|autor(?:in|en)?|redakteure?|"
    r"info|by|von|posts?|e-?mail|.*(?:https?:|@|#|kommentar|comment|artikel|folgen|follow|mehr\b|profil|"
    r"posts\b|view all|alle beiträge|newsletter|copyright).*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*[;|/]\s*|\s+(?:und|and|et|y|og|och|sowie|&)\s+|\s*,\s*(?=[A-ZÄÖÜÀ-Þ])", re.IGNORECASE)
_LEGAL = re.compile(r"\b(?:(?:g?GmbH|mbH|AG|KG|SE|Inc|Ltd|LLC)\b|e\. ?V\.)")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:com|de|at|ch|org|net|info|eu)", re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+|\w*admin\w*")  # the name of an account
_PARTICLES = frozenset("von van de der den zu zur di da del la le bin al el of".split())


def authors(
    tree: Tree, meta: Metadata, around: Sequence[Block], row: Sequence[Block]
) -> Iterator[Candidate[tuple[str, ...]]]:
    """Give the authors, best first: by JSON-LD or meta, else by the byline around the headline, else by marks."""
    houses = {text.fold(site).lstrip("@") for site in meta.site_names}
    claimed = _clean(claim.value for claim in meta.authors if not _LOGIN.fullmatch(claim.value))
    people = tuple(name for name in claimed if text.fold(name) not in houses and not _is_house(name))
    by = next((claim.rule for claim in meta.authors), "")
    told = _clean(_bylines(around))
    full = any(map(_is_full, told))
    if any(map(_is_full, people)):
        if full and set(map(text.fold, told)) > set(map(text.fold, people)):
            yield from _named("the byline at the headline", told)
        yield from _named(by, people)
    if full:
        yield from _named("the byline at the headline", told)
    yield from _named(by, people)
    yield from _named("the byline at the headline", told)
    yield from _named("an element marked as an author's", _marked(tree))
    yield from _named("a line that says who wrote it", _clean(_marked_lines(row)))
    named = [claim for claim in meta.authors if not _LOGIN.fullmatch(claim.value) or _DOMAIN.fullmatch(claim.value)]
    claims = (*named, *meta.organisations)
    houses_claimed = (c.value for c in claims if c.rule.startswith("JSON-LD") or not _is_house(c.value))
    yield from _named("the house the head names", _as_claimed(houses_claimed))


def _named(rule: str, names: tuple[str, ...]) -> Iterator[Candidate[tuple[str, ...]]]:
    if names:
        yield Candidate(value=names, rule=rule)


def _marked_lines(row: Sequence[Block]) -> Iterator[str]:
    """Give the names of the first line of the whole page that says "Von" or "Autor:" before a name."""
    for block in (*row[:LINES], *row[-LINES:]):
        fits = 6 < len(block.text) < 90 and block.zone not in _ELSEWHERE and not block.heading
        if fits and (names := wording.byline(block.text)):
            yield from names
            return


def _bylines(around: Iterable[Block]) -> Iterator[str]:
    """Give the names of the first line around the headline that is a byline."""
    for block in around:
        if 2 < len(block.text) < wording.BYLINE_CHARS and not block.heading:
            line = _apart(block)
            names = list(wording.byline(line) or _names_in(block, line))
            if names:
                yield from names
                return


def _apart(block: Block) -> str:
    """Return a line with "|" between pieces that touch: "Von Anna Muster" and "15.01.2025" in two elements."""
    if not _TOUCHING.search(block.text):
        return block.text
    pieces = [said for piece in islice(block.element.itertext(), PIECES) if (said := text.tidy(piece))]
    return " | ".join(pieces) if text.fold("".join(pieces)) == text.fold(block.text) else block.text


def _names_in(block: Block, line: str) -> Iterator[str]:
    """Give the names in a line that is named a byline, has a mark before a name, or a date beside one."""
    match = _FROM.search(line)
    marked = block.zone in ("byline", "date", "bio")
    if match and len(line) < 160 and (marked or (_LABEL.match(line) and _is_full(_AND.split(match["names"])[0]))):
        yield match["names"]
        return
    parts = [part for part in _PARTS.split(line) if part]
    if block.zone == "byline" or (parts != [line] and len(line) < 80 and re.search(r"\d{4}", line)):
        named = [part for part in parts if _is_full(part) or _are_full(part)]
        yield from named[:1]


_HOUSE = re.compile(
    r"\b(?:GmbH|e\.? ?V\.?|AG|KG|Inc|Ltd|LLC|Verlag|Ministerium|\w*ministerium|Verband|Stiftung|Redaktion|"
    r"Media|Staff|Team|News)\b"
)


def _are_full(part: str) -> bool:
    return all(map(_is_full, _AND.split(part)))


def _marked(tree: Tree) -> tuple[str, ...]:
    """Return the names in elements that are marked as an author's, those of a full name first."""
    found: list[str] = []
    for element in islice(filter(_is_marked, tree.root.iter(lxml.etree.Element)), 60):
        if not _elsewhere(element) and (said := _said(element)):
            found.append(said)
    names = _clean(found)
    full = tuple(name for name in names if _is_full(name))
    return (full or names)[:1]


def _is_marked(element: HtmlElement) -> bool:
    """Whether an element is marked as an author's: in microdata, by its link, as a microformat or by its class."""
    named = element.get("class") or ""
    return (
        (element.tag in _MARKED and bool(_CLASS.search(named)))
        or element.get("itemprop") == "author"
        or (element.tag == "a" and "author" in (element.get("rel") or ""))
        or ("fn" in named and any("vcard" in (above.get("class") or "") for above in element.iterancestors()))
    )


def _elsewhere(element: HtmlElement) -> bool:
    """Whether a mark is somebody else's: a commentator's, a photographer's; what says "author" itself may be a foot."""
    zones = {names.zone(above) for above in (element, *element.iterancestors())}
    if element.get("itemprop") == "author":
        zones.discard("foot")
    return bool(zones & (_ELSEWHERE | {"caption"}))


def _said(element: HtmlElement) -> str | None:
    if element.tag == "meta":
        return text.tidy(element.get("content"))
    name = element.find('.//*[@itemprop="name"]')
    said = html.content(name if name is not None else element)
    return said if said and len(said) < 60 else None


def _is_full(said: str) -> bool:
    """Whether a text is a name of several words, each with a capital but its particles."""
    words = said.split()
    return (
        1 < len(words) <= 5
        and len(said) < 50
        and all(word[:1].isupper() or word in _PARTICLES for word in words)
        and words[-1][:1].isupper()
        and not any(character.isdigit() or character in ":!?" for character in said)
    )


def _is_house(name: str) -> bool:
    """Whether a name is a domain, or says that it is a company, a club or an office."""
    return bool(_DOMAIN.fullmatch(name) or _LEGAL.search(name) or (_HOUSE.search(name) and not _is_full(name)))


def _clean(said: Iterable[str]) -> tuple[str, ...]:
    """Return single names without "Von", roles and addresses, each once."""
    unique: dict[str, str] = {}
    for line in said:
        bare = _TAIL.sub("", _LABEL.sub("", line)).strip(" ,;:»") if len(line) < 200 else ""
        for part in _parted(bare):
            name = _without_role(text.tidy(part) or "")
            if name and _may_be_name(name) and not _BY_ROLE.search(name):
                unique.setdefault(text.fold(name), name)
    return tuple(unique.values())


def _without_role(name: str) -> str:
    """Return "Erika Muster" of "Erika Muster Chefredakteurin"."""
    bare = _ROLE.sub("", name)
    return bare if _is_full(bare) else name


def _parted(bare: str) -> list[str]:
    """Part several names; the "und" of a house's name parts nothing."""
    parts = _AND.split(bare)
    return [bare] if _HOUSE.search(bare) and not all(map(_is_full, parts)) else parts


def _may_be_name(name: str) -> bool:
    words = name.split()
    few = len(words) <= 2 or _is_full(name) or bool(_HOUSE.search(name))
    return 1 < len(name) < 60 and few and not _NO_NAME.fullmatch(name) and not re.search(r"\d{2}|[:?!]", name)


def _as_claimed(names: Iterable[str]) -> tuple[str, ...]:
    """Return the houses that are claimed as authors, as they are."""
    return tuple(
        dict.fromkeys(
            name
            for name in names
            if 1 < len(name) < 60 and "://" not in name and name != "#author" and not _NO_NAME.fullmatch(name)
        )
    )[:1]
