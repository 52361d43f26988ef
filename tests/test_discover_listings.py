"""Golden pairs: listing pages in many shapes beside what must be read from them; a new page needs no Python.

`tests/listings/<portal>/<slug>.html` is the page, the `.json` beside it holds its address, the rules for it if any, and
the leads in page order. Of a lead only the fields that stand in the JSON are compared.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feedsvc import discover, rules
from feedsvc.model import Image, Lead, ListRules, Page, Source

LISTINGS = Path(__file__).parent / "listings"
PAGES = sorted(path.relative_to(LISTINGS).with_suffix("").as_posix() for path in LISTINGS.glob("*/*.html"))


def _load(name: str) -> tuple[Page, Source, dict[str, Any]]:
    expected: dict[str, Any] = json.loads((LISTINGS / f"{name}.json").read_text("utf-8"))
    fetched = datetime.fromisoformat(expected["fetched_at"]) if "fetched_at" in expected else None
    body = (LISTINGS / f"{name}.html").read_bytes()
    page = Page(url=expected["url"], final_url=expected["url"], body=body, fetched_at=fetched)
    list_rules = rules.listing(expected["rules"]) if "rules" in expected else ListRules()
    return page, Source(id="golden", url=expected["url"], list_rules=list_rules), expected


def _shown(lead: Lead, fields: dict[str, Any]) -> dict[str, Any]:
    """Return of a lead what the expectation names, written as JSON would."""
    shown: dict[str, Any] = {}
    for name in fields:
        value = getattr(lead, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        if isinstance(value, Image):
            value = {part: getattr(value, part) for part in fields[name] or ("url", "alt")}
        shown[name] = list(value) if isinstance(value, tuple) else value
    return shown


@pytest.mark.parametrize("name", PAGES)
def test_a_listing_page_gives_the_leads_beside_it(name: str) -> None:
    page, source, expected = _load(name)
    listing = discover.leads(page, source)
    assert [lead.url for lead in listing.leads] == [lead["url"] for lead in expected["leads"]]
    for lead, fields in zip(listing.leads, expected["leads"], strict=True):
        assert _shown(lead, fields) == fields
    assert listing.next_page == expected["next_page"]
    assert len(listing.rejected) == expected.get("rejected", 0)


@pytest.mark.parametrize("name", PAGES)
def test_a_listing_page_is_not_taken_for_an_article(name: str) -> None:
    page, source, expected = _load(name)
    assert [lead.url for lead in discover.find(page, source)] == [lead["url"] for lead in expected["leads"]]


def test_there_are_listing_pages_to_read() -> None:
    assert len(PAGES) >= 12
