"""What readers see in the published formats: the same entries, the same ids, nothing lost, nothing invented."""

from __future__ import annotations

import contextlib
import json
import locale
import shutil
import sqlite3
import subprocess
from calendar import timegm
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
import render_samples
import validity

from feedsvc import render
from feedsvc.model import Document, Enclosure, Entry, Image, Membership, Site

SITE = render_samples.site()
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"


def documents(*entries: Entry, site: Site = SITE, **feed: object) -> dict[str, Document]:
    """Render a feed of the entries; by extension ("html" is the page)."""
    made = render.documents(render_samples.feed(**feed), entries, site)
    return {document.path.rpartition(".")[2]: document for document in made}


def findings(made: dict[str, Document], site: Site = SITE) -> list[validity.Finding]:
    checks = {"rss": validity.rss, "atom": validity.atom, "json": validity.json_feed}
    return [
        finding
        for name, check in checks.items()
        for finding in check(made[name].body, f"{site.base_url}/{made[name].path}")
    ]


def items(made: dict[str, Document]) -> list[dict]:
    return json.loads(made["json"].body)["items"]


def test_a_feed_has_four_documents_with_their_media_types() -> None:
    made = render.documents(render_samples.feed(), render_samples.entries(), SITE)
    assert [(document.path, document.media_type) for document in made] == [
        ("feeds/politik.rss", "application/rss+xml; charset=utf-8"),
        ("feeds/politik.atom", "application/atom+xml; charset=utf-8"),
        ("feeds/politik.json", "application/feed+json; charset=utf-8"),
        ("feeds/politik/index.html", "text/html; charset=utf-8"),
    ]


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_parser_reads_back_what_was_put_in(name: str) -> None:
    entries = render_samples.entries()
    read = feedparser.parse(documents(*entries)[name].body)
    assert not read.bozo
    assert [entry.id for entry in read.entries] == [entry.id for entry in entries]
    assert [entry.title for entry in read.entries] == [entry.article.title for entry in entries]
    assert [entry.link for entry in read.entries] == [entry.article.url for entry in entries]
    assert [timegm(entry.published_parsed) for entry in read.entries] == [int(e.feed_time.timestamp()) for e in entries]
    file = read.entries[0].enclosures[0]
    assert (file.href, file.type, file.length) == ("https://amtsblatt.example/ton.mp3", "audio/mpeg", "123456")


def test_every_format_carries_the_same_ids_links_titles_and_dates() -> None:
    made = documents(*render_samples.entries())
    rss, atom = feedparser.parse(made["rss"].body), feedparser.parse(made["atom"].body)
    for one, other, third in zip(rss.entries, atom.entries, items(made), strict=True):
        assert one.id == other.id == third["id"]
        assert one.link == other.link == third["url"]
        assert one.title == other.title == third["title"]
        assert one.published_parsed == other.published_parsed
        assert timegm(one.published_parsed) == datetime.fromisoformat(third["date_published"]).timestamp()
        assert other.updated_parsed == datetime.fromisoformat(third["date_modified"]).utctimetuple()


def test_entries_stay_in_the_order_given_and_an_id_comes_once() -> None:
    first, second = render_samples.entry(1), render_samples.entry(0)
    made = documents(first, second, first)
    assert [item["id"] for item in items(made)] == [first.id, second.id]
    assert findings(made) == []


def test_an_empty_feed_is_valid_and_has_a_page() -> None:
    made = documents()
    assert findings(made) == []
    assert "Noch keine Meldung" in made["html"].body.decode()


def test_nothing_in_a_feed_is_newer_than_what_it_is_made_from() -> None:
    changed = render_samples.feed().changed
    made = documents(render_samples.entry(0))
    read = feedparser.parse(made["rss"].body)
    assert timegm(read.feed.updated_parsed) == int(changed.timestamp())
    assert timegm(feedparser.parse(made["atom"].body).feed.updated_parsed) == int(changed.timestamp())


def test_updated_moves_with_an_edit_only() -> None:
    entry = render_samples.entry(0)
    edited = render_samples.entry(0, changed=entry.first_seen + timedelta(hours=1))
    [before], [after] = items(documents(entry)), items(documents(edited))
    assert before["date_published"] == after["date_published"]
    assert before["date_modified"][:19] == before["date_published"][:19]
    assert after["date_modified"].startswith("2024-04-29T07:30:00")
    assert before["_feedsvc"]["corrected"] is None
    assert after["_feedsvc"]["corrected"] == "2024-04-29T07:30:00Z"


