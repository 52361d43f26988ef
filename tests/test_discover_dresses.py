"""The same fifteen items in hundreds of markups: whatever a portal's pages look like, every field must come out.

A dress is one choice each of box, headline, kicker, date, link, picture, classes and page frame. The choices are
independent, so most dresses look like no real page; a reading that stands them needs no rule for the next site.
"""

from __future__ import annotations

import functools
import json
import random
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from feedsvc import discover, urls
from feedsvc.model import Lead, Page, Source

ITEMS: list[dict[str, str | None]] = json.loads((Path(__file__).parent / "listings" / "items.json").read_text("utf-8"))
BASE = "https://portal.example"
MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()

NAVIGATION = (
    '<ul><li><a href="/">Start</a></li><li><a href="/themen/politik/">Politik</a></li><li><a href="/themen/'
    'digitale-souveraenitaet-und-open-source/">Digitale Souveränität und Open Source</a></li>'
    '<li><a href="/heftarchiv/">Heftarchiv</a></li><li><a href="/feed/">RSS</a></li></ul>'
)
BESIDES = (
    '<h3>Meistgelesen</h3><ul><li><a href="/meldungen/alter-artikel-ueber-die-cloud/">Alter Artikel über die Cloud in'
    ' Kommunen</a></li><li><a href="/meldungen/noch-ein-alter-artikel-vom-vorjahr/">Noch ein alter Artikel vom Vorjahr'
    " zum Thema</a></li></ul><h3>Newsletter</h3><p>Jetzt <a href='/newsletter/'>den Newsletter bestellen</a></p>"
    '<div><a href="/tag/ozg">OZG</a> <a href="/tag/ki">KI</a> <a href="/tag/cloud">Cloud</a></div>'
)
FOOTER = (
    '<p><a href="/impressum/">Impressum</a> <a href="/datenschutz/">Datenschutz und Privatsphäre</a> '
    '<a href="https://www.verlag.example/unsere-weiteren-portale-im-ueberblick">Unsere weiteren Portale</a></p>'
)
PAGER = '<div class="seiten"><span>1</span> <a href="?pg=2">2</a> <a href="?pg=3">3</a></div>'

FRAMES = {
    "plain": "<div>{nav}</div><h1>Meldungen</h1>{body}{pager}<div>{aside}</div><div>{foot}</div>",
    "main": "<header><nav>{nav}</nav></header><main><h1>Meldungen</h1>{body}{pager}</main><aside>{aside}</aside>"
    "<footer>{foot}</footer>",
    "soup": '<div class="navi">{nav}</div><div class="a"><div class="b"><h1>Nachrichten</h1><div class="c">{body}</div>'
    '{pager}</div><div class="sidebar">{aside}</div></div><div id="footer">{foot}</div>',
    "table": "<table><tr><td>{nav}</td><td>{body}{pager}</td><td>{aside}</td></tr><tr><td>{foot}</td></tr></table>",
}
BOXES = {
    "div": ("<div>", "<div{c}>{item}</div>", "</div>"),
    "article": ("<div>", "<article{c}>{item}</article>", "</div>"),
    "list": ("<ul>", "<li{c}>{item}</li>", "</ul>"),
    "table": ("<table>", "<tr><td{c}>{item}</td></tr>", "</table>"),
    "grid": ("<div>", "<div{c}><div>{item}</div></div>", "</div>"),
    "section": ("<div>", "<section{c}>{item}</section>", "</div>"),
    "dl": ("<dl>", "<dt{c}>{head}</dt><dd>{text}</dd>", "</dl>"),
    "flat": ("<div>", "{item}\n", "</div>"),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "box": tuple(BOXES),
    "title": ("h2", "h3", "h4", "strong", "b", "span", "div", "p strong"),
    "kicker": ("text", "spans", "br", "inline", "p", "small", "div", "h5"),
    "date": ("lead", "time", "span", "p", "long", "after"),
    "link": ("title", "title and more", "card", "more", "picture, title and more"),
    "picture": ("none", "first", "figure", "lazy"),
    "more": ("mehr...", "mehr …", "Weiterlesen", "weiterlesen »", "Zum Artikel", "... mehr", "[mehr]"),
    "classes": ("none", "hashed", "named"),
    "address": ("slug", "number", "query", "html", "session"),
    "frame": tuple(FRAMES),
}


