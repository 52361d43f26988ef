"""Six lines of rules make any page exact: pages that no reading by itself gets right, each with six lines that do.

Every page tells the same article (`WANTED`), in a markup whose names say nothing or lie. For each, the automatic
reading has to be wrong in at least one field, so that the rules are needed, and with the rules every field is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

import feedsvc
from feedsvc.model import Article

URL = "https://portal.example/meldung/4711"
HEADLINE = "Rechenzentrum für alle Kommunen"
LEAD = (
    "Musterland will bis 2025/26 rund 1.200 Fachverfahren in einem gemeinsamen Rechenzentrum betreiben. Den Vertrag "
    "dazu haben Land und Kommunen jetzt unterzeichnet."
)
BODY = (
    "Das Land Musterland und seine Kommunen haben einen Vertrag über den gemeinsamen Betrieb ihrer Fachverfahren "
    "geschlossen. Wie das Ministerium mitteilt, sollen die ersten Bürger:innen schon im Herbst davon profitieren.",
    "Der Umzug beginnt mit dem Meldewesen. Danach folgen die Kfz-Zulassung und die Wohngeldstellen, die bislang auf "
    "eigenen Servern laufen. Die Kosten teilen sich Land und Kommunen je zur Hälfte.",
    "Kritik kommt vom Rechnungshof, der eine Wirtschaftlichkeitsbetrachtung vermisst. Das Ministerium will sie bis "
    "zum Sommer nachreichen; bis dahin bleibt der Betrieb auf 13.500 Arbeitsplätze beschränkt.",
)
CAPTION = "Vertragsunterzeichnung: Land und Kommunen betreiben ihre Verfahren künftig gemeinsam."
CREDIT = "A. Beispiel (Pressestelle)"
ALT = "Das Bild zeigt zwei Personen vor einem Serverschrank."
OTHERS = "".join(
    f"<div><h3><a href='/meldung/{n}'>Nachbarland: Meldung Nummer {n} aus der Verwaltung</a></h3><p>[{n:02}.04.2025] "
    f"Das Nachbarland hat die Meldung Nummer {n} veröffentlicht und erklärt darin ausführlich, was es vorhat. "
    f"<a href='/meldung/{n}'>mehr...</a></p></div>"
    for n in range(10, 25)
)
MASTHEAD = "<div><span>Mittwoch, 26. März 2025</span> <a href='/politik'>Politik</a> <a href='/it'>IT</a></div>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is compared of an article."""

    title: str = f"Musterland: {HEADLINE}"
    kicker: str | None = "Musterland"
    headline: str = HEADLINE
    teaser: str | None = LEAD
    body: str | None = "\n".join(BODY)
    published: str | None = "2024-03-05"
    authors: tuple[str, ...] = ("Anna Muster",)
    categories: tuple[str, ...] = ("IT-Infrastruktur", "Politik")
    alt: str | None = ALT
    caption: str | None = CAPTION
    credit: str | None = CREDIT


WANTED = Told()


def told(article: Article) -> Told:
    image = article.image
    return Told(
        title=article.title,
        kicker=article.kicker,
        headline=article.headline,
        teaser=article.teaser,
        body=article.body_text,
        published=article.published.date().isoformat() if article.published else None,
        authors=article.authors,
        categories=article.categories,
        alt=image.alt if image else None,
        caption=image.caption if image else None,
        credit=image.credit if image else None,
    )


def page(body: str, title: str = f"{HEADLINE} | Portal") -> bytes:
    head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
    return f"<!doctype html><html lang='de'>{head}<body>{MASTHEAD}{body}</body></html>".encode()


PARAGRAPHS = "".join(f"<p>{one}</p>" for one in BODY)
FIGURE = f"<figure><img src='/b.jpg' alt='{ALT}'><figcaption>{CAPTION} (Bildquelle: {CREDIT})</figcaption></figure>"
AREA = "<h2>Weitere Meldungen aus dem Bereich: <a href='/it'>IT-Infrastruktur</a> <a href='/p'>Politik</a></h2>"

CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "everything in one element, parted by line breaks": (
        page(
            f"<div id='c4'><b>Musterland{HEADLINE}</b><br>[05.03.2024] {LEAD}<br><br><img src='/b.jpg' alt='{ALT}'><br>"
            f"{CAPTION} (Bildquelle: {CREDIT})<br><br>{'<br><br>'.join(BODY)}<br><br>Anna Muster<br><br>"
            f"aus dem Bereich: IT-Infrastruktur Politik</div><div>{OTHERS}</div>"
        ),
        {
            "kicker": f"#c4 b =~ ^(.+?)(?={HEADLINE[:8]})",
            "title": r"title =~ ^(.+) \| Portal$",
            "teaser": "xpath://div[@id='c4']/b/following-sibling::text()[1]",
            "body": "xpath://div[@id='c4']/img/following-sibling::text()[position()>1 and position()<last()-1]",
            "author": "xpath://div[@id='c4']/text()[last()-1]",
            "category": r"#c4 =~ (IT-Infrastruktur|Politik)(?=(?: \S+)?$)",
        },
    ),
    "a table for layout, the text in three cells": (
        page(
            f"<table><tr><td class='x1'>Musterland</td></tr><tr><td class='x1'>{HEADLINE}</td></tr>"
            f"<tr><td class='x2'>05.03.2024 / Anna Muster</td></tr><tr><td class='x3'>{LEAD}</td></tr>"
            + "".join(f"<tr><td class='x4'>{one}</td><td class='x5'>{n}</td></tr>" for n, one in enumerate(BODY))
            + f"<tr><td>{FIGURE}</td></tr></table><p class='x9'>Bereich: IT-Infrastruktur / Politik</p>{OTHERS}"
        ),
        {
            "kicker": "xpath:(//td[@class='x1'])[1]",
            "image": "td img",
            "author": ".x2 =~ / (.+)",
            "teaser": ".x3",
            "body": ".x4",
            "category": r".x9 =~ (?:Bereich:|/)\s*([^/]+?)\s*(?=/|$)",
        },
    ),
    "names that lie: the text is called a related box, the related box an article": (
        page(
            f"<h1>{HEADLINE}</h1><div class='sidebar'><b class='author'>Musterland</b></div>"
            f"<div class='related comments'><div class='date'>{LEAD}</div>{FIGURE}{PARAGRAPHS}</div>"
            f"<i class='headline'>Anna Muster, 5. März 2024</i>{AREA}<article class='article-body'>{OTHERS}</article>"
        ),
        {
            "kicker": ".sidebar b",
            "date": ".headline",
            "author": ".headline =~ ^[^,]+",
            "teaser": ".related .date",
            "body": ".related",
        },
    ),
    "caption, credit and text in one paragraph": (
        page(
            f"<h1><em>Musterland</em>{HEADLINE}</h1><p class='t'><b>05.03.2024</b> {LEAD}</p><div class='k'>"
            f"<p><img src='/b.jpg' alt='{ALT}'>{CAPTION} Quelle {CREDIT}. {BODY[0]}</p><p>{BODY[1]}</p>"
            f"<p>{BODY[2]} <small>Anna Muster</small></p></div>{AREA}{OTHERS}"
        ),
        {
            "kicker": "h1 em",
            "caption": ".k p =~ ^(.+?) Quelle [^.]+\\. [^.]+\\.",
            "credit": ".k p =~ Quelle (.+?\\))\\.",
            "author": ".k small",
            "teaser": ".t",
            "body": ".k",
        },
    ),
    "an app's state, half of it in attributes": (
        page(
            f"<main data-kicker='Musterland' data-date='2024-03-05'><div role='heading'>{HEADLINE}</div><img "
            f"src='/b.jpg' "
            f"alt='{ALT}' data-note='{CAPTION} (Bildquelle: {CREDIT})'><div data-lead='{LEAD}'></div><div class='rt'>"
            f"<span>{'</span><span>'.join(BODY)}</span></div><a rel='author' title='Anna Muster'></a></main>"
            f"{AREA}{OTHERS}"
        ),
        {
            "kicker": "main@data-kicker",
            "date": "main@data-date",
            "teaser": "[data-lead]@data-lead",
            "body": ".rt > span",
            "caption": "main img@data-note",
            "author": "a[rel=author]@title",
        },
    ),
    "a script that knows, below a masthead that does not": (
        page(
            f"<h2>Musterland – {HEADLINE}</h2>{FIGURE}<section>{PARAGRAPHS}</section>{AREA}{OTHERS}"
            f'<script>var doc = {{"day": "05.03.2024", "by": "Anna Muster", "abstract": "{LEAD}"}};</script>',
            "Portal",
        ),
        {
            "kicker": "h2 =~ ^(.+?) – ",
            "title": "h2 =~ – (.+)",
            "date": 'script =~ "day": "([^"]+)"',
            "author": 'script =~ "by": "([^"]+)"',
            "teaser": 'script =~ "abstract": "([^"]+)"',
            "body": "section",
        },
    ),
    "several texts with boxes between them": (
        page(
            f"<h1><span>Musterland</span> <span>{HEADLINE}</span></h1><p>Von Anna Muster am 05.03.2024</p><h4>"
            f"{LEAD}</h4>"
            f"{FIGURE}<div class='txt'><p>{BODY[0]}</p></div><div class='box'><h3>Zur Sache</h3><p>Der Kasten "
            f"erklärt in "
            f"mehreren langen Sätzen etwas anderes, das nicht zum Text gehört, obwohl es mitten darin steht.</p></div>"
            f"<div class='txt'><p>{BODY[1]}</p></div><div class='box'><p>Noch ein Kasten mit einer ganzen "
            f"Menge Text, der "
            f"nicht zum Artikel gehört und deshalb auch nicht darin stehen darf.</p></div><div class='txt'><p>"
            f"{BODY[2]}</p>"
            f"</div>{AREA}{OTHERS}"
        ),
        {"kicker": "h1 span", "teaser": "h4", "body": ".txt"},
    ),
    "a lead in pieces, a pinned date, labels in a list": (
        page(
            f"<div class='date'>Top-Thema vom 01.02.2025</div><h1>{HEADLINE}</h1><ul class='meta'><li>Musterland</li>"
            f"<li>5. 3. 2024</li><li>Text: Anna Muster</li></ul><div class='v'><p>{LEAD}</p></div>{FIGURE}"
            f"<div class='b'>{PARAGRAPHS}<p>Diese Zeile gehört der Werbung und ist lang genug, um als Text zu "
            f"gelten.</p>"
            f"</div><ul class='g'><li>IT-Infrastruktur</li><li>Politik</li></ul>{OTHERS}"
        ),
        {
            "kicker": ".meta li:first-child",
            "date": ".meta li:nth-child(2)",
            "teaser": ".v",
            "body": ".b",
            "remove": "p =~ ^Diese Zeile gehört der Werbung",
            "category": ".g",
        },
    ),
    "the headline only in the head, the kicker glued to it on the page": (
        page(
            f"<div class='h'>Musterland{HEADLINE}</div><p class='d'>erschienen 05.03.2024, geändert 09.03.2024</p>"
            f"<p class='l'>{LEAD} mehr...</p>{FIGURE}<div class='tx'>{PARAGRAPHS}</div><p class='by'>am / Anna "
            f"Muster</p>"
            f"{AREA}{OTHERS}",
            f"Portal: {HEADLINE}",
        ),
        {
            "title": "title =~ ^Portal: (.+)",
            "kicker": ".h",
            "date": ".d =~ erschienen ([\\d.]+)",
            "teaser": ".l",
            "body": ".tx",
            "author": "xpath:substring-after(//p[@class='by'], '/ ')",
        },
    ),
    "noscript, and markup that hides the text": (
        page(
            f"<h1>{HEADLINE}</h1><p class='o'>Musterland</p><noscript><div class='real'><p class='dt'>05.03.2024</p>"
            f"<p class='ld'>{LEAD}</p>{FIGURE}{PARAGRAPHS}<p>Von Anna Muster</p></div></noscript>{AREA}{OTHERS}"
        ),
        {
            "replace": [["<noscript>", "<div>"], ["</noscript>", "</div>"]],
            "kicker": ".o",
            "date": ".dt",
            "teaser": ".ld",
            "body": ".real",
            "author": ".real > p:last-child",
        },
    ),
    "free text between headings, with a stray date in the caption": (
        page(
            f"<article><h5>Musterland</h5><h1>{HEADLINE}</h1><time>5.3.24</time><h5>Anna Muster</h5><h6>"
            f"{LEAD}</h6><div>"
            f"<img src='/b.jpg' alt='{ALT}'><div>{CAPTION}</div><div>Archiv: {CREDIT}</div><div>Aufnahme vom "
            f"1.1.2020</div>"
            f"</div>{BODY[0]}<hr>{BODY[1]}<hr>{BODY[2]}</article>{AREA}{OTHERS}"
        ),
        {
            "kicker": "h5:first-of-type",
            "author": "h5:nth-of-type(2)",
            "teaser": "h6",
            "body": "xpath://article/text()",
            "caption": "article div div:first-of-type",
            "credit": "article div div =~ ^Archiv: (.+)",
        },
    ),
    "two articles on one page": (
        page(
            f"<div id='a1'><h1>Ganz anderer Text über ein Freibad</h1><p>[01.01.2024] Das Freibad öffnet im Mai.</p>"
            f"<p>Der erste Artikel der Seite ist der längere und hat mit dem zweiten nichts zu "
            f"tun. {BODY[1]} {BODY[2]}</p>"
            f"<p>Er geht auch noch weiter, damit er wirklich länger ist als der zweite. {BODY[0]} {BODY[2]}</p></div>"
            f"<div id='a2'><h1><i>Musterland</i>{HEADLINE}</h1><p>[05.03.2024] {LEAD}</p>{FIGURE}{PARAGRAPHS}"
            f"<p>Anna Muster</p>{AREA}</div>{OTHERS}",
            "Portal",
        ),
        {
            "remove": "#a1",
            "kicker": "h1 i",
            "teaser": "#a2 > p:nth-of-type(1)",
            "author": "#a2 > p:last-of-type",
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_automatic_reading_is_wrong(name: str) -> None:
    assert told(feedsvc.extract_article(CASES[name][0], URL)) != WANTED


@pytest.mark.parametrize("name", CASES)
def test_six_lines_make_it_exact(name: str) -> None:
    html, rules = CASES[name]
    assert len(rules) <= 6
    assert told(feedsvc.extract_article(html, URL, rules=rules)) == WANTED
