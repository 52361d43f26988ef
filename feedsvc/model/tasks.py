"""What is remembered of a source, and everything a poll needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from feedsvc.model.kinds import Health, Precision
from feedsvc.model.leads import Way
from feedsvc.model.pages import Validators
from feedsvc.model.sources import ListRules, Source
from feedsvc.model.topics import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows about one article of the source, reached by any of its identity keys.

    `looks` counts how often its page was read; `next_look_at` is when it is read again (protocol F32), None is never.
    `headline`, `kicker` and `published` are what it is recognised by when a list is built anew.
    """

    id: str
    url: str
    headline: str
    fingerprint: str
    lead_fingerprint: str
    feed_time: datetime
    first_seen: datetime
    listed: bool = True  # it was on the listing the last time that was read
    withdrawn: bool = False
    looks: int = 0
    next_look_at: datetime | None = None
    validators: Validators = Validators()
    kicker: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What the good readings of a source were like, for the next one to be compared with.

    `leads` and `articles` are the shares of list entries and of article pages that had a field, as moving averages;
    `lacking` counts the article pages in a row that lacked one. `counts` are the entries of the last lists, `gaps` the
    hours between the last finds of something new.
    """

    readings: int = 0
    pages: int = 0
    counts: tuple[int, ...] = ()
    gaps: tuple[float, ...] = ()
    leads: Mapping[str, float] = field(default_factory=dict)
    articles: Mapping[str, float] = field(default_factory=dict)
    lacking: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """What is wrong with a source that answers: the failing field ("items", "list.published"), why, and since when."""

    field: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """How a list is read since its site was rebuilt, found out from the articles that were known.

    It stands in for `made_for`, the operator's rules, and is dropped when they are edited or work again. `old` and
    `new` say in words how the list was and is read, `evidence` why that is believed.
    """

    rules: ListRules
    made_for: ListRules
    old: str
    new: str
    evidence: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something an operator wants to have been told about a source: its health changed, its list is read anew."""

    at: datetime
    kind: Literal["health", "learned", "dropped"]
    health: Health
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is remembered about a source between two polls; written only together with an Outcome."""

    validators: Validators = Validators()
    body_hash: str | None = None
    health: Health = "new"
    health_since: datetime | None = None
    failures: int = 0  # polls in a row that gave nothing usable
    first_failed_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    not_before: datetime | None = None  # the origin asked us to wait until then
    usual_leads: int | None = None  # how many leads a good reading gave
    way: Way | None = None
    habits: Habits = Habits()
    ailment: Ailment | None = None
    learned: Learned | None = None
    incidents: tuple[Incident, ...] = ()  # the last ones, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class PollTask:
    """One source that is due, leased, with everything known about it: `poll` needs nothing else."""

    source: Source
    lease: str
    state: SourceState = SourceState()
    known: Mapping[str, Known] = field(default_factory=dict, repr=False)  # by identity key (urls.key, or "guid:...")
    pending: Mapping[str, int] = field(default_factory=dict)  # failed attempts by identity key
    vocabulary: Vocabulary = Vocabulary()
    force: bool = False
