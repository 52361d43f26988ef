"""One article's text in the many markups a portal may wrap it in: every field is read from each of them.

The class names of a portal are never known for sure, so the text is fixed and the markup is drawn: how kicker and
headline share a heading, where the date stands, what holds lead, picture and body, how the related block is built.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from feedsvc import extract
from feedsvc.model import Article, Page, Source

SHARED = Path(__file__).resolve().parents[2] / "shared"
URL = "https://portal.example/meldungen/rechenzentrum-fuer-alle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """One teaser of the related block."""

    title: str
    date: str
    teaser: str
    alt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an article page tells, without any markup."""

    kicker: str
    headline: str
    date: str
    lead: str
    alt: str
    caption: str
    credit: str
    body: tuple[str, ...]
    categories: tuple[str, ...]
    related: tuple[Related, ...]


OURS = Record(
    kicker="Musterland",
    headline="Rechenzentrum für alle Kommunen",
    date="05.03.2024",
    lead="Musterland will bis 2025/26 rund 1.200 Fachverfahren in einem gemeinsamen Rechenzentrum betreiben. Den "
    "Vertrag dazu haben Land und Kommunen jetzt unterzeichnet.",
    alt="Das Bild zeigt zwei Personen vor einem Serverschrank.",
    caption="Vertragsunterzeichnung im Rechenzentrum: Land und Kommunen betreiben ihre Verfahren künftig gemeinsam.",
    credit="A. Beispiel (Pressestelle)",
    body=(
        "Das Land Musterland und seine Kommunen haben einen Vertrag über den gemeinsamen Betrieb ihrer Fachverfahren "
        "geschlossen. Wie das Digitalministerium mitteilt, sollen die ersten Bürger:innen schon im Herbst davon "
        "profitieren. „Wir gehen damit einen weiteren Schritt zur souveränen Verwaltung“, sagte die Ministerin.",
        "Der Umzug beginnt mit dem Meldewesen. Danach folgen nach Angaben des Ministeriums die Kfz-Zulassung und die "
        "Wohngeldstellen, die bislang auf eigenen Servern laufen. Die Kosten teilen sich Land und Kommunen je zur "
        "Hälfte, heißt es in einer Pressemitteilung vom Dienstag.",
        "Kritik kommt vom Rechnungshof, der eine Wirtschaftlichkeitsbetrachtung vermisst. Das Ministerium will sie bis "
        "zum Sommer nachreichen; bis dahin bleibt der Betrieb auf 13.500 Arbeitsplätze beschränkt.",
    ),
    categories=("IT-Infrastruktur", "Politik"),
    related=(
        Related(
            title="MPK: Mehr Tempo nötig",
            date="14.03.2024",
            teaser="Die Länder drängen auf eine schnellere Umsetzung der gemeinsamen Beschlüsse. Sie fordern außerdem "
            "mehr Unterstützung für ihre Rechenzentren.",
            alt="Regierungschefs an einem langen Tisch. Im Hintergrund stehen die Fahnen der Länder.",
        ),
        Related(
            title="Bayern/Bund: Neues Portal für Gründer",
            date="12.03.2024",
            teaser="Ein gemeinsames Portal soll Gründungen vereinfachen. Es bündelt die Leistungen von elf Behörden.",
        ),
        Related(
            title="Digitalkonferenz: Gemeinsame Positionen",
            date="11.03.2024",
            teaser="Die Digitalverantwortlichen haben sich auf acht Punkte verständigt, darunter offene Standards.",
            alt="Cover des Berichts 2023/24",
        ),
        Related(
            title="Musterstadt: Sensoren für den Winterdienst",
            date="07.03.2024",
            teaser="Sensoren melden dem Bauhof, wo es glatt wird. Die Stadt spart damit nach eigenen Angaben Salz.",
        ),
    ),
)


def seed() -> Record:
    """Return the first user's article, where the shared data is."""
    told = json.loads((SHARED / "data/seed/expected.json").read_text(encoding="utf-8"))
    main = told["main"]
    return Record(
        kicker=main["kicker"],
        headline=main["headline"],
        date=main["date_raw"].strip("[]"),
        lead=main["teaser"],
        alt=main["image"]["alt"],
        caption=main["image"]["caption"],
        credit=main["image"]["credit"],
        body=tuple(main["body"]),
        categories=tuple(main["categories"]),
        related=tuple(
            Related(title=r["title"], date=r["date_raw"].strip("[]"), teaser=r["teaser"], alt=r["image_alt"])
            for r in told["related"]
        ),
    )


