"""What is thought of a list by what is known of its source: news, a quiet day, a field that fails, nonsense."""

# ruff: noqa: E501  # a table's row stays one line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedsvc import decide, verdict
from feedsvc.model import Ailment, Article, Habits, Image, Known, Lead, PollTask, Source, SourceState
from feedsvc.poll import gauge

NOW = datetime(2026, 3, 26, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://amt.example"
SOURCE = Source(id="amt", url=f"{SITE}/", kind="html")
USUAL = Habits(
    readings=9,
    counts=(10, 12),
    leads={"headline": 1.0, "published": 1.0, "teaser": 1.0, "known headline": 1.0, "known day": 1.0},
)


def lead(number: int, **given: object) -> Lead:
    """An article; the higher its number, the newer: one a day."""
    values = {
        "url": f"{SITE}/meldung/{number}", "title": f"Meldung Nummer {number}", "headline": f"Meldung Nummer {number}",
        "teaser": f"Was zu Nummer {number} zu sagen ist.", "published": NOW - (20 - number) * DAY, "published_precision": "minute",
    }  # fmt: skip
    return Lead(**{**values, **given})  # type: ignore[arg-type]


def known(numbers: Sequence[int], **given: object) -> dict[str, Known]:
    return {f"amt.example/meldung/{n}": _known(n, **given) for n in numbers}


def _known(number: int, **given: object) -> Known:
    at = NOW - (20 - number) * DAY
    values = {
        "id": f"id-{number}", "url": f"{SITE}/meldung/{number}", "headline": f"Meldung Nummer {number}", "fingerprint": "",
        "lead_fingerprint": "", "feed_time": at, "first_seen": at, "published": at, "published_precision": "minute",
    }  # fmt: skip
    return Known(**{**values, **given})  # type: ignore[arg-type]


def judged(
    leads: Sequence[Lead],
    articles: Mapping[str, Known],
    *,
    habits: Habits = USUAL,
    complete: bool = True,
    **given: object,
) -> gauge.Judgement:
    state = SourceState(**{"habits": habits, "last_success_at": NOW - DAY, **given})  # type: ignore[arg-type]
    task = PollTask(source=SOURCE, lease="l", known=articles, state=state)
    return gauge.judge(task, decide.candidates(leads, SOURCE, articles), NOW, complete=complete)


OLD = known(range(1, 11))


# ---- what is believed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param(range(10, 0, -1), id="a quiet day"),
        pytest.param(range(12, 2, -1), id="two new ones"),
        pytest.param(range(19, 9, -1), id="all but one are new"),
        pytest.param((12, 10, 9, 8, 6, 5, 4, 3), id="one has been withdrawn"),
    ],
)
def test_ordinary_lists_are_believed(numbers: Sequence[int]) -> None:
    judgement = judged([lead(n) for n in numbers], OLD)
    assert (judgement.field, judgement.hold) == (None, False)


def test_a_list_without_anything_known_is_news_if_there_was_time_for_so_many() -> None:
    fresh = [lead(n) for n in range(20, 10, -1)]
    assert judged(fresh, OLD, last_success_at=NOW - 10 * DAY).field is None
    hasty = judged(fresh, OLD, last_success_at=NOW - timedelta(hours=1))
    assert hasty.hold
    assert hasty.reason is not None
    assert "at once are too many" in hasty.reason


def test_further_pages_are_looked_at_before_a_list_is_too_fast() -> None:
    fresh = [lead(n) for n in range(20, 10, -1)]
    assert judged(fresh, OLD, last_success_at=NOW - timedelta(hours=1), complete=False).field is None


def test_what_is_only_too_much_is_believed_after_a_day_and_three_polls() -> None:
    fresh = [lead(n) for n in range(20, 10, -1)]
    patient = {
        "last_success_at": NOW - timedelta(hours=30),
        "failures": 3,
        "first_failed_at": NOW - timedelta(hours=25),
    }
    assert judged(fresh, OLD, **patient).field is None
    assert judged([replace(one, published=None) for one in fresh], OLD, **patient).hold, "nonsense never is"


