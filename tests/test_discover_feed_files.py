"""Golden pairs: feeds as many programs write them, and broken ones, beside what must be read from them.

`tests/feeds/<name>.xml` is the feed, the `.json` beside it what it gives; `--bless` (or FEEDSVC_BLESS=1) writes that
again, and the difference is reviewed. A new feed needs no Python.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feedsvc import discover
from feedsvc.discover import feed, loosefeed, xmlfeed
from feedsvc.discover.items import Context
from feedsvc.model import Listing, Page, Source

FEEDS = Path(__file__).parent / "feeds"
NAMES = sorted(path.stem for path in FEEDS.glob("*.xml"))
FETCHED = datetime(2024, 4, 26, 12, tzinfo=UTC)


def _page(name: str) -> Page:
    url = f"https://{name}.example/feed.xml"
    return Page(url=url, final_url=url, body=(FEEDS / f"{name}.xml").read_bytes(), fetched_at=FETCHED)


def _context(page: Page) -> Context:
    return Context(page.final_url, Source(id="golden", url=page.url), page.fetched_at)


def _shown(listing: Listing) -> dict[str, Any]:
    """Return a listing as JSON would write it, without what is empty."""

    def written(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, dict):
            return {key: written(inner) for key, inner in value.items() if inner not in (None, (), [])}
        return [written(one) for one in value] if isinstance(value, (list, tuple)) else value

    shown: dict[str, Any] = written(dataclasses.asdict(listing))
    return shown


@pytest.mark.parametrize("name", NAMES)
def test_a_feed_gives_what_stands_beside_it(name: str, bless: bool) -> None:
    page = _page(name)
    shown = _shown(discover.leads(page, Source(id="golden", url=page.url, kind="feed")))
    golden = FEEDS / f"{name}.json"
    if bless:
        golden.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert shown == json.loads(golden.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_of_reading_tell_the_same(name: str) -> None:
    page = _page(name)
    context = _context(page)
    try:
        told = xmlfeed.read(feed.plain_utf8(page), context)
    except xmlfeed.Odd:
        return  # and feedparser reads it
    assert told == loosefeed.read(feed.decoded(page), context)


def test_most_well_formed_feeds_are_read_directly() -> None:
    """A way that refused everything would pass every comparison."""
    direct = 0
    for name in NAMES:
        page = _page(name)
        try:
            xmlfeed.read(feed.plain_utf8(page), _context(page))
        except xmlfeed.Odd:
            continue
        direct += 1
    assert direct >= 65
