"""A page's tree in, the values its scripts carry as data out: nothing is run, only JSON is read.

App shells (Next, Nuxt, Apollo, Redux and their like) send the article as JSON for a script to draw. How it is wrapped
differs: a script of type JSON, an assignment, JSON.parse("..."), React's flight rows, Nuxt's array of references.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml.html import HtmlElement

MAX_CHARS = 4_000_000  # of all scripts of a page
MAX_SCRIPTS = 300
MAX_VALUES = 40  # of one script that are tried
MIN_CHARS = 300  # of a script: what is shorter holds no article
MAX_REFERENCES = 200_000  # that are followed in one value
MAX_DEPTH = 60

_DECODER = json.JSONDecoder(strict=False)
_ASSIGNED = re.compile(
    r"(?<![=!<>])=\s*(?:JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?(?=[\"'`])|(?=[\[{]))|\.assign\(\w+,\s*"
)
_NAMED = re.compile(r"([\w$]+)(?:[\"']\])?\s*$")
_PUSHED = re.compile(r"__next_f\s*(?:=[^;]{0,40})?\.push\(\s*(?=\[)")
# Possessive: what could be gone back to takes 150 bytes a character.
_LITERAL = re.compile(r"\"((?:[^\"\\\n]++|\\.)*+)\"|'((?:[^'\\\n]++|\\.)*+)'|`((?:[^`\\]++|\\.)*+)`", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}
_UNDEFINED = re.compile(r"(?<=[:\[,])\s*undefined(?=\s*[,}\]])")
_ROW = re.compile(rb"([0-9a-f]*):")
_POINTER = re.compile(r"\$[0-9a-f]{1,6}")


@dataclass(frozen=True, slots=True)
class Data:
    """One value a script carries, and the name it goes by ("__NEXT_DATA__")."""

    name: str
    value: object


def read(root: HtmlElement) -> Iterator[Data]:
    """Give the values of a page's scripts in page order; what is no JSON, or too large, is passed over.

    JSON-LD speaks to search engines, not to the page's own scripts: `linked` gives that.
    """
    left = MAX_CHARS
    flight: list[str] = []
    for number, script in enumerate(root.iter("script")):
        source = script.text or ""
        if number >= MAX_SCRIPTS or len(source) > left:
            return
        left -= len(source)
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind:
            continue
        if "__next_f" in source:
            flight.extend(_pushed(source))
        elif len(source) >= MIN_CHARS:
            yield from _of_json(script, source) if "json" in kind else _assigned(source)
    if flight:
        yield Data("__next_f", list(_rows("".join(flight).encode("utf-8", "replace"))))


def linked(root: HtmlElement) -> Iterator[Data]:
    """Give the values of a page's JSON-LD."""
    left = MAX_CHARS
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and 0 < len(script.text or "") <= left:
            left -= len(script.text or "")
            yield Data("JSON-LD", _loaded(script.text or ""))


def _of_json(script: HtmlElement, source: str) -> Iterator[Data]:
    value = _loaded(source)
    name = script.get("id") or "a script of type JSON"
    if isinstance(value, list) and "NUXT" in name.upper():
        value = _revived(value)
    if isinstance(value, (dict, list)):
        yield Data(name, value)


def _assigned(source: str) -> Iterator[Data]:
    """Give what a script assigns: an object or a list in JSON, or JSON.parse of a text."""
    at = 0
    for _ in range(MAX_VALUES):
        match = _ASSIGNED.search(source, at)
        if match is None:
            return
        named = _NAMED.search(source, max(0, match.start() - 80), match.start())
        value, at = _value_at(source, match.end())
        if isinstance(value, (dict, list)) and at - match.end() >= MIN_CHARS:
            yield Data(named[1] if named else "a script", value)


def _value_at(source: str, at: int) -> tuple[object, int]:
    """Return the value that begins at a place of a script and where it ends; None and the next place if it is none."""
    literal = _LITERAL.match(source, at) if source[at : at + 1] in ('"', "'", "`") else None
    if literal:
        said = _unescaped(next(group for group in literal.groups() if group is not None))
        before = source[max(0, at - 30) : at]
        return _loaded(unquote(said) if "decodeURIComponent" in before else said), literal.end()
    try:
        return _DECODER.raw_decode(source, at)
    except (ValueError, RecursionError):
        return None, at + 1