def test_a_source_that_was_never_read_well_is_taken_as_it_is() -> None:
    assert judged([lead(n, published=None) for n in range(50, 40, -1)], OLD, habits=Habits()).field is None
    assert judged([lead(n, published=None) for n in range(50, 40, -1)], known((1, 2))).field is None


def test_the_operator_can_insist() -> None:
    nonsense = [lead(n, published=None, teaser=None) for n in range(50, 40, -1)]
    task = PollTask(source=SOURCE, lease="l", known=OLD, state=SourceState(habits=USUAL), force=True)
    assert gauge.judge(task, decide.candidates(nonsense, SOURCE, OLD), NOW, complete=True).field is None


# ---- what is not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leads", "field", "said"),
    [
        ([], "items", "the list is empty"),
        (
            [lead(n, published=None) for n in range(40, 30, -1)],
            "list.published",
            "0% of the entries have a date, where 100%",
        ),
        ([lead(n, headline=None, title=None) for n in range(40, 30, -1)], "list.headline", "have a headline"),
        ([lead(n, url=f"https://shop.example/{n}") for n in range(20, 10, -1)], "addresses", "another site"),
        ([lead(n, url=f"{SITE}/archiv/{n}") for n in range(8)], "list.published", "no entry is newer"),
        ([lead(n) for n in range(120, 60, -1)], "items", "60 entries, where 10 to 12 were usual"),
    ],
)
def test_entries_that_are_all_unknown_are_held_back_with_a_reason(leads: Sequence[Lead], field: str, said: str) -> None:
    judgement = judged(leads, OLD, complete=False)
    assert judgement.hold
    assert judgement.field == field
    assert judgement.reason is not None
    assert judgement.reason.startswith("none of the 10 known articles is found, and ")
    assert said in judgement.reason


def test_a_field_that_collapses_is_named_and_the_articles_still_come_in() -> None:
    judgement = judged([lead(n, teaser=None) for n in range(12, 2, -1)], OLD)
    assert (judgement.field, judgement.hold) == ("list.teaser", False)
    assert judgement.reason == "0% of the entries have a teaser, where 100% had it"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"headline": "Weiterlesen", "title": "Weiterlesen"}, "list.headline"),
        ({"published": NOW - 300 * DAY}, "list.published"),
    ],
)
def test_known_articles_under_wrong_headlines_or_days_are_nonsense(wrong: Mapping[str, object], field: str) -> None:
    judgement = judged([lead(n, **wrong) for n in range(12, 2, -1)], OLD)
    assert (judgement.field, judgement.hold) == (field, True)


def test_headlines_that_are_cut_off_are_still_the_same() -> None:
    assert judged([lead(n, headline=f"Meldung Nummer {n}"[:16] + " …") for n in range(12, 2, -1)], OLD).field is None


def test_several_new_entries_without_a_date_are_doubted_and_the_others_believed() -> None:
    menu = [lead(n, published=None) for n in (90, 91, 92, 93)]
    judgement = judged([*menu, *(lead(n) for n in range(12, 2, -1))], OLD)
    assert (judgement.doubt, judgement.hold, judgement.field) == (True, False, "list.published")


def test_known_articles_missing_from_the_lists_middle_are_told() -> None:
    judgement = judged([lead(n) for n in (12, 11, 9, 2, 1)], OLD)
    assert judgement.field == "items"
    assert judgement.reason == "only 3 of 10 known articles that should be on the list are found"


# ---- what is remembered ---------------------------------------------------------------------------------------------


def after(
    state: SourceState, leads: Sequence[Lead], *, pages: Sequence[Article] = (), at: datetime = NOW
) -> tuple[Habits, object]:
    found = decide.candidates(leads, SOURCE, OLD)
    judgement = gauge.judge(PollTask(source=SOURCE, lease="l", known=OLD, state=state), found, at, complete=True)
    return gauge.after(state, judgement, found, len(leads), pages, at, found_new=True)


