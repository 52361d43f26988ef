"""The functions at the package root: HTML in, values out, no I/O (contract, "Python")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feedsvc import dates, discover, extract
from feedsvc import rules as compile_rules
from feedsvc.model import Article, Lead, Page, Source


def extract_article(
    html: bytes, url: str, *, rules: Mapping[str, object] | None = None, language: str | None = None
) -> Article:
    """Return the article on a page, normalised; ContentError if the page holds none.

    `rules` is what TOML gives for `[profile.x.article]`; ConfigError names a rule that cannot be used. `language` is
    what dates are read in where the page does not tell ("de" by default).
    """
    compiled = compile_rules.article(rules or {})
    source = Source(id="page", url=url, article_rules=compiled, language=language or "de")
    return extract.article(Page(url=url, final_url=url, body=html), None, source)


def find_leads(
    html: bytes, url: str, *, rules: Mapping[str, object] | None = None, language: str | None = None
) -> tuple[Lead, ...]:
    """Return the articles a page points at, in page order: a listing's items, or an article's related teasers.

    `rules` is what TOML gives for `[profile.x.list]`; ConfigError names a rule that cannot be used. ContentError if
    the page is none that can be read.
    """
    source = Source(id="page", url=url, list_rules=compile_rules.listing(rules or {}), language=language or "de")
    return discover.find(Page(url=url, final_url=url, body=html), source)


def parse_date(
    text: str, *, language: str = "de", timezone: str = "Europe/Berlin", now: datetime | None = None
) -> datetime | None:
    """Return the instant a date text tells, aware; a day gives 00:00 local time, unreadable gives None.

    "gestern" and "vor 3 Stunden" need `now`.
    """
    moment = dates.parse(text, language=language, timezone=timezone, now=now)
    return moment.at if moment else None
