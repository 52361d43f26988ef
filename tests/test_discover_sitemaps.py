"""Sitemaps in every form: news, images, indexes, packed files, plain lists, feeds; and what is none."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from fakes import FRONT, SOURCE, Web, address, article, lead

from feedsvc import discover, poll
from feedsvc.errors import ContentError
from feedsvc.model import Further, Image, Lead, Listing, ListRules, Page, PollTask, Source, SourceKind

URL = "https://www.example.org/sitemap.xml"
NS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def _listing(body: str | bytes, kind: SourceKind = "auto", rules: ListRules = ListRules()) -> Listing:  # noqa: B008
    raw = body if isinstance(body, bytes) else body.encode()
    page = Page(url=URL, final_url=URL, body=raw, fetched_at=datetime(2024, 4, 26, 12, tzinfo=UTC))
    return discover.leads(page, Source(id="x", url=URL, kind=kind, list_rules=rules))


def _news(inner: str, outer: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <urlset {NS}><url><loc>https://www.example.org/politik/a-1.html</loc>{outer}
    <news:news><news:publication><news:name>Tageblatt</news:name><news:language>de</news:language></news:publication>
    {inner}</news:news></url></urlset>"""


def test_a_news_sitemap_gives_all_it_has() -> None:
    listing = _listing(
        _news(
            "<news:publication_date>2024-04-26T08:15:00+02:00</news:publication_date>"
            "<news:title>Kreis Waldau: Drei &amp;amp; mehr Gemeinden</news:title>"
            "<news:keywords>IT, KI, IT</news:keywords><news:access>Subscription</news:access>",
            "<lastmod>2024-04-26T09:00:00+02:00</lastmod><image:image><image:loc>/b.jpg</image:loc>"
            "<image:caption>Das Rathaus (Foto: A. Muster)</image:caption></image:image>",
        )
    )
    assert (listing.kind, listing.title, listing.language) == ("sitemap", "Tageblatt", "de")
    assert listing.leads == (
        Lead(
            url="https://www.example.org/politik/a-1.html",
            title="Kreis Waldau: Drei & mehr Gemeinden",
            kicker="Kreis Waldau",
            headline="Drei & mehr Gemeinden",
            published=datetime(2024, 4, 26, 6, 15, tzinfo=UTC),
            published_precision="second",
            updated=datetime(2024, 4, 26, 7, tzinfo=UTC),
            image=Image(url="https://www.example.org/b.jpg", caption="Das Rathaus", credit="A. Muster"),
            categories=("IT", "KI"),
            access="paywall",
        ),
    )


def test_a_change_before_the_publication_is_no_edit() -> None:
    first = _listing(
        _news("<news:publication_date>2024-04-26</news:publication_date>", "<lastmod>2024-04-25</lastmod>")
    ).leads[0]
    assert first.published == datetime(2024, 4, 25, 22, tzinfo=UTC)
    assert first.updated is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("http://www.sitemaps.org/schemas/sitemap/0.9", "https://www.sitemaps.org/schemas/sitemap/0.9/"),
        ("http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.google.com/schemas/sitemap/0.84"),
        ("http://www.google.com/schemas/sitemap-news/0.9", "https://www.google.com/schemas/sitemap-news/0.9"),
        ("</urlset>", ""),
        ("<?xml", "\ufeff\n<?xml"),
        ("Meldung", "Meldung & mehr\x0b"),
    ],
)
def test_a_sitemap_with_a_fault_is_read_all_the_same(right: str, wrong: str) -> None:
    whole = _news("<news:title>Meldung</news:title>")
    first = _listing(whole.replace(right, wrong)).leads[0]
    assert first.url == "https://www.example.org/politik/a-1.html"
    assert (first.headline or "").startswith("Meldung")


def test_a_url_without_address_costs_only_itself() -> None:
    listing = _listing(f"<urlset {NS}><url><loc>https://www.example.org/1</loc></url><url><loc/></url></urlset>")
    assert [one.url for one in listing.leads] == ["https://www.example.org/1"]
    assert [one.where for one in listing.rejected] == ["url 2"]


