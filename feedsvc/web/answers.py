"""The addresses that are answers to a question, not files: health, readiness, status, search.

They open the store read-only for each request; if it cannot be opened they say 503, and every published file stays
served.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol
from urllib.parse import parse_qs

from feedsvc import query, reports, store
from feedsvc.errors import StoreError
from feedsvc.model import Site
from feedsvc.web import pages, settings
from feedsvc.web.files import PAGE_POLICY, Headers

_LONGEST = 200  # characters of a search

Answer = tuple[int, Headers, bytes]


class RequestHeaders(Protocol):
    """The part of granian's headers that is used here."""

    def get(self, name: str) -> str | None: ...


class Question(Protocol):
    """The part of an RSGI scope that an answer looks at."""

    query_string: str
    headers: RequestHeaders


Answerer = Callable[[Question], Answer]


def routes(given: settings.Settings) -> Mapping[str, Answerer]:
    """Return what answers which path below base_url."""
    return {
        "healthz": lambda _: _text(200, "ok\n"),
        "readyz": lambda _: _ready(given),
        "status": lambda question: _guarded(given, question, _status_page),
        "status.json": lambda question: _guarded(given, question, _status),
        "search": partial(_search, given, kind="html"),
        "search.rss": partial(_search, given, kind="rss"),
        "search.atom": partial(_search, given, kind="atom"),
        "search.json": partial(_search, given, kind="json"),
    }


def _ready(given: settings.Settings) -> Answer:
    """Red if no source succeeded within `ready_after` though some were due (contract, "URLs")."""
    try:
        with store.open(given.database, readonly=True) as opened:
            rows = [row for row in opened.sources() if row.enabled]
    except StoreError as error:
        return _text(503, f"the store cannot be read: {error}\n")
    now = datetime.now(UTC)
    patience = timedelta(seconds=given.ready_after)
    if not rows or any(row.last_success_at and now - row.last_success_at <= patience for row in rows):
        return _text(200, "ready\n")
    due = [row for row in rows if row.next_poll_at <= now or row.last_poll_at]
    if not due:
        return _text(200, "ready; nothing was due yet\n")
    return _text(503, f"no source succeeded within {patience}\n")


def _status(given: settings.Settings) -> Answer:
    with store.open(given.database, readonly=True) as opened:
        rows = [reports.source(row) for row in opened.sources()]
    body = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return 200, [("content-type", "application/json; charset=utf-8"), ("cache-control", "no-cache")], body


def _status_page(given: settings.Settings) -> Answer:
    with store.open(given.database, readonly=True) as opened:
        return _page(pages.status(_site(given), opened.sources()))


def _search(given: settings.Settings, question: Question, *, kind: str) -> Answer:
    """Answer a search with a page or a feed; what is no question is searched for word by word."""
    asked = " ".join(parse_qs(question.query_string).get("q", [""]))[:_LONGEST].strip()
    try:
        query.compiled(asked)
    except ValueError:
        asked = " ".join(query.words(asked))
    try:
        with store.open(given.database, readonly=True) as opened:
            site = replace(_site(given), origins=pages.with_origins(_site(given), opened.sources(polls=0)))
            entries = tuple(opened.articles(query=asked, limit=site.entries)) if asked else ()
    except StoreError as error:
        return _text(503, f"the store cannot be read: {error}\n")
    document = pages.search(site, asked, entries)[kind]
    if kind == "html":
        return _page(document.body)
    headers = [("content-type", document.media_type), ("access-control-allow-origin", "*")]
    return 200, [*headers, ("cache-control", f"public, max-age={int(given.max_age)}")], document.body


def _site(given: settings.Settings) -> Site:
    return Site(title=given.title, base_url=given.base_url, language=given.language, timezone=given.timezone)


def _page(body: bytes) -> Answer:
    headers = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-cache")]
    return 200, [*headers, ("content-security-policy", PAGE_POLICY), ("referrer-policy", "no-referrer")], body


def _guarded(given: settings.Settings, question: Question, answer: Callable[[settings.Settings], Answer]) -> Answer:
    """Answer only who knows the status token, if there is one: `Authorization: Bearer <token>`, or `?token=`."""
    if given.status_token:
        sent = (question.headers.get("authorization") or "").removeprefix("Bearer ").strip()
        sent = sent or " ".join(parse_qs(question.query_string).get("token", []))
        if not hmac.compare_digest(sent.encode(), given.status_token.encode()):
            status, headers, body = _text(401, "the status is for operators: send the status token\n")
            return status, [*headers, ("www-authenticate", "Bearer")], body
    try:
        return answer(given)
    except StoreError as error:
        return _text(503, f"the store cannot be read: {error}\n")


def _text(status: int, body: str) -> Answer:
    return status, [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-cache")], body.encode()
