"""A list is rebuilt between two polls: its new articles come in as before, or somebody is told, and nothing wrong does.

tests/redesigns has the articles (stock), the markups (dresses) and the site that shows them (site).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redesigns import dresses, site
from redesigns.site import OLD_RULES, Site
from redesigns.stock import AFTER, BEFORE, ITEMS, SITE, Item

from feedsvc import discover
from feedsvc.discover import learn
from feedsvc.errors import FetchError
from feedsvc.model import ErrorKind, Known, ListRules, Page, Source

AUTOMATIC = ListRules()
REDESIGNS: tuple[dresses.Dress, ...] = (
    dresses.table, dresses.hashed, dresses.varying, dresses.modules, dresses.cards, dresses.picture_link,
    dresses.dated_elsewhere, dresses.wrapped, dresses.new_navigation, dresses.glued, dresses.unglued, dresses.bare,
    dresses.two_columns, dresses.flat, dresses.flat_lines, dresses.linked_data, dresses.paged, dresses.moved,
)  # fmt: skip
READINGS = (pytest.param(OLD_RULES, id="rules"), pytest.param(AUTOMATIC, id="automatic"))


# The others are slow together: what they add is breadth.
FIRST = frozenset((dresses.cards, dresses.moved))


def some(dress: Callable[..., str], *more: object, first: bool) -> object:
    return pytest.param(dress, *more, id=named(dress), marks=() if first else pytest.mark.slow)


def named(dress: object) -> str:
    return str(getattr(dress, "__name__", dress))


# ---- what has to be healed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dress", [some(dress, first=dress in FIRST) for dress in REDESIGNS])
@pytest.mark.parametrize("rules", READINGS)
def test_new_articles_come_in_from_a_rebuilt_list(tmp_path: Path, rules: ListRules, dress: dresses.Dress) -> None:
    bote = Site.made(tmp_path, rules=rules)
    teasers = dress is not dresses.bare
    assert site.after_redesign(bote, dresses.plain(BEFORE), dress(AFTER), teasers=teasers) == "healed"
    assert {item.title for item in ITEMS[:12]} == bote.titles()
    status = bote.status()
    assert status.health in ("ok", "degraded")
    if rules == OLD_RULES:
        assert status.learned is not None
        assert status.learned.made_for == OLD_RULES
        assert [each.kind for each in status.incidents if each.kind != "health"] == ["learned"]


@pytest.mark.parametrize("rules", READINGS)
def test_headlines_that_are_cut_off_now_are_no_edit_of_what_is_known(tmp_path: Path, rules: ListRules) -> None:
    bote = Site.made(tmp_path, rules=rules)
    site.after_redesign(bote, dresses.plain(BEFORE), dresses.shortened(AFTER))
    (new, other) = site.told(bote.outcomes[-1])
    assert (new[1], other[1]) == ("Register sprechen bald eine gemeinsam …", "Das Wohngeld kommt jetzt auch ohne Unt …")
    assert not [change for change in bote.outcomes[-1].changes if change.kind == "updated"]


@pytest.mark.slow
@pytest.mark.parametrize("before", [dress for dress in REDESIGNS if dress is not dresses.bare], ids=named)
def test_any_dress_may_follow_on_any_other(tmp_path: Path, before: dresses.Dress) -> None:
    """The operator's rules are those that fit the old dress, so that every one of them breaks in its own way."""
    results: dict[str, site.Result] = {}
    others = [after for after in (dresses.plain, *REDESIGNS) if after is not before and after is not dresses.bare]
    for after in others[REDESIGNS.index(before) % 3 :: 3]:  # all pairs take two minutes and a half
        bote = Site.made(tmp_path / after.__name__, rules=fitting(before))
        bote.path.parent.mkdir()
        results[after.__name__] = site.after_redesign(bote, before(BEFORE), after(AFTER))
    wrong = [name for name, result in results.items() if result == "wrong"]
    healed = [name for name, result in results.items() if result == "healed"]
    assert wrong == []
    assert len(healed) * 10 >= len(results) * 9, results


def fitting(dress: dresses.Dress) -> ListRules:
    found = learn.rules(served(dress(BEFORE)), known(BEFORE), Source(id="bote", url=f"{SITE}/", kind="html"))
    assert found is not None
    return found.rules


# ---- what must not be -----------------------------------------------------------------------------------------------


def in_a_sidebar() -> str:
    return dresses.sidebar_only(BEFORE[3:8])


def unrecognisable() -> str:
    return dresses.unrecognisable(AFTER)


def scripted() -> str:
    return dresses.scripted(AFTER)


