"""What is no article on a listing page, rules of the operator, pagers, and the related stories of an article page."""

from __future__ import annotations

import pytest

from feedsvc import discover, rules
from feedsvc.errors import ContentError
from feedsvc.model import Lead, Listing, ListRules, Page, Source

URL = "https://portal.example/meldungen/"
TEXT = (
    "Die Verwaltung stellt ihre Verfahren Schritt für Schritt um und schult alle Beschäftigten. Der Rat hat dafür am "
    "Dienstag die Mittel freigegeben, nachdem der Ausschuss den Zeitplan gebilligt hatte."
)


def _items(first: int, last: int, date: str = "25.03.2025") -> str:
    return "".join(
        f'<div class="m"><h3><a href="/meldungen/eine-meldung-mit-nummer-{n}/">Talheim: Eine Meldung mit Nummer {n}</a>'
        f"</h3><p>[{date}] {TEXT}</p></div>"
        for n in range(first, last + 1)
    )


def _listing(body: str, *, list_rules: dict[str, object] | None = None, head: str = "", url: str = URL) -> Listing:
    html = f"<!doctype html><html lang=de><head><title>Liste</title>{head}</head><body>{body}</body></html>"
    compiled = rules.listing(list_rules) if list_rules else ListRules()
    return discover.leads(
        Page(url=url, final_url=url, body=html.encode()), Source(id="x", url=url, kind="html", list_rules=compiled)
    )


def _numbers(leads: tuple[Lead, ...]) -> list[str]:
    return [lead.url.rstrip("/").rpartition("-")[2] for lead in leads]


# ---- what is no article ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "beside",
    [
        '<nav><a href="/themen/digitale-souveraenitaet-und-open-source/">Digitale Souveränität</a></nav>',
        '<div class="hauptmenu navigation"><ul><li><a href="/was-erledige-ich-wo-im-rathaus/">Was erledige ich wo im'
        " Rathaus</a></li></ul></div>",
        '<aside><ul><li><a href="/meldungen/ein-alter-artikel-vom-vorjahr/">Ein alter Artikel vom Vorjahr</a></li></ul>'
        "</aside>",
        '<section><h3>Meistgelesen</h3><ol><li><a href="/meldungen/ein-alter-artikel-vom-vorjahr/">Ein alter Artikel'
        " vom Vorjahr</a></li></ol></section>",
        '<section><h2>Anzeige</h2><p><a href="https://anbieter.example/ein-seminar-fuer-fortgeschrittene-2025">Ein'
        " Seminar für Fortgeschrittene im Jahr 2025</a></p></section>",
        '<div class="tagcloud"><a href="/tag/open-source-in-der-verwaltung">Open Source in der Verwaltung</a></div>',
        '<p><a href="/meldungen/feed/">Alle Meldungen als Feed abonnieren</a></p>',
        '<p><a href="/newsletter/">Jetzt den kostenlosen Newsletter bestellen</a></p>',
        '<div class="seiten"><a href="?seite=2">2</a> <a href="?seite=3">3</a> <a href="?seite=2">weiter</a></div>',
        '<footer><a href="/datenschutz-und-barrierefreiheit/">Datenschutz und Barrierefreiheit hier</a></footer>',
        '<p><a href="/berichte/jahresbericht-der-stadtverwaltung-2024.pdf">Jahresbericht der Stadtverwaltung</a></p>',
        '<p><a href="mailto:redaktion@portal.example">Schreiben Sie an unsere Redaktion in Talheim</a></p>',
        '<p><a href="javascript:void(0)">Alle Meldungen dieser Seite ausdrucken</a></p>',
        '<p><a href="http://[">Ein Verweis, der nirgendwohin führt und niemandem hilft</a></p>',
    ],
)
def test_what_stands_beside_the_list_is_no_article(beside: str) -> None:
    items = _items(1, 8)
    for body in (f"<div>{items}</div>{beside}", f"{beside}<div>{items}</div>"):
        assert _numbers(_listing(body).leads) == [str(n) for n in range(1, 9)]


def test_a_pinned_story_with_markup_of_its_own_stays() -> None:
    pinned = (
        '<div class="top"><a href="/meldungen/die-grosse-geschichte-oben-99/"><img src="/t.jpg" alt="Ein Rathaus">'
        f"<h2>Die große Geschichte oben</h2><p>{TEXT}</p><span>01.04.2025</span></a></div>"
    )
    leads = _listing(f"{pinned}<div>{_items(1, 6)}</div>").leads
    assert _numbers(leads) == ["99", "1", "2", "3", "4", "5", "6"]
    assert leads[0].headline == "Die große Geschichte oben"


