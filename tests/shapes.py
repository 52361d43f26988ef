"""Listing pages in the shapes that content systems and newsrooms give them, each with the leads it announces.

A page in tests/shape_pages is markup with groups in it: `[[1-10 teaser day]]` sets the stories 1 to 10 in the markup
up to `[[end]]`. The leads that are expected follow from the groups, in page order; what a group shows has to come out,
what it does not show has to be None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from feedsvc import urls

MENU = (
    '<ul class="menu"><li><a href="/">Start</a></li><li><a href="/stadt-und-buerger/">Stadt und Bürger</a></li><li>'
    '<a href="/wirtschaft-und-bauen/">Wirtschaft und Bauen</a></li><li><a href="/kultur-freizeit-und-sport/">Kultur,'
    " Freizeit und Sport</a></li></ul>"
)
FOOT = '<div><a href="/impressum">Impressum</a> | <a href="/erklaerung-zur-barrierefreiheit">Barrierefreiheit</a></div>'
FETCHED = datetime(2025, 3, 26, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
ZONE = ZoneInfo("Europe/Berlin")
_DAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


@dataclass(frozen=True, slots=True)
class Story:
    """One article as a listing announces it."""

    number: int
    kicker: str
    headline: str
    teaser: str
    at: datetime

    def fields(self, address: str) -> dict[str, object]:
        """Return what a template may print."""
        slug = urls.slug(self.headline)
        at = self.at
        return {
            "url": address.format(slug=slug, n=self.number, id=48_000 + 37 * self.number, at=at),
            "n": self.number,
            "kicker": escape(self.kicker),
            "headline": escape(self.headline),
            "teaser": escape(self.teaser),
            "dmy": f"{at:%d.%m.%Y}",
            "dmyy": f"{at:%d.%m.%y}",
            "dm": f"{at:%d.%m.}",
            "long": f"{at.day}. {_MONTHS[at.month - 1]} {at.year}",
            "weekday": _DAYS[at.weekday()],
            "day": f"{at.day}",
            "month": _MONTHS[at.month - 1][:3],
            "year": at.year,
            "time": f"{at:%H:%M}",
            "iso": at.isoformat(),
            "en": f"{at:%B} {at.day}, {at.year}",
            "alt": escape(f"Bild {self.number}: Menschen vor einem Haus."),
        }


_TALES = (
    (
        "Nahverkehr",
        "Neue Busse für das Umland",
        "Ab Mai fahren 14 Fahrzeuge mit Strom aus der Region. Der Kreis zahlt.",
    ),
    ("Hochwasser", "Deich hält, Keller nicht", "Am Unterlauf sank der Pegel in der Nacht. In 60 Häusern steht Wasser."),
    ("Kita-Plätze", "Wie lange warten Eltern noch?", "Auf 100 Plätze kommen 131 Anmeldungen. Drei Familien erzählen."),
    (
        "Haushalt",
        "Kämmerin legt Sparplan über 9 Millionen Euro vor",
        "Bäder und Musikschule bleiben verschont, sagt sie.",
    ),
    ("Archäologie", "Sensationsfund unter dem Parkdeck", "Die Mauer ist rund 1.900 Jahre alt und gut erhalten."),
    ("Schulen", "Ein Tablet für jedes Kind", "Zum Schuljahr 2025/26 werden 4.200 Geräte ausgegeben. Das Land hilft."),
    ("Landgericht", "Freispruch im Prozess um die alte Mühle", "Die Kammer sah keinen Beweis für eine Brandstiftung."),
    ("Ehrenamt", "„Ich mache das für die Kinder“", "Seit 40 Jahren leitet Marga Holl den Chor. Nun sucht sie Ersatz."),
    ("Energie", "Windpark am Holzberg geht ans Netz", "Elf Anlagen liefern Strom für 30.000 Haushalte im Umkreis."),
    (
        "Gesundheit",
        "Klinik schließt die Geburtshilfe",
        "Es fehlen Hebammen. Werdende Eltern fahren künftig 38 Kilometer.",
    ),
    ("Fußball", "Drei Punkte, drei Platzverweise", "Das Derby endete 2:1. Über die Schlussphase wird noch gestritten."),
    ("Stadtrat", "Mehrheit stimmt gegen das Parkhaus", "Nach fünf Stunden fiel die Entscheidung mit 23 zu 19 Stimmen."),
    (
        "Wald",
        "Borkenkäfer erreicht das Mittelgebirge",
        "Förster schlagen Alarm: Schon im April schwärmen die Tiere aus.",
    ),
    ("Wohnen", "Mieten steigen langsamer", "Im Schnitt kostet der Quadratmeter 9,40 Euro, zwei Prozent mehr als 2023."),
)
_NEWEST = datetime(2025, 3, 26, 17, 42, tzinfo=ZONE)
STORIES = tuple(
    Story(n, kicker, headline, teaser, _NEWEST - timedelta(hours=7 * n, minutes=11 * n))
    for n, (kicker, headline, teaser) in enumerate(_TALES, 1)
)
SHORT = tuple(
    Story(n, "", words, "", _NEWEST - timedelta(days=2 * n))
    for n, words in enumerate(("Hitze", "Neue Busse", "Wahl", "Ehrung", "Sperrung B 27", "Stromausfall", "Bäder"), 1)
)


@dataclass(frozen=True, slots=True)
class Group:
    """Stories set in one markup, and the fields it shows: kicker teaser day minute."""

    item: str
    stories: tuple[Story, ...]
    shows: frozenset[str]
    author: str | None
    counted: bool  # False: what stands beside the news


@dataclass(frozen=True, slots=True)
class Shape:
    """A page: what its file says of it, and its pieces."""

    told: dict[str, str]
    pieces: tuple[str | Group, ...]

    @property
    def url(self) -> str:
        return self.told["url"]

    def page(self) -> bytes:
        """Return the page's HTML."""
        body = "".join(piece if isinstance(piece, str) else "\n".join(self._set(piece)) for piece in self.pieces)
        head = f'<head><meta charset="utf-8"><title>Aktuelles | Beispiel</title>{self.told.get("head", "")}</head>'
        return f'<!doctype html><html lang="de">{head}<body>{body}</body></html>'.encode()

    def _set(self, group: Group) -> Iterator[str]:
        for story in group.stories:
            pieces = _NAME.split(group.item)  # text, name, text, name, text
            pieces[1::2] = [str(story.fields(self.told["address"])[name]) for name in pieces[1::2]]
            yield "".join(pieces)

    def expected(self) -> list[dict[str, object]]:
        """Return the leads in page order; of a story in several groups the fuller fields."""
        found: dict[str, dict[str, object]] = {}
        for group in self.pieces:
            for story in group.stories if isinstance(group, Group) and group.counted else ():
                row = self._row(story, group)
                found.setdefault(str(row["url"]), row).update({name: value for name, value in row.items() if value})
        return list(found.values())

    def _row(self, story: Story, group: Group) -> dict[str, object]:
        at = {"day": story.at.replace(hour=0, minute=0), "minute": story.at}
        return {
            "url": urls.absolute(self.url, str(story.fields(self.told["address"])["url"])),
            "headline": story.headline,
            "kicker": story.kicker if "kicker" in group.shows else None,
            "teaser": story.teaser if "teaser" in group.shows else None,
            "published": next((at[name] for name in at if name in group.shows), None),
            "authors": (group.author,) if group.author else (),
        }


