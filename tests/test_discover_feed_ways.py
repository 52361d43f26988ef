"""Two ways to read a feed, directly and by feedparser: whatever is read directly is what feedparser would have read."""

from __future__ import annotations

import contextlib
import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feed_samples
import pytest

from feedsvc import dates
from feedsvc.discover import feed, items, loosefeed, xmlfeed
from feedsvc.discover.entries import Feed
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Page, Source

URL = "https://www.example.org/news/feed.xml"
CONTEXT = Context(URL, Source(id="x", url=URL), datetime(2026, 11, 25, tzinfo=UTC))


def _both(body: bytes) -> tuple[Feed, Feed] | None:
    """Return what both ways tell of a feed, None if it is not read directly."""
    page = Page(url=URL, final_url=URL, body=body)
    try:
        direct = xmlfeed.read(feed.plain_utf8(page), CONTEXT)
    except xmlfeed.Odd:
        return None
    return direct, loosefeed.read(feed.decoded(page), CONTEXT)


def _by_chance(seeds: range) -> int:
    """Compare feeds made by chance, and return how many were read directly."""
    direct = 0
    for seed in seeds:
        if told := _both(feed_samples.feed(random.Random(seed)).encode()):
            assert told[0] == told[1], seed
            direct += 1
    return direct


def test_feeds_made_by_chance_are_read_alike() -> None:
    assert _by_chance(range(250)) >= 60


@pytest.mark.slow
def test_many_feeds_made_by_chance_are_read_alike() -> None:
    assert _by_chance(range(1_000, 9_000)) >= 2_000


@pytest.mark.skipif(
    "FEEDPARSER_TESTS" not in os.environ, reason="set FEEDPARSER_TESTS to the tests of feedparser's sdist"
)
def test_feedparsers_own_test_feeds_are_read_alike() -> None:
    told = {path: _both(path.read_bytes()) for path in Path(os.environ["FEEDPARSER_TESTS"]).rglob("*.xml")}
    direct = {path: both for path, both in told.items() if both}
    assert [path for path, both in direct.items() if both[0] != both[1]] == []
    assert len(direct) >= 750


@pytest.mark.parametrize(
    "broken",
    [
        "<rss version='2.0'><channel><title>A & B</title></channel></rss>",
        "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel><title>&a;</title></channel></rss>",
        "<rss version='2.0'><channel><title>A</title></channel><channel/></rss>",
        "<rss version='2.0'><channel><title>A <b>B</b></title></channel></rss>",
        "<rss version='2.0'><channel><item><title>A</title><pubDate>irgendwann</pubDate></item></channel></rss>",
        "<rss version='2.0'><channel><item><title>&#150;</title></item></channel></rss>",
        "<rss version='2.0'><channel><item><title>A</title><unbekannt>B</unbekannt></item></channel></rss>",
        "<html><body/></html>",
        "",
    ],
)
def test_what_is_odd_is_left_to_feedparser(broken: str) -> None:
    with pytest.raises(xmlfeed.Odd):
        xmlfeed.read(broken.encode(), CONTEXT)


def test_no_entity_is_expanded_and_no_file_is_read() -> None:
    body = (
        '<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        '<rss version="2.0"><channel><title>A&file;B</title>'
        "<item><title>T&file;</title><link>https://www.example.org/1</link></item></channel></rss>"
    )
    told = feed.told(Page(url=URL, final_url=URL, body=body.encode()), CONTEXT)
    assert told.title in ("AB", "A&file;B")


def test_bytes_that_are_the_name_of_a_file_are_not_read_from_it(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text("<rss version='2.0'><channel><title>Geheim</title></channel></rss>")
    with pytest.raises(ValueError, match=r"no feed elements|not well-formed|syntax error"):
        loosefeed.read(str(path), CONTEXT)


# ---- dates in the two standard forms --------------------------------------------------------------------------------


def test_dates_by_the_standards_are_read_as_all_dates_are() -> None:
    chance = random.Random(4)
    for _ in range(500):
        at = datetime(1985, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(4_000_000_000))
        zone = chance.choice(("GMT", "+0000", "+0200", "-0530", "+1300", "-1200", "+0199", "+2500", "EST", "Z"))
        mark = chance.choice(("Z", "+00:00", "+02:00", "-05:30", "+13:00", "+24:00", "+02:75", ""))
        for words in (
            f"{at:%a, %d %b %Y %H:%M:%S} {zone}",
            f"{at:%d %b %Y %H:%M:%S} {zone}",
            f"{at:%Y-%m-%dT%H:%M:%S}{mark}",
        ):
            if (quick := items.by_standard(words)) is not None:
                assert quick == dates.parse(words), words


@pytest.mark.parametrize(
    "words",
    [
        "Fri, 31 Feb 2024 08:00:00 GMT",
        "Fri, 26 Mai 2024 08:00:00 GMT",
        "2024-13-01T08:00:00Z",
        "2024-04-26T24:00:00Z",
        "gestern",
    ],
)
def test_what_is_not_by_the_standards_is_left_to_the_reader_of_all_dates(words: str) -> None:
    assert items.by_standard(words) is None


# ---- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel>" + b"<![CDATA[" * 200_000,
        b"<rss version='2.0'><channel><title>" + b"<!--" * 200_000,
        b"<rss version='2.0'><channel><item><author>" + b"a" * 500_000 + b"@",
        b"<rss version='2.0'><channel><item><title>" + b"&" * 500_000,
        b"<rss version='2.0'><channel>" + b"<media:title " * 5_000,
        b"<rss version='2.0'><channel>" + b"<item>" * 400_000,
        b"<rss version='2.0'><channel><item><description>" + b"The post x appeared first on y " * 20_000 + b"z",
    ],
    ids=["cdata", "comments", "author", "ampersands", "media", "items", "appended"],
)
def test_what_repeats_itself_costs_no_more_than_its_length(body: bytes) -> None:
    begun = time.process_time()
    with contextlib.suppress(ContentError):
        feed.read(Page(url=URL, final_url=URL, body=body), CONTEXT.source)
    assert time.process_time() - begun < 10
