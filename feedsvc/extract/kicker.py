"""A heading and what stands around it in, kicker and headline apart out (traps T1, T2).

What parts them, surest first: a title of the head, the names of the heading's pieces, a colon or a line break between
them; else the line above the heading is looked at, and what the head's titles put before a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.extract import nearby
from feedsvc.extract.candidate import Candidate, Claim
from feedsvc.extract.layout import Block, Layout
from feedsvc.extract.titles import Titles, words

_NAMES = re.compile(
    r"kicker|dachzeile|overline|spitzmarke|oberzeile|roofline|eyebrow|top-?line|top-?title|pre-?headline|pre-?title|"
    r"super-?title|vorzeile|subhead-top|headline__?top",
    re.IGNORECASE,
)
# What tells of which kind a page is, in a line of its own above the headline.
_TYPES = re.compile(
    r"(?:(?:presse|medien)?(?:mitteilung|information|meldung|bericht)(?:en)?|news(?: story| release| article| detail)?|"
    r"(?:aktuelles|neues|nachrichten|meldungen) (?:aus|von|zu) .{2,40}|news from .{2,40}|"
    r"press releases?|(?:blog )?(?:post|beitrag)|case study|guidance|speech|statement|research paper|notice)"
    r"(?:\s+(?:nr\.?|no\.?)?\s*[\d/]+)?",
    re.IGNORECASE,
)
_MARKS = ": |–—-/"
_LONG = 2 * wording.KICKER_CHARS  # of a kicker that the heading itself marks as one
_LABELS = frozenset(
    "headline überschrift titel schlagzeile startseite home start news nachrichten aktuell aktuelles übersicht live"
    " video menü zurück back anzeige artikel article post blog".split()
)
_DATED = re.compile(
    r"\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9}\s+\d{4})|\d{4}-\d\d-\d\d|\d[:/]\d|"
    r"\b(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?\s+(?:\d{1,2},?\s+)?\d{4}",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_GLUE = re.compile(r"[a-zäöüß0-9)?!][A-ZÄÖÜ„»0-9]")
_SEAM = re.compile(r"[a-zäöüß0-9)](?=[A-ZÄÖÜ„»])|[A-ZÄÖÜ](?=[A-ZÄÖÜ][a-zäöüß])")
_SHORTEST = 3  # letters of a kicker that only the text tells from its headline
_TELLING = 80  # characters of a block that is text
_LINES = frozenset("p div span strong b em i font big small h1 h2 h3 h4 h5 h6".split())
_UNREAD = ("script", "style", "svg", "template", "noscript")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A headline, and the kickers that may stand before it, best first."""

    headline: str
    kickers: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A piece of a heading: its text, the class names it stands under, and whether an element of its own holds it."""

    text: str
    names: str
    boxed: bool


def part(layout: Layout, heading: HtmlElement, titles: Titles) -> Parted:
    """Return a heading's headline and the kickers in it, above it and in the head's titles."""
    inside, headline = _inside(layout, heading, titles)
    found = list(_before_colon(headline, titles))
    if inside and _may_be(inside, _LONG):
        found.append(Candidate(value=inside, rule=f"inside the {heading.tag}"))
    elif above := _above(layout, heading, headline, titles):
        found.append(Candidate(value=above, rule="the line above the headline"))
    own = {text.fold(wording.split_title(claim)[0]) for claim in titles.own}
    ranked = sorted(found, key=lambda claim: _rank(claim, own, titles, headline))
    return Parted(headline=_calm(headline, titles), kickers=tuple(ranked))


def _rank(claim: Claim, own: set[str], titles: Titles, headline: str) -> int:
    """The publisher's own title decides, then what the page shows, then what other titles say."""
    if text.fold(claim.value) in own:
        return 0
    return 1 if claim.rule.startswith(("inside", "the line")) else 2


