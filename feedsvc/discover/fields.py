"""A card's lines in, one lead out: kicker, headline, date, teaser, picture, each told apart by place and wording."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml.html import HtmlElement

from feedsvc import dates, html, text, wording
from feedsvc.discover import lines, links, pictures
from feedsvc.discover.cards import Card
from feedsvc.discover.lines import Line
from feedsvc.model import Lead, Source

_KICKER_MARKS = frozenset(
    "kicker dachzeile topline overline spitzmarke roofline eyebrow pretitle suptitle supertitle overhead ortsmarke"
    " vorspann-kicker preheadline subline".split()
)
_TITLE_MARKS = frozenset("title headline titel heading ueberschrift schlagzeile hl".split())
_TEASER_MARKS = frozenset(
    "teaser teasertext text intro lead excerpt summary description abstract vorspann shorttext kurztext anleser desc"
    " snippet standfirst".split()
)
_DATE_MARKS = frozenset("date datum time datetime published zeit timestamp meta dateline pubdate".split())
_BADGE = re.compile(
    r"(?:[A-Za-z]{1,12}\s?\+|plus|abo|exklusiv|premium|neu|video|podcast|galerie|live|anzeige|audio)", re.I
)
_CONTINUES = re.compile(r"[a-zäöüß,;]")


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a page's leads needs to know besides the page: languages, zone, when it was fetched."""

    tree: html.Tree
    source: Source
    now: datetime | None

    def moment(self, words: str | None) -> dates.Moment | None:
        return dates.parse(words, language=self.source.language, timezone=self.source.timezone, now=self.now)

    def leading(self, words: str) -> tuple[dates.Moment | None, str]:
        return wording.leading_date(words, language=self.source.language, timezone=self.source.timezone, now=self.now)


@dataclass(slots=True)
class Parts:
    """What was recognised in a card so far."""

    kicker: str | None = None
    headline: str | None = None
    teaser: str | None = None
    moment: dates.Moment | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    heading: bool = False
    used: set[int] = field(default_factory=set)


def read(card: Card, context: Context) -> tuple[Lead, Parts]:
    """Return what a card says about its article."""
    found = lines.read(card.nodes)
    parts = Parts()
    own = {link.element for link in card.links}
    _dates(found, parts, context)
    _title(found, parts, own)
    _teaser(found, parts, own, context)
    _labels(found, parts, own)
    return _lead(card, parts, context), parts


def _lead(card: Card, parts: Parts, context: Context) -> Lead:
    kicker, headline = parts.kicker, parts.headline
    if headline and not kicker:
        kicker, headline = wording.split_title(headline)
    return Lead(
        url=card.links[0].url,
        title=wording.join_title(kicker, headline) if headline else None,
        kicker=kicker,
        headline=headline,
        teaser=parts.teaser,
        published=parts.moment.at if parts.moment else None,
        published_precision=parts.moment.precision if parts.moment else None,
        image=pictures.first(card.nodes, context.tree.url),
        authors=parts.authors,
        categories=parts.categories,
    )


# ---- dates ----------------------------------------------------------------------------------------------------------

_DIGIT = re.compile(r"\d")
_DATE_CHARS = 60
_RELATIVE = re.compile(r"(?:vor|heute|gestern|vorgestern|today|yesterday)\b", re.IGNORECASE)


def _dates(found: Sequence[Line], parts: Parts, context: Context) -> None:
    """Find the card's date: <time>, else a line that is a date and little else."""
    for number, line in enumerate(found):
        if line.time and (moment := context.moment(line.time)):
            parts.moment = moment
            if len(line.words) <= 25 or context.moment(line.words):
                parts.used.add(number)
            return
    for number, line in enumerate(found):
        if line.heading is None and _could_be_date(line.words) and (moment := context.moment(line.words)):
            parts.moment = moment
            parts.used.add(number)
            return


def _could_be_date(words: str) -> bool:
    return len(words) <= _DATE_CHARS and bool(_DIGIT.search(words) or _RELATIVE.match(words))


# ---- kicker and headline --------------------------------------------------------------------------------------------


def _title(found: Sequence[Line], parts: Parts, own: Collection[HtmlElement]) -> None:
    spot = _heading_lines(found, own, parts) or _marked_lines(found, own, parts) or _linked_lines(found, own, parts)
    if not spot:
        return
    first = spot[0]
    words = [found[number].words for number in spot]
    kicker = None
    if len(spot) > 1 and _is_kicker(found[first]):
        kicker, words = words[0], words[1:]
    parts.used.update(spot)
    parts.headline = text.tidy(" ".join(words))
    parts.kicker = _bare_kicker(kicker) or _kicker_before(found, first, parts, own)
    parts.heading = found[first].heading is not None


def _bare_kicker(kicker: str | None) -> str | None:
    return (kicker or "").strip(" :|–-") or None