_NAME = re.compile(r"\$([a-z]+)\$")
_GROUP = re.compile(r"\[\[(?P<told>[^\]]+)\]\]\n(?P<item>.*?)\n\[\[end\]\]\n?", re.DOTALL)
_TOLD = re.compile(
    r"(?P<short>short )?(?P<first>\d+)-(?P<last>\d+)(?P<shows>(?: (?:kicker|teaser|day|minute))*)"
    r"(?P<beside> uncounted)?(?: by (?P<author>.+))?"
)


def read(path: Path) -> Shape:
    """Return a page from its file: lines "name: value", an empty line, markup with groups in it."""
    head, _, body = path.read_text("utf-8").partition("\n\n")
    told = dict(line.split(": ", 1) for line in head.splitlines())
    body = body.replace("$menu$", MENU).replace("$foot$", FOOT)
    pieces: list[str | Group] = []
    end = 0
    for match in _GROUP.finditer(body):
        pieces += [body[end : match.start()], _group(match["told"], match["item"])]
        end = match.end()
    return Shape(told, (*pieces, body[end:]))


def _group(told: str, item: str) -> Group:
    match = _TOLD.fullmatch(told)
    assert match, told
    stories = (SHORT if match["short"] else STORIES)[int(match["first"]) - 1 : int(match["last"])]
    return Group(item, stories, frozenset(match["shows"].split()), match["author"], not match["beside"])


SHAPES = {path.stem: path for path in sorted((Path(__file__).parent / "shape_pages").glob("*.html"))}
