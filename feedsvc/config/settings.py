"""The shape of config.toml: every key, its kind and its default. What TOML gives in, a Document and its faults out.

Values stay as the operator wrote them ("15m", "env:NAME"). A value that is no good becomes a Fault and its default
takes its place, so that one reading finds every fault and what depends on a good value is still looked at.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from feedsvc import rules
from feedsvc.config import lines, spelling


class Fault(NamedTuple):
    """What is wrong at one place of the file."""

    path: lines.Path
    message: str
    hint: str | None = None


class Table(BaseModel):
    """A table of config.toml: no key but these, and no value that has to be guessed at ("1" is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def written(self, key: str) -> bool:
        """Whether the operator wrote this key."""
        return key in self.model_fields_set


class Service(Table):
    title: spelling.SomeText = "feedsvc"
    base_url: spelling.Base = ""
    language: Literal["de", "en"] = "de"
    timezone: spelling.Timezone = "Europe/Berlin"
    contact: spelling.Contact = ""
    var: spelling.FilePath = "var"


class Web(Table):
    host: spelling.SomeText = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    max_age: spelling.SomeTime = "15m"
    ready_after: spelling.SomeTime = "3h"
    status_token: str = ""
    hub: spelling.AddressOrNone = ""


class Host(Table):
    """How one host is asked."""

    host_gap: spelling.Span = "2s"
    max_bytes: spelling.Size = "10MB"
    deadline: spelling.SomeTime = "60s"
    workers: Annotated[int, Field(ge=1, le=512)] = 32
    allow_private: spelling.Hosts = ()
    respect_robots: bool = True
    respect_tdm: bool = True
    proxy: spelling.Proxy = ""
    ca_file: spelling.FilePathOrNone = ""


class Fetch(Host):
    hosts: Mapping[str, Host] = {}


class Defaults(Table):
    """What each source may say for itself."""

    every: spelling.SomeTime = "60m"
    adaptive: bool = False
    min_every: spelling.SomeTime = "15m"
    max_every: spelling.SomeTime = "24h"
    content: Literal["teaser", "full"] = "teaser"
    images: Literal["none", "link"] = "none"
    articles: Literal["auto", "always", "never"] = "auto"
    limit: Annotated[int, Field(ge=1, le=10_000)] = 50
    keep: spelling.Span = "0"


class Feeds(Table):
    entries: Annotated[int, Field(ge=1, le=1000)] = 50


class Category(Table):
    slug: spelling.Slug = ""
    name: spelling.SomeText = ""
    labels: spelling.Texts = ()
    keywords: spelling.Texts = ()
    was: spelling.Slugs = ()
    fallback: bool = False


class Rules(Table):
    """What the rules for lists and those for articles have in common."""

    title: spelling.Rules = ()
    kicker: spelling.Rules = ()
    date: spelling.Rules = ()
    teaser: spelling.Rules = ()
    image: spelling.Rules = ()
    author: spelling.Rules = ()
    category: spelling.Rules = ()
    remove: spelling.Rules = ()


class ListRules(Rules):
    item: spelling.Rules = ()
    link: spelling.Rules = ()
    include: spelling.Rules = ()
    exclude: spelling.Rules = ()


class ArticleRules(Rules):
    body: spelling.Rules = ()
    caption: spelling.Rules = ()
    credit: spelling.Rules = ()
    next_page: spelling.Rules = ()
    single_page: spelling.Rules = ()
    strip: spelling.Rules = ()
    updated: spelling.Rules = ()
    language: spelling.Rules = ()
    paywall: spelling.Rules = ()
    replace: spelling.Pairs = ()
    required: spelling.Rules = ()


class Extract(Table):
    site_rules: spelling.FilePathOrNone = ""


class Profile(Table):
    site_rules: spelling.FilePathOrNone = ""
    list: ListRules = ListRules()
    article: ArticleRules = ArticleRules()


class Source(Defaults):
    id: spelling.Slug = ""
    url: spelling.Address = ""
    name: spelling.Note = ""
    kind: Literal["auto", "feed", "html", "sitemap", "json"] = "auto"
    cron: spelling.Cron = ""
    backfill: Annotated[int, Field(ge=0, le=100_000)] = 0
    since: spelling.Day = ""
    categories: spelling.Texts = ()
    tags: spelling.Texts = ()
    profile: str = ""
    site_rules: spelling.FilePathOrNone = ""
    enabled: bool = True
    license: spelling.Note = ""
    language: spelling.Language = ""
    timezone: spelling.Timezone = ""
    ignore_robots: spelling.Note = ""
    verify_tls: bool = True
    headers: spelling.Headers = {}
    list: ListRules = ListRules()
    article: ArticleRules = ArticleRules()


class Question(Table):
    slug: spelling.Slug = ""
    title: spelling.SomeText = ""
    any: spelling.Texts = ()
    all: spelling.Texts = ()
    none: spelling.Texts = ()
    sources: spelling.Texts = ()
    tags: spelling.Texts = ()
    query: spelling.Question = ""


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Document(Table):
    """The whole of config.toml."""

    service: Service = Service()
    web: Web = Web()
    fetch: Fetch = Fetch()
    defaults: Defaults = Defaults()
    feeds: Feeds = Feeds()
    extract: Extract = Extract()
    category: Annotated[tuple[Category, ...], BeforeValidator(_tuple)] = ()
    profile: Mapping[str, Profile] = {}
    source: Annotated[tuple[Source, ...], BeforeValidator(_tuple)] = ()
    feed: Annotated[tuple[Question, ...], BeforeValidator(_tuple)] = ()


# The tables as the file names them; "*" stands for a name of the operator's.
_TABLES: Mapping[str, type[Table]] = {
    "service": Service,
    "web": Web,
    "fetch": Fetch,
    "fetch.hosts.*": Host,
    "defaults": Defaults,
    "feeds": Feeds,
    "extract": Extract,
    "category": Category,
    "profile.*": Profile,
    "profile.*.list": ListRules,
    "profile.*.article": ArticleRules,
    "source": Source,
    "source.list": ListRules,
    "source.article": ArticleRules,
    "feed": Question,
}
_REPEATED = frozenset({"category", "source", "feed"})  # written [[source]]
_SAME_AS_ANOTHER = frozenset({"fetch.hosts.*", "source.list", "source.article"})


def keys() -> tuple[str, ...]:
    """Return every key of config.toml: "web.port", "category.slug", "profile.*.list.item".

    Tables with the keys of another one are one key here: "fetch.hosts" is as [fetch], "source.list" as a profile's.
    """
    return tuple(
        f"{table}.{key}"
        for table, shape in _TABLES.items()
        if table not in _SAME_AS_ANOTHER
        for key in shape.model_fields
        if f"{table}.{key}" not in _TABLES or f"{table}.{key}" in _SAME_AS_ANOTHER
    )


def read(raw: Mapping[str, object]) -> tuple[Document, tuple[Fault, ...]]:
    """Return what the file says, with the default in the place of everything that is wrong, and what is wrong."""
    rest: dict[str, Any] = copy.deepcopy(dict(raw))
    faults: list[Fault] = []
    while True:
        try:
            return Document.model_validate(rest), tuple(faults)
        except ValidationError as error:
            details = error.errors(include_url=False)
        faults.extend(_fault(detail) for detail in details)
        for detail in details:
            _drop(rest, detail["loc"])


def _drop(rest: dict[str, Any], path: lines.Path) -> None:
    """Take a bad value out; in a list of tables an empty one takes its place, so that positions stay true."""
    *way, last = _key(path)
    holder: Any = rest
    for part in way:
        holder = holder[part]
    if isinstance(holder, list):
        holder[int(last)] = {}
    else:
        holder.pop(last, None)


def _key(path: lines.Path) -> lines.Path:
    """Return the path of the key a fault is about: not the third text in its list, but the list."""
    return path[:-1] if len(path) > 2 and isinstance(path[-1], int) else path


def _fault(detail: ErrorDetails) -> Fault:
    message, hint = _sentence(detail)
    return Fault(_key(detail["loc"]), message, hint)


_KINDS = {
    "string_type": "must be a text in quotation marks",
    "bool_type": "must be true or false, without quotation marks",
    "int_type": "must be a whole number, without quotation marks",
    "tuple_type": 'must be a list: ["...", "..."]',
}


def _sentence(detail: ErrorDetails) -> tuple[str, str | None]:
    kind, path, context = detail["type"], detail["loc"], detail.get("ctx", {})
    match kind:
        case "ours":
            return str(context["message"]), context["hint"]
        case "extra_forbidden":
            return "unknown key", _meant(path)
        case "greater_than_equal":
            return f"must be at least {context['ge']}", None
        case "less_than_equal":
            return f"must be at most {context['le']}", None
        case "literal_error":
            return f"must be {str(context['expected']).replace(chr(39), chr(34))}", None
    if path[0] in _REPEATED and len(path) <= 2:
        return f"must be written as [[{path[0]}]], once for each", None
    names = ".".join(part for part in path if isinstance(part, str))
    return _KINDS.get(kind, f"must be a table: [{names}]"), None


def _meant(path: lines.Path) -> str:
    """Return where an unknown key's nearest known key is: in its own table, in another one, or the nearest at all."""
    table, key = _table(path[:-1]), str(path[-1])
    known = list(_TABLES[table].model_fields if table else Document.model_fields)
    elsewhere = [(other, home) for home, shape in _TABLES.items() if "." not in home for other in shape.model_fields]
    if table.endswith((".list", ".article")):
        return rules.meant(key, known)
    if (hint := spelling.nearest(key, known)) is not None:
        return hint
    close = spelling.close(key, [other for other, _ in elsewhere])
    if close is not None:
        homes = " or ".join(f"[[{home}]]" if home in _REPEATED else f"[{home}]" for k, home in elsewhere if k == close)
        return f"it belongs into {homes}" if close == key else f"did you mean {close} in {homes}?"
    return f"the nearest known key is {spelling.most_like(key, known)}"


def _table(path: lines.Path) -> str:
    """Return the name in _TABLES of the table at a path; "" is the whole file."""
    names = [part for part in path if isinstance(part, str)]
    own = {"profile": 1, "fetch": 2}.get(names[0], len(names)) if names else 0
    return ".".join(name if position != own else "*" for position, name in enumerate(names))
