"""Feeds as publishers write them: every field, and one bad item that costs only itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from feedsvc import discover
from feedsvc.errors import ContentError
from feedsvc.model import Enclosure, Image, Lead, Listing, Page, Source, SourceKind

URL = "https://www.example.org/news/feed.xml"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>Amt &amp;amp; Netz</title><link>https://www.example.org/</link><language>de-DE</language>{head}
{items}
</channel></rss>"""


def _listing(body: str | bytes, kind: SourceKind = "auto", **page: str) -> Listing:
    raw = body if isinstance(body, bytes) else body.encode()
    asked = Page(url=URL, final_url=URL, body=raw, media_type=page.get("media_type", ""))
    return discover.leads(asked, Source(id="x", url=URL, kind=kind))


def _rss(items: str, head: str = "") -> Listing:
    return _listing(RSS.format(items=items, head=head))


def _item(inner: str) -> Lead:
    listing = _rss(f"<item><title>T</title><link>https://www.example.org/1</link>{inner}</item>")
    assert not listing.rejected
    return listing.leads[0]


# ---- RSS -------------------------------------------------------------------------------------------------------------


def test_an_rss_item_gives_all_it_has() -> None:
    lead = _rss(
        """<item><title>Waldau: Beirat nimmt Arbeit auf</title><link>/artikel/1</link>
        <guid isPermaLink="false">w-1</guid><pubDate>Fri, 26 Apr 2024 08:00:00 +0200</pubDate>
        <description>&lt;p&gt;Ein elfköpfiger Beirat soll beraten. &lt;a href="/1"&gt;mehr...&lt;/a&gt;&lt;/p&gt;
        </description>
        <content:encoded><![CDATA[<p>Langer <a href="/z">Text</a>.</p><script>alert(1)</script>]]></content:encoded>
        <dc:creator>Anna Muster</dc:creator><category>Politik</category><category>KI</category>
        <enclosure url="/ton.mp3" length="1234" type="audio/mpeg"/></item>"""
    ).leads[0]
    assert lead == Lead(
        url="https://www.example.org/artikel/1",
        title="Waldau: Beirat nimmt Arbeit auf",
        kicker="Waldau",
        headline="Beirat nimmt Arbeit auf",
        teaser="Ein elfköpfiger Beirat soll beraten.",
        published=datetime(2024, 4, 26, 6, tzinfo=UTC),
        published_precision="second",
        authors=("Anna Muster",),
        categories=("Politik", "KI"),
        guid="w-1",
        body_html='<p>Langer <a href="https://www.example.org/z">Text</a>.</p>',
        enclosures=(Enclosure(url="https://www.example.org/ton.mp3", media_type="audio/mpeg", length=1234),),
    )


def test_one_bad_item_costs_only_itself() -> None:
    good = "".join(
        f"<item><title>Meldung {n}</title><link>https://www.example.org/{n}</link></item>" for n in range(15)
    )
    listing = _rss(good + '<item><title>Ohne Weg</title><guid isPermaLink="false">7</guid></item><item/>')
    assert len(listing.leads) == 15
    assert [rejected.where for rejected in listing.rejected] == ["Ohne Weg", "item 17"]
    assert all("no link" in rejected.reason for rejected in listing.rejected)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("26.04.2024 14:05", datetime(2024, 4, 26, 12, 5, tzinfo=UTC)),
        ("Fr, 26 Apr 2024 14:05:00 +0200", datetime(2024, 4, 26, 12, 5, tzinfo=UTC)),
        ("12. März 2025", datetime(2025, 3, 11, 23, tzinfo=UTC)),
        ("2024-04-26T12:05:00Z", datetime(2024, 4, 26, 12, 5, tzinfo=UTC)),
    ],
)
def test_german_dates_are_read_day_first(written: str, day: datetime) -> None:
    assert _item(f"<pubDate>{written}</pubDate>").published == day


