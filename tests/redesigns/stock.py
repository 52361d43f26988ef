"""The articles that all the redesigned lists show: invented, in the shape of a German news portal's."""

# ruff: noqa: E501  # markup and sentences stand on one line, as they are served

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

TODAY = date(2026, 3, 26)
SITE = "https://www.amtsbote.example"
MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article as a list shows it."""

    slug: str
    headline: str
    day: date
    teaser: str
    kicker: str = ""
    picture: str = ""

    @property
    def title(self) -> str:
        return f"{self.kicker}: {self.headline}" if self.kicker else self.headline

    @property
    def path(self) -> str:
        return f"/meldungen/{self.slug}"

    @property
    def short(self) -> str:
        return f"{self.day:%d.%m.%Y}"

    @property
    def long(self) -> str:
        return f"{self.day.day}. {MONTHS[self.day.month - 1]} {self.day.year}"


_TOLD = (
    ("Hessen", "Register sprechen bald eine gemeinsame Sprache", "Vier Ämter tauschen Daten künftig ohne Umweg über das Papier aus."),
    ("", "Das Wohngeld kommt jetzt auch ohne Unterschrift", "Anträge werden in drei von vier Kreisen vollständig am Bildschirm gestellt."),
    ("Kreis Lindtal", "Bürgerbüro öffnet in der alten Molkerei", "Fünf Schalter und ein Lesesaal sind dort bis zum Herbst entstanden."),
    ("", "Feuerwehr probt den Ausfall aller Leitungen", "Drei Tage lang fuhr die Leitstelle nur mit Funk und mit Zetteln."),
    ("Sachsen", "Schulen teilen sich ein Rechenzentrum", "Sechzig Schulen sparen sich eigene Schränke und eigene Wartung."),
    ("Bund/Länder", "Beschluss zur Aktenablage verschoben", "Über die Fristen für das Löschen streiten die Häuser seit dem Sommer."),
    ("", "Wer die Ampel steuert, steuert den Verkehr", "Eine Kleinstadt misst seit Mai an jeder Kreuzung und schaltet danach."),
    ("Nordheim", "Bücherei leiht jetzt auch Sensoren aus", "Wer die Luft im Schlafzimmer messen will, bekommt das Gerät für drei Wochen."),
    ("Verband D42", "Kommunen fordern mehr Zeit für den Umzug", "Achtzehn Monate seien für die neuen Verfahren zu wenig, heißt es."),
    ("", "Ein Stempel geht nach hundert Jahren in Rente", "Das Standesamt siegelt nur noch elektronisch und stellt das Stück aus."),
    ("Bremen", "Hafenamt prüft Frachtpapiere in Minuten", "Früher lag ein Schein zwei Tage, heute liest ihn ein Programm vor Ort."),
    ("", "Katasteramt scannt seine letzten Rollen", "Zwölftausend Karten sind fertig, neunhundert liegen noch im Keller."),
    ("Thüringen", "Zwei Städte kaufen ihre Rechner gemeinsam", "Der Rabatt ist kleiner als gedacht, die Wartung wird aber billiger."),
    ("", "Der Winterdienst fährt nach der Karte", "Welche Straße zuerst geräumt wird, rechnet die Leitstelle stündlich neu aus."),
)  # fmt: skip


def _items() -> tuple[Item, ...]:
    """Return the articles, newest first, at most one a day, some without kicker or picture."""
    return tuple(
        Item(
            slug="-".join(headline.lower().split()[:4])
            .replace(",", "")
            .translate(str.maketrans({"ü": "ue", "ä": "ae"})),
            headline=headline,
            kicker=kicker,
            teaser=teaser,
            day=TODAY - timedelta(days=place + place // 3),
            picture=f"/bilder/{place}.jpg" if place % 3 else "",
        )
        for place, (kicker, headline, teaser) in enumerate(_TOLD)
    )


ITEMS = _items()
BEFORE = ITEMS[2:12]  # what the list showed before it was rebuilt
AFTER = ITEMS[:10]  # what it shows now: two new ones on top