STRANGERS: tuple[tuple[Callable[[], str], ErrorKind | None, str], ...] = (
    (dresses.consent_wall, "consent_wall", "blocked"),
    (dresses.navigation, None, "degraded"),
    (dresses.other_site_in_the_same_boxes, None, "degraded"),
    (dresses.challenge, "challenge", "blocked"),
    (dresses.maintenance, None, "degraded"),
    (dresses.emptied, None, "degraded"),
    (dresses.other_site, None, "degraded"),
    (in_a_sidebar, None, "degraded"),
    (unrecognisable, None, "degraded"),
    (scripted, None, "degraded"),
)


@pytest.mark.parametrize(
    ("stranger", "kind", "health"), [some(*told, first=place < 2) for place, told in enumerate(STRANGERS)]
)
@pytest.mark.parametrize("rules", READINGS)
def test_what_stands_in_a_lists_place_is_told_and_brings_nothing_in(
    tmp_path: Path, rules: ListRules, stranger: Callable[[], str], kind: ErrorKind | None, health: str
) -> None:
    bote = Site.made(tmp_path, rules=rules)
    assert site.after_redesign(bote, dresses.plain(BEFORE), stranger()) == "reported"
    outcome, status = bote.outcomes[-1], bote.status()
    assert outcome.changes == ()
    assert bote.titles() == {item.title for item in BEFORE}
    assert status.health == health
    assert status.learned is None
    assert status.ailment is not None
    assert status.ailment.since == bote.at
    assert outcome.error is not None
    assert kind in (None, outcome.error.kind)
    back = bote.poll(dresses.plain(AFTER))
    assert site.result(back) == "healed", "the day the list is back, everything is"
    assert bote.status().ailment is None


def test_a_refusal_is_blocked_and_learns_nothing(tmp_path: Path) -> None:
    bote = Site.made(tmp_path)
    bote.poll(dresses.plain(BEFORE))
    refused = bote.poll(FetchError(f"{SITE}/", "forbidden", "403 Forbidden", status=403))
    assert (refused.status, refused.state.health, refused.state.learned) == ("blocked", "blocked", None)
    assert refused.state.habits == bote.outcomes[0].state.habits


def test_an_outage_is_an_outage_and_not_a_rebuilt_list(tmp_path: Path) -> None:
    bote = Site.made(tmp_path)
    bote.poll(dresses.plain(BEFORE))
    for expected in ("degraded", "degraded", "broken"):
        down = bote.poll(FetchError(f"{SITE}/", "timeout", "no answer in 60 s"))
        assert (down.status, down.state.health, down.state.ailment) == ("error", expected, None)
    assert bote.poll(dresses.plain(AFTER)).state.health == "ok"


# ---- what becomes of learned rules ----------------------------------------------------------------------------------


def rebuilt(path: Path) -> Site:
    bote = Site.made(path, rules=OLD_RULES)
    site.after_redesign(bote, dresses.plain(BEFORE), dresses.cards(AFTER))
    assert bote.status().learned is not None
    return bote


def newer(count: int) -> Sequence[Item]:
    return [replace(AFTER[0], slug=f"neu-{n}", headline=f"Der Rat berät zum {n}. Mal", kicker="") for n in range(count)]


def test_the_next_polls_go_on_with_what_was_learned_and_tell_it_once(tmp_path: Path) -> None:
    bote = rebuilt(tmp_path)
    for count in (1, 2, 3):
        outcome = bote.poll(dresses.cards([*newer(count), *AFTER[: 10 - count]]), later=timedelta(hours=6))
        assert [kind for kind, *_ in map(tuple, [[c.kind] for c in outcome.changes])].count("new") == 1
        assert outcome.status == "ok"
    assert [each.kind for each in bote.status().incidents] == ["learned"]


def test_what_was_learned_is_dropped_when_the_configured_rules_work_again(tmp_path: Path) -> None:
    bote = rebuilt(tmp_path)
    outcome = bote.poll(dresses.plain([*newer(1), *AFTER[:9]]))
    assert [change.kind for change in outcome.changes if change.kind in ("new", "updated")] == ["new"]
    status = bote.status()
    assert status.learned is None
    assert [each.kind for each in status.incidents] == ["dropped", "learned"]


def test_what_was_learned_is_dropped_when_the_operator_edits_the_rules(tmp_path: Path) -> None:
    bote = rebuilt(tmp_path)
    edited = ListRules(
        item=("a.card",), title=(".card-title",), date=(".card-meta",), kicker=(".label",), teaser=(".card-text",)
    )
    bote.source = replace(bote.source, list_rules=edited)
    outcome = bote.poll(bote.page)
    assert outcome.status == "ok", "the page is the same, and is read again all the same"
    assert outcome.listed is not None
    assert bote.status().learned is None


