"""Blocks and what the head claims in, the visible headline with its kicker out.

The headline is the h1 that a title of the head confirms, without the site's name; the kicker is what stands before it
inside or directly above the heading (traps T1, T2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.extract.candidate import Candidate, Claim
from feedsvc.extract.layout import Layout
from feedsvc.extract.metadata import Metadata

_SEPARATOR = re.compile(r"\s+(?:[-–—|»«>•·:]|::|\|\|)\s+|\s*[|»]\s*")
_WORDS = re.compile(r"\w+")
_KICKER_NAMES = re.compile(
    r"kicker|dachzeile|overline|spitzmarke|oberzeile|roofline|eyebrow|topline|preheadline|pretitle|supertitle|"
    r"vorzeile|subhead-top|headline__?top",
    re.IGNORECASE,
)
MAX_HEADLINE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What heads the article; `element` is the heading on the page, None if only the head knows the headline.

    `rule` and `kicker_rule` say how each was found.
    """

    headline: str
    kicker: str | None
    element: HtmlElement | None
    rule: str
    kicker_rule: str = ""


def candidates(layout: Layout, meta: Metadata) -> Iterator[Headline]:
    """Give what may head the article, best first: the heading a title confirms, then each title the head claims."""
    claims = claimed(meta)
    titles = tuple(claim.value for claim in claims)
    found = _confirmed(layout, titles)
    if found is not None:
        heading, rule = found
        parts = _parts(heading)
        kicker, headline = _kicker_inside(heading, parts, titles)
        above = None if kicker else _kicker_above(layout, heading)
        by = f"inside the {heading.tag}" if kicker else "the line above the headline" if above else ""
        yield Headline(headline=headline, kicker=kicker or above, element=heading, rule=rule, kicker_rule=by)
    for claim in claims:
        yield Headline(headline=claim.value, kicker=None, element=None, rule=claim.rule)


def claimed(meta: Metadata) -> tuple[Claim, ...]:
    """Return the titles the head claims, each also without the site's name, best first."""
    sites = {text.fold(name).lstrip("@") for name in meta.site_names}
    own = (Candidate(value=meta.page_title, rule="<title>"),) if meta.page_title else ()
    unique: dict[str, Claim] = {}
    for claim in (*meta.titles, *own):
        for bare in _without_site(claim.value, sites, meta):
            rule = claim.rule if bare == claim.value else f"{claim.rule} without the site's name"
            unique.setdefault(bare, Candidate(value=bare, rule=rule))
    return tuple(unique.values())


def _without_site(title: str, sites: set[str], meta: Metadata) -> Iterator[str]:
    parts = _SEPARATOR.split(title) if len(title) <= MAX_HEADLINE else []
    if len(parts) > 1:
        for end in range(len(parts) - 1, 0, -1):
            tail = text.fold(parts[end])
            if not (tail in sites or any(tail in site or site in tail for site in sites) or title == meta.page_title):
                break
            yield title[: _offset(title, parts, end)]
    yield title


def _offset(title: str, parts: Sequence[str], end: int) -> int:
    """Return where the separator before part `end` begins."""
    at = 0
    starts = [0]
    for match in _SEPARATOR.finditer(title):
        at = match.start()
        starts.append(at)
    return starts[end] if end < len(starts) else len(title)


def _confirmed(layout: Layout, claims: Sequence[str]) -> tuple[HtmlElement, str] | None:
    """Return the heading that fits a claimed title best; else the only h1 that is outside furniture; and why."""
    headings = [e for e in layout.elements if e.tag in ("h1", "h2", "h3")]
    best, best_fit = None, 0.0
    for element in headings[:60]:
        said = html.content(element) if layout.mass.get(element, 0) <= MAX_HEADLINE else None
        if not said or len(said) > MAX_HEADLINE:
            continue
        fit = max((_fit(said, claim) for claim in claims), default=0.0) + _rank(element)
        if fit > best_fit:
            best, best_fit = element, fit
    if best is not None and best_fit >= 0.75:
        return best, f"the {best.tag} that a title of the head confirms"
    worded = _by_words(layout, claims)
    if worded is not None:
        return worded, "the line that says a title of the head word for word"
    first = _first_h1(layout)
    return (first, "the h1 outside furniture") if first is not None else None


def _rank(heading: HtmlElement) -> float:
    """An h1 is more likely the headline; one that ends a breadcrumb repeats it."""
    if any(above.tag in ("li", "nav") for above in heading.iterancestors()):
        return -0.3
    return 0.3 if heading.tag == "h1" else 0.0


def _by_words(layout: Layout, claims: Sequence[str]) -> HtmlElement | None:
    """Return the element of a line that says a claimed title word for word, on pages whose headline is no heading."""
    wanted = {text.fold(claim) for claim in claims if len(claim) > 15}
    lines = (b for b in layout.blocks if b.zone in ("", "byline", "date") and len(b.text) <= MAX_HEADLINE)
    return next((b.element for b in lines if b.role != "figure" and text.fold(b.text) in wanted), None)


def _fit(said: str, claim: str) -> float:
    """How much two titles have in common: 1 for the same words, less for one inside the other."""
    mine, theirs = _WORDS.findall(text.fold(said)), _WORDS.findall(text.fold(claim))
    if not mine or not theirs:
        return 0.0
    common = len(set(mine) & set(theirs))
    return 2 * common / (len(set(mine)) + len(set(theirs)))


