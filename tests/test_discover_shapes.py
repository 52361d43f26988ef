"""Listing pages in the shapes of many systems: every lead with all its fields, and the next page."""

from __future__ import annotations

import pytest
from shapes import FETCHED, SHAPES, read

from feedsvc import discover
from feedsvc.model import Page, Source


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_in_this_shape_is_read_completely(name: str) -> None:
    shape = read(SHAPES[name])
    page = Page(url=shape.url, final_url=shape.url, body=shape.page(), fetched_at=FETCHED)
    listing = discover.leads(page, Source(id="x", url=shape.url))
    expected = shape.expected()
    assert [lead.url for lead in listing.leads] == [row["url"] for row in expected]
    got = [{field: getattr(lead, field) for field in row} for lead, row in zip(listing.leads, expected, strict=True)]
    assert got == expected
    assert listing.next_page == shape.told.get("next")
