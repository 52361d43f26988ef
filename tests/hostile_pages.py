"""Pages made to hurt whoever reads them, by name: each is made when it is asked for."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable

P = "<p>Ein Satz mit genug Zeichen, damit er als Absatz gilt, und noch einer dazu.</p>"
H = "<title>Ein Titel - Ein Blatt</title><h1>Ein Titel</h1>"
URL = "https://www.zeitung.example/politik/artikel-4711.html"


def around(middle: str, *, times: int = 3) -> str:
    """Return an article with something in the middle of its text."""
    return H + P * times + middle + P * times


def ld(block: str) -> str:
    return around(f'<script type="application/ld+json">{block}</script>')


def article_ld(**fields: str) -> str:
    told = ",".join(f'"{name}":"{value}"' for name, value in fields.items())
    return ld(f'{{"@type":"NewsArticle",{told}}}')


def blocks(block: str, times: int) -> str:
    return H + f'<script type="application/ld+json">{block}</script>' * times + P * 4


def attributed(count: int, value: str = "") -> str:
    return "<i " + " ".join(f"a{n}{value}" for n in range(count)) + ">x</i>"


def numbered(markup: str, times: int) -> str:
    return "".join(markup.replace("#", str(n)) for n in range(times))


def shell(state: str) -> str:
    return f'<title>Ein Titel</title><div id=a></div><script id=state type="application/json">{state}</script>'


def run(script: str) -> str:
    return f"<title>Ein Titel</title><div id=a></div><script>{script}</script>"


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)


def said(words: str) -> str:
    """Return a page that says the same hostile words in every place that is read."""
    attribute = words.replace('"', "").replace("<", "")
    return (
        f"<title>{words}</title>"
        + "".join(
            f'<meta name="{name}" property="{name}" content="{attribute}">'
            for name in ("author", "og:title", "description", "keywords", "date", "article:published_time", "og:image")
        )
        + f'<header class="{attribute[:5000]}"><h1>{words}</h1></header>'
        f'<p class="byline">{words}</p><p class="date">{words}</p><time datetime="{attribute}">{words}</time>'
        f'<p class="teaser"><b>{words}</b></p><figure><img src="/a.jpg" alt="{attribute}" srcset="{attribute}" '
        f'style="{attribute}"><figcaption>{words}</figcaption></figure>{P * 3}<p>{words}</p>{P * 3}'
        f'<h2>{words}</h2><ul><li><a href="/a/{attribute[:3000]}">{words}</a> {words}</li></ul><h3>{words}</h3>{P}'
        f'<nav><a href="?page=2" rel="tag author">{words}</a></nav>'
    )


def many(words: str, length: int, times: int) -> str:
    """Return a page with many paragraphs of a length at which lines are still judged."""
    line = (words * (length // len(words) + 1))[:length]
    return H + "".join(f"<p>{line}{n}</p><div class=byline>{line} {n}</div>" for n in range(times))


def cards(inner: str, times: int) -> str:
    return f"<h1>Liste</h1><ul>{numbered(f'<li>{inner}</li>', times)}</ul>"


_LINK = '<h3><a href="/artikel/ein-langer-titel-#">Ein langer Titel mit Worten #</a></h3>'

PAGES: dict[str, Callable[[], str | bytes]] = {
    # depth
    "div 100,000 deep": lambda: H + "<div>" * 100_000 + P,
    "div 2,000 deep": lambda: H + "<div>" * 2_000 + P,
    "div 240 deep and wide": lambda: H + "<div>" * 240 + P * 24_000,
    "b 100,000 deep": lambda: H + "<b>" * 100_000 + P,
    "font 200 deep with blocks": lambda: H + "".join(f"<font size={n}><p>Ein Absatz {n}" for n in range(40_000)),
    "b i explosion": lambda: H + "<p><b><i><u><s>Text" * 20_000,
    "a in a": lambda: H + '<a href="/x/ein-artikel">Text' * 40_000,
    "misnested inline": lambda: H + "<b><i>a</b>b</i>" * 40_000 + P,
    "tables 100,000 deep": lambda: H + "<table><tr><td>" * 33_000 + P,
    "tables 600 deep": lambda: H + "<table><tr><td>Eine Zelle mit Text" * 600 + P,
    "tables 80 deep and wide": lambda: H + "<table><tr><td>" * 80 + "<table><tr><td>a<td>b</table>" * 9_000,
    "lists 30,000 deep": lambda: H + "<ul><li>Ein Punkt" * 30_000,
    "lists 700 deep": lambda: H + "<ul><li>Ein Punkt mit einigen Worten" * 700 + P * 50,
    "quotes 20,000 deep": lambda: H + "<blockquote>Ein Zitat" * 20_000,
    "links 900 deep in spans": lambda: H + "<span>" * 900 + _LINK * 200,
    "inline 240 deep and wide": lambda: H + "<span>" * 240 + "<i>Text</i> " * 40_000,
    "lifted spans 2,000 deep": lambda: H + "<span>a " * 2_000 + "</span>b" * 2_000 + P * 20,
    "headings inside headings": lambda: H + "<h2><a href=/b/c-d-e-f-1>Ein langer Titel" * 20_000,
    # size
    "50 MB of prose": lambda: H + P * 600_000,
    "9.9 MB of prose": lambda: H + P * 122_000,
    "9.9 MB of one paragraph": lambda: H + "<p>" + "Ein Satz mit genug Zeichen. " * 350_000,
    "9.9 MB of umlauts": lambda: H + "<p>" + "äöü ß. " * 800_000,
    "9.9 MB of emoji": lambda: H + "<p>" + "\U0001f600" * 2_400_000,
    "9.9 MB of one word": lambda: H + "<p>" + "x" * 9_900_000,
    "9.9 MB in a div with breaks": lambda: H + "<div>" + "Ein Satz mit Zeichen.<br><br>" * 149_000,
    "title of 9 MB": lambda: "<title>" + "t " * 4_500_000 + "</title><p>x",
    "title of 9 MB of separators": lambda: "<title>" + " - " * 3_000_000 + f"</title><h1>x</h1>{P * 3}",
    "heading of 9 MB": lambda: "<h1>" + "tT " * 3_000_000 + "</h1><p>x",
    "heading of 9 MB with text": lambda: "<h1>" + "tT " * 3_000_000 + f"</h1>{P * 4}",
    "heading of 9 MB of umlauts": lambda: "<h1>" + "Öä " * 1_800_000 + f"</h1>{P * 4}",
    "heading of 9 MB of blanks": lambda: "<h1>a" + " " * 9_000_000 + f"b</h1>{P * 4}",
    "anchor of 9 MB": lambda: H + "<a href=/x/y-z-a-b-c>" + "tT " * 3_000_000 + f"</a>{P * 4}",
    "pre of 9 MB": lambda: H + "<pre>" + "a b\n" * 2_200_000 + "</pre>" + P,
    "caption of 9 MB": lambda: around(
        "<figure><img src=/a.jpg><figcaption>" + "Foto: x " * 1_100_000 + "</figcaption>"
    ),
    "byline of 9 MB": lambda: around("<p class=byline>Von " + "Von Anna " * 1_000_000),
    "class of 9 MB": lambda: around('<div class="' + "teaser-box " * 800_000 + f'">{P}</div>'),
    "style of 9 MB": lambda: around('<img src=a.jpg style="' + "display: " * 1_000_000 + '">'),
    "href of 9 MB": lambda: around('<a href="/' + "%C3%A4/" * 1_200_000 + '">Ein langer Titel mit Worten</a>'),
    "srcset of 9 MB": lambda: around('<img srcset="' + "/a.jpg 1w, " * 800_000 + '">'),
    "alt of 9 MB": lambda: around('<img src=/a.jpg alt="' + "Ein Bild " * 1_000_000 + '">'),
    "description of 9 MB": lambda: '<meta name=description content="' + "Ein Satz. " * 900_000 + f'">{H}{P * 4}',
    "data: address of 9 MB": lambda: around('<img src="data:image/png;base64,' + "iVBORw0KG" * 1_000_000 + '">'),
    "base of 9 MB": lambda: '<base href="https://a.example/' + "x/" * 4_500_000 + f'">{H}{P * 4}{_LINK * 50}',
    "base of 100 KB with links": lambda: '<base href="https://a.example/' + "x/" * 50_000 + f'">{H}{cards(_LINK, 300)}',
    "lang of 9 MB": lambda: '<html lang="' + "d" * 9_000_000 + f'">{H}{P * 4}',
    "comment of 9 MB": lambda: around("<!-- " + "<p>x</p> " * 1_000_000 + " -->"),
    "base64 of 9 MB in text": lambda: around("<p>" + "QUJDREVG" * 1_200_000),
    "inline svg of 9 MB": lambda: around("<svg>" + '<path d="M0 0L1 1 2 2 3 3 4 4 5 5 6 6"/>' * 200_000 + "</svg>"),
    "inline svg of one path": lambda: around('<svg><path d="' + "M0 0L1 1" * 1_100_000 + '"/></svg>'),
    "9 MB of options": lambda: around("<select>" + "<option value=a>Ein Land" * 280_000 + "</select>"),
    # number
    "300,000 tags": lambda: H + "<i>x</i>" * 149_000,
    "49,000 elements": lambda: H + "<b>x</b> " * 49_000,
    "49,000 paragraphs": lambda: H + "<p>x</p>" * 49_000,
    "40,000 sentences": lambda: H + P * 40_000,
    "200,000 one-character paragraphs": lambda: H + "<p>x" * 200_000,
    "100,000 links": lambda: H + numbered('<a href="/artikel/#-ein-titel">Ein Titel #</a> ', 100_000),
    "49,000 links": lambda: H + numbered('<a href="/artikel/#-ein-titel">Ein Titel #</a> ', 49_000),
    "49,000 links of one address": lambda: H + '<a href="/artikel/ein-titel">Ein langer Titel hier</a> ' * 49_000,
    "24,000 linked headings": lambda: H + numbered("<h2><a href=/a/#-b-c-d>Ein Titel #</a></h2>", 24_000),
    "12,000 teasers": lambda: H + cards(_LINK + "<p>26.04.2024 Ein Anreißer, der etwas sagt. mehr...</p>", 12_000),
    "12,000 flat teasers": lambda: H + numbered(_LINK + "<p>Ein Anreißer, der etwas sagt.</p>", 12_000),
    "4,000 captions of signs": lambda: (
        H + numbered("<figure><img src=/#.jpg><figcaption>" + "©" * 900 + f"</figcaption></figure>{_LINK}", 4_000)
    ),
    "16,000 flat pictures": lambda: H + "".join(f"<img src=/a{n}.jpg>{P}" for n in range(16_000)),
    "10,000 figures": lambda: (
        H
        + numbered("<figure><img src=/#.jpg><figcaption>Ein Bild #. Foto: A</figcaption></figure><p>Text.</p>", 10_000)
    ),
    "100,000 h1": lambda: "<h1>Titel</h1>" * 100_000,
    "24,000 h1": lambda: "<title>Titel</title>" + "<h1>Titel</h1><p>Text" * 12_000,
    "12,000 h1 nested in divs": lambda: "<div><h1>Titel</h1>" * 240 + "<h1>Titel</h1><p>Text" * 11_000,
    "40,000 meta elements": lambda: "<meta name=author content=x>" * 40_000 + f"{H}{P}",
    "40,000 meta names": lambda: "".join(f"<meta name=n{n} content=x>" for n in range(40_000)) + f"{H}{P}",
    "20,000 canonical links": lambda: "<link rel=canonical href='http://['>" * 20_000 + f"{H}{P}",
    "20,000 next links": lambda: "<link rel=next href='http://b.example/x'>" * 20_000 + f"{H}{P}{cards(_LINK, 30)}",
    "12,000 table rows": lambda: H + "<table>" + "<tr><td>a<td>b" * 12_000,
    "one row of 45,000 cells": lambda: H + "<table><tr>" + "<td>a" * 45_000,
    "4,000 tables": lambda: H + "<table><tr><td>a<td>b<tr><td>c<td>d</table>" * 4_000,
    "20,000 classes": lambda: H + "".join(f"<p class='c{n} teaserBox{n}'>Ein Text {n}</p>" for n in range(20_000)),
    "20,000 times": lambda: H + "<time datetime=2024-04-26>26.04.2024</time> <p>x</p>" * 20_000,
    "20,000 date lines": lambda: H + "<p class=date>26.04.2024, 12:15 Uhr</p>" * 20_000,
    "20,000 bylines": lambda: H + "".join(f"<p class=byline>Von Anna Muster{n}</p>" for n in range(20_000)),
    "20,000 authors": lambda: H + "".join(f"<span class=author>Anna {n}</span>" for n in range(20_000)) + P * 4,
    "20,000 authors 200 deep": lambda: H + "<div>" * 200 + "<i class=author>x</i><a rel=author>y</a>" * 20_000,
    "20,000 related headings": lambda: H + "<h3>Lesen Sie auch</h3>" * 20_000 + cards(_LINK, 200),
    "5,000 related headings and teasers": lambda: H + ("<div><h3>Lesen Sie auch</h3>" + _LINK + "</div>") * 5_000,
    "20,000 pagers": lambda: H + "<ul class=pager><li><a href=?p=2>2</a></ul>" * 12_000 + cards(_LINK, 30),
    "nested pagers": lambda: H + "<ul class=pager><li>" * 120 + "<a href=?p=2>2</a>" * 20_000,
    "only scripts": lambda: "<script>var a = 1;</script>" * 149_000,
    "one script of 9 MB": lambda: "<script>" + "if (a<b) { c = '<p>'; } " * 290_000 + "</script>",
    "only styles": lambda: "<style>p { color: red }</style>" * 149_000,
    "scripts in the body": lambda: around("<script>var a = 1;</script>" * 24_000),
    "noscripts": lambda: around("<img data-src=/a.jpg><noscript><img src=/b.jpg></noscript>" * 12_000),
    "iframes": lambda: around("<iframe src=/a></iframe>" * 24_000),
    "articles": lambda: H + "<article><h2><a href=/a/b-c-d-e>Ein Titel hier</a></h2><p>Text</p></article>" * 9_000,
    "sections": lambda: H + "<section><section>" * 110 + (P + "</section><section>") * 20_000,
    "breaks": lambda: H + "<div>" + "<br>" * 290_000,
    "49,000 breaks": lambda: H + "<div>" + "Ein Wort<br>" * 49_000,
    "spaces between tags": lambda: H + ("<p>x</p>" + " " * 200) * 40_000,
    "49,000 empty spans": lambda: H + "<p>Text " + "<span></span>" * 49_000,
    "itemprops": lambda: H + "<span itemprop=author><b itemprop=name>Anna</b></span>" * 20_000 + P,
    "body in repeated headings": lambda: H + ("<h2>Weitere Meldungen</h2>" + P) * 12_000,
    # attributes
    "100,000 attributes of one tag": lambda: around(
        "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + f">{P}</div>"
    ),
    "10,000 attributes of one tag": lambda: around(
        "<div " + " ".join(f"a{n}=1" for n in range(10_000)) + f">{P}</div>"
    ),
    "1,000 attributes of one tag": lambda: around("<div " + " ".join(f"a{n}=1" for n in range(1_000)) + f">{P}</div>"),
    "990 attributes of 1,100 tags": lambda: around(attributed(990) * 1_900),
    "190 attributes of 8,000 tags": lambda: around(attributed(190) * 8_000),
    "190 attributes with values of 8,000 tags": lambda: around(attributed(190, "=1") * 7_000),
    "190 short attributes of 15,000 tags": lambda: around(
        "<i a b c d e f g h i j k l m n o p q r s t u v w x y z>x</i>" * 149_000
    ),
    "a million attributes": lambda: H + attributed(100) * 10_000,
    "the same attribute 100,000 times": lambda: around("<div " + "a=1 " * 100_000 + f">{P}</div>"),
    "attributes of an end tag": lambda: around("<div>x</div " + "a=1 " * 1_000_000 + ">"),
    "a million attributes of one tag": lambda: around("<div " + "".join(f"a{n} " for n in range(1_000_000)) + ">"),
    "html tags with new attributes": lambda: "".join(f"<html a{n}=1>" for n in range(100_000)) + H + P * 4,
    "body tags with new attributes": lambda: (
        H + "".join(f"<body {' '.join(f'b{n}x{m}' for m in range(50))}>" for n in range(2_000)) + P * 4
    ),
    # entities
    "a million entities": lambda: H + "<p>" + "&amp;" * 1_000_000,
    "a million umlauts as entities": lambda: H + "<p>" + "&auml;" * 1_000_000,
    "a million bare ampersands": lambda: H + "<p>" + "& " * 1_000_000,
    "entity of 5,000 digits": lambda: around("<p>&#" + "9" * 5_000 + ";" + P),
    "entities that are too large": lambda: around("<p>" + "&#x110000;&#xD800;&#0;&#1114112;" * 100_000),
    "a million open entities": lambda: around("<p>" + "&a" * 2_000_000),
    "entities in a title": lambda: "<title>" + "&amp;amp;amp;" * 700_000 + f"</title>{P * 4}",
    "entities in attributes": lambda: around('<a href="/x" title="' + "&quot;" * 1_000_000 + '">Ein langer Titel</a>'),
    # JSON-LD
    "JSON-LD 100,000 brackets deep": lambda: ld("[" * 100_000),
    "JSON-LD 100,000 brackets deep and closed": lambda: ld("[" * 100_000 + "]" * 100_000),
    "JSON-LD 100,000 objects deep": lambda: ld('{"a":' * 100_000 + "1" + "}" * 100_000),
    "JSON-LD 900 objects deep": lambda: ld('{"@type":"NewsArticle","author":' * 900 + "1" + "}" * 900),
    "JSON-LD of brackets": lambda: ld("[" * 9_000_000),
    "JSON-LD of pairs of brackets": lambda: ld("[{}," * 240_000 + "]"),
    "JSON-LD of open strings": lambda: ld('{"headline":"' + "\\" * 900_000),
    "JSON-LD of broken pairs": lambda: ld('"headline":"' * 80_000),
    "JSON-LD of broken pairs, long": lambda: ld(('"headline":"' + "x" * 1_990) * 450),
    "JSON-LD of commas": lambda: ld("{" + "," * 900_000),
    "JSON-LD of commas and blanks": lambda: ld("{" + ("," + " " * 1_000) * 900),
    "JSON-LD of blanks": lambda: ld("{," + " " * 900_000),
    "JSON-LD in a row": lambda: ld("{} " * 300_000),
    "JSON-LD in a row of errors": lambda: ld("{x} " * 240_000),
    "JSON-LD of 200 blocks": lambda: blocks('{"@type":"NewsArticle","a":[[[]]]}', 20_000),
    "JSON-LD of 9 blocks of 1 MB": lambda: blocks("[" * 999_000, 9),
    "JSON-LD of 9 good blocks of 1 MB": lambda: blocks(
        "[" + '{"@type":"NewsArticle","headline":"a"},' * 25_000 + "0]", 9
    ),
    "JSON-LD of 9 blocks of numbers": lambda: blocks("[" + "1," * 499_000 + "0]", 9),
    "JSON-LD of 9 blocks of entities": lambda: blocks("{" + "&amp;" * 199_000 + "}", 9),
    "JSON-LD with a text of 900 KB": lambda: article_ld(articleBody="Ein Satz. " * 90_000, headline="Ein Titel"),
    "JSON-LD that repeats": lambda: article_ld(articleBody=P[3:-4] * 12_000) + P * 7_000,
    "JSON-LD with 100,000 keywords": lambda: article_ld(keywords="abc, " * 190_000),
    "JSON-LD with 100,000 authors": lambda: ld(
        '{"@type":"NewsArticle","author":[' + '{"name":"A B"},' * 60_000 + "1]}"
    ),
    "JSON-LD with a number of 500,000 digits": lambda: ld(
        '{"@type":"NewsArticle","datePublished":' + "9" * 500_000 + "}"
    ),
    "JSON-LD with a float without end": lambda: ld(
        '{"@type":"NewsArticle","datePublished":1e999999,"a":NaN,"b":-Infinity}'
    ),
    "JSON-LD that points at itself": lambda: ld(
        '{"@id":"a","@type":"NewsArticle","author":{"@id":"a"},"publisher":{"@id":"a"},"image":{"@id":"a"}}'
    ),
    "JSON-LD with tags": lambda: article_ld(headline="<" * 900_000),
    "JSON-LD with open tags": lambda: article_ld(articleBody="<a " * 300_000),
    "JSON-LD types": lambda: ld('{"@type":"' + "x" * 900_000 + '"}'),
    "JSON-LD type list": lambda: ld('{"@type":[' + '"xArticlx",' * 80_000 + '"Article"]}'),
    "JSON-LD 9 MB": lambda: ld('{"@type":"NewsArticle","a":"' + "b" * 9_500_000 + '"}'),
    "JSON-LD 50 MB": lambda: ld('{"@type":"NewsArticle","a":"' + "b" * 50_000_000 + '"}'),
    "JSON-LD with a list of items": lambda: ld(
        '{"@type":"ItemList","itemListElement":[' + '{"url":"/a/b","name":"c"},' * 30_000 + "1]}"
    ),
    "app state of 9 MB": lambda: around(
        '<script id="__NEXT_DATA__" type="application/json">{"a":[' + '{"b":"<p>c</p>"},' * 250_000 + "0]}</script>"
    ),
    "app state 100,000 deep": lambda: (
        '<title>x</title><div id=__next></div><script id="__NEXT_DATA__" type="application/json">'
        + '{"props":' * 100_000
        + "</script>"
    ),
    "app state of texts": lambda: shell('{"a":[' + f'{{"title":"Ein Titel","b":"{P * 20}"}},' * 2_000 + "0]}"),
    "app state of lists of lists": lambda: shell(
        '{"title":"Ein Titel","a":' + "[" * 900 + '"x",' * 900_000 + "0" + "]" * 900 + "}"
    ),
    "app state of small objects": lambda: shell(
        '{"title":"Ein Titel","a":[' + '{"title":"Ein Titel","b":[{}]},' * 120_000 + "0]}"
    ),
    "scripts that assign": lambda: run("a=" + "[1];a={};" * 400_000),
    "scripts that assign a text": lambda: run('a=JSON.parse("' + "x" * 3_900_000 + '")'),
    "scripts that assign open texts": lambda: run('a=JSON.parse("x\\' * 240_000),
    "scripts that assign open lists": lambda: run("a=[" * 1_300_000),
    "scripts that assign blanks": lambda: run("a=" + " " * 3_900_000),
    "scripts that assign escapes": lambda: run('a=JSON.parse("' + "\\u0041" * 640_000 + '")'),
    "flight rows": lambda: run("self.__next_f.push([1,'x'])" + 'self.__next_f.push([1,"1:[\\"$2\\"]"])' * 90_000),
    "flight rows that point at themselves": lambda: run('self.__next_f.push([1,"1:[\\"$1\\",\\"$1\\"]\\n"])' * 900),
    "references to themselves": lambda: (
        H + f'<script id="__NUXT_DATA__" type="application/json">[{"[0,1,2,3]," * 40_000}0]</script>'
    ),
    # bytes
    "all NUL": lambda: b"\0" * 9_000_000,
    "NUL between": lambda: (H + P * 40_000).encode().replace(b" ", b"\0"),
    "random bytes of 7.6 MB": lambda: noise(7_600_000),
    "random bytes with tags": lambda: b"<p>" + noise(7_600_000).replace(b"\0", b"x"),
    "random bytes of 9.9 MB declared utf-8": lambda: b"<meta charset=utf-8>" + noise(9_900_000, 3),
    "random ASCII of 9.9 MB": lambda: bytes(byte & 127 for byte in noise(9_900_000)),
    "high bytes of 9.9 MB": lambda: b"<p>" + bytes(byte | 128 for byte in noise(9_900_000)),
    "broken utf-8 now and then": lambda: H.encode() + (P.encode() + b"\xff\xfe") * 15_000,
    "lone surrogates": lambda: H.encode() + b"<p>" + b"\xed\xa0\x80" * 3_000_000,
    "lone surrogates as entities": lambda: around("<p>" + "&#xD800;&#xDFFF;" * 300_000),
    "control characters": lambda: around("<p>" + "".join(map(chr, range(1, 32))) * 200_000),
    "invisible characters": lambda: around("<p>" + "\u200b\u00ad\u202e\ufeff" * 700_000),
    "combining characters": lambda: around(
        "<h2>" + "a" + "\u0301\u0323" * 200 + "</h2><p>" + "a" + "\u0301\u0323" * 2_000_000
    ),
    "combining characters in the title": lambda: (
        "<title>a" + "\u0301\u0323" * 2_000_000 + f"</title><h1>{'a' + chr(0x323) * 390}</h1>{P * 4}"
    ),
    "combining characters in many headings": lambda: (
        H + "".join(f"<h2>{chr(0x301) * 190}{chr(0x323) * 190}{n}</h2><p>x" for n in range(9_000))
    ),
    "ligatures that unfold": lambda: around("<h2>" + "\ufdfa" * 390 + "</h2><p>" + "\ufdfa" * 3_000_000),
    "utf-16 without mark": lambda: (H + P * 40_000).encode("utf-16-le"),
    "utf-16 big endian without mark": lambda: (H + P * 40_000).encode("utf-16-be"),
    "utf-32 without mark": lambda: (H + P * 25_000).encode("utf-32-le"),
    "utf-16 of random bytes": lambda: b"\xff\xfe" + noise(9_800_000),
    "gzip": lambda: gzip.compress((H + P * 200_000).encode(), 1),
    "gzip of noise, cut": lambda: gzip.compress(noise(8_000_000), 1)[:7_000_001],
    "iso-2022-jp of escapes": lambda: b"<meta charset=iso-2022-jp><p>" + b"\x1b$B!!\x1b(B" * 1_200_000,
    "shift_jis of high bytes": lambda: b"<meta charset=shift_jis><p>" + b"\x81\xff" * 4_800_000,
    "gb18030 of quads": lambda: b"<meta charset=gb18030><p>" + b"\x81\x30\x81\x30" * 2_400_000,
    "big5 of errors": lambda: b"<meta charset=big5><p>" + b"\xff\x81" * 4_800_000,
    "euc-kr of errors": lambda: b"<meta charset=euc-kr><p>" + b"\xff\x81" * 4_800_000,
    "PDF of 9 MB": lambda: b"%PDF-1.7" + noise(9_000_000),
    "zip of 9 MB": lambda: b"PK\x03\x04" + noise(9_000_000),
    "only <": lambda: b"<" * 290_000,
    "only < and bytes": lambda: b"< \xff" * 290_000,
    "only >": lambda: b"<p>" + b">" * 9_900_000,
    # what is not closed
    "open comment of 5 MB": lambda: H + P * 3 + "<!-- " + "a - b -- c " * 500_000,
    "open comments": lambda: H + P * 3 + "<!--" * 299_000,
    "comments that nearly close": lambda: H + P * 3 + "<!--" + "--" * 4_900_000,
    "comments that nearly close twice": lambda: H + P * 3 + "<!--" + "--!" * 3_200_000,
    "open CDATA of 5 MB": lambda: H + P * 3 + "<![CDATA[" + "a ]] b " * 700_000,
    "open CDATAs": lambda: H + P * 3 + "<![CDATA[" * 299_000,
    "open quote of 5 MB": lambda: H + P * 3 + '<a href="' + "x y " * 1_250_000,
    "open quotes": lambda: H + P * 3 + "<a href='" * 299_000,
    "open quotes in a tag": lambda: H + P * 3 + "<a " + "b='" * 3_000_000,
    "open script of 5 MB": lambda: H + P * 3 + "<script>" + "var a = 1; " * 450_000,
    "open scripts": lambda: H + P * 3 + "<script>" * 299_000,
    "open scripts with ends that are none": lambda: H + P * 3 + "<script>" + "</scrip" * 290_000,
    "open title of 5 MB": lambda: "<title>" + "Ein Titel " * 500_000,
    "open textarea of 5 MB": lambda: H + P * 3 + "<textarea>" + "Ein Text " * 500_000,
    "open style": lambda: H + P * 3 + "<style>" + "<p>x</p>" * 140_000,
    "plaintext of 5 MB": lambda: H + P * 3 + "<plaintext>" + "Ein Text " * 500_000,
    "open doctype": lambda: "<!DOCTYPE " + "html " * 1_000_000 + H + P * 3,
    "doctype with entities": lambda: (
        '<!DOCTYPE html [<!ENTITY a "' + "b" * 1000 + '"><!ENTITY c "&a;&a;&a;&a;">]>' + H + P * 3 + "&c;" * 10_000
    ),
    "processing instructions": lambda: H + P * 3 + "<?php echo ?>" * 290_000,
    "end tags": lambda: H + P * 3 + "</p>" * 290_000,
    "end tags of what is not open": lambda: H + P * 3 + "</b></i></table></div>" * 70_000 + P,
    "open tags by name": lambda: H + P * 3 + "".join(f"<x{n}>" for n in range(100_000)),
    "tag name of 5 MB": lambda: H + P * 3 + "<" + "x" * 5_000_000 + ">" + P,
    "attribute name of 5 MB": lambda: H + P * 3 + "<p " + "x" * 5_000_000 + ">" + P,
    "blanks in a tag": lambda: H + P * 3 + "<p a" + " " * 9_000_000 + ">" + P,
    "blanks before equals": lambda: H + P * 3 + ("<p a" + " " * 90_000) * 100,
    "slashes in a tag": lambda: H + P * 3 + "<p " + "/" * 9_000_000,
    "equals in a tag": lambda: H + P * 3 + "<p " + "=" * 9_000_000,
    "framesets": lambda: "<frameset>" * 290_000,
    "tables without rows": lambda: H + "<table>" + "x<b>y</b>" * 100_000 + P * 3,
    "forms in tables": lambda: H + "<table><form><tr><td><table><form>x" * 400 + P,
    "select in select": lambda: H + "<select>" * 100_000 + P * 4,
    "ends of html": lambda: H + P * 3 + "</html>" * 290_000 + P,
    "ends of html with blanks": lambda: H + P * 3 + ("</html" + " " * 3_000) * 3_000 + P,
    # words that make regular expressions despair
    **{
        f"said: {name}": (lambda words=words: said(words))
        for name, words in {
            "blanks": "a" + " " * 300_000 + "b",
            "dashes": "a " + "- " * 100_000,
            "dashes, glued": "-" * 300_000,
            "commas": "Anna, " * 50_000,
            "commas, glued": "a" + "," * 300_000,
            "bars": " | " * 90_000,
            "digits": "1" * 300_000,
            "digits and dots": "1." * 150_000,
            "digits, dots and blanks": "1. " * 100_000,
            "dates": "26.04.2024 " * 25_000,
            "date numbers": "2024-04-26" * 25_000,
            "colons": ": " * 150_000,
            "colons and words": "Ab: " * 70_000,
            "times": "12:15:" * 50_000,
            "von": "Von " * 75_000,
            "von and names": "Von Anna " * 30_000,
            "von, glued": "von" * 100_000,
            "names": "Anna von der " * 25_000,
            "credits": "Foto: " * 50_000,
            "credit words": "foto" * 75_000,
            "copyright": "©" * 300_000,
            "copyright in brackets": "(c) " * 75_000,
            "open brackets": "(" * 300_000,
            "square brackets": "[" * 300_000,
            "brackets": "()" * 150_000,
            "quotes": '„“"' * 70_000,
            "dots": "." * 300_000,
            "ellipses": " ... " * 60_000,
            "mehr": "mehr " * 60_000,
            "mehr and dots": "mehr ... " * 40_000,
            "arrows": "» " * 100_000,
            "sentences": "Ab. " * 70_000,
            "shouting": "A" * 300_000,
            "camel": "aA" * 150_000,
            "slashes": "/" * 300_000,
            "slashes and digits": "1/" * 150_000,
            "apostrophes": "d'" * 150_000,
            "hyphens": "a-" * 150_000,
            "underscores": "_" * 300_000,
            "months": "Mai " * 75_000,
            "day month": "3. Mai " * 45_000,
            "stand": "Stand: " * 50_000,
            "veröffentlicht": "veröffentlicht " * 20_000,
            "in the last hours": "vor 3 Stunden " * 20_000,
            "related": "weitere aus dem bereich: " * 12_000,
            "more about": "mehr zum thema " * 20_000,
            "weekdays": "Montag, " * 40_000,
            "umlauts": "äöü" * 90_000,
            "gender": "er*in/-in:in_in " * 20_000,
            "addresses": "https://a.example/ " * 15_000,
            "addresses, glued": "www." * 75_000,
            "at signs": "a@" * 150_000,
            "percents": "%" * 300_000,
            "tags": "</a" * 90_000,
            "plus": "+1 " * 100_000,
            "line breaks": "\n" * 300_000,
            "capitals": "A " * 150_000,
            "capital words": "Anna " * 60_000,
            "redakteur": "redakteur " * 30_000,
            "und": "und " * 75_000,
            "ampersands": "&amp; " * 50_000,
            "jsessionid": ";jsessionid=" * 25_000,
            "utm": "?utm_a=b&amp;" * 25_000,
            "parts of widths": "1w, " * 75_000,
            "zeros": "0" * 300_000,
        }.items()
    },
    **{
        f"{length} x {name}": (lambda words=words, length=length: many(words, length, 20_000))
        for name, words in {
            "blanks": "a b",
            "von": "Von ",
            "digits": "1.",
            "dates": "26.04.2024 ",
            "names": "Anna von der ",
            "commas": "Anna, ",
            "credits": "Foto: ",
            "dots": "...",
            "months": "3. Mai ",
            "bars": "A | ",
            "colons": "Ab: ",
            "brackets": "(c) ",
            "times": "12:15 ",
            "more": "mehr ",
            "agency": "a / ap ",
            "dashes": "a - ",
            "words": "wort ",
        }.items()
        for length in (155, 195)
    },
}


def page(name: str) -> bytes:
    """Return a page's bytes."""
    made = PAGES[name]()
    return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
