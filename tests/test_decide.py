"""Identity, what is worth reading, and what counts as an edit: decided on values alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedsvc import decide
from feedsvc.model import Article, Known, Lead, Source

SOURCE = Source(id="move", url="https://www.portal.example/")
NOW = datetime(2025, 3, 26, 9, 0, tzinfo=UTC)


def lead(path: str, **given: object) -> Lead:
    return Lead(**{"url": f"https://www.portal.example{path}", "headline": path, "title": path, **given})  # type: ignore[arg-type]


def known(number: int, *, hours: float, **given: object) -> Known:
    at = NOW - timedelta(hours=hours)
    values = {
        "id": f"urn:{number}", "url": f"https://www.portal.example/{number}", "headline": "", "fingerprint": "",
        "lead_fingerprint": "", "feed_time": at, "first_seen": at,
    }  # fmt: skip
    return Known(**{**values, **given})  # type: ignore[arg-type]


def article(**given: object) -> Article:
    return Article(**{"url": "https://www.portal.example/a", "title": "T", "headline": "T", **given})  # type: ignore[arg-type]


# ---- identity -------------------------------------------------------------------------------------------------------


def test_one_article_under_several_addresses_is_one_candidate() -> None:
    leads = (lead("/a/"), lead("/b"), lead("/a?utm_source=rss"), lead("/a#top"))
    found = decide.candidates(leads, SOURCE, {})
    assert [(c.keys, c.position) for c in found] == [(("portal.example/a",), 0), (("portal.example/b",), 1)]


def test_the_front_page_is_no_article() -> None:
    assert decide.candidates((lead("/"), lead("/index")), replace(SOURCE, url="https://portal.example/index"), {}) == ()


def test_items_that_share_an_address_are_told_apart_by_their_guids() -> None:
    leads = (lead("/live", guid="1"), lead("/live", guid="2"), lead("/c", guid="3"))
    assert [c.keys for c in decide.candidates(leads, SOURCE, {})] == [
        ("guid:1",),
        ("guid:2",),
        ("guid:3", "portal.example/c"),
    ]


def test_the_id_is_minted_from_where_the_article_says_it_belongs() -> None:
    canonical = "https://www.portal.example/meldungen/teams/"
    by_number = decide.all_keys(("portal.example/?p=46000",), article(canonical=canonical), SOURCE)
    by_slug = decide.all_keys(("portal.example/meldungen/teams",), article(canonical=canonical), SOURCE)
    assert decide.mint("move", by_number) == decide.mint("move", by_slug)
    assert decide.mint("move", by_number) != decide.mint("other", by_number)
    assert decide.mint("move", by_number).startswith("urn:uuid:")
    assert set(by_number) >= {"portal.example/?p=46000", "portal.example/meldungen/teams"}


@pytest.mark.parametrize(
    "canonical", ["https://www.portal.example/", "https://elsewhere.example/a", "https://www.portal.example", None]
)
def test_a_canonical_address_that_cannot_be_an_articles_own_is_not_believed(canonical: str | None) -> None:
    assert decide.all_keys(("portal.example/a",), article(canonical=canonical), SOURCE) == ("portal.example/a",)


# ---- what to read ---------------------------------------------------------------------------------------------------


def test_a_page_is_fetched_when_the_listing_lacks_something() -> None:
    full = lead("/a", teaser="t", published=NOW, categories=("Politik",))
    assert not decide.needs_page(full, SOURCE)
    for lacking in ({"teaser": None}, {"published": None}, {"categories": ()}, {"headline": None}):
        assert decide.needs_page(replace(full, **lacking), SOURCE)  # type: ignore[arg-type]
    assert not decide.needs_page(replace(full, categories=()), replace(SOURCE, categories=("Politik",)))
    assert decide.needs_page(full, replace(SOURCE, content="full"))
    assert not decide.needs_page(replace(full, body_html="<p>x"), replace(SOURCE, content="full"))
    assert decide.needs_page(full, replace(SOURCE, articles="always"))
    assert not decide.needs_page(lead("/a"), replace(SOURCE, articles="never"))


def test_what_vanished_from_the_middle_of_a_list_is_suspicious_and_what_moved_off_its_end_is_not() -> None:
    stored = {str(n): known(n, hours=n) for n in range(1, 9)}
    leads = tuple(lead(f"/{n}") for n in (1, 2, 4, 5, 6))
    by_key = {f"portal.example/{n}": each for n, each in stored.items()}
    found = decide.candidates(leads, SOURCE, by_key)
    assert [k.id for k in decide.vanished(found, by_key)] == ["urn:3"]


def test_a_pinned_old_story_makes_nobody_suspicious() -> None:
    by_key = {f"portal.example/{n}": known(n, hours=n) for n in range(1, 9)}
    by_key["portal.example/99"] = known(99, hours=5000)
    leads = tuple(lead(f"/{n}") for n in (99, 1, 2, 3, 4))
    assert decide.vanished(decide.candidates(leads, SOURCE, by_key), by_key) == ()


def test_an_old_article_is_never_looked_at_again() -> None:
    assert decide.next_look(1, NOW - timedelta(hours=2), NOW) == NOW + timedelta(hours=1)
    assert decide.next_look(4, NOW - timedelta(days=4), NOW) == NOW + timedelta(hours=72)
    assert decide.next_look(5, NOW, NOW) is None
    assert decide.next_look(0, NOW, NOW) is None
    assert decide.next_look(1, NOW - timedelta(days=8), NOW) is None


# ---- what has changed -----------------------------------------------------------------------------------------------


def test_quotes_blanks_and_dashes_are_no_edit_and_a_word_is() -> None:
    one = article(teaser="„Ja“ – sagt er", body_text="Text  hier")
    assert decide.fingerprint(one) == decide.fingerprint(replace(one, teaser='"Ja" - sagt er', body_text="Text hier"))
    assert decide.fingerprint(one) != decide.fingerprint(replace(one, body_text="Text dort"))


@pytest.mark.parametrize(
    ("published", "precision", "expected"),
    [
        (None, None, NOW - timedelta(seconds=3)),
        (NOW + timedelta(days=2), "minute", NOW - timedelta(seconds=3)),
        (NOW - timedelta(hours=5), "minute", NOW - timedelta(hours=5)),
        (datetime(2025, 3, 25, 23, 0, tzinfo=UTC), "day", NOW - timedelta(seconds=3)),  # the same day in Berlin
        (datetime(2025, 3, 24, 23, 0, tzinfo=UTC), "day", datetime(2025, 3, 25, 10, 59, 57, tzinfo=UTC)),
        (datetime(2024, 7, 1, 22, 0, tzinfo=UTC), "day", datetime(2024, 7, 2, 9, 59, 57, tzinfo=UTC)),
    ],
)
def test_the_time_in_the_feed_is_fixed_at_first_sight(
    published: datetime | None, precision: str | None, expected: datetime
) -> None:
    found = article(published=published, published_precision=precision)
    assert decide.feed_time(found, NOW, 3, "Europe/Berlin") == expected


def test_a_later_article_of_the_same_day_sorts_above_what_it_stands_above() -> None:
    noon = datetime(2025, 3, 20, 11, 0, tzinfo=UTC)
    by_key = {"portal.example/old": known(1, hours=0, feed_time=noon)}
    found = decide.candidates((lead("/c"), lead("/b"), lead("/old"), lead("/older")), SOURCE, by_key)
    day = article(published=datetime(2025, 3, 19, 23, 0, tzinfo=UTC), published_precision="day")
    times = [decide.feed_time(day, NOW, c.position, "Europe/Berlin", c.above) for c in found]
    assert times[:2] == [noon + timedelta(seconds=2), noon + timedelta(seconds=1)]
    assert times[3] == noon - timedelta(seconds=3)
    other_day = replace(day, published=datetime(2025, 3, 18, 23, 0, tzinfo=UTC))
    assert decide.feed_time(other_day, NOW, 0, "Europe/Berlin", found[0].above) == noon - timedelta(days=1)