def _before_colon(headline: str, titles: Titles) -> Iterator[Claim]:
    """Give what titles of the head put before the headline and a colon; a title that is the headline alone has none."""
    mine = words(headline)
    if titles.is_own(headline):
        return
    for claim in titles.told:
        kicker, rest = wording.split_title(claim.value)
        if kicker and words(rest) == mine and not titles.is_site(kicker) and _may_be(kicker):
            yield Candidate(value=kicker, rule=f"{claim.rule}, before the headline")


def _may_be(kicker: str, limit: int = wording.KICKER_CHARS) -> bool:
    """Whether a text can be a kicker: it is short, it says something, and it is no date."""
    return (
        1 < len(kicker) <= limit
        and any(letter.isalpha() for letter in kicker)
        and text.fold(kicker) not in _LABELS
        and not _DATED.search(kicker)
    )


def _calm(headline: str, titles: Titles) -> str:
    """Return a headline that is all capitals as a title of the head writes it."""
    if not headline.isupper() or " " not in headline:
        return headline
    same = (c.value for c in titles.claims if text.fold(c.value) == text.fold(headline) and not c.value.isupper())
    return next(same, headline)


# ---- inside the heading ---------------------------------------------------------------------------------------------


def _inside(layout: Layout, heading: HtmlElement, titles: Titles) -> tuple[str | None, str]:
    """Part a heading into kicker and headline; what is no kicker but stands before or behind is left out."""
    whole = html.content(heading) or ""
    pieces = list(_pieces(heading, "", heading))
    if len(pieces) > 1:
        parted = _by_title(pieces, titles) or _by_pieces(heading, pieces, known=titles.says(whole))
        if parted:
            return parted
    parted = _glued(whole, titles) or _by_blank(whole, titles) or _by_text(layout, whole)
    return parted or _of_a_land(whole) or (None, whole)


def _pieces(element: HtmlElement, names: str, heading: HtmlElement) -> Iterator[_Piece]:
    own = f"{names} {element.get('class') or ''}".strip()
    if said := text.tidy(element.text):
        yield _Piece(text=said, names=own, boxed=element is not heading)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNREAD:
            yield from _pieces(child, own, heading)
        if said := text.tidy(child.tail):
            yield _Piece(text=said, names=own, boxed=element is not heading)


def _by_title(pieces: Sequence[_Piece], titles: Titles) -> tuple[str | None, str] | None:
    """Part where a title of the head begins, or has a mark; behind the publisher's own headline stands a subtitle."""
    for cut in range(1, len(pieces)):
        kicker, rest = _joined(pieces[:cut]), _joined(pieces[cut:])
        if len(kicker) <= wording.KICKER_CHARS and (titles.says(rest) or _marked(kicker, rest, titles)):
            return kicker.rstrip(_MARKS), rest.lstrip(_MARKS)
    for cut in range(1, len(pieces)):
        if titles.is_own(first := _joined(pieces[:cut])):
            return None, first
    return None


def _marked(kicker: str, rest: str, titles: Titles) -> bool:
    """Whether a title of the head says both with a mark between them: "Kicker - Headline"."""
    before, behind = text.fold(kicker).rstrip(_MARKS), words(rest)
    for claim in titles.claims:
        folded = text.fold(claim.value)
        tail = folded.removeprefix(before)
        if before and tail != folded and tail.lstrip()[:1] in tuple(_MARKS.strip()) and words(tail) == behind:
            return True
    return False


def _by_pieces(heading: HtmlElement, pieces: Sequence[_Piece], *, known: bool) -> tuple[str | None, str] | None:
    """Part by the pieces' names, by a colon, and where no title says the whole, between two pieces that are lines."""
    named = next((at for at, piece in enumerate(pieces) if not _NAMES.search(piece.names)), len(pieces))
    if 0 < named < len(pieces):
        return _joined(pieces[:named]).rstrip(_MARKS), _joined(pieces[named:]).lstrip(_MARKS)
    colon = next((at for at, piece in enumerate(pieces) if piece.text == ":"), 0)
    if 0 < colon < len(pieces) - 1:
        return _joined(pieces[:colon]), _joined(pieces[colon + 1 :])
    first = pieces[0]
    small = heading[0].tag == "small" and len(first.text) <= wording.KICKER_CHARS
    if first.boxed and not known and (small or wording.laender(first.text)):
        return first.text.rstrip(_MARKS), _joined(pieces[1:])
    if first.text.endswith(":") and len(first.text) <= wording.KICKER_CHARS and (first.boxed or _broken(heading)):
        return first.text.rstrip(_MARKS), _joined(pieces[1:])
    if not known and len(pieces) == 2 and _lines(heading, first.text):
        return first.text.rstrip(": "), pieces[1].text
    return None


