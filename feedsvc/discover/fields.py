"""A card's lines in, one lead out: kicker, headline, date, teaser, picture, each told apart by place and wording.

What is a headline in most cards of a list is one in all of them: cards built alike vote on where it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lxml.html import HtmlElement

from feedsvc import dates, text, wording
from feedsvc.discover import carddates, lines, pictures
from feedsvc.discover.cards import Card
from feedsvc.discover.context import Context as Context
from feedsvc.discover.lines import Line
from feedsvc.model import Lead

_KICKER_MARKS = frozenset(
    "kicker dachzeile topline overline spitzmarke roofline eyebrow pretitle suptitle supertitle overhead ortsmarke"
    " preheadline".split()
)
_TITLE_MARKS = frozenset("title headline titel heading ueberschrift schlagzeile hl".split())
_TEASER_MARKS = frozenset(
    "teasertext text intro lead excerpt summary description abstract vorspann shorttext kurztext anleser desc snippet"
    " standfirst".split()
)
_LABEL_MARKS = frozenset("category categories kategorie rubrik cat tag tags ressort label section".split())
_ADVERT = re.compile(
    r"\W*(?:anzeige|werbung|advertorial|sponsored(?: post| content)?|gesponsert|promotion|partnerinhalt|"
    r"in kooperation mit .{2,40}|ad|advertisement)\W*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:nr|no|num|nummer|ausgabe|az)\.?:?\s*[\w/.-]*\d[\w/.-]*", re.IGNORECASE)
_BADGE = re.compile(
    r"(?:[A-Za-z]{1,12}\s?\+|plus|abo|exklusiv|premium|neu|video|podcast|galerie|live|anzeige|audio|"
    r"top-?\s?(?:thema|meldung|news|story)|aufmacher|angepinnt|sticky|pinned|breaking(?: news)?|"
    r"featured|eil(?:meldung)?|\W*\d{1,5}\W*)",
    re.I,
)
# What kind of text an item is, printed where kickers stand.
_FORMS = re.compile(
    r"(?:presse|kurz|eil)?(?:mitteilung|meldung|nachricht|information)(?:en)?|artikel|beitrag|bericht|news|aktuelles|"
    r"pressemitteilung\s+nr\.?\s*[\d/]+|press release|article|blog(?:post)?|meldungen",
    re.IGNORECASE,
)
_HEADING_WORTH = {"h1": 4.0, "h2": 4.0, "h3": 4.0, "h4": 3.5, "h5": 2.0, "h6": 2.0}
_SMALL = frozenset(("h5", "h6"))
_REPEATED_CHARS = 15
_NAME_CHARS = 60
_END_CHARS = 20
_PARAGRAPH = 45  # characters from which a line begins a text
_EMPTY_BRACKETS = re.compile(r"\s*[\[(]\s*[\])]?\s*$|\s*(?:…|\.\.\.)?\s*[»→>|]\s*$")


@dataclass(slots=True)
class Spot:
    """Lines that could be the headline together: those of one heading, or one line."""

    numbers: list[int]
    place: str
    worth: float


@dataclass(slots=True)
class Draft:
    """What was recognised in a card so far; `used` are the lines that are spoken for."""

    card: Card
    lines: list[Line]
    own: frozenset[HtmlElement]
    moment: dates.Moment | None = None
    kicker: str | None = None
    headline: str | None = None
    heading: bool = False
    advert: bool = False  # what stands before its headline says so
    place: str | None = None
    used: set[int] = field(default_factory=set)
    spots: list[Spot] = field(default_factory=list)


def draft(card: Card, context: Context) -> Draft:
    """Return a card's lines with its date and, as far as the card alone tells, its headline."""
    known = {link.element: link.more for link in card.links}
    found = Draft(card, lines.read(card.nodes, known), frozenset(known))
    found.moment = carddates.find(found.lines, found.used, context)
    found.spots = _spots(found)
    spot = max(found.spots, key=lambda spot: spot.worth, default=None)
    found.place = spot.place if spot else None
    return found


def settle(drafts: Sequence[Draft]) -> None:
    """Let cards that are built alike agree on where the headline stands."""
    votes = Counter(one.place for one in drafts if one.place)
    if len(drafts) < 3 or not votes:
        return
    usual, times = votes.most_common(1)[0]
    for one in drafts:
        if one.place != usual and times * 2 > len(drafts) and any(spot.place == usual for spot in one.spots):
            one.place = usual


