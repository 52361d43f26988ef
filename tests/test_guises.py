"""The article of a portal whose markup nobody has seen: every field of it and of its fifteen related teasers."""

from __future__ import annotations

import re

import pytest
from guises import BASE, PARTS, SHARED, SYSTEMS, URL, Guise, Record, address, drawn, guise, iso, ours, seed

from feedsvc import discover, errors, extract
from feedsvc.model import Article, Lead, Page, Source

SOURCE = Source(id="portal", url=f"{BASE}/")
LIST = f"{BASE}/meldungen/"
OURS = ours()
SINGLE = {
    f"{part}: {name}": guise(**{part: name}) for part, names in PARTS.items() for name in names if name != "listing"
}
LISTINGS = {
    f"{item}, {name}": guise(item=item, list=name, frame="listing")
    for item in PARTS["item"]
    for name in PARTS["list"]
    if item != "spans" or "sequence" not in name  # a list of nothing but inline elements is one line
}
needs_seed = pytest.mark.skipif(not SHARED.exists(), reason="needs the first user's article in ../shared")


def mistakes(record: Record, one: Guise) -> list[str]:
    """Return what is not as the record has it, in words."""
    page = Page(url=URL, final_url=URL, body=one.page(record))
    try:
        article = extract.article(page, None, SOURCE)
    except errors.ContentError as error:
        return [f"article: {error}"]
    return [*_in_the_article(record, article), *in_the_leads(record, discover.find(page, SOURCE))]


def _in_the_article(record: Record, article: Article) -> list[str]:
    image, at = article.image, article.published
    wanted = {
        "kicker": (article.kicker, record.kicker),
        "headline": (article.headline, record.headline),
        "title": (article.title, f"{record.kicker}: {record.headline}"),
        "date": (at.date().isoformat() if at else None, iso(record.day)),
        "precision": (article.published_precision, "day"),
        "teaser": (article.teaser, record.lead),
        "picture": (image.url if image else None, f"{BASE}/bilder/haupt.jpg"),
        "alt": (image.alt if image else None, record.alt),
        "caption": (image.caption if image else None, record.caption),
        "credit": (image.credit if image else None, record.credit),
        "body": ((article.body_text or "").split("\n"), list(record.body)),
        "categories": (article.categories, record.categories),
        "authors": (article.authors, ()),
        "language": (article.language, "de"),
    }
    found = [f"{name}: {got!r}" for name, (got, want) in wanted.items() if got != want]
    said = re.sub(r"<[^>]+>", " ", article.body_html or "") + (article.body_text or "")
    leaks = [item.headline for item in record.related if item.text[:40] in said or item.headline in said]
    return found + ([f"leaks: {leaks}"] if leaks else [])


def in_the_leads(record: Record, leads: tuple[Lead, ...]) -> list[str]:
    """Return how the leads differ from the record's related teasers, in words."""
    got = [_row(lead) for lead in leads]
    want = [
        (BASE + address(n), f"{i.kicker}: {i.headline}", i.kicker, i.headline, iso(i.day), "day", i.text, i.alt)
        for n, i in enumerate(record.related, 1)
    ]
    if len(got) != len(want):
        return [f"leads: {len(got)}"]
    return [f"lead: {one} instead of {other}" for one, other in zip(got, want, strict=True) if one != other]


def _row(lead: Lead) -> tuple[str | None, ...]:
    day = lead.published.date().isoformat() if lead.published else None
    alt = lead.image.alt if lead.image else None
    return (lead.url, lead.title, lead.kicker, lead.headline, day, lead.published_precision, lead.teaser, alt)


@pytest.mark.parametrize("one", SYSTEMS.values(), ids=SYSTEMS)
def test_every_field_is_read_from_the_pages_of_every_system(one: Guise) -> None:
    assert mistakes(OURS, one) == []


@pytest.mark.slow
@pytest.mark.parametrize("one", SINGLE.values(), ids=SINGLE)
def test_every_single_choice_is_read_completely(one: Guise) -> None:
    assert mistakes(OURS, one) == []


@pytest.mark.slow
@pytest.mark.parametrize("one", LISTINGS.values(), ids=LISTINGS)
def test_every_list_is_read_completely_on_a_page_of_its_own(one: Guise) -> None:
    page = Page(url=LIST, final_url=LIST, body=one.page(OURS))
    assert in_the_leads(OURS, discover.find(page, SOURCE)) == []


def test_nearly_all_drawn_guises_are_read_completely() -> None:
    wrong = {str(one): found for one in drawn(1, 24) if (found := mistakes(OURS, one))}
    assert len(wrong) <= 2, wrong


@pytest.mark.slow
def test_nearly_all_of_many_drawn_guises_are_read_completely() -> None:
    wrong = {str(one): found for one in drawn(2, 150) if (found := mistakes(OURS, one))}
    assert len(wrong) <= 12, wrong


@needs_seed
@pytest.mark.slow
@pytest.mark.parametrize("one", (SYSTEMS | SINGLE).values(), ids=SYSTEMS | SINGLE)
def test_the_first_users_article_is_read_from_every_page(one: Guise) -> None:
    assert mistakes(seed(), one) == []
