"""An article that was read, and what is known of it, in; what has to be written about it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from feedsvc import classify, decide
from feedsvc.model import Article, Change, Known, Page, PollTask, Validators


def new(
    task: PollTask,
    candidate: decide.Candidate,
    article: Article,
    keys: tuple[str, ...],
    page: Page | None,
    at: datetime,
) -> Change:
    """Return the change that enters an article; `page` is None if the lead alone was enough."""
    source = task.source
    feed_time = decide.feed_time(article, at, candidate.position, source.timezone, candidate.above)
    looks = 1 if page else 0
    return Change(
        kind="new",
        id=decide.mint(source.id, keys),
        keys=keys,
        article=article,
        fingerprint=decide.fingerprint(article),
        lead_fingerprint=candidate.fingerprint,
        feed_time=feed_time,
        memberships=classify.memberships(article, source, task.vocabulary),
        looks=looks,
        next_look_at=decide.next_look(looks, feed_time, at),
        validators=page.validators if page else Validators(),
    )


def edited(
    task: PollTask,
    known: Known,
    article: Article,
    page: Page | None,
    at: datetime,
    *,
    keys: tuple[str, ...] = (),
    lead_fingerprint: str | None = None,
) -> Change:
    """Return "updated" only for a real edit; another address, or a listing that words it anew, is none."""
    fingerprint = decide.fingerprint(article)
    looks = known.looks + (page is not None)
    learned = Change(
        kind="unchanged",
        id=known.id,
        keys=keys,
        lead_fingerprint=lead_fingerprint or known.lead_fingerprint,
        looks=looks,
        next_look_at=decide.next_look(looks, known.feed_time, at) if page else known.next_look_at,
        validators=page.validators if page else known.validators,
    )
    if fingerprint == known.fingerprint or known.withdrawn:
        return learned
    return replace(
        learned,
        kind="updated",
        article=article,
        fingerprint=fingerprint,
        memberships=classify.memberships(article, task.source, task.vocabulary),
    )


def reworded(known: Known, candidate: decide.Candidate) -> Change:
    """Return that a list now says it in other words, or leads there by another address: no edit."""
    return Change(
        kind="unchanged",
        id=known.id,
        keys=candidate.keys,
        lead_fingerprint=candidate.fingerprint,
        looks=known.looks,
        next_look_at=known.next_look_at,
        validators=known.validators,
    )
