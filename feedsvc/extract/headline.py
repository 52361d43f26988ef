"""Blocks and what the head claims in, what heads the article out: the visible headline, its kicker and its element.

The headline is the heading that says what the publisher's own structured data calls the article, else the one a title
of the head confirms; a site's logo, a menu's label and a heading behind the text are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feedsvc import html, text, urls, wording
from feedsvc.extract import kicker
from feedsvc.extract import titles as claimed
from feedsvc.extract.candidate import Claim
from feedsvc.extract.layout import HEADINGS, Block, Layout
from feedsvc.extract.metadata import Metadata
from feedsvc.extract.titles import MAX_CHARS, Titles

_SURE = 0.75  # from this on a heading is confirmed
_HINT = 0.3  # from this on a heading has something to do with a title
_MAX_HEADINGS = 60
_PROSE = 100  # characters of a paragraph
_LATE = 300  # characters of prose behind the first h1, after which a lesser heading is one of the text's own
_FRONT = ("", "/index.html", "/index.htm", "/index.php", "/home", "/start", "/startseite", "/de", "/en")
_PIECES = 12  # of a heading
_INSIDE = 200  # elements of a box among which the one around a line is looked for
_OWN = 0.35  # more than an h1 is before an h2


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What heads the article; `element` is the heading on the page, None if only the head knows the headline.

    `rule` and `kicker_rule` say how each was found; `other_kickers` are those that lost.
    """

    headline: str
    kicker: str | None
    element: HtmlElement | None
    rule: str
    kicker_rule: str = ""
    other_kickers: tuple[Claim, ...] = ()


def candidates(layout: Layout, meta: Metadata) -> Iterator[Headline]:
    """Give what may head the article, best first: the heading a title confirms, then each title the head claims."""
    titles = claimed.read(meta)
    found = _Headings(layout, titles, meta.url).chosen()
    if found is not None:
        heading, rule = found
        parted = kicker.part(layout, heading, titles)
        first, *others = parted.kickers or (None,)
        yield Headline(
            headline=_without_sign(parted.headline, heading),
            kicker=first.value if first else None,
            element=heading,
            rule=rule,
            kicker_rule=first.rule if first else "",
            other_kickers=tuple(other for other in others if other),
        )
    for claim in titles.claims:
        yield Headline(headline=claim.value, kicker=None, element=None, rule=claim.rule)


def _without_sign(headline: str, heading: HtmlElement) -> str:
    """Return a headline without the sign of the link to itself ("¶", "#") that documentations put behind it."""
    own = (a for a in heading.iter("a") if (a.get("href") or "").startswith("#"))
    signs = [said for a in own if (said := text.tidy(a.text_content())) and not any(map(str.isalnum, said))]
    return next((headline.removesuffix(sign).rstrip() for sign in signs if headline.endswith(sign)), headline)


