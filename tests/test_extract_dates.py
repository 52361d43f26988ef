"""Where a page tells its dates: the head, the headline's lines, below the text; and which of them are not its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedsvc import extract
from feedsvc.model import Article, Page, Source

URL = "https://portal.example/meldungen/akte-kommt"
HEADING = "<h1>Die Akte kommt in alle Ämter</h1>"
TEXT = "".join(
    f"<p>{said}</p>"
    for said in (
        "Die Stadt stellt ihre Ämter zum Herbst auf die elektronische Akte um, wie das Rathaus am Montag mitteilte.",
        "Zuerst sind das Bürgeramt und die Kämmerei an der Reihe, danach folgen die Bauverwaltung und das Standesamt.",
        "Rund 400 Beschäftigte werden dafür geschult; die Kosten trägt zur Hälfte das Land, heißt es in der Vorlage.",
        "Kritik kommt vom Personalrat, der mehr Zeit für die Schulungen verlangt und auf andere Städte weist.",
    )
)
MENU = "<nav><ul><li><a href='/p'>Politik</a></li><li><a href='/w'>Wirtschaft</a></li></ul></nav>"


def read(body: str, *, head: str = "", url: str = URL, lang: str = "de", now: datetime | None = None) -> Article:
    page = (
        f"<html lang='{lang}'><head><title>Die Akte kommt in alle Ämter</title>{head}</head><body>{body}</body></html>"
    )
    return extract.article(
        Page(url=url, final_url=url, body=page.encode(), fetched_at=now), None, Source(id="x", url=url)
    )


def day(article: Article) -> str | None:
    return article.published.date().isoformat() if article.published else None


def meta(**values: str) -> str:
    return "".join(f'<meta name="{name.replace("_", ":", 1)}" content="{value}">' for name, value in values.items())


PUBLISHED = '<meta property="article:published_time" content="{}">'
MODIFIED = '<meta property="article:modified_time" content="{}">'


# ---- lines that tell the day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "<p class='meta'>26.04.2024 | Anna Muster</p>",
        "<div>26. April 2024</div>",
        "<div><time datetime='2024-04-26'>Freitag</time></div>",
        "<div><time datetime='26-04-2024 10:29'>26. April 2024 10:29</time></div>",
        "<span class='meta'><abbr class='published' title='2024-04-26T08:15:00+02:00'>letzten Freitag</abbr></span>",
        "<div class='info'><span data-timestamp='1714112100'>vor langem</span></div>",
        "<div class='info'><span data-utime='1714112100000'>vor langem</span></div>",
        "<div class='author-box'>Redaktion 26. April 2024 10:29</div>",
        "<h4>Veröffentlicht</h4><div>26.04.2024</div>",
        "<div><span itemprop='datePublished' content='2024-04-26T08:15:00+02:00'>Freitag</span></div>",
        "<div class='date'><span>26.</span> <span>April</span> <span>2024</span></div>",
        "<div class='date'><div>26</div><div>Apr</div><div>2024</div></div>",
    ],
)
def test_a_line_below_the_headline_tells_the_day(line: str) -> None:
    assert day(read(f"{MENU}<article>{HEADING}{line}{TEXT}</article>")) == "2024-04-26"


@pytest.mark.parametrize(
    "top",
    [
        "<div class='meta'>Anna Muster / 26.04.2024 / 06:15 / Foto: Portal</div><figure><img src='/a.jpg'></figure>",
        "<div class='flag'>Aus dem Rathaus</div><span>26.04.24</span>",
        "<nav class='breadcrumb'><a href='/'>Start</a><a href='/r'>Rathaus</a></nav><span>26.04.2024</span>",
    ],
)
def test_a_line_above_the_headline_in_its_box_tells_the_day(top: str) -> None:
    assert day(read(f"{MENU}<article><header>{top}{HEADING}</header>{TEXT}</article>")) == "2024-04-26"


@pytest.mark.parametrize(
    "foot",
    [
        "<p class='info'><time datetime='2024-04-26'>26.04.2024</time></p>",
        "<footer>Dieser Beitrag wurde am 26. April 2024 um 14:48 von Anna geschrieben.</footer>",
        "<div class='byline'>erstellt von Anna — veröffentlicht 26.04.2024 06:00</div>",
        "<ul><li><a href='/t/a'>Akte</a></li></ul><p>Veröffentlicht am 26.04.2024</p>",
    ],
)
def test_a_line_below_the_text_tells_the_day(foot: str) -> None:
    assert day(read(f"{MENU}<article>{HEADING}{TEXT}{foot}</article>")) == "2024-04-26"


def test_a_column_at_the_side_tells_the_day_where_it_says_published() -> None:
    side = "<div class='sidebar'><h4>Published</h4><div>July 8, 2025</div><h4>Category</h4><div>News</div></div>"
    assert day(read(f"<div>{HEADING}{side}<div>{TEXT}</div></div>", lang="en")) == "2025-07-08"


# ---- dates of something else ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        "<p>Termin: 26.04.2024, 19 Uhr</p>",
        "<dl><dt>anna</dt><dd>Registriert: 18.09.2008, 05:56</dd></dl>",
        "<p>gültig ab 01.01.2024</p>",
        "<p>12. bis 14. Mai 2024</p>",
        "<p>Telefon: 0711 26 04 2024</p>",
        "<section class='comments'><div class='comment-meta'>26.04.2024 um 11:54</div><p>Recht so.</p></section>",
        "<aside><h3>Termine</h3><p class='date'>26.04.2024</p><p class='date'>27.04.2024</p></aside>",
        "<footer>© 2019–2024 Portal GmbH</footer>",
    ],
)
def test_a_date_of_something_else_is_not_the_articles(other: str) -> None:
    assert day(read(f"{MENU}<article>{HEADING}{TEXT}{other}</article>")) is None
    assert day(read(f"{MENU}<article>{HEADING}{other}{TEXT}</article>")) is None


def test_a_time_amid_a_sentence_does_not_outweigh_the_head() -> None:
    broadcast = "<p>Über dieses Thema berichtet das Radio am <time datetime='2024-04-24'>24.04.2024</time>.</p>"
    article = read(f"{HEADING}{broadcast}{TEXT}", head=PUBLISHED.format("2024-04-26T08:15:00+02:00"))
    assert day(article) == "2024-04-26"


# ---- the vote -------------------------------------------------------------------------------------------------------


def test_a_line_outweighs_a_name_of_the_head_that_may_mean_the_request() -> None:
    line = "<p class='meta'><time datetime='2024-04-26'>26.04.2024 - 13:30</time></p>"
    article = read(f"{HEADING}{line}{TEXT}", head='<meta name="date" content="2024-05-01T14:32:06+02:00">')
    assert day(article) == "2024-04-26"


def test_the_only_dated_line_outweighs_the_day_of_a_draft() -> None:
    line = "<p class='date'>26.04.2024</p>"
    assert day(read(f"{HEADING}{line}{TEXT}", head=PUBLISHED.format("2024-04-16"))) == "2024-04-26"


@pytest.mark.parametrize("line", ["26.04.2024", "Aktualisiert: 26.04.2024", "Stand: 26.04.2024, 09:00 Uhr"])
def test_a_line_with_the_day_of_the_edit_does_not_outweigh_the_head(line: str) -> None:
    head = PUBLISHED.format("2024-03-01T08:00:00+01:00") + MODIFIED.format("2024-04-26T09:00:00+02:00")
    article = read(f"{HEADING}<p class='date'>{line}</p>{TEXT}", head=head)
    assert day(article) == "2024-03-01"
    assert article.updated == datetime(2024, 4, 26, 7, tzinfo=UTC)


def test_an_address_confirms_the_head() -> None:
    line = "<p class='date'>26.04.2024</p>"
    url = "https://portal.example/2024/03/01/akte-kommt"
    assert day(read(f"{HEADING}{line}{TEXT}", head=PUBLISHED.format("2024-03-01"), url=url)) == "2024-03-01"


def test_a_name_that_is_given_several_days_counts_less() -> None:
    items = "".join(f'<meta itemprop="datePublished" content="2024-04-{n}">' for n in (21, 22, 23))
    line = "<p class='date'>26.04.2024</p>"
    assert day(read(f"{HEADING}{line}{TEXT}{items}")) == "2024-04-26"


def test_a_day_of_the_head_is_told_more_precisely_by_a_line() -> None:
    head = PUBLISHED.format("2024-04-26T00:00:00+02:00")
    article = read(f"{HEADING}<p class='date'>26.04.2024, 08:15 Uhr</p>{TEXT}", head=head)
    assert article.published == datetime(2024, 4, 26, 6, 15, tzinfo=UTC)


def test_what_is_dated_after_the_fetch_is_no_publication() -> None:
    body = f"{HEADING}<p class='date'>26.04.2024</p>{TEXT}"
    assert day(read(body, now=datetime(2024, 4, 20, tzinfo=UTC))) is None
    assert day(read(body, now=datetime(2024, 4, 26, 8, tzinfo=UTC))) == "2024-04-26"


def test_a_line_with_day_and_month_the_other_way_round_does_not_outweigh_the_head() -> None:
    head = '<meta name="date" content="2019-05-08">'
    assert day(read(f"{HEADING}<p class='date'>05/08/2019</p>{TEXT}", head=head)) == "2019-05-08"


@pytest.mark.parametrize(
    ("href", "told"), [("/meldungen/akte-kommt", "2024-04-26"), ("/meldungen/akte-kommt-nicht", None)]
)
def test_the_pages_own_teaser_among_the_newest_tells_its_day(href: str, told: str | None) -> None:
    own = f"<div><a href='{href}'><b>26.04.2024</b> Die Akte kommt</a></div>"
    other = "<div><a href='/meldungen/etwas-anderes'><b>25.04.2024</b> Etwas anderes</a></div>"
    newest = f"<aside><h3>Neueste</h3>{other}{own}</aside>"
    assert day(read(f"{MENU}<article>{HEADING}{TEXT}</article>{newest}")) == told


# ---- clocks ---------------------------------------------------------------------------------------------------------


def test_an_instant_in_utc_is_shown_on_the_clock_of_the_source() -> None:
    article = read(f"{HEADING}{TEXT}", head=PUBLISHED.format("2024-04-25T22:30:00Z"))
    assert article.published is not None
    assert article.published.isoformat() == "2024-04-26T00:30:00+02:00"


def test_an_instant_in_utc_is_shown_on_the_clock_that_a_line_of_the_page_shows() -> None:
    line = "<p class='date'>03/05/2022 21:44</p>"
    article = read(f"{HEADING}{line}{TEXT}", head=PUBLISHED.format("2022-05-04T00:44:52Z"), lang="pt")
    assert article.published is not None
    assert article.published.isoformat() == "2022-05-03T21:44:52-03:00"


def test_numbers_are_read_as_the_region_of_the_page_writes_them() -> None:
    body = f"{HEADING}<p class='date'>04/05/2024</p>{TEXT}"
    assert [day(read(body, lang=lang)) for lang in ("en-US", "en-GB", "en")] == ["2024-04-05", "2024-05-04", None]


@pytest.mark.parametrize("name", ["publish-date", "publish_date", "PublishDate", "dc:date:issued", "DC.date.issued"])
def test_a_meta_name_is_known_however_its_words_are_parted(name: str) -> None:
    assert day(read(f"{HEADING}{TEXT}", head=f"<meta name='{name}' content='2024-04-26'>")) == "2024-04-26"


def test_the_hour_in_a_list_of_particulars_belongs_to_the_day_in_it() -> None:
    told = "<dl><dt>Datum:</dt><dd>26. April 2024</dd><dt>Uhrzeit:</dt><dd>09:40 Uhr</dd><dt>Nr.:</dt><dd>198</dd></dl>"
    article = read(f"{HEADING}{told}{TEXT}")
    assert article.published is not None
    assert (article.published.isoformat(), article.published_precision) == ("2024-04-26T09:40:00+02:00", "minute")


# ---- the edit -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("Erstellt: 26.04.2024, 08:00 Uhr | Stand: 28.04.2024, 18:00 Uhr", "2024-04-28T18:00:00+02:00"),
        ("26.04.2024, aktualisiert am 28.04.2024", "2024-04-28T00:00:00+02:00"),
        ("Stand: 26.04.2024", None),
        ("26.04.2024", None),
    ],
)
def test_a_line_tells_when_the_article_was_edited(line: str, updated: str | None) -> None:
    article = read(f"{HEADING}<p class='date'>{line}</p>{TEXT}")
    assert day(article) == "2024-04-26"
    assert (article.updated.isoformat() if article.updated else None) == updated


def test_an_edit_of_the_day_of_publication_needs_a_later_time() -> None:
    head = PUBLISHED.format("2024-04-26T08:00:00+02:00")
    same = read(f"{HEADING}{TEXT}", head=head + MODIFIED.format("2024-04-26"))
    later = read(f"{HEADING}{TEXT}", head=head + MODIFIED.format("2024-04-26T08:00:01+02:00"))
    assert (same.updated, later.updated) == (None, datetime(2024, 4, 26, 6, 0, 1, tzinfo=UTC))