def _is_kicker(line: Line) -> bool:
    return len(line.words) <= wording.KICKER_CHARS and not line.words.endswith((".", "!", "?"))


def _free(found: Sequence[Line], parts: Parts) -> list[int]:
    return [
        number
        for number, line in enumerate(found)
        if number not in parts.used and not line.caption and not links.is_more(line.words) and not _badge(line.words)
    ]


def _badge(words: str) -> bool:
    return bool(_BADGE.fullmatch(words))


def _heading_lines(found: Sequence[Line], own: Collection[HtmlElement], parts: Parts) -> list[int]:
    """Return the lines of the heading that is the headline."""
    by_heading: dict[HtmlElement, list[int]] = {}
    for number in _free(found, parts):
        heading = found[number].heading
        if heading is not None:
            by_heading.setdefault(heading, []).append(number)
    groups = list(by_heading.values())
    linked = [group for group in groups if any(found[number].link in own for number in group)]
    groups = linked or groups
    if not groups:
        return []
    for index, group in enumerate(groups):
        words = sum(len(found[number].words) for number in group)
        following = groups[index + 1] if index + 1 < len(groups) else None
        if following is None or words > 30 or words >= sum(len(found[number].words) for number in following):
            return group
        if _rank(found[following[0]]) > _rank(found[group[0]]) and words > 18:
            return group
    return groups[-1]


def _rank(line: Line) -> str:
    return str(line.heading.tag) if line.heading is not None else ""


def _marked_lines(found: Sequence[Line], own: Collection[HtmlElement], parts: Parts) -> list[int]:
    marked = [n for n in _free(found, parts) if found[n].marks & _TITLE_MARKS and not found[n].marks & _KICKER_MARKS]
    return marked[:1] if marked and len(marked) <= 3 else []


def _linked_lines(found: Sequence[Line], own: Collection[HtmlElement], parts: Parts) -> list[int]:
    """Return the line of the link's own words: bold, else the first that could be a headline."""
    free = _free(found, parts)
    linked = [number for number in free if found[number].link in own] or free
    bold = [number for number in linked if found[number].bold and found[number].words.count(" ")]
    candidates = bold or linked
    for number in candidates:
        if found[number].words.count(" ") >= 2 or len(found[number].words) >= 20:
            return [number]
    return candidates[-1:]


def _kicker_before(found: Sequence[Line], first: int, parts: Parts, own: Collection[HtmlElement]) -> str | None:
    for number in range(first - 1, -1, -1):
        line = found[number]
        if number in parts.used or line.caption or links.is_more(line.words) or _badge(line.words):
            continue
        if line.link is not None and line.link not in own:
            return None
        if _is_kicker(line) and len(line.words) < 50:
            parts.used.add(number)
            return _bare_kicker(line.words)
        return None
    return None


# ---- teaser, labels, picture ----------------------------------------------------------------------------------------


def _teaser(found: Sequence[Line], parts: Parts, own: Collection[HtmlElement], context: Context) -> None:
    best, score = -1, 0.0
    for number in _free(found, parts):
        line = found[number]
        worth = len(line.words) + (60 if line.marks & _TEASER_MARKS else 0) - (80 if _foreign(line, own) else 0)
        if (len(line.words) >= 30 or (len(line.words) >= 15 and line.words[-1] in ".!?")) and worth > score:
            if score and worth < score * 2:
                continue
            best, score = number, worth
    if best < 0:
        return
    words = _joined(found, best, parts)
    moment, rest = context.leading(words)
    if moment and parts.moment is None:
        parts.moment = moment
    parts.teaser = text.without_more(rest if moment else words)


def _foreign(line: Line, own: Collection[HtmlElement]) -> bool:
    return line.link is not None and line.link not in own


def _joined(found: Sequence[Line], best: int, parts: Parts) -> str:
    """Return the line with the lines of the same paragraph that follow it."""
    parts.used.add(best)
    words = [found[best].words]
    for number in range(best + 1, len(found)):
        line = found[number]
        if line.block is not found[best].block or number in parts.used or line.caption or line.heading is not None:
            break
        if line.link is not None and links.is_more(line.words):
            break
        if len(line.words) < 30 and line.link is not None:
            break
        parts.used.add(number)
        words.append(line.words)
    return " ".join(words)


def _labels(found: Sequence[Line], parts: Parts, own: Collection[HtmlElement]) -> None:
    """Find bylines and labels among the lines that are left."""
    categories = []
    for number in _free(found, parts):
        line = found[number]
        if not parts.authors and (authors := wording.byline(line.words)):
            parts.authors = authors
        elif _foreign(line, own) and len(line.words) <= 40 and line.marks & _LABEL_MARKS:
            categories.append(line.words)
    parts.categories = tuple(dict.fromkeys(categories))


_LABEL_MARKS = frozenset("category categories kategorie rubrik cat tag tags ressort label section".split())
