"""Candidates for one field in, the best first; the one that is taken out, and on demand those that lost.

Where a value came from travels with the value, so that what `try` explains is the very choice that was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from feedsvc.model import Finding, Loser

T = TypeVar("T")
LOSERS = 12  # of one field that are kept for an explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Generic[T]):
    """A value a field may have, and the rule that found it ("JSON-LD datePublished", "meta og:title", "h1")."""

    value: T
    rule: str


Claim = Candidate[str]  # what a page's head says, as written


class Choices:
    """Takes the first candidate of each field; with `full`, reads the others too and keeps them as Findings."""

    def __init__(self, *, full: bool = False) -> None:
        self._full = full
        self.findings: list[Finding] = []

    def take(
        self, field: str, candidates: Iterable[Candidate[T]], told: Callable[[T], str | None] = str
    ) -> Candidate[T] | None:
        """Return the first candidate, None without any; `told` is how a value is shown."""
        row = iter(candidates)
        first = next(row, None)
        if self._full:
            self.findings.append(_finding(field, first, row, told))
        return first


def _finding(
    field: str, first: Candidate[T] | None, others: Iterator[Candidate[T]], told: Callable[[T], str | None]
) -> Finding:
    if first is None:
        return Finding(field=field)
    taken = Loser(rule=first.rule, value=told(first.value))
    lost = dict.fromkeys(Loser(rule=other.rule, value=told(other.value)) for other in islice(others, LOSERS))
    lost.pop(taken, None)
    return Finding(field=field, rule=taken.rule, value=taken.value, lost=tuple(lost))
