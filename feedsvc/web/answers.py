"""The addresses that are answers to a question, not files: health, readiness, status, incidents, metrics, search.

They open the store read-only for each request; if it cannot be opened they say 503, and every published file stays
served.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol
from urllib.parse import parse_qs

from feedsvc import query, reports, store
from feedsvc.errors import StoreError
from feedsvc.model import Site
from feedsvc.render import words
from feedsvc.store import SourceRow
from feedsvc.web import charts, explain, incidents, negotiate, pages, settings
from feedsvc.web.files import PAGE_POLICY, Headers

_LONGEST = 200  # characters of a search
_KEPT = 5.0  # seconds an answer to /metrics is good for
_TURN = timedelta(seconds=60)  # how long a source may wait for its turn before it counts as not having succeeded
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

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
        "status/": lambda question: _guarded(given, question, _status_page),
        "status.json": lambda question: _guarded(given, question, _status),
        "status.atom": lambda question: _guarded(given, question, partial(_incidents, question)),
        "metrics": _for_a_while(lambda question: _guarded(given, question, _metrics)),
        "search": partial(_search, given, kind="html"),
        "search.rss": partial(_search, given, kind="rss"),
        "search.atom": partial(_search, given, kind="atom"),
        "search.json": partial(_search, given, kind="json"),
    }


def _ready(given: settings.Settings) -> Answer:
    """Red if no source succeeded within `ready_after` though some were due (contract, "URLs").

    A source that is only waiting for its turn has not failed yet.
    """
    now, patience = datetime.now(UTC), timedelta(seconds=given.ready_after)
    try:
        with store.open(given.database, readonly=True) as opened:
            if opened.has_succeeded(now - patience):
                return _text(200, "ready\n")
            if not opened.should_have_succeeded(now - patience, now - min(patience, _TURN)):
                return _text(200, "ready; nothing was due\n")
    except StoreError as error:
        return _text(503, f"the store cannot be read: {error}\n")
    return _text(503, f"no source succeeded within {patience}\n")


def _status(given: settings.Settings) -> Answer:
    now, language = datetime.now(UTC), words.of(_site(given)).language
    with store.open(given.database, readonly=True) as opened:
        history = opened.history(_month(now))
        rows = [
            json.dumps(_told(row, history.get(row.id, ()), language), ensure_ascii=False) for row in opened.sources()
        ]
    body = f"[{','.join(f'{chr(10)}{row}' for row in rows)}\n]\n".encode()  # a line each, as `status --json`
    return 200, [("content-type", "application/json; charset=utf-8"), ("cache-control", "no-cache")], body


def _told(row: SourceRow, days: Sequence[store.Day], language: str) -> Mapping[str, object]:
    """Return a source as `feedsvc status --json` tells it, with what to do and how its last 30 days were."""
    kind, failing = row.error.kind if row.error else None, row.ailment.field if row.ailment else None
    history = [
        {"day": d.day, "polls": d.polls, "failed": d.failed, "new": d.new, "seconds": round(d.seconds, 3)} for d in days
    ]
    advice = explain.advice(language, row.id, row.health, kind, failing)
    return {**reports.source(row), "advice": advice, "history": history}


def _status_page(given: settings.Settings) -> Answer:
    now = datetime.now(UTC)
    with store.open(given.database, readonly=True) as opened:
        sources = pages.gravest_first(opened.sources(polls=0))
        watched = pages.Watched(
            sources=sources,
            history=opened.history(_month(now), [row.id for row in sources[: pages.SHOWN]]),
            incidents=opened.incidents(pages.INCIDENTS),
            problems=opened.problems(),
            now=now,
        )
    return _page(pages.status(_site(given), watched))


def _incidents(question: Question, given: settings.Settings) -> Answer:
    with store.open(given.database, readonly=True) as opened:
        document = incidents.atom(opened.incidents(pages.INCIDENTS), _site(given))
    etag = f'"{hashlib.blake2b(document.body, digest_size=12).hexdigest()}"'
    kept = [("etag", etag), ("cache-control", "no-cache")]
    if negotiate.unchanged(question.headers.get("if-none-match"), None, etag, _NEVER):
        return 304, kept, b""
    return 200, [*kept, ("content-type", document.media_type)], document.body


def _metrics(given: settings.Settings) -> Answer:
    from feedsvc.web import metrics  # a server that nobody asks for metrics does without

    now = datetime.now(UTC)
    with store.open(given.database, readonly=True) as opened:
        figures, problems = opened.figures(now, most=metrics.MOST), opened.problems()
    files = {"db": given.database, "wal": given.database.with_name("feedsvc.db-wal")}
    sizes = {name: file.stat().st_size if file.exists() else 0 for name, file in files.items()}
    body = metrics.exposition(
        figures,
        metrics.Published(sizes=sizes, public=given.public),
        len(problems.refused) + len(problems.left_out),
        now,
    )
    return 200, [("content-type", metrics.MEDIA_TYPE), ("cache-control", "no-cache")], body


def _for_a_while(answer: Answerer) -> Answerer:
    """Give the last good answer again for a few seconds, so that many who ask cost no more than one."""
    lock = threading.Lock()
    kept: dict[str, tuple[float, Answer]] = {}

    def again(question: Question) -> Answer:
        key = f"{question.headers.get('authorization')}?{question.query_string}"
        with lock:
            found = kept.get(key)
            if found is None or time.monotonic() - found[0] > _KEPT:
                found = (time.monotonic(), answer(question))
                kept.clear()
                if found[1][0] == 200:
                    kept[key] = found
            return found[1]

    return again


def _month(now: datetime) -> datetime:
    return now - timedelta(days=charts.DAYS - 1)


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
