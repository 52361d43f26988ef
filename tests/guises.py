"""One article and its fifteen related teasers in the markups of many systems: choices in, a page in bytes out.

A guise is one choice of every part. The named ones are put together the way one system writes its pages; drawn ones
mix the parts freely. The text is an article of our own, or any other record of the same shape.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TypeAlias

SHARED = Path(__file__).resolve().parents[2] / "shared"
ITEMS = Path(__file__).parent / "listings" / "items.json"
BASE = "https://portal.example"
URL = f"{BASE}/meldungen/ein-rechenzentrum-fuer-alle-kommunen/"
ABOVE = "Weitere Meldungen und Beiträge aus dem Bereich:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """One teaser of the related block; `day` is written dd.mm.yyyy."""

    kicker: str
    headline: str
    day: str
    text: str
    alt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an article page tells, without any markup."""

    kicker: str
    headline: str
    day: str
    lead: str
    alt: str
    caption: str
    credit: str
    body: tuple[str, ...]
    categories: tuple[str, ...]
    related: tuple[Teaser, ...]


def _teasers(told: list[dict[str, str | None]]) -> tuple[Teaser, ...]:
    return tuple(
        Teaser(
            kicker=one["kicker"] or "",
            headline=one["headline"] or "",
            day=".".join(reversed((one["date"] or "").split("-"))),
            text=one["teaser"] or "",
            alt=one["image_alt"],
        )
        for one in told
    )


def ours() -> Record:
    """Return an article written for this, with the fifteen items of the listings as its related teasers."""
    return Record(
        kicker="Küstenland",
        headline="Ein Rechenzentrum für alle Kommunen",
        day="05.03.2024",
        lead="Das Küstenland will bis 2025/26 rund 1.200 Fachverfahren in einem gemeinsamen Rechenzentrum betreiben. "
        "Den Vertrag dazu haben Land und Kommunen jetzt unterzeichnet.",
        alt="Das Bild zeigt zwei Personen vor einem Serverschrank.",
        caption="Staatssekretärin Petra Beispiel: Der gemeinsame Betrieb könnte ein Vorbild für andere Länder sein.",
        credit="A. Beispiel (Pressestelle)",
        body=(
            "Das Küstenland und seine Kommunen haben einen Vertrag über den gemeinsamen Betrieb ihrer Fachverfahren "
            "geschlossen. Wie das Digitalministerium mitteilt, sollen die ersten Bürger:innen schon im Herbst davon "
            "profitieren. „Wir gehen damit einen weiteren Schritt zur souveränen Verwaltung“, sagte die Ministerin.",
            "Der Umzug beginnt mit dem Meldewesen. Danach folgen nach Angaben des Ministeriums die Kfz-Zulassung und "
            "die Wohngeldstellen, die bislang auf eigenen Servern laufen. Die Kosten teilen sich Land und Kommunen je "
            "zur Hälfte, heißt es in einer Pressemitteilung vom Dienstag.",
            "Kritik kommt vom Rechnungshof, der eine Wirtschaftlichkeitsbetrachtung vermisst. Das Ministerium will sie "
            "bis zum Sommer nachreichen; bis dahin bleibt der Betrieb auf 13.500 Arbeitsplätze beschränkt.",
        ),
        categories=("IT-Infrastruktur", "Politik"),
        related=_teasers(json.loads(ITEMS.read_text("utf-8"))),
    )


def seed() -> Record:
    """Return the first user's article, where the shared data is."""
    told = json.loads((SHARED / "data/seed/expected.json").read_text("utf-8"))
    main, image = told["main"], told["main"]["image"]
    return Record(
        kicker=main["kicker"],
        headline=main["headline"],
        day=main["date_raw"].strip("[]"),
        lead=main["teaser"],
        alt=image["alt"],
        caption=image["caption"],
        credit=image["credit"],
        body=tuple(main["body"]),
        categories=tuple(main["categories"]),
        related=_teasers(told["related"]),
    )


Choices: TypeAlias = Mapping[str, str]

TOLD = tomllib.loads((Path(__file__).parent / "guises.toml").read_text("utf-8"))
PARTS: Mapping[str, Choices] = TOLD["part"]
COMMON: Choices = TOLD["common"]
NAV = (
    '<nav><ul><li><a href="/">Start</a></li><li><a href="/themen/politik/">Politik</a></li><li>'
    '<a href="/themen/it-infrastruktur/">IT-Infrastruktur</a></li><li><a href="/themen/smart-city/">Smart City</a></li>'
    '<li><a href="/heftarchiv/">Heftarchiv</a></li></ul></nav>'
)
FOOT = '<p>© Portal GmbH · <a href="/impressum/">Impressum</a> · <a href="/datenschutz/">Datenschutz</a></p>'


@dataclass(frozen=True, slots=True)
class Guise:
    """One choice of every part."""

    chosen: tuple[tuple[str, str], ...]

    def __getitem__(self, part: str) -> str:
        return dict(self.chosen)[part]

    def __str__(self) -> str:
        return " / ".join(f"{part}: {name}" for part, name in self.chosen if COMMON[part] != name)

    def page(self, record: Record) -> bytes:
        """Return the page of the record in this guise."""
        return _typed(self["typing"], _page(self, record))


def guise(**chosen: str) -> Guise:
    """Return the common guise with some parts chosen otherwise."""
    for part, name in chosen.items():
        assert name in PARTS[part], (part, name)
    return Guise(tuple((COMMON | chosen).items()))