def _first_h1(layout: Layout) -> HtmlElement | None:
    blocks = [block for block in layout.blocks if block.role == "h1" and block.text and len(block.text) <= MAX_HEADLINE]
    clear = [block for block in blocks if block.zone in ("", "byline", "date")] or blocks
    chosen = max(clear, key=lambda block: len(block.text), default=None)
    return (
        next((e for e in (chosen.element, *chosen.element.iterancestors()) if e.tag == "h1"), None) if chosen else None
    )


def _parts(heading: HtmlElement) -> list[tuple[str, str]]:
    """Return the heading's pieces as (names, text): its text nodes and children, blanks left out."""
    pieces: list[tuple[str, str]] = []
    _collect(heading, "", pieces)
    return pieces


def _collect(element: HtmlElement, names: str, pieces: list[tuple[str, str]]) -> None:
    own = f"{names} {element.get('class') or ''}".strip()
    if said := text.tidy(element.text):
        pieces.append((own, said))
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("script", "style", "svg", "template", "noscript"):
            _collect(child, own, pieces)
        if said := text.tidy(child.tail):
            pieces.append((own, said))


def _kicker_inside(
    heading: HtmlElement, parts: Sequence[tuple[str, str]], claims: Sequence[str]
) -> tuple[str | None, str]:
    """Part a heading of several pieces into kicker and headline: by a claimed title, else by the pieces' names."""
    whole = html.content(heading) or ""
    folded = {text.fold(claim) for claim in claims}
    if len(parts) > 1:
        for cut in range(1, len(parts)):
            rest = _joined(parts[cut:]).lstrip(": |–-")
            kicker = _joined(parts[:cut]).rstrip(": |–-")
            if kicker and len(kicker) <= wording.KICKER_CHARS and text.fold(rest) in folded:
                return kicker, rest
        named = [bool(_KICKER_NAMES.search(names)) for names, _ in parts]
        cut = next((at for at, is_kicker in enumerate(named) if not is_kicker), len(parts))
        if 0 < cut < len(parts):
            return _joined(parts[:cut]).rstrip(": |–-"), _joined(parts[cut:]).lstrip(": |–-")
        colon = next((at for at, (_, said) in enumerate(parts) if said == ":"), 0)
        if 0 < colon < len(parts) - 1:
            return _joined(parts[:colon]), _joined(parts[colon + 1 :])
        if text.fold(whole) not in folded and len(parts) == 2 and _in_pieces(heading, parts[0][1]):
            return parts[0][1].rstrip(": "), parts[1][1]
    return _kicker_glued(whole, claims)


def _joined(parts: Sequence[tuple[str, str]]) -> str:
    return text.tidy(" ".join(said for _, said in parts)) or ""


def _in_pieces(heading: HtmlElement, first: str) -> bool:
    """Whether a heading's two pieces are lines of their own: touching without a blank, or each in an element."""
    if len(first) > wording.KICKER_CHARS or first.endswith((",", "-", "–")):
        return False
    raw = "".join(heading.itertext())
    touching = bool(re.search(r"[a-zäöüß0-9)?!][A-ZÄÖÜ„»0-9]", raw)) or any(True for _ in heading.iter("br"))
    bare = not (heading.text or "").strip() and not any((child.tail or "").strip() for child in heading)
    return touching or (bare and len([c for c in heading if isinstance(c.tag, str)]) == 2)


def _kicker_glued(whole: str, claims: Sequence[str]) -> tuple[str | None, str]:
    """Part "NiedersachsenTeams für ..." where a claimed title is its end (trap T1)."""
    folded = text.fold(whole)
    for claim in claims:
        rest = text.fold(claim)
        if len(rest) > 10 and folded.endswith(rest) and 1 < len(folded) - len(rest) <= wording.KICKER_CHARS:
            cut = len(whole) - len(claim)
            if cut > 0 and text.fold(whole[cut:]) == rest:
                return whole[:cut].rstrip(": |–-") or None, whole[cut:]
    return None, whole


def _kicker_above(layout: Layout, heading: HtmlElement) -> str | None:
    """Return the short line directly above the heading that is named a kicker, or stands alone in its header."""
    at = next((n for n, block in enumerate(layout.blocks) if _within(block.element, heading)), None)
    if not at:
        return None
    above = layout.blocks[at - 1]
    if (
        not above.text
        or len(above.text) > wording.KICKER_CHARS
        or above.zone in ("navigation", "foot", "hidden", "date")
    ):
        return None
    names = " ".join(e.get("class") or "" for e in (above.element, above.element.getparent()) if e is not None)
    if _KICKER_NAMES.search(names):
        return above.text.rstrip(": ")
    plain = above.linked == 0 and above.element.tag in ("p", "div", "h2", "h3", "h4") and above.zone == ""
    beside = above.element.getparent() is heading.getparent() and above.element.getnext() is heading
    return (
        above.text.rstrip(": ")
        if plain and beside and not any(c in above.text for c in ".!?…|") and not any(c.isdigit() for c in above.text)
        else None
    )


def _within(element: HtmlElement, ancestor: HtmlElement) -> bool:
    return element is ancestor or any(above is ancestor for above in element.iterancestors())
