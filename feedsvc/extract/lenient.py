"""JSON as people write it into pages in, its values out; nothing raises, what cannot be read is left out.

Read are comments, commas too many and too few, raw line breaks and quotes inside strings, single quotes, bare names,
several values in a row, marks that hide a script from old browsers, and a block that is cut off. RFC 8259 knows none.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

MAX_REPAIRED = 200_000  # characters of a block that are repaired
_MAX_DEPTH = 200
_DECODER = json.JSONDecoder(strict=False)
_OPENING = re.compile(r"[{\[]")
_BLANK = r"(?>(?:\s{1,1000}+|//[^\n]{0,300}+(?:\n|$)|/\*+[^*]{0,300}+\*+/){0,50}+)"
_SKIP = re.compile(_BLANK)
_BARE = re.compile(r"[^\s\"'{}\[\],:]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$")
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_PLAIN = {'"': re.compile(r'[^"\\]+'), "'": re.compile(r"[^'\\]+")}
_KEY_NEXT = re.compile(rf"{_BLANK}[:}}]")
_VALUE_NEXT = re.compile(
    rf"{_BLANK}(?:[}}\]]|$|,{_BLANK}(?:[\"'{{}}\[\],]|$|-?\d|(?:true|false|null)\b))|"
    rf"[^\S\n]{{0,200}}+\n\s{{0,200}}+[\"'][^\"'\n]{{1,60}}[\"']\s{{0,20}}:"
)
_LITERALS = {"true": "true", "false": "false", "null": "null", "undefined": "null", "NaN": "null", "None": "null",
             "True": "true", "False": "false"}  # fmt: skip


def values(source: str) -> Iterator[object]:
    """Give the values of one block: one, or several in a row; repaired from where it does not parse."""
    block = unwrapped(source)
    if "&quot;" in block and '"' not in block:
        block = html.unescape(block)
    at = 0
    while start := _OPENING.search(block, at):
        try:
            value, at = _DECODER.raw_decode(block, start.start())
        except (ValueError, RecursionError):
            yield from _mended(block[start.start() :])
            return
        yield value


def unwrapped(source: str) -> str:
    """Return a block without the comment or CDATA marks that hide it from old browsers."""
    stripped = source.strip().lstrip("\ufeff")
    for mark in ("/*", "//", "<!--", "<![CDATA[", "/*", "*/", "//"):
        stripped = stripped.removeprefix(mark).lstrip()
    for mark in ("*/", "/*", "-->", "//", "]]>", "//", "/*", ";"):
        stripped = stripped.removesuffix(mark).rstrip()
    return stripped


def _mended(block: str) -> Iterator[object]:
    """Give the values of a block that does not parse; of one that is too long only its beginning."""
    at, mended = 0, "".join(_Repair(block[:MAX_REPAIRED]).run())
    while start := _OPENING.search(mended, at):
        try:
            value, at = _DECODER.raw_decode(mended, start.start())
        except (ValueError, RecursionError):
            return
        yield value


class _Repair:
    """Goes through a block once and writes it down again as JSON."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._open: list[str] = []  # the brackets that are open, as they will be closed
        self._keys: list[bool] = []  # of each open bracket: whether a name comes next
        self._ended = False  # a value has just ended: before the next one belongs a comma
        self._comma = False  # a comma was read and is written as soon as something follows

    def run(self) -> Iterator[str]:
        """Give the pieces of the repaired text."""
        while len(self._open) < _MAX_DEPTH:
            self._at = self._after_blank(self._at)
            if self._at >= len(self._source):
                break
            yield from self._token(self._source[self._at])
        while self._open:
            yield from self._closed(self._open[-1])

    def _after_blank(self, at: int) -> int:
        while (found := _SKIP.match(self._source, at)) and found.end() > at:
            at = found.end()
        return at

    def _token(self, mark: str) -> Iterator[str]:
        if mark in "{[":
            yield from self._opened(mark)
        elif mark in "}]":
            yield from self._closed(mark)
        elif mark == ",":
            self._at += 1
            if self._waits():
                yield "null"
                self._ended = True
            self._comma = self._ended
        elif mark == ":":
            self._at += 1
            if self._open and self._keys[-1] and self._ended:
                self._keys[-1] = self._ended = self._comma = False
                yield ":"
        else:
            yield from self._before()
            yield self._string(mark) if mark in "\"'" else self._bare()
            self._ended = True

    def _before(self) -> Iterator[str]:
        """Write the comma before a value or a name, and the colon behind a name, whether they were there or not."""
        if self._open and self._keys[-1] and self._ended and not self._comma:
            self._keys[-1] = False
            yield ":"
        elif self._open and self._ended:
            yield from self._valueless()
            self._keys[-1] = self._open[-1] == "}"
            yield ","
        self._comma = self._ended = False

    def _waits(self) -> bool:
        """Whether a name and its colon have been read, and no value yet."""
        return bool(self._open) and self._open[-1] == "}" and not self._keys[-1] and not self._ended

    def _valueless(self) -> Iterator[str]:
        """Write what a name has to have if it ended without a value."""
        if self._waits():
            yield "null"
        elif self._open and self._open[-1] == "}" and self._keys[-1] and self._ended:
            yield ":null"

    def _opened(self, mark: str) -> Iterator[str]:
        yield from self._before()
        self._at += 1
        if self._open and self._keys[-1]:
            self._keys[-1] = False
            yield '"":'
        self._open.append("}" if mark == "{" else "]")
        self._keys.append(mark == "{")
        yield mark

    def _closed(self, mark: str) -> Iterator[str]:
        """Close a bracket, and those inside it that were left open; one that closes nothing is left out."""
        self._at += 1
        while mark in self._open:
            yield from self._valueless()
            self._keys.pop()
            last = self._open.pop()
            yield last
            self._ended, self._comma = True, False
            if last == mark:
                return

    def _string(self, quote: str) -> str:
        """Read a string up to the quote behind which the text goes on as JSON does; other quotes are its own."""
        source, at = self._source, self._at + 1
        named = bool(self._open) and self._open[-1] == "}" and self._keys[-1]
        ending = _KEY_NEXT if named else _VALUE_NEXT
        said: list[str] = []
        while at < len(source):
            if plain := _PLAIN[quote].match(source, at):
                said.append(plain.group().replace('"', '\\"'))
                at = plain.end()
            elif source[at] == "\\":
                escape = _ESCAPE.match(source, at)
                said.append(escape.group() if escape else "")
                at = escape.end() if escape else at + 1
                if not escape and source[at : at + 1] == quote == "'":
                    said.append(quote)
                    at += 1
            elif ending.match(source, at + 1):
                break
            else:
                said.append('\\"' if quote == '"' else quote)
                at += 1
        self._at = at + 1
        return f'"{"".join(said)}"'

    def _bare(self) -> str:
        """Read what stands without quotes: a number, a literal, a name."""
        found = _BARE.match(self._source, self._at)
        word = found.group() if found else self._source[self._at]
        self._at += len(word)
        named = bool(self._open) and self._open[-1] == "}" and self._keys[-1]
        if not named and (word in _LITERALS or _NUMBER.match(word)):
            return _LITERALS.get(word, word)
        return json.dumps(word)