@dataclass(frozen=True, slots=True)
class Dress:
    """One way to mark up the items."""

    chosen: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.chosen[name]


def _random_dress(seed: int) -> Dress:
    chance = random.Random(seed)
    return Dress({name: chance.choice(options) for name, options in CHOICES.items()})


def _page(dress: Dress) -> bytes:
    before, box, after = BOXES[dress["box"]]
    body = before + "\n".join(_boxed(dress, box, number, item) for number, item in enumerate(ITEMS, 1)) + after
    frame = FRAMES[dress["frame"]].format(nav=NAVIGATION, body=body, pager=PAGER, aside=BESIDES, foot=FOOTER)
    head = '<head><meta charset="utf-8"><title>Meldungen</title></head>'
    return f'<!doctype html><html lang="de">{head}<body>{frame}</body></html>'.encode()


def _boxed(dress: Dress, box: str, number: int, item: dict[str, str | None]) -> str:
    head, words = _head(dress, number, item), _text(dress, number, item)
    whole = _picture(dress, number, item) + head + words
    if dress["link"] == "card":
        head, words, whole = "", _linked(dress, number, item, whole), _linked(dress, number, item, whole)
    elif dress["box"] == "dl":
        words = _picture(dress, number, item) + words
    return box.format(c=_class(dress, "card"), item=whole, head=head, text=words)


def _class(dress: Dress, name: str) -> str:
    named = {"none": "", "hashed": f"_{len(name)}x{sum(map(ord, name)) % 977}", "named": name}[dress["classes"]]
    return f' class="{named}"' if named else ""


def _address(dress: Dress, number: int, item: dict[str, str | None]) -> str:
    slug = urls.slug(item["headline"] or "")
    return {
        "slug": f"/meldungen/{slug}/",
        "number": f"/meldung/{7000 + number * 7}",
        "query": f"/?p={46000 + number}",
        "html": f"/news/artikel-{1000 + number}.html",
        "session": f"/Presse/DE/2025/{slug}.html;jsessionid=ABC{number}.live",
    }[dress["address"]]


def _linked(dress: Dress, number: int, item: dict[str, str | None], inner: str) -> str:
    return f'<a href="{escape(_address(dress, number, item))}">{inner}</a>'


def _date(dress: Dress, item: dict[str, str | None], *, after: bool) -> str:
    year, month, day = (item["date"] or "").split("-")
    written = f"{day}.{month}.{year}"
    if after:
        return f"<p{_class(dress, 'date')}>{written}</p>" if dress["date"] == "after" else ""
    return {
        "time": f'<time datetime="{item["date"]}">{written}</time>',
        "span": f"<span{_class(dress, 'date')}>{written}</span>",
        "p": f"<p{_class(dress, 'date')}>{written}</p>",
        "long": f"<div>{int(day)}. {MONTHS[int(month) - 1]} {year}</div>",
    }.get(dress["date"], "")


def _head(dress: Dress, number: int, item: dict[str, str | None]) -> str:
    kicker, headline = escape(item["kicker"] or ""), escape(item["headline"] or "")
    words = {
        "text": f"{kicker}: {headline}",
        "spans": f"<span{_class(dress, 'dachzeile')}>{kicker}</span><span{_class(dress, 'titel')}>{headline}</span>",
        "br": f"{kicker}<br>{headline}",
        "inline": f"<span>{kicker}:</span> {headline}",
    }.get(dress["kicker"], headline)
    before = f"<{dress['kicker']}>{kicker}</{dress['kicker']}>" if words == headline else ""
    if "title" in dress["link"]:
        words = _linked(dress, number, item, words)
    outer = dress["title"].split()
    opening, closing = "".join(f"<{tag}>" for tag in outer), "".join(f"</{tag}>" for tag in outer[::-1])
    return before + _date(dress, item, after=False) + opening + words + closing


