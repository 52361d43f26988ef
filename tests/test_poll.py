"""One poll from task to outcome, with dictionaries for the network and the readers: no patching, no sockets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import FRONT, NEW, NOW, OLD, SOURCE, Web, address, article, lead, web

from feedsvc import decide, poll
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import (
    Change,
    ErrorKind,
    HttpOptions,
    Known,
    Lead,
    Listing,
    Outcome,
    PollTask,
    SourceState,
    Validators,
)


def looked(portal: Web, given: PollTask) -> Outcome:
    return poll.poll(given, portal.fetch, portal.read, portal.now)  # type: ignore[arg-type]


def task(**given: object) -> PollTask:
    return PollTask(**{"source": SOURCE, "lease": "l", **given})  # type: ignore[arg-type]


def remembered(outcome: Outcome, before: PollTask | None = None, **state: object) -> PollTask:
    """The task a store would give after an outcome, as far as these tests need it."""
    known = dict(before.known) if before else {}
    for change in outcome.changes:
        if change.article is None:
            continue
        value = Known(
            id=change.id,
            url=change.article.url,
            headline=change.article.headline,
            fingerprint=change.fingerprint or "",
            lead_fingerprint=change.lead_fingerprint or "",
            feed_time=change.feed_time or NOW,
            first_seen=NOW,
            listed=change.id in (outcome.listed or ()),
            looks=change.looks or 0,
            next_look_at=change.next_look_at,
            validators=change.validators,
        )
        known.update(dict.fromkeys(change.keys, value))
    return task(known=known, pending=outcome.pending, state=replace(outcome.state, **state))  # type: ignore[arg-type]


def kinds(outcome: Outcome) -> dict[str, str]:
    return {_name(change): change.kind for change in outcome.changes}


def _name(change: Change) -> str:
    return change.article.headline if change.article else change.id


# ---- the ordinary way -----------------------------------------------------------------------------------------------


def test_a_first_poll_takes_every_article_and_saves_the_validators() -> None:
    outcome = looked(web("a", "b"), task())
    assert kinds(outcome) == {"a": "new", "b": "new"}
    assert outcome.status == "ok"
    assert outcome.state.validators == NEW
    assert outcome.state.health == "ok"
    assert outcome.state.last_new_at == NOW
    assert [fetched.url for fetched in outcome.fetches] == [FRONT, address("a"), address("b")]
    assert outcome.next_poll_at >= NOW + timedelta(hours=1)
    assert outcome.changes[0].feed_time == NOW
    assert outcome.changes[1].feed_time == NOW - timedelta(seconds=1)


def test_the_validators_are_sent_and_a_304_reads_nothing() -> None:
    portal = web("a", not_modified=frozenset({FRONT}), validators=Validators(etag='"newer"'))
    outcome = looked(portal, task(state=SourceState(validators=OLD, last_new_at=NOW)))
    assert portal.asked[0].validators == OLD
    assert outcome.status == "unchanged"
    assert outcome.listed is None
    assert outcome.state.validators == Validators(etag='"newer"')


def test_the_same_body_is_not_read_but_its_validators_are_kept() -> None:
    portal = web("a")
    first = looked(portal, task())
    portal.validators = Validators(last_modified="today")
    portal.listing[FRONT] = portal.listing[FRONT]
    second = looked(portal, remembered(first))
    assert second.status == "unchanged"
    assert second.state.validators == Validators(last_modified="today")
    assert len(second.fetches) == 1


def test_a_known_article_is_not_fetched_again() -> None:
    portal = web("a")
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=(lead("b"), lead("a")))
    portal.articles[address("b")] = article("b")
    second = looked(portal, remembered(first))
    assert kinds(second) == {"b": "new"}
    assert [fetched.url for fetched in second.fetches] == [FRONT, address("b")]
    assert len(second.listed or ()) == 2


def test_a_lead_that_says_everything_needs_no_page() -> None:
    full = lead("a", teaser="t", published=NOW - timedelta(hours=2), published_precision="minute", categories=("P",))
    portal = Web(listing={FRONT: Listing(leads=(full,))})
    outcome = looked(portal, task())
    assert kinds(outcome) == {"a": "new"}
    assert len(outcome.fetches) == 1
    assert outcome.changes[0].next_look_at is None
    assert outcome.changes[0].feed_time == NOW - timedelta(hours=2)


# ---- one bad item costs only itself ---------------------------------------------------------------------------------


def server_error(name: str) -> FetchError:
    return FetchError(address(name), "server_error", "500", status=500)


def test_a_skipped_lead_keeps_the_old_validators_and_comes_back() -> None:
    portal = web("a", "b", "c")
    portal.articles[address("b")] = server_error("b")
    first = looked(portal, task(state=SourceState(validators=OLD)))
    assert kinds(first) == {"a": "new", "c": "new"}
    assert first.status == "degraded"
    assert first.state.validators == OLD
    assert first.state.body_hash is None
    assert list(first.pending.values()) == [1]
    portal.articles[address("b")] = article("b")
    second = looked(portal, remembered(first))
    assert portal.asked[4].validators == Validators(), "a page with something left on it is asked for unconditionally"
    assert kinds(second) == {"b": "new"}
    assert second.state.validators == NEW
    assert second.pending == {}
    assert second.status == "ok"


def test_a_page_that_fails_for_ever_is_given_up_for_the_lead() -> None:
    portal = web("a", "b")
    portal.articles[address("b")] = server_error("b")
    before = task()
    outcome = looked(portal, before)
    for _ in range(decide.ATTEMPTS):
        before = remembered(outcome, before)
        outcome = looked(portal, before)
    assert kinds(outcome) == {"b": "new"}
    assert outcome.state.validators == NEW


@pytest.mark.parametrize("kind", ["not_found", "gone", "forbidden", "robots", "consent_wall"])
def test_a_page_that_is_refused_for_good_is_replaced_by_the_lead(kind: ErrorKind) -> None:
    portal = web("a")
    portal.articles[address("a")] = FetchError(address("a"), kind, kind, permanent=kind in ("not_found", "gone"))
    outcome = looked(portal, task())
    assert kinds(outcome) == {"a": "new"}
    assert outcome.status == "degraded"
    assert outcome.error is not None
    assert outcome.error.kind == kind


def test_a_page_that_cannot_be_read_is_replaced_by_the_lead() -> None:
    portal = web("a", "b")
    portal.articles[address("a")] = ContentError(address("a"), "title")
    assert kinds(looked(portal, task())) == {"a": "new", "b": "new"}


def test_a_lead_without_headline_whose_page_is_gone_is_let_go_with_a_reason() -> None:
    portal = Web(listing={FRONT: Listing(leads=(Lead(url=address("a")),))})
    outcome = looked(portal, task())
    assert outcome.changes == ()
    assert outcome.pending == {}
    assert [each.where for each in outcome.rejected] == [address("a")]


# ---- the listing fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "health"),
    [
        ("timeout", "error", "degraded"),
        ("forbidden", "blocked", "blocked"),
        ("challenge", "blocked", "blocked"),
        ("robots", "disallowed", "blocked"),
        ("gone", "gone", "gone"),
    ],
)
def test_a_failing_source_keeps_what_it_has(kind: ErrorKind, status: str, health: str) -> None:
    error = FetchError(FRONT, kind, "no", retry_after=timedelta(hours=9))
    portal = Web(articles={FRONT: error})
    outcome = looked(portal, task(state=SourceState(validators=OLD), pending={"k": 2}))
    assert (outcome.status, outcome.state.health) == (status, health)
    assert outcome.listed is None
    assert outcome.pending == {"k": 2}
    assert outcome.state.validators == OLD
    assert outcome.state.failures == 1
    assert outcome.next_poll_at >= NOW + timedelta(hours=9)
    assert outcome.state.not_before == outcome.next_poll_at
    assert outcome.error is not None
    assert outcome.error.kind == kind


def test_three_failures_in_a_row_are_broken_and_one_success_mends_it() -> None:
    portal = Web(listing={FRONT: ContentError(FRONT, "items", kind="no_items")})
    state = SourceState()
    for expected in ("degraded", "degraded", "broken", "broken"):
        state = looked(portal, task(state=state)).state
        assert state.health == expected
    assert state.first_failed_at == NOW
    mended = looked(web("a"), task(state=state)).state
    assert (mended.health, mended.failures, mended.first_failed_at) == ("ok", 0, None)


def test_a_source_without_news_for_a_month_is_quiet_not_broken() -> None:
    portal = web("a", not_modified=frozenset({FRONT}))
    state = SourceState(validators=OLD, last_new_at=NOW - timedelta(days=40))
    assert looked(portal, task(state=state)).state.health == "quiet"


def test_a_crash_is_an_outcome_like_any() -> None:
    outcome = poll.crashed(task(), KeyError("x"), lambda: NOW)
    assert (outcome.status, outcome.state.failures) == ("error", 1)
    assert outcome.error is not None
    assert outcome.error.kind == "internal"
    assert outcome.next_poll_at > NOW


# ---- identity -------------------------------------------------------------------------------------------------------


def test_two_addresses_of_one_article_become_one_entry_with_both_keys() -> None:
    canonical = address("meldung")
    portal = Web(
        listing={FRONT: Listing(leads=(lead("?p=46000"), lead("meldung"), lead("c")))},
        articles={
            address("?p=46000"): article("?p=46000", canonical=canonical),
            canonical: article("meldung", canonical=canonical),
            address("c"): article("c"),
        },
    )
    outcome = looked(portal, task())
    assert [change.kind for change in outcome.changes] == ["new", "new"]
    assert set(outcome.changes[0].keys) == {"portal.example?p=46000", "portal.example/meldung"}


def test_a_new_address_of_a_known_article_is_learned_and_is_no_news() -> None:
    portal = web("meldung")
    portal.articles[address("meldung")] = article("meldung", canonical=address("meldung"))
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=(lead("?p=1"),))
    portal.articles[address("?p=1")] = replace(article("meldung"), url=address("?p=1"), canonical=address("meldung"))
    second = looked(portal, remembered(first))
    (change,) = second.changes
    assert (change.kind, change.id) == ("unchanged", first.changes[0].id)
    assert "portal.example?p=1" in change.keys


# ---- more than one page ---------------------------------------------------------------------------------------------


def paged(*pages: tuple[str, ...]) -> Web:
    portal = Web()
    for number, names in enumerate(pages):
        following = address(f"list{number + 1}") if number + 1 < len(pages) else None
        url = FRONT if number == 0 else address(f"list{number}")
        portal.listing[url] = Listing(leads=tuple(lead(name) for name in names), next_page=following)
        portal.articles.update({address(name): article(name) for name in names})
    return portal


def test_a_new_source_starts_with_its_next_pages_up_to_the_limit() -> None:
    portal = paged(("a", "b"), ("c", "d"), ("e", "f"))
    outcome = looked(portal, task(source=replace(SOURCE, limit=4)))
    assert list(kinds(outcome)) == ["a", "b", "c", "d"]
    assert outcome.state.validators == NEW


def test_once_something_is_known_the_next_page_is_left_alone() -> None:
    portal = paged(("a", "b"), ("c", "d"))
    first = looked(portal, task(source=replace(SOURCE, limit=2)))
    portal.listing[FRONT] = replace(portal.listing[FRONT], leads=(lead("n"), lead("a")))  # type: ignore[type-var]
    portal.articles[address("n")] = article("n")
    assert list(kinds(looked(portal, remembered(first)))) == ["n"]


def test_a_next_page_that_fails_costs_only_itself() -> None:
    portal = paged(("a",), ("b",))
    portal.listing[address("list1")] = ContentError(address("list1"), "items")
    outcome = looked(portal, task())
    assert list(kinds(outcome)) == ["a"]
    assert outcome.rejected


def test_a_pager_that_leads_in_a_circle_ends() -> None:
    portal = paged(("a",), ("b",))
    portal.listing[address("list1")] = Listing(leads=(lead("b"),), next_page=FRONT)
    assert list(kinds(looked(portal, task()))) == ["a", "b"]


def test_an_article_that_failed_on_a_further_page_is_found_there_again() -> None:
    portal = paged(("a", "b"), ("c", "d"))
    portal.articles[address("d")] = server_error("d")
    first = looked(portal, task())
    assert list(kinds(first)) == ["a", "b", "c"]
    portal.articles[address("d")] = article("d")
    second = looked(portal, remembered(first))
    assert list(kinds(second)) == ["d"]
    assert second.state.validators == NEW


def test_after_a_gap_what_is_over_the_limit_is_fetched_from_further_pages() -> None:
    small = replace(SOURCE, limit=2)
    portal = paged(("x",))
    before = remembered(looked(portal, task()))
    portal.listing.update(paged(("a", "b"), ("c", "d"), ("x",)).listing)
    portal.articles.update({address(name): article(name) for name in "abcd"})
    first = looked(portal, replace(before, source=small))
    assert list(kinds(first)) == ["a", "b"]
    portal.listing.update(paged(("n", "a"), ("b", "c"), ("d", "x")).listing)
    portal.articles[address("n")] = article("n")
    before = replace(remembered(first, before), source=small)
    second = looked(portal, before)
    assert list(kinds(second)) == ["n", "c"]
    third = looked(portal, replace(remembered(second, before), source=small))
    assert list(kinds(third)) == ["d"]


def test_over_the_limit_the_rest_comes_with_the_next_polls() -> None:
    portal = web(*"abcde")
    small = replace(SOURCE, limit=2)
    first = looked(portal, task(source=small))
    assert list(kinds(first)) == ["a", "b"]
    assert first.state.validators == Validators()
    second = looked(portal, replace(remembered(first), source=small))
    assert list(kinds(second)) == ["c", "d"]


# ---- corrections and withdrawals ------------------------------------------------------------------------------------


def test_a_teaser_that_changed_on_the_list_makes_the_page_read_again() -> None:
    portal = web("a")
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=(lead("a", teaser="corrected"),))
    portal.articles[address("a")] = article("a", teaser="corrected")
    second = looked(portal, remembered(first))
    (change,) = second.changes
    assert (change.kind, change.id) == ("updated", first.changes[0].id)
    assert change.article is not None
    assert change.article.teaser == "corrected"
    assert change.feed_time is None, "the time in the feed never changes"


def test_a_listing_that_words_it_anew_is_no_edit() -> None:
    portal = web("a")
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=(lead("a", teaser="other words"),))
    (change,) = looked(portal, remembered(first)).changes
    assert change.kind == "unchanged"


def test_a_young_article_is_read_again_on_its_plan_with_its_validators() -> None:
    portal = web("a")
    first = looked(portal, task())
    portal.at += timedelta(hours=2)
    portal.articles[address("a")] = article("a", body_text="Corrected.")
    later = remembered(first, validators=Validators())
    second = looked(portal, replace(later, state=first.state))
    assert portal.asked[-1].validators == NEW
    (change,) = second.changes
    assert change.kind == "updated"
    assert change.looks == 2
    assert change.next_look_at == NOW + timedelta(hours=2, seconds=2) + timedelta(hours=6)
    assert second.status == "ok"


def test_an_article_that_is_gone_from_the_middle_and_answers_410_is_withdrawn() -> None:
    portal = web("a", "b", "c", "d")
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=tuple(lead(name) for name in "acd"))
    portal.articles[address("b")] = FetchError(address("b"), "gone", "410", status=410, permanent=True)
    second = looked(portal, remembered(first))
    (change,) = second.changes
    assert (change.kind, change.id) == ("withdrawn", first.changes[1].id)


def test_an_article_that_only_left_the_list_stays() -> None:
    portal = web("a", "b", "c", "d")
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=tuple(lead(name) for name in "acd"))
    second = looked(portal, remembered(first))
    (change,) = second.changes
    assert (change.kind, change.id) == ("unchanged", first.changes[1].id)
    assert change.id not in (second.listed or ())


def test_an_article_that_left_the_list_while_its_page_fails_stays_under_suspicion() -> None:
    portal = web("a", "b", "c", "d")
    first = looked(portal, task())
    portal.listing[FRONT] = Listing(leads=tuple(lead(name) for name in "acd"))
    portal.articles[address("b")] = server_error("b")
    second = looked(portal, remembered(first))
    assert [change.kind for change in second.changes] == ["unchanged"]
    assert first.changes[1].id in (second.listed or ())


# ---- budget ---------------------------------------------------------------------------------------------------------


def test_a_slow_site_gets_ten_minutes_and_the_rest_comes_later() -> None:
    portal = web(*"abcdef", per_request=timedelta(minutes=3))
    first = looked(portal, task())
    assert list(kinds(first)) == ["a", "b", "c"]
    assert first.state.validators == Validators()
    assert list(kinds(looked(portal, remembered(first)))) == ["d", "e", "f"]


def test_a_sources_secrets_and_tls_opt_out_stay_on_its_own_host() -> None:
    http = HttpOptions(headers={"Authorization": "secret"}, verify_tls=False, ignore_robots="agreed by letter")
    elsewhere = replace(lead("a"), url="https://elsewhere.example/a")
    portal = Web(listing={FRONT: Listing(leads=(elsewhere, lead("b")))}, articles={address("b"): article("b")})
    looked(portal, task(source=replace(SOURCE, http=http)))
    sent = {request.url: request.http for request in portal.asked}
    assert sent[FRONT] == sent[address("b")] == http
    assert sent["https://elsewhere.example/a"] == replace(http, headers={}, verify_tls=True)
