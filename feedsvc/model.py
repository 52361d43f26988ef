"""Every value that crosses a module line: frozen, comparable, picklable, without I/O.

Read in the order of the flow: Source -> PollTask -> Page -> Lead -> Article -> Change -> Outcome -> Document.
Instants are aware datetimes, spans are timedeltas, missing single values are None and never "".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, ParamSpec, Protocol, TypeVar

Precision = Literal["second", "minute", "day"]
Access = Literal["free", "metered", "paywall", "consent_wall"]
SourceKind = Literal["auto", "feed", "html", "sitemap", "json"]
PollStatus = Literal["ok", "unchanged", "degraded", "error", "blocked", "disallowed", "deferred", "gone"]
Health = Literal["new", "ok", "quiet", "degraded", "broken", "blocked", "gone", "disabled"]
ChangeKind = Literal["new", "updated", "unchanged", "withdrawn"]
FeedKind = Literal["category", "question", "source", "all"]
ErrorKind = Literal[
    "dns", "connect", "tls", "timeout", "deadline", "too_large", "truncated", "encoding", "redirect",
    "private_address", "robots", "tdm", "unauthorized", "forbidden", "challenge", "consent_wall", "paywall",
    "not_found", "gone", "rate_limited", "server_error", "client_error", "not_a_feed", "parse", "no_items", "rule",
    "internal",
]  # fmt: skip


# ---- what goes wrong ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with the configuration: the dotted key, its line, what is wrong, what to do."""

    key: str
    line: int | None
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        return f"{where}{self.key}: {self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a poll, a page or an item did not give what it should: the contract's error kind and a sentence."""

    kind: ErrorKind
    message: str


# ---- rules ----------------------------------------------------------------------------------------------------------
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


# ---- Source: whom we ask --------------------------------------------------------------------------------------------


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


