"""Articles over several pages in one poll, read from HTML by the real reader; and one through the whole service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from fakes import NEW, NOW
from gazette import config
from origin import Answer, Origin

from feedsvc import decide, poll
from feedsvc.cli import execute
from feedsvc.errors import FetchError
from feedsvc.model import ArticleRules, Known, Outcome, Page, PollTask, Request, Source, Validators
from feedsvc.poll import visit, whole

FRONT = "https://blatt.example/"
STORY = "https://blatt.example/a/haushalt"
SOURCE = Source(id="blatt", url=FRONT, kind="html")
HEADLINE = "Bund und Länder einigen sich auf einen Haushalt"


def paragraphs(name: str) -> str:
    said = "Die Verhandlungen dauerten bis in die frühen Morgenstunden des Freitags, hieß es danach."
    return "".join(f"<p>Absatz {name}-{n}. {said} Zur Sache äußerten sich alle Beteiligten.</p>" for n in range(1, 5))


def html(name: str, pager: str = "", headline: str = HEADLINE) -> str:
    return (
        f"<html lang=de><head><title>{headline} | Blatt</title></head><body><nav><a href='/'>Blatt</a></nav>"
        f"<article><h1>{headline}</h1><p class=teaser>Nach langen Verhandlungen steht das Ergebnis fest.</p>"
        f"{paragraphs(name)}<div class=pager>{pager}</div></article><footer>Impressum</footer></body></html>"
    )


def pager(own: int, last: int) -> str:
    return " ".join(str(n) if n == own else f'<a href="/a/haushalt?seite={n}">{n}</a>' for n in range(1, last + 1))


def front(*paths: str) -> str:
    items = "".join(
        f"<article><h2><a href='{path}'>{HEADLINE} {n}</a></h2><p>Was beschlossen wurde, was offen ist.</p></article>"
        for n, path in enumerate(paths)
    )
    return f"<html><body><main>{items}</main></body></html>"


@dataclass
class Paper:
    """A site in a dictionary: an address gives HTML, or raises."""

    pages: dict[str, str | FetchError]
    asked: list[str] = field(default_factory=list)
    pause: timedelta = timedelta(seconds=1)
    waited: timedelta = timedelta(0)

    def fetch(self, request: Request) -> Page:
        self.asked.append(request.url)
        self.waited += self.pause
        answer = self.pages.get(request.url) or FetchError(request.url, "not_found", "404", status=404, permanent=True)
        if isinstance(answer, FetchError):
            raise answer
        return Page(url=request.url, final_url=request.url, body=answer.encode(), validators=NEW)

    def read(self, function: Callable[..., object], /, *args: object, **given: object) -> object:
        return function(*args, **given)

    def poll(self, task: PollTask) -> Outcome:
        return poll.poll(task, self.fetch, self.read, lambda: NOW + self.waited)  # type: ignore[arg-type]

    def asked_for(self) -> list[str]:
        return [url.removeprefix(STORY) for url in self.asked if url.startswith(STORY)]


def paper(count: int, **other: str | FetchError) -> Paper:
    pages: dict[str, str | FetchError] = {FRONT: front("/a/haushalt", "/a/b", "/a/c")}
    for n in range(1, count + 1):
        pages[STORY if n == 1 else f"{STORY}?seite={n}"] = html(str(n), pager(n, count))
    pages.update({f"{STORY}?seite={name.removeprefix('p')}": answer for name, answer in other.items()})
    pages.update({f"https://blatt.example/a/{x}": html(x, headline=f"Meldung {x} aus dem Land") for x in "bc"})
    return Paper(pages)


def task(source: Source = SOURCE, known: Mapping[str, Known] | None = None, **given: object) -> PollTask:
    return PollTask(source=source, lease="l", known=known or {}, **given)  # type: ignore[arg-type]


def absatz(outcome: Outcome) -> list[str]:
    """Return which paragraphs the article has, in order."""
    texts = [c.article.body_text or "" for c in outcome.changes if c.article and c.article.url == STORY]
    (said,) = texts
    return [line.split(".")[0].removeprefix("Absatz ") for line in said.splitlines() if line.startswith("Absatz")]


def of(*names: str) -> list[str]:
    return [f"{name}-{n}" for name in names for n in range(1, 5)]


def test_an_article_over_three_pages_is_one_article() -> None:
    site = paper(3)
    outcome = site.poll(task())
    assert absatz(outcome) == of("1", "2", "3")
    assert site.asked_for() == ["", "?seite=2", "?seite=3"]
    assert outcome.status == "ok"
    assert len(outcome.changes) == 3
    assert all(change.article and change.article.next_page is None for change in outcome.changes)


def test_at_most_ten_pages_are_followed() -> None:
    outcome = paper(14).poll(task())
    assert absatz(outcome) == of(*map(str, range(1, whole.MAX_PAGES + 1)))


@pytest.mark.parametrize(
    "second",
    [
        html("1", pager(2, 4)),  # the text of the first page again
        html("2", '<a rel="next" href="/a/haushalt?seite=3">weiter</a>'),  # and the third is the first
    ],
)
def test_pages_that_repeat_themselves_end_the_article(second: str) -> None:
    site = paper(4, p2=second, p3=html("1", pager(3, 4)))
    names = of("1", "2") if "Absatz 2-" in second else of("1")
    assert absatz(site.poll(task())) == names
    assert len(site.asked_for()) <= 3


def test_an_article_is_not_recorded_half_and_comes_when_its_pages_do() -> None:
    site = paper(3, p3=FetchError(f"{STORY}?seite=3", "server_error", "500", status=500))
    first = site.poll(task())
    assert len(first.changes) == 2
    assert list(first.pending.values()) == [1]
    assert first.state.validators == Validators()
    assert first.status == "degraded"
    site.pages[f"{STORY}?seite=3"] = html("3", pager(3, 3))
    assert absatz(site.poll(task(pending=first.pending))) == of("1", "2", "3")


def test_after_the_last_attempt_what_is_there_is_the_article() -> None:
    site = paper(3, p3=FetchError(f"{STORY}?seite=3", "timeout", "no answer"))
    outcome = site.poll(task(pending={"blatt.example/a/haushalt": decide.ATTEMPTS}))
    assert absatz(outcome) == of("1", "2")
    assert outcome.error is not None
    assert outcome.error.kind == "timeout"


def test_a_page_that_is_gone_for_good_ends_the_article() -> None:
    site = paper(3)
    del site.pages[f"{STORY}?seite=3"]
    outcome = site.poll(task())
    assert absatz(outcome) == of("1", "2")
    assert (outcome.status, outcome.pending) == ("degraded", {})


def test_the_polls_time_bounds_the_pages_too() -> None:
    site = paper(9)
    site.pause = visit.BUDGET / 6
    outcome = site.poll(task())
    assert "blatt.example/a/haushalt" in outcome.pending
    assert len(site.asked_for()) < 9


def test_all_on_one_page_saves_the_others() -> None:
    site = paper(3)
    link = '<a href="/a/haushalt/komplettansicht">Auf einer Seite lesen</a>'
    site.pages[STORY] = html("1", pager(1, 3) + link)
    body = paragraphs("1") + paragraphs("2") + paragraphs("3")
    site.pages[f"{STORY}/komplettansicht"] = html("1").replace(paragraphs("1"), body)
    assert absatz(site.poll(task())) == of("1", "2", "3")
    assert site.asked_for() == ["", "/komplettansicht"]


def test_a_page_that_does_not_hold_the_whole_is_left_for_the_numbered_ones() -> None:
    site = paper(3)
    site.pages[STORY] = html("1", pager(1, 3) + '<a href="/a/haushalt/druck">Druckansicht</a>')
    site.pages[f"{STORY}/druck"] = html("etwas anderes")
    assert absatz(site.poll(task())) == of("1", "2", "3")


def test_a_rule_leads_to_pages_whose_addresses_tell_nothing() -> None:
    site = paper(1)
    site.pages[STORY] = html("1", '<a class=fort href="/blatt/zwei">Fortsetzung</a>')
    site.pages["https://blatt.example/blatt/zwei"] = html("2")
    source = Source(id="blatt", url=FRONT, kind="html", article_rules=ArticleRules(next_page=("a.fort",)))
    assert absatz(site.poll(task(source))) == of("1", "2")


# ---- known articles -------------------------------------------------------------------------------------------------


def known(outcome: Outcome) -> dict[str, Known]:
    (change,) = (c for c in outcome.changes if c.article and c.article.url == STORY)
    assert change.article is not None
    value = Known(
        id=change.id, url=STORY, headline=change.article.headline, fingerprint=change.fingerprint or "",
        lead_fingerprint=change.lead_fingerprint or "", feed_time=NOW, first_seen=NOW, listed=True, looks=1,
        next_look_at=NOW,
    )  # fmt: skip
    return dict.fromkeys(change.keys, value)


def test_looking_again_reads_all_pages_so_nothing_seems_edited() -> None:
    site = paper(3)
    stored = known(site.poll(task()))
    (change,) = (c for c in site.poll(task(known=stored)).changes if c.id == next(iter(stored.values())).id)
    assert change.kind == "unchanged"


@pytest.mark.parametrize("kind", ["server_error", "gone"])
def test_a_page_that_fails_when_looking_again_never_withdraws_the_article(kind: str) -> None:
    site = paper(3)
    stored = known(site.poll(task()))
    lasting = kind == "gone"
    site.pages[f"{STORY}?seite=3"] = FetchError(STORY, kind, kind, permanent=lasting)  # type: ignore[arg-type]
    (change,) = (c for c in site.poll(task(known=stored)).changes if c.id == next(iter(stored.values())).id)
    assert change.kind == ("updated" if lasting else "unchanged")


# ---- the whole service ----------------------------------------------------------------------------------------------


def test_an_article_over_three_pages_comes_as_one_entry_with_its_whole_text(tmp_path: Path) -> None:
    with Origin() as origin:
        origin.pages["/"] = Answer(body=front("/a/haushalt", "/a/b", "/a/c"), headers={"Content-Type": "text/html"})
        for url, answer in paper(3).pages.items():
            if url != FRONT:
                assert isinstance(answer, str)
                target = url.removeprefix("https://blatt.example")
                origin.pages[target] = Answer(body=answer, headers={"Content-Type": "text/html; charset=utf-8"})
        path = config(tmp_path, origin, 8080, extra='content = "full"\nlicense = "CC BY 4.0"')
        assert execute(["--config", str(path), "poll"]) == 0
    feed = feedparser.parse((tmp_path / "var" / "public" / "feeds" / "all.atom").read_bytes())
    (entry,) = (entry for entry in feed.entries if entry.link.endswith("/a/haushalt"))
    said = entry.content[0].value
    assert [name for name in of("1", "2", "3") if f"Absatz {name}." not in said] == []
    assert len(feed.entries) == 3
