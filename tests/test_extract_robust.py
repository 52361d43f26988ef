"""Whatever bytes arrive, they give an article or a ContentError, soon."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedsvc import extract
from feedsvc.errors import ContentError
from feedsvc.model import Article, Page, Source

PAGES = tuple(page.read_bytes() for page in sorted((Path(__file__).parent / "pages").glob("*/*.html")))
SECONDS = 15.0  # no measure of speed: what is quadratic on these pages takes minutes
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
P = "<p>Ein Satz mit genug Zeichen, damit er als Absatz gilt, und noch einer dazu.</p>"


def read(body: bytes) -> Article | None:
    """Return the article, or None for a ContentError; anything else fails the test."""
    page = Page(url="http://portal.example/a", final_url="http://portal.example/a", body=body)
    try:
        return extract.article(page, None, Source(id="x", url="http://portal.example/"))
    except ContentError:
        return None


def assert_sound(article: Article | None) -> None:
    """Assert what holds for every article: no empty values, aware dates, nothing that runs."""
    if article is None:
        return
    singles = (article.kicker, article.teaser, article.body_html, article.body_text, article.language)
    assert all(value is None or value.strip() for value in singles)
    assert all(name.strip() for name in (*article.authors, *article.categories))
    assert article.published is None or (isinstance(article.published, datetime) and article.published.tzinfo)
    assert (article.published is None) == (article.published_precision is None)
    assert "<script" not in (article.body_html or "")


@SETTINGS
@given(st.binary(max_size=2000))
def test_any_bytes_give_an_article_or_a_content_error(body: bytes) -> None:
    assert_sound(read(body))


@SETTINGS
@given(st.sampled_from(PAGES), st.data())
def test_a_damaged_page_gives_an_article_or_a_content_error(page: bytes, data: st.DataObject) -> None:
    """Pieces are cut out, doubled, moved and overwritten, tags and entities among them."""
    body = bytearray(page)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(body) - 1)))
        length = data.draw(st.integers(0, 400))
        piece = data.draw(
            st.sampled_from([b"", b"<", b"</", b'"', b"&#", b"<!--", b"\xff\xfe", b"\0", bytes(body[at:][:90])])
        )
        body[at : at + length] = piece
    assert_sound(read(bytes(body)))


KEYS = st.sampled_from("@type author name datePublished image keywords headline @id publisher".split())
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@SETTINGS
@given(JSON)
def test_any_structured_data_gives_an_article(value: object) -> None:
    block = json.dumps({"@type": "Article", "author": value, "keywords": value, "image": value, "headline": value})
    article = read(
        f'<script type="application/ld+json">{block}</script><h1>Titel</h1>{P}{P}'.encode("utf-8", "replace")
    )
    assert article is not None
    assert_sound(article)


HEAVY = {
    "nested elements": "<h1>T</h1>" + "<div>" * 100_000 + "text",
    "a title of ten megabytes": "<title>" + "t " * 4_900_000 + "</title><p>x",
    "a heading of nine megabytes": "<h1>" + "tT " * 3_000_000 + "</h1><p>x",
    "forty thousand paragraphs": "<h1>T</h1>" + P * 40_000,
    "deep and wide": "<div>" * 240 + P * 24_000,
    "pictures": "<h1>T</h1>" + "".join(f"<img src=/a{n}.jpg>{P}" for n in range(16_000)),
    "headings": "<title>Titel</title>" + "<h2><a href=/x>Ein langer Titel hier</a></h2><p>abc</p>" * 12_000,
    "table cells": "<h1>T</h1><table>" + "<tr><td>a<td>b" * 12_000,
    "brackets in structured data": '<script type="application/ld+json">' + "[" * 900_000 + "</script><h1>T</h1>",
    "blanks in structured data": '<script type="application/ld+json">{,' + " " * 900_000 + "</script><h1>T</h1>",
    "meta elements": "<meta name=author content=x>" * 40_000 + "<h1>T</h1><p>x",
    "only scripts": "<script>var a = 1;</script>" * 10_000,
    "separators in a title": "<title>" + " - ".join(["ab"] * 30_000) + "</title><h1>ab</h1><p>x",
    "classes": "<h1>T</h1>" + "".join(f"<p class=c{n}>x</p>" for n in range(40_000)),
    "more elements than any page has": "<b>x</b>" * 140_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_page_costs_no_more_than_its_size(name: str) -> None:
    started = time.process_time()
    assert_sound(read(HEAVY[name].encode()))
    assert time.process_time() - started < SECONDS


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(PAGES),
    st.lists(st.tuples(st.integers(0, 8000), st.integers(0, 300), st.integers(0, 8000)), max_size=9),
)
def test_a_shuffled_page_gives_an_article_or_a_content_error(page: bytes, moves: list[tuple[int, int, int]]) -> None:
    body = bytearray(page)
    for start, length, target in moves:
        piece = body[start : start + length]
        del body[start : start + length]
        body[target:target] = piece
    assert_sound(read(bytes(body)))