def lead(found: Draft, context: Context) -> Lead:
    """Return what a card says about its article."""
    _take_title(found)
    _pass_over_repeated(found)
    teaser = _teaser(found, context)
    authors, categories = _labels(found)
    authors = authors or _signed(found.card)
    kicker, headline = found.kicker, found.headline
    if kicker and _FORMS.fullmatch(kicker):
        categories, kicker = (kicker, *categories), None
    if headline and not kicker:
        kicker, headline = wording.split_title(headline)
    return Lead(
        url=found.card.links[0].url,
        title=wording.join_title(kicker, headline) if headline else None,
        kicker=kicker,
        headline=headline,
        teaser=teaser,
        published=found.moment.at if found.moment else None,
        published_precision=found.moment.precision if found.moment else None,
        image=pictures.first(found.card.nodes, context.tree.url),
        authors=authors,
        categories=categories,
    )


# ---- kicker and headline ---------------------------------------------------------------------------------------------


def _spots(found: Draft) -> list[Spot]:
    spots: list[Spot] = []
    heading = None
    paths: Counter[str] = Counter()
    for number, line in enumerate(found.lines):
        if number in found.used or line.caption or _BADGE.fullmatch(line.words):
            continue
        if line.heading is not None and line.heading is heading:
            spots[-1].numbers.append(number)
            continue
        heading = line.heading
        path = _heading_path(line) if heading is not None else line.path
        spots.append(Spot([number], f"{path}#{paths[path]}", 0.0))
        paths[path] += 1
    whole = _whole_link(found)
    for spot in spots:
        spot.worth = _worth(spot, found, whole)
    _prefer_second(spots, found)
    return spots


def _heading_path(line: Line) -> str:
    tag = f"/{line.heading.tag}." if line.heading is not None else ""
    before, _, _ = line.path.partition(tag)
    return before + tag


def _whole_link(found: Draft) -> HtmlElement | None:
    """Return the link that encloses the whole card, if one does: to stand in it says nothing about a line."""
    anchors = {line.link for line in found.lines}
    return anchors.pop() if len(anchors) == 1 and len(found.lines) > 1 else None


def _worth(spot: Spot, found: Draft, whole: HtmlElement | None) -> float:
    told = [found.lines[number] for number in spot.numbers]
    size = sum(len(line.words) for line in told)
    first = told[0]
    worth = _HEADING_WORTH[first.heading.tag] if first.heading is not None else 0.0
    own = [line for line in told if line.link in found.own and line.link is not whole]
    worth += 3.0 if own else 0.0
    worth -= 3.0 if first.link is not None and first.link not in found.own else 0.0
    marks = first.marks | told[-1].marks
    worth += 2.0 if marks & _TITLE_MARKS else 0.0
    worth -= 3.0 if first.marks & _KICKER_MARKS and len(told) == 1 else 0.0
    worth += 1.5 if all(line.bold for line in told) else 0.0
    worth += 1.0 if sum(line.words.count(" ") + 1 for line in told) >= 3 else 0.0
    worth -= 3.0 if size > 150 else 0.0
    worth -= 3.0 if size > 250 else 0.0
    return worth - (4.0 if len(told) == 1 and first.heading is None and size < 80 and _byline(first.words) else 0.0)


def _prefer_second(spots: Sequence[Spot], found: Draft) -> None:
    """Of two neighbours that could both be the headline, a shorter first one is its kicker."""
    for one, other in pairwise(spots):
        before, after = found.lines[one.numbers[0]], found.lines[other.numbers[0]]
        ahead = 2.5 if before.heading is not None and before.heading.tag in _SMALL else 0.6
        equal = len(one.numbers) == 1 and -0.6 < one.worth - other.worth < ahead
        short = _is_kicker(before) and len(before.words) < len(after.words) <= 150
        if equal and short and not after.words.endswith("."):
            other.worth = one.worth + 0.5


def _take_title(found: Draft) -> None:
    spot = next((spot for spot in found.spots if spot.place == found.place), None)
    if spot is None:
        return
    first = found.lines[spot.numbers[0]]
    if len(spot.numbers) > 1 and _byline(found.lines[spot.numbers[-1]].words):
        spot.numbers.pop()  # it stands in the heading, and is none
    words = [found.lines[number].words for number in spot.numbers]
    kicker = None
    if len(words) > 1 and _is_kicker(first) and not words[1][:1].islower():
        kicker, words = _bare(words[0]), words[1:]
    found.advert = any(_ADVERT.fullmatch(line.words) for line in found.lines[: spot.numbers[0] + 1])
    found.used.update(spot.numbers)
    found.headline = text.tidy(" ".join(words))
    found.heading = first.heading is not None
    found.kicker = kicker or _kicker_before(found, spot.numbers[0])


