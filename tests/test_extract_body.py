"""Bodies as clean HTML: what stays of a text's markup, and in which form."""

from __future__ import annotations

import re

import pytest

import feedsvc
from feedsvc import html

URL = "https://www.amtsblatt.example/meldungen/rathaus.html"
FIRST = "Das Rathaus bleibt am Montag geschlossen, weil die Heizung erneuert wird und das den ganzen Tag dauert."
LAST = "Am Dienstag öffnet das Bürgerbüro wieder zur gewohnten Zeit, teilte die Verwaltung der Gemeinde am Freitag mit."


def page(inside: str, *, before: str = "", behind: str = "", head: str = "") -> bytes:
    return (
        f"<html lang=de><head><title>Rathaus bleibt zu</title>{head}</head><body><nav><a href=/>Start</a></nav>"
        f"<main><article><h1>Rathaus bleibt zu</h1>{before}<div class=text><p>{FIRST}</p>{inside}<p>{LAST}</p></div>"
        f"{behind}</article></main><footer><a href=/impressum>Impressum</a></footer></body></html>"
    ).encode()


def body(inside: str, **around: str) -> str:
    """Return the body's HTML between its first and its last paragraph, blanks between tags left out."""
    found = feedsvc.extract_article(page(inside, **around), URL).body_html or ""
    between = found.partition(f"<p>{FIRST}</p>")[2].rpartition(f"<p>{LAST}</p>")[0]
    return re.sub(r">\s+<", "><", between).strip()


