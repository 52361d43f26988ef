"""Cards in, the ones that are articles out: several weak readings of the page vote, and none decides alone.

Each card collects evidence of its own (wording, address, date, teaser), the evidence of the cards built like it (a
list's items vouch for each other), and that of its place on the page. Weights were found on pages of several sites and
are kept round: they must hold on pages of others.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feedsvc import html
from feedsvc.discover import cards, itemlist, links, pager
from feedsvc.discover.cards import Card
from feedsvc.discover.context import Context
from feedsvc.model import Lead

ACCEPTED = 3.0  # an article with headline, speaking address and one more mark reaches it, a menu entry does not
_CLEAR = 3.5  # the mean of a list whose items stand for themselves
_FAINT = 2.0  # the mean of a list that is believed if it is the only one
_DATED_ALL = 1.0  # and if nearly all of them are dated
_HOPELESS = -2.0
_NAMED = 1.5  # the page's structured data lists it; some list partners' offers too
_GROUP = 0.75  # how much of its siblings' mean evidence a card is given
_PLACE = {"main": 0.75, "plain": 0.0, "aside": -2.0, "furniture": -6.0}
_SECTION = 2.0
_BESIDES = 2.0
_ELSE = 1.0  # at another place of what is accepted
_ELSEWHERE = re.compile(
    r"/(?:autor(?:en|in)?|authors?|tags?|themen?|topics?|categor(?:y|ies)|kategorien?|rubrik(?:en)?|schlagw[oö]rte?r?|"
    r"label|suche?|search|login|anmelden|abo|newsletter|impressum|imprint|datenschutz|kontakt|contact|privacy|terms|agb|"
    r"about|ueber-uns|profile?|users?|account|termine?|veranstaltung(?:en|skalender)?|events?|kalender|"
    r"kommentare?|comments?|for(?:um|en)|shop|jobs?|stellen\w*|karriere|services?)"
    r"(?:/|$|\.)",
    re.IGNORECASE,
)
_SPEAKS_OF_NOTHING = re.compile(r"(?:/[^\W\d_]+){1,2}/?(?:\.\w+)?")
_OFFER = re.compile(r"\b(?:newsletter|abo(?:nnement|nnieren)?|probeheft|epaper|e-paper)\b", re.IGNORECASE)
_SOON = timedelta(hours=36)
_DATED = re.compile(r"/(?:19|20)\d\d(?:[/-]|$)")
_ASIDE_HEADING = re.compile(
    r"(?:die )?(?:meist|am meisten|most|beliebt|popul|trending|top[ -]?\d+|anzeige|werbung|sponsored|partner|"
    r"newsletter|shop|unsere empfehlungen|aus dem shop|stellen|jobs|service|tags|schlagw|archiv\b|kategorien|"
    r"(?:nächste |kommende )?(?:termine|veranstaltungen|events)\b|kalender)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Candidate:
    """One card with what was read in it, and how much speaks for its being an article."""

    card: Card
    lead: Lead
    heading: bool  # its headline stands in one
    advert: bool = False  # it says so itself
    host: str = ""
    path: str = ""
    own: float = 0.0
    total: float = 0.0


def accepted(candidate: Candidate) -> bool:
    """Whether the evidence suffices for an article."""
    return candidate.total >= ACCEPTED and candidate.lead.headline is not None


def chosen(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the places of everything that is an article somewhere on the page, but for those set beside its news."""
    keys = {one.card.key for one in candidates if accepted(one)}
    return [one for one in candidates if one.card.key in keys and (one.total >= _ELSE or accepted(one))]