def test_a_second_rebuilding_is_learned_as_well(tmp_path: Path) -> None:
    bote = rebuilt(tmp_path)
    outcome = bote.poll(dresses.modules([*newer(1), *AFTER[:9]]))
    assert [change.kind for change in outcome.changes if change.kind in ("new", "updated")] == ["new"]
    learned = bote.status().learned
    assert learned is not None
    assert "Teaser_root" in learned.new
    assert learned.old == learn.described(OLD_RULES)


def test_another_address_forgets_what_was_learned_of_the_old_one(tmp_path: Path) -> None:
    bote = rebuilt(tmp_path)
    bote.source = replace(bote.source, url=f"{SITE}/neu/", list_rules=AUTOMATIC)
    outcome = bote.poll(dresses.two_columns(ITEMS[10:]))
    assert outcome.status == "ok", "a list that shares nothing with the old one is no nonsense then"
    assert bote.status().learned is None


# ---- learning by itself ---------------------------------------------------------------------------------------------


def served(body: str) -> Page:
    return Page(url=f"{SITE}/", final_url=f"{SITE}/", body=body.encode())


def known(items: Sequence[Item]) -> dict[str, Known]:
    found = {}
    for item in items:
        at = site.midnight(item.day)
        found[f"amtsbote.example{item.path}"] = Known(
            id=item.slug, url=f"{SITE}{item.path}", headline=item.headline, kicker=item.kicker or None, published=at,
            published_precision="day", fingerprint="", lead_fingerprint="", feed_time=at, first_seen=at,
        )  # fmt: skip
    return found


SOURCE = Source(id="bote", url=f"{SITE}/", kind="html", list_rules=OLD_RULES)


@pytest.mark.parametrize("dress", [some(dress, first=dress in FIRST) for dress in (dresses.plain, *REDESIGNS)])
def test_learned_rules_read_the_page_as_it_is_meant(dress: dresses.Dress) -> None:
    found = learn.rules(served(dress(AFTER)), known(BEFORE), SOURCE)
    assert found is not None
    leads = discover.leads(served(dress(AFTER)), replace(SOURCE, list_rules=found.rules)).leads
    expected = [site.as_told(item) for item in AFTER]
    if dress is dresses.bare:
        expected = [(*one[:3], "") for one in expected]
    assert [site.as_read(lead) for lead in leads] == expected
    assert found.new == learn.described(found.rules)
    assert "8 of the 8 known articles" in found.evidence


def test_names_that_differ_from_entry_to_entry_are_in_no_rule() -> None:
    found = learn.rules(served(dresses.varying(AFTER)), known(BEFORE), SOURCE)
    assert found is not None
    assert "css-" not in found.new


def test_names_keep_only_what_a_build_tool_leaves_alone() -> None:
    found = learn.rules(served(dresses.modules(AFTER, "x7Yz2")), known(BEFORE), SOURCE)
    assert found is not None
    rebuilt_page = served(dresses.modules(AFTER, "Q1w9e"))
    leads = discover.leads(rebuilt_page, replace(SOURCE, list_rules=found.rules)).leads
    assert [site.as_read(lead) for lead in leads] == [site.as_told(item) for item in AFTER]


def test_two_known_articles_are_too_few_to_learn_from() -> None:
    assert learn.rules(served(dresses.cards(AFTER)), known(AFTER[8:]), SOURCE) is None
    assert learn.rules(served(dresses.cards(AFTER)), known(AFTER[7:]), SOURCE) is not None


def test_a_box_of_what_is_read_most_is_not_taken_for_the_list() -> None:
    assert learn.rules(served(dresses.sidebar_only(BEFORE)), known(BEFORE), SOURCE) is None


def test_an_include_pattern_that_the_new_addresses_do_not_pass_is_left_out() -> None:
    source = replace(SOURCE, list_rules=replace(OLD_RULES, include=("/meldungen/",), exclude=("/anzeigen/",)))
    stayed = learn.rules(served(dresses.cards(AFTER)), known(BEFORE), source)
    gone = learn.rules(served(dresses.moved(AFTER)), known(BEFORE), source)
    assert stayed is not None
    assert gone is not None
    assert (stayed.rules.include, gone.rules.include) == (("/meldungen/",), ())
    assert stayed.rules.exclude == gone.rules.exclude == ("/anzeigen/",)
