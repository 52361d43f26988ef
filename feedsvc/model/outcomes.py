"""What a poll found out, and what has to be written about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from feedsvc.model.articles import Article
from feedsvc.model.kinds import ChangeKind, Failure, PollStatus
from feedsvc.model.leads import Rejected
from feedsvc.model.pages import Validators
from feedsvc.model.tasks import SourceState
from feedsvc.model.topics import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What has to be written about one article.

    "new" and "updated" carry the article and its memberships; "unchanged" carries only what was learned beside it
    (another address, the next look); "withdrawn" takes it out of every feed. `feed_time` is fixed with "new" and
    never changes after that (protocol P3, P4).
    """

    kind: ChangeKind
    id: str
    keys: tuple[str, ...] = ()
    article: Article | None = None
    fingerprint: str | None = None
    lead_fingerprint: str | None = None
    feed_time: datetime | None = None
    memberships: tuple[Membership, ...] = ()
    looks: int | None = None
    next_look_at: datetime | None = None
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One request, for the record (protocol F34)."""

    url: str
    at: datetime
    status: int | None
    bytes: int
    seconds: float
    error: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One poll's whole result: recorded in one transaction or not at all.

    `listed` are the ids of the articles on the listing in page order, None if it was not read. `pending` replaces the
    task's. `state` replaces the source's.
    """

    source: str
    lease: str
    status: PollStatus
    started_at: datetime
    finished_at: datetime
    state: SourceState
    next_poll_at: datetime
    why: str
    changes: tuple[Change, ...] = ()
    listed: tuple[str, ...] | None = None
    pending: Mapping[str, int] = field(default_factory=dict)
    fetches: tuple[Fetched, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    error: Failure | None = None
