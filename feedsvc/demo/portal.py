"""The sample portal: a clock in, at any moment what it shows; an address in, an answer out.

It grows while it runs: one article more every `interval` seconds until its queue is empty. One article is corrected,
one withdrawn, one answers 500 for a while; after `redesign_after` seconds all pages are built anew. Everything follows
from the day, these times and the clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from urllib.parse import parse_qs, urlsplit

from feedsvc.demo import content, pages, pictures, server
from feedsvc.demo.content import Article
from feedsvc.demo.server import Answer

PER_PAGE = 12
RELATED = 8
TROUBLE = 8.0  # seconds in which the failing article answers 500
CORRECTED_AFTER = 3.5  # intervals; both articles still stand on the first list page then
WITHDRAWN_AFTER = 5.5


class Portal:
    """A German e-government news portal as it looks at any moment after its start.

    Every `now` is a reading of `clock`, and None is this moment.
    """

    def __init__(
        self,
        today: date,
        *,
        interval: float = 4.0,
        redesign_after: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.today = today
        self._interval = interval
        self._redesign_after = redesign_after
        self._clock = clock
        self._start = clock()
        self._stock = content.load(today)

    def expected(self, now: float | None = None) -> tuple[Article, ...]:
        """Return every article that whoever reads the portal should have by now, newest first: none withdrawn."""
        return (*self.listed(now), *self._stock.notes)

    def listed(self, now: float | None = None) -> tuple[Article, ...]:
        """Return the articles on the list pages, newest first, corrected ones as they read now."""
        elapsed = self._elapsed(now)
        standing = (*reversed(self._stock.queue[: self._published(elapsed)]), *self._stock.archive)
        return tuple(
            article.correction if article.correction and elapsed >= CORRECTED_AFTER * self._interval else article
            for article in standing
            if not (article.role == "withdrawn" and self._is_withdrawn(elapsed))
        )

    def serve(self, port: int = 0) -> server.Server:
        """Serve the portal on loopback until the returned server is closed; port 0 picks a free one."""
        return server.Server(self.answer, port)

    def answer(self, target: str, base: str) -> Answer:
        """Return the answer to a request's target ("/?pg=2"); `base` is the portal's own address."""
        now = self._clock()
        found = self._page(target, base, now)
        return replace(found, changed=self._changed(now)) if found.status == 200 else found

    # ---- what time does ----------------------------------------------------------------------------------------------

    def _elapsed(self, now: float | None) -> float:
        return (self._clock() if now is None else now) - self._start

    def _published(self, elapsed: float) -> int:
        return min(int(elapsed / self._interval), len(self._stock.queue))

    def _is_withdrawn(self, elapsed: float) -> bool:
        return elapsed >= WITHDRAWN_AFTER * self._interval

    def _design(self, now: float) -> pages.Design:
        return "neu/" if self._elapsed(now) >= self._redesign_after else ""

    def _changed(self, now: float) -> datetime:
        """Return when the portal last changed, told as if it had started at noon (UTC) on the day before.

        So it is never in the future (RFC 9110 8.8.2.1) and the same for the same clock.
        """
        elapsed = self._elapsed(now)
        published = self._published(elapsed)
        moments = [published * self._interval] if published else []
        moments += [CORRECTED_AFTER * self._interval, WITHDRAWN_AFTER * self._interval, TROUBLE, self._redesign_after]
        last = max((moment for moment in moments if moment <= elapsed), default=0.0)
        noon = datetime.combine(self.today - timedelta(days=1), day_time(12), UTC)
        return noon + timedelta(seconds=math.ceil(last))

    # ---- what stands where -------------------------------------------------------------------------------------------

    def _page(self, target: str, base: str, now: float) -> Answer:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        if parts.path == "/" and "p" in query:
            return self._article(query["p"][0], base, now)
        if parts.path == "/":
            return self._front(query.get("pg", ["1"])[0], now)
        if fixed := self._fixed(parts.path, base):
            return fixed
        for name in pages.TOPICS:
            if pages.topic_path(name) == parts.path:
                found = [article for article in self.listed(now) if name in article.categories]
                return _html(pages.topic(self.today, name, found, design=self._design(now)))
        if parts.path.startswith("/meldungen/"):
            return self._article(parts.path.removeprefix("/meldungen/").rstrip("/"), base, now)
        return self._not_found()

    def _fixed(self, path: str, base: str) -> Answer | None:
        """Return what does not change while the portal runs."""
        if path == "/robots.txt":
            return _text("User-agent: *\nDisallow: /intern/\n", "text/plain")
        if path == "/stil.css":
            return _text(pages.style(), "text/css")
        if path == "/meldungen/feed":
            return _text(pages.feed(self._stock.notes, base), "application/rss+xml")
        if path.startswith("/na/"):
            return Answer(media_type="image/png", body=pictures.pixel())
        if path.startswith("/bilder/"):
            return self._picture(path.removeprefix("/bilder/").removesuffix(".png"))
        if notice := pages.NOTICES.get(path):
            return _html(pages.notice(self.today, *notice))
        return None

    def _front(self, number: str, now: float) -> Answer:
        listed = self.listed(now)
        pinned = next(article for article in listed if article.role == "pinned")
        others = [article for article in listed if article is not pinned]
        count = math.ceil(len(others) / PER_PAGE)
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= count:
            return self._not_found()
        page = int(number)
        items = others[(page - 1) * PER_PAGE : page * PER_PAGE]
        return _html(pages.front(self.today, items, pinned, page=page, pages=count, design=self._design(now)))

    def _article(self, name: str, base: str, now: float) -> Answer:
        """Answer for an article by its number or slug."""
        elapsed = self._elapsed(now)
        found = next((a for a in self._ever_published(now) if name in (a.slug, str(a.number))), None)
        if found is None:
            return self._not_found()
        if found.role == "withdrawn" and self._is_withdrawn(elapsed):
            text = "Die Redaktion hat diese Meldung zurückgezogen, weil sie sich als falsch erwiesen hat."
            return _html(pages.notice(self.today, "Meldung zurückgezogen", [text]), status=410)
        if found.role == "failing" and elapsed < TROUBLE:
            text = "Der Server hat gerade ein Problem. Bitte versuchen Sie es in wenigen Sekunden erneut."
            return _html(pages.notice(self.today, "Interner Fehler", [text]), status=500)
        related = self._related(found, now)
        return _html(pages.article(self.today, found, related, base, design=self._design(now)))

    def _ever_published(self, now: float) -> Iterator[Article]:
        yield from self.expected(now)
        yield from (article for article in self._stock.archive if article.role == "withdrawn")

    def _related(self, shown: Article, now: float) -> tuple[Article, ...]:
        """Return the newest other articles, those that share a category first (trap T10: the block is a union)."""
        others = [article for article in self.listed(now) if article.number != shown.number]
        near = [article for article in others if set(article.categories) & set(shown.categories)]
        far = [article for article in others if article not in near]
        return tuple([*near, *far][:RELATED])

    def _picture(self, slug: str) -> Answer:
        known = any(a.slug == slug and a.picture for a in (*self._stock.archive, *self._stock.queue))
        return Answer(media_type="image/png", body=pictures.skyline(slug)) if known else self._not_found()

    def _not_found(self) -> Answer:
        text = "Diese Seite gibt es hier nicht. Vielleicht hilft die Übersicht der Meldungen weiter."
        return _html(pages.notice(self.today, "Seite nicht gefunden", [text]), status=404)


def _html(text: str, *, status: int = 200) -> Answer:
    return Answer(status=status, body=text.encode())


def _text(text: str, media_type: str) -> Answer:
    return Answer(media_type=f"{media_type}; charset=utf-8", body=text.encode())