def test_an_unreadable_date_is_unknown() -> None:
    lead = _item("<pubDate>demnächst</pubDate>")
    assert lead.published is None
    assert lead.published_precision is None


def test_a_date_of_publication_is_no_date_of_an_edit() -> None:
    assert _item("<pubDate>Fri, 26 Apr 2024 08:00:00 +0200</pubDate>").updated is None


def test_titles_lose_markup_however_often_it_is_escaped() -> None:
    items = "".join(
        f"<item><title>{title}</title><link>/{n}</link></item>"
        for n, title in enumerate(
            (
                "Ein <![CDATA[<b>fettes</b>]]> Wort",
                "Ein &lt;b&gt;fettes&lt;/b&gt; Wort",
                "Ein &amp;lt;b&amp;gt;fettes&amp;lt;/b&amp;gt; Wort",
                "A &amp; B",
                "A &amp;amp; B",
                "1 &lt; 2",
            )
        )
    )
    assert [lead.title for lead in _rss(items).leads] == [*["Ein fettes Wort"] * 3, "A & B", "A & B", "1 < 2"]


def test_an_item_without_title_is_called_by_its_text() -> None:
    words = (
        "Die Wartung dauert bis Freitag. Danach stehen alle Dienste wieder bereit, auch die für Unternehmen im Land."
    )
    listing = _rss(f"<item><link>/1</link><description>{words}</description></item>")
    assert listing.leads[0].title == "Die Wartung dauert bis Freitag."
    assert listing.leads[0].teaser == words


def test_a_guid_that_is_an_address_is_the_link() -> None:
    assert _rss("<item><title>T</title><guid>https://www.example.org/p/2</guid></item>").leads[0].url == (
        "https://www.example.org/p/2"
    )


def test_a_guid_that_is_no_address_is_not_made_one() -> None:
    listing = _rss("<item><title>T</title><guid>4711</guid></item>")
    assert listing.leads == ()
    assert len(listing.rejected) == 1


def test_a_podcast_item_without_page_leads_to_its_file() -> None:
    lead = _rss('<item><title>Folge 3</title><enclosure url="https://cdn.example.org/3.mp3" length="x"/></item>').leads[
        0
    ]
    assert lead.url == "https://cdn.example.org/3.mp3"
    assert lead.enclosures == (Enclosure(url=lead.url, media_type="audio/mpeg", length=None),)


def test_a_lead_loses_its_date_and_what_blogs_append() -> None:
    lead = _item("<description>[26.04.2024] Der Rat stimmt zu. Der Beitrag T erschien zuerst auf Blog.</description>")
    assert lead.teaser == "Der Rat stimmt zu."
    assert (lead.published, lead.published_precision) == (datetime(2024, 4, 25, 22, tzinfo=UTC), "day")


def test_a_whole_article_as_description_is_the_body_and_its_beginning_the_teaser() -> None:
    sentence = "Die Stadt baut ihre Informationstechnik von Grund auf neu auf. "
    lead = _item(f"<description>&lt;p&gt;{sentence * 20}&lt;/p&gt;</description>")
    assert lead.body_html is not None
    assert lead.body_html.count("Grund") == 20
    assert lead.teaser is not None
    assert len(lead.teaser) <= 350
    assert lead.teaser.endswith("neu auf.")


@pytest.mark.parametrize(
    ("inner", "image"),
    [
        (
            '<media:content url="/b.jpg" medium="image"><media:title>X</media:title>'
            "<media:description>Das Rathaus (Foto: A. Muster)</media:description></media:content>",
            Image(url="https://www.example.org/b.jpg", caption="Das Rathaus", credit="A. Muster"),
        ),
        ('<media:thumbnail url="/k.jpg"/>', Image(url="https://www.example.org/k.jpg")),
        ('<enclosure url="/e.png" type="image/png" length="9"/>', Image(url="https://www.example.org/e.png")),
        (
            '<description>&lt;img src="/pixel.gif" width="1" height="1"&gt;&lt;img src="/i.jpg" alt="Ein Rathaus"&gt;'
            "Text</description>",
            Image(url="https://www.example.org/i.jpg", alt="Ein Rathaus"),
        ),
    ],
)
def test_pictures_are_found_where_feeds_put_them(inner: str, image: Image) -> None:
    lead = _item(inner)
    assert lead.image == image
    assert lead.title == "T"
    assert lead.enclosures == ()