def test_equal_times_stay_distinct_and_do_not_depend_on_the_neighbours() -> None:
    same = datetime(2024, 4, 20, 10, tzinfo=UTC)
    entries = [render_samples.entry(number, feed_time=same) for number in range(50)]
    together, alone = documents(*entries), documents(entries[7])
    assert len({item["date_modified"] for item in items(together)}) == 50
    assert items(together)[7] == items(alone)[0]
    assert findings(together) == []


def test_impossible_dates_do_not_break_the_feed() -> None:
    entry = render_samples.entry(0, feed_time=datetime.min.replace(tzinfo=UTC))
    assert findings(documents(entry)) == []
    everywhere = datetime.min.replace(tzinfo=UTC)
    assert (
        findings(documents(render_samples.entry(0, feed_time=everywhere, first_seen=everywhere, changed=everywhere)))
        == []
    )


def test_full_text_needs_permission_and_a_licence() -> None:
    licensed = documents(render_samples.rich())
    assert "<h2>Fristen</h2>" in items(licensed)[0]["content_html"]
    assert items(licensed)[0]["summary"] == render_samples.rich().article.teaser
    for change in ({"content": "teaser"}, {"license": ""}):
        origin = render_samples.origin("amtsblatt", **change)
        only = items(documents(render_samples.rich(), site=render_samples.site(origins={"amtsblatt": origin})))[0]
        assert "content_html" not in only
        assert only["content_text"] == only["summary"]
    walled = render_samples.rich(access="paywall")
    assert "content_html" not in items(documents(walled))[0]


def test_pictures_are_published_only_where_they_may_be_linked() -> None:
    entry = render_samples.rich(body_html='<p>Text</p><figure><img src="https://amtsblatt.example/b.png" alt="x">'
                                '<figcaption>Unterschrift</figcaption></figure>')  # fmt: skip
    linked = documents(entry)
    content = ET.fromstring(linked["rss"].body).find(f"channel/item/{MEDIA}content")
    assert content is not None
    assert content.findtext(f"{MEDIA}description") == "Zwei Personen unterzeichnen eine Vereinbarung."
    assert content.findtext(f"{MEDIA}title") == "Nach der Unterzeichnung in Seestadt"
    assert content.findtext(f"{MEDIA}credit") == "K. Lens (Stadtarchiv)"
    assert items(linked)[0]["content_html"].startswith(
        '<figure><img src="https://amtsblatt.example/bild%20%C3%BCbersicht.jpg"'
        ' alt="Zwei Personen unterzeichnen eine Vereinbarung."><figcaption>Nach der Unterzeichnung in Seestadt'
        " (K. Lens (Stadtarchiv))</figcaption></figure><p>Text</p>"
    )
    site = render_samples.site(origins={"amtsblatt": render_samples.origin("amtsblatt", images="none")})
    without = documents(entry, site=site)
    assert all(b"<img" not in d.body and b"&lt;img" not in d.body and b"b.png" not in d.body for d in without.values())
    assert "Unterschrift" not in items(without)[0]["content_html"]
    assert b'medium="image"' not in without["rss"].body
    assert findings(linked) == findings(without, site) == []


