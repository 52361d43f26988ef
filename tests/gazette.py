"""A news portal for tests, in a markup of its own: no article element, hashed classes, dates in brackets.

The text habits are those of German e-government portals (kicker, headline, `[dd.mm.yyyy]`, "mehr..."); the tags are not
those of any sample in the package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from origin import Answer, Asked, Exchange, Origin, Played

LAENDER = ("Hessen", "Bayern", "Sachsen", "Saarland", "Bremen", "Berlin", "Hamburg", "Thüringen")
TOPICS = ("IT-Infrastruktur", "Politik")


@dataclass(slots=True)
class Gazette:
    """Numbered articles, the newest first on the front page; `publish` adds one. Serves itself through an Origin."""

    origin: Origin
    count: int = 0
    pause: float = 0.0  # seconds an article page takes
    withdrawn: set[int] = field(default_factory=set)
    first_day: date = date(2026, 1, 5)

    def __post_init__(self) -> None:
        self.origin.pages["/"] = self._front
        self.origin.pages["/a.svg"] = Answer(body=b"<svg/>", headers={"Content-Type": "image/svg+xml"})

    def publish(self, count: int = 1) -> None:
        for _ in range(count):
            self.count += 1
            self.origin.pages[f"/meldung/{self.count}"] = self._article

    def title(self, number: int) -> str:
        return f"{LAENDER[number % len(LAENDER)]}: {self._headline(number)}"

    def titles(self) -> list[str]:
        return [self.title(number) for number in range(self.count, 0, -1) if number not in self.withdrawn]

    def _headline(self, number: int) -> str:
        return f"Kabinett beschließt Vorhaben Nummer {number} zur Digitalisierung"

    def _date(self, number: int) -> str:
        return f"{self.first_day + timedelta(days=number // 2):%d.%m.%Y}"

    def _teaser(self, number: int) -> str:
        return (
            f"Das Vorhaben mit der Nummer {number} soll die Verwaltung entlasten und bis zum Jahr 2028/29 rund 13.500"
            " Arbeitsplätze erreichen. Die Fachverbände begrüßen den Schritt."
        )

    def _front(self, _: Asked) -> Answer:
        numbers = [n for n in range(self.count, max(0, self.count - 30), -1) if n not in self.withdrawn]
        return _html("Amtsanzeiger", "".join(self._card(n) for n in numbers))

    def _card(self, number: int) -> str:
        return (
            f'<div class="x7f2"><div class="k9"><a href="/meldung/{number}">{self.title(number)}</a></div>'
            f'<div class="p3">[{self._date(number)}] {self._teaser(number)}'
            f' <a href="/meldung/{number}">mehr...</a></div></div>'
        )

    def _article(self, asked: Asked) -> object:
        number = int(asked.path.rpartition("/")[2])
        if number in self.withdrawn:
            return Answer(status=410)
        page = _html(self._headline(number), self._text(number))
        if not self.pause:
            return page

        def slowly(exchange: Exchange) -> None:
            exchange.wait(self.pause)
            exchange.answer(page)

        return Played(slowly)

    def _text(self, number: int) -> str:
        kicker, _, headline = self.title(number).partition(": ")
        paragraphs = "".join(
            f"<div class='t1'>Absatz {n} der Meldung {number}: Die zuständigen Stellen haben die Einzelheiten am Montag"
            " in der Landeshauptstadt vorgestellt und dabei auf die Erfahrungen der vergangenen Jahre verwiesen.</div>"
            for n in range(1, 5)
        )
        related = "".join(self._card(n) for n in range(max(1, number - 3), number))
        return (
            f'<h1><span class="a1">{kicker}</span><span class="a2">{headline}</span></h1>'
            f'<div class="l4">[{self._date(number)}] {self._teaser(number)}</div>{paragraphs}'
            f'<div class="w2"><h2>Weitere Meldungen und Beiträge aus dem Bereich: '
            f'<a rel="tag" href="/t/1">{TOPICS[0]}</a> '
            f'<a rel="tag" href="/t/2">{TOPICS[number % 2]}</a></h2>{related}</div>'
        )


def config(directory: Path, origin: Origin, web_port: int, *, every: str = "1s", extra: str = "") -> Path:
    """Write a config.toml that reads the gazette, and return its path."""
    path = directory / "config.toml"
    path.write_text(
        f"""[service]
title = "Probe"
base_url = "http://127.0.0.1:{web_port}"
contact = "mailto:probe@example.org"

[web]
port = {web_port}

[fetch]
host_gap = "0s"
allow_private = ["127.0.0.1:{origin.port}"]

[defaults]
every = "{every}"

[[category]]
slug = "it-infrastruktur"
name = "IT-Infrastruktur"
labels = ["IT-Infrastruktur"]

[[category]]
slug = "politik"
name = "Politik"
labels = ["Politik"]

[[source]]
id = "anzeiger"
url = "{origin.url("/")}"
{extra}
""",
        encoding="utf-8",
    )
    return path


def _html(title: str, body: str) -> Answer:
    page = (
        f"<!doctype html><html lang='de'><head><meta charset='utf-8'><title>{title} - Amtsanzeiger</title></head><body>"
        "<div class='m0'>Mittwoch, 25. März 2026</div><ul class='n5'><li><a href='/themen/politik'>Politik</a></li>"
        "<li><a href='/abo'>Abo</a></li><li><a href='/kontakt'>Kontakt</a></li></ul>"
        f"<div class='c8'>{body}</div>"
        "<div class='f6'>© Amtsanzeiger · <a href='/impressum'>Impressum</a></div></body></html>"
    )
    return Answer(body=page, headers={"Content-Type": "text/html; charset=utf-8"})