def _loaded(source: str) -> object:
    """Return what a text holds as JSON; serialisers that write "undefined" are understood."""
    for attempt in (source.strip(), _UNDEFINED.sub("null", source.strip())):
        try:
            return _DECODER.raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _unescaped(said: str) -> str:
    """Return what a JavaScript string literal says (ECMA-262 12.9.4)."""

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return _PLAIN.get(match[4], match[4])

    return _ESCAPE.sub(character, said) if "\\" in said else said


# ---- React's flight rows --------------------------------------------------------------------------------------------


def _pushed(source: str) -> Iterator[str]:
    """Give the texts that a script adds to the stream: push([1,"..."])."""
    for match in _PUSHED.finditer(source):
        value, _ = _value_at(source, match.end())
        if isinstance(value, list) and len(value) > 1 and value[0] == 1 and isinstance(value[1], str):
            yield value[1]


def _rows(stream: bytes) -> Iterator[object]:
    """Give the values of the rows ("1a:{...}", and "1b:T4f2,text" with its length in bytes), pointers resolved."""
    found: dict[str, object] = {}
    at = 0
    while match := _ROW.match(stream, at):
        at = match.end()
        if stream[at : at + 1] == b"T":
            size, comma, _ = stream[at + 1 : at + 12].partition(b",")
            start = at + 2 + len(size)
            length = int(size, 16) if comma and re.fullmatch(rb"[0-9a-f]{1,8}", size) else 0
            found[match[1].decode()] = stream[start : start + length].decode("utf-8", "replace")
            at = start + length
            continue
        end = stream.find(b"\n", at)
        end = len(stream) if end < 0 else end
        if stream[at : at + 1] in (b"[", b"{", b'"'):
            found[match[1].decode()] = _loaded(stream[at:end].decode("utf-8", "replace"))
        at = end + 1
    resolve = _Pointers(found)
    yield from (resolve.value(value, 0) for value in found.values() if isinstance(value, (dict, list)))


class _Pointers:
    """Puts in the place of "$1c" what row 1c holds."""

    def __init__(self, rows: Mapping[str, object]) -> None:
        self._rows = rows
        self._left = MAX_REFERENCES

    def value(self, value: object, depth: int) -> object:
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            return None
        if isinstance(value, str):
            if not _POINTER.fullmatch(value):
                return value.removeprefix("$") if value.startswith("$$") else value
            held = self._rows.get(value[1:], value)
            return held if isinstance(held, str) else self.value(held, depth + 1)
        if isinstance(value, list):
            return [self.value(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {key: self.value(item, depth + 1) for key, item in value.items()}
        return value


# ---- Nuxt's array of references -------------------------------------------------------------------------------------


def _revived(flat: list[object]) -> object:
    """Return the value of devalue's form: one list of all values; objects and lists hold places in that list."""
    return _Flat(flat).value(0, 0) if flat else None


class _Flat:
    def __init__(self, values: list[object]) -> None:
        self._values = values
        self._left = MAX_REFERENCES

    def value(self, place: object, depth: int) -> object:
        self._left -= 1
        if not isinstance(place, int) or not 0 <= place < len(self._values) or depth > MAX_DEPTH or self._left < 0:
            return None
        value = self._values[place]
        if isinstance(value, dict):
            return {key: self.value(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            if value and isinstance(value[0], str):  # ["Date", "2024-..."], ["Reactive", 7], ["Set", 3, 4]
                return self._special(value, depth)
            return [self.value(inner, depth + 1) for inner in value]
        return value

    def _special(self, value: list[object], depth: int) -> object:
        if value[0] in ("Date", "BigInt", "RegExp", "URL"):
            return value[1] if len(value) > 1 else None
        held = [self.value(inner, depth + 1) for inner in value[1:]]
        return held if value[0] in ("Set", "Map") else next(iter(held), None)
