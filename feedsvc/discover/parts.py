"""A list's entries and what is known of the articles in them in, the rules for their parts out.

Title, link, kicker and date stand where the known values stand; teaser and picture where reading without rules finds
them in most entries. A part that stands nowhere the same gets no rule: it is read as on any other page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from zoneinfo import ZoneInfo

import lxml.etree
from lxml.html import HtmlElement

from feedsvc import html, text
from feedsvc.discover import selectors
from feedsvc.discover.fields import Context
from feedsvc.discover.spots import Spot
from feedsvc.model import Known, Lead, ListRules

Entries = Sequence[tuple[Spot, HtmlElement]]
_BESIDE = 4  # elements behind an entry of a flat list
_TEASER_CHARS = 40  # a text behind a headline that is no date and no label
_ENOUGH = 0.6  # of the entries that have to show a part at the same place
_STAMPS = ("datetime", "content", "title", "data-date", "data-time", "data-datetime", "data-published")


def rules(entries: Entries, context: Context) -> ListRules:
    """Return the rules for what stands in the entries, without the entry's own."""
    return ListRules(
        title=_rule([(item, spot.title) for spot, item in entries], entries, context),
        link=_rule([(item, spot.link) for spot, item in entries if spot.link is not None], entries, context),
        kicker=_kicker(entries, context),
        date=_date(entries, context),
    )


def _rule(pairs: Sequence[tuple[HtmlElement, HtmlElement]], entries: Entries, context: Context) -> tuple[str, ...]:
    if len(pairs) < _ENOUGH * len(entries):
        return ()
    found = selectors.within(pairs, context.tree)
    return (found,) if found else ()


def _kicker(entries: Entries, context: Context) -> tuple[str, ...]:
    told = [(spot, item) for spot, item in entries if spot.known.kicker]
    pairs = [(item, found) for spot, item in told if (found := _saying(item, spot.known.kicker or "")) is not None]
    return _rule(pairs, told, context) if len(pairs) >= 2 else ()


def _saying(item: HtmlElement, words: str) -> HtmlElement | None:
    wanted = text.fold(words)
    return _innermost(item, lambda element: text.fold(_words(element)).rstrip(" :|") == wanted)


# ---- dates -----------------------------------------------------------------------------------------------------------


def _date(entries: Entries, context: Context) -> tuple[str, ...]:
    """Return the rule for the element, or the attribute, that tells the known day."""
    told = [(spot, item) for spot, item in entries if spot.known.published]
    shown = [(item, found) for spot, item in told if (found := _dated(item, spot.known, context)) is not None]
    if rule_of_text := _rule(shown, told, context):
        return rule_of_text
    for name in _STAMPS:
        stamped = [
            (item, found) for spot, item in told if (found := _stamped(item, name, spot.known, context)) is not None
        ]
        if stamps := _rule(stamped, told, context):
            return (f"{stamps[0]}@{name}",)
    return _beside(told, lambda spot, element: _is_day(_words(element), spot.known, context))


def _dated(item: HtmlElement, known: Known, context: Context) -> HtmlElement | None:
    def tells(element: HtmlElement) -> bool:
        stamp = element.get("datetime") if element.tag == "time" else None
        words = element.get("content") if element.tag == "meta" else _words(element)
        return (bool(stamp) and _is_day(stamp, known, context)) or _is_day(words, known, context)

    return _innermost(item, tells)


def _stamped(item: HtmlElement, name: str, known: Known, context: Context) -> HtmlElement | None:
    return next((one for one in item.iter(lxml.etree.Element) if _is_day(one.get(name), known, context)), None)


def _is_day(words: str | None, known: Known, context: Context) -> bool:
    """Whether a text begins with the known day, or is it."""
    if not words or known.published is None or not any(character.isdigit() for character in words[:60]):
        return False
    moment = context.leading(words)[0] or (context.moment(words) if len(words) <= 60 else None)
    zone = ZoneInfo(context.source.timezone)
    return moment is not None and moment.at.astimezone(zone).date() == known.published.astimezone(zone).date()


# ---- flat lists ------------------------------------------------------------------------------------------------------


def _beside(entries: Entries, holds: Callable[[Spot, HtmlElement], bool]) -> tuple[str, ...]:
    """Return the rule for what stands at the same place behind every entry, before the next one."""
    found = Counter(place for spot, item in entries if (place := _place_behind(spot, item, holds)) is not None)
    if not found:
        return ()
    (number, tag), times = found.most_common(1)[0]
    return (f"xpath:following-sibling::*[{number}][self::{tag}]",) if times >= _ENOUGH * len(entries) else ()


def _place_behind(spot: Spot, item: HtmlElement, holds: Callable[[Spot, HtmlElement], bool]) -> tuple[int, str] | None:
    for number, element in enumerate(islice(item.itersiblings(lxml.etree.Element), _BESIDE), 1):
        if element.tag == item.tag:
            return None
        if holds(spot, element):
            return number, element.tag
    return None


def _is_text(_: Spot, element: HtmlElement) -> bool:
    return len(_words(element)) >= _TEASER_CHARS


# ---- what reading without rules finds --------------------------------------------------------------------------------


def guessed(inside: ListRules, entries: Entries, leads: Mapping[str, Lead], context: Context) -> ListRules:
    """Return the rules with those for teaser and picture, where both stand at the same place of most entries.

    `leads` is what reading the entries without these rules gave, by the known article's id.
    """
    told = [(spot, item, lead) for spot, item in entries if (lead := leads.get(spot.known.id)) is not None]
    teasers = [(item, found) for spot, item, lead in told if (found := _told(item, spot, lead.teaser)) is not None]
    shown = [
        (item, found) for _, item, lead in told if lead.image and (found := next(item.iter("img"), None)) is not None
    ]
    teaser = _rule(teasers, entries, context) or (_beside(entries, _is_text) if not teasers else ())
    return replace(inside, teaser=teaser, image=_rule(shown, entries, context))


def _told(item: HtmlElement, spot: Spot, teaser: str | None) -> HtmlElement | None:
    """Return the element that says the teaser and not the title as well."""
    if not teaser:
        return None
    start = text.fold(teaser)[:60]
    found = _innermost(item, lambda element: start in text.fold(_words(element)))
    return None if found is None or found is spot.title or found in spot.title.iterancestors() else found


def _innermost(item: HtmlElement, holds: Callable[[HtmlElement], bool]) -> HtmlElement | None:
    """Return the innermost element of an entry that something holds of, the first of several; never the entry."""
    found = None
    for element in item.iterdescendants(lxml.etree.Element):
        if holds(element) and (found is None or found in element.iterancestors()):
            found = element
    return found


def _words(element: HtmlElement) -> str:
    return html.content(element) or ""