INDEX = f"""<sitemapindex {NS}>
<sitemap><loc>https://www.example.org/category-sitemap.xml</loc><lastmod>2024-04-26T08:00:00+00:00</lastmod></sitemap>
<sitemap><loc>https://www.example.org/post-sitemap1.xml</loc><lastmod>2023-01-01T08:00:00+00:00</lastmod></sitemap>
<sitemap><loc>/post-sitemap2.xml.gz</loc><lastmod>2024-04-26T08:00:00+00:00</lastmod></sitemap>
<sitemap><loc>https://www.example.org/alt.xml</loc></sitemap><sitemap/></sitemapindex>"""


def test_an_index_names_its_sitemaps_the_last_changed_first() -> None:
    listing = _listing(INDEX)
    now = datetime(2024, 4, 26, 8, tzinfo=UTC)
    assert listing.leads == ()
    assert listing.further == (
        Further(url="https://www.example.org/post-sitemap2.xml.gz", changed=now),
        Further(url="https://www.example.org/category-sitemap.xml", changed=now),
        Further(url="https://www.example.org/post-sitemap1.xml", changed=datetime(2023, 1, 1, 8, tzinfo=UTC)),
        Further(url="https://www.example.org/alt.xml"),
    )
    assert listing.next_page == "https://www.example.org/post-sitemap2.xml.gz"


def test_a_packed_sitemap_is_unpacked() -> None:
    assert _listing(gzip.compress(INDEX.encode())).further == _listing(INDEX).further


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (gzip.compress(b"<urlset>" + b" " * 20_000_000), "too_large"),
        (gzip.compress(INDEX.encode())[:-20], "truncated"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "parse"),
        (b"<!doctype html><title>Seite nicht gefunden</title>", "parse"),
        (b"kaputt", "parse"),
        (b"<sitemapindex/>", "no_items"),
    ],
)
def test_what_is_no_sitemap_is_told(body: bytes, kind: str) -> None:
    with pytest.raises(ContentError) as caught:
        _listing(body, "sitemap")
    assert caught.value.kind == kind


def test_html_where_a_sitemap_was_is_told_as_it_was_seen() -> None:
    with pytest.raises(ContentError, match=r"no sitemap, but .*Seite nicht gefunden"):
        _listing("<!doctype html><title>Seite nicht gefunden</title>", "sitemap")


def test_a_plain_list_of_addresses_is_a_sitemap() -> None:
    listing = _listing("\ufeffhttps://www.example.org/1\r\nhttps://www.example.org/2\n\n")
    assert listing.kind == "sitemap"
    assert [one.url for one in listing.leads] == ["https://www.example.org/1", "https://www.example.org/2"]


def test_a_text_that_begins_with_an_address_is_none() -> None:
    with pytest.raises(ContentError):
        _listing("https://www.example.org/1\nist nicht mehr da", "sitemap")


def test_a_feed_is_a_sitemap_too() -> None:
    feed = "<rss version='2.0'><channel><item><title>T</title><link>https://www.example.org/1</link></item></channel></rss>"
    listing = _listing(feed, "sitemap")
    assert (listing.kind, [one.title for one in listing.leads]) == ("sitemap", ["T"])


def test_include_and_exclude_choose_among_the_addresses() -> None:
    rules = ListRules(include=("/news/",), exclude=(r"\.pdf$",))
    body = "https://www.example.org/news/1\nhttps://www.example.org/amt\nhttps://www.example.org/news/2.pdf\n"
    assert [one.url for one in _listing(body, rules=rules).leads] == ["https://www.example.org/news/1"]


def test_an_entity_bomb_is_no_hang() -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    body = f"<!DOCTYPE urlset [{entities}]><urlset><url><loc>https://www.example.org/&m;</loc></url></urlset>"
    assert all(len(one.url) < 1000 for one in _listing(body, "sitemap").leads)


def test_a_poll_goes_on_to_the_newest_sitemap_of_an_index() -> None:
    newest, oldest = f"{FRONT}2.xml", f"{FRONT}1.xml"
    index = Listing(leads=(), kind="sitemap", next_page=newest, further=(Further(url=newest), Further(url=oldest)))
    web = Web(
        listing={FRONT: index, newest: Listing(leads=(lead("a"),), kind="sitemap")},
        articles={address("a"): article("a")},
    )
    outcome = poll.poll(PollTask(source=SOURCE, lease="l"), web.fetch, web.read, web.now)  # type: ignore[arg-type]
    assert [request.url for request in web.asked] == [FRONT, newest, address("a")]
    assert [change.kind for change in outcome.changes] == ["new"]