def test_an_article_linked_twice_is_one_lead_where_it_stood_first() -> None:
    again = (
        '<section><h2>Aktuell</h2><ul><li><a href="/meldungen/eine-meldung-mit-nummer-3/?utm_source=top">Talheim: Eine'
        " Meldung mit Nummer 3</a></li></ul></section>"
    )
    leads = _listing(f"<main>{again}<div>{_items(1, 5)}</div></main>").leads
    assert sorted(_numbers(leads)) == ["1", "2", "3", "4", "5"]
    assert all(lead.teaser == TEXT for lead in leads)


def test_years_in_a_lead_are_no_date() -> None:
    body = _items(1, 5).replace("[25.03.2025] ", "Seit 2024/25 sind 13.500 Arbeitsplätze umgestellt. ")
    assert [lead.published for lead in _listing(body).leads] == [None] * 5


def test_an_alternative_text_is_never_the_teaser() -> None:
    image = f'<img src="/b.jpg" alt="{TEXT}">'
    body = "".join(
        f'<article>{image}<h2><a href="/a/meldung-ueber-das-rathaus-{n}">Meldung über das Rathaus</a></h2></article>'
        for n in range(5)
    )
    leads = _listing(body).leads
    assert [lead.teaser for lead in leads] == [None] * 5
    assert {lead.image.alt for lead in leads if lead.image} == {TEXT}


def test_a_colon_without_space_parts_no_kicker() -> None:
    body = _items(1, 5).replace("Talheim: Eine", "Bürger:innen lesen eine")
    assert {lead.kicker for lead in _listing(body).leads} == {None}


def test_session_ids_do_not_become_part_of_an_address() -> None:
    body = _items(1, 5).replace('/">', '/;jsessionid=A1B2.live">')
    assert all("jsessionid" not in lead.url for lead in _listing(body).leads)


@pytest.mark.parametrize("body", ["", "<p>Wartungsarbeiten</p>", '<a href="/impressum">Impressum</a>', "<a><a><a>"])
def test_a_page_without_articles_is_an_error(body: str) -> None:
    with pytest.raises(ContentError) as caught:
        _listing(f"<p>Ein Satz.</p>{body}")
    assert caught.value.kind == "no_items"


def test_nested_and_endless_links_hurt_nobody() -> None:
    nested = "".join(
        f'<a href="/ein-langer-weg-zu-nummer-{n}"><h2>Ein langer Weg zu Nummer {n}</h2>' for n in range(80)
    )
    assert _listing(nested).leads


# ---- rules -----------------------------------------------------------------------------------------------------------


def test_fields_without_a_rule_are_read_as_on_any_page() -> None:
    lead = _listing(_items(1, 3), list_rules={"item": ".m", "title": "h3"}).leads[0]
    assert (lead.kicker, lead.headline, lead.teaser) == ("Talheim", "Eine Meldung mit Nummer 1", TEXT)
    assert lead.published is not None


def test_the_first_item_rule_that_finds_something_is_used() -> None:
    found = _listing(_items(1, 3), list_rules={"item": [".nichts", "xpath://div[@class='m']", "h3"]}).leads
    assert _numbers(found) == ["1", "2", "3"]


def test_an_item_rule_that_finds_nothing_is_named() -> None:
    with pytest.raises(ContentError, match=r"list\.item “\.meldung” finds nothing") as caught:
        _listing(_items(1, 3), list_rules={"item": ".meldung"})
    assert caught.value.kind == "rule"


def test_a_kicker_rule_parts_what_the_title_rule_caught() -> None:
    body = '<li><a href="/eins"><b>Hessen</b>Zentrum geplant</a></li>'
    lead = _listing(body, list_rules={"item": "li", "title": "a", "kicker": "b"}).leads[0]
    assert (lead.title, lead.kicker, lead.headline) == ("Hessen: Zentrum geplant", "Hessen", "Zentrum geplant")


def test_every_field_can_have_a_rule() -> None:
    body = (
        '<li data-u="/eins"><i>Von A. Muster</i><u>12.03.2025</u><b>T</b><em>Kurz</em><q>KI</q>'
        '<img src="/b.jpg" alt="B"></li>'
    )
    given: dict[str, object] = {
        "item": "li", "link": "xpath:./@data-u", "title": "b", "date": "u", "teaser": "em", "author": "i",
        "category": "q", "image": "img",
    }  # fmt: skip
    lead = _listing(body, list_rules=given).leads[0]
    assert lead.url == "https://portal.example/eins"
    assert (lead.title, lead.teaser, lead.authors, lead.categories) == ("T", "Kurz", ("A. Muster",), ("KI",))
    assert lead.published is not None
    assert lead.published.date().isoformat() == "2025-03-12"
    assert lead.image is not None
    assert (lead.image.url, lead.image.alt) == ("https://portal.example/b.jpg", "B")