def _pass_over_repeated(found: Draft) -> None:
    """Take no line that says the headline again for more; one that tells all of a cut headline is the headline."""
    headline = found.headline or ""
    begun = headline.rstrip(" .…")
    if len(begun) < _REPEATED_CHARS:
        return
    for number in _free(found):
        words = found.lines[number].words
        if words == headline or (headline != begun and words.startswith(begun)):
            found.used.add(number)
            found.headline = max(found.headline or "", words, key=len) if headline.endswith("…") else headline


def _byline(words: str) -> tuple[str, ...]:
    return _short_byline(words) if len(words) <= wording.BYLINE_CHARS else ()


@lru_cache(maxsize=4096)
def _short_byline(words: str) -> tuple[str, ...]:
    return wording.byline(words)


def _bare(kicker: str) -> str | None:
    return kicker.strip(" :|–-") or None


def _is_kicker(line: Line) -> bool:
    words = line.words
    return len(words) <= wording.KICKER_CHARS and not words.endswith((".", "!", "?")) and _is_said(words)


def _is_said(words: str) -> bool:
    """Whether a line has letters and is no time: "45/2025" and "17:05 Uhr" are no kickers, "D21" is one."""
    short = words[:1].isupper() and words.isalnum() and len(words) > 1
    return (sum(map(str.isalpha, words)) > 1 or short) and not (
        carddates.TIME.fullmatch(words) or _NUMBERED.fullmatch(words)
    )


def _kicker_before(found: Draft, first: int) -> str | None:
    """Return the short line before the headline, unless it leads elsewhere: then it is a label."""
    for number in range(first - 1, -1, -1):
        line = found.lines[number]
        if number in found.used or line.caption or _BADGE.fullmatch(line.words):
            continue
        if line.link is not None and line.link not in found.own:
            return None
        if line.heading is not None and _rank(line) < _rank(found.lines[first]):
            return None  # the heading of the section
        if _is_kicker(line) and not _byline(line.words):
            found.used.add(number)
            return _bare(line.words)
        return None
    return None


def _rank(line: Line) -> str:
    return str(line.heading.tag) if line.heading is not None else ""


# ---- teaser and labels -----------------------------------------------------------------------------------------------


def _free(found: Draft) -> list[int]:
    return [
        number
        for number, line in enumerate(found.lines)
        if number not in found.used and not line.caption and not _BADGE.fullmatch(line.words)
    ]


def _teaser(found: Draft, context: Context) -> str | None:
    """Return the card's longest text, without the date it begins with and without "mehr..."."""
    best, score = -1, 0.0
    for number in _free(found):
        line = found.lines[number]
        worth = len(line.words) + (60 if line.marks & _TEASER_MARKS else 0) - (80 if _foreign(line, found.own) else 0)
        if (len(line.words) >= 30 or (len(line.words) >= 15 and line.words[-1] in ".!?")) and worth > score:
            if score and (worth < score * 2 or _follows(found.lines[best], line)):
                continue
            best, score = number, worth
    if best < 0:
        return None
    words = _joined(found, best)
    moment, rest = context.leading(words)
    if moment and found.moment is None:
        found.moment = moment
    return text.without_more(_without_brackets(rest if moment else words))


def _without_brackets(words: str) -> str:
    """Return a text without what is left at its end where a link stood: "[ ]", "»"."""
    end = words[-_END_CHARS:]
    return words[: len(words) - len(end)] + _EMPTY_BRACKETS.sub("", end)


def _follows(first: Line, line: Line) -> bool:
    """Whether a line is a further paragraph of the text that another one begins."""
    return first.path == line.path and len(first.words) >= _PARAGRAPH


def _foreign(line: Line, own: Collection[HtmlElement]) -> bool:
    return line.link is not None and line.link not in own


def _joined(found: Draft, best: int) -> str:
    """Return the line with the lines of the same paragraph that follow it."""
    found.used.add(best)
    words = [found.lines[best].words]
    for number in range(best + 1, len(found.lines)):
        line = found.lines[number]
        if line.block is not found.lines[best].block or number in found.used or line.caption or line.link is not None:
            break
        found.used.add(number)
        words.append(line.words)
    return " ".join(words)


def _signed(card: Card) -> tuple[str, ...]:
    """Return the names that links to an author's page have (rel=author)."""
    told = (link for node in card.nodes for link in node.iter("a") if "author" in (link.get("rel") or ""))
    names = (text.tidy(link.text_content()) for link in told)
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= _NAME_CHARS))


def _labels(found: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return bylines and labels among the lines that are left."""
    authors: tuple[str, ...] = ()
    categories = []
    for number in _free(found):
        line = found.lines[number]
        if not authors and len(line.words) < 120 and (names := _byline(line.words)):
            authors = names
        elif _foreign(line, found.own) and len(line.words) <= 40 and line.marks & _LABEL_MARKS:
            categories.append(line.words)
    return authors, tuple(dict.fromkeys(categories))