def test_good_readings_are_learned_from_and_bad_ones_are_not() -> None:
    state = SourceState(habits=USUAL, last_new_at=NOW - timedelta(hours=30))
    habits, ailment = after(state, [lead(n, image=Image(url="x")) for n in range(12, 2, -1)])
    assert ailment is None
    assert habits.counts == (10, 12, 10)
    assert habits.gaps == (30.0,)
    assert habits.leads["image"] == 1.0
    worse, ailment = after(state, [lead(n, teaser=None) for n in range(12, 2, -1)])
    assert ailment == ("list.teaser", "0% of the entries have a teaser, where 100% had it")
    assert worse.leads == USUAL.leads


def test_what_has_been_lacking_for_a_week_is_how_the_site_is_now() -> None:
    ailing = SourceState(habits=USUAL, ailment=Ailment(field="list.teaser", reason="", since=NOW - 8 * DAY))
    habits, ailment = after(ailing, [lead(n, teaser=None) for n in range(12, 2, -1)])
    assert ailment is None
    assert habits.leads["teaser"] == 0.0


def page(**given: object) -> Article:
    values = {"url": f"{SITE}/a", "title": "T", "headline": "T", "teaser": "t", "body_text": "b", "published": NOW}
    return Article(**{**values, **given})  # type: ignore[arg-type]


def test_article_pages_that_all_lack_what_they_had_are_noticed_at_the_third() -> None:
    state = SourceState(habits=gauge.with_pages(USUAL, [page()] * 8))
    two, ailment = after(state, [lead(n) for n in range(10, 0, -1)], pages=[page(body_text=None)] * 2)
    assert ailment is None
    three, ailment = after(
        replace(state, habits=two), [lead(n) for n in range(10, 0, -1)], pages=[page(body_text=None)]
    )
    assert ailment == ("article.body", "the last 3 article pages have no body, where 80% had one")
    _, ailment = after(replace(state, habits=three), [lead(n) for n in range(10, 0, -1)], pages=[page()])
    assert ailment is None


# ---- health ---------------------------------------------------------------------------------------------------------


def test_an_ailment_is_degraded_since_its_first_poll_and_an_incident_once() -> None:
    state = SourceState(health="ok")
    for hours in range(3):
        state = verdict.succeeded(
            state, NOW + timedelta(hours=hours), complete=True, found_new=False, ailment=("list.teaser", "gone")
        )
    assert state.health == "degraded"
    assert state.ailment == Ailment(field="list.teaser", reason="gone", since=NOW)
    assert [each.message for each in state.incidents] == ["ok -> degraded: gone"]
    mended = verdict.succeeded(state, NOW + DAY, complete=True, found_new=False)
    assert (mended.health, mended.ailment) == ("ok", None)
    assert mended.incidents[0].message == "degraded -> ok"


def test_a_list_that_cannot_be_believed_breaks_at_the_third_poll_like_any_failure() -> None:
    state, seen = SourceState(health="ok"), []
    for _ in range(4):
        state = verdict.failed(state, "no_items", NOW, ailment=("items", "nothing known"))
        seen.append(state.health)
    assert seen == ["degraded", "degraded", "broken", "broken"]
    assert [each.health for each in state.incidents] == ["broken", "degraded"]


def test_incidents_do_not_pile_up() -> None:
    state = SourceState(health="ok")
    for hour in range(40):
        at = NOW + timedelta(hours=hour)
        state = (
            verdict.failed(state, "timeout", at)
            if hour % 2
            else verdict.succeeded(state, at, complete=True, found_new=False)
        )
    assert len(state.incidents) == verdict.INCIDENTS


@pytest.mark.parametrize(
    ("gaps", "silent", "health"),
    [
        ((), 29, "ok"),
        ((), 31, "quiet"),
        ((2.0, 5.0, 3.0, 24.0, 1.0), 3, "ok"),
        ((2.0, 5.0, 3.0, 24.0, 1.0), 5, "quiet"),
        ((1.0,) * 5, 1, "ok"),
        ((600.0,) * 5, 31, "quiet"),
    ],
)
def test_a_source_is_quiet_by_its_own_rhythm(gaps: tuple[float, ...], silent: int, health: str) -> None:
    state = SourceState(health="ok", habits=Habits(gaps=gaps), last_new_at=NOW - silent * DAY)
    assert verdict.succeeded(state, NOW, complete=True, found_new=False).health == health