def _text(dress: Dress, number: int, item: dict[str, str | None]) -> str:
    day = ".".join(reversed((item["date"] or "").split("-")))
    lead = (f"[{day}] " if dress["date"] == "lead" else "") + escape(item["teaser"] or "")
    more = " " + _linked(dress, number, item, dress["more"]) if "more" in dress["link"] else ""
    return f"<p{_class(dress, 'vorspann')}>{lead}{more}</p>" + _date(dress, item, after=True)


def _picture(dress: Dress, number: int, item: dict[str, str | None]) -> str:
    if dress["picture"] == "none" or not item["image_alt"]:
        return ""
    source = f'src="data:image/gif;base64,R0lGOD=" data-src="/b/{number}.jpg"'
    source = source if dress["picture"] == "lazy" else f'src="/b/{number}.jpg"'
    image = f'<img {source} alt="{escape(item["image_alt"])}">'
    if dress["link"].startswith("picture"):
        image = _linked(dress, number, item, image)
    if dress["picture"] == "figure":
        caption = "Eine Bildunterschrift, die 2024 länger geriet als mancher Vorspann. (Bildquelle: A. Muster (KDV))"
        return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"
    return f"<div{_class(dress, 'bild')}>{image}</div>"


def _read(dress: Dress) -> tuple[Lead, ...]:
    url = f"{BASE}/liste/"
    return discover.find(Page(url=url, final_url=url, body=_page(dress)), Source(id="x", url=url))


def _row(lead: Lead, dress: Dress) -> tuple[str | None, ...]:
    alt = lead.image.alt if lead.image and dress["picture"] != "none" else None
    day = lead.published.date().isoformat() if lead.published else None
    return (lead.url, lead.title, lead.kicker, lead.headline, day, lead.published_precision, lead.teaser, alt)


def _expected(dress: Dress, number: int) -> tuple[str | None, ...]:
    item = ITEMS[number - 1]
    url = BASE + _address(dress, number, item).partition(";")[0]
    alt = item["image_alt"] if dress["picture"] != "none" else None
    return (url, item["title"], item["kicker"], item["headline"], item["date"], "day", item["teaser"], alt)


def _differences(dress: Dress) -> list[tuple[object, object]]:
    got = [_row(lead, dress) for lead in _read(dress)]
    want = [_expected(dress, number) for number in range(1, len(ITEMS) + 1)]
    if len(got) != len(want):
        return [(len(got), len(want))]
    return [(one, other) for one, other in zip(got, want, strict=True) if one != other]


PLAIN = {
    "box": "div", "title": "h3", "kicker": "text", "date": "lead", "link": "title and more", "picture": "first",
    "more": "mehr...", "classes": "none", "address": "slug", "frame": "main",
}  # fmt: skip
VARIED = [(name, option) for name, options in CHOICES.items() for option in options]


@pytest.mark.parametrize(("name", "option"), VARIED)
def test_every_single_choice_is_read_completely(name: str, option: str) -> None:
    assert _differences(Dress({**PLAIN, name: option})) == []


@functools.cache
def _failing(first: int, count: int) -> tuple[int, ...]:
    return tuple(seed for seed in range(first, first + count) if _differences(_random_dress(seed)))


def test_nearly_all_random_dresses_are_read_completely() -> None:
    assert len(_failing(0, 60)) <= 1, _failing(0, 60)


@pytest.mark.slow
def test_98_of_100_dresses_are_read_completely_on_a_larger_draw() -> None:
    assert len(_failing(1000, 600)) <= 12, _failing(1000, 600)
