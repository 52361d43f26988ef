"""TOML text in, the line of every key, table and list element out, so that a problem can say where it is.

The text has been accepted by tomllib already: this scanner tells no right from wrong, it only follows the structure.
Where it could not follow, lines are missing, never wrong.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]  # ("source", 0, "list", "item"): keys, and positions in lists

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'  # a closing run may have two quotes of the text before it
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


def index(source: str) -> dict[Path, int]:
    """Return the line, counted from 1, of every key, table header and list element of a TOML text."""
    return _Scanner(source.replace("\r\n", "\n")).document()


def at(found: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of a path, or of the innermost table round it that is written down; None if there is none."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def dotted(path: Path) -> str:
    """Return a path as people write it: `source[0].list.item`, `fetch.hosts."a.example".host_gap`."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += ("." if written else "") + (
                part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            )
    return written


class _Scanner:
    """One pass over the text; `_elements` counts the [[tables]] of each name seen so far."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", source))]
        self._elements: dict[Path, int] = {}
        self._found: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while self._more():
            line = self._line()
            if self._accept("[["):
                *outer, last = self._key()
                table = self._element((*self._resolve((), outer, line), last), line)
                self._accept("]]")
            elif self._accept("["):
                table = self._resolve((), self._key(), line)
                self._found[table] = line  # its own header beats the header of a table inside it
                self._accept("]")
            else:
                self._pair(table)
        return self._found

    def _element(self, path: Path, line: int) -> Path:
        self._elements[path] = self._elements.get(path, -1) + 1
        element = (*path, self._elements[path])
        self._found.setdefault(path, line)
        self._found[element] = line
        return element

    def _resolve(self, table: Path, keys: list[str], line: int) -> Path:
        """Follow keys from a table, into the latest element of each [[table]], and note what is met first here."""
        path = table
        for key in keys:
            path = (*path, key)
            self._found.setdefault(path, line)
            if path in self._elements:
                path = (*path, self._elements[path])
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = self._resolve(table, self._key(), line)
        if self._more() and self._accept("="):
            self._value(path)
        else:
            self._give_up()

    def _value(self, path: Path) -> None:
        if not self._more():
            return
        if self._accept("["):
            self._array(path)
        elif self._accept("{"):
            while self._more() and not self._accept("}"):
                if not self._accept(","):
                    self._pair(path)
        elif self._match(_STRING) is None and self._match(_SCALAR) is None:
            self._give_up()

    def _array(self, path: Path) -> None:
        count = 0
        while self._more() and not self._accept("]"):
            if self._accept(","):
                continue
            self._found[(*path, count)] = self._line()
            self._value((*path, count))
            count += 1

    def _key(self) -> list[str]:
        """Read a key with its dots; quoted parts are decoded as tomllib does."""
        keys: list[str] = []
        while self._more():
            if (bare := self._match(_BARE)) is not None:
                keys.append(bare)
            elif (quoted := self._match(_STRING)) is not None:
                keys.append(str(tomllib.loads(f"key = {quoted}")["key"]))
            else:
                self._give_up()
                break
            if self._match(_DOT) is None:
                break
        self._more()
        return keys or [""]

    def _more(self) -> bool:
        """Skip blanks, line ends and comments; False at the end of the text."""
        self._match(_BLANK)
        return self._at < len(self._source)

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self._source, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match.group()

    def _accept(self, mark: str) -> bool:
        if not self._source.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def _give_up(self) -> None:
        self._at = len(self._source)

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)
