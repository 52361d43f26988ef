"""What an article page tells and what it must not be taken for: traps, rules, barriers, structured data."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from feedsvc import extract
from feedsvc.errors import ContentError
from feedsvc.model import Article, ArticleRules, Lead, Page, Source

URL = "https://portal.example/meldungen/akte"
ONE = (
    "Die Stadt Musterhausen führt bis zum Jahresende die elektronische Akte in allen Ämtern ein. Das teilte die "
    "Pressestelle am Dienstag mit."
)
TWO = (
    "Zunächst stellen das Bürgeramt und die Kämmerei um, danach folgen Bauamt und Jugendamt. Für die Schulungen sind "
    "nach Angaben der Stadt 13.500 Stunden eingeplant."
)
THREE = "Der Personalrat begleitet die Umstellung und wird im Herbst einen Bericht dazu vorlegen, heißt es weiter."
TEXT = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"


def read(
    body: str,
    *,
    head: str = "",
    rules: ArticleRules | None = None,
    lead: Lead | None = None,
    now: datetime | None = None,
    categories: tuple[str, ...] = (),
) -> Article:
    page = f"<!doctype html><html lang='de'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    source = Source(id="x", url=URL, article_rules=rules or ArticleRules(), categories=categories)
    return extract.article(Page(url=URL, final_url=URL, body=page.encode(), fetched_at=now), lead, source)


def ld(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


# ---- kicker and headline (T1 to T4) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kicker", "headline"),
    [("MPK", "Mehr Schub nötig"), ("D21", "Digitalstrategie verfehlt"), ("SPRIND", "Neuausrichtung der Politik")],
)
def test_a_glued_kicker_is_parted_by_the_page_title_not_by_its_letters(kicker: str, headline: str) -> None:
    article = read(f"<h1>{kicker}{headline}</h1>{TEXT}", head=f"<title>{headline} - Portal</title>")
    assert (article.kicker, article.headline, article.title) == (kicker, headline, f"{kicker}: {headline}")


def test_a_glued_kicker_is_parted_by_the_listing_where_the_page_has_no_title() -> None:
    lead = Lead(url=URL, title="MPK: Mehr Schub nötig", kicker="MPK", headline="Mehr Schub nötig")
    assert read(f"<h1>MPKMehr Schub nötig</h1>{TEXT}", lead=lead).title == "MPK: Mehr Schub nötig"


def test_a_colon_inside_a_word_parts_no_kicker() -> None:
    article = read(f"<h1>Portal für Bürger:innen startet</h1>{TEXT}")
    assert (article.kicker, article.headline) == (None, "Portal für Bürger:innen startet")


def test_the_site_name_is_no_part_of_the_headline() -> None:
    article = read(f"<p>ohne Überschrift</p>{TEXT}", head="<title>Akte kommt | Das Fachblatt</title>")
    assert article.headline == "Akte kommt"


def test_a_masthead_heading_is_not_the_headline() -> None:
    head = "<title>Akte kommt bis Jahresende | Das Fachblatt</title>"
    article = read(f"<header><h1>Das Fachblatt</h1></header><h2>Akte kommt bis Jahresende</h2>{TEXT}", head=head)
    assert article.headline == "Akte kommt bis Jahresende"


def test_quotes_and_gender_forms_stay_as_they_are_printed() -> None:
    article = read(f"<h1>„Akte für Bürger*innen“ startet‑bald</h1>{TEXT}")
    assert article.headline == "„Akte für Bürger*innen“ startet‑bald"


# ---- dates (T6, T8, T11, T13) ---------------------------------------------------------------------------------------


def test_a_masthead_date_is_not_the_articles() -> None:
    article = read(f"<div class='datum'>Mittwoch, 26. März 2025</div><nav>Menü</nav><h1>Akte kommt</h1>{TEXT}")
    assert article.published is None


def test_numbers_in_lead_and_alt_are_no_dates() -> None:
    picture = "<img src='/a.jpg' alt='Cover des Index 2024/25'>"
    article = read(f"<h1>Akte kommt</h1>{picture}<p>Der Index 2024/25 liegt vor und nennt 13.500 Plätze.</p>{TEXT}")
    assert article.published is None


def test_a_date_of_related_teasers_is_not_the_articles() -> None:
    related = "<h2>Weitere Meldungen</h2>" + "".join(
        f"<div><h3><a href='/{n}'>Meldung Nummer {n}</a></h3><p>[2{n}.03.2025] Etwas anderes geschah. mehr...</p></div>"
        for n in range(4)
    )
    article = read(f"<article><h1>Akte kommt</h1>{TEXT}</article>{related}")
    assert article.published is None
    assert article.body_text == f"{ONE}\n{TWO}\n{THREE}"


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("2024-04-26T08:15:00+02:00", "2024-04-26T08:15:00+02:00", "second"),
        ("2024-04-26T08:15:00", "2024-04-26T08:15:00+02:00", "second"),
        ("Fri Apr 26 19:20:36 CEST 2024", "2024-04-26T19:20:36+02:00", "second"),
        ("26.04.2024, 08:15 Uhr", "2024-04-26T08:15:00+02:00", "minute"),
        ("12.03.2024", "2024-03-12T00:00:00+01:00", "day"),
    ],
)
def test_a_claimed_date_is_read_as_local_time_where_it_has_no_zone(written: str, at: str, precision: str) -> None:
    article = read(f"<h1>Akte kommt</h1>{TEXT}", head=f'<meta property="article:published_time" content="{written}">')
    assert article.published is not None
    assert (article.published.isoformat(), article.published_precision) == (at, precision)


def test_a_day_in_the_head_is_sharpened_by_a_time_of_the_same_day() -> None:
    head = ld(datePublished="2024-04-26") + '<meta name="date" content="2024-04-26T08:15:00+02:00">'
    article = read(f"<h1>Akte kommt</h1>{TEXT}", head=head)
    assert article.published == datetime(2024, 4, 26, 6, 15, tzinfo=UTC)


def test_an_age_needs_the_time_of_the_fetch() -> None:
    body = f"<article><h1>Akte kommt</h1><p class='date'>vor 3 Stunden</p>{TEXT}</article>"
    assert read(body).published is None
    assert read(body, now=datetime(2024, 4, 26, 12, tzinfo=UTC)).published == datetime(2024, 4, 26, 9, tzinfo=UTC)


def test_an_update_before_the_publication_is_none() -> None:
    head = ld(datePublished="2024-04-26T08:00:00Z", dateModified="2024-04-25T08:00:00Z")
    assert read(f"<h1>Akte kommt</h1>{TEXT}", head=head).updated is None


# ---- pictures (T5, T18 to T21) --------------------------------------------------------------------------------------


def test_a_credit_keeps_its_inner_brackets() -> None:
    picture = (
        "<figure><img src='/a.jpg' alt='Alt'><figcaption>Bild. (Bildquelle: D. Muster (TMDI))</figcaption></figure>"
    )
    image = read(f"<h1>Akte kommt</h1>{picture}{TEXT}").image
    assert image is not None
    assert (image.alt, image.caption, image.credit) == ("Alt", "Bild.", "D. Muster (TMDI)")


def test_an_alt_is_no_teaser_and_no_caption() -> None:
    alt = "Ein langer Alternativtext, der eine ganze Szene beschreibt und mehrere Sätze hat. Hier ist der zweite."
    article = read(f"<h1>Akte kommt</h1><img src='/a.jpg' alt='{alt}'>{TEXT}")
    assert article.image is not None
    assert (article.image.alt, article.image.caption, article.teaser) == (alt, None, None)


def test_a_page_without_picture_has_no_image() -> None:
    assert read(f"<h1>Akte kommt</h1>{TEXT}").image is None


@pytest.mark.parametrize(
    "lazy",
    [
        "<img src='data:image/gif;base64,R0lG' data-src='/gross.jpg' alt=''>",
        "<img srcset='/klein.jpg 300w, /gross.jpg 1200w' alt=''>",
        "<picture><source srcset='/gross.jpg'><img alt=''></picture>",
    ],
)
def test_a_lazy_picture_has_its_real_address(lazy: str) -> None:
    image = read(f"<h1>Akte kommt</h1><figure>{lazy}</figure>{TEXT}").image
    assert image is not None
    assert image.url == "https://portal.example/gross.jpg"


# ---- text (T7, T12, T23, T24) ---------------------------------------------------------------------------------------


def test_subheads_lists_quotes_tables_and_code_stay() -> None:
    rich = (
        "<h2>Der Plan</h2><ul><li>Erst das Bürgeramt</li><li>Dann die Kämmerei</li></ul><blockquote><p>Wir schaffen"
        " das.</p></blockquote><table><tr><th>Amt</th><th>Monat</th></tr><tr><td>Bau</td><td>Mai</td></tr></table>"
        "<pre><code>akte --neu</code></pre>"
    )
    markup = read(f"<article><h1>Akte kommt</h1><p>{ONE}</p>{rich}<p>{TWO}</p></article>").body_html or ""
    wanted = (
        "<h2>Der Plan</h2>",
        "<li>Dann die Kämmerei</li>",
        "<blockquote>",
        "<td>Mai</td>",
        "<pre>akte --neu</pre>",
    )
    assert [piece for piece in wanted if piece not in markup] == []


def test_a_link_inside_the_text_stays_and_is_absolute() -> None:
    article = read(f"<h1>Akte kommt</h1><p>{ONE} (<a href='/alt'>wir berichteten</a>)</p><p>{TWO}</p>")
    assert '<a href="https://portal.example/alt">wir berichteten</a>' in (article.body_html or "")


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>Von Anna Muster</p>",
        "<p>Stand: 26.04.2024, 12:16 Uhr</p>",
        "<p>- Anzeige -</p>",
        "<p>Foto: Bert Beispiel</p>",
        "<p><b>Lesen Sie auch:</b> <a href='/2'>Das Amt zieht in ein anderes Haus</a></p>",
        "<p>Jetzt unseren Newsletter abonnieren und jeden Morgen alles Wichtige lesen.</p>",
        "<div class='share-buttons'><span>Auf allen Kanälen weitersagen, was hier steht</span></div>",
        "<aside><p>Ein Kasten am Rand, der mit dem Text daneben nichts zu tun hat, aber lang ist.</p></aside>",
        "<div class='author-bio'><p>Anna Muster schreibt seit Jahren über die Verwaltung und ihre Akten.</p></div>",
        "<div class='cookie-notice'>Wir verwenden Cookies, um die Seite angenehm zu machen.</div>",
        "<p style='display:none'>Ein versteckter Absatz, den auf der Seite niemand sieht und lesen kann.</p>",
        "<ul><li><a href='/3'>Eine Meldung von gestern</a></li><li><a href='/4'>Eine von vorgestern</a></li></ul>",
    ],
)
def test_furniture_inside_the_text_is_left_out(furniture: str) -> None:
    body = f"<article><h1>Akte kommt</h1><p>{ONE}</p>{furniture}<p>{TWO}</p><p>{THREE}</p></article>"
    assert read(body).body_text == f"{ONE}\n{TWO}\n{THREE}"


def test_comments_longer_than_the_article_are_not_taken_for_it() -> None:
    comments = "".join(
        f"<div class='comment'><p>{TWO} Das sehe ich als Nummer {n} anders.</p></div>" for n in range(30)
    )
    body = f"<article><h1>Akte kommt</h1>{TEXT}</article><section id='comments'>{comments}</section>"
    assert read(body).body_text == f"{ONE}\n{TWO}\n{THREE}"


def test_a_text_of_line_breaks_has_paragraphs() -> None:
    assert (
        read(f"<h1>Akte kommt</h1><div>{ONE}<br><br>{TWO}<br><br>{THREE}</div>").body_text == f"{ONE}\n{TWO}\n{THREE}"
    )


def test_what_the_structured_data_does_not_repeat_is_left_out() -> None:
    head = ld(headline="Akte kommt", articleBody=f"{ONE} {TWO} {THREE}")
    stray = "<p>Dieser Satz steht nur auf der Seite und wirbt für etwas ganz anderes.</p>"
    body = f"<article><h1>Akte kommt</h1><p>{ONE}</p><p>{TWO}</p>{stray}<p>{THREE}</p></article>"
    assert read(body, head=head).body_text == f"{ONE}\n{TWO}\n{THREE}"


def test_a_box_named_like_furniture_is_the_text_where_there_is_no_other() -> None:
    assert read(f"<h1>Akte kommt</h1><div class='item-caption'>{TEXT}</div>").body_text == f"{ONE}\n{TWO}\n{THREE}"


# ---- people and topics (T9, T10) ------------------------------------------------------------------------------------


def test_a_byline_goes_before_the_house_that_the_head_names() -> None:
    head = ld(author={"@type": "Person", "name": "Portal"}) + '<meta property="og:site_name" content="Portal">'
    body = f"<article><h1>Akte kommt</h1><p class='byline'>Von Anna Muster und Bert Beispiel</p>{TEXT}</article>"
    assert read(body, head=head).authors == ("Anna Muster", "Bert Beispiel")


def test_labels_without_links_are_parted_by_what_the_source_knows() -> None:
    body = f"<article><h1>Akte kommt</h1>{TEXT}</article><h2>Weitere Meldungen aus dem Bereich: Smart City Politik</h2>"
    assert read(body, categories=("Politik", "Smart City")).categories == ("Smart City", "Politik")


def test_sections_keywords_and_tag_links_are_categories() -> None:
    head = ld(articleSection="Verwaltung", keywords=["E-Akte", "Kommunen"])
    body = f"<article><h1>Akte kommt</h1>{TEXT}<p><a rel='tag' href='/t/bau'>Bauamt</a></p></article>"
    assert read(body, head=head).categories == ("Bauamt", "Verwaltung", "E-Akte", "Kommunen")


# ---- structured data that is broken ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        '{"@type":"NewsArticle","datePublished":"2024-04-26T08:00:00Z","author":{"name":"Anna Muster"},}',
        '<!-- {"@type":"NewsArticle","datePublished":"2024-04-26T08:00:00Z","author":[{"name":"Anna Muster"}]} -->',
        '{"@type":"WebSite"} {"@type":"NewsArticle","datePublished":"2024-04-26T08:00:00Z","author":"Anna Muster"}',
        '//<![CDATA[\n{"@graph":[{"@type":["NewsArticle"],"datePublished":"2024-04-26T08:00:00Z","author":{"@id":"#a"}},'
        '{"@id":"#a","@type":"Person","name":"Anna Muster"}]}\n//]]>',
        '{"@type":"NewsArticle","description":"Zeile\nBruch","datePublished":"2024-04-26T08:00:00Z",'
        '"author":{"name":"Anna&#x20;Muster"}}',
    ],
)
def test_a_broken_block_is_read_as_far_as_it_goes(block: str) -> None:
    article = read(f"<h1>Akte kommt</h1>{TEXT}", head=f'<script type="application/ld+json">{block}</script>')
    assert (article.authors, article.published) == (("Anna Muster",), datetime(2024, 4, 26, 8, tzinfo=UTC))


def test_a_block_that_does_not_parse_still_gives_its_flat_texts() -> None:
    block = '{"@type":"NewsArticle","headline":"Akte "kommt"","datePublished":"2024-04-26T08:00:00Z",'
    article = read(f"<h1>Akte kommt</h1>{TEXT}", head=f'<script type="application/ld+json">{block}</script>')
    assert article.published == datetime(2024, 4, 26, 8, tzinfo=UTC)


# ---- rules ----------------------------------------------------------------------------------------------------------

RULED = """
<div class="top"><span class="k">Land</span></div><div class="t">Akte kommt</div><i class="d">Erschienen: 26.04.2024</i>
<div class="l">Ein Satz als Anreißer.</div>
<div class="x"><p>Kurz.</p><div class="weg">Fort damit.</div><p>Auch kurz.</p></div>
<b class="a">Anna Muster</b><img class="i" src="/i.jpg" alt="Alt"><u class="c">Bild (Foto: Bert)</u><a class="r">Bau</a>
"""
RULES = ArticleRules(
    title=(".fehlt", ".t"),
    kicker=(".k",),
    date=(".d",),
    teaser=("xpath://div[@class='l']",),
    body=(".x",),
    image=("img.i",),
    caption=(".c",),
    author=(".a",),
    category=(".r",),
    remove=(".weg",),
)


def test_rules_give_every_field() -> None:
    article = read(RULED, rules=RULES)
    assert article.title == "Land: Akte kommt"
    assert article.teaser == "Ein Satz als Anreißer."
    assert article.body_text == "Kurz.\nAuch kurz."
    assert article.published is not None
    assert article.published.date().isoformat() == "2024-04-26"
    assert (article.authors, article.categories) == (("Anna Muster",), ("Bau",))
    assert article.image is not None
    assert (article.image.url, article.image.alt) == ("https://portal.example/i.jpg", "Alt")
    assert (article.image.caption, article.image.credit) == ("Bild", "Bert")


def test_where_a_rule_finds_nothing_the_page_is_read_without_it() -> None:
    rules = ArticleRules(title=(".nie",), body=(".nie",), date=(".nie",))
    assert read(f"<h1>Akte kommt</h1><p>[26.04.2024] {ONE}</p>{TEXT}", rules=rules).headline == "Akte kommt"


# ---- what is no article ---------------------------------------------------------------------------------------------


def test_a_page_with_neither_headline_nor_text_is_no_article() -> None:
    with pytest.raises(ContentError) as caught:
        read("<script>var a = 1;</script>", head="<title>App</title>")
    assert (caught.value.kind, caught.value.missing) == ("parse", "article")


def test_a_pdf_is_no_article() -> None:
    with pytest.raises(ContentError, match="PDF"):
        extract.article(Page(url=URL, final_url=URL, body=b"%PDF-1.7 ..."), None, Source(id="x", url=URL))


def test_a_challenge_is_named() -> None:
    with pytest.raises(ContentError) as caught:
        read(
            "<h1>portal.example</h1><p>Checking your browser before accessing.</p>",
            head="<title>Just a moment...</title>",
        )
    assert caught.value.kind == "challenge"


def test_a_consent_wall_is_named_and_nothing_is_published_from_it() -> None:
    wall = (
        "<h1>Weiter mit Werbung lesen</h1><p>Mit Werbung weiterlesen: Besuchen Sie uns wie gewohnt mit Werbung und "
        "üblichem Tracking.</p><p>Oder im Pur-Abo: werbefrei lesen, ohne Werbetracking, für 2,99 Euro im Monat.</p>"
    )
    with pytest.raises(ContentError) as caught:
        read(wall)
    assert caught.value.kind == "consent_wall"


def test_an_article_about_consent_is_no_wall() -> None:
    about = (
        f"<h1>Streit um das Pur-Abo</h1><p>Wer werbefrei lesen will, zahlt. {ONE}</p>{TEXT}<p>{TWO} {THREE} {ONE}</p>"
    )
    assert read(about).headline == "Streit um das Pur-Abo"


@pytest.mark.parametrize(
    ("head", "access"),
    [
        (ld(isAccessibleForFree=False), "paywall"),
        (ld(isAccessibleForFree="http://schema.org/False"), "paywall"),
        (ld(isAccessibleForFree=True), "free"),
        ('<meta property="article:content_tier" content="metered">', "metered"),
        ("", None),
    ],
)
def test_access_is_what_the_page_states(head: str, access: str | None) -> None:
    assert read(f"<h1>Akte kommt</h1>{TEXT}", head=head).access == access


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (TEXT, "en", "de"),
        (
            "<p>" + "The city has been working on the plan that was made with all of the offices. " * 4 + "</p>",
            "de",
            "en",
        ),
        ("<p>Zu kurz, um es zu wissen, aber genug für einen Absatz.</p>", "de-AT", "de"),
    ],
)
def test_the_language_of_the_text_beats_the_declared_one(text: str, declared: str, language: str) -> None:
    page = f"<html lang='{declared}'><body><h1>Akte kommt</h1>{text}</body></html>".encode()
    assert extract.article(Page(url=URL, final_url=URL, body=page), None, Source(id="x", url=URL)).language == language
