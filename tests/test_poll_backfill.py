"""How far a back catalogue is followed, and where an unfinished one goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feedsvc.decide import Candidate
from feedsvc.model import Known, Lead, PollTask, Source
from feedsvc.poll import backfill

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 3, 1, tzinfo=UTC)


def _source(backfill_: int = 0, since: datetime | None = None) -> Source:
    return Source(id="x", url="https://x.example/", backfill=backfill_, since=since)


def _found(count: int, first: datetime = NOW, step: timedelta = timedelta(days=1)) -> list[Candidate]:
    return [
        Candidate(
            lead=Lead(url=f"https://x.example/{n}", published=first - n * step), keys=(f"x.example/{n}",), position=n,
            known=None, fingerprint="",
        )
        for n in range(count)
    ]  # fmt: skip


def _known(count: int) -> dict[str, Known]:
    """Each article by two keys, as the store gives them."""
    return {
        key: Known(id=f"i{n}", url="", headline="", fingerprint="", lead_fingerprint="", feed_time=NOW, first_seen=NOW)
        for n in range(count)
        for key in (f"k{n}", f"guid:{n}")
    }


def test_pages_are_followed_until_there_are_as_many_as_asked_for() -> None:
    assert backfill.goes_on(_source(200), {}, _found(199))
    assert not backfill.goes_on(_source(200), {}, _found(200))
    assert backfill.goes_on(_source(200), _known(150), _found(49))
    assert not backfill.goes_on(_source(200), _known(150), _found(50))


def test_pages_are_followed_until_all_are_older_than_asked_for_but_one_pinned_story_ends_nothing() -> None:
    assert backfill.goes_on(_source(since=SINCE), {}, _found(60))
    assert not backfill.goes_on(_source(since=SINCE), {}, _found(66))
    old = _found(1, datetime(2020, 1, 1, tzinfo=UTC))
    assert backfill.goes_on(_source(since=SINCE), {}, [*_found(30), *old])


def test_what_is_older_than_asked_for_is_not_within_and_what_has_no_date_is() -> None:
    (young,), (old,) = _found(1), _found(1, datetime(2023, 12, 31, tzinfo=UTC))
    bare = Candidate(lead=Lead(url="https://x.example/"), keys=("x.example",), position=0, known=None, fingerprint="")
    source = _source(since=SINCE)
    assert [backfill.is_within(source, one) for one in (young, old, bare)] == [True, False, True]
    assert backfill.is_within(_source(), old)


def test_a_backfill_is_open_at_first_sight_and_while_a_list_page_is_pending() -> None:
    url = "https://x.example/?seite=7"
    mark = backfill.mark(url)
    assert backfill.is_mark(mark)
    assert backfill.resumed({"x.example/1": 2, mark: 0}) == url
    assert backfill.resumed({"x.example/1": 2}) is None
    first = PollTask(source=_source(200), lease="")
    assert backfill.is_open(first)
    assert not backfill.is_open(PollTask(source=_source(), lease=""))
    assert not backfill.is_open(PollTask(source=_source(200), lease="", known=_known(3)))
    assert backfill.is_open(PollTask(source=_source(200), lease="", known=_known(3), pending={mark: 0}))
