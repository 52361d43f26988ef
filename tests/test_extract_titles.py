"""Headline and kicker in the many shapes pages give them, and what is neither."""

from __future__ import annotations

import json

import pytest

from feedsvc import extract
from feedsvc.model import Article, Page, Source

URL = "https://amtsblatt.example/rathaus/akte-startet"
PROSE = (
    "<p>Die Stadt Musterhausen führt bis zum Jahresende die elektronische Akte in allen Ämtern ein. Das teilte die "
    "Pressestelle am Dienstag mit.</p><p>Zunächst stellen das Bürgeramt und die Kämmerei um, danach folgen das Bauamt "
    "und das Jugendamt. Für die Schulungen sind nach Angaben der Stadt mehrere Tage je Amt eingeplant.</p><p>Der "
    "Personalrat begleitet die Umstellung und wird im Herbst einen Bericht dazu vorlegen, heißt es weiter.</p>"
)
HEADLINE = "Die elektronische Akte startet in allen Ämtern"


def read(body: str, head: str = "", url: str = URL) -> Article:
    page = f"<!doctype html><html lang='de'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return extract.article(Page(url=url, final_url=url, body=page.encode()), None, Source(id="x", url=url))


def title(said: str) -> str:
    return f"<title>{said}</title>"


def og(said: str) -> str:
    return f'<meta property="og:title" content="{said}">'


