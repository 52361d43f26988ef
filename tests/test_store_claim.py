"""What is polled next: due sources, leases, hosts that rest, processes that die."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from store_samples import GAP, HOUR, MINUTE, NOW, SECOND, claim, new, open_fresh, outcome, source, task

from feedsvc import store
from feedsvc.model import Fetched, PollTask, Rhythm, Source, SourceState, Validators, Way
from feedsvc.store import Deferred, LeaseLost, Store

AMT, BUND, LAND = source("amt"), source("bund"), source("land")
TWINS = (source("one", "https://www.same.example/one"), source("two", "https://www.same.example/two"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    with open_fresh(tmp_path) as opened:
        yield opened


def _ids(found: tuple[PollTask | Deferred, ...]) -> list[str]:
    return [each.source.id if isinstance(each, PollTask) else f"not {each.source_id}" for each in found]


def _poll(opened: Store, source_: Source, **more: object) -> None:
    opened.record(outcome(task(opened, source_), **more))  # type: ignore[arg-type]


# ---- what is due -----------------------------------------------------------------------------------------------------


def test_new_sources_are_due_at_once_and_only_once(opened: Store) -> None:
    opened.sync_sources([BUND, AMT], NOW)
    assert _ids(claim(opened, [AMT, BUND])) == ["amt", "bund"]
    assert claim(opened, [AMT, BUND]) == ()


def test_the_longest_due_comes_first_and_no_more_than_asked_for(opened: Store) -> None:
    for late, each in ((2, AMT), (3, BUND), (1, LAND)):
        _poll(opened, each, next_poll_at=NOW + HOUR - late * MINUTE)
    opened.sync_sources([AMT, BUND, LAND], NOW)
    assert claim(opened, [AMT, BUND, LAND], now=NOW + 56 * MINUTE) == ()
    assert _ids(claim(opened, [AMT, BUND, LAND], now=NOW + HOUR, limit=2)) == ["bund", "amt"]


def test_disabled_removed_and_unknown_sources_are_left_out(opened: Store) -> None:
    opened.sync_sources([AMT, BUND, dataclasses.replace(LAND, enabled=False)], NOW)
    assert _ids(claim(opened, [AMT, LAND])) == ["amt"]
    opened.sync_sources([AMT], NOW)
    assert claim(opened, [AMT, BUND, LAND]) == ()
    assert [row.id for row in opened.sources()] == ["amt"]


def test_a_task_carries_everything_the_poll_needs(opened: Store) -> None:
    first = outcome(
        task(opened, AMT),
        [new(1), new(2, looks=0, next_look_at=None)],
        pending={"guid:3": 2},
        state=SourceState(
            validators=Validators(etag='W/"x"', last_modified="Tue, 1 Jan"),
            body_hash="h",
            health="degraded",
            health_since=NOW,
            failures=2,
            first_failed_at=NOW,
            last_poll_at=NOW,
            last_success_at=NOW,
            last_new_at=NOW,
            not_before=NOW + MINUTE,
            usual_leads=30,
            way=Way(url="https://a.example/feed.rss", why="link element"),
        ),
    )
    opened.record(first)
    again = task(opened, AMT, now=NOW + HOUR)
    assert again.state == first.state
    assert again.pending == {"guid:3": 2}
    assert again.source == AMT
    assert sorted(again.known) == ["amt.example/artikel/1", "amt.example/artikel/2", "guid:1", "guid:2"]
    known = again.known["guid:1"]
    assert known is again.known["amt.example/artikel/1"]
    assert (known.id, known.looks, known.next_look_at, known.listed) == (new(1).id, 1, NOW + HOUR, True)
    assert again.known["guid:2"].next_look_at is None


def test_what_is_on_the_listing_comes_first_then_what_was_seen_last(opened: Store) -> None:
    opened.record(outcome(task(opened, AMT), [new(1), new(2), new(3)]))
    later = task(opened, AMT, now=NOW + HOUR)
    opened.record(outcome(later, [new(4)], at=NOW + HOUR, listed=(new(2).id, new(4).id)))
    third = task(opened, AMT, now=NOW + 2 * HOUR)
    opened.record(outcome(third, [], at=NOW + 2 * HOUR, listed=(new(2).id,)))
    known = task(opened, AMT, now=NOW + 3 * HOUR).known
    order = [int(key.removeprefix("guid:")) for key in known if key.startswith("guid:")]
    assert order[:2] == [2, 4]
    assert sorted(order[2:]) == [1, 3]
    assert [known[f"guid:{n}"].listed for n in (1, 2, 3, 4)] == [False, True, False, False]


# ---- the configuration -----------------------------------------------------------------------------------------------


def test_another_address_is_asked_at_once_and_without_validators(opened: Store) -> None:
    state = SourceState(validators=Validators(etag="x"), body_hash="h", last_poll_at=NOW, health="ok", usual_leads=9)
    state = dataclasses.replace(state, way=Way(url="https://amt.example/feed.rss", why="link element"))
    _poll(opened, AMT, state=state)
    moved = dataclasses.replace(AMT, url="https://neu.example/")
    opened.sync_sources([moved], NOW + MINUTE)
    (found,) = claim(opened, [moved], now=NOW + MINUTE)
    assert isinstance(found, PollTask)
    assert (found.state.validators, found.state.body_hash, found.state.usual_leads) == (Validators(), None, None)
    assert found.state.way is None
    assert found.state.health == "ok"


def test_an_address_edited_during_its_poll_does_not_get_the_old_ones_validators(opened: Store) -> None:
    under_way = task(opened, AMT)
    moved = dataclasses.replace(AMT, url="https://amt.example/neu")
    opened.sync_sources([moved], NOW)
    assert claim(opened, [moved]) == ()  # its host is being asked
    opened.record(outcome(under_way, [new(1)], state=SourceState(validators=Validators(etag="old"), last_poll_at=NOW)))
    (found,) = claim(opened, [moved], now=NOW + MINUTE)
    assert isinstance(found, PollTask)
    assert found.state.validators == Validators()
    assert "guid:1" in found.known


def test_another_rhythm_counts_from_the_last_poll_but_never_before_the_sites_own_time(opened: Store) -> None:
    for each, not_before in ((AMT, None), (BUND, NOW + 30 * MINUTE)):
        _poll(opened, each, state=SourceState(last_poll_at=NOW, not_before=not_before))
    faster = [dataclasses.replace(each, rhythm=Rhythm(every=5 * MINUTE)) for each in (AMT, BUND)]
    opened.sync_sources(faster, NOW + MINUTE)
    rows = {row.id: row for row in opened.sources()}
    assert NOW + 5 * MINUTE <= rows["amt"].next_poll_at < NOW + 6 * MINUTE
    assert rows["amt"].why == "every 5m"
    assert rows["bund"].next_poll_at == NOW + 30 * MINUTE


def test_an_unchanged_configuration_touches_nothing(opened: Store) -> None:
    _poll(opened, AMT)
    before = opened.sources()
    opened.sync_sources([AMT], NOW + MINUTE)
    assert opened.sources() == before


def test_a_source_that_comes_back_is_known_still(opened: Store) -> None:
    _poll(opened, AMT, changes=[new(1)])
    opened.sync_sources([], NOW)
    assert opened.sources() == ()
    assert len(opened.latest("sources/amt", 5)) == 1
    opened.sync_sources([AMT], NOW)
    assert claim(opened, [AMT]) == ()
    assert "guid:1" in task(opened, AMT, now=NOW + HOUR).known


# ---- hosts -----------------------------------------------------------------------------------------------------------


def test_one_source_of_a_host_at_a_time(opened: Store) -> None:
    opened.sync_sources(TWINS, NOW)
    (first,) = claim(opened, TWINS)
    assert isinstance(first, PollTask)
    assert claim(opened, TWINS) == ()
    opened.record(outcome(first))
    assert _ids(claim(opened, TWINS)) == ["two"]


def test_a_host_rests_after_the_end_of_its_last_request_also_over_a_restart(tmp_path: Path) -> None:
    requests = tuple(
        Fetched(url=url, at=NOW + at * SECOND, status=200, bytes=1, seconds=0.5)
        for url, at in (
            ("https://www.same.example/one", 0),
            ("https://www.same.example/article", 7),
            ("https://elsewhere.example/article", 60),
        )
    )
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.sync_sources(TWINS, NOW)
        (first,) = claim(opened, TWINS)
        assert isinstance(first, PollTask)
        opened.record(outcome(first, fetches=requests))
    with store.open(tmp_path / "feedsvc.db") as opened:
        assert opened.next_due(NOW) == NOW + 9.5 * SECOND
        assert claim(opened, TWINS, now=NOW + 9.4 * SECOND) == ()
        assert _ids(claim(opened, TWINS, now=NOW + 9.5 * SECOND)) == ["two"]


def test_a_rest_that_lies_too_far_ahead_was_written_by_a_wrong_clock(opened: Store) -> None:
    future = NOW + timedelta(days=3650)
    _poll(opened, TWINS[0], fetches=(Fetched(url=TWINS[0].url, at=future, status=200, bytes=1, seconds=1.0),))
    opened.sync_sources(TWINS, NOW)
    assert opened.next_due(NOW) == NOW
    assert _ids(claim(opened, TWINS)) == ["two"]


def test_sources_polled_in_the_future_are_due_when_the_clock_has_come_back(opened: Store) -> None:
    future = NOW + timedelta(days=3650)
    opened.record(outcome(task(opened, AMT, now=future), at=future))
    _poll(opened, BUND)
    opened.sync_sources([AMT, BUND], NOW)
    assert opened.next_due(NOW) == NOW
    assert _ids(claim(opened, [AMT, BUND])) == ["amt"]


# ---- leases ----------------------------------------------------------------------------------------------------------


def test_the_lease_of_a_dead_holder_is_taken_once_its_host_has_rested(opened: Store) -> None:
    opened.sync_sources([AMT], NOW)
    claim(opened, [AMT], holder="run-1")
    assert claim(opened, [AMT], now=NOW + MINUTE, holder="run-2") == ()
    # Its last request may have ended a moment ago: nobody knows.
    assert claim(opened, [AMT], now=NOW + MINUTE, holder="run-2", living=["run-2"]) == ()
    assert opened.next_due(NOW) == NOW + MINUTE + GAP
    found = claim(opened, [AMT], now=NOW + MINUTE + GAP, holder="run-2", living=["run-2"])
    assert _ids(found) == ["amt"]


def test_the_lease_of_a_dead_holder_is_taken_at_once_where_hosts_need_no_rest(opened: Store) -> None:
    opened.sync_sources([AMT], NOW)
    claim(opened, [AMT], holder="run-1", gap=timedelta(0))
    assert _ids(claim(opened, [AMT], holder="run-2", living=["run-2"], gap=timedelta(0))) == ["amt"]


def test_an_outcome_after_the_lease_counts_if_nobody_has_taken_the_source(opened: Store) -> None:
    late = task(opened, AMT)
    assert claim(opened, [AMT], now=NOW + 16 * MINUTE, holder="run-2") == ()  # given up; the host rests
    assert opened.record(outcome(late, [new(1)])) != ()


def test_an_outcome_after_somebody_took_the_source_is_refused_and_writes_nothing(opened: Store) -> None:
    late = task(opened, AMT)
    mine = task(opened, AMT, now=NOW + 16 * MINUTE, holder="run-2")
    with pytest.raises(LeaseLost, match="feedsvc status"):
        opened.record(outcome(late, [new(1)]))
    assert opened.latest("feeds/all", 5) == ()
    assert opened.sources()[0].polls == ()
    opened.record(outcome(mine, [new(1)]))
    with pytest.raises(LeaseLost):
        opened.record(outcome(mine, [new(1)]))
    assert len(opened.latest("feeds/all", 5)) == 1


def test_a_lease_can_be_extended_while_it_is_held(opened: Store) -> None:
    held = task(opened, AMT)
    assert opened.extend(held.lease, NOW + HOUR)
    assert claim(opened, [AMT], now=NOW + 59 * MINUTE, holder="run-2") == ()
    assert opened.sources(NOW + 59 * MINUTE)[0].polled_by == "run-1"
    assert opened.sources(NOW + HOUR)[0].polled_by is None
    opened.release(held)
    assert not opened.extend(held.lease, NOW + HOUR)


def test_a_lease_given_back_leaves_the_source_due_and_its_host_resting(opened: Store) -> None:
    opened.sync_sources([AMT], NOW)
    (held,) = claim(opened, [AMT])
    assert isinstance(held, PollTask)
    opened.release(held, NOW + MINUTE)
    assert opened.next_due(NOW) == NOW + MINUTE + GAP
    assert claim(opened, [AMT], now=NOW + MINUTE) == ()
    assert _ids(claim(opened, [AMT], now=NOW + MINUTE + GAP)) == ["amt"]


# ---- sources asked for by name ---------------------------------------------------------------------------------------


def test_a_named_source_is_polled_though_our_rhythm_says_later(opened: Store) -> None:
    _poll(opened, AMT)
    assert _ids(claim(opened, [AMT], only=["amt"])) == ["amt"]


@pytest.mark.parametrize("force", [False, True])
def test_a_named_source_waits_for_a_time_the_site_set_unless_forced(opened: Store, force: bool) -> None:
    _poll(opened, AMT, state=SourceState(last_poll_at=NOW, not_before=NOW + 10 * MINUTE))
    (found,) = claim(opened, [AMT], only=["amt"], force=force)
    if force:
        assert isinstance(found, PollTask)
        assert found.force
    else:
        assert isinstance(found, Deferred)
        assert (found.source_id, found.until, found.kind) == ("amt", NOW + 10 * MINUTE, "origin")


@pytest.mark.parametrize("force", [False, True])
def test_a_named_source_waits_until_its_host_has_rested_unless_forced(opened: Store, force: bool) -> None:
    opened.sync_sources([AMT], NOW)
    (first,) = claim(opened, [AMT])
    assert isinstance(first, PollTask)
    opened.record(outcome(first, fetches=(Fetched(url=AMT.url, at=NOW, status=200, bytes=1, seconds=1.0),)))
    (found,) = claim(opened, [AMT], now=NOW + SECOND, only=["amt"], force=force)
    if force:
        assert isinstance(found, PollTask)
    else:
        assert isinstance(found, Deferred)
        assert (found.until, found.kind) == (NOW + 3 * SECOND, "gap")
        assert found.why == "amt.example was asked less than 2s ago"


@pytest.mark.parametrize("force", [False, True])
def test_what_is_being_polled_is_never_polled_twice_not_even_forced(opened: Store, force: bool) -> None:
    opened.sync_sources(TWINS, NOW)
    claim(opened, TWINS, holder="run-1")
    found = claim(opened, TWINS, holder="run-2", only=["one", "two"], force=force)
    assert {each.source_id: (each.kind, each.until) for each in found if isinstance(each, Deferred)} == {
        "one": ("leased", NOW + 15 * MINUTE),
        "two": ("host", NOW + 15 * MINUTE),
    }


def test_a_named_source_that_is_disabled_or_unknown_is_answered_too(opened: Store) -> None:
    disabled = dataclasses.replace(AMT, enabled=False)
    opened.sync_sources([disabled], NOW)
    found = claim(opened, [disabled], only=["amt", "nobody"], force=True)
    assert [(each.source_id, each.kind) for each in found if isinstance(each, Deferred)] == [
        ("amt", "disabled"),
        ("nobody", "disabled"),
    ]


def test_nothing_is_due_next_where_nothing_is_enabled(opened: Store) -> None:
    assert opened.next_due(NOW) is None
    _poll(opened, AMT)
    assert opened.next_due(NOW) == NOW + HOUR
    assert opened.next_due(NOW + 2 * HOUR) == NOW + 2 * HOUR


# ---- several processes -----------------------------------------------------------------------------------------------


def _claim_all(path: Path, sources: list[Source], holder: str) -> list[str]:
    """Claim and record until nothing is due, as one process among several."""
    done: list[str] = []
    with store.open(path) as opened:
        while found := claim(opened, sources, holder=holder, living=[f"run-{n}" for n in range(9)], limit=7):
            for each in found:
                assert isinstance(each, PollTask)
                opened.record(outcome(each))
                done.append(each.source.id)
    return done


def _race(path: Path, count: int, processes: int) -> None:
    sources = [source(f"s{number}") for number in range(count)]
    with store.open(path) as opened:
        opened.sync_sources(sources, NOW)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_claim_all, path, sources, f"run-{number}") for number in range(processes)]
        done = Counter(id_ for job in jobs for id_ in job.result(timeout=120))
    assert done == Counter({each.id: 1 for each in sources})
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        assert conn.execute("SELECT count(*), max(polls), min(polls) FROM sources").fetchone() == (count, 1, 1)


def test_several_processes_claim_every_source_exactly_once(tmp_path: Path) -> None:
    _race(tmp_path / "feedsvc.db", 120, 2)


@pytest.mark.slow
def test_four_processes_claim_two_thousand_sources_exactly_once(tmp_path: Path) -> None:
    _race(tmp_path / "feedsvc.db", 2000, 4)
