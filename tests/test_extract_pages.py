"""Golden pairs: every page under tests/pages gives the article that stands beside it as JSON.

A page's first line of the pair is its address; `--bless` (or FEEDSVC_BLESS=1) writes the JSON again, and the difference
is reviewed. Adding a page needs no Python.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from feedsvc import extract
from feedsvc.model import Page, Source

PAGES = Path(__file__).parent / "pages"
ALL = sorted(page for page in PAGES.glob("*/*.html") if not page.name.startswith("listing"))


def read(page: Path) -> dict[str, object]:
    url = f"https://www.{page.parent.name}.example/meldungen/{page.stem}"
    fetched = Page(url=url, final_url=url, body=page.read_bytes())
    article = extract.article(fetched, None, Source(id=page.parent.name, url=url))
    return json.loads(json.dumps(dataclasses.asdict(article), default=str))


@pytest.mark.parametrize("page", ALL, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_a_page_gives_the_article_beside_it(page: Path, bless: bool) -> None:
    expected, got = page.with_suffix(".json"), read(page)
    if bless:
        expected.write_text(json.dumps(got, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert got == json.loads(expected.read_text(encoding="utf-8"))