Part = Callable[[Record], str]

HEADINGS: Mapping[str, Part] = {
    "spans": lambda r: f'<h1><span class="a1">{r.kicker}</span><span class="a2">{r.headline}</span></h1>',
    "text after span": lambda r: f"<h1><span>{r.kicker}</span>{r.headline}</h1>",
    "one text": lambda r: f"<h1>{r.kicker}{r.headline}</h1>",
    "break": lambda r: f"<h1>{r.kicker}<br>{r.headline}</h1>",
    "small": lambda r: f"<h1><small>{r.kicker}</small> {r.headline}</h1>",
    "divs": lambda r: f"<h1><div>{r.kicker}</div><div>{r.headline}</div></h1>",
    "named line": lambda r: f'<p class="kicker">{r.kicker}</p><h1>{r.headline}</h1>',
    "plain line": lambda r: f"<div><p>{r.kicker}</p><h1>{r.headline}</h1></div>",
    "in a header": lambda r: f"<header><h1><em>{r.kicker}</em>{r.headline}</h1></header>",
    "colon": lambda r: f"<h1><span>{r.kicker}: </span>{r.headline}</h1>",
    "second rank": lambda r: f"<h2><span>{r.kicker}</span>{r.headline}</h2>",
}
LEADS: Mapping[str, Part] = {
    "one text": lambda r: f"<p>[{r.date}] {r.lead}</p>",
    "span": lambda r: f'<p class="x7"><span class="date">[{r.date}]</span> {r.lead}</p>',
    "nameless span": lambda r: f"<p><span>[{r.date}]</span> {r.lead}</p>",
    "time": lambda r: f'<p><time datetime="{iso(r)}">[{r.date}]</time> {r.lead}</p>',
    "strong": lambda r: f"<p><strong>[{r.date}] {r.lead}</strong></p>",
    "div": lambda r: f"<div>[{r.date}] {r.lead}</div>",
    "bold date": lambda r: f"<div><b>[{r.date}]</b> {r.lead}</div>",
    "time before": lambda r: f'<time datetime="{iso(r)}">[{r.date}]</time><p>{r.lead}</p>',
    "line before": lambda r: f'<p class="x3">[{r.date}]</p><p><b>{r.lead}</b></p>',
    "no brackets": lambda r: f'<p class="date">{r.date}</p><p class="teaser">{r.lead}</p>',
    "time in meta": lambda r: (
        f'<div class="meta"><time datetime="{iso(r)}">{r.date}</time></div><div class="lead">{r.lead}</div>'
    ),
    "list": lambda r: f"<dl><dt>[{r.date}]</dt><dd>{r.lead}</dd></dl>",
}
PICTURES: Mapping[str, Part] = {
    "figure": lambda r: f"<figure>{img(r)}<figcaption>{r.caption} (Bildquelle: {r.credit})</figcaption></figure>",
    "figure of lines": lambda r: (
        f"<figure>{img(r)}<figcaption><p>{r.caption}</p><p>(Bildquelle: {r.credit})</p></figcaption></figure>"
    ),
    "divs": lambda r: f"<div>{img(r)}<div>{r.caption}</div><div>(Bildquelle: {r.credit})</div></div>",
    "flat": lambda r: f"{img(r)}<p>{r.caption}</p><p>(Bildquelle: {r.credit})</p>",
    "in a paragraph": lambda r: f"<p>{img(r)}</p><p>{r.caption}</p><p><i>(Bildquelle: {r.credit})</i></p>",
    "one line": lambda r: f"<div>{img(r)}</div><p>{r.caption} (Bildquelle: {r.credit})</p>",
    "table": lambda r: (
        f"<table><tr><td>{img(r)}</td></tr><tr><td>{r.caption}</td></tr><tr><td>(Bildquelle: {r.credit})"
        "</td></tr></table>"
    ),
    "caption list": lambda r: (
        f'<dl class="wp-caption"><dt>{img(r)}</dt><dd class="wp-caption-text">{r.caption}<br>'
        f"(Bildquelle: {r.credit})</dd></dl>"
    ),
    "linked": lambda r: (
        f'<div class="q1"><a href="/gross.jpg">{img(r)}</a><span>{r.caption}</span><br><br><small>'
        f"(Bildquelle: {r.credit})</small></div>"
    ),
}
BODIES: Mapping[str, Part] = {
    "paragraphs": lambda r: "".join(f"<p>{p}</p>" for p in r.body),
    "in a div": lambda r: '<div class="z9">' + "\n".join(f"<p>{p}</p>" for p in r.body) + "</div>",
    "divs": lambda r: "".join(f"<div>{p}</div>" for p in r.body),
    "breaks": lambda r: "<div>" + "<br><br>".join(r.body) + "</div>",
    "spans": lambda r: "".join(f"<p><span style='color:#000'>{p}</span></p>" for p in r.body),
}
HEADS: Mapping[str, Part] = {
    "links": lambda r: (
        "Weitere Meldungen und Beiträge aus dem Bereich: "
        + " ".join(f'<a href="/themen/{n}/">{c}</a>' for n, c in enumerate(r.categories))
    ),
    "text": lambda r: "Weitere Meldungen und Beiträge aus dem Bereich: " + " ".join(r.categories),
}