def _joined(pieces: Sequence[_Piece]) -> str:
    return text.tidy(" ".join(piece.text for piece in pieces)) or ""


def _broken(heading: HtmlElement) -> bool:
    return any(True for _ in heading.iter("br"))


def _lines(heading: HtmlElement, first: str) -> bool:
    """Whether a heading's two pieces are lines of their own: touching without a blank, or each in an element."""
    if len(first) > wording.KICKER_CHARS or first.endswith((",", "-", "–")):
        return False
    if _GLUE.search("".join(heading.itertext())) or _broken(heading):
        return True
    bare = not (heading.text or "").strip() and not any((child.tail or "").strip() for child in heading)
    return bare and len([c for c in heading if isinstance(c.tag, str)]) == 2


def _glued(whole: str, titles: Titles) -> tuple[str | None, str] | None:
    """Part "NiedersachsenTeams für ..." where a title of the head is its end, or says both with a colon (trap T1)."""
    folded = text.fold(whole)
    before, behind = wording.split_title(whole)
    for claim in titles.claims:
        if before and text.fold(claim.value) == text.fold(before + behind):
            return before, behind
        rest = text.fold(claim.value)
        cut = len(whole) - len(claim.value)
        ends = len(rest) > 10 and 1 < cut <= wording.KICKER_CHARS and text.fold(whole[max(cut, 0) :]) == rest
        if ends and _ends_kicker(whole[:cut]):
            return whole[:cut].rstrip(_MARKS) or None, whole[cut:]
        kicker, headline = wording.split_title(claim.value)
        if kicker and folded in (text.fold(kicker + headline), text.fold(f"{kicker} {headline}")):
            return kicker, headline
    return None


def _by_blank(whole: str, titles: Titles) -> tuple[str | None, str] | None:
    """Part "Niedersachsen Teams für ..." where a title of the head, made from the same pieces, lacks the blank."""
    mine = _blanks(whole)
    for claim in titles.claims:
        theirs = _blanks(claim.value)
        lacking = mine - theirs
        if len(lacking) == 1 and theirs <= mine and whole.replace(" ", "") == claim.value.replace(" ", ""):
            cut = min(lacking) + sum(blank < min(lacking) for blank in mine)
            return (whole[:cut].rstrip(_MARKS), whole[cut + 1 :]) if cut <= wording.KICKER_CHARS else None
    return None


def _blanks(line: str) -> set[int]:
    """Return behind how many other letters the blanks of a line stand."""
    return {at - number for number, at in enumerate(n for n, letter in enumerate(line) if letter == " ")}


def _by_text(layout: Layout, whole: str) -> tuple[str | None, str] | None:
    """Part "NiedersachsenTeams für ..." where the text knows what stands before a capital, and not the glued word."""
    cuts = [match.end() for match in _SEAM.finditer(whole[: wording.KICKER_CHARS])]
    if not cuts:
        return None
    said = " ".join(block.text for block in layout.blocks if not block.heading and block.unlinked > _TELLING)
    for cut in reversed(cuts):
        kicker, headline = whole[:cut], whole[cut:]
        last = kicker.split()[-1]
        parts = wording.kicker_parts(kicker)
        if _says(said, last + headline.split()[0]) or not parts or len(kicker) < _SHORTEST or last.isdigit():
            continue
        if all(_says(said, part) for part in parts):
            return kicker, headline
    return None


