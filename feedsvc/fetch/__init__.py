"""A Request in, a Page out, or a FetchError that names what went wrong; nothing else is ever raised.

One Fetcher serves all threads. It is polite (one request a host at a time, a pause between two, robots.txt obeyed,
validators sent back), bounded (bytes, seconds, redirects) and stays outside private networks. It keeps no cookies,
sends no Referer, reads no .netrc.

Validators belong to the address that gave them (RFC 9110 8.8): they are sent to the requested address only, and a page
that was reached through a redirect has none, because the caller would send them to where the redirect stood. Once the
move is final the caller asks `moved_to` itself, and the validators are back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from requests.structures import CaseInsensitiveDict

from feedsvc import robots as rules
from feedsvc import urls
from feedsvc.errors import FetchError
from feedsvc.fetch import decoding, exchange, headers, network
from feedsvc.fetch.exchange import Answer, Hop
from feedsvc.model import FetchSettings, Page, Request, RobotsFile, Validators

MAX_REDIRECTS = 5  # protocol F23
ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json,"
    " application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"
)
_PERMANENT = frozenset({301, 308})

Clock = Callable[[], datetime]


class Fetcher:
    """Fetches pages; callable from any number of threads."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        resolve: network.Resolve = network.resolve,
        dial: network.Dial = network.dial,
        robots: Iterable[RobotsFile] = (),
    ) -> None:
        """`robots` are the files stored earlier; `sleep` waits out pauses (None: until `close` at the latest).

        Raises ConfigError if `ca_file` cannot be used.
        """
        self._settings = settings
        self._clock = clock
        self._robots = _RobotsFiles(robots, clock)
        self._exchange = exchange.Exchanges(
            settings, clock=clock, monotonic=monotonic, sleep=sleep, resolve=resolve, dial=dial
        )

    def __call__(self, request: Request) -> Page:
        """Return the page at an address, following redirects; raises FetchError."""
        try:
            chain = _Chain(_address(request.url), self._of(_address(request.url)).deadline.total_seconds())
            chain.follow(lambda url, left: self._exchange(self._hop(url, request, chain, left)), self._clock)
            return _page(request, chain, self._clock())
        except FetchError as error:
            raise _as_told(error, request.url) from error.__cause__

    def drain_robots(self) -> tuple[RobotsFile, ...]:
        """Return the robots.txt files fetched since the last call, to be stored."""
        return self._robots.drain()

    def close(self) -> None:
        """End every request under way with FetchError "internal" and close all connections."""
        self._exchange.close()

    def _of(self, url: str) -> FetchSettings:
        return self._settings.of(urls.host(url))

    def _hop(self, url: str, request: Request, chain: _Chain, left: float) -> Hop:
        """Return the request for one address of a chain; FetchError if robots.txt disallows it."""
        settings, home = self._of(url), chain.visited[0]
        # What an operator trusts one host with is not carried to another that it redirects to.
        verify = request.http.verify_tls or urls.host(url) != urls.host(home)
        own = request.http.headers if rules.origin(url) == rules.origin(home) else {}
        validators = request.validators if not chain.answers else Validators()
        return Hop(
            url=url,
            settings=settings,
            sent=_outgoing(settings, own, validators),
            verify=verify,
            gap=max(settings.host_gap, self._permitted(url, request, verify)),
            seconds=left,
            limit=settings.max_bytes,
        )

    # ---- robots.txt (protocol F31) -----------------------------------------------------------------------------------

    def _permitted(self, url: str, request: Request, verify: bool) -> timedelta:
        """Return the Crawl-delay for an address that robots.txt allows; FetchError "robots" for one it does not."""
        settings = self._of(url)
        if request.http.ignore_robots or not settings.respect_robots:
            return timedelta(0)
        file = self._robots.of(url, lambda: self._ask_robots(url, verify))
        if rules.allows(file, settings.user_agent, url):
            return rules.crawl_delay(file, settings.user_agent) or timedelta(0)
        message = "robots.txt disallows it"
        if rules.failed(file):
            said = f"answered {file.status}" if file.status else "could not be had"
            message = f"robots.txt {said}, which disallows everything (RFC 9309 2.3.1.4)"
        raise FetchError(url, "robots", message, status=file.status, retry_after=self._exchange.closed_for(url))

    def _ask_robots(self, url: str, verify: bool) -> RobotsFile:
        """Fetch the robots.txt that governs `url`; FetchError where the page could not be had either.

        A redirect that leads nowhere is taken for no file (RFC 9309 2.3.1.2), any other failure for a failing site.
        """
        chain = _Chain(rules.address(url), self._of(url).deadline.total_seconds())
        status: int | None = None
        body = b""
        try:
            answer = chain.follow(lambda at, left: self._exchange(self._robots_hop(at, verify, left)), self._clock)
            status, body = answer.status, answer.body
        except FetchError as error:
            if error.kind == "internal" or (not chain.answers and self._is_down(error)):
                raise
            status = error.status if error.kind == "redirect" else None
        text = body.decode("utf-8", "replace")
        return RobotsFile(origin=rules.origin(url), status=status, body=text, fetched_at=self._clock())

    def _robots_hop(self, url: str, verify: bool, left: float) -> Hop:
        settings = self._of(url)
        return Hop(
            url=url,
            settings=settings,
            sent=_common(settings, "text/plain, */*;q=0.5"),
            verify=verify,
            gap=settings.host_gap,
            seconds=left,
            limit=rules.MAX_BYTES,
            cut=True,
        )

    def _is_down(self, error: FetchError) -> bool:
        """Whether no request to this host can succeed now: unknown, unreachable, not ours, or wanting to be left."""
        return error.kind == "tls" or not self._exchange.reached() or bool(self._exchange.closed_for(error.url))


