"""A source in, its articles by every key they are known by out: what a poll compares a listing with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from sqlite_utils import Database

from feedsvc.model import Known
from feedsvc.store import rows

KEYS = 20_000  # of one source: those of the articles on its listing first, then of those seen last
_REMEMBERED = 100_000  # keys of all sources together, some 40 MB


def read(db: Database, source: str) -> Mapping[str, Known]:
    """Return the source's articles by key, those on its listing first, then the last seen."""
    keys_of: dict[int, list[str]] = {}
    for key, article in db.conn.execute("SELECT key, article FROM aliases WHERE source = ?", [source]):
        keys_of.setdefault(article, []).append(key)
    found: dict[str, Known] = {}
    for row in db.conn.execute(
        f"SELECT {rows.KNOWN_COLUMNS} FROM articles WHERE source = ? ORDER BY listed DESC, last_seen DESC LIMIT ?",
        [source, KEYS],
    ):
        keys = keys_of.get(row[0], ())
        if len(found) + len(keys) > KEYS:
            break
        known = rows.known(row)
        for key in keys:
            found[key] = known
    return found


class Memory:
    """What was read of the sources claimed last, for as long as nothing is written about their articles.

    Most polls find nothing new, and reading what is known is the dearest part of a claim. A source's `revision` grows
    with everything that is written about its articles, whichever process writes it.
    """

    def __init__(self) -> None:
        self._read: OrderedDict[str, tuple[int, Mapping[str, Known]]] = OrderedDict()
        self._keys = 0

    def known(self, db: Database, source: str, revision: int) -> Mapping[str, Known]:
        """Return what `read` gives, from memory if it is of this revision."""
        remembered = self._forget(source)
        if remembered is None or remembered[0] != revision:
            remembered = revision, read(db, source)
        self._remember(source, remembered)
        return remembered[1]

    def _remember(self, source: str, remembered: tuple[int, Mapping[str, Known]]) -> None:
        self._read[source] = remembered
        self._keys += len(remembered[1])
        while self._keys > _REMEMBERED:
            self._forget(next(iter(self._read)))

    def _forget(self, source: str) -> tuple[int, Mapping[str, Known]] | None:
        remembered = self._read.pop(source, None)
        if remembered is not None:
            self._keys -= len(remembered[1])
        return remembered
