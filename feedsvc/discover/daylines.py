"""Cards without a whole date in, their dates out: put together from a time, a day without year, and what stands above.

Tickers print the day once, over the items of that day, and archives the month or year; a calendar leaf sets day, month
and year apart. The nearest line above a card that is a day and nothing else is the day of its items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

from lxml.html import HtmlElement

from feedsvc import dates
from feedsvc.discover.carddates import TIME
from feedsvc.discover.context import Context
from feedsvc.discover.fields import Draft
from feedsvc.discover.links import HEADINGS

_DAY_CHARS = 45
_LEAF_CHARS = 12  # of one line of a calendar leaf
_LEAF_LINES = 3
_TOP = frozenset(("body", "html", "head"))
_SETTING = HEADINGS | {"th", "dt", "caption", "summary", "legend"}
_MONTH = (
    r"(?:jan(?:uar|uary|\.)?|jänner|feb(?:ruar|ruary|\.)?|mär(?:z|\.)?|mrz\.?|mar(?:ch|\.)?|apr(?:il|\.)?|ma[iy]|jun[ie]?\.?|"
    r"jul[iy]?\.?|aug(?:ust|\.)?|sep(?:t?ember|t?\.|t)?|o[kc]t(?:ober|\.)?|nov(?:ember|\.)?|de[zc](?:ember|\.)?)"
)
_WEEKDAY = (
    r"(?:(?:heute|gestern|today|yesterday)[,:]?\s*)?"
    r"(?:(?:mo(?:ntag)?|di(?:enstag)?|mi(?:ttwoch)?|do(?:nnerstag)?|fr(?:eitag)?|sa(?:mstag)?|so(?:nntag|nnabend)?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b\.?,?\s*)?(?:de[nr]\s+|vom\s+)?"
)
_WHOLE = re.compile(
    rf"{_WEEKDAY}(?:\d{{1,2}}\.\s?\d{{1,2}}\.\s?(?:\d{{4}}|\d\d)|\d{{1,2}}\.?\s*{_MONTH}\s+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|"
    rf"\d{{4}}-\d\d-\d\d)|heute|gestern|vorgestern|today|yesterday",
    re.IGNORECASE,
)
_PARTIAL = re.compile(rf"{_WEEKDAY}(\d{{1,2}}\.\s?(?:\d{{1,2}}\.|\s*{_MONTH}))", re.IGNORECASE)
_YEAR = re.compile(rf"(?:.{{0,20}}\b)?(?:{_MONTH}\s+)?((?:19|20)\d\d)", re.IGNORECASE)
_YEAR_OF_ADDRESS = re.compile(r"/((?:19|20)\d\d)(?=[/.-]|$)")
_AHEAD = timedelta(days=2)  # a day without year may lie so far in the future


def complete(drafts: Sequence[Draft], context: Context) -> None:
    """Give the drafts without date the one that a reader puts together."""
    bare = [one for one in drafts if one.moment is None]
    if not bare:
        return
    above = _Above()
    days = {one.card.key: above.of(one.card.nodes[0]) for one in bare}
    several = len({words for words, set_apart in days.values() if words and set_apart}) > 1
    for one in bare:
        words, set_apart = days[one.card.key]
        day = words if words and (set_apart or not several) else None
        _read(one, day, several and set_apart, above, context)


def _read(one: Draft, day: str | None, usual: bool, above: _Above, context: Context) -> None:
    if _leaf(one, context):
        return
    for number, line in enumerate(one.lines):
        if number in one.used or line.heading is not None or len(line.words) > _DAY_CHARS:
            continue
        if day and TIME.fullmatch(line.words) and (at := _day(day, one, above, context, line.words)):
            one.moment = at
            one.used.add(number)
            return
        if (partial := _PARTIAL.match(line.words)) and _is_all(line.words, partial):
            one.moment = _day(line.words, one, above, context, "")
            one.used.add(number)
            return
    if usual and day:
        one.moment = _day(day, one, above, context, "")


def _is_all(words: str, partial: re.Match[str]) -> bool:
    """Whether nothing stands beside a day but marks: "26.03.:", "25. März –"."""
    return not words[partial.end() :].strip(" :|–-,•·")


def _leaf(one: Draft, context: Context) -> bool:
    """Read short lines one below the other that are a date together."""
    for number in range(len(one.lines) - 1):
        row = list(islice(one.lines, number, number + _LEAF_LINES))
        taken = [
            place for place, line in enumerate(row, number) if len(line.words) <= _LEAF_CHARS and line.heading is None
        ]
        for size in (3, 2):
            if taken[:size] == list(range(number, number + size)) and not one.used.intersection(taken[:size]):
                words = " ".join(line.words for line in row[:size])
                if _WHOLE.fullmatch(words) and (moment := context.moment(words)):
                    one.moment = moment
                    one.used.update(taken[:size])
                    return True
    return False


def _day(words: str, one: Draft, above: _Above, context: Context, time: str) -> dates.Moment | None:
    """Return a day as a date, with a time; one without year is of the year that is told above, or of the last year."""
    if _WHOLE.fullmatch(words):
        return context.moment(f"{words} {time}".rstrip())
    partial = _PARTIAL.match(words)
    if partial is None:
        return None
    told = above.year(one.card.nodes[0]) or _year_of_address(context.tree.url)
    for year in [told] if told else _recent(context):
        moment = context.moment(f"{partial[1]} {year} {time}".rstrip())
        if moment and (told or context.now is None or moment.at <= context.now + _AHEAD):
            return moment
    return None


def _recent(context: Context) -> list[str]:
    return [str(context.now.year), str(context.now.year - 1)] if context.now else []


def _year_of_address(url: str) -> str | None:
    match = _YEAR_OF_ADDRESS.search(url)
    return match[1] if match else None


class _Above:
    """What stands above an element, worked out once for every element: the nearest day, and the nearest year."""

    def __init__(self) -> None:
        self._days: dict[HtmlElement, tuple[str | None, bool]] = {}
        self._said: dict[HtmlElement, str] = {}

    def of(self, element: HtmlElement) -> tuple[str | None, bool]:
        """Return the nearest line above that is a day, and whether it is set as a heading; None if there is none."""
        passed: list[HtmlElement] = []
        node: HtmlElement | None = element
        found: tuple[str | None, bool] = (None, False)
        while node is not None and node.tag not in _TOP:
            if node in self._days:
                found = self._days[node]
                break
            passed.append(node)
            before = node.getprevious()
            words = self._words(before) if before is not None else ""
            if words and (_WHOLE.fullmatch(words) or _PARTIAL.fullmatch(words)):
                found = (words, _is_set_apart(before))
                break
            node = before if before is not None else node.getparent()
        self._days.update(dict.fromkeys(passed, found))
        return found

    def year(self, element: HtmlElement) -> str | None:
        """Return the year that the nearest heading above tells: "März 2025", "Archiv 2024"."""
        node: HtmlElement | None = element
        for _ in range(200):
            if node is None or node.tag in _TOP:
                break
            before = node.getprevious()
            words = self._words(before) if before is not None else ""
            match = _YEAR.fullmatch(words) if words else None
            if match and _is_set_apart(before):
                return match[1]
            node = before if before is not None else node.getparent()
        return None

    def _words(self, element: HtmlElement) -> str:
        """Return what an element says if it is short, else ""."""
        known = self._said.get(element)
        if known is None:
            known = self._said[element] = _short(element)
        return known


def _short(element: HtmlElement) -> str:
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return ""
    said, size = [], 0
    for piece in element.itertext():
        said.append(piece)
        size += 0 if piece.isspace() else len(piece)
        if size > _DAY_CHARS:
            return ""
    return " ".join("".join(said).split())


def _is_set_apart(element: HtmlElement) -> bool:
    if element.tag in _SETTING:
        return True
    return next(element.iterdescendants(*_SETTING), None) is not None
