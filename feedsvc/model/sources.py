"""Whom we ask, and by which rules what they answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from feedsvc.model.kinds import SourceKind

# A rule is a CSS selector, or an XPath after "xpath:"; behind it may stand "@attribute" or "::text", "=~ expression"
# (html.selector). Several are tried in order, the first that finds something wins; of remove, strip, replace all count.


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules:
    """How the items of a listing page are read (`[profile.x.list]`, `[source.list]`); () means: read it yourself."""

    item: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    kicker: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    teaser: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    include: tuple[str, ...] = ()  # regular expressions an article's address must match (one of them)
    exclude: tuple[str, ...] = ()  # regular expressions it must not match


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRules:
    """How an article page is read (`[profile.x.article]`, `[source.article]`); () means: read it yourself."""

    title: tuple[str, ...] = ()
    kicker: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    teaser: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    next_page: tuple[str, ...] = ()  # the link to the following page of the same article
    single_page: tuple[str, ...] = ()  # the link to all of its pages in one
    remove: tuple[str, ...] = ()  # taken out before anything else is read
    strip: tuple[str, ...] = ()  # left out of the text only: the other rules still read it
    updated: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    paywall: tuple[str, ...] = ()  # what stands only on pages that want to be paid for
    replace: tuple[tuple[str, str], ...] = ()  # in the source text before it is parsed: (find, put)
    required: tuple[str, ...] = ()  # keys whose rules have to find something, or the page is an error


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """What one source changes about its requests. `headers` may hold secrets: never printed."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    verify_tls: bool = True
    ignore_robots: str = ""  # the written reason; "" obeys robots.txt


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often the operator wants a source to be asked. `cron` (five fields, local time) replaces `every`."""

    every: timedelta = timedelta(hours=1)
    cron: str = ""
    adaptive: bool = False
    min_every: timedelta = timedelta(minutes=15)
    max_every: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One site as the operator configured it: the slice of config.toml that the stages are given."""

    id: str
    url: str
    name: str = ""
    kind: SourceKind = "auto"
    categories: tuple[str, ...] = ()  # labels given to every article
    tags: tuple[str, ...] = ()
    list_rules: ListRules = ListRules()
    article_rules: ArticleRules = ArticleRules()
    http: HttpOptions = HttpOptions()
    rhythm: Rhythm = Rhythm()
    content: Literal["teaser", "full"] = "teaser"
    images: Literal["none", "link"] = "none"
    articles: Literal["auto", "always", "never"] = "auto"
    limit: int = 50
    backfill: int = 0  # articles of its back catalogue that are wanted
    since: datetime | None = None  # and how far back they may lie
    keep: timedelta | None = None  # None: for ever
    license: str = ""
    language: str = "de"
    timezone: str = "Europe/Berlin"
    enabled: bool = True
