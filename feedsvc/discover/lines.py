"""The nodes of a card in, its lines out: what a reader sees as separate lines, each with the marks it carries.

A new line begins at a block, at <br>, and between inline elements that have no text of their own around them: hashed
class names and display rules are not known here, but nobody sets a date, a kicker and a headline as one running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from feedsvc import text
from feedsvc.discover import links
from feedsvc.discover.links import HEADINGS

_BLOCKS = frozenset(
    "address article aside blockquote br dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_BREAKS = _BLOCKS | {"br"}
_SILENT = frozenset("script style template noscript head title svg iframe object select button textarea".split())
MAX_LINES = 500  # of one card: whole articles on a front page have some dozens
MAX_CHARS = 20_000  # of one line; a teaser has some hundred
_LABEL_CHARS = 60
_BOLD = frozenset(("strong", "b"))
_UNSEEN_CLASS = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|u?-?hidden-visually|aural|invisible|"
    r"unsichtbar|element-invisible|for-screenreader)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s|·•/–—,:»>()\[\]-]*")
_CAPTION = frozenset(
    ("caption", "bildunterschrift", "credit", "credits", "copyright", "quelle", "bildquelle", "urheber")
)


@dataclass(slots=True)
class Line:
    """One line of a card and what is known of it."""

    words: str
    path: str  # tags and classes from the card down to the text: the same place has the same path in every card
    heading: HtmlElement | None = None
    link: HtmlElement | None = None  # the link all of the line stands in
    bold: bool = False
    caption: bool = False
    marks: frozenset[str] = frozenset()  # words of the classes around it, inside the card
    time: str | None = None  # <time datetime>
    block: HtmlElement | None = None


@dataclass(slots=True)
class _Around:
    """What encloses the node that is being read."""

    path: str = ""
    heading: HtmlElement | None = None
    link: HtmlElement | None = None
    bold: bool = False
    caption: bool = False
    marks: frozenset[str] = frozenset()
    block: HtmlElement | None = None

    def inside(self, path: str) -> _Around:
        return _Around(path, self.heading, self.link, self.bold, self.caption, self.marks, self.block)


@dataclass(slots=True)
class _Reading:
    known: Mapping[HtmlElement, bool]
    lines: list[Line] = field(default_factory=list)
    runs: list[tuple[str, _Around]] = field(default_factory=list)
    time: str | None = None


def read(nodes: Sequence[HtmlElement], known: Mapping[HtmlElement, bool]) -> list[Line]:
    """Return the lines of a card in reading order; pictures, and links that only say "mehr", give none.

    `known` tells of some links whether that is all they say.
    """
    reading = _Reading(known)
    apart = _apart(nodes, "")
    before = nodes[0].getprevious()
    said = nodes[0].getparent().text if before is None and nodes[0].getparent() is not None else None
    if said and _is_dateline(said):  # of the first item of a list that stands in one paragraph
        _run(said, _Around(), reading)
    for node in nodes:
        if node in apart:
            _flush(reading)
        _walk(node, _Around(), reading)
        if node.tail:
            _run(node.tail, _Around(), reading)
    _flush(reading)
    return reading.lines


def _walk(element: HtmlElement, around: _Around, reading: _Reading) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SILENT or len(reading.lines) >= MAX_LINES:
        return
    if tag == "br":
        _flush(reading)
        return
    named = element.get("class") or ""
    if element.get("hidden") is not None or (named and _unseen(named[: links.MAX_NAMES])):
        return
    if tag == "a" and _is_more(element, reading):
        return
    block = tag in _BLOCKS
    if block:
        _flush(reading)
    if tag == "time" and element.get("datetime"):
        reading.time = element.get("datetime")
    before = element.text
    if not before and not len(element):
        return
    inner = _inside(element, tag, named, around)
    if before:
        _run(before, inner, reading)
    if len(element):
        _walk_children(element, before, inner, reading)
    if block or tag == "time":
        _flush(reading)


def _is_more(link: HtmlElement, reading: _Reading) -> bool:
    known = reading.known.get(link)
    return links.is_more(link.text_content()) if known is None else known


def _walk_children(element: HtmlElement, before: str | None, inner: _Around, reading: _Reading) -> None:
    apart = _apart(element, before)
    for child in element:
        if child in apart:
            _flush(reading)
        _walk(child, inner, reading)
        tail = child.tail
        if tail:
            _run(tail, inner, reading)


def _run(words: str, around: _Around, reading: _Reading) -> None:
    """Keep a piece of the line; blanks that begin one say nothing."""
    if reading.runs or not words.isspace():
        reading.runs.append((words, around))


def _inside(element: HtmlElement, tag: str, named: str, around: _Around) -> _Around:
    inner = around.inside(f"{around.path}/{tag}.{named}")
    words = links.class_words(element)
    if words:
        inner.marks = around.marks | words
        inner.caption = around.caption or not words.isdisjoint(_CAPTION)
    if tag in HEADINGS:
        inner.heading, inner.caption = element, False
    elif tag == "figcaption":
        inner.caption = True
    elif tag in _BOLD:
        inner.bold = True
    elif tag == "a" and element.get("href"):
        inner.link = element
    if tag in _BLOCKS:
        inner.block = element
    return inner


@lru_cache(maxsize=8192)
def _unseen(named: str) -> bool:
    return _UNSEEN_CLASS.search(named) is not None


def _apart(children: Iterable[HtmlElement], before: str | None) -> set[HtmlElement]:
    """Return the inline elements that begin a line: those between two breaks, if no text stands beside them."""
    row = [child for child in children if child.tag not in _BREAKS]
    if len(row) < 2:
        return {child for child in row if child.tag == "time"}
    found: set[HtmlElement] = set()
    row = []
    plain = _blank(before)
    for child in children:
        if not isinstance(child.tag, str):
            plain = plain and _blank(child.tail)
            continue
        if child.tag in _BREAKS:
            if plain and len(row) > 1:
                found.update(row)
            row, plain = [], _blank(child.tail)
            continue
        if child.tag == "time":
            found.add(child)
        row.append(child)
        plain = plain and _blank(child.tail)
    if plain and len(row) > 1:
        found.update(row)
    return found


def _blank(between: str | None) -> bool:
    return not between or _SEPARATORS.fullmatch(between) is not None


def _flush(reading: _Reading) -> None:
    """End a line; a headline set bold or as link in one line with its date or its text becomes a line of its own."""
    runs, reading.runs = reading.runs, []
    if not runs:
        return
    if len(runs) > 1:
        start, end = _headline_run(runs)
        if end == 0:
            start, end = _set_apart(runs)
        if end:
            _add(reading, runs[:start])
            _add(reading, runs[start:end])
            runs = runs[end:]
    _add(reading, runs)


def _set_apart(runs: list[tuple[str, _Around]]) -> tuple[int, int]:
    """Return where in a line a text stands behind a label, or before a date, that has an element and class of its own.

    "<span class=x>Kreis Auental</span> Bauantrag geht ...", "Bauantrag geht ... <i class=y>26.03.2025</i>".
    """
    start = next((place for place, (run, _) in enumerate(runs) if not run.isspace()), 0)
    end = next((place for place in range(len(runs), 0, -1) if not runs[place - 1][0].isspace()), len(runs))
    if start + 1 >= end:
        return 0, 0
    (label, first), (_, second) = runs[start], runs[start + 1]
    rest = "".join([run for run, _ in runs[start + 1 : end]]).strip()
    if (
        _is_classed(first.path, second.path)
        and len(label) <= _LABEL_CHARS
        and rest.count(" ")
        and not rest[0].islower()
    ):
        return start + 1, len(runs)
    (_, before), (date, last) = runs[end - 2], runs[end - 1]
    if _is_classed(last.path, before.path) and _is_dateline(date):
        return start, end - 1
    return 0, 0


def _is_classed(inner: str, outer: str) -> bool:
    """Whether a place is inside another and has a class there."""
    return len(inner) > len(outer) and inner.startswith(f"{outer}/") and not inner.endswith(".")


def _headline_run(runs: list[tuple[str, _Around]]) -> tuple[int, int]:
    """Return where in a line a headline stands between a date before it and a date or running text behind it."""
    nothing = (0, 0)
    start = next((place for place, (run, around) in enumerate(runs) if _marked(run, around)), len(runs))
    if start == len(runs) or runs[start][1].heading is not None:
        return nothing
    end = next((place for place in range(start, len(runs)) if not _continues(*runs[place])), len(runs))
    before, headline, after = ("".join(run for run, _ in part) for part in (runs[:start], runs[start:end], runs[end:]))
    if headline.strip().count(" ") < 2 or not (_blank(before) or _is_dateline(before)):
        return nothing
    if _blank(before) and not (len(after.strip()) >= 20 or _is_dateline(after)):
        return nothing
    return start, end


def _marked(run: str, around: _Around) -> bool:
    return not run.isspace() and (around.link is not None or around.bold)


def _continues(run: str, around: _Around) -> bool:
    return run.isspace() or around.link is not None or around.bold


def _is_dateline(words: str) -> bool:
    """Whether a text beside a headline is short and has a number: "25.03.2025 –", "(vor 3 Stunden)"."""
    return len(words.strip()) <= 40 and any(character.isdigit() for character in words)


def _add(reading: _Reading, runs: list[tuple[str, _Around]]) -> None:
    told = [around for run, around in runs if not run.isspace()]
    words = _tidy("".join([run for run, _ in runs])[:MAX_CHARS]) if told else None
    if words is None or _SEPARATORS.fullmatch(words):
        return
    first = told[0]
    alone = len(told) == 1
    reading.lines.append(
        Line(
            words=words,
            path=first.path,
            heading=first.heading,
            link=first.link if alone or all(around.link is first.link for around in told) else None,
            bold=first.bold if alone else all(around.bold for around in told),
            caption=first.caption if alone else any(around.caption for around in told),
            marks=first.marks if alone else frozenset().union(*(around.marks for around in told)),
            time=reading.time,
            block=first.block,
        )
    )
    reading.time = None


def _tidy(words: str) -> str | None:
    """Return what `text.tidy` returns, at a quarter of the cost for plain text: a page's source is XML-safe already."""
    return " ".join(words.split()) or None if words.isascii() else text.tidy(words)