def weigh(candidates: Sequence[Candidate], context: Context, regions: links.Regions) -> None:
    """Work out the evidence of every candidate; `total` reaches ACCEPTED for an article."""
    tree = context.tree
    home = urlsplit(tree.url).hostname or ""
    for candidate in candidates:
        parts = urlsplit(candidate.lead.url)
        candidate.host, candidate.path = parts.hostname or "", parts.path
    abroad = _mostly_abroad(candidates, home, regions)
    ahead = _ahead(candidates, context.now)
    headings: dict[HtmlElement, str | None] = {}
    above: dict[HtmlElement, str | None] = {}
    named = itemlist.keys(tree, {one.lead.url: one.card.key for one in candidates})
    for candidate in candidates:
        candidate.own = _own(candidate, home, abroad)
        if candidate.card.key in named and _distance(candidate.host, home) == 0.0:
            candidate.own += _NAMED
    means = _means(candidates)
    for candidate in candidates:
        vouched = min(means[candidate.card.parent], means[cards.shape(candidate.card)])
        vouched = 0.0 if vouched == math.inf else vouched
        candidate.total = candidate.own + _GROUP * vouched + _PLACE[regions.of(candidate.card.parent)]
        if _besides(candidate.card, headings, above):
            candidate.total -= _BESIDES + _GROUP * vouched
        if candidate.advert or candidate.card.key in ahead:
            candidate.total = _HOPELESS
    _without_sections(candidates)
    _leading_list(candidates)
    _complete(candidates)
    _without_offers(candidates)


Group: TypeAlias = "HtmlElement | tuple[str, ...]"


def _means(candidates: Sequence[Candidate]) -> Mapping[Group, float]:
    """Return the mean evidence of cards with one parent, and of cards built alike wherever they stand.

    A candidate is given the lesser of the two. Two cards vouch for nobody: infinite where the other one counts.
    """
    groups: dict[Group, list[float]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.card.parent].append(candidate.own)
        groups[cards.shape(candidate.card)].append(candidate.own)
    return {group: sum(own) / len(own) if len(own) > 2 else math.inf for group, own in groups.items()}


def _without_sections(candidates: Sequence[Candidate]) -> None:
    """Drop undated links to addresses that say nothing, where nearly all articles' addresses do: sections, partners."""
    taken = [one for one in candidates if one.total >= ACCEPTED]
    if sum(_address(one.path) > 0.0 for one in taken) * 5 < len(taken) * 4:
        return
    for one in taken:
        if one.lead.published is None and _SPEAKS_OF_NOTHING.fullmatch(one.path):
            one.total = min(one.total - _SECTION, _ELSE)


def _leading_list(candidates: Sequence[Candidate]) -> None:
    """Accept a page's one long list as a whole if its items are not clear enough each alone: short titles, no dates."""
    lists = _lists(candidates)
    means = {shape: sum(one.total for one in group) / len(group) for shape, group in lists.items()}
    if not means or max(means.values()) >= _CLEAR:
        return
    best = max(lists, key=lambda shape: sum(one.total for one in lists[shape]))
    dated = sum(one.lead.published is not None for one in lists[best]) * 5 >= len(lists[best]) * 4
    if len(lists[best]) >= 5 and means[best] >= (_DATED_ALL if dated else _FAINT):
        for candidate in lists[best]:
            candidate.total = max(candidate.total, ACCEPTED)


def _complete(candidates: Sequence[Candidate]) -> None:
    """Accept all dated items of a list of dated items half of which are accepted: one may well lead to another site."""
    for group in _lists(candidates).values():
        dated = [one for one in group if one.lead.published is not None]
        accepted = sum(one.total >= ACCEPTED for one in dated)
        if len(group) >= 4 and len(dated) * 5 >= len(group) * 4 and accepted * 2 >= len(dated):
            for one in dated:
                one.total = max(one.total, ACCEPTED)


def _without_offers(candidates: Sequence[Candidate]) -> None:
    """Drop what a list of dated articles offers between them: a newsletter, a shop, another site's jobs (T22)."""
    taken = [one for one in candidates if one.total >= ACCEPTED]
    dated = sum(one.lead.published is not None for one in taken)
    if len(taken) < 4 or dated * 5 < len(taken) * 4:
        return
    home = Counter(one.host for one in taken).most_common(1)[0][0]
    for one in taken:
        if one.lead.published is not None:
            continue
        if _OFFER.search(f"{one.path} {one.lead.title or ''}") or _distance(one.host, home):
            one.total = _HOPELESS


def _lists(candidates: Sequence[Candidate]) -> dict[tuple[str, ...], list[Candidate]]:
    lists: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.total > _HOPELESS:
            lists[cards.shape(candidate.card)].append(candidate)
    return lists


