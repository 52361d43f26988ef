"""A fetch and a reading in, the same with an ear on them out; and a fetch that knows nothing but what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from feedsvc.errors import FetchError
from feedsvc.model import Fetch, Listing, Outcome, Page, Read, Request
from feedsvc.recording.values import (
    MAX_BYTES,
    MAX_PAGES,
    Answer,
    Found,
    ListFound,
    RecordingError,
    Refusal,
    fields,
)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Tape:
    """Fetches, and keeps what every address answered; an address that is asked again answers from the tape."""

    fetch: Fetch
    at: datetime
    on_answer: Callable[[Answer], None]
    max_bytes: int = MAX_BYTES
    _answers: dict[str, Answer] = field(default_factory=dict)
    _bytes: int = 0

    def __call__(self, request: Request) -> Page:
        """Return the page at an address; raises FetchError, and RecordingError once too much is on the tape."""
        if request.url not in self._answers:
            self._keep(Answer(url=request.url, at=self.at, given=self._asked(request)))
        return _given(self._answers[request.url])

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was recorded so far, in the order it was asked for."""
        return tuple(self._answers.values())

    def _asked(self, request: Request) -> Page | Refusal:
        try:
            return self.fetch(request)
        except FetchError as error:
            return Refusal.of(error)

    def _keep(self, answer: Answer) -> None:
        self._bytes += len(answer.given.body) if isinstance(answer.given, Page) else 0
        if self._bytes > self.max_bytes or len(self._answers) >= MAX_PAGES:
            most = f"{self.max_bytes // 1_000_000} MB or {MAX_PAGES} pages"
            raise RecordingError(
                f"{answer.url}: with this page the recording would be over {most}, and nothing is recorded."
                " Record fewer articles: --articles 3"
            )
        self._answers[answer.url] = answer
        self.on_answer(answer)


class Player:
    """Gives what was recorded and asks nobody; what was not recorded is noted in `unrecorded`."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._answers = {answer.url: answer for answer in answers}
        self.unrecorded: list[str] = []

    def __call__(self, request: Request) -> Page:
        """Return the recorded page, or raise the recorded FetchError."""
        answer = self._answers.get(request.url)
        if answer is None:
            if request.url not in self.unrecorded:
                self.unrecorded.append(request.url)
            raise FetchError(request.url, "internal", "is not in the recording")
        return _given(answer)


class Ear:
    """Reads, and keeps every list that was read, by the addresses of its page."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._lists: dict[str, tuple[str, Listing]] = {}

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        result = self._read(function, *args, **kwargs)
        page = next((arg for arg in args if isinstance(arg, Page)), None)
        if isinstance(result, Listing) and page is not None:
            self._lists[page.final_url] = self._lists[page.url] = (page.final_url, result)
        return result

    def found(self, outcome: Outcome, url: str) -> Found:
        """Return what a poll gave that was heard here; `url` is the source's own address."""
        way = outcome.state.way
        lists = list(self._chain(way.url if way else url)) if outcome.listed is not None else []
        return Found(
            status=outcome.status,
            error=None if outcome.error is None else fields(outcome.error),
            reads=lists[0][0] if lists else None,
            lists=tuple(
                ListFound(url=at, kind=each.kind, title=each.title, next_page=each.next_page) for at, each in lists
            ),
            leads=tuple(fields(lead) for _, each in lists for lead in each.leads),
            articles=tuple(fields(change.article) for change in outcome.changes if change.article),
            rejected=tuple(fields(each) for each in outcome.rejected),
        )

    def _chain(self, url: str) -> Iterator[tuple[str, Listing]]:
        """Give the list a poll began with, and those it went on to."""
        seen: set[str] = set()
        following: str | None = url
        while following and following in self._lists and self._lists[following][0] not in seen:
            at, listing = self._lists[following]
            seen.add(at)
            yield at, listing
            following = listing.next_page


def _given(answer: Answer) -> Page:
    if isinstance(answer.given, Refusal):
        raise answer.given.error(answer.url)
    return answer.given