def test_a_pictures_description_is_never_the_teaser() -> None:
    lead = _item('<media:content url="/b.jpg"><media:description>Nur das Bild.</media:description></media:content>')
    assert lead.teaser is None


def test_the_feed_tells_its_language_rhythm_and_older_page() -> None:
    head = (
        "<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
        '<atom:link rel="next" href="?page=2"/>'
    )
    listing = _rss("", head)
    assert listing.title == "Amt & Netz"
    assert listing.language == "de-DE"
    assert listing.fresh_for == timedelta(minutes=90)
    assert listing.next_page == f"{URL}?page=2"


@pytest.mark.parametrize("head", ["<ttl>bald</ttl>", "<ttl>99999999999</ttl>", "<sy:updatePeriod>x</sy:updatePeriod>"])
def test_a_rhythm_that_cannot_be_read_is_none(head: str) -> None:
    assert _rss("", head).fresh_for is None


def test_an_empty_feed_is_an_empty_listing() -> None:
    assert _rss("").leads == ()


def test_blanks_before_the_declaration_and_illegal_characters_do_not_hurt() -> None:
    body = "\n\n" + RSS.format(head="", items="<item><title>A\x08B &nbsp; &</title><link>/1</link></item>")
    assert _listing(body).leads[0].url == "https://www.example.org/1"


# ---- Atom, RDF, JSON -------------------------------------------------------------------------------------------------


def test_atom_gives_all_it_has() -> None:
    listing = _listing(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://atom.example/blog/">
        <title type="html">&lt;i&gt;Atom&lt;/i&gt;</title><link rel="prev-archive" href="archiv/1"/>
        <entry><id>urn:uuid:1</id><title>Offene Daten</title><link href="eins.html"/>
        <published>2024-04-26T08:00:00+02:00</published><updated>2024-04-27T08:00:00Z</updated>
        <author><name>Anna Muster</name></author><category term="daten" label="Daten"/>
        <summary>Kurz gesagt.</summary>
        <content type="html">&lt;p&gt;&lt;a href="zwei"&gt;Lang&lt;/a&gt;&lt;/p&gt;</content></entry></feed>"""
    )
    lead = listing.leads[0]
    assert (listing.title, listing.next_page) == ("Atom", "https://atom.example/blog/archiv/1")
    assert lead.url == "https://atom.example/blog/eins.html"
    assert lead.guid == "urn:uuid:1"
    assert lead.published == datetime(2024, 4, 26, 8, tzinfo=timezone(timedelta(hours=2)))
    assert lead.updated == datetime(2024, 4, 27, 8, tzinfo=UTC)
    assert (lead.authors, lead.categories, lead.teaser) == (("Anna Muster",), ("Daten",), "Kurz gesagt.")
    assert lead.body_html == '<p><a href="https://atom.example/blog/zwei">Lang</a></p>'


def test_rdf_is_a_feed_too() -> None:
    listing = _listing(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://r.example/"><title>R</title></channel>
        <item rdf:about="https://r.example/1"><title>Eins</title><link>https://r.example/1</link>
        <dc:date>2024-04-26</dc:date><dc:creator>B. Muster</dc:creator></item></rdf:RDF>"""
    )
    assert [(lead.url, lead.published_precision) for lead in listing.leads] == [("https://r.example/1", "day")]


