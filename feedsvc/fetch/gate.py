"""A host and a pause in, the turn to ask it out: one request at a time, none too soon after the last (protocol F12).

The pause counts from the end of one request to the start of the next. A host that said Retry-After with 429 or 503 is
left alone until then, whichever of its addresses is wanted (protocol F11); nothing is sent meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from feedsvc import urls
from feedsvc.errors import FetchError


@dataclass(slots=True)
class _Place:
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: float | None = None
    closed_until: float = 0.0
    closed_by: FetchError | None = None


class Gate:
    """The turns of all hosts, shared by all threads; instants are seconds of a monotonic clock."""

    def __init__(self, monotonic: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    @contextlib.contextmanager
    def turn(self, url: str, gap: timedelta) -> Iterator[None]:
        """Wait for the turn to ask the host of `url` and hold it; FetchError while the host wants to be left alone."""
        place = self._place(url)
        with place.lock:
            self._refuse_if_closed(place, url)
            if place.ended is not None:
                wait = place.ended + gap.total_seconds() - self._monotonic()
                if wait > 0:
                    self._sleep(wait)
            try:
                yield
            finally:
                place.ended = self._monotonic()

    def close(self, url: str, error: FetchError) -> None:
        """Leave the host of `url` alone for the time that `error` says."""
        if error.retry_after is not None:
            place = self._place(url)
            place.closed_by = error
            place.closed_until = self._monotonic() + error.retry_after.total_seconds()

    def closed_for(self, url: str) -> timedelta | None:
        """Return how long the host of `url` still wants to be left alone."""
        place = self._place(url)
        left = place.closed_until - self._monotonic()
        return timedelta(seconds=left) if place.closed_by and left > 0 else None

    def _refuse_if_closed(self, place: _Place, url: str) -> None:
        left = self.closed_for(url)
        if left is None or place.closed_by is None:
            return
        said = place.closed_by
        message = f"the host asked us to wait ({said.status}); {round(left.total_seconds())} s are left"
        raise FetchError(url, said.kind, message, status=said.status, retry_after=left)

    def _place(self, url: str) -> _Place:
        with self._lock:
            return self._places.setdefault(urls.host(url), _Place())
