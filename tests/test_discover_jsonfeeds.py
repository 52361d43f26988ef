"""JSON Feeds (1.0, 1.1) and what programming interfaces answer, by paths and by what members are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feedsvc import discover, jsonpath, rules
from feedsvc.errors import ConfigError, ContentError
from feedsvc.model import Enclosure, Image, Lead, Listing, ListRules, Page, Source, SourceKind

URL = "https://www.example.org/api/news"


def _listing(value: Any, kind: SourceKind = "json", rules_: Mapping[str, object] | None = None) -> Listing:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    page = Page(url=URL, final_url=URL, body=body, fetched_at=datetime(2024, 4, 26, 12, tzinfo=UTC))
    list_rules = rules.listing(rules_) if rules_ else ListRules()
    return discover.leads(page, Source(id="x", url=URL, kind=kind, list_rules=list_rules))


def _feed(*items: Any, **more: Any) -> Listing:
    return _listing({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": list(items), **more}, "auto")


# ---- JSON Feed ------------------------------------------------------------------------------------------------------


def test_items_without_authors_have_the_feeds() -> None:
    listing = _feed(
        {"id": "1", "url": "/1", "title": "Eins"},
        {"id": "2", "url": "/2", "title": "Zwei", "author": {"name": "Bert Beispiel"}},
        authors=[{"name": "Anna Muster"}, {"url": "https://x.example"}],
    )
    assert [lead.authors for lead in listing.leads] == [("Anna Muster",), ("Bert Beispiel",)]


def test_a_plain_text_keeps_its_paragraphs() -> None:
    lead = _feed(
        {"id": "1", "url": "/1", "title": "T", "content_text": "Erster <Absatz> & mehr.\n\nZweiter Absatz."}
    ).leads[0]
    assert lead.body_html == "<p>Erster &lt;Absatz&gt; &amp; mehr.</p><p>Zweiter Absatz.</p>"
    assert lead.teaser == "Erster <Absatz> & mehr. Zweiter Absatz."


def test_the_items_own_page_comes_before_what_it_points_at() -> None:
    listing = _feed(
        {"id": "1", "url": "/1", "external_url": "https://fremd.example/", "title": "Eins"},
        {"id": "2", "external_url": "https://fremd.example/2", "title": "Zwei"},
        {"id": "https://www.example.org/3", "title": "Drei"},
        {"id": "4", "title": "Vier"},
    )
    assert [lead.url for lead in listing.leads] == [
        "https://www.example.org/1",
        "https://fremd.example/2",
        "https://www.example.org/3",
    ]
    assert [one.reason for one in listing.rejected] == ["no link and no guid that is an address"]


def test_an_edit_is_later_than_the_publication() -> None:
    first, second = _feed(
        {
            "id": "1",
            "url": "/1",
            "title": "T",
            "date_published": "2024-04-26T08:00:00Z",
            "date_modified": "2024-04-26T09:00:00Z",
        },
        {
            "id": "2",
            "url": "/2",
            "title": "T",
            "date_published": "2024-04-26T08:00:00Z",
            "date_modified": "2024-04-26T08:00:00Z",
        },
    ).leads
    assert first.updated == datetime(2024, 4, 26, 9, tzinfo=UTC)
    assert second.updated is None


def test_a_feed_that_is_finished_is_left_alone_for_a_week() -> None:
    assert _feed(expired=True).fresh_for == timedelta(days=7)
    assert _feed(expired="true").fresh_for is None


def test_members_of_the_wrong_type_are_missing() -> None:
    lead = _feed(
        {
            "id": 1.5,
            "url": "/1",
            "title": "T",
            "tags": "KI",
            "authors": "Anna",
            "attachments": {"url": "/x"},
            "image": 7,
        }
    ).leads[0]
    assert lead == Lead(url="https://www.example.org/1", title="T", headline="T", guid="1.5")


def test_attachments_are_enclosures() -> None:
    lead = _feed(
        {
            "id": "1",
            "url": "/1",
            "title": "T",
            "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg"}, {"url": ""}, 7],
        }
    ).leads[0]
    assert lead.enclosures == (Enclosure(url="https://www.example.org/a.mp3", media_type="audio/mpeg", length=None),)


# ---- programming interfaces -----------------------------------------------------------------------------------------

ANSWER = {
    "meta": {"total": 2, "next": "/api/news?page=2"},
    "data": {
        "items": [
            {
                "headline": "Rathaus öffnet früher",
                "roof": "Auental",
                "links": {"web": "/meldung/1"},
                "times": [{"kind": "made", "at": 1714118400}, {"kind": "shown", "at": "2024-04-26T10:00:00+02:00"}],
                "text": {"short": "<p>Ab Mai um acht.</p>"},
                "media": [{"src": "/b.jpg"}],
                "people": [{"full name": "Anna Muster"}, {"full name": "Bert Beispiel"}],
                "topics": ["Bürgerdienste", "Amt"],
            },
            {"headline": "Ohne Weg"},
        ]
    },
}
RULES = {
    "item": ["json:entries", "json:data.items[*]"],
    "link": "json:links.web",
    "title": "json:title|headline",
    "kicker": "json:roof",
    "date": "json:times[-1].at",
    "teaser": "json:text.short",
    "image": "json:media.src",
    "author": 'json:people["full name"]',
    "category": "json:topics",
}


def test_paths_lead_to_every_field() -> None:
    listing = _listing(ANSWER, rules_=RULES)
    assert listing.leads == (
        Lead(
            url="https://www.example.org/meldung/1",
            title="Auental: Rathaus öffnet früher",
            kicker="Auental",
            headline="Rathaus öffnet früher",
            teaser="Ab Mai um acht.",
            published=datetime(2024, 4, 26, 8, tzinfo=UTC),
            published_precision="second",
            image=Image(url="https://www.example.org/b.jpg"),
            authors=("Anna Muster", "Bert Beispiel"),
            categories=("Bürgerdienste", "Amt"),
        ),
    )
    assert listing.next_page == "https://www.example.org/api/news?page=2"
    assert [one.where for one in listing.rejected] == ["item 2"]


@pytest.mark.parametrize(
    ("field", "path", "told"),
    [
        ("item", "json:data.entries", "rule list.item “json:data.entries” finds no items in {meta, data}"),
        ("date", "json:times[7].at", "rule list.date “json:times[7].at” finds nothing in {headline, roof, links"),
        ("link", "json:links.http", "rule list.link “json:links.http” finds nothing in"),
    ],
)
def test_a_path_that_finds_nothing_is_named(field: str, path: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        _listing(ANSWER, rules_={**RULES, field: path})
    assert caught.value.kind == "rule"
    assert told in str(caught.value)


def test_paths_without_their_mark_do_where_json_was_configured() -> None:
    listing = _listing(ANSWER, rules_={"item": "data.items", "link": "links.web", "title": "headline"})
    assert [lead.title for lead in listing.leads] == ["Rathaus öffnet früher"]


def test_a_selector_where_json_was_configured_is_told() -> None:
    with pytest.raises(ContentError, match="not a JSON path") as caught:
        _listing(ANSWER, rules_={"item": "article > h2"})
    assert caught.value.kind == "rule"


def test_wordpress_is_read_without_a_rule() -> None:
    post = {
        "id": 12,
        "date": "2024-04-26T10:00:00",
        "date_gmt": "2024-04-26T08:00:00",
        "guid": {"rendered": "https://www.example.org/?p=12"},
        "modified_gmt": "2024-04-26T09:30:00",
        "link": "https://www.example.org/meldung/",
        "title": {"rendered": "Auental: B&uuml;ro &#8211; neu"},
        "content": {"rendered": "<p>Lang.</p>", "protected": False},
        "excerpt": {"rendered": "<p>Kurz. [&hellip;]</p>\n"},
        "author": 3,
        "categories": [5, 7],
        "_embedded": {
            "author": [{"name": "Anna Muster"}],
            "wp:featuredmedia": [{"source_url": "/b.jpg", "alt_text": "Ein Büro"}],
            "wp:term": [[{"name": "Politik"}], [{"name": "KI"}]],
        },
    }
    assert _listing([post], "auto").leads == (
        Lead(
            url="https://www.example.org/meldung/",
            title="Auental: Büro – neu",
            kicker="Auental",
            headline="Büro – neu",
            teaser="Kurz.",
            published=datetime(2024, 4, 26, 8, tzinfo=UTC),
            published_precision="second",
            updated=datetime(2024, 4, 26, 9, 30, tzinfo=UTC),
            image=Image(url="https://www.example.org/b.jpg"),
            authors=("Anna Muster",),
            categories=("Politik", "KI"),
            guid="https://www.example.org/?p=12",
            body_html="<p>Lang.</p>",
        ),
    )


def test_of_several_lists_the_one_with_articles_is_taken() -> None:
    article = {
        "webUrl": "/1",
        "headline": "Eins",
        "publishedAt": "2024-04-26T08:00:00Z",
        "section": {"name": "Politik"},
    }
    value = {
        "menu": [{"title": "Start"}, {"title": "Kontakt"}, {"title": "Impressum"}],
        "response": {"pages": 3, "results": [article, {**article, "webUrl": "/2"}]},
    }
    leads = _listing(value).leads
    assert [lead.url for lead in leads] == ["https://www.example.org/1", "https://www.example.org/2"]
    assert (leads[0].published, leads[0].categories) == (datetime(2024, 4, 26, 8, tzinfo=UTC), ("Politik",))


def test_json_with_a_function_around_it_is_json() -> None:
    body = b'callback({"posts": [{"url": "/1", "title": "Eins"}]});'
    assert [lead.title for lead in _listing(body).leads] == ["Eins"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"status": "error"}', "neither a JSON Feed nor a list of articles: {status}; set list.item"),
        (b"<!doctype html><title>Anmeldung</title>", "no JSON, but an HTML page titled “Anmeldung”"),
        (b'{"items": [', "not readable as JSON"),
        (b"7", "neither a JSON Feed nor"),
    ],
)
def test_what_is_no_list_of_articles_is_told(body: bytes, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        _listing(body)
    assert caught.value.kind == "parse"
    assert told in str(caught.value)


# ---- paths ----------------------------------------------------------------------------------------------------------

VALUE = {
    "a": {"b": [{"c": 1}, {"c": None}, {"c": 3, "d": "x"}], "og:t": "o", "odd key": "k"},
    "n": [[{"c": 5}], [{"c": 6}]],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b[*].c", [1, 3]),
        ("a.b.c", [1, 3]),
        ("$.a.b[0].c", [1]),
        ("json:a.b[-1].d", ["x"]),
        ("a.b[9].c", []),
        ("a.og:t", ["o"]),
        ('a["odd key"]', ["k"]),
        ("a.x|a.og:t|a.b", ["o"]),
        ("n.c", [5, 6]),
        ("n[*][*].c", [5, 6]),
        ("a.*.c", [1, 3]),
        ("a.b.c.d.e", []),
        ("$", [VALUE]),
    ],
)
def test_a_path_leads_to_values(path: str, found: list[object]) -> None:
    assert jsonpath.find(path, VALUE) == found


@pytest.mark.parametrize("path", ["", "json:", "a..b", "a[", "a b", "a[x]", "article > a", ".a", "a|"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(jsonpath.BadPath):
        jsonpath.check(path)


def test_a_path_that_cannot_be_used_is_a_problem_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="not a JSON path"):
        rules.listing({"item": "json:data[x]"})
