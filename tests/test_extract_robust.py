"""Whatever bytes arrive, they give an article or a ContentError, soon."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import hostile_pages
import pytest
import sound
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feedsvc import extract
from feedsvc.errors import ContentError
from feedsvc.model import Article, Page, Source

HERE = Path(__file__).parent
PAGES = tuple(page.read_bytes() for page in sorted((HERE / "pages").glob("*/*.html")))
SECONDS = 15.0  # no measure of speed: what is quadratic on these pages takes minutes
MEGABYTES = 400
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
    if article is not None:
        sound.article(article)


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


STATES = st.recursive(
    JSON
    | st.integers()
    | st.sampled_from([10**400, -(10**20), 1e308, 1_714_000_000, "2024-04-26", P * 6, "/a.jpg", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "title body text type children publishedAt updatedAt date author name image url kicker".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@SETTINGS
@example(10**400, "")
@given(STATES, st.sampled_from(["", "window.__STATE__=", "self.__next_f.push([1,"]))
def test_any_state_of_an_app_shell_gives_an_article_or_a_content_error(value: object, wrapper: str) -> None:
    state = json.dumps(
        {"title": "Ein langer Titel", "body": P * 6, "publishedAt": value, "image": value, "author": value, "x": value}
    )
    kind = "" if wrapper else ' type="application/json" id="__NEXT_DATA__"'
    closing = "])" if "push" in wrapper else ""
    told = json.dumps(f"1:{state}\n") if "push" in wrapper else state
    page = f"<title>Ein langer Titel</title><div id=__next></div><script{kind}>{wrapper}{told}{closing}</script>"
    assert_sound(read(page.encode("utf-8", "surrogatepass")))


# Some of `hostile_pages`, of every kind one or two, so that all of it takes less than a minute.
HEAVY = (
    "div 240 deep and wide", "b 100,000 deep", "font 200 deep with blocks", "tables 80 deep and wide",
    "50 MB of prose", "9.9 MB of umlauts", "9.9 MB of one word", "title of 9 MB", "heading of 9 MB of umlauts",
    "anchor of 9 MB", "caption of 9 MB", "href of 9 MB", "data: address of 9 MB", "300,000 tags", "40,000 sentences",
    "49,000 links of one address", "12,000 teasers", "12,000 flat teasers", "16,000 flat pictures", "24,000 h1",
    "one row of 45,000 cells", "only scripts", "100,000 attributes of one tag", "a million attributes",
    "190 attributes with values of 8,000 tags", "a million entities", "JSON-LD 100,000 brackets deep and closed",
    "JSON-LD of 9 good blocks of 1 MB", "JSON-LD that repeats", "app state of 9 MB", "random bytes of 7.6 MB",
    "high bytes of 9.9 MB", "lone surrogates", "combining characters", "utf-32 without mark", "open comments",
    "open quotes", "open scripts with ends that are none", "blanks in a tag", "said: von and names", "said: credits",
    "said: dates", "195 x names", "195 x brackets",
)  # fmt: skip


@pytest.mark.slow
def test_hostile_pages_are_answered_within_their_bounds() -> None:
    """Each page and function in a child of its own: SECONDS are no measure of speed, the memory is one."""
    done = subprocess.run(
        [sys.executable, str(HERE / "hostile.py"), *HEAVY], capture_output=True, text=True, timeout=600, check=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip
    readings = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(readings) == 2 * len(HEAVY)
    answered = re.compile(r"article of \d+ characters|\d+ leads|ContentError .*", re.DOTALL)
    assert [reading for reading in readings if not answered.fullmatch(reading["answer"])] == []
    assert [reading for reading in readings if reading["cpu"] > SECONDS or reading["mb"] > MEGABYTES] == []


@pytest.mark.parametrize(
    "name", ["said: von", "said: commas", "said: digits and dots", "said: blanks", "said: open brackets"]
)
def test_hostile_words_wherever_words_are_read_cost_no_more_than_their_length(name: str) -> None:
    started = time.process_time()
    assert_sound(read(hostile_pages.page(name)))
    assert time.process_time() - started < SECONDS


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