def test_a_json_feed_gives_all_it_has() -> None:
    item = {
        "id": 7,
        "url": "/sieben",
        "title": "Bund: Sieben",
        "summary": "Kurz.",
        "content_html": "<p>Lang<script>x</script></p>",
        "date_published": "2024-04-26T08:00:00+02:00",
        "authors": [{"name": "Anna Muster"}],
        "tags": ["KI", "KI"],
        "image": "/b.jpg",
        "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}],
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "language": "de",
        "next_url": "/feed.json?p=2",
        "items": [item, "kaputt", {"id": "8"}],
    }
    listing = _listing(json.dumps(feed))
    assert (listing.kind, listing.language, len(listing.rejected)) == ("json", "de", 2)
    assert listing.next_page == "https://www.example.org/feed.json?p=2"
    assert listing.leads == (
        Lead(
            url="https://www.example.org/sieben",
            title="Bund: Sieben",
            kicker="Bund",
            headline="Sieben",
            teaser="Kurz.",
            published=datetime(2024, 4, 26, 6, tzinfo=UTC),
            published_precision="second",
            image=Image(url="https://www.example.org/b.jpg"),
            authors=("Anna Muster",),
            categories=("KI",),
            guid="7",
            body_html="<p>Lang</p>",
            enclosures=(Enclosure(url="https://www.example.org/a.mp3", media_type="audio/mpeg", length=5),),
        ),
    )


def test_a_news_sitemap_names_pages_with_titles_and_dates() -> None:
    listing = _listing(
        """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://s.example/1</loc>
        <lastmod>2024-04-27</lastmod><news:news><news:publication_date>2024-04-26</news:publication_date>
        <news:title>Land: Meldung</news:title><news:keywords>KI, Recht</news:keywords></news:news></url>
        <url><loc/></url></urlset>"""
    )
    lead = listing.leads[0]
    assert (listing.kind, len(listing.rejected)) == ("sitemap", 1)
    assert (lead.url, lead.kicker, lead.headline) == ("https://s.example/1", "Land", "Meldung")
    assert lead.published == datetime(2024, 4, 25, 22, tzinfo=UTC)
    assert lead.updated == datetime(2024, 4, 26, 22, tzinfo=UTC)
    assert lead.categories == ("KI", "Recht")


# ---- what is none ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("<!doctype html><html><body><p>Wartung</p></body></html>", "feed", "not_a_feed"),
        ("", "feed", "not_a_feed"),
        ("Not found", "feed", "not_a_feed"),
        ('{"a": 1}', "json", "parse"),
        ("{", "json", "parse"),
        ("[" * 100_000, "json", "parse"),
        ("<html></html>", "sitemap", "parse"),
        ("<html><body><p>Nichts.</p></body></html>", "auto", "no_items"),
    ],
)
def test_what_cannot_be_read_is_named(body: str, kind: SourceKind, expected: str) -> None:
    with pytest.raises(ContentError) as caught:
        _listing(body, kind)
    assert caught.value.kind == expected


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<!DOCTYPE html>\n<title>Wartung &amp; mehr</title>", "no feed, but an HTML page titled “Wartung & mehr”"),
        ("<!DOCTYPE html>\n<h1>Wartung</h1>", "no feed, but text/html, beginning “<!DOCTYPE html> <h1>Wartung</h1>”"),
        (" ", "no feed, but an empty answer"),
    ],
)
def test_what_stands_where_a_feed_was_is_told_as_it_was_seen(body: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        _listing(body, "feed", media_type="text/html")
    assert caught.value.kind == "not_a_feed"
    assert told in str(caught.value)


def test_a_feed_where_a_page_was_configured_tells_what_to_set() -> None:
    with pytest.raises(ContentError, match="set kind to auto or feed"):
        _listing(RSS.format(head="", items=""), "html")


def test_a_character_reference_of_5000_digits_hurts_nothing_else() -> None:
    lead = _item(f"<description>Vorher &#{'9' * 5000}; nachher ist alles gut.</description>")
    assert lead.url == "https://www.example.org/1"


def test_an_entity_bomb_is_no_feed_and_no_hang() -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    feed = "<rss version='2.0'><channel><title>&m;</title></channel></rss>"
    body = f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]>{feed}"
    assert len(_listing(body).title or "") < 1000