def _own(candidate: Candidate, home: str, abroad: bool) -> float:
    lead = candidate.lead
    return (
        _wording(lead.headline or "", candidate.heading)
        + _marks(lead)
        + _address(candidate.path)
        - (0.0 if abroad else _distance(candidate.host, home))
    )


def _ahead(candidates: Sequence[Candidate], now: datetime | None) -> frozenset[str]:
    """Return the keys of what is dated in the future: events, unless they are what the page is about."""
    dated = [one for one in candidates if one.lead.published is not None]
    keys = [one.card.key for one in dated if now and one.lead.published and one.lead.published > now + _SOON]
    return frozenset(keys if len(keys) * 2 < len(dated) else ())


def _wording(headline: str, heading: bool) -> float:
    words = headline.count(" ") + 1 if headline else 0
    if pager.is_turning(headline):
        return _HOPELESS
    score = 1.0 if words >= 4 or len(headline) >= 25 else 0.0
    score -= 1.5 if words <= 1 else 0.0
    return score + (0.75 if heading else 0.0)


def _marks(lead: Lead) -> float:
    score = 1.5 if lead.published else 0.0
    score += 0.5 if lead.teaser else 0.0
    return score + (0.25 if lead.image else 0.0) + (0.25 if lead.kicker else 0.0)


def _address(path: str) -> float:
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    score = 1.5 if last.count("-") + last.count("_") >= 3 else 0.0
    score += 0.5 if re.search(r"\d{4,}", last) else 0.0
    score += 1.0 if _DATED.search(path) else 0.0
    return score - (2.0 if _ELSEWHERE.search(path) else 0.0)


def _distance(host: str, home: str) -> float:
    """Return what it costs to lead to another site, or to another host of the same one."""
    if _site(host) != _site(home):
        return 3.0
    return 0.0 if host.removeprefix("www.") == home.removeprefix("www.") else 1.5


def _site(host: str) -> str:
    """Return the part of a host name that belongs to one owner, near enough: the last two labels."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return ".".join(labels[-3:] if short else labels[-2:])


def _mostly_abroad(candidates: Sequence[Candidate], home: str, regions: links.Regions) -> bool:
    """Whether the page collects links to other sites: then leading elsewhere says nothing."""
    telling = [
        _site(candidate.host) != _site(home)
        for candidate in candidates
        if (candidate.lead.headline or "").count(" ") >= 3 and regions.of(candidate.card.parent) in ("main", "plain")
    ]
    return sum(telling) * 2 > len(telling)


def _besides(card: Card, beside: dict[HtmlElement, str | None], above: dict[HtmlElement, str | None]) -> bool:
    """Whether the heading above a list says that it is not the page's news: "Meistgelesen", "Anzeige", "Newsletter"."""
    heading = _section(card.nodes[0], beside) or _heading_above(card.parent, above)
    return heading is not None and _ASIDE_HEADING.match(heading) is not None


def _section(node: HtmlElement, known: dict[HtmlElement, str | None]) -> str | None:
    """Return the nearest heading among what stands before a card beside it."""
    passed: list[HtmlElement] = []
    before: HtmlElement | None = node
    found = None
    while before is not None and before not in known:
        passed.append(before)
        before = before.getprevious()
        if before is not None and before.tag in links.HEADINGS:
            found = html.content(before)
            break
    if found is None and before is not None:
        found = known.get(before)
    known.update(dict.fromkeys(passed, found))
    return found


def _heading_above(element: HtmlElement | None, known: dict[HtmlElement, str | None]) -> str | None:
    if element is None:
        return None
    if element not in known:
        known[element] = _near_heading(element)
    return known[element]


def _near_heading(element: HtmlElement | None) -> str | None:
    for _ in range(3):
        if element is None or element.tag in ("body", "main", "html"):
            return None
        for before in element.itersiblings(preceding=True):
            if not isinstance(before.tag, str):
                continue
            written = before.text_content()
            if written and not written.isspace():
                return html.content(before) if len(written) < 200 else None
        element = element.getparent()
    return None
