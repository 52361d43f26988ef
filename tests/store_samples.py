"""What the store's tests speak of: a clock's start, sources, articles, the outcome of a poll."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from feedsvc import html, store
from feedsvc.model import Article, Change, Image, Membership, Outcome, PollTask, Source, SourceState, Vocabulary
from feedsvc.store import Deferred, Store

NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
GAP = 2 * SECOND
POLITIK = Membership(feed="feeds/politik", name="Politik", reason="label: Politik")
TECHNIK = Membership(feed="feeds/technik", name="Technik", reason="keyword: Rechenzentrum")


@lru_cache
def _empty() -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "feedsvc.db"
        store.open(path).close()
        return path.read_bytes()


def open_fresh(directory: Path) -> Store:
    """An empty store; making one from the first migration on takes ten times as long."""
    (directory / "feedsvc.db").write_bytes(_empty())
    return store.open(directory / "feedsvc.db")


def source(id_: str, url: str | None = None, **more: Any) -> Source:
    return Source(id=id_, url=url or f"https://{id_}.example/news", **more)


def article(number: int, **more: Any) -> Article:
    """An article that has everything, so that a field the store forgets shows."""
    body = f"<p>Die Stadt Nummer {number} baut ein <em>Rechenzentrum</em>.</p><p>Zweiter Absatz.</p>"
    values: dict[str, Any] = {
        "url": f"https://amt.example/artikel/{number}",
        "title": f"Bad Sülze: Neues Rechenzentrum {number}",
        "headline": f"Neues Rechenzentrum {number}",
        "kicker": "Bad Sülze",
        "teaser": "Die Bürger:innen warten schon lange.",
        "body_html": body,
        "body_text": html.plain(body),
        "published": datetime.fromisoformat("2026-03-27T00:00:00+01:00"),
        "published_precision": "day",
        "authors": ("Ada Beispiel", "dpa"),
        "categories": ("Politik",),
        "image": Image(alt="Ein Turm", caption="Der Turm", credit="(Bildquelle: A. B.)"),
        "language": "de",
        "access": "free",
        **more,
    }
    return Article(**values)


def new(number: int, *memberships: Membership, **more: Any) -> Change:
    values: dict[str, Any] = {
        "kind": "new",
        "id": f"urn:uuid:{number:032x}",
        "keys": (f"guid:{number}", f"amt.example/artikel/{number}"),
        "article": article(number),
        "fingerprint": "f",
        "lead_fingerprint": "l",
        "feed_time": NOW - number * MINUTE,
        "memberships": memberships or (POLITIK,),
        "looks": 1,
        "next_look_at": NOW + HOUR,
        **more,
    }
    return Change(**values)


def outcome(task: PollTask, changes: Iterable[Change] = (), *, at: datetime = NOW, **more: Any) -> Outcome:
    """A poll that went well; unless told otherwise, the listing shows exactly the articles that were taken."""
    changes = tuple(changes)
    values: dict[str, Any] = {
        "source": task.source.id,
        "lease": task.lease,
        "status": "ok",
        "started_at": at,
        "finished_at": at + SECOND,
        "state": SourceState(health="ok", last_poll_at=at, last_success_at=at),
        "next_poll_at": at + HOUR,
        "why": "every 1h",
        "changes": changes,
        "listed": tuple(change.id for change in changes if change.kind != "withdrawn"),
        **more,
    }
    return Outcome(**values)


def claim(
    opened: Store,
    sources: Sequence[Source],
    *,
    now: datetime = NOW,
    holder: str = "run-1",
    living: Collection[str] = ("run-1", "run-2"),
    limit: int = 100,
    gap: timedelta = GAP,
    **more: Any,
) -> tuple[PollTask | Deferred, ...]:
    return opened.claim(
        {source.id: source for source in sources},
        Vocabulary(),
        now=now,
        holder=holder,
        lease=15 * MINUTE,
        limit=limit,
        alive=lambda name: name in living,
        host_gap=lambda host: gap,
        **more,
    )


def task(opened: Store, source_: Source, *, now: datetime = NOW, **more: Any) -> PollTask:
    """Make the source known and lease it, whatever its next poll."""
    opened.sync_sources([source_], now)
    (found,) = claim(opened, [source_], now=now, only=[source_.id], gap=timedelta(0), **more)
    assert isinstance(found, PollTask), found
    return found