# ---- Page: what a request gave --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified exactly as the origin wrote them (RFC 9110 8.8); None where it sent none."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One address to fetch. `validators` are sent as If-None-Match and If-Modified-Since (RFC 9110 13.1)."""

    url: str
    validators: Validators = Validators()
    http: HttpOptions = HttpOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer with status 200, or 304 with an empty body; every other answer is a FetchError.

    `body` has its content encoding removed; `fresh_for` is the longest time the origin says the answer stays valid
    (max-age, else Expires minus Date); `moved_to` is set when every redirect on the way was permanent.
    """

    url: str
    final_url: str
    status: int = 200
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""
    charset: str | None = None
    validators: Validators = Validators()
    fresh_for: timedelta | None = None
    moved_to: str | None = None
    feeds: tuple[str, ...] = ()  # what the Link header names as other forms of the page (RFC 8288), as written
    fetched_at: datetime | None = None  # None: unknown, so "vor 3 Stunden" is unreadable
    wire_bytes: int = 0
    seconds: float = 0.0

    @property
    def not_modified(self) -> bool:
        return self.status == 304


# ---- Lead and Listing: what a page points at ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture and the three texts that belong to it; none of them is ever a teaser."""

    url: str | None = None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file an item carries (a podcast's audio): absolute address, media type, length in bytes if told."""

    url: str
    media_type: str
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a listing or a feed says about one article, before the article itself is read.

    `title` is "Kicker: Headline" where there is a kicker, else the headline. `guid`, `updated`, `body_html`, `access`
    and `enclosures` come from feeds only.
    """

    url: str
    title: str | None = None
    kicker: str | None = None
    headline: str | None = None
    teaser: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None
    image: Image | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    guid: str | None = None
    updated: datetime | None = None
    body_html: str | None = None
    access: Access | None = None
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One item of a listing that could not be read, and why; the others are unharmed."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Another list of the same site that a list names (a sitemap in an index), and when it last changed."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The leads of one page in page order, and what the page says about itself. `next_page` is a value, not a call."""

    leads: tuple[Lead, ...]
    kind: Literal["feed", "html", "sitemap", "json"] = "html"
    title: str | None = None
    language: str | None = None
    next_page: str | None = None
    fresh_for: timedelta | None = None  # RSS ttl, sy:updatePeriod
    rejected: tuple[Rejected, ...] = ()
    further: tuple[Further, ...] = ()  # the last changed first


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An address that may give a site's articles, and how it was come upon ("link element", "usual address")."""

    url: str
    by: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What an address was found to give: whether a source may be read there, and why or why not."""

    url: str
    by: str
    good: bool
    reason: str
    kind: Literal["feed", "html", "sitemap", "json"] | None = None  # None: nothing that can be read
    leads: tuple[Lead, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a source of kind "auto" is read: found once, kept until it fails or the source's address is edited."""

    url: str
    why: str


# ---- Article --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, normalised (contract: the attributes of `extract_article`).

    `headline` is the visible headline without kicker; `title` is "Kicker: Headline" where there is a kicker, else the
    headline. `body_html` is sanitised, its links absolute; `body_text` has one paragraph a line. `authors` and
    `categories` are labels as the page prints them. `canonical` is the address the page calls its own. `next_page` is
    the following page of an article over several pages, `single_page` the one that holds them all: values, not calls.
    """

    url: str
    title: str
    headline: str
    kicker: str | None = None
    teaser: str | None = None
    body_html: str | None = None
    body_text: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: Image | None = None
    language: str | None = None
    access: Access | None = None
    canonical: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    next_page: str | None = None
    single_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loser:
    """A candidate that was not taken, and the rule that found it."""

    rule: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one field of an article came about: the rule that gave it and the candidates that lost, best first."""

    field: str
    rule: str | None = None
    value: str | None = None
    lost: tuple[Loser, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLead:
    """One lead of a listing, and how its fields came about."""

    lead: Lead
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a listing page gives, how each field came about, and what was left out, with the reason."""

    leads: tuple[FoundLead, ...] = ()
    rejected: tuple[Rejected, ...] = ()


# ---- categories and feeds -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A topic of the operator's: labels win, keywords add to it, a fallback takes what no other category took."""

    slug: str
    name: str
    labels: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A saved question (`[[feed]]`): keys joined by AND; inside any, sources and tags by OR; () restricts nothing."""

    slug: str
    title: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Everything that decides which feeds an article belongs to."""

    categories: tuple[Category, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An article belongs to a feed, and why. `feed` is the feed's path ("feeds/politik"), `name` is for people."""

    feed: str
    name: str
    reason: str


# ---- PollTask: everything a poll needs to know ----------------------------------------------------------------------


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


# ---- Change and Outcome: what a poll found out ----------------------------------------------------------------------


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


# ---- what the store gives, what is published ------------------------------------------------------------------------


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


# ---- slices of the configuration that second-floor modules are given -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How requests are made. `hosts` holds complete settings for single hosts, keyed as `urls.host` writes them."""

    user_agent: str
    host_gap: timedelta = timedelta(seconds=2)
    max_bytes: int = 10_000_000  # decoded
    deadline: timedelta = timedelta(seconds=60)
    workers: int = 32
    allow_private: tuple[str, ...] = ()
    respect_robots: bool = True
    respect_tdm: bool = True
    proxy: str = field(default="", repr=False)  # may hold a password; "": from the environment, "none": no proxy
    ca_file: str = ""
    hosts: Mapping[str, FetchSettings] = field(default_factory=dict)

    def of(self, host: str) -> FetchSettings:
        """Return what holds for one host."""
        return self.hosts.get(host, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the web server is told; `status_token` is never printed."""

    host: str = "127.0.0.1"
    port: int = 8080
    max_age: timedelta = timedelta(minutes=15)
    ready_after: timedelta = timedelta(hours=3)
    status_token: str = field(default="", repr=False)
    hub: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """One origin's robots.txt as it was answered (RFC 9309 2.3): kept 24 h, also over restarts."""

    origin: str  # "https://example.org"
    status: int | None  # None: no answer at all
    body: str
    fetched_at: datetime


# ---- the two injected verbs -----------------------------------------------------------------------------------------

P = ParamSpec("P")
T = TypeVar("T")

Fetch = Callable[[Request], Page]  # raises FetchError


class Read(Protocol):
    """Runs a pure function on strangers' bytes, possibly in another process; raises what it raises, or ContentError."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...