def drawn(seed: int, count: int) -> Iterator[Guise]:
    """Give `count` guises, every part of them drawn freely."""
    dice = random.Random(seed)
    for _ in range(count):
        chosen = {part: dice.choice([name for name in names if name != "listing"]) for part, names in PARTS.items()}
        yield guise(**chosen)


def address(number: int) -> str:
    """Return the path of the related article of that number."""
    return f"/meldungen/artikel-{number}/"


def iso(day: str) -> str:
    """Return a day written dd.mm.yyyy as YYYY-MM-DD."""
    return "-".join(reversed(day.split(".")))


def _of(one: Guise, part: str) -> str:
    return PARTS[part][one[part]]


def _page(one: Guise, record: Record) -> str:
    words = {"k": record.kicker, "h": record.headline, "d": record.day, "t": record.lead, "iso": iso(record.day)}
    words |= {"alt": record.alt, "c": record.caption, "q": record.credit}
    words = {name: escape(value) for name, value in words.items()}
    words["hh"], words["tt"] = escape(_named(record.headline)), escape(_named(record.lead))
    words["img"] = f'<img src="/bilder/haupt.jpg" width="800" height="533" alt="{words["alt"]}">'
    words["lazy"] = (
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/bilder/haupt.jpg" class="lazyload" '
        f'alt="{words["alt"]}">'
    )
    words["lines"] = "<br><br>".join(escape(each) for each in record.body)
    for part in ("heading", "lead", "picture"):
        words[part] = _of(one, part).format_map(words)
    body = "\n".join(_of(one, "body").replace("|", escape(each)) for each in record.body)
    words["box"] = _of(one, "box").format(body=body)
    words |= {"tools": _of(one, "tools"), "after": _of(one, "after"), "mast": _of(one, "mast")}
    words |= {"crumb": _of(one, "crumb").format_map(words), "nav": NAV, "foot": FOOT}
    words["story"] = _of(one, "order").format_map(words)
    words["related"] = _related(one, record)
    head = '<meta charset="utf-8">' + _of(one, "head").format_map(words)
    return (
        f'<!doctype html>\n<html lang="de"><head>{head}</head><body>{_of(one, "frame").format_map(words)}</body></html>'
    )


def _related(one: Guise, record: Record) -> str:
    labels = "".join(
        _of(one, "label").format(slug=name.lower(), name=escape(name)) for name in record.categories
    ).rstrip(" ,|")
    top = _of(one, "top").format(above=ABOVE, labels=labels)
    before, opening, closing, after = _around(_of(one, "list"))
    items = [opening + _item(one, number, item) + closing for number, item in enumerate(record.related, 1)]
    items.insert(5, opening + _of(one, "ads") + closing if _of(one, "ads") else "")
    return top + before + "\n".join(items) + after


def _around(pattern: str) -> tuple[str, str, str, str]:
    """Part a list's pattern into what opens and closes it once, and what does so for every item."""
    before, _, after = pattern.partition("|")
    if before.count("<") < 2:
        rule = "<hr>" if after.startswith("<hr>") else ""
        return before, "", rule, after.removeprefix("<hr>")
    end = before.index(">") + 1
    last = after.rindex("</")
    return before[:end], before[end:], after[:last], after[last:]


def _item(one: Guise, number: int, item: Teaser) -> str:
    image = f'<img src="/bilder/{number}-300x200.jpg" alt="{escape(item.alt)}">' if item.alt else ""
    words = {"k": item.kicker, "h": item.headline, "d": item.day, "t": item.text, "iso": iso(item.day)}
    words = {name: escape(value) for name, value in words.items()} | {"pic": image, "u": address(number)}
    return _of(one, "item").format_map(words)


NAMED = {"ä": "&auml;", "ö": "&ouml;", "ü": "&uuml;", "Ä": "&Auml;", "Ö": "&Ouml;", "Ü": "&Uuml;", "ß": "&szlig;"}
NAMED |= {"„": "&bdquo;", "“": "&ldquo;", "–": "&ndash;"}


def _named(text: str) -> str:
    return "".join(NAMED.get(sign, sign) for sign in text)


def _typed(way: str, page: str) -> bytes:
    if way == "minified":
        page = re.sub(r">\s+<", "><", page)
    if way == "indented":
        page = re.sub(
            r"(<(?:div|p|h\d|ul|ol|li|section|article|figure|figcaption|table|tr|td|dl|dd|dt)\b)", r"\n\t\t\1", page
        )
        page = re.sub(r"(</(?:p|h\d|div|li|figcaption)>)", r"\n\t\1", page)
    if way == "windows-lines":
        page = page.replace("\n", "\r\n").replace("><", ">\r\n<")
    if way == "nbsp":
        page = page.replace(" der ", " der&nbsp;").replace(" mehr", "&nbsp;mehr")
    if way == "soft-hyphens":
        page = page.replace("verwaltung", "ver&shy;wal&shy;tung").replace("zentrum", "zen&shy;trum")
    if way == "named-entities":
        page = _named(page)
    if way == "unclosed":
        page = re.sub(r"</(?:p|li|dd|dt|td|tr)>", "", page)
    if way == "capitals":
        page = re.sub(r"</?[a-z]\w*(?=[ >])", lambda tag: tag[0].upper(), page)
    return page.encode()


SYSTEMS: Mapping[str, Guise] = {name: guise(**chosen) for name, chosen in TOLD["system"].items()}
