"""One article, normalised, and how each of its fields came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feedsvc.model.kinds import Access, Precision
from feedsvc.model.leads import Enclosure, Image, Lead, Rejected


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