def img(record: Record) -> str:
    return f'<img src="/uploads/bild.jpg" alt="{record.alt}">'


def iso(record: Record) -> str:
    day, month, year = record.date.split(".")
    return f"{year}-{month}-{day}"


def teaser(item: Related, number: int, title: str, end: str) -> str:
    """Return one related teaser with its title in `title`, closed by `end`."""
    picture = f'<img src="/uploads/{number}-300x200.jpg" alt="{item.alt}">' if item.alt else ""
    link = f"/meldungen/x{number}/"
    more = f'<a href="{link}">mehr...</a>'
    heading = title.format(link=link, title=item.title)
    return f"{picture}{heading}<p>[{item.date}] {item.teaser} {more}</p>{end}"


def block(record: Record, head: str, kind: str) -> str:
    """Return the related block in one of its forms."""
    linked, plain = '<h3><a href="{link}">{title}</a></h3>', "<h3>{title}</h3>"
    bold = "<p><b>{title}</b></p>"
    items = list(enumerate(record.related))
    if kind == "section":
        inner = "".join(f'<div class="m">{teaser(i, n, linked, "")}</div>' for n, i in items)
        return f"<section><h2>{head}</h2>{inner}</section>"
    if kind == "list":
        return f"<h3>{head}</h3><ul>" + "".join(f"<li>{teaser(i, n, linked, '')}</li>" for n, i in items) + "</ul>"
    if kind == "definitions":
        pairs = (
            f'<dt><a href="/meldungen/{n}">{i.title}</a></dt><dd>[{i.date}] {i.teaser} mehr...</dd>' for n, i in items
        )
        return f"<p>{head}</p><dl>{''.join(pairs)}</dl>"
    if kind == "table":
        rows = (f"<tr><td>{teaser(i, n, bold, '')}</td></tr>" for n, i in items)
        return f"<h4>{head}</h4><table>{''.join(rows)}</table>"
    if kind == "aside":
        return f"<aside><h2>{head}</h2>" + "".join(teaser(i, n, plain, "<hr>") for n, i in items) + "</aside>"
    if kind == "flat headings":
        return f"<h2>{head}</h2>" + "".join(teaser(i, n, plain, "") for n, i in items)
    return f"<div><strong>{head}</strong></div>" + "".join(teaser(i, n, bold, "") for n, i in items)


