"""The next poll is never earlier than anything that speaks for waiting, and says why it is when it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc import cadence
from feedsvc.model import Rhythm

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOURLY = Rhythm(every=timedelta(hours=1))


def following(rhythm: Rhythm = HOURLY, **given: object) -> cadence.Next:
    return cadence.next_poll(rhythm, source="a", now=NOW, timezone="Europe/Berlin", **given)  # type: ignore[arg-type]


def test_the_rhythm_alone_gives_an_hour_and_a_little_jitter() -> None:
    found = following()
    assert timedelta(hours=1) <= found.at - NOW <= timedelta(hours=1, seconds=60)
    assert found.why == "every 1h"
    assert found.not_before is None


def test_the_site_may_ask_for_longer_but_not_for_more_than_seven_days() -> None:
    found = following(fresh_for=timedelta(hours=3))
    assert found.at - NOW == timedelta(hours=3)
    assert found.why == "the site calls its page fresh for 3h" or "fresh" in found.why
    assert found.not_before == found.at
    assert following(retry_after=timedelta(days=30)).at - NOW == timedelta(days=7)


def test_what_the_site_asks_for_is_kept_even_if_the_rhythm_is_slower() -> None:
    found = following(fresh_for=timedelta(minutes=5))
    assert found.at - NOW >= timedelta(hours=1)
    assert found.not_before == NOW + timedelta(minutes=5)


def test_failures_double_the_pause_up_to_a_day() -> None:
    pauses = [cadence.backoff(timedelta(hours=1), failures) for failures in range(1, 9)]
    assert pauses[:5] == [timedelta(hours=hours) for hours in (1, 2, 4, 8, 16)]
    assert set(pauses[5:]) == {timedelta(hours=24)}
    assert cadence.backoff(timedelta(days=2), 9) == timedelta(days=2)


def test_a_refusal_pauses_four_hours() -> None:
    found = following(failures=1, error="forbidden")
    assert found.at - NOW == timedelta(hours=4)
    assert "refuses" in found.why


@pytest.mark.parametrize(
    ("cron", "local_hour", "day"),
    [("30 7 * * mon-fri", 7, 3), ("0 12 * * *", 12, 2), ("0 6 * * sat", 6, 7)],
)
def test_cron_is_local_time(cron: str, local_hour: int, day: int) -> None:
    at = following(Rhythm(cron=cron)).at
    assert at.tzinfo is UTC
    assert (at + timedelta(hours=1)).hour == local_hour
    assert at.day == day


@given(
    every=st.timedeltas(min_value=timedelta(seconds=5), max_value=timedelta(days=2)),
    failures=st.integers(0, 40),
    fresh=st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    retry=st.none() | st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=400)),
)
def test_no_poll_is_early_and_none_is_never(
    every: timedelta, failures: int, fresh: timedelta | None, retry: timedelta | None
) -> None:
    found = following(Rhythm(every=every), failures=failures, fresh_for=fresh, retry_after=retry)
    assert found.at >= NOW + every
    assert found.at - NOW <= timedelta(days=7, minutes=2)
    assert found.why
    if found.not_before:
        assert found.at >= found.not_before


@pytest.mark.parametrize(
    ("value", "written"), [(90, "90s"), (60, "1m"), (900, "15m"), (21600, "6h"), (604800, "7d"), (0, "0s")]
)
def test_spans_are_written_as_in_the_configuration(value: int, written: str) -> None:
    assert cadence.span(timedelta(seconds=value)) == written
