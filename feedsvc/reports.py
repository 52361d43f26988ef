"""Stored values in, the plain mappings out that `--json` and `/status.json` show: keys are never left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from feedsvc.model import Ailment, Entry, Failure, Feed, Habits, Incident, Learned, Outcome
from feedsvc.store import Deferred, FeedStats, PollRow, SourceRow

Json = Mapping[str, object]


def source(row: SourceRow) -> Json:
    """Return one source for `status` (contract, "Commands")."""
    return {
        "id": row.id,
        "name": row.name,
        "url": row.url,
        "health": row.health if row.enabled else "disabled",
        "enabled": row.enabled,
        "last_poll_at": instant(row.last_poll_at),
        "last_success_at": instant(row.last_success_at),
        "last_new_at": instant(row.last_new_at),
        "next_poll_at": instant(row.next_poll_at) if row.enabled else None,
        "why": row.why,
        "reads": {"url": row.way.url, "why": row.way.why} if row.way else None,
        "error": failure(row.error),
        "health_since": instant(row.health_since),
        "failing": ailment(row.ailment),
        "learned": learned(row.learned),
        "usual": usual(row.habits),
        "incidents": [incident(each) for each in row.incidents],
        "polls": [poll(each) for each in row.polls],
    }


def ailment(found: Ailment | None) -> Json | None:
    """Return the field of a source that fails, why, and since when."""
    return None if found is None else {"field": found.field, "reason": found.reason, "since": instant(found.since)}


def learned(found: Learned | None) -> Json | None:
    """Return by which rules a list is read since its site was rebuilt, instead of which, and what speaks for them."""
    if found is None:
        return None
    rules = {
        one.name: list(value) if len(value) > 1 else value[0]
        for one in fields(found.rules)
        if (value := getattr(found.rules, one.name))
    }
    return {"old": found.old, "new": found.new, "rules": rules, "evidence": found.evidence, "since": instant(found.at)}


def usual(habits: Habits) -> Json:
    """Return what a source's good readings are like: entries on the list, hours between finds, shares of fields."""
    return {
        "readings": habits.readings,
        "entries": [min(habits.counts), max(habits.counts)] if habits.counts else None,
        "hours_between_news": round(median(habits.gaps), 2) if habits.gaps else None,
        "list": dict(habits.leads),
        "article": dict(habits.articles),
    }


def incident(each: Incident) -> Json:
    """Return something an operator wants to have been told about a source."""
    return {"at": instant(each.at), "kind": each.kind, "health": each.health, "message": each.message}


def poll(row: PollRow) -> Json:
    """Return one recorded poll of a source."""
    return {
        "at": instant(row.started_at),
        "status": row.status,
        "http_status": row.http_status,
        "bytes": row.bytes,
        "seconds": round(row.seconds, 3),
        "found": row.found,
        "new": row.new,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "withdrawn": row.withdrawn,
        "error": failure(row.error),
        "rejected": [{"where": each.where, "reason": each.reason} for each in row.rejected],
        "next_poll_at": instant(row.next_poll_at),
        "why": row.why,
    }


def outcome(done: Outcome) -> Json:
    """Return what a poll just came to, for `poll --json`."""
    kinds = [change.kind for change in done.changes]
    touched = {change.id for change in done.changes}
    untouched = sum(id not in touched for id in done.listed or ())
    return {
        "id": done.source,
        "status": done.status,
        "found": None if done.listed is None else len(done.listed),
        "new": kinds.count("new"),
        "updated": kinds.count("updated"),
        "unchanged": kinds.count("unchanged") + untouched,
        "error": failure(done.error),
        "seconds": round((done.finished_at - done.started_at).total_seconds(), 3),
        "next_poll_at": instant(done.next_poll_at),
        "why": done.why,
    }


def deferred(put_off: Deferred) -> Json:
    """Return a source that may not be polled yet, in the shape of `outcome`."""
    return {
        "id": put_off.source_id,
        "status": "deferred",
        "found": None,
        "new": 0,
        "updated": 0,
        "unchanged": 0,
        "error": None,
        "seconds": 0.0,
        "next_poll_at": instant(put_off.until),
        "why": put_off.why,
    }


def entry(stored: Entry, timezone: str) -> Json:
    """Return one stored article for `articles`: the contract's attributes and what the store knows beside them."""
    article = stored.article
    image = article.image
    return {
        "id": stored.id,
        "source": stored.source,
        "url": article.url,
        "title": article.title,
        "kicker": article.kicker,
        "headline": article.headline,
        "teaser": article.teaser,
        "body_html": article.body_html,
        "body_text": article.body_text,
        "published": instant(article.published),
        "published_precision": article.published_precision,
        "updated": instant(article.updated),
        "authors": list(article.authors),
        "categories": list(article.categories),
        "image": image and {"url": image.url, "alt": image.alt, "caption": image.caption, "credit": image.credit},
        "language": article.language,
        "access": article.access,
        "feeds": [membership.feed.removeprefix("feeds/") for membership in stored.memberships],
        "first_seen": instant(stored.first_seen, timezone),
        "changed": instant(stored.changed, timezone),
        "reasons": {m.feed.removeprefix("feeds/"): m.reason for m in stored.memberships},
    }


def feed(known: Feed, stats: FeedStats | None, url: Callable[[str], str]) -> Json:
    """Return one feed for `feeds`; `url` turns its path into the address people subscribe to."""
    return {
        "slug": known.slug,
        "title": known.title,
        "kind": known.kind,
        "url": url(f"{known.path}.atom"),
        "page": url(f"{known.path}/"),
        "entries": stats.entries if stats else 0,
        "per_day": round(stats.per_day, 2) if stats else 0.0,
        "changed": instant(known.changed),
    }


def failure(error: Failure | None) -> Json | None:
    """Return an error as the contract writes it, None where there is none."""
    return None if error is None else {"kind": error.kind, "message": error.message}


def instant(at: datetime | None, timezone: str | None = None) -> str | None:
    """Return an instant as ISO 8601 with offset, to the second."""
    if at is None:
        return None
    return (at.astimezone(ZoneInfo(timezone)) if timezone else at).isoformat(timespec="seconds")
