"""Paths that have moved or gone for good, as the last publish wrote them down (protocol P10)."""

from __future__ import annotations

import json
import os
from pathlib import Path

_ENDINGS = (".rss", ".atom", ".json", "/", "")


class Redirects:
    """What `var/redirects.json` says; read again when the file changes."""

    def __init__(self, var: Path) -> None:
        self._file = var / "redirects.json"
        self._mark: tuple[int, int] | None = None
        self._moved: dict[str, str] = {}
        self._gone: frozenset[str] = frozenset()

    def target(self, path: str) -> str | None:
        """Return where a path leads now: "feeds/old.rss" -> "feeds/new.rss"; None if nowhere."""
        self._refresh()
        stem, ending = _parted(path)
        return f"{self._moved[stem]}{ending or '/'}" if stem in self._moved else None

    def is_gone(self, path: str) -> bool:
        """Whether something stood here once and was taken down for good."""
        self._refresh()
        return _parted(path)[0] in self._gone

    def _refresh(self) -> None:
        try:
            stat = os.stat(self._file)
            mark = (stat.st_mtime_ns, stat.st_size)
            if mark != self._mark:
                told = json.loads(self._file.read_bytes())
                self._moved, self._gone, self._mark = dict(told["moved"]), frozenset(told["gone"]), mark
        except FileNotFoundError:
            self._moved, self._gone, self._mark = {}, frozenset(), None


def _parted(path: str) -> tuple[str, str]:
    ending = next(ending for ending in _ENDINGS if path.endswith(ending))
    return path.removesuffix(ending), ending
