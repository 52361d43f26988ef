"""What a page's head says in, the titles it claims out: with and without the site's name, best first.

A title that is cut short ("Warum die Stadt ...") comes after those that are whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from feedsvc import text, urls
from feedsvc.extract.candidate import Candidate, Claim
from feedsvc.extract.metadata import Metadata

_SEPARATOR = re.compile(r"\s+(?:[-–—|»«>•·:ǀ│]|::|\|\|)\s+|\s*[|»│]\s*")
_WORDS = re.compile(r"\w+")
_CUT_SHORT = re.compile(r"\s*(?:\.\.\.|…)$")
_PAGE = "<title>"
_BARE = " without the site's name"
_MAX_PARTS = 8
_SURE = 4  # letters a part has to share with a site's name
_BRIEF = 4  # words from which on the beginning of a title is telling
MAX_CHARS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """What the head claims; `own` are the publisher's own words for the article (JSON-LD), without the site's name.

    `told` leaves out what only the page's <title> says; `runs` are the pieces of the <title> between bars and dashes.
    """

    claims: tuple[Claim, ...]
    told: tuple[Claim, ...] = ()
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    runs: frozenset[tuple[str, ...]] = frozenset()
    names: frozenset[str] = frozenset()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def says(self, line: str) -> bool:
        """Whether a title says a line word for word."""
        mine = words(line)
        return bool(mine) and any(mine == theirs for theirs in self.words.values())

    def tells(self, line: str) -> bool:
        """Whether a title beside the page's <title> says a line word for word."""
        mine = words(line)
        return any(mine == self.words.get(claim.value) for claim in self.told)

    def is_own(self, line: str) -> bool:
        """Whether the publisher's own headline says a line word for word."""
        mine = words(line)
        return bool(mine) and any(mine == theirs for theirs in self.own.values())

    def is_site(self, line: str) -> bool:
        """Whether a line is what the site calls itself; the town its host is named after is none."""
        return "".join(words(line)) in self.names

    def fit(self, line: str) -> float:
        """How much a line has in common with the title that is nearest to it: 1 for the same words, 0 for none."""
        mine = words(line)
        if not mine:
            return 0.0
        return max((_alike(mine, theirs) for theirs in self.words.values()), default=0.0)

    def is_run(self, line: str) -> bool:
        """Whether a line is a piece of the page's <title>: the headline, the site's name or the section's."""
        return words(line) in self.runs


def read(meta: Metadata) -> Titles:
    """Return the titles a page's head claims."""
    host = urls.host(meta.url)
    bare = host.removeprefix("www.")
    sites = _squeezed(*meta.site_names, bare, bare.rpartition(".")[0])
    own_title = (Candidate(value=meta.page_title, rule=_PAGE),) if meta.page_title else ()
    unique: dict[str, Claim] = {}
    for claim in (*meta.titles, *own_title):
        for line in _without_site(claim.value, sites, open_end=claim.value == meta.page_title):
            rule = claim.rule if line == claim.value else claim.rule + _BARE
            unique.setdefault(line, Candidate(value=line, rule=rule))
    claims = tuple(sorted(unique.values(), key=lambda claim: bool(_CUT_SHORT.search(claim.value))))
    said = meta.said.headline if meta.said.article else None
    own = _without_site(said, sites, open_end=False) if said else ()
    return Titles(
        claims=claims,
        told=tuple(claim for claim in claims if claim.rule.removesuffix(_BARE) != _PAGE),
        own=_by_words(own),
        runs=frozenset(map(words, _runs(meta.page_title or ""))),
        names=_squeezed(*meta.site_names, host, bare),
        words=_by_words(claim.value for claim in claims),
    )


def _by_words(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return lines with their words; one that is too long for a headline is compared with nothing."""
    return {line: words(line) for line in lines if len(line) <= 2 * MAX_CHARS}


@lru_cache(maxsize=512)
def words(line: str) -> tuple[str, ...]:
    """Return a line's words as they are compared: folded, without marks."""
    return tuple(_WORDS.findall(text.fold(line)))


def _squeezed(*names: str) -> frozenset[str]:
    return frozenset(squeezed for name in names if (squeezed := "".join(words(name))))


def _is_site(part: str, sites: frozenset[str]) -> bool:
    """Whether a part is a site's name or has it: "Portal - moderne Verwaltung"."""
    mine = "".join(words(part))
    return _names_site(part, sites) or any(len(site) >= _SURE and site in mine for site in sites)


def _names_site(part: str, sites: frozenset[str]) -> bool:
    """Whether a part is nothing but a site's name or a piece of it."""
    mine = "".join(words(part))
    return mine in sites or (len(mine) >= _SURE and any(mine in site for site in sites))


def _without_site(title: str, sites: frozenset[str], *, open_end: bool) -> Iterator[str]:
    """Give a title without the site's name, then as it is; with an open end, whatever follows a bar may be the name."""
    parts = _parts(title)
    first, last = 0, len(parts) - 1
    while first < last and "".join(words(_cut(title, parts, first, first))) in sites:
        first += 1
    named = next((n for n in range(first + 1, last + 1) if _names_site(_cut(title, parts, n, n), sites)), None)
    if named:
        yield _cut(title, parts, first, named - 1)
    for end in range(last, first, -1):
        if not (open_end or _is_site(_cut(title, parts, end, end), sites)):
            break
        yield _cut(title, parts, first, end - 1)
    if first:
        yield _cut(title, parts, first, last)
    yield title


def _runs(title: str) -> Iterator[str]:
    """Give every run of neighbouring parts of a title that has several."""
    parts = _parts(title)
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            if 0 < last - first + 1 < len(parts):
                yield _cut(title, parts, first, last)


def _parts(title: str) -> list[tuple[int, int]]:
    """Return where the parts of a title begin and end."""
    if len(title) > MAX_CHARS:
        return [(0, len(title))]
    breaks = [match.span() for match in _SEPARATOR.finditer(title)]
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(title)]
    found = [(start, end) for start, end in zip(starts, ends, strict=True) if title[start:end].strip()]
    return found if len(found) <= _MAX_PARTS else [(0, len(title))]


def _cut(title: str, parts: Sequence[tuple[int, int]], first: int, last: int) -> str:
    return title[parts[first][0] : parts[last][1]]


def _alike(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """How alike two titles are; one that goes on where the other was cut short is nearly the same."""
    if mine == theirs:
        return 1.0
    if not theirs:
        return 0.0
    last = len(theirs) - 1
    if _BRIEF <= last < len(mine) and mine[:last] == theirs[:last] and mine[last].startswith(theirs[last]):
        return 0.95
    common = len(set(mine) & set(theirs))
    return 2 * common / (len(set(mine)) + len(set(theirs)))
