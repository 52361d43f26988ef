"""Whatever sources print, what is published stays valid, harmless and readable."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

import feedparser
import pytest
import render_samples
import validity
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedsvc import render
from feedsvc.model import Document, Enclosure, Entry, Image, Membership
from feedsvc.render import links, prose

SITE = render_samples.site()
CHECKS = {"rss": validity.rss, "atom": validity.atom, "json": validity.json_feed}
NASTY = (
    "\x00\x01\x0b\x1f", "]]>", "<![CDATA[", "\ud800", "\udfff", "\ufffe", "\U0001f9d1\u200d\U0001f4bb", "\u202e",
    "\u2066", "<b>", "</b>", "<br/>", "<script>alert(1)</script>", "&amp;amp;lt;script&amp;amp;gt;", "&", "&auml;",
    "&lt;img src=x onerror=y&gt;", "&#x3c;script>", "<x onclick='y'>", "a < b", "List<String>", "\"'><svg onload=x>",
    "\u05d0\u05d1\u05d2", "\xa0", "\u2028", "{{ 7*7 }}", "{% raw %}", "--><!--", "\n\n", "\t",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=12)), max_size=6).map("".join)
addresses = st.one_of(
    st.just("https://www.portal.example/meldung"),
    st.sampled_from(
        ["javascript:alert(1)", "java\tscript:x", "http://[", "//x", "/relativ", "", "http://a:99999999999/", "data:,x",
         "https://b\u00fccher.example/\u00fc?q=\u00df#\u00e4#\u00f6", "http://ex\u2100mple/", "https://a.example/[x]|<>\"'`{}\\^",
         "https://a.example/%zz%", "http://a b.example/", "https://u:p@a.example/", "\x01https://a.example/\ud800"]
    ),
    texts.map(lambda value: f"https://a.example/{value}"),
)  # fmt: skip
moments = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(2025, 12, 30), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip
images = st.builds(Image, url=addresses, alt=texts, caption=texts, credit=texts)
enclosures = st.builds(Enclosure, url=addresses, media_type=texts, length=st.sampled_from([None, 0, -1, 5, 2**70]))
articles = st.fixed_dictionaries(
    {
        "url": addresses,
        "title": texts,
        "headline": texts,
        "kicker": st.none() | texts,
        "teaser": st.none() | texts,
        "body_html": st.none() | texts.map(lambda value: f"<p>{value}</p>"),
        "body_text": st.none() | texts,
        "published": st.none() | moments,
        "published_precision": st.sampled_from([None, "day", "minute", "second"]),
        "authors": st.lists(texts, max_size=3).map(tuple),
        "categories": st.lists(texts, max_size=3).map(tuple),
        "image": st.none() | images,
        "language": st.none() | st.sampled_from(["de", "en_US", "deutsch!", "\ud800"]),
        "enclosures": st.lists(enclosures, max_size=3).map(tuple),
    }
)
memberships = st.builds(Membership, feed=st.just("feeds/politik"), name=texts, reason=texts)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    seen = draw(moments)
    return render_samples.entry(
        draw(st.integers(0, 3)),
        source=draw(st.sampled_from(["portal", "amtsblatt", "fort"])),
        article=draw(articles),
        feed_time=draw(moments),
        first_seen=seen,
        changed=seen + draw(st.sampled_from([timedelta(0), timedelta(hours=1)])),
        memberships=draw(st.lists(memberships, max_size=2).map(tuple)),
    )


def rendered(*shown: Entry) -> dict[str, Document]:
    made = render.documents(render_samples.feed(), shown, SITE)
    return {document.path.rpartition(".")[2]: document for document in made}


def findings(made: dict[str, Document]) -> list[validity.Finding]:
    return [f for name, check in CHECKS.items() for f in check(made[name].body, f"{SITE.base_url}/{made[name].path}")]


@given(shown=st.lists(entries(), max_size=3))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_entries_give_valid_feeds(shown: Sequence[Entry]) -> None:
    made = rendered(*shown)
    assert findings(made) == []
    count = len({entry.id for entry in shown})
    assert len(json.loads(made["json"].body)["items"]) == count
    for name in ("rss", "atom"):
        read = feedparser.parse(made[name].body)
        assert not read.bozo
        assert len(read.entries) == count


@pytest.mark.slow
@given(shown=st.lists(entries(), max_size=4))
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_entries_give_valid_feeds_many_times(shown: Sequence[Entry]) -> None:
    assert findings(rendered(*shown)) == []


@pytest.mark.parametrize("nasty", NASTY)
def test_a_title_of_nothing_but_trouble_never_kills_a_feed(nasty: str) -> None:
    article = {"title": nasty, "headline": nasty, "teaser": nasty, "kicker": nasty, "body_html": nasty}
    made = rendered(render_samples.entry(0, article=article), render_samples.rich(body_html=nasty))
    assert findings(made) == []
    assert len(feedparser.parse(made["atom"].body).entries) == 2


def test_a_title_of_100_kilobytes_is_cut_and_costs_little() -> None:
    for filling in ("Wort ", "<b", "&amp;", "&", "<script>", "a" * 100, "&#38;amp;"):
        long = (filling * (100_000 // len(filling) + 1))[:100_000]
        begin = perf_counter()
        made = rendered(render_samples.rich(title=long, headline=long, teaser=long, body_text=long))
        assert perf_counter() - begin < 2
        assert findings(made) == []
        title = json.loads(made["json"].body)["items"][0]["title"]
        assert len(title.replace("\u2060", "")) <= prose.TITLE_CHARS


def test_a_body_no_source_would_print_is_left_out_before_it_costs_time() -> None:
    for body in ("<p>" * 30_000, "x" * 2_000_000):
        assert "content_html" not in json.loads(rendered(render_samples.rich(body_html=body))["json"].body)["items"][0]


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("AT&amp;amp;T", "AT&T"),
        ("<b>Neu</b>: Portal", "Neu : Portal"),
        ("3 < 5 & 7 > 2", "3 < 5 & 7 > 2"),
        ("Was ist <script>?", "Was ist ?"),
        ("Liste<String> erklärt", "Liste<\u2060String> erklärt"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("„Bürger*innen“ – Teil\u202e 2", "„Bürger*innen“ – Teil 2"),
        ("R&D und Q&A", "R&D und Q&A"),
        ("a\x00b\ud800c", "abc"),
    ],
)
def test_text_is_plain_and_means_the_same_read_once_or_twice(given_: str, shown: str) -> None:
    assert prose.plain(given_, 100) == shown


@pytest.mark.parametrize("value", [None, "", " ", "\u200b", "<br>", "&nbsp;", "\ud800"])
def test_text_without_anything_to_read_is_none(value: str | None) -> None:
    assert prose.plain(value, 100) is None


@pytest.mark.parametrize(
    ("url", "encoded"),
    [
        ("https://a.example/ü b?q=ß#ä", "https://a.example/%C3%BC%20b?q=%C3%9F#%C3%A4"),
        ("HTTPS://Bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://a.example/100%/[x]|y", "https://a.example/100%25/%5Bx%5D%7Cy"),
        ("https://a.example/#a#b", "https://a.example/#a%23b"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("/relativ", None),
        ("http://[::1]/", None),
        ("http://a b/", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_leave_absolute_and_encoded_or_not_at_all(url: str | None, encoded: str | None) -> None:
    assert links.outward(url) == encoded


def test_pages_show_hostile_text_as_text() -> None:
    article = {
        "title": "<script>alert(1)</script> {{ 7*7 }}", "headline": "\"><img src=x onerror=alert(1)> {{ 7*7 }}",
        "kicker": None, "teaser": "<svg onload=alert(1)> & mehr", "url": "javascript:alert(1)",
    }  # fmt: skip
    page = rendered(render_samples.entry(0, article=article))["html"].body.decode()
    assert "{{ 7*7 }}" in page
    assert "<script" not in page
    assert "onerror" not in page
    assert "javascript:" not in page
