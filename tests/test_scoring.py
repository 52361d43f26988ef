"""The scorer: a wrong answer lowers a figure, a missing one is a wrong one, what typesetting changes is no fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import scoring
from scoring import Answer, Item, Picture

CEST = timezone(timedelta(hours=2))
BODY = "Die Brücke über den Mühlbach ist fertig und seit Samstag offen.\nSie kostete 64.000 Euro und ein halbes Jahr."
LEAD = "Dornholz hat wieder einen kurzen Schulweg, der trocken bleibt."
WANTED: Mapping[str, object] = {
    "title": "Dornholz: Neue Brücke über den Mühlbach",
    "headline": "Neue Brücke über den Mühlbach",
    "kicker": "Dornholz",
    "teaser": LEAD,
    "body": BODY,
    "published": datetime(2025, 6, 1, 23, 30, tzinfo=CEST),
    "precision": "second",
    "updated": date(2025, 6, 3),
    "authors": ["Anna Muster", "Bert Beispiel"],
    "categories": ["Verkehr", "Bauen"],
    "language": "de",
    "access": "free",
    "foreign": ["Buslinie 14 fährt wieder"],
    "furniture": ["Abonnieren Sie unseren Newsletter"],
    "image": {
        "url": "https://a.example/b.jpg",
        "alt": "Brücke",
        "caption": "Die neue Brücke.",
        "credit": "Carla Kamera",
    },
    "structure": {"h2": 1, "li": 2},
}
RIGHT = Answer(
    title="Dornholz: Neue Brücke über den Mühlbach",
    headline="Neue Brücke über den Mühlbach",
    kicker="Dornholz",
    teaser=LEAD,
    body=BODY,
    tags={"h2": 1, "li": 2},
    published=datetime(2025, 6, 1, 21, 30, tzinfo=UTC),
    precision="second",
    updated=datetime(2025, 6, 3, tzinfo=CEST),
    authors=("Bert Beispiel", "Anna Muster"),
    topics=("Bauen", "Verkehr"),
    image=Picture(url="https://a.example/b.jpg", alt="Brücke", caption="Die neue Brücke.", credit="Carla Kamera"),
    language="de",
    access="free",
)


def test_a_right_answer_has_full_marks() -> None:
    assert set(scoring.article(WANTED, RIGHT).values()) == {1.0}


@pytest.mark.parametrize("name", sorted(scoring.article(WANTED, RIGHT)))
def test_no_answer_has_no_marks_but_tells_no_wrong_date(name: str) -> None:
    assert scoring.article(WANTED, Answer(refused="parse"))[name] == (name == "date_not_wrong")


@pytest.mark.parametrize(
    ("change", "hurt"),
    [
        ({"headline": "Brücke"}, {"headline"}),
        ({"kicker": None}, {"kicker"}),
        ({"teaser": "Etwas anderes."}, {"teaser"}),
        ({"authors": ("Anna Muster",)}, {"authors"}),
        ({"topics": ("Verkehr",)}, {"topics"}),
        ({"updated": None}, {"updated"}),
        ({"precision": "day"}, {"date_precision"}),
        ({"published": RIGHT.published + timedelta(seconds=2)}, {"instant"}),
        ({"published": RIGHT.published + timedelta(hours=2)}, {"day", "date_not_wrong", "instant"}),
        ({"published": None}, {"day", "instant"}),
        ({"image": Picture()}, {"image_url", "image_alt", "image_caption", "image_credit"}),
        ({"tags": {"h2": 1, "li": 3}}, {"structure"}),
        ({"language": None}, {"language"}),
        ({"access": "paywall"}, {"access"}),
        ({"body": f"{BODY}\nBuslinie 14 fährt wieder"}, {"body_precision", "body_f1", "clean_foreign"}),
        ({"body": f"{BODY}\nAbonnieren Sie unseren Newsletter!"}, {"body_precision", "body_f1", "clean_furniture"}),
        ({"body": f"Die neue Brücke.\n{BODY}"}, {"body_precision", "body_f1", "clean_captions"}),
        ({"body": f"Foto: Carla Kamera\n{BODY}"}, {"body_precision", "body_f1", "clean_credits"}),
        ({"body": f"{RIGHT.headline}\n{BODY}"}, {"body_precision", "body_f1", "clean_headline"}),
        ({"body": BODY.splitlines()[0]}, {"body_recall", "body_f1"}),
    ],
)  # fmt: skip
def test_a_wrong_field_lowers_its_own_figures_and_no_other(change: dict[str, object], hurt: set[str]) -> None:
    figures = scoring.article(WANTED, dataclasses.replace(RIGHT, **change))
    assert {name for name, value in figures.items() if value < 1} == hurt


def test_a_lead_may_open_the_body_or_stand_apart_but_not_twice() -> None:
    once, twice = (dataclasses.replace(RIGHT, body=f"{lead}{BODY}") for lead in (f"{LEAD}\n", f"{LEAD}\n{LEAD}\n"))
    assert scoring.article(WANTED, once)["body_f1"] == 1
    assert scoring.article(WANTED, twice)["body_f1"] < 1


def test_a_page_that_tells_no_day_wants_none() -> None:
    unknown = {**WANTED, "published": None, "precision": None}
    assert scoring.article(unknown, dataclasses.replace(RIGHT, published=None))["day"] == 1
    assert scoring.article(unknown, RIGHT)["date_not_wrong"] == 0


def test_a_naive_time_is_no_instant() -> None:
    naive = RIGHT.published.replace(tzinfo=None) if RIGHT.published else None
    assert scoring.is_instant(datetime(2025, 6, 1, 21, 30, tzinfo=UTC), naive) is False


def test_a_page_that_is_no_article_wants_its_error() -> None:
    assert scoring.article({"refused": "consent_wall"}, Answer(refused="consent_wall")) == {"readable": 1.0}
    assert scoring.article({"refused": "consent_wall"}, Answer(refused="parse")) == {"readable": 0.0}
    assert scoring.article({"refused": "consent_wall"}, RIGHT) == {"readable": 0.0}


@pytest.mark.parametrize(
    ("one", "other"),
    [("„Ja“ – nein", '"ja" - NEIN'), ("Ver\u00adwaltung", "Verwaltung"), ("a\u00a0b", "a  b"), (None, "")],
)
def test_typesetting_makes_no_difference(one: str | None, other: str | None) -> None:
    assert scoring.same(one, other) == 1


def test_shingles_see_the_order_and_the_number_of_words() -> None:
    assert scoring.overlap("a b c d e", "a b c d e") == (1.0, 1.0)
    assert scoring.overlap("a b c d e", "e d c b a") == (0.0, 0.0)
    assert scoring.overlap("a b c d", "a b c d a b c d") == (0.2, 1.0)
    assert scoring.overlap("a b", None) == (0.0, 0.0)


# ---- listings -------------------------------------------------------------------------------------------------------

ONE = Item(
    url="https://a.example/1", title="K: Eins", headline="Eins", kicker="K", published=date(2025, 6, 1), precision="day"
)
TWO = Item(url="https://a.example/2", title="Zwei", headline="Zwei", teaser="Ein Text.", authors=("Anna Muster",))


def given(item: Item, **change: object) -> Item:
    day = item.published
    at = datetime(day.year, day.month, day.day, tzinfo=CEST) if day else None
    return dataclasses.replace(item, published=at, **change)


def test_a_right_listing_has_full_marks() -> None:
    assert set(scoring.listing([ONE, TWO], [given(ONE), given(TWO)]).values()) == {1.0}


def test_an_address_counts_with_or_without_www_and_slash() -> None:
    assert scoring.listing([ONE], [given(ONE, url="http://www.a.example/1/")])["lead_recall"] == 1
    assert scoring.listing([ONE], [given(ONE, url="https://a.example/1?id=2")])["lead_recall"] == 0


def test_a_missing_item_is_wrong_in_every_field() -> None:
    figures = scoring.listing([ONE, TWO], [given(ONE)])
    assert figures["lead_precision"] == figures["lead_date_not_wrong"] == figures["lead_order"] == 1
    assert {value for name, value in figures.items() if value < 1} == {0.5}
    assert {"lead_recall", "lead_title", "lead_teaser", "lead_authors", "lead_day"} <= {
        n for n, v in figures.items() if v < 1
    }


def test_an_item_too_many_and_a_wrong_order_are_seen() -> None:
    menu = Item(url="https://a.example/impressum")
    figures = scoring.listing([ONE, TWO], [given(TWO), given(ONE), menu])
    assert figures["lead_precision"] == pytest.approx(2 / 3)
    assert figures["lead_order"] == 0


def test_nothing_found_is_no_precision() -> None:
    assert scoring.listing([ONE], [])["lead_precision"] == 0


def test_related_articles_may_be_named_beside_others_that_are_allowed() -> None:
    assert scoring.related(
        ["https://a.example/1"], ["https://a.example/2"], ["https://a.example/1", "https://a.example/2"]
    ) == {
        "related_precision": 1.0,
        "related_recall": 1.0,
    }
    assert scoring.related(["https://a.example/1"], [], ["https://a.example/3"])["related_precision"] == 0
