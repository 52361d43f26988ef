"""A list's page in, the best reading of it out: as its source says, else as was learned before, else learned anew.

The source's own rules come first on every poll: the day they work again, what was learned in their place is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedsvc import decide, discover, extract, text, urls
from feedsvc.discover import learn
from feedsvc.errors import ContentError
from feedsvc.model import ErrorKind, Known, Lead, Learned, Listing, Page, PollTask
from feedsvc.poll import gauge
from feedsvc.poll.visit import Visit

LEARNED_FROM = 60  # articles, the newest: more cost time and teach nothing
BARRIERS = frozenset[ErrorKind]({"challenge", "consent_wall"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a list: with which rules, what it gave, and what is thought of it.

    `task` knows the articles under their new addresses too, if the site has moved them all.
    """

    listing: Listing
    task: PollTask
    judgement: gauge.Judgement
    learned: Learned | None = None


def read(visit: Visit, task: PollTask, page: Page) -> Reading:
    """Return the best reading of a page; the ContentError of the source's own if there is none."""
    error: ContentError | None = None
    best: Reading | None = None
    try:
        best = judged(task, visit.read(discover.leads, page, task.source), visit.started_at)
        if best.judgement.field is None:
            return best
    except ContentError as raised:
        error = raised
    for learned in _remembered(task):
        best = _better(best, _read_with(visit, task, page, learned))
    if best is None or best.judgement.field is not None:
        best = _better(best, _relearned(visit, task, page))
    if best is None or (best.judgement.hold and best.judgement.found == 0):
        error = _barrier(visit, task, page) or error
    if error is not None and (best is None or error.kind in BARRIERS):
        raise _told(error, task)
    assert best is not None  # a reading or an error, one of them there is
    return best


def judged(task: PollTask, listing: Listing, now: datetime, learned: Learned | None = None) -> Reading:
    """Return a list with what is thought of it, its articles recognised by their headlines if need be."""
    if listing.further and not listing.leads:  # an index: its entries stand in other lists
        return Reading(listing, task, gauge.Judgement(), learned)
    task = moved(task, listing.leads)
    found = decide.candidates(listing.leads, task.source, task.known)
    return Reading(listing, task, gauge.judge(task, found, now, complete=False), learned)


def moved(task: PollTask, leads: Sequence[Lead]) -> PollTask:
    """Return the task with the known articles' new addresses, if a site has given them all others.

    Known by their headlines, and by their days where both are told; one address alone that changed is another article.
    """
    expected = gauge.canaries(task.known)
    keys = {urls.key(lead.url): lead for lead in leads}
    if len(expected) < gauge.FEWEST or any(key in task.known for key in keys):
        return task
    called = {text.fold(one.headline): one for one in expected.values()}
    again = {key: called[name] for key, lead in keys.items() if (name := text.fold(lead.headline)) in called}
    again = {key: one for key, one in again.items() if _is_of_that_day(keys[key], one)}
    if len(again) < max(gauge.FEWEST, len(expected) / 2):
        return task
    return replace(task, known={**task.known, **again})


def _is_of_that_day(lead: Lead, known: Known) -> bool:
    if lead.published is None or known.published is None:
        return True
    return abs(lead.published - known.published) < timedelta(days=1)


def _remembered(task: PollTask) -> Sequence[Learned]:
    learned = task.state.learned
    return (learned,) if learned is not None and learned.made_for == task.source.list_rules else ()


def _relearned(visit: Visit, task: PollTask, page: Page) -> Reading | None:
    expected = gauge.canaries(task.known)
    if len(expected) < learn.FEWEST or task.source.kind not in ("auto", "html"):
        return None
    newest = sorted(expected.values(), key=lambda one: one.feed_time, reverse=True)[:LEARNED_FROM]
    ids = {one.id for one in newest}
    known = {key: one for key, one in task.known.items() if one.id in ids}
    try:
        learned = visit.read(learn.rules, page, known, task.source)
    except ContentError:
        return None
    return _read_with(visit, task, page, replace(learned, at=visit.started_at)) if learned is not None else None


def _read_with(visit: Visit, task: PollTask, page: Page, learned: Learned) -> Reading | None:
    source = replace(task.source, kind="html", list_rules=learned.rules)
    try:
        return judged(task, visit.read(discover.leads, page, source), visit.started_at, learned)
    except ContentError:
        return None


def _better(one: Reading | None, other: Reading | None) -> Reading | None:
    """Return the other reading only if it is clearly the better one."""
    if one is None or other is None:
        return other if one is None and other is not None and not other.judgement.hold else one
    return other if other.judgement.worth > one.judgement.worth else one


def _told(error: ContentError, task: PollTask) -> ContentError:
    """Return the error with what it means for the articles that stood on the list."""
    count = len(gauge.canaries(task.known))
    if count < gauge.FEWEST or error.kind in BARRIERS:
        return error
    message = f"{error.message}, and the {count} articles that stood there cannot be found on the page"
    return ContentError(error.url, error.missing, message, kind=error.kind)


def _barrier(visit: Visit, task: PollTask, page: Page) -> ContentError | None:
    """Return what stands in the list's place: a consent wall, a bot challenge; None if it is something else."""
    try:
        visit.read(extract.article, page, None, task.source)
    except ContentError as error:
        return error if error.kind in BARRIERS else None
    return None