def ld(said: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": said})}</script>'


def parted(article: Article) -> tuple[str | None, str]:
    return article.kicker, article.headline


# ---- which heading --------------------------------------------------------------------------------------------------

OTHER = "Akten im Rathaus werden digital"
LOGO = '<h1><a href="/">Stadtleben für alle</a></h1>'
MENU = "<nav><ul><li><a href=/rathaus>Rathaus</a></li></ul></nav>"
LETTER = "<h1>Das ist Freude in deinem Posteingang: Unser neuer Newsletter!</h1>"
HEADINGS = {
    "the h1": (f"<h1>{HEADLINE}</h1>", title(f"{HEADLINE} | Amtsblatt")),
    "an h2": (f"<h2>{HEADLINE}</h2>", title(f"{HEADLINE} | Amtsblatt")),
    "over a picture": (f"<header><figure><img src=b.jpg></figure><div><h1>{HEADLINE}</h1></div></header>", ""),
    "behind a logo": (f"{LOGO}<h2>{HEADLINE}</h2>", title(HEADLINE)),
    "behind a logo the title begins with": (f"{LOGO}<h2>{HEADLINE}</h2>", title(f"Stadtleben für alle » {HEADLINE}")),
    "behind a longer logo": (f"{LOGO.replace('alle', 'alle Leute in Stadt und Land')}<h1>{HEADLINE}</h1>", ""),
    "behind a section": (f"{MENU}<h1>Rathaus</h1><h2>{HEADLINE}</h2>", title(f"Amtsblatt | Rathaus | {HEADLINE}")),
    "before the text's own": (f"<h1>{HEADLINE}</h1>{PROSE}<h2>Was startet wann</h2>", og("Was startet wann?")),
    "before a recipe's card": (f"<h1>{HEADLINE}</h1>{PROSE}<h2>Akte</h2>", ld("Akte")),
    "in an item": (f"<ul><li><h2>{HEADLINE}</h2>{PROSE}{PROSE}</li></ul>", title(f"Blog » {HEADLINE}")),
    "beside a newsletter's": (f"<h1>{HEADLINE}</h1>{PROSE}{LETTER}", og("Die Akte startet im Rathaus")),
    "beside a teaser's": (f'<h2><a href="/anderes">{HEADLINE}</a></h2><h2>{HEADLINE}</h2>', og(HEADLINE)),
    "a link to itself": (f'<h1><a href="{URL}" rel=bookmark>{HEADLINE}</a></h1>', title(HEADLINE)),
    "in a breadcrumb": (f"<nav><li><h1>{HEADLINE}</h1></li></nav><h2>{OTHER}</h2>", ld(HEADLINE) + og(OTHER)),
    "behind a breadcrumb": (f"<ul><li><h1>{OTHER}</h1></li></ul><h2>{HEADLINE}</h2>", ld(HEADLINE) + og(OTHER)),
    "beside the page's": (f"<h1>{OTHER}</h1><h2>{HEADLINE}</h2>", ld(HEADLINE) + title(OTHER)),
    "behind a label for screen readers": (f"<h1 class=sr-only>Artikel</h1><h2>{HEADLINE}</h2>", title(HEADLINE)),
    "said again for screen readers": (f"<h1 class=sr-only>{HEADLINE}</h1><h2>{HEADLINE}</h2>", title(HEADLINE)),
    "no heading": (f"<div><strong>{HEADLINE}</strong></div>", title(f"{HEADLINE} - Amtsblatt")),
    "only in the head": ("", title(f"{HEADLINE} - Amtsblatt")),
    "only in the head, site first": ("", title(f"Amtsblatt - {HEADLINE}")),
    "cut short in the title": (f"<h1>{HEADLINE}</h1><h2>Die Akte</h2>", title("Die elektronische Akte startet ...")),
    "cut short in one title": ("", og("Die elektronische Akte startet in …") + title(HEADLINE)),
}  # fmt: skip


@pytest.mark.parametrize(("body", "head"), HEADINGS.values(), ids=HEADINGS)
def test_the_headline_is_found_wherever_it_stands(body: str, head: str) -> None:
    assert parted(read(f"{body}{PROSE}", head)) == (None, HEADLINE)


LETTERS = {
    "line breaks": ("Die elektronische Akte<br>startet in<br/>allen Ämtern", HEADLINE),
    "soft hyphens": ("Die elektro&shy;nische Akte startet in allen Äm&shy;tern", HEADLINE),
    "zero width": ("Die elektronische\u200b Akte\u2060 startet in allen Ämtern\ufeff", HEADLINE),
    "entities": ("Stadt &amp; Land: &bdquo;Akte&ldquo; startet", "Stadt & Land: „Akte“ startet"),
    "an emoji": ("🚀 Die elektronische Akte startet", "🚀 Die elektronische Akte startet"),
    "a full stop": ("Die elektronische Akte startet.", "Die elektronische Akte startet."),
    "a picture and a script": ("<img src=a.png alt=Akte><script>1</script>" + HEADLINE, HEADLINE),
    "words in elements": ("Die <em>elektronische</em> Akte <b>startet</b> in allen Ämtern", HEADLINE),
    "a plus": ("+++ Akte startet +++", "+++ Akte startet +++"),
}


@pytest.mark.parametrize(("said", "headline"), LETTERS.values(), ids=LETTERS)
def test_a_headline_keeps_its_words_and_loses_what_is_invisible(said: str, headline: str) -> None:
    assert parted(read(f"<h1>{said}</h1>{PROSE}", title(f"{headline} - Amtsblatt"))) == (None, headline)


def test_a_headline_in_capitals_is_written_as_a_title_of_the_head_writes_it() -> None:
    assert read(f"<h1>{HEADLINE.upper()}</h1>{PROSE}", og(HEADLINE)).headline == HEADLINE
    assert read(f"<h1>{HEADLINE.upper()}</h1>{PROSE}", og(OTHER)).headline == HEADLINE.upper()


def test_a_title_escaped_twice_is_decoded_twice() -> None:
    assert read(f"<p></p>{PROSE}", og("Stadt &amp;amp; Land")).headline == "Stadt & Land"


@pytest.mark.parametrize(
    ("said", "sites"),
    [
        (f"{HEADLINE} | Amtsblatt", ""),
        (f"{HEADLINE} - Amtsblatt.example", ""),
        (f"{HEADLINE} - Der Bote - Nachrichten für das Land", '<meta property="og:site_name" content="Der Bote">'),
        (f"Der Bote: Startseite | {HEADLINE}", '<meta property="og:site_name" content="Der Bote: Startseite">'),
        (f"{HEADLINE} « Bote-Online", '<meta name="application-name" content="Bote Online">'),
    ],
)
def test_a_title_of_the_head_is_given_without_the_site_s_name(said: str, sites: str) -> None:
    assert read(PROSE, title(said) + sites).headline == HEADLINE


def test_a_headline_that_names_the_site_keeps_it() -> None:
    assert parted(
        read(f"<h1>15 Jahre amtsblatt.example</h1>{PROSE}", og("15 Jahre amtsblatt.example - Amtsblatt"))
    ) == (
        None,
        "15 Jahre amtsblatt.example",
    )


# ---- kickers --------------------------------------------------------------------------------------------------------

K = "Musterhausen"
INSIDE = {
    "in a span": f"<h1><span class=k>{K}</span>{HEADLINE}</h1>",
    "in em": f"<h1><em>{K}</em> {HEADLINE}</h1>",
    "in small": f"<h1><small>{K}:</small> {HEADLINE}</h1>",
    "in two spans": f"<h1><span>{K}</span> <span>{HEADLINE}</span></h1>",
    "with a hidden colon": f"<h1><span>{K}<span class=visually-hidden>:</span></span> <span>{HEADLINE}</span></h1>",
    "with a break": f"<h1>{K}<br>{HEADLINE}</h1>",
    "with a colon and a break": f"<h1>{K}:<br>{HEADLINE}</h1>",
    "with a bar": f"<h1><span>{K} | </span>{HEADLINE}</h1>",
    "named": f'<h1><div class="article-overline">{K}</div><div>{HEADLINE}</div></h1>',
    "glued": f"<h1>{K}{HEADLINE}</h1>",
    "glued with a blank": f"<h1>{K} {HEADLINE}</h1>",
    "in an h2": f"<h2><span>{K}</span><span>{HEADLINE}</span></h2>",
}
ABOVE = {
    "a named line": f"<p class=dachzeile>{K}</p><h1>{HEADLINE}</h1>",
    "a named line with a link": f'<div class=kicker><a href="/ort">{K}</a></div><h1>{HEADLINE}</h1>',
    "a bare line": f"<div><p>{K}</p><h1>{HEADLINE}</h1></div>",
    "a heading": f"<div><h4>{K}</h4><h1>{HEADLINE}</h1></div>",
    "a line with a colon": f"<div><p>{K}:</p><h1>{HEADLINE}</h1></div>",
}


@pytest.mark.parametrize("body", [*INSIDE.values(), *ABOVE.values()], ids=[*INSIDE, *ABOVE])
def test_a_kicker_is_parted_from_its_headline(body: str) -> None:
    article = read(f"{body}{PROSE}", title(f"{HEADLINE} - Amtsblatt"))
    assert (*parted(article), article.title) == (K, HEADLINE, f"{K}: {HEADLINE}")


@pytest.mark.parametrize("mark", [": ", " - ", " – ", " | ", " / "])
def test_a_kicker_is_parted_where_a_title_of_the_head_has_a_mark(mark: str) -> None:
    body = f"<h1><span>Nach dem Brand</span> {HEADLINE}</h1>{PROSE}"
    assert parted(read(body, og(f"Nach dem Brand{mark}{HEADLINE}"))) == ("Nach dem Brand", HEADLINE)


def test_two_words_glued_in_one_text_are_parted_by_the_publisher_s_title() -> None:
    article = read(f"<h1>{K}{HEADLINE}</h1>{PROSE}", ld(f"{K}: {HEADLINE}"))
    assert parted(article) == (K, HEADLINE)


@pytest.mark.parametrize(
    "label", ["Kommentar", "Interview", "EXKLUSIV", "Bayern/Bund", "Landtagswahl 2024", "Ukraine-Krieg"]
)
def test_a_label_that_says_something_is_a_kicker(label: str) -> None:
    assert parted(read(f"<div><p>{label}</p><h1>{HEADLINE}</h1></div>{PROSE}")) == (label, HEADLINE)


NO_KICKERS = {
    "a label": "<div><p>News</p><h1>{}</h1></div>",
    "a label for screen readers": '<h1><div><span class="visuallyhidden">Headline:</span> {}</div></h1>',
    "a named label": '<p class="kicker">Startseite</p><h1>{}</h1>',
    "a date": "<h1><span class=topline>27.01.2022</span>{}</h1>",
    "a date above": '<p class="overline">Politik, 26. April 2024</p><h1>{}</h1>',
    "an English date": "<h1><time>Dec 18 2025</time> {}</h1>",
    "what the menu says": '<nav><ul><li><a href="/a">Auto</a></li></ul></nav><div><p>Auto</p><h1>{}</h1></div>',
    "a linked section": '<nav><a href="/a">Auto</a></nav><div class=kicker><a href="/a">Auto</a></div><h1>{}</h1>',
    "a breadcrumb": '<div><p><a href="/">Start</a> &gt; <a href="/r">Rathaus</a></p><h1>{}</h1></div>',
    "the site's name": '<meta name="application-name" content="Der Bote"><div><p>Der Bote</p><h1>{}</h1></div>',
    "a sentence": "<div><p>Das ist schon länger bekannt.</p><h1>{}</h1></div>",
    "a reading time": "<div><p>3 Minuten Lesezeit</p><h1>{}</h1></div>",
    "a line that does not stand beside it": "<div><p>Musterhausen</p></div><section><h1>{}</h1></section>",
    "its own first words": "<h1><b>Die</b> elektronische Akte startet in allen Ämtern</h1>",
}


@pytest.mark.parametrize("body", NO_KICKERS.values(), ids=NO_KICKERS)
def test_what_only_stands_before_a_headline_is_no_kicker(body: str) -> None:
    assert parted(read(f"{body.format(HEADLINE)}{PROSE}", og(HEADLINE))) == (None, HEADLINE)


def test_the_end_of_a_sentence_in_a_title_parts_no_kicker() -> None:
    whole = "Der große Sturm über der Stadt Musterhausen"
    assert parted(read(f"<h1>{whole}</h1>{PROSE}", og("Sturm über der Stadt Musterhausen"))) == (None, whole)


def test_a_subtitle_behind_the_publisher_s_headline_is_left_out() -> None:
    body = f"<h1><span>{HEADLINE}</span> <span>Der Personalrat begleitet die Umstellung</span></h1>{PROSE}"
    assert parted(read(body, ld(HEADLINE))) == (None, HEADLINE)


# ---- kickers that only the head knows -------------------------------------------------------------------------------


def test_the_publisher_s_own_kicker_goes_before_the_line_above() -> None:
    body = f'<p class="overline">Rathaus in {K}</p><h1>{HEADLINE}</h1>{PROSE}'
    article = read(body, ld(f"Verwaltung in {K}: {HEADLINE}"))
    assert parted(article) == (f"Verwaltung in {K}", HEADLINE)
    assert article.title == f"Verwaltung in {K}: {HEADLINE}"


def test_a_kicker_the_page_shows_goes_before_one_another_title_claims() -> None:
    body = f'<p class="overline">{K}</p><h1>{HEADLINE}</h1>{PROSE}'
    assert parted(read(body, og(f"Verwaltung: {HEADLINE}"))) == (K, HEADLINE)


def test_a_title_of_the_head_lends_its_kicker_to_a_headline_without_one() -> None:
    assert parted(read(f"<h1>{HEADLINE}</h1>{PROSE}", og(f"Verwaltung: {HEADLINE}"))) == ("Verwaltung", HEADLINE)


def test_the_site_s_name_before_a_colon_is_no_kicker() -> None:
    head = og(f"Der Bote: {HEADLINE}") + '<meta property="og:site_name" content="Der Bote">'
    assert parted(read(f"<h1>{HEADLINE}</h1>{PROSE}", head)) == (None, HEADLINE)


def test_the_town_a_site_is_named_after_may_be_a_kicker() -> None:
    url = "https://www.musterhausen.example/akte"
    assert parted(read(f"<p class=kicker>{K}</p><h1>{HEADLINE}</h1>{PROSE}", "", url)) == (K, HEADLINE)


def test_the_first_part_of_a_title_is_no_site_because_the_host_begins_like_it() -> None:
    assert read(PROSE, title("Amts | Rathaus und Akte")).headline == "Amts"


def test_where_the_publisher_s_headline_has_no_kicker_none_is_lent() -> None:
    head = ld(HEADLINE) + og(f"Suchwort: {HEADLINE}")
    assert parted(read(f"<h1>{HEADLINE}</h1>{PROSE}", head)) == (None, HEADLINE)


def test_a_shown_headline_stays_when_the_publisher_calls_the_article_something_else() -> None:
    assert parted(read(f"<h1>{HEADLINE}</h1>{PROSE}", ld(OTHER))) == (None, HEADLINE)


def test_an_explanation_names_the_rules_and_the_kickers_that_lost() -> None:
    body = f'<p class="overline">{K}</p><h1>{HEADLINE}</h1>{PROSE}'
    page = f"<html><head>{ld(f'Verwaltung: {HEADLINE}')}</head><body>{body}</body></html>"
    asked = Page(url=URL, final_url=URL, body=page.encode())
    _, findings = extract.explain(asked, None, Source(id="x", url=URL))
    found = {finding.field: finding for finding in findings}
    assert found["headline"].rule == "the h1 that the publisher’s own headline confirms"
    assert found["kicker"].rule == "JSON-LD headline, before the headline"
    assert [(loser.rule, loser.value) for loser in found["kicker"].lost] == [("the line above the headline", K)]


# ---- hostile --------------------------------------------------------------------------------------------------------


def test_a_title_of_a_megabyte_is_no_headline_and_costs_little() -> None:
    long = "Wort und noch ein Wort " * 45_000
    headings = "".join(f"<h2>Abschnitt {n} der langen Seite</h2><p>Text.</p>" for n in range(80))
    assert (
        read(f"<h1>{HEADLINE}</h1>{PROSE}{headings}", ld(long) + title(long) + og("- | - » " * 9_000)).headline
        == HEADLINE
    )


ABOVE = {
    "a <span> named a kicker": ("<span class='x__kicker'>Verwaltung</span>", "Verwaltung"),
    "a <span> without a name in the headline's box": ("<span class='_6j'>Verwaltung</span>", "Verwaltung"),
    "a box in a box named a kicker": ("<div><div class='kicker'>Verwaltung</div></div>", "Verwaltung"),
    "of which kind the page is": ("<p class='title__context'>Pressemitteilung</p>", None),
    "where its news are from": ("<p>Aktuelles aus der Gemeinde</p>", None),
    "of which kind the page is, with its number": ("<p>Presseinformation Nr. 12/2025</p>", None),
    "a section that the menu has as well": ("<span>Rathaus</span>", None),
}


@pytest.mark.parametrize(("line", "wanted"), ABOVE.values(), ids=ABOVE)
def test_the_line_above_the_headline_is_its_kicker_unless_it_labels_the_page(line: str, wanted: str | None) -> None:
    menu = "<nav><a href='/rathaus'>Rathaus</a><a href='/schule'>Schule</a></nav>"
    article = read(f"{menu}<main><div>{line} <h1>{HEADLINE}</h1></div>{PROSE}</main>", og(HEADLINE))
    assert parted(article) == (wanted, HEADLINE)


def test_a_section_above_the_headline_is_its_kicker_if_a_title_says_both() -> None:
    menu = "<nav><a href='/rathaus'>Rathaus</a></nav>"
    head = og(f"Rathaus: {HEADLINE}") + ld(HEADLINE)
    article = read(f"{menu}<main><div><span>Rathaus</span><h1>{HEADLINE}</h1></div>{PROSE}</main>", head)
    assert parted(article) == ("Rathaus", HEADLINE)


def test_the_sign_of_a_headlines_link_to_itself_is_not_in_it() -> None:
    sign = "<a class=headerlink href='#akte'>¶</a>"
    assert parted(read(f"<h1>{HEADLINE}{sign}</h1>{PROSE}", title(HEADLINE))) == (None, HEADLINE)
    assert parted(read(f"<h1>{HEADLINE} <a href='#akte'>weiter</a></h1>{PROSE}"))[1] == f"{HEADLINE} weiter"


def test_a_bold_line_that_is_half_of_the_title_is_the_headline_of_a_page_without_headings() -> None:
    body = f"<table><tr><td><font size=4><b>{HEADLINE}</b></font><br><br>{PROSE}</td></tr></table>"
    assert parted(read(body, title(f"Gemeinde Dornholz - {HEADLINE}"))) == (None, HEADLINE)


def test_a_script_without_a_type_that_is_json_ld_is_read() -> None:
    said = (
        ld(HEADLINE).replace(' type="application/ld+json"', "").replace("{", '{"@context": "https://schema.org", ', 1)
    )
    assert read(f"<h1>{HEADLINE} im Test</h1>{PROSE}", said + title("x")).headline
    assert read(PROSE, said).headline == HEADLINE