def test_a_file_of_unknown_length_is_no_rss_enclosure_but_is_not_lost() -> None:
    files = (
        Enclosure(url="https://a.example/ton.ogg", media_type="audio/ogg"),
        Enclosure(url="https://a.example/ton.mp3", media_type="audio/mpeg", length=7),
        Enclosure(url="https://a.example/ton.mp3", media_type="audio/mpeg", length=7),
        Enclosure(url="https://a.example/null.mp3", media_type="", length=0),
        Enclosure(url="javascript:x", media_type="audio/mpeg", length=7),
    )
    made = documents(render_samples.entry(0, article={"enclosures": files}))
    item = ET.fromstring(made["rss"].body).find("channel/item")
    assert item is not None
    assert [found.get("url") for found in item.findall("enclosure")] == ["https://a.example/ton.mp3"]
    assert [found.get("url") for found in item.findall(f"{MEDIA}content")] == [
        "https://a.example/ton.ogg", "https://a.example/null.mp3",
    ]  # fmt: skip
    atom = feedparser.parse(made["atom"].body).entries[0]
    assert [found.href for found in atom.enclosures] == [
        "https://a.example/ton.ogg", "https://a.example/ton.mp3", "https://a.example/null.mp3",
    ]  # fmt: skip
    assert items(made)[0]["attachments"] == [
        {"url": "https://a.example/ton.ogg", "mime_type": "audio/ogg"},
        {"url": "https://a.example/ton.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7},
        {"url": "https://a.example/null.mp3", "mime_type": "application/octet-stream"},
    ]
    assert findings(made) == []


def test_names_are_creators_and_the_source_speaks_where_no_name_is_given() -> None:
    made = documents(render_samples.rich(), render_samples.entry(0))
    rich, plain = ET.fromstring(made["rss"].body).findall("channel/item")
    assert [creator.text for creator in rich.findall(f"{DC}creator")] == ["Eva Muster", "Jörg Beispiel"]
    assert [creator.text for creator in plain.findall(f"{DC}creator")] == ["portal – moderne verwaltung"]
    assert rich.find("author") is None
    assert rich.findtext(f"{DC}rights") == "CC BY 4.0"
    source = plain.find("source")
    assert source is not None
    assert (source.text, source.get("url")) == ("portal – moderne verwaltung", "https://www.portal.example/")


def test_the_source_of_an_atom_entry_is_the_feed_that_carries_all_of_it() -> None:
    made = documents(render_samples.entry(0))
    own = render.documents(render_samples.feed(path="sources/portal", kind="source"), (), SITE)
    source = ET.fromstring(made["atom"].body).find(f"{validity.ATOM}entry/{validity.ATOM}source")
    assert source is not None
    assert source.findtext(f"{validity.ATOM}id") == ET.fromstring(own[1].body).findtext(f"{validity.ATOM}id")


def test_categories_keep_their_scheme_and_a_saved_question_is_none() -> None:
    memberships = (
        Membership(feed="feeds/politik", name="Politik", reason="label: Politik"),
        Membership(feed="feeds/noots", name="NOOTS", reason="question"),
    )
    made = documents(render_samples.entry(0, memberships=memberships))
    assert items(made)[0]["tags"] == ["Politik", "E-Government"]
    tags = feedparser.parse(made["atom"].body).entries[0].tags
    assert [(tag.term, tag.scheme, tag.label) for tag in tags] == [
        ("politik", "https://feeds.example.org/verwaltung/feeds/", "Politik"),
        ("E-Government", None, "E-Government"),
    ]
    assert [reason["reason"] for reason in items(made)[0]["_feedsvc"]["reasons"]] == ["label: Politik", "question"]


def test_the_hub_is_named_in_every_format() -> None:
    made = documents(site=render_samples.site(hub="https://hub.example/"))
    for name in ("rss", "atom"):
        links = [(x.get("rel"), x.get("href")) for x in ET.fromstring(made[name].body).iter(f"{validity.ATOM}link")]
        assert ("hub", "https://hub.example/") in links
    assert json.loads(made["json"].body)["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert findings(made, render_samples.site(hub="https://hub.example/")) == []


@pytest.mark.parametrize(
    ("max_age", "ttl", "period", "frequency"),
    [
        (timedelta(minutes=15), "15", "hourly", "4"),
        (timedelta(minutes=7), "7", "hourly", "8"),
        (timedelta(seconds=90), "2", "hourly", "40"),
        (timedelta(hours=1), "60", "hourly", "1"),
        (timedelta(hours=6), "360", "daily", "4"),
        (timedelta(days=30), "43200", "weekly", "1"),
        (timedelta(0), "1", "hourly", "60"),
    ],
)
def test_ttl_and_syndication_say_what_max_age_says(max_age: timedelta, ttl: str, period: str, frequency: str) -> None:
    channel = ET.fromstring(documents(site=render_samples.site(max_age=max_age))["rss"].body).find("channel")
    assert channel is not None
    assert channel.findtext("ttl") == ttl
    assert channel.findtext(f"{validity.SY}updatePeriod") == period
    assert channel.findtext(f"{validity.SY}updateFrequency") == frequency


def test_the_feed_id_survives_scheme_port_and_path_but_entries_know_nothing_of_the_host() -> None:
    def ids(base_url: str) -> tuple[str, str]:
        read = feedparser.parse(
            documents(render_samples.entry(0), site=render_samples.site(base_url=base_url))["atom"].body
        )
        return read.feed.id, read.entries[0].id

    assert ids("http://feeds.example.org:8080") == ids("https://feeds.example.org/verwaltung")
    assert ids("https://feeds.example.org")[0] == "tag:feeds.example.org,2026:feedsvc/feeds/politik"
    assert ids("https://other.example")[1] == ids("https://feeds.example.org")[1]
    assert ids("http://[::1]:8080")[0] == "http://[::1]:8080/feeds/politik/"


def test_the_feed_of_a_question_links_to_itself_with_the_question() -> None:
    made = documents(render_samples.entry(0), path='search?q="Open Source" OR souverän*#&x=50%', kind="question")
    address = "https://feeds.example.org/verwaltung/search.atom?q=%22Open%20Source%22%20OR%20souver%C3%A4n*%23&x=50%25"
    assert made["atom"].path == "search.atom"
    assert validity.atom(made["atom"].body, address) == []
    assert address.replace(".atom", "") in made["html"].body.decode().replace("&amp;", "&")


def test_english_entries_say_so() -> None:
    english = render_samples.entry(0, article={"language": "en-GB"})
    made = documents(english)
    assert ET.fromstring(made["rss"].body).findtext(f"channel/item/{DC}language") == "en-GB"
    entry = ET.fromstring(made["atom"].body).find(f"{validity.ATOM}entry")
    assert entry is not None
    assert entry.get(f"{validity.XML}lang") == "en-GB"
    assert items(made)[0]["language"] == "en-GB"


def test_an_unknown_source_and_an_unusable_address_still_give_a_valid_entry() -> None:
    stray = render_samples.entry(
        0, source="fort", article={"url": "http://[", "teaser": None, "image": Image(url="x:y")}
    )
    made = documents(stray)
    assert findings(made) == []
    assert items(made)[0]["summary"] == "Die Meldung steht bei fort."


def test_rendering_leaves_the_locale_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("the locale is everybody's")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert findings(documents(*render_samples.entries())) == []


def test_opml_lists_every_feed_in_its_folder() -> None:
    feeds = [
        render_samples.feed(path="feeds/all", slug="all", title="Alles", kind="all"),
        render_samples.feed(),
        render_samples.feed(path="feeds/noots", slug="noots", title="NOOTS", kind="question"),
        render_samples.feed(path="sources/portal", slug="portal", title="portal", kind="source"),
    ]
    made = render.opml(feeds, SITE)
    assert validity.opml(made.body) == []
    body = ET.fromstring(made.body).find("body")
    assert body is not None
    assert [outline.get("text") for outline in body] == ["Alles", "Themen", "Gespeicherte Suchen", "Quellen"]
    assert [outline.get("xmlUrl") for outline in body.iter("outline") if outline.get("type")] == [
        f"https://feeds.example.org/verwaltung/{feed.path}.rss" for feed in feeds
    ]
    assert validity.opml(render.opml((), SITE).body) == []


@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
@pytest.mark.parametrize("name", ["rss", "atom"])
def test_newsboat_reads_every_entry(name: str, tmp_path: Path) -> None:
    entries = render_samples.entries()
    (tmp_path / "feed").write_bytes(documents(*entries)[name].body)
    (tmp_path / "urls").write_text(f"file://{tmp_path / 'feed'}\n")
    (tmp_path / "config").write_text("")
    cache = tmp_path / "cache.db"
    command = ["newsboat", "-q", "-u", tmp_path / "urls", "-c", cache, "-C", tmp_path / "config", "-x", "reload"]
    subprocess.run(command, check=True, timeout=30, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})
    with contextlib.closing(sqlite3.connect(cache)) as database, database:
        rows = database.execute("SELECT guid, title, url, pubDate, enclosure_url FROM rss_item").fetchall()
    database.close()
    expected = {(e.id, e.article.title, e.article.url, int(e.feed_time.timestamp())) for e in entries}
    assert {row[:4] for row in rows} == expected
    assert [row[4] for row in rows if row[4]] == ["https://amtsblatt.example/ton.mp3"]