CELLS = "<tr><td>Halle</td><td>8 bis 12 Uhr</td></tr><tr><td>Amt</td><td>9 bis 13 Uhr</td></tr>"
KEPT = {
    "a sub-head": ("<h2>Was jetzt geschieht</h2>", "<h2>Was jetzt geschieht</h2>"),
    "a list in a list": (
        "<ul><li>Erster Stock<ul><li>Meldeamt</li><li>Kasse</li></ul></li><li>Zweiter Stock</li></ul>",
        "<ul><li>Erster Stock<ul><li>Meldeamt</li><li>Kasse</li></ul></li><li>Zweiter Stock</li></ul>",
    ),
    "a numbered list that goes on": (
        "<ol start=3><li>Antrag stellen</li><li>Bescheid abwarten</li></ol>",
        '<ol start="3"><li>Antrag stellen</li><li>Bescheid abwarten</li></ol>',
    ),
    "an item of two paragraphs": (
        "<ul><li><p>Der Ausweis wird verlängert.</p><p>Das dauert zwei Wochen.</p></li></ul>",
        "<ul><li>Der Ausweis wird verlängert.<p>Das dauert zwei Wochen.</p></li></ul>",
    ),
    "a quote of two paragraphs": (
        "<blockquote><p>Wir bitten um Geduld.</p><p>Es lohnt sich.</p></blockquote>",
        "<blockquote><p>Wir bitten um Geduld.</p><p>Es lohnt sich.</p></blockquote>",
    ),
    "a list of definitions": (
        "<dl><dt>Frist</dt><dd>Zwei Wochen</dd><dt>Gebühr</dt><dd>Keine</dd></dl>",
        "<dl><dt>Frist</dt><dd>Zwei Wochen</dd><dt>Gebühr</dt><dd>Keine</dd></dl>",
    ),
    "a table with caption and heads": (
        f"<table><caption>Zeiten</caption><tr><th scope=col>Ort</th><th>Zeit</th></tr>{CELLS}</table>",
        f'<table><caption>Zeiten</caption><tbody><tr><th scope="col">Ort</th><th>Zeit</th></tr>{CELLS}</tbody></table>',
    ),
    "cells that span": (
        f"<table><tr><td colspan=2 style='color:red'>Montag</td></tr>{CELLS}<tr><td rowspan=2>Bad</td><td>zu</td></tr>"
        "</table>",
        f'<table><tbody><tr><td colspan="2">Montag</td></tr>{CELLS}<tr><td rowspan="2">Bad</td><td>zu</td></tr>'
        "</tbody></table>",
    ),
    "a link in a cell": (
        f"<table><tr><td><p>Bad</p></td><td><a href=/bad>zu</a></td></tr>{CELLS}</table>",
        '<table><tbody><tr><td>Bad</td><td><a href="https://www.amtsblatt.example/bad">zu</a></td></tr>'
        f"{CELLS}</tbody></table>",
    ),
    "code": ("<pre><code>if a &lt; b:\n    return a</code></pre>", "<pre>if a &lt; b:\n    return a</pre>"),
    "code of lines and breaks": (
        "<pre><div>eins</div><div>zwei</div>drei<br>vier</pre>",
        "<pre>eins\nzwei\ndrei\nvier</pre>",
    ),
    "signs and formulas": (
        "<p>Die Luft enthält 420 ppm CO<sub>2</sub>, das sind 10<sup>-6</sup> Teile, sagt das "
        "<abbr title='Umweltbundesamt'>UBA</abbr> heute.</p>",
        "<p>Die Luft enthält 420 ppm CO<sub>2</sub>, das sind 10<sup>-6</sup> Teile, sagt das "
        '<abbr title="Umweltbundesamt">UBA</abbr> heute.</p>',
    ),
    "an address": (
        "<p>Rathaus der Gemeinde<br>Marktplatz 1<br>12345 Musterstadt, Eingang vom Hof her.</p>",
        "<p>Rathaus der Gemeinde<br>Marktplatz 1<br>12345 Musterstadt, Eingang vom Hof her.</p>",
    ),
    "a correction": (
        "<p>Korrektur: In einer früheren Fassung stand, das Rathaus bleibe am Sonntag geschlossen.</p>",
        "<p>Korrektur: In einer früheren Fassung stand, das Rathaus bleibe am Sonntag geschlossen.</p>",
    ),
    "footnotes": (
        "<ol class=footnotes><li>Satzung der Gemeinde, Paragraf 3.</li><li>Ebenda, Paragraf 4.</li></ol>",
        "<ol><li>Satzung der Gemeinde, Paragraf 3.</li><li>Ebenda, Paragraf 4.</li></ol>",
    ),
    "a heading with its own address": (
        "<h2 id=zeiten><a href='#zeiten'>Zeiten</a></h2><p>Sie gelten von Montag bis Freitag, außer an Feiertagen.</p>",
        "<h2>Zeiten</h2><p>Sie gelten von Montag bis Freitag, außer an Feiertagen.</p>",
    ),
    "a list of other sites": (
        "<ul><li><a href='https://www.land.example/a'>Land</a></li><li><a href='https://bund.example/b'>Bund</a></li></ul>",
        '<ul><li><a href="https://www.land.example/a">Land</a></li>'
        '<li><a href="https://bund.example/b">Bund</a></li></ul>',
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_a_text_is_made_of_stays(name: str) -> None:
    written, kept = KEPT[name]
    assert body(written) == kept


def test_a_gutter_of_line_numbers_is_no_code() -> None:
    code = "<table><tr><td><pre>1\n2\n</pre></td><td><pre>a = 1\nb = 2\n</pre></td></tr></table>"
    assert body(code) == "<pre>a = 1\nb = 2</pre>"


def test_a_page_laid_out_in_a_list_is_no_list() -> None:
    inside = f"<ul><li class=column><h1>Rathaus bleibt zu</h1><p>{FIRST}</p><p>{LAST}</p></li></ul>"
    markup = f"<html><head><title>Rathaus bleibt zu</title></head><body>{inside}</body></html>".encode()
    assert feedsvc.extract_article(markup, URL).body_html == f"<p>{FIRST}</p>\n<p>{LAST}</p>"


FIGURE = "<figure><img {} alt='Ein Kran am Dach'><figcaption>{}</figcaption></figure>"


def test_caption_and_credit_of_a_figure_stand_apart() -> None:
    told = "Ein Kran hebt den Kessel auf das Dach. (Bildquelle: D. Santana (TMDI))"
    assert body(FIGURE.format("src=/kran.jpg", told)) == (
        '<figure><img src="https://www.amtsblatt.example/kran.jpg" alt="Ein Kran am Dach">'
        "<figcaption>Ein Kran hebt den Kessel auf das Dach. <small>D. Santana (TMDI)</small></figcaption></figure>"
    )


def test_captions_and_credits_are_no_part_of_the_plain_text() -> None:
    figure = FIGURE.format("src=/kran.jpg", "Ein Kran hebt den Kessel. (Bildquelle: D. Santana)")
    assert feedsvc.extract_article(page(figure), URL).body_text == f"{FIRST}\n{LAST}"


LAZY = {
    "data-src": "<img src='data:image/gif;base64,R0lGOD' data-src='/gross.jpg'>",
    "data-original": "<img src='/blank.gif' data-original='/gross.jpg'>",
    "data-lazy-src": "<img data-lazy-src='/gross.jpg'>",
    "an attribute of any name": "<img data-echo='/gross.jpg'>",
    "data-srcset": "<img data-srcset='/klein.jpg 300w, /gross.jpg 1200w'>",
    "srcset": "<img srcset='/gross.jpg 2x, /klein.jpg 1x'>",
    "a picture's sources": "<picture><source type=image/webp srcset='/gross.jpg 1200w'><img alt=''></picture>",
    "a noscript twin": "<img class=lazy><noscript><img src='/gross.jpg'></noscript>",
    "amp-img": "<amp-img src='/gross.jpg' width=1200 height=800></amp-img>",
}


@pytest.mark.parametrize("name", LAZY)
def test_a_picture_that_scripts_would_load_is_there_once(name: str) -> None:
    markup = body(f"<figure>{LAZY[name]}</figure>")
    assert re.findall(r'src="([^"]+)"', markup) == ["https://www.amtsblatt.example/gross.jpg"]


@pytest.mark.parametrize("name", LAZY)
def test_a_fragment_with_such_a_picture_shows_it_once(name: str) -> None:
    markup = html.clean(f"<p>Text</p>{LAZY[name]}", URL) or ""
    assert re.findall(r'src="([^"]+)"', markup) == ["https://www.amtsblatt.example/gross.jpg"]


@pytest.mark.parametrize(
    "counter",
    [
        "<img src='https://vg02.met.vgwort.de/na/0a1b2c' width=1 height=1 alt=''>",
        "<img src='https://zaehler.example/p.gif' width=1 height=1>",
        "<img src='https://zaehler.example/p.gif' style='width:1px;height:1px'>",
    ],
)
def test_what_counts_readers_is_gone(counter: str) -> None:
    assert "<img" not in (
        feedsvc.extract_article(page(f"<p>Der Kessel wiegt zwei Tonnen.{counter}</p>"), URL).body_html or ""
    )


def test_links_are_absolute_and_run_nothing() -> None:
    links = (
        "<p>Die <a href='../plan.html?utm_source=x' onclick='go()'>Pläne</a>, das "
        "<a href='javascript:alert(1)'>Modell</a> und das <a href='data:text/html,x'>Bild</a> liegen aus.</p>"
    )
    assert body(links) == (
        '<p>Die <a href="https://www.amtsblatt.example/plan.html">Pläne</a>, das <a>Modell</a> und das <a>Bild</a> '
        "liegen aus.</p>"
    )
