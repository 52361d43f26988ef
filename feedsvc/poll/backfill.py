"""What a source's back catalogue still lacks: which list page comes next, and what is kept for the next poll.

A backfill goes from list page to list page until it has as many articles as were asked for, or reaches the day they
were asked for from, or the last page. A poll that runs out of time or of its limit before leaves a mark among what is
pending: the address to go on from, beside the articles that were seen and not taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedsvc.decide import Candidate
from feedsvc.model import Known, PollTask, Source

_MARK = "list-page:"  # no article's identity key begins so
SAME = 5  # dated older than asked for, one after the other: a single one may be pinned (trap T14)


def is_wanted(source: Source) -> bool:
    """Whether the operator asked for articles of the back catalogue."""
    return bool(source.backfill or source.since)


def resumed(pending: Mapping[str, int]) -> str | None:
    """Return the list page that an earlier poll would have read next."""
    return next((key.removeprefix(_MARK) for key in pending if key.startswith(_MARK)), None)


def mark(url: str) -> str:
    """Return what is kept among the pending for a list page that was not read."""
    return _MARK + url


def is_mark(key: str) -> bool:
    """Whether what is pending is a list page, no article."""
    return key.startswith(_MARK)


def is_open(task: PollTask) -> bool:
    """Whether a backfill begins with this poll or was left unfinished by the last."""
    return is_wanted(task.source) and (not task.known or resumed(task.pending) is not None)


def limit(task: PollTask, found: Sequence[Candidate]) -> int:
    """Return how many new articles a poll may take: while a backfill is open, as many as it asks for."""
    if not is_open(task):
        return task.source.limit
    return max(task.source.backfill, task.source.limit) if task.source.backfill else len(found)


def goes_on(source: Source, known: Mapping[str, Known], found: Sequence[Candidate]) -> bool:
    """Whether the next list page may hold articles that were asked for."""
    if _are_older(source, found[-SAME:]):
        return False
    stored = {one.id for one in known.values()}
    return not source.backfill or len(stored) + sum(one.known is None for one in found) < source.backfill


def is_within(source: Source, candidate: Candidate) -> bool:
    """Whether an article is as young as was asked for; one without date is."""
    published = candidate.lead.published
    return source.since is None or published is None or published >= source.since


def _are_older(source: Source, last: Sequence[Candidate]) -> bool:
    return len(last) == SAME and not any(is_within(source, one) for one in last)
