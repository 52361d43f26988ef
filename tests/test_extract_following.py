"""Articles over several pages: which link leads to the next page of the same one, and what they make together."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from feedsvc import extract, html
from feedsvc.extract import pages
from feedsvc.model import Article, ArticleRules, Page

HOST = "https://www.blatt.example"


def following(url: str, markup: str, **rules: Any) -> str | None:
    page = Page(url=url, final_url=url, body=f"<html><body>{markup}</body></html>".encode())
    found = pages.following(html.parse(page), url, ArticleRules(**rules))
    return found.value.removeprefix(HOST) if found else None


def single(url: str, markup: str, **rules: Any) -> str | None:
    page = Page(url=url, final_url=url, body=f"<html><body>{markup}</body></html>".encode())
    found = pages.single(html.parse(page), url, ArticleRules(**rules))
    return found.value.removeprefix(HOST) if found else None


# ---- the next page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "href", "words"),
    [
        ("/a/haushalt-4711.html", "/a/haushalt-4711.html?seite=2", "2"),
        ("/a/haushalt-4711.html", "?page=2", "Seite 2"),
        ("/a/haushalt?id=7", "/a/haushalt?page=2&id=7", "weiter"),
        ("/a/haushalt", "/a/haushalt/2", "Nächste Seite"),
        ("/a/haushalt/", "/a/haushalt/2/", "2"),
        ("/a/haushalt", "/a/haushalt/seite-2", "Auf Seite 2: Was die Länder fordern"),
        ("/a/haushalt.html", "haushalt-seite2.html", "»"),
        ("/a/haushalt.html", "haushalt-p2.html", "next page"),
        ("/a/haushalt/", "/a/haushalt/page/2/", "2"),
        ("/a/haushalt/seite-2", "/a/haushalt/seite-3", "3"),
        ("/a/haushalt?seite=9", "/a/haushalt?seite=10", "10"),
        ("/a/haushalt?page=1", "/a/haushalt?page=2", "3"),
        ("/a/haushalt", "/a/haushalt?page=1", "2"),
        ("/a/m%C3%BCll", "/a/müll?seite=2", "2"),
    ],
)
def test_the_page_with_the_next_number_follows(path: str, href: str, words: str) -> None:
    found = following(HOST + path, f'<p>Text</p><a href="{href}">{words}</a>')
    assert found is not None
    assert found.endswith(href.replace("müll", "m%C3%BCll").lstrip("/"))


def test_a_link_of_the_head_counts_where_it_leads_to_the_same_article() -> None:
    assert following(f"{HOST}/a/b", '<link rel="next" href="/a/b?page=2"><p>x</p>') == "/a/b?page=2"


def test_a_number_without_a_mark_of_its_own_counts_only_in_a_pager() -> None:
    pager = '<div>Seite 1 <a href="/a/haushalt-2.html">2</a> <a href="/a/haushalt-3.html">3</a></div>'
    assert following(f"{HOST}/a/haushalt.html", pager) == "/a/haushalt-2.html"
    last = '<div><a href="/a/haushalt.html">1</a> <a href="/a/haushalt-2.html">2</a> 3</div>'
    assert following(f"{HOST}/a/haushalt-3.html", last) is None
    other = '<p><a href="/a/haushalt-2.html">weiter: Haushalt, zweiter Versuch</a></p>'
    assert following(f"{HOST}/a/haushalt.html", other) is None, "slugs of other articles end like that"


@pytest.mark.parametrize(
    ("path", "markup"),
    [
        ("/a/haushalt", '<a rel="next" href="/a/schulen">Nächster Artikel: Schulen</a>'),
        ("/a/haushalt-12", '<a rel="next" href="/a/haushalt-13">Nächster Artikel</a>'),
        ("/artikel/12", '<link rel="next" href="/artikel/13"><a href="/artikel/13">weiter</a>'),
        ("/a/haushalt", '<link rel="next" href="https://andere.example/a/haushalt?page=2">'),
        ("/a/haushalt", '<div class="comments"><div>1 <a href="/a/haushalt?page=2">2</a></div></div>'),
        ("/a/haushalt", '<div id="kommentare"><a rel="next" href="/a/haushalt/2">Ältere</a></div>'),
        ("/a/haushalt", '<a href="/a/haushalt/comment-page-2/">2</a>'),
        ("/a/haushalt", '<div class="image-gallery">1 <a href="/a/haushalt?page=2">2</a></div>'),
        ("/a/haushalt", '<a href="/a/haushalt?utm_source=2">2</a>'),
        ("/a/haushalt", '<a href="/a/haushalt?page=3">3</a>'),
        ("/a/haushalt", '<a href="/a/haushalt?page=1">1</a>'),
        ("/a/haushalt/2", '<a href="/a/haushalt">1</a>'),
        ("/a/haushalt", '<a href="/a/haushalt?page=2">Nur noch 2 Plätze frei</a>'),
        ("/a/haushalt", '<a href="#page=2">2</a><a href="javascript:go(2)">2</a>'),
        ("/", '<a rel="next" href="/page/2/">2</a>'),
        ("/2024", '<a href="/2025">weiter</a>'),
    ],
)
def test_no_other_article_and_no_other_list_is_taken_for_the_next_page(path: str, markup: str) -> None:
    assert following(HOST + path, markup) is None


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/a/haushalt-2.html">x</a>' * 20_000,
        "<div>" * 200 + '<a href="?seite=2">x</a>' * 5_000,
        '<a href="/a/haushalt-2.html">' + "<b>x</b>" * 40_000,
        '<div class="comments">' + '<a href="?page=2">2</a>' * 20_000,
    ],
)
def test_a_page_of_nothing_but_pagers_is_soon_read(markup: str) -> None:
    page = Page(url=f"{HOST}/a/haushalt.html", final_url=f"{HOST}/a/haushalt.html", body=markup.encode())
    tree = html.parse(page)
    started = time.process_time()
    pages.following(tree, page.url, ArticleRules())
    pages.single(tree, page.url, ArticleRules())
    assert time.process_time() - started < 5  # also while coverage is measured; the square of it takes minutes


def test_a_rule_says_where_it_goes_on() -> None:
    markup = '<a class="w" href="/teil/zwei">weiter</a>'
    assert following(f"{HOST}/a", markup, next_page=("a.w",)) == "/teil/zwei"
    assert following(f"{HOST}/a", markup, next_page=("a.x", "xpath://a/@href")) == "/teil/zwei"
    assert following(f"{HOST}/teil/zwei", markup, next_page=("a.w",)) is None


# ---- all on one page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("/a/haushalt/komplettansicht", "Komplettansicht"),
        ("/a/haushalt?seite=all", "Artikel auf einer Seite lesen"),
        ("/a/haushalt.html?print=1", "Druckversion"),
    ],
)
def test_a_link_to_the_whole_article_is_known_by_its_words_and_its_address(href: str, words: str) -> None:
    assert single(f"{HOST}/a/haushalt", f'<a href="{href}">{words}</a>') == href


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/abo">Ganzen Artikel lesen</a>',
        '<a href="/a/haushalt#kommentare">Auf einer Seite</a>',
        '<a href="/a/haushalt?x=1">Alles über den Haushalt auf einer Seite erklärt</a>',
    ],
)
def test_what_is_no_link_to_the_whole_article(markup: str) -> None:
    assert single(f"{HOST}/a/haushalt", markup) is None


# ---- joined ---------------------------------------------------------------------------------------------------------


def part(number: int, *blocks: str) -> Article:
    lead = "<p>Der Haushalt steht, doch die Länder sind mit ihrem Anteil nicht zufrieden.</p>"
    markup = lead + "".join(blocks)
    return Article(
        url=f"{HOST}/a/haushalt?seite={number}",
        title="Bund: Der Haushalt steht",
        headline="Der Haushalt steht",
        teaser="Der Haushalt steht, doch die Länder sind mit ihrem Anteil nicht zufrieden.",
        body_html=markup,
        body_text=html.plain(markup),
        next_page=f"{HOST}/a/haushalt?seite={number + 1}",
    )


def paragraph(name: str) -> str:
    return f"<p>{name}: Die Verhandlungen dauerten bis in die frühen Morgenstunden des Freitags.</p>"


FOOT = "<p>Der Autor berichtet seit zwanzig Jahren aus den Parlamenten der Länder.</p>"


def test_the_pages_are_joined_in_order_and_what_they_repeat_stands_once() -> None:
    first = part(1, paragraph("Eins"), FOOT)
    whole = extract.join(
        first,
        (
            part(2, "<h2>Der Haushalt steht</h2>", "<h2>Zwei</h2>", paragraph("Zwei"), FOOT),
            part(3, paragraph("Drei"), "<h2>Zwei</h2>", "<ul><li>Punkt</li></ul>", FOOT),
        ),
    )
    assert whole.body_text is not None
    assert [line.split(":")[0][:22] for line in whole.body_text.splitlines()] == [
        "Der Haushalt steht, do", "Eins", "Der Autor berichtet se", "Zwei", "Zwei", "Drei", "Zwei", "Punkt",
    ]  # fmt: skip
    assert (whole.url, whole.title, whole.teaser) == (first.url, first.title, first.teaser)
    assert whole.next_page is None
    assert "<li>Punkt</li>" in (whole.body_html or "")


def test_a_later_page_that_is_paid_for_makes_the_article_paid() -> None:
    first = replace(part(1), access="free")
    assert extract.join(first, (replace(part(2), access="paywall"),)).access == "paywall"
    assert extract.join(first, (part(2),)).access == "free"


def test_a_page_that_says_nothing_new_adds_nothing() -> None:
    first = part(1, paragraph("Eins"))
    assert not extract.adds(part(2, paragraph("Eins")), (first,))
    assert extract.adds(part(2, paragraph("Zwei")), (first,))


def test_the_whole_article_takes_the_place_of_its_first_page_only_if_it_holds_it() -> None:
    first = part(1, paragraph("Eins"))
    whole = part(1, paragraph("Eins"), paragraph("Zwei"))
    taken = extract.instead(first, whole)
    assert taken is not None
    assert taken.body_text == whole.body_text
    assert taken.next_page is None
    assert extract.instead(first, part(1, paragraph("Anderes"), paragraph("Mehr"), paragraph("Noch mehr"))) is None
    assert extract.instead(first, first) is None


def test_what_would_be_too_long_to_publish_ends_with_the_page_before() -> None:
    long = [part(n, *(paragraph(f"{n}.{m} " + "und so fort " * 500) for m in range(90))) for n in (1, 2, 3, 4)]
    whole = extract.join(long[0], long[1:])
    assert whole.body_html is not None
    assert 2_000_000 > len(whole.body_html) > len(long[0].body_html or "")
