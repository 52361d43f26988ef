"""A card's lines in, its date out; the words beside it on its line stay."""

from __future__ import annotations

import re
from dataclasses import replace

from feedsvc import dates
from feedsvc.discover.context import Context
from feedsvc.discover.lines import Line

_DATE_CHARS = 60
_DIGIT = re.compile(r"\d")
_RELATIVE = re.compile(r"(?:vor|heute|gestern|vorgestern|today|yesterday)\b", re.IGNORECASE)
TIME = re.compile(r"(?:um\s+)?\d{1,2}[:.]\d{2}(?:\s*(?:Uhr|h))?", re.IGNORECASE)
_SENTENCE = 4  # words beside a date that make its line more than a date
_SAID_OF_DATES = re.compile(
    r"\b(?:zuletzt|aktualisiert|veröffentlicht|geändert|erstellt|stand|vom|von|am|um|den|uhr|min|minuten|lesezeit|datum|seit|"
    r"updated|published|posted|last|modified|on|at|by|read|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)\b",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"(?:\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}\.?\s+[^\W\d_]{3,9}\.?\s+\d{4}|\d{4}-\d\d-\d\d)"
    r"(?:,?\s*(?:um\s+)?\d{1,2}[:.]\d{2}(?:\s*Uhr)?)?"
)
_DATING = re.compile(r"\b(?:vom|am|den|seit|stand|on|at|dated)\W*$", re.IGNORECASE)  # what is said of a date
_BESIDE_DATE = re.compile(
    rf"\W*{_WRITTEN.pattern}\W*(?P<behind>[^\W\d].*)|(?P<before>.*[\w?!.\"“])[\s\W]+{_WRITTEN.pattern}\W*"
)
_PIECES = re.compile(r"\s+[|·•/–—-]\s+")


def find(lines: list[Line], used: set[int], context: Context) -> dates.Moment | None:
    """Return a card's date: <time>, else a line that is a date and little else; what is left of its line stays."""
    for number, line in enumerate(lines):
        if line.time and (moment := context.moment(line.time)):
            if _could_be_date(line.words):
                _take_date(lines, used, number, context)
            return moment
    for number, line in enumerate(lines):
        if line.heading is not None or not _could_be_date(line.words):
            continue
        moment, rest = context.leading(line.words)
        if moment and rest and ":" in line.words[: -len(rest)]:
            lines[number] = replace(line, words=rest)
            return moment
        if (moment := context.moment(line.words)) and not _is_sentence(line.words):
            _take_date(lines, used, number, context)
            return moment
    return None


def _is_sentence(words: str) -> bool:
    """Whether a date stands amid other words: "Messe vom 5. bis 8. April 2025 in Talheim" is a headline."""
    if _BESIDE_DATE.fullmatch(words):
        return False
    told = _SAID_OF_DATES.sub(" ", _WRITTEN.sub(" ", words))
    return sum(len(word) > 1 and word.isalpha() for word in told.split()) >= _SENTENCE


def _could_be_date(words: str) -> bool:
    return len(words) <= _DATE_CHARS and bool(_DIGIT.search(words) or _RELATIVE.match(words))


def _take_date(lines: list[Line], used: set[int], number: int, context: Context) -> None:
    """Mark a date's line as used; of "Hessen | 26.04.2024" the words beside the date stay a line."""
    line = lines[number]
    pieces = _PIECES.split(line.words)
    if len(pieces) == 1:
        beside = _BESIDE_DATE.fullmatch(line.words)
        words = (beside["before"] or beside["behind"]) if beside else None
        if words and words.count(" ") >= 2 and not _DATING.search(words):
            lines[number] = replace(line, words=words)
        else:
            used.add(number)
        return
    rest = [piece for piece in pieces if not context.moment(piece) and not TIME.fullmatch(piece)]
    if rest and len(rest) < len(pieces):
        lines[number] = replace(line, words=" | ".join(rest))
    else:
        used.add(number)