class _Headings:
    """The headings of a page, weighed against the titles of its head."""

    def __init__(self, layout: Layout, titles: Titles, url: str) -> None:
        self._layout = layout
        self._titles = titles
        self._url = url
        self._all = dict(self._read())

    def _read(self) -> Iterator[tuple[HtmlElement, str]]:
        headings = [e for e in self._layout.elements if e.tag in ("h1", "h2", "h3")]
        for element in headings[:_MAX_HEADINGS]:
            said = html.content(element) if self._layout.mass.get(element, 0) <= MAX_CHARS else None
            if said and len(said) <= MAX_CHARS and not self._is_logo(element, said):
                yield element, said

    def _is_logo(self, element: HtmlElement, said: str) -> bool:
        """Whether a heading is the site's sign: all of it links to the front page."""
        target = self._target(element, said)
        return target is not None and self._is_front(target) and not self._is_front(self._url)

    def _target(self, element: HtmlElement, said: str) -> str | None:
        """Return where a heading leads if all of it is one link."""
        for link in (*element.iter("a"), *element.iterancestors("a")):
            if link.get("href") and len(text.tidy(link.text_content()) or "") >= len(said):
                return urls.absolute(self._url, link.get("href"))
        return None

    def _is_front(self, url: str) -> bool:
        parts = urlsplit(url)
        return urls.host(url) == urls.host(self._url) and not parts.query and parts.path.rstrip("/") in _FRONT

    def chosen(self) -> tuple[HtmlElement, str] | None:
        """Return the heading that fits the titles best; else the only h1 that is outside furniture; and why."""
        best = self._confirmed()
        if best is not None:
            by = "the publisher’s own headline" if self._is_own(self._all[best]) else "a title of the head"
            return best, f"the {best.tag} that {by} confirms"
        worded = self._by_words()
        if worded is not None:
            return worded, "the line that says a title of the head word for word"
        first = self._first_h1()
        return (first, "the h1 outside furniture") if first is not None else None

    def _confirmed(self) -> HtmlElement | None:
        """Return the heading that fits best; one that only says what the menu says names a section, and comes last."""
        fits = [(self._fit(element, said), element) for element, said in self._all.items()]
        ranked = sorted((found for found in fits if found[0] >= _SURE), key=lambda found: -found[0])
        clear = [element for _, element in ranked if element.tag == "h1" or element not in self._late]
        return next((element for element in clear if not self._is_section(element)), clear[0] if clear else None)

    def _is_section(self, heading: HtmlElement) -> bool:
        said = self._all[heading]
        return not self._titles.tells(said) and text.fold(said) in kicker.menu(self._layout)

    def _fit(self, heading: HtmlElement, said: str) -> float:
        """How likely a heading is the headline; a piece of the <title> may be one."""
        rank = self._rank(heading, said)
        piece = _SURE + min(rank, 0.0) if self._titles.is_run(said) else 0.0
        alike = max(self._titles.fit(said), self._titles.fit(_spaced(heading)))
        return max(piece, alike + rank + (_OWN if self._is_own(said) else 0.0))

    def _is_own(self, said: str) -> bool:
        """Whether the publisher's own headline is a heading, with or without a kicker on either side."""
        mine = claimed.words(said)
        for own, theirs in self._titles.own.items():
            before = len(said) - len(own)
            if mine == theirs or mine == claimed.words(wording.split_title(own)[1]):
                return True
            if len(theirs) > 2 and before <= wording.KICKER_CHARS and mine[-len(theirs) :] == theirs:
                return True
            if len(theirs) > 2 and mine[: len(theirs)] == theirs:
                return True
        return False

    def _rank(self, heading: HtmlElement, said: str) -> float:
        """An h1 is more likely the headline; one that ends a breadcrumb repeats it, one that leads away announces."""
        items = (above for above in heading.iterancestors() if above.tag in ("li", "nav"))
        if any(self._layout.mass.get(item, 0) < len(said) + _PROSE for item in items):
            return -0.3
        return (0.3 if heading.tag == "h1" else 0.0) - (0.4 if self._leads_away(heading, said) else 0.0)

    def _leads_away(self, heading: HtmlElement, said: str) -> bool:
        target = self._target(heading, said)
        return target is not None and urls.key(target) != urls.key(self._url)

    @cached_property
    def _late(self) -> frozenset[HtmlElement]:
        """Return the headings that are no h1 and come after the beginning of the text under one."""
        late, prose, under = [], 0, False
        for block in self._layout.blocks:
            heading = self._heading_of(block)
            if heading is not None and heading.tag == "h1":
                under = under or not self._leads_away(heading, self._all[heading])
            elif heading is not None and prose > _LATE:
                late.append(heading)
            elif under and block.role == "p" and block.zone == "" and block.unlinked >= _PROSE:
                prose += len(block.text)
        return frozenset(late)

    def _heading_of(self, block: Block) -> HtmlElement | None:
        if block.role not in HEADINGS:
            return None
        return next((e for e in (block.element, *block.element.iterancestors()) if e in self._all), None)

    def _by_words(self) -> HtmlElement | None:
        """Return the element that says a title word for word, on pages whose headline is no heading."""
        wanted = {text.fold(claim.value) for claim in self._titles.claims if len(claim.value) > 15}
        free = (b for b in self._layout.blocks if b.zone in ("", "byline", "date") and b.unlinked)
        short = [b for b in free if len(b.text) <= MAX_CHARS]
        said = [b for b in short if text.fold(b.text) in wanted]
        said += [b for a, b in pairwise(short) if text.fold(a.text + b.text) in wanted]  # with its kicker glued to it
        said += [b for b in short if len(b.text) > 15 and "<b>" in b.markup and self._titles.is_run(b.text)]
        return next((line for block in said if (line := _holding(block)) is not None), None)

    def _first_h1(self) -> HtmlElement | None:
        """Return the h1 a title hints at, else the longest one; those in furniture only if there is no other."""
        places: Mapping[HtmlElement, str] = {
            h1: block.zone for block in self._layout.blocks if (h1 := self._heading_of(block)) is not None
        }
        h1s = [e for e in self._all if e.tag == "h1" and e in places]
        clear = [e for e in h1s if places[e] in ("", "byline", "date")] or h1s
        return max(clear, key=self._hinted, default=None)

    def _hinted(self, heading: HtmlElement) -> tuple[bool, int]:
        said = self._all[heading]
        return self._titles.fit(said) >= _HINT, len(said)


def _spaced(heading: HtmlElement) -> str:
    """Return a heading with blanks between its pieces: those of a kicker and a headline may touch."""
    return text.tidy(" ".join(islice(heading.itertext(), _PIECES))) or ""


def _holding(block: Block) -> HtmlElement | None:
    """Return the element that holds a line and nothing else; lines of old pages stand free between breaks."""
    inside = islice(block.element.iter(), _INSIDE)
    return next((e for e in inside if isinstance(e.tag, str) and html.content(e) == block.text), None)
