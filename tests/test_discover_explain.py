"""Why a listing gave what it gave: per lead and field the rule that gave it and what lost, and what was left out."""

from __future__ import annotations

from feedsvc import discover, rules
from feedsvc.model import Explained, Finding, ListRules, Loser, Page, Source

URL = "https://portal.example/meldungen/"
ITEMS = "".join(
    f'<li><b class="ort">Talheim</b> <h3><a href="/meldungen/{n}-ein-haus-wird-gebaut-und-bezogen">Ein Haus Nummer {n}'
    f' wird gebaut</a></h3><i>{n:02d}.03.2025</i><p class="text">Der Bau dauerte länger als geplant.</p></li>'
    for n in range(1, 6)
)
BESIDE = '<ul><li><a href="/service/so-erreichen-sie-uns-am-besten">So erreichen Sie uns am besten</a></li></ul>'


def _explained(body: str, list_rules: dict[str, object] | None = None) -> Explained:
    page = f"<html lang=de><head><title>Meldungen</title></head><body>{body}</body></html>".encode()
    compiled = rules.listing(list_rules) if list_rules else ListRules()
    return discover.explain(Page(url=URL, final_url=URL, body=page), Source(id="x", url=URL, list_rules=compiled))


def _finding(explained: Explained, name: str) -> Finding:
    return next(one for one in explained.leads[0].findings if one.field == name)


def test_a_rule_that_gives_a_field_is_named_with_what_it_beat() -> None:
    told = _explained(f"<ul>{ITEMS}</ul>", {"item": "li", "title": [".nichts", "h3"], "teaser": "h3", "date": "i"})
    assert len(told.leads) == 5
    assert _finding(told, "title") == Finding(
        field="title", rule="list.title h3", value="Ein Haus Nummer 1 wird gebaut",
        lost=(Loser(rule="list.title .nichts", value=None),),
    )  # fmt: skip
    teaser = _finding(told, "teaser")
    assert (teaser.rule, teaser.value) == ("list.teaser h3", "Ein Haus Nummer 1 wird gebaut")
    assert teaser.lost == (Loser(rule="read without a rule", value="Der Bau dauerte länger als geplant."),)
    assert _finding(told, "kicker").rule == "read without a rule"


def test_a_rule_that_finds_no_date_is_told_and_the_reading_without_rules_stays() -> None:
    told = _explained(f"<ul>{ITEMS}</ul>", {"item": "li", "date": ".ort", "author": ".niemand"})
    assert _finding(told, "date").value == "2025-03-01T00:00:00+01:00 (day)"
    assert _finding(told, "author") == Finding(field="author", lost=(Loser(rule="list.author .niemand", value=None),))


def test_items_without_link_and_excluded_addresses_are_told_with_the_reason() -> None:
    told = _explained(f"<ul>{ITEMS}<li>Ende der Liste</li></ul>", {"item": "li", "exclude": ["/3-"]})
    assert [one.lead.url[33:34] for one in told.leads] == ["1", "2", "4", "5"]
    assert [(one.where[:33], one.reason[:34]) for one in told.rejected] == [
        ("Ende der Liste", "no link to an article in this item"),
        ("https://portal.example/meldungen/", "its address is excluded by list.in"),
    ]


def test_what_was_nearly_taken_for_an_article_is_told_where_no_rule_chooses() -> None:
    told = _explained(f"<main><ul>{ITEMS}</ul></main>{BESIDE}")
    assert len(told.leads) == 5
    (refused,) = told.rejected
    assert refused.where.startswith("https://portal.example/service/")
    assert "no date; its evidence is" in refused.reason


def test_what_was_read_is_what_is_explained() -> None:
    for chosen in (None, {"item": "li", "title": "h3"}, {"link": "h3 a", "kicker": ".ort"}, {"teaser": ".text"}):
        told = _explained(f"<ul>{ITEMS}</ul>", chosen)
        page = f"<html lang=de><head><title>Meldungen</title></head><body><ul>{ITEMS}</ul></body></html>".encode()
        source = Source(id="x", url=URL, list_rules=rules.listing(chosen) if chosen else ListRules())
        read = discover.leads(Page(url=URL, final_url=URL, body=page), source).leads
        assert tuple(one.lead for one in told.leads) == read


def test_a_feed_is_explained_too() -> None:
    feed = (
        "<rss version='2.0'><channel><title>F</title><item><title>Eins</title><link>https://portal.example/1</link></item>"
        "</channel></rss>"
    )
    told = discover.explain(Page(url=URL, final_url=URL, body=feed.encode()), Source(id="x", url=URL))
    assert [one.lead.headline for one in told.leads] == ["Eins"]
