"""The small sites behind tests/recordings: each starts on loopback, with a config.toml that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

from gazette import Gazette, config
from origin import Answer, Origin, redirect

from feedsvc.demo import config_text
from feedsvc.demo.portal import Portal

Site = Callable[[Path], AbstractContextManager[Path]]

KURIER_RULES = """
[source.list]
item = ".eintrag"
title = "b"
kicker = ".ort"
date = "i"
teaser = "p"

[source.article]
title = "h1"
date = ".stand"
body = ".text"
next_page = "a.weiter"
"""


@contextmanager
def anzeiger(directory: Path) -> Iterator[Path]:
    """A list in hashed classes, read without any rule; one article's page is gone."""
    with Origin() as origin:
        Gazette(origin).publish(5)
        origin.pages["/meldung/2"] = Answer(status=404, body=b"weg")
        yield config(directory, origin, 8080)


@contextmanager
def kurier(directory: Path) -> Iterator[Path]:
    """A list on two pages, read by rules; times like "vor 3 Stunden"; of the articles one on two pages, one that moved,
    one not for robots."""
    with Origin() as origin:
        origin.pages["/robots.txt"] = "User-agent: *\nDisallow: /m/3\n"
        older = '<a rel="next" href="/?seite=2">Ältere Meldungen</a>'
        origin.pages["/"] = _html("Kurier", "".join(_entry(n) for n in (1, 2, 3)) + older)
        origin.pages["/?seite=2"] = _html("Kurier", "".join(_entry(n) for n in (4, 5, 6)))
        for n in (1, 3, 5, 6):
            origin.pages[f"/m/{n}"] = _html(f"Meldung {n}", _story(n, 1, n == 1))
        origin.pages["/m/1?seite=2"] = _html("Meldung 1", _story(1, 2, False))
        origin.pages["/m/2"] = Answer(status=404, body=b"weg")
        origin.pages["/m/4"] = redirect("/archiv/4", status=301)
        origin.pages["/archiv/4"] = _html("Meldung 4", _story(4, 1, False))
        path = config(directory, origin, 8080, extra='articles = "always"\n' + KURIER_RULES)
        path.write_text(path.read_text("utf-8").replace('id = "anzeiger"', 'id = "kurier"'), "utf-8")
        yield path


@contextmanager
def bauamt(directory: Path) -> Iterator[Path]:
    """A page whose link element names a feed that tells all, so that no article page is asked for."""
    with Origin() as origin:
        cards = "".join(f"<article><h2><a href=/bau/{n}>{_bridge(n)}</a></h2></article>" for n in range(6, 0, -1))
        items = "".join(
            f"<item><title>{_bridge(n)}</title><link>{origin.url(f'/bau/{n}')}</link><guid>{n}</guid>"
            f"<description>Die Brücke Nummer {n} ist wieder frei, teilte das Bauamt mit.</description>"
            f"<category>Bau</category><pubDate>0{n} Mar 2026 08:00:00 +0100</pubDate></item>"
            for n in range(6, 0, -1)
        )
        head = "<link rel=alternate type=application/rss+xml href=/bau.rss>"
        origin.pages["/"] = f"<!doctype html><html lang=de><head><title>Bauamt</title>{head}<body>{cards}</body></html>"
        feed = f"<rss version='2.0'><channel><title>Bauamt</title>{items}</channel></rss>"
        origin.pages["/bau.rss"] = Answer(body=feed, headers={"Content-Type": "application/rss+xml"})
        path = config(directory, origin, 8080)
        path.write_text(path.read_text("utf-8").replace('id = "anzeiger"', 'id = "bauamt"'), "utf-8")
        yield path


@contextmanager
def amtsblick(directory: Path) -> Iterator[Path]:
    """The sample portal of `feedsvc demo`."""
    with Portal(date(2026, 3, 25), interval=float("inf")).serve() as served:
        path = directory / "config.toml"
        path.write_text(config_text(served.url, 8080), encoding="utf-8")
        yield path


SITES: dict[str, Site] = {"amtsblick": amtsblick, "anzeiger": anzeiger, "bauamt": bauamt, "kurier": kurier}


def _bridge(number: int) -> str:
    return f"Neue Brücke Nummer {number} für den Verkehr freigegeben"


def _headline(number: int) -> str:
    return f"Stadtrat berät über den Haushalt des Bezirks {number}"


def _entry(number: int) -> str:
    return (
        f'<div class="eintrag"><span class="ort">Bezirk {number}</span>'
        f' <a href="/m/{number}"><b>{_headline(number)}</b></a> <i>vor {number} Stunden</i>'
        f"<p>Der Haushalt des Bezirks {number} steht am Donnerstag zur Abstimmung.</p></div>"
    )


def _story(number: int, page: int, goes_on: bool) -> str:
    text = "".join(
        f"<p>Absatz {n} auf Seite {page} zum Bezirk {number}: Die Fraktionen haben ihre Anträge eingebracht, über die"
        " der Rat nach einer Aussprache einzeln abstimmen wird.</p>"
        for n in range(1, 4)
    )
    further = f'<a class="weiter" href="/m/{number}?seite=2">weiter</a>' if goes_on else ""
    day = f'<div class="stand">0{number}.03.2026</div>'
    return f'<h1>{_headline(number)}</h1>{day}<div class="text">{text}</div>{further}'


def _html(title: str, body: str) -> Answer:
    head = f"<meta charset='utf-8'><title>{title}</title>"
    page = f"<!doctype html><html lang='de'><head>{head}</head><body>{body}</body></html>"
    return Answer(body=page, headers={"Content-Type": "text/html; charset=utf-8"})
