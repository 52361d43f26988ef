"""Known articles in, what their pages say today out: which are looked at again in this poll, and what came of it.

Young articles are read again on their plan (protocol F32), and those that vanished from the list's middle, which may
have been withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedsvc import decide, verdict
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import Change, Known, PollTask, Rejected
from feedsvc.poll import changes, whole
from feedsvc.poll.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look gave; `suspect` is an article gone from the list whose page gave no clear answer."""

    change: Change
    suspect: bool = False
    rejected: tuple[Rejected, ...] = ()


def due(task: PollTask, found: Sequence[decide.Candidate], visit: Visit) -> tuple[tuple[Known, bool], ...]:
    """Return what is to be looked at: those due by their plan, then those missing from the list (told by True)."""
    missing = {known.id for known in decide.vanished(found, task.known)}
    planned = {known.id: known for known in decide.to_look_at(task.known, visit.started_at)}
    planned.update({known.id: known for known in task.known.values() if known.id in missing})
    return tuple((known, known.id in missing) for known in planned.values())


def look(task: PollTask, known: Known, visit: Visit, *, missing: bool) -> Look:
    """Read one article's page again."""
    looks = known.looks + 1
    following = decide.next_look(looks, known.feed_time, visit.started_at)
    plain = Change(kind="unchanged", id=known.id, looks=looks, next_look_at=following, validators=known.validators)
    try:
        page = visit.get(known.url, known.validators)
        if page.not_modified:
            return Look(change=replace(plain, validators=verdict.renewed(page, known.validators)))
        found = whole.read(visit, page, None)
    except FetchError as error:
        if error.kind == "gone" or (error.kind == "not_found" and missing):
            return Look(change=Change(kind="withdrawn", id=known.id))
        return Look(change=plain, suspect=missing)
    except ContentError as error:
        return Look(change=plain, rejected=(Rejected(where=known.url, reason=str(error)),))
    if found.missing and not found.missing_for_good:  # what is stored may be whole
        return Look(change=plain, rejected=(Rejected(where=known.url, reason=str(found.missing)),))
    article = decide.addressed(found.article, task.source)
    return Look(change=changes.edited(task, known, article, page, visit.started_at))
