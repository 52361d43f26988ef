"""What the store gives, and what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from feedsvc.model.articles import Article
from feedsvc.model.kinds import FeedKind
from feedsvc.model.topics import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A stored article as it stands in feeds. `id` is minted once (protocol P1); `changed` is its last real edit."""

    id: str
    source: str
    article: Article
    feed_time: datetime
    first_seen: datetime
    changed: datetime
    memberships: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What readers are told about a source, and what its licence lets us publish."""

    id: str
    name: str
    url: str
    content: Literal["teaser", "full"] = "teaser"
    images: Literal["none", "link"] = "none"
    license: str = ""
    language: str = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed people can subscribe to. `path` is its URL without extension ("feeds/politik", "sources/move")."""

    path: str
    slug: str
    title: str
    kind: FeedKind
    changed: datetime  # the newest change in this feed, the day it was made if it never had an entry; never now
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every document of this installation has in common."""

    title: str
    base_url: str  # without a trailing slash; may have a path
    language: str = "de"
    timezone: str = "Europe/Berlin"
    contact: str = ""
    max_age: timedelta = timedelta(minutes=15)
    hub: str = ""
    entries: int = 50
    version: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file under var/public: `path` relative to it, never absolute, never with ".."."""

    path: str
    media_type: str
    body: bytes = field(repr=False)