def test_an_item_without_link_is_rejected_with_its_words() -> None:
    listing = _listing(_items(1, 2) + '<div class="m"><h3>Ohne Weg</h3></div>', list_rules={"item": ".m"})
    assert [rejected.where for rejected in listing.rejected] == ["Ohne Weg"]
    assert len(listing.leads) == 2


def test_addresses_can_be_asked_for_and_refused() -> None:
    both = {"include": "/meldungen/", "exclude": [r"nummer-[24]/$"]}
    assert _numbers(_listing(_items(1, 5), list_rules=dict(both)).leads) == ["1", "3", "5"]


def test_rules_that_let_nothing_through_are_named() -> None:
    with pytest.raises(ContentError, match=r"list\.include and list\.exclude"):
        _listing(_items(1, 5), list_rules={"include": "/termine/"})


def test_an_expression_that_would_hang_is_an_error_and_named() -> None:
    with pytest.raises(ContentError, match="takes too long") as caught:
        _listing(_items(1, 1).replace("nummer-1", "a" * 200), list_rules={"item": ".m", "include": r"(?:a|a|aa)+$"})
    assert caught.value.kind == "rule"


def test_a_link_rule_alone_says_what_the_articles_are() -> None:
    body = '<ul><li><a class="a" href="/x">Kurz</a></li><li><a href="/y">Ein langer Titel ohne Zeichen</a></li></ul>'
    assert [lead.url for lead in _listing(body, list_rules={"link": "a.a"}).leads] == ["https://portal.example/x"]


# ---- pagers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pager", "expected"),
    [
        ('<a rel="next" href="?p=2">x</a>', "?p=2"),
        ('<div class="pagination"><a href="?p=1">1</a> <b>2</b> <a href="?p=3">3</a></div>', "?p=3"),
        ('<ul class="pager"><li><a href="?p=9">Ältere Beiträge</a></li></ul>', "?p=9"),
        ('<p><span>1</span> <a href="?p=2">2</a> <a href="?p=3">3</a></p>', "?p=2"),
        ('<nav><a href="?p=1">1</a><a aria-current="page" href="?p=2">2</a><a href="?p=3">3</a></nav>', "?p=3"),
        ('<div class="pagination"><a href="?p=1">1</a> <a href="?p=2">2</a> <b>3</b></div>', None),
        ('<p><a href="https://anders.example/?p=2" rel="next">weiter</a></p>', None),
        ('<p><a href="/anders/">weiter</a></p>', None),
        ("", None),
    ],
)
def test_the_next_page_is_found(pager: str, expected: str | None) -> None:
    assert _listing(_items(1, 5) + pager).next_page == (None if expected is None else URL + expected)


def test_a_link_in_the_head_tells_the_next_page() -> None:
    assert _listing(_items(1, 5), head='<link rel="next" href="/meldungen/?pg=2">').next_page == f"{URL}?pg=2"


# ---- article pages ---------------------------------------------------------------------------------------------------


def _article(blocks: str) -> Page:
    body = f"<h1>Die Überschrift</h1><p>[26.04.2024] {TEXT}</p>" + f"<p>{TEXT}</p>" * 4
    html = f"<html lang=de><title>A</title><body><main><article>{body}</article>{blocks}</main></body></html>"
    return Page(url="https://portal.example/a/", final_url="https://portal.example/a/", body=html.encode())


SOURCE = Source(id="x", url=URL)


@pytest.mark.parametrize(
    "heading",
    ["<h2>Lesen Sie auch</h2>", "<p><strong>Mehr zum Thema</strong></p>", "<div>Weitere Meldungen</div>", ""],
)
def test_an_article_page_gives_its_related_teasers(heading: str) -> None:
    page = _article(f"<section>{heading}{_items(1, 4)}</section>")
    assert _numbers(discover.find(page, SOURCE)) == ["1", "2", "3", "4"]


def test_an_article_page_without_related_teasers_gives_none() -> None:
    assert discover.find(_article(""), SOURCE) == ()
    assert discover.find(_article(""), SOURCE) == ()


def test_links_in_the_text_of_an_article_are_no_teasers() -> None:
    page = _article("")
    linked = page.body.replace(
        b"der Ausschuss", b'<a href="/meldungen/der-ausschuss-tagt-wieder/">der Ausschuss der Stadt</a>'
    )
    page = Page(url=page.url, final_url=page.final_url, body=linked)
    assert discover.find(page, SOURCE) == ()


def test_a_list_with_a_greeting_stays_a_list() -> None:
    assert _numbers(_listing(f"<p>{TEXT}</p>{_items(1, 6)}").leads) == ["1", "2", "3", "4", "5", "6"]
