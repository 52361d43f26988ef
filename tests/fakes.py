"""A portal in dictionaries: satisfies `fetch` and `read`, so that nothing of our own has to be patched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from feedsvc import discover
from feedsvc.discover import offers
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import Article, Lead, Listing, Page, Request, RobotsFile, Source, Validators

NOW = datetime(2025, 3, 26, 9, 0, tzinfo=UTC)
FRONT = "https://portal.example/"
SOURCE = Source(id="move", url=FRONT, kind="html")  # "auto" looks for a feed first: tests/test_survey.py
OLD = Validators(etag='"old"')
NEW = Validators(etag='"new"', last_modified="yesterday, as the origin writes it")


def address(name: str) -> str:
    return f"https://portal.example/{name}"


def lead(name: str, **given: object) -> Lead:
    return Lead(**{"url": address(name), "headline": name, "title": name, **given})  # type: ignore[arg-type]


def article(name: str, **given: object) -> Article:
    return Article(**{"url": address(name), "title": name, "headline": name, "body_text": f"About {name}.", **given})  # type: ignore[arg-type]


@dataclass
class Web:
    """A portal in dictionaries: what fetching an address gives, and what reading a page gives."""

    listing: dict[str, Listing | ContentError] = field(default_factory=dict)
    articles: dict[str, Article | ContentError | FetchError] = field(default_factory=dict)
    validators: Validators = NEW
    not_modified: frozenset[str] = frozenset()
    asked: list[Request] = field(default_factory=list)
    at: datetime = NOW
    per_request: timedelta = timedelta(seconds=1)
    closed: bool = False

    def fetch(self, request: Request) -> Page:
        self.asked.append(request)
        self.at += self.per_request
        answer = self.listing.get(request.url) or self.articles.get(request.url)
        if answer is None:
            raise FetchError(request.url, "not_found", "404 Not Found", status=404, permanent=True)
        if isinstance(answer, FetchError):
            raise answer
        status = 304 if request.url in self.not_modified and request.validators != Validators() else 200
        body = request.url.encode() + repr(answer).encode()
        return Page(url=request.url, final_url=request.url, status=status, body=body, validators=self.validators)

    def read(self, function: Callable[..., object], page: Page, *_: object) -> object:
        if function is offers.on_page:
            return ()
        found = self.listing if function is discover.leads else self.articles
        answer = found.get(page.url, ContentError(page.url, "title"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def now(self) -> datetime:
        return self.at

    # a fetcher, as the service wants one

    def __call__(self, request: Request) -> Page:
        return self.fetch(request)

    def drain_robots(self) -> tuple[RobotsFile, ...]:
        return ()

    def close(self) -> None:
        self.closed = True


def web(*names: str, **given: object) -> Web:
    leads = tuple(lead(name) for name in names)
    pages = {address(name): article(name) for name in names}
    return Web(listing={FRONT: Listing(leads=leads)}, articles=pages, **given)  # type: ignore[arg-type]
