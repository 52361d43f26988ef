"""A site in a dictionary and a real store: what a source's polls come to, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from redesigns.stock import AFTER, BEFORE, SITE, TODAY, Item

from feedsvc import poll, store
from feedsvc.errors import FetchError
from feedsvc.model import Article, Lead, ListRules, Outcome, Page, PollTask, Request, Source, Vocabulary

P = ParamSpec("P")
T = TypeVar("T")
Result = Literal["healed", "reported", "wrong"]

START = datetime(TODAY.year, TODAY.month, TODAY.day, 7, 0, tzinfo=UTC) - timedelta(days=2)
OLD_RULES = ListRules(item=("div.meldung",), link=("h3 > a",), title=("h3",), date=("p",), teaser=("p",))
ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Site:
    """One source, its page as it looks now, and everything that was recorded of it."""

    path: Path
    source: Source
    page: str | FetchError = ""
    at: datetime = START
    outcomes: list[Outcome] = field(default_factory=list)

    @classmethod
    def made(cls, path: Path, *, rules: ListRules = ListRules(), kind: str = "html") -> Site:  # noqa: B008  # frozen
        source = Source(id="bote", url=f"{SITE}/", kind=kind, list_rules=rules, articles="never")  # type: ignore[arg-type]
        return cls(path=path / "feedsvc.db", source=source)

    def fetch(self, request: Request) -> Page:
        if request.url != self.source.url:
            raise FetchError(request.url, "not_found", "404", status=404, permanent=True)
        if isinstance(self.page, FetchError):
            raise self.page
        return Page(url=request.url, final_url=request.url, body=self.page.encode(), fetched_at=self.at)

    def read(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    def poll(self, page: str | FetchError, *, later: timedelta = timedelta(days=2), force: bool = False) -> Outcome:
        """Let the source be polled when it shows this page, some time after the last poll."""
        self.page, self.at = page, self.at + later
        with store.open(self.path) as opened:
            opened.sync_sources([self.source], self.at)
            (task,) = opened.claim(
                {self.source.id: self.source},
                Vocabulary(),
                now=self.at,
                holder="test",
                lease=timedelta(hours=1),
                limit=1,
                alive=lambda _: True,
                host_gap=lambda _: timedelta(0),
                only=[self.source.id],
                force=True,
            )
            assert isinstance(task, PollTask)
            outcome = poll.poll(replace(task, force=force), self.fetch, self.read, lambda: self.at)
            opened.record(outcome)
        self.outcomes.append(outcome)
        return outcome

    def status(self) -> store.SourceRow:
        with store.open(self.path, readonly=True) as opened:
            return opened.sources(self.at)[0]

    def titles(self) -> set[str]:
        with store.open(self.path, readonly=True) as opened:
            return {entry.article.title for entry in opened.articles()}


def after_redesign(site: Site, before: str, after: str, *, teasers: bool = True) -> Result:
    """Poll the old page twice and the new one once, and return what came of it."""
    first = site.poll(before.replace("<footer>", "<footer><!-- 1 -->"))
    assert sorted(told(first)) == sorted(map(as_told, BEFORE)), "the old page is read rightly"
    site.poll(before, later=timedelta(hours=1))
    return result(site.poll(after), teasers=teasers)


def result(outcome: Outcome, *, teasers: bool = True) -> Result:
    """Return "wrong" for anything that is new but no new article, or changed though it is not."""
    expected = {as_told(item) if teasers else (*as_told(item)[:3], "") for item in AFTER[:2]}
    found = set(told(outcome))
    if not found <= expected or any(change.kind in ("updated", "withdrawn") for change in outcome.changes):
        return "wrong"
    if found == expected:
        return "healed"
    return "reported" if outcome.state.ailment and outcome.state.ailment.reason else "wrong"


def told(outcome: Outcome) -> list[tuple[str, ...]]:
    return [_as_stored(change.article) for change in outcome.changes if change.kind == "new" and change.article]


def _as_stored(article: Article) -> tuple[str, ...]:
    day = article.published.astimezone(ZONE).date().isoformat() if article.published else ""
    return article.kicker or "", article.headline, day, article.teaser or ""


def as_read(lead: Lead) -> tuple[str, ...]:
    day = lead.published.astimezone(ZONE).date().isoformat() if lead.published else ""
    return lead.kicker or "", lead.headline or "", day, lead.teaser or ""


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE)


def as_told(item: Item) -> tuple[str, ...]:
    return item.kicker, item.headline, item.day.isoformat(), item.teaser