RELATED = ("section", "list", "definitions", "table", "aside", "flat headings", "flat bold lines")
MASTHEADS = {
    "none": "",
    "header": '<header><div class="datum">Mittwoch, 26. März 2025</div></header>',
    "div": '<div class="k4">Mittwoch, 26. März 2025</div>',
    "time": '<header><time datetime="2025-03-26">26.03.2025</time></header>',
}
MENU = (
    '<nav><ul><li><a href="/p/">Politik</a></li><li><a href="/i/">IT-Infrastruktur</a></li>'
    '<li><a href="/s/">Smart City</a></li></ul></nav>'
)
WRAPPERS = {
    "article": ("<main><article>{article}</article>{related}</main>"),
    "all in one article": ("<main><article>{article}{related}</article></main>"),
    "divs": ('<div class="wrap"><div class="c1a2b">{article}</div><div class="d3e4f">{related}</div></div>'),
    "one div": ('<div id="content">{article}{related}</div>'),
    "nothing": "{article}{related}",
    "table": ('<table width="900"><tr><td class="n">Menü</td><td>{article}<br>{related}</td></tr></table>'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """One choice of every part."""

    heading: str
    lead: str
    picture: str
    body: str
    head: str
    related: str
    masthead: str
    wrapper: str

    def page(self, record: Record) -> bytes:
        article = "".join(
            part(record)
            for part in (HEADINGS[self.heading], LEADS[self.lead], PICTURES[self.picture], BODIES[self.body])
        )
        related = block(record, HEADS[self.head](record), self.related)
        inner = WRAPPERS[self.wrapper].format(article=article, related=related)
        title = f"<title>{record.headline} - portal.example | Portal - Verwaltung heute</title>"
        foot = "<footer>© Portal GmbH · <a href='/i'>Impressum</a> · <a href='/d'>Datenschutz</a></footer>"
        return (
            f'<!doctype html><html lang="de-DE"><head><meta charset="utf-8">{title}</head>'
            f"<body>{MASTHEADS[self.masthead]}{MENU}{inner}{foot}</body></html>"
        ).encode()


def drawn(count: int) -> Iterator[Markup]:
    """Give every choice of every part at least once, then drawn ones."""
    parts = (HEADINGS, LEADS, PICTURES, BODIES, HEADS, RELATED, MASTHEADS, WRAPPERS)
    names = ("heading", "lead", "picture", "body", "head", "related", "masthead", "wrapper")
    dice = random.Random(20240426)
    rings = [itertools.cycle(dice.sample(list(part), len(part))) for part in parts]
    for number in range(count):
        chosen = [next(ring) for ring in rings] if number < 40 else [dice.choice(list(part)) for part in parts]
        yield Markup(**dict(zip(names, chosen, strict=True)))


def read(record: Record, markup: Markup) -> Article:
    page = Page(url=URL, final_url=URL, body=markup.page(record))
    return extract.article(page, None, Source(id="portal", url="https://portal.example/"))


def mistakes(record: Record, article: Article) -> list[str]:
    """Return what is not as it should be, in words."""
    body = (article.body_text or "").split("\n")
    image = article.image
    day, month, year = (int(part) for part in record.date.split("."))
    at = article.published
    wanted = {
        "kicker": (article.kicker, record.kicker),
        "headline": (article.headline, record.headline),
        "title": (article.title, f"{record.kicker}: {record.headline}"),
        "date": ((at.year, at.month, at.day) if at else None, (year, month, day)),
        "precision": (article.published_precision, "day"),
        "teaser": (article.teaser, record.lead),
        "alt": (image.alt if image else None, record.alt),
        "caption": (image.caption if image else None, record.caption),
        "credit": (image.credit if image else None, record.credit),
        "body": (body, list(record.body)),
        "categories": (article.categories, record.categories),
        "authors": (article.authors, ()),
        "language": (article.language, "de"),
    }
    found = [f"{name}: {got!r}" for name, (got, want) in wanted.items() if got != want]
    text = article.body_text or ""
    return found + [f"leak: {item.title}" for item in record.related if item.teaser[:40] in text or item.title in text]


@pytest.mark.parametrize("markup", list(drawn(120)), ids=lambda m: f"{m.heading}/{m.lead}/{m.picture}/{m.related}")
def test_every_field_is_read_from_any_markup(markup: Markup) -> None:
    assert mistakes(OURS, read(OURS, markup)) == []


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="needs the first user's article in ../shared")
def test_the_first_users_article_is_read_from_any_markup() -> None:
    record = seed()
    wrong = {markup: found for markup in drawn(600) if (found := mistakes(record, read(record, markup)))}
    assert not wrong