class _RobotsFiles:
    """The robots.txt files known, each asked for once at a time."""

    def __init__(self, files: Iterable[RobotsFile], clock: Clock) -> None:
        self._clock = clock
        self._files = {file.origin: file for file in files}
        self._failed_at: dict[str, datetime] = {}
        self._fetched: dict[str, RobotsFile] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, url: str, ask: Callable[[], RobotsFile]) -> RobotsFile:
        """Return the file that governs an address, asked for if what is known is too old."""
        origin = rules.origin(url)
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            known, now = self._files.get(origin), self._clock()
            if known and self._holds(known, now):
                return known
            return self._kept(ask(), known, now)

    def drain(self) -> tuple[RobotsFile, ...]:
        with self._lock:
            fetched, self._fetched = self._fetched, {}
        return tuple(fetched.values())

    def _holds(self, known: RobotsFile, now: datetime) -> bool:
        if rules.is_fresh(known, now):
            return True
        failed_at = self._failed_at.get(known.origin)
        return failed_at is not None and now - failed_at < rules.ASKED_AGAIN and rules.stands_in(known, now)

    def _kept(self, fetched: RobotsFile, known: RobotsFile | None, now: datetime) -> RobotsFile:
        """Keep a file, but no failure over a good copy that still counts."""
        if rules.failed(fetched) and known and rules.stands_in(known, now):
            self._failed_at[known.origin] = now
            return known
        with self._lock:
            self._files[fetched.origin] = self._fetched[fetched.origin] = fetched
        return fetched


