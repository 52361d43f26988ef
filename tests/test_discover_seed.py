"""The first user's article page: its fifteen related teasers with every field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedsvc import discover
from feedsvc.model import Lead, Page, Source

SEED = Path(__file__).resolve().parents[2] / "shared" / "data" / "seed"
URL = "https://www.move-online.de/k21-meldungen/teams-fuer-die-landesverwaltung/"

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the first user's article is not beside this checkout")


def _found() -> tuple[Lead, ...]:
    page = Page(url=URL, final_url=URL, body=(SEED / "article.html").read_bytes())
    return discover.find(page, Source(id="seed", url=URL))


def _expected() -> list[dict[str, object]]:
    related: list[dict[str, object]] = json.loads((SEED / "expected.json").read_text("utf-8"))["related"]
    return related


def test_every_field_of_the_related_teasers_is_what_the_record_says() -> None:
    for lead, want in zip(_found(), _expected(), strict=True):
        assert lead.published is not None
        assert {
            "kicker": lead.kicker,
            "headline": lead.headline,
            "title": lead.title,
            "teaser": lead.teaser,
            "date": lead.published.date().isoformat(),
            "date_precision": lead.published_precision,
            "image_alt": lead.image.alt if lead.image else None,
        } == {
            name: want[name]
            for name in ("kicker", "headline", "title", "teaser", "date", "date_precision", "image_alt")
        }


def test_a_day_is_midnight_in_berlin() -> None:
    first = _found()[0].published
    assert first is not None
    assert first.isoformat() == "2025-03-25T00:00:00+01:00"


def test_the_portals_category_links_are_no_articles() -> None:
    assert all("/k21-meldungen/" in lead.url for lead in _found())