def _of_a_land(whole: str) -> tuple[str | None, str] | None:
    """Part "Bayern/Bund: Neues Portal", which is from somewhere; any other beginning may be the headline's own."""
    kicker, headline = wording.split_title(whole)
    return (kicker, headline) if kicker and wording.laender(kicker) else None


def _says(said: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", said))


def _ends_kicker(before: str) -> bool:
    """Whether a heading's beginning can be a kicker: glued, marked, or ending in a noun; "Der große " is none."""
    if not before.endswith(" "):
        return True
    last = before.split()[-1]
    return not last[0].islower() and last.casefold() not in ("der", "die", "das", "the", "ein", "eine", "a")


# ---- above the heading ----------------------------------------------------------------------------------------------


def _above(layout: Layout, heading: HtmlElement, headline: str, titles: Titles) -> str | None:
    """Return the short line directly above the heading that a title, its name or its place calls a kicker.

    What says of which kind a page is ("Pressemitteilung", "News story") is none.
    """
    at = nearby.index(layout.blocks, heading)
    above = layout.blocks[at - 1] if at else None
    if above is None or not above.text or above.zone in ("navigation", "foot", "hidden", "date"):
        return None
    kicker = above.text.strip(": ")
    if not _may_be(kicker) or titles.is_site(kicker):
        return None
    line = _line(above, heading)
    names = " ".join(e.get("class") or "" for e in (line, above.element, above.element.getparent()) if e is not None)
    if _is_told(kicker, headline, titles):
        return kicker
    if _TYPES.fullmatch(kicker) or (line.tag == "h1" and titles.says(kicker)):
        return None
    if _NAMES.search(names):
        return None if above.linked and _is_label(layout, above) else kicker
    return kicker if _is_plain(above, line, heading) and not _is_label(layout, above) else None


def _is_told(kicker: str, headline: str, titles: Titles) -> bool:
    """Whether a title of the head says "Kicker: Headline"; a bar parts a section from it as well."""
    parted = (wording.split_title(claim.value) for claim in titles.claims)
    return any(
        told and text.fold(told) == text.fold(kicker) and words(rest) == words(headline) for told, rest in parted
    )


def _line(above: Block, heading: HtmlElement) -> HtmlElement:
    """Return the element that holds the line above a heading; a bare <span> is no block of its own."""
    before = _beside(heading, -1)
    return before if before is not None and html.content(before) == above.text else above.element


def _beside(element: HtmlElement, step: int) -> HtmlElement | None:
    """Return the element before or behind another, line breaks and comments passed over."""
    beside = (e for e in element.itersiblings(preceding=step < 0) if isinstance(e.tag, str) and e.tag != "br")
    return next(beside, None)


def _is_plain(above: Block, line: HtmlElement, heading: HtmlElement) -> bool:
    """Whether a line without a telling name is a kicker by its place: bare words right beside the heading."""
    return (
        above.linked == 0
        and above.zone == ""
        and (line.tag in _LINES or "-" in line.tag)
        and line.getparent() is heading.getparent()
        and _beside(line, 1) is heading
        and not any(mark in above.text for mark in ".!?…|")
        and not any(letter.isdigit() for letter in _YEAR.sub("", above.text))
    )


def _is_label(layout: Layout, line: Block) -> bool:
    """Whether a line says what the menu says: then it names a section of the site, not the article's subject."""
    return text.fold(line.text) in menu(layout)


def menu(layout: Layout) -> frozenset[str]:
    """Return what the links of the page's menus say, folded."""
    blocks = (block for block in layout.blocks if block.zone in ("navigation", "foot") and block.linked)
    return frozenset(
        text.fold(said)
        for block in blocks
        for said in (block.text, *(a.text_content() for a in block.element.iter("a")))
        if len(said) <= wording.KICKER_CHARS
    )


def is_within(element: HtmlElement, ancestor: HtmlElement) -> bool:
    """Whether an element is another, or stands in it."""
    return element is ancestor or any(above is ancestor for above in element.iterancestors())