# ---- redirects (protocol F23) ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Chain:
    """The addresses asked, what each answered, and the seconds left for the rest."""

    start: str
    left: float
    visited: list[str] = field(init=False)
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visited = [self.start]

    def follow(self, ask: Callable[[str, float], Answer], clock: Clock) -> Answer:
        """Return the first answer that is no redirect; FetchError where one must not be followed."""
        while True:
            answer = ask(self.visited[-1], self.left)
            self.answers.append(answer)
            self.left -= answer.seconds
            if answer.status not in exchange.REDIRECTS:
                return answer
            self.visited.append(self._target(answer, clock()))

    def _target(self, answer: Answer, now: datetime) -> str:
        url, location = self.visited[-1], headers.location(answer.headers)
        found = urls.absolute(url, location)
        if location is None:
            fault = "a redirect without a Location"
        elif found is None:
            fault = f"a redirect to {location[:200]!r}, which is no http or https address"
        elif url.startswith("https:") and found.startswith("http:"):
            fault = f"a redirect from https to {found[:200]}"
        elif _address(found) in self.visited:
            fault = "the redirects go round in a circle"
        elif len(self.visited) > MAX_REDIRECTS:
            fault = f"more than {MAX_REDIRECTS} redirects"
        else:
            return _address(found)
        wait = headers.retry_after(answer.headers, now)
        raise FetchError(url, "redirect", fault, status=answer.status, retry_after=wait)


def _address(url: str) -> str:
    """Return the address as it is asked for: absolute, ASCII, without user name, password and fragment."""
    found = urls.absolute(url, url)
    if found is None:
        raise FetchError(url, "connect", "not an http or https address", permanent=True)
    parts = urlsplit(found)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], path=parts.path or "/", fragment=""))


def _as_told(error: FetchError, url: str) -> FetchError:
    """Return an error of whichever address of the chain as the asked one's."""
    elsewhere = error.url.rstrip("/") != url.rstrip("/")
    return FetchError(
        url,
        error.kind,
        f"{error.message} (at {error.url})" if elsewhere else error.message,
        status=error.status,
        retry_after=error.retry_after,
        permanent=error.permanent,
    )


# ---- what is sent ---------------------------------------------------------------------------------------------------


def _common(settings: FetchSettings, accept: str) -> dict[str, str]:
    return {"User-Agent": settings.user_agent, "Accept": accept, "Accept-Encoding": decoding.ACCEPTED}


def _outgoing(settings: FetchSettings, own: Mapping[str, str], validators: Validators) -> Mapping[str, str]:
    sent = CaseInsensitiveDict({**_common(settings, ACCEPT)})
    sent.update(own)
    if validators.etag is not None:
        sent["If-None-Match"] = validators.etag
    if validators.last_modified is not None:
        sent["If-Modified-Since"] = validators.last_modified
    return sent


# ---- what came back -------------------------------------------------------------------------------------------------


def _page(request: Request, chain: _Chain, now: datetime) -> Page:
    """Return the last answer of a chain as a page; FetchError if it is none."""
    answer, redirects, url = chain.answers[-1], chain.answers[:-1], chain.visited[-1]
    unchanged = answer.status == 304 and not redirects and request.validators != Validators()
    refusal = None if unchanged else headers.refusal(answer.status, answer.headers, answer.body)
    waits = (headers.fresh_for(answer.headers, now), *(headers.retry_after(hop.headers, now) for hop in redirects))
    if refusal:
        kind, message = refusal
        wait = _longest(headers.retry_after(answer.headers, now), *waits)
        final = kind in ("not_found", "gone")
        raise FetchError(url, kind, message, status=answer.status, retry_after=wait, permanent=final)
    media_type, charset = headers.content_type(answer.headers)
    return Page(
        url=request.url,
        final_url=url,
        status=304 if unchanged else 200,
        body=answer.body,
        media_type=media_type,
        charset=charset,
        validators=Validators() if redirects else headers.validators(answer.headers),
        fresh_for=_longest(*waits),
        moved_to=url if redirects and all(hop.status in _PERMANENT for hop in redirects) else None,
        feeds=headers.alternates(answer.headers),
        fetched_at=now,
        wire_bytes=answer.wire_bytes,
        seconds=sum(each.seconds for each in chain.answers),
    )


def _longest(*waits: timedelta | None) -> timedelta | None:
    return max((wait for wait in waits if wait), default=None)
