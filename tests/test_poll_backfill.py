"""How far a back catalogue is followed, and where an unfinished one goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from test_poll_pages import Paper

from feedsvc.decide import Candidate
from feedsvc.errors import FetchError
from feedsvc.model import Known, Lead, Outcome, PollTask, Source
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


# ---- a whole poll ---------------------------------------------------------------------------------------------------

FRONT = "https://x.example/"
ARCHIVE = "https://x.example/?seite="


def _page(number: int, last: int) -> str:
    """Ten stories, one a day, and the way to the next page."""
    items = "".join(
        f"<article><h2><a href='/meldung/{n}-was-im-rat-beschlossen-wurde'>Was Nummer {n} im Rat beschloss</a></h2>"
        f"<time datetime='{(NOW - timedelta(days=n)).date()}'></time><p>Der Rat hat am Abend lange beraten.</p>"
        "</article>"
        for n in range(10 * number, 10 * number + 10)
    )
    further = f"<a rel=next href='/?seite={number + 1}'>weiter</a>" if number < last else ""
    return f"<html lang=de><head><title>Rat</title></head><body><main>{items}{further}</main></body></html>"


def _paper(last: int, pause: timedelta = timedelta(seconds=1)) -> Paper:
    pages: dict[str, str | FetchError] = {FRONT: _page(0, last)}
    pages |= {f"{ARCHIVE}{n}": _page(n, last) for n in range(1, last + 1)}
    return Paper(pages, pause=pause)


def _task(source: Source, before: Outcome | None = None, known: dict[str, Known] | None = None) -> PollTask:
    return PollTask(source=source, lease="", known=known or {}, pending=dict(before.pending) if before else {})


def _asking(**wanted: object) -> Source:
    return Source(id="x", url=FRONT, kind="html", articles="never", **wanted)  # type: ignore[arg-type]


def _new(outcome: Outcome) -> int:
    return sum(change.kind == "new" for change in outcome.changes)


def test_a_first_poll_brings_as_much_of_the_back_catalogue_as_was_asked_for() -> None:
    paper = _paper(last=40)
    outcome = paper.poll(_task(_asking(backfill=200)))
    assert (_new(outcome), len(paper.asked), outcome.pending) == (200, 20, {})


def test_a_first_poll_goes_back_to_the_day_that_was_asked_for() -> None:
    outcome = _paper(last=40).poll(_task(_asking(since=NOW - timedelta(days=74))))
    assert _new(outcome) in (74, 75)
    assert outcome.pending == {}


def test_without_being_asked_a_first_poll_takes_its_limit() -> None:
    paper = _paper(last=40)
    assert _new(paper.poll(_task(_asking()))) == 50
    assert len(paper.asked) == 5


def test_what_one_poll_has_no_time_for_the_next_one_goes_on_with() -> None:
    paper = _paper(last=40, pause=timedelta(minutes=1))
    first = paper.poll(_task(_asking(backfill=200)))
    (left,) = first.pending
    known = {key: _stored(change.id) for change in first.changes for key in change.keys}
    paper = _paper(last=40)
    second = paper.poll(_task(_asking(backfill=200), first, known))
    assert paper.asked[-1] == f"{ARCHIVE}19"
    assert len({change.id for change in (*first.changes, *second.changes)}) == 200
    assert backfill.is_mark(left)
    assert second.pending == {}


def _stored(id_: str) -> Known:
    return Known(id=id_, url="", headline="", fingerprint="", lead_fingerprint="", feed_time=NOW, first_seen=NOW)
