"""A question in words in, whether a text answers it out: `"Open Source" OR souverän*`.

Words, "phrases", a trailing * for any ending, AND (also unwritten), OR, NOT, parentheses. Umlauts, ß and case do not
count: "fuer", "für" and "FÜR" are one word. The operators are written in capitals, as in SQLite's FTS5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from feedsvc import text

Words = tuple[str, ...]
Predicate = Callable[[Words], bool]

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Gender forms are one word: Bürger*innen, Bürger:innen, Bürger_innen (trap T25).
_GENDER = re.compile(r"(?<=\w)[*:_/](?=innen\b|in\b)")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r'\s*(?:(\()|(\))|"([^"]*)"(\*?)|([^\s()"]+))')
_MAX_DEPTH = 50


def words(value: str | None) -> Words:
    """Return the words of a text as they are compared: folded, German letters spelled out, hyphens apart."""
    folded = _GENDER.sub("", text.fold(value)).translate(_SPELLED_OUT)
    return tuple(_WORD.findall(folded))


@lru_cache(maxsize=1024)
def compiled(question: str) -> Predicate:
    """Return what tells whether the words of a text answer the question; ValueError says why it is no question."""
    parser = _Parser(_tokens(question))
    predicate = parser.either()
    if parser.peek() is not None:
        raise ValueError(f"unexpected {parser.peek()!r} in query {question!r}")
    return predicate


def matches(question: str, value: str | None) -> bool:
    """Whether a text answers the question."""
    return compiled(question)(words(value))


def contains(haystack: Words, needle: Words, *, any_ending: bool = False) -> bool:
    """Whether the needle's words stand in the haystack in this order; the last may be a beginning only."""
    if not needle:
        return False
    *firm, last = needle
    size = len(needle)
    for start in range(len(haystack) - size + 1):
        end = haystack[start + size - 1]
        if (end.startswith(last) if any_ending else end == last) and list(haystack[start : start + size - 1]) == firm:
            return True
    return False


def _tokens(question: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    stripped = question.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise ValueError(f"a quotation mark is not closed in query {question!r}")
        opening, closing, phrase, star, word = match.groups()
        if opening or closing:
            found.append((opening or closing, ""))
        elif phrase is not None:
            found.append(("phrase*" if star else "phrase", phrase))
        elif word in ("AND", "OR", "NOT"):
            found.append((word, ""))
        else:
            found.append(("phrase*" if word.endswith("*") else "phrase", word))
        at = match.end()
    return found


class _Parser:
    """Recursive descent over: either := every (OR every)*; every := single ((AND)? single)*; single := NOT? term."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def peek(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def either(self) -> Predicate:
        options = [self._every()]
        while self.peek() == "OR":
            self._at += 1
            options.append(self._every())
        return options[0] if len(options) == 1 else lambda found: any(option(found) for option in options)

    def _every(self) -> Predicate:
        needed = [self._single()]
        while (token := self.peek()) is not None and token not in ("OR", ")"):
            if token == "AND":
                self._at += 1
            needed.append(self._single())
        return needed[0] if len(needed) == 1 else lambda found: all(need(found) for need in needed)

    def _single(self) -> Predicate:
        kind, value = self._take()
        if kind == "NOT":
            unwanted = self._nested(self._single)
            return lambda found: not unwanted(found)
        if kind == "(":
            inside = self._nested(self.either)
            if self._take()[0] != ")":
                raise ValueError("a parenthesis is not closed")
            return inside
        if not kind.startswith("phrase"):
            raise ValueError(f"{kind} needs a word on each side")
        needle = words(value.removesuffix("*"))
        if not needle:
            raise ValueError(f"{value!r} holds no word")
        return lambda found: contains(found, needle, any_ending=kind == "phrase*")

    def _nested(self, parse: Callable[[], Predicate]) -> Predicate:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError(f"more than {_MAX_DEPTH} parentheses and NOTs inside each other")
        inside = parse()
        self._depth -= 1
        return inside

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise ValueError("the query ends too early")
        token = self._tokens[self._at]
        self._at += 1
        return token
