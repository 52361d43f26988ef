"""Pages for people: right HTML, usable by everybody, nothing from strangers, and the truth about each entry."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
import render_samples

from feedsvc import render
from feedsvc.model import Document, FetchSettings, Membership
from feedsvc.render import pages, words

SITE = render_samples.site()
FEEDS = [
    render_samples.feed(path="feeds/all", slug="all", title="Alles", kind="all"),
    render_samples.feed(),
    render_samples.feed(path="feeds/leer", slug="leer", title="Smart City"),
    render_samples.feed(path="feeds/noots", slug="noots", title="NOOTS", kind="question"),
    render_samples.feed(path="sources/portal", slug="portal", title="portal", kind="source"),
]


def every_page(language: str = "de") -> list[Document]:
    site = render_samples.site(language=language)
    newest = [(feed, () if feed.slug == "leer" else render_samples.entries()) for feed in FEEDS]
    return [
        render.documents(FEEDS[1], render_samples.entries(), site)[3],
        render.documents(FEEDS[2], (), site)[3],
        render.index(newest, site),
        render.index((), site),
        render.about(site),
        render.not_found(site),
        render.gone(site, "feeds/alt.rss"),
    ]


class Outline(HTMLParser):
    """What a page is made of, read with another parser than browsers use but as strictly as a validator."""

    void = frozenset("area base br col embed hr img input link meta source track wbr circle path rect".split())

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(document.body.decode())
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"{tag}: {name} twice" for name, times in Counter(names).items() if times > 1]
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_are_well_formed_and_accessible(language: str) -> None:
    for document in every_page(language):
        outline = Outline(document)
        assert outline.faults == [], document.path
        assert outline.all("html")[0]["lang"] == language
        levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), document.path
        assert all("alt" in picture for picture in outline.all("img"))
        labelled = {label["for"] for label in outline.all("label")}
        assert {field["id"] for field in outline.all("input")} == labelled
        ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        references = [a["aria-labelledby"] for _, a in outline.tags if "aria-labelledby" in a]
        assert set(references) <= set(ids)
        assert outline.all("main")
        assert outline.all("a")[0]["href"] == "#content"


def test_pages_work_under_the_strictest_policy_and_ask_nobody_else() -> None:
    for document in every_page():
        outline = Outline(document)
        assert not outline.all("script", "style", "iframe", "img", "object", "base"), document.path
        for tag, attributes in outline.tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (document.path, tag)
        fetched = [a["href"] for a in outline.all("link") if a["rel"] in ("stylesheet", "icon", "apple-touch-icon")]
        assert len(fetched) == 3
        assert all(href.startswith("/verwaltung/") for href in fetched)
    style = next(document for document in render.assets(SITE) if document.path == "style.css").body.decode()
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_is_made_from_base_url_or_leads_to_a_source() -> None:
    for document in every_page():
        for attributes in Outline(document).all("a", "form"):
            href = attributes.get("href") or attributes["action"]
            assert re.match(
                r"#content$|mailto:feeds@example\.org$|(feed:)?https://feeds\.example\.org/verwaltung/"
                r"|https://(www\.)?(portal|amtsblatt)\.example/",
                href,
            ), (document.path, href)


def test_feed_pages_let_readers_discover_the_feed() -> None:
    found = [a for a in Outline(every_page()[0]).all("link") if a["rel"] == "alternate"]
    assert [(a["type"], a["href"].rpartition("/")[2]) for a in found] == [
        ("application/rss+xml", "politik.rss"),
        ("application/atom+xml", "politik.atom"),
        ("application/feed+json", "politik.json"),
        ("text/x-opml", "opml.xml"),
    ]
    assert "feed:https://feeds.example.org/verwaltung/feeds/politik.rss" in every_page()[0].body.decode()


def test_an_entry_says_where_it_is_from_when_and_why() -> None:
    edited = render_samples.entry(0, changed=render_samples.FIRST_SEEN + timedelta(hours=3))
    page = _text(render.documents(render_samples.feed(), [edited], SITE)[3])
    for said in (
        "27. April 2024",
        "portal – moderne verwaltung",
        "Nordmark: Bürgerportal startet mit zwölf Diensten",
        "Seit Montag lassen sich in Nordmark zwölf Leistungen",
        "Korrigiert am 29. April 2024, 11:30 Uhr",
        "portal – moderne verwaltung führt die Meldung unter „Politik“",
        "zuerst gesehen am 29. April 2024, 08:30 Uhr",
    ):
        assert said in page
    assert "Korrigiert am" not in _text(render.documents(render_samples.feed(), [render_samples.entry(0)], SITE)[3])


def test_an_undated_entry_says_so_and_a_future_one_shows_its_own_date() -> None:
    undated = render_samples.entry(0, article={"published": None, "published_precision": None})
    assert "ohne Datum" in _text(render.documents(render_samples.feed(), [undated], SITE)[3])
    future = render_samples.entry(
        0, article={"published": render_samples.FIRST_SEEN + timedelta(days=400), "published_precision": "minute"}
    )
    assert "3. Juni 2025, 08:30 Uhr" in _text(render.documents(render_samples.feed(), [future], SITE)[3])


@pytest.mark.parametrize(
    ("reason", "german", "english"),
    [
        ("label: IT", "X führt die Meldung unter „IT“", "X files it under “IT”"),
        ("keyword: Netz: {a}", "„Netz: {a}“ kommt in Titel oder Anriss vor", "“Netz: {a}” is in its title or teaser"),
        ("source", "alles von X gehört hierher", "everything from X belongs here"),
        ("fallback", "kein anderes Thema passte", "no other topic matched"),
        ("question", "die gespeicherte Suche trifft zu", "the saved search finds it"),
        ("written by hand", "written by hand", "written by hand"),
    ],
)
def test_reasons_are_said_in_words(reason: str, german: str, english: str) -> None:
    assert words.reason(reason, "X", SITE) == german
    assert words.reason(reason, "X", render_samples.site(language="en")) == english


def test_other_topics_of_an_entry_are_linked_and_its_own_feed_is_not() -> None:
    both = tuple(Membership(feed=f"feeds/{s}", name=s.title(), reason="source") for s in ("politik", "recht"))
    page = render.documents(render_samples.feed(), [render_samples.entry(0, memberships=both)], SITE)[3].body.decode()
    assert '<a href="https://feeds.example.org/verwaltung/feeds/recht/">Recht</a>' in page
    assert '<a href="https://feeds.example.org/verwaltung/feeds/politik/">Politik</a>' not in page


def test_the_front_page_has_every_feed_with_its_headlines() -> None:
    page = every_page()[2].body.decode()
    for feed in FEEDS:
        assert f'href="https://feeds.example.org/verwaltung/{feed.path}/"' in page
        assert f'href="https://feeds.example.org/verwaltung/{feed.path}.atom"' in page
    assert "Noch keine Meldung" in page
    assert "Meldungen einer Quelle" in _text(every_page()[2])


def test_about_says_what_the_configuration_says() -> None:
    fetching = FetchSettings(user_agent="feedsvc/9 (+x)", host_gap=timedelta(seconds=7), respect_robots=False)
    page = _text(render.about(SITE, fetching))
    for said in (
        "feeds@example.org",
        "feedsvc/9 (+x)",
        "mindestens 7 Sekunden",
        "nicht beachtet",
        "Amtsblatt",
        "CC BY 4.0",
    ):
        assert said in page
    assert "wird befolgt" in _text(render.about(SITE))
    nobody = _text(render.about(render_samples.site(contact="", origins={})))
    assert "keine Kontaktadresse" in nobody
    assert "Noch ist keine Quelle" in nobody
    assert 'href="mailto:a@example.org"' in render.about(render_samples.site(contact="a@example.org")).body.decode()
    assert 'href="javascript' not in render.about(render_samples.site(contact="javascript:x")).body.decode()


def test_a_retired_feed_is_named_on_its_page() -> None:
    assert "feeds/alt.rss" in _text(render.gone(SITE, "feeds/alt.rss"))
    assert (render.gone(SITE).path, render.not_found(SITE).path) == ("410.html", "404.html")


def test_another_part_of_the_service_can_use_the_frame() -> None:
    template = '{% extends "base.html.j2" %}{% block main %}<h1>{{ heading }}</h1>{% endblock %}'
    page = Document(path="x", media_type="", body=pages.frame(SITE, title="Suche", source=template, heading="<b>"))
    assert Outline(page).faults == []
    assert "<h1>&lt;b&gt;</h1>" in page.body.decode()


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, 1.4.3)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_have_the_contrast_that_reading_needs_in_light_and_dark() -> None:
    style = files("feedsvc.render").joinpath("static", "style.css").read_text()
    schemes = [
        dict(re.findall(r"--(\w[\w-]*): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{\n(.*?)\}", style, re.S)
    ]
    assert len(schemes) == 2
    for scheme in schemes:
        for ink in ("ink", "soft", "accent", "kicker"):
            for ground in ("paper", "sheet", "mark"):
                assert _contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground, scheme)
        assert _contrast(scheme["on-accent"], scheme["accent"]) >= 4.5


def test_the_same_values_give_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib, locale, render_samples as s; locale.setlocale(locale.LC_ALL, '')\n"
        "from feedsvc import render; site = s.site(); feed = s.feed()\n"
        "made = [*render.documents(feed, s.entries(), site), render.index([(feed, s.entries())], site),"
        " render.opml([feed], site), render.about(site), render.not_found(site), render.gone(site),"
        " *render.assets(site)]\n"
        "print(hashlib.sha256(b''.join(d.path.encode() + d.body for d in made)).hexdigest())"
    )
    tests = Path(__file__).parent
    running = []
    for seed, language, zone in (("1", "C", "UTC"), ("2", "C.utf8", "Asia/Tokyo")):
        environment = {"PYTHONHASHSEED": seed, "LC_ALL": language, "TZ": zone, "PATH": os.environ.get("PATH", "")}
        environment["PYTHONPATH"] = os.pathsep.join((str(tests), str(tests.parent)))
        command = [sys.executable, "-W", "error", "-c", program]
        running.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE))
    digests = {process.communicate(timeout=60)[0] for process in running}
    assert [process.returncode for process in running] == [0, 0]
    assert len(digests) == 1


def _text(document: Document) -> str:
    """Return a page's text on one line."""

    class Text(HTMLParser):
        found = ""

        def handle_data(self, data: str) -> None:
            self.found += data

    reader = Text()
    reader.feed(document.body.decode())
    return " ".join(reader.found.split())
