"""A rebuilt listing page and the articles that were on the old one in, rules that read the new one out.

The known headlines and addresses are looked for in the tree; what stands round all of them alike is an entry. Many
rules are drawn from that and each is tried by reading the page with it. One is believed only if it finds the known
articles with their own titles and days, and nothing beside them that is no article: else None, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as parts_of
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from feedsvc import html, text, urls, wording
from feedsvc.discover import listing, parts, rule, selectors
from feedsvc.discover.fields import Context
from feedsvc.discover.spots import Ground, Spot
from feedsvc.errors import ContentError
from feedsvc.model import Known, Lead, Learned, ListRules, Page, Rejected, Source

T = TypeVar("T")

FEWEST = 3  # articles that have to be recognised
_ENOUGH = 3  # kinds of entries in a row that gave nothing better
_SAMPLE = 24  # entries that the rules for parts are drawn from
_SHARE = 0.8  # of the known articles on the page that have to be read rightly
_DATE = r"\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}{3,9}\.?)\s?\d{2,4}|\d{4}-\d\d-\d\d"
_OTHER = re.compile(
    r"newsletter|(?:^|/)(?:abo|login|kontakt|contact|impressum|imprint|datenschutz|privacy|shop)\b", re.I
)
_SHORT = 12  # characters: what is no longer, and one word, is no headline


@dataclass(frozen=True, slots=True)
class _Trial:
    """One way to read the page and what came of it; `strange` are the leads that can be no articles."""

    rules: ListRules
    leads: tuple[Lead, ...]
    rejected: tuple[Rejected, ...]
    right: frozenset[str]  # ids of the known articles that were read rightly
    wrong: int
    strange: tuple[Lead, ...]
    filled: int
    elsewhere: int  # entries that stand in something else than the known articles' do

    @property
    def worth(self) -> tuple[int, ...]:
        """What is better is greater: more articles and no mistake, more fields, entries told as such, plain rules."""
        faults = self.wrong + len(self.strange)
        plain = all("=~" not in item and ":has(" not in item for item in self.rules.item)
        found = len(self.leads) - len(self.strange)
        return (
            len(self.right) - 3 * faults,
            -self.elsewhere,
            self.filled,
            found,
            len(self.rules.item),
            -len(self.rejected),
            plain,
        )


def rules(page: Page, known: Mapping[str, Known], source: Source) -> Learned | None:
    """Return rules that read a page whose articles are known, by identity key; None if none can be believed.

    Pure. ContentError for a page that is none.
    """
    lesson = _Lesson(page, known, source)
    if len(lesson.ground.located) < FEWEST:
        return None
    best = lesson.best()
    if best is None:
        return None
    old = source.list_rules
    return Learned(
        rules=best.rules,
        made_for=old,
        old=described(old),
        new=described(best.rules),
        evidence=_evidence(best, lesson),
    )


def described(given: ListRules) -> str:
    """Return list rules as they would stand in config.toml, on one line."""
    told = [
        f"{one.name} = {' | '.join(f'“{each}”' for each in value)}"
        for one in parts_of(given)
        if (value := getattr(given, one.name))
    ]
    return ", ".join(told) or "automatic reading"


class _Lesson:
    """One page on which the known articles are looked for."""

    def __init__(self, page: Page, known: Mapping[str, Known], source: Source) -> None:
        self.tree = html.parse(page)
        self.source = source
        self.context = Context(self.tree, source, page.fetched_at)
        rule.remove(self.tree, source.list_rules)
        self.known = known
        self._seen: set[tuple[HtmlElement, ...]] = set()  # what a selector found that was tried
        self.ground = Ground(self.tree, known)
        self._titles = _by_title(self.ground.located.values())
        self._zone = ZoneInfo(source.timezone)
        self._hosts = {urls.host(self.tree.url)} | {urls.host(one.url) for one in known.values()}

    def best(self) -> _Trial | None:
        """Return the best way to read the page if any is good enough; of equal ones the first, the plainest."""
        best: _Trial | None = None
        since = 0  # kinds of entries that were tried and gave nothing better
        for drawn in (*map(self._drawn, self._entries()), self._drawn_by_links()):
            good = [trial for one in drawn for trial in self._tried(one) if self._is_good(trial)]
            found = max(good, key=lambda trial: trial.worth, default=None)
            if found is not None and (best is None or found.worth > best.worth):
                best, since = found, 0
            elif best is not None and (since := since + 1) >= _ENOUGH:
                break
        return best

    def _is_good(self, trial: _Trial) -> bool:
        located = len(self.ground.located)
        return (
            not trial.wrong
            and not trial.strange
            and len(trial.right) >= max(FEWEST, _SHARE * located)
            and len(trial.rejected) * 4 <= len(trial.leads)
        )

    # ---- drawing rules -----------------------------------------------------------------------------------------------

    def _drawn(self, entries: parts.Entries) -> Iterator[ListRules]:
        """Yield rules for one kind of entry, the plainest first."""
        inside = parts.rules(entries[:_SAMPLE], self.context)
        items = [item for _, item in entries]
        for selector in (*selectors.of(items), *selectors.placed(items)):
            chosen = tuple(self.tree.select(selector))
            if chosen not in self._seen and self._fits(chosen, items):
                self._seen.add(chosen)
                yield self._whole(replace(inside, item=(selector,)), entries[:_SAMPLE])

    def _drawn_by_links(self) -> Iterator[ListRules]:
        """Yield rules that only say which links are articles'."""
        for selector in self._link_rules():
            yield ListRules(link=(selector,), exclude=self.source.list_rules.exclude)

    def _whole(self, drawn: ListRules, entries: parts.Entries) -> ListRules:
        """Return the rules with those for what only reading shows, and with what the operator lets through."""
        given = replace(drawn, include=self._include(), exclude=self.source.list_rules.exclude)
        try:
            leads, _ = rule.read(self.context, given)
        except ContentError:
            return given
        found = {known.id: lead for lead in leads if (known := self.recognised(lead)) is not None}
        return parts.guessed(given, entries, found, self.context)

    def _entries(self) -> Iterator[Sequence[tuple[Spot, HtmlElement]]]:
        """Yield for each way up from a title what could be the entries of one list: the most, then the widest."""
        groups: dict[tuple[str, ...], dict[str, tuple[Spot, HtmlElement]]] = defaultdict(dict)
        for spot in self.ground.spots:
            way: tuple[str, ...] = ()
            for element in self.ground.levels(spot):
                for kind in (element.tag, "*"):  # the story on top may stand in another element than the others
                    groups[*way, kind].setdefault(spot.known.id, (spot, element))
                way = (*way, element.tag)
        usable = {way: group for way, group in groups.items() if len(group) >= FEWEST and _is_needed(way, group)}
        for way in sorted(usable, key=lambda way: (-len(usable[way]), -len(way))):
            yield tuple(usable[way].values())

    def _fits(self, chosen: Sequence[HtmlElement], items: Sequence[HtmlElement]) -> bool:
        """Whether a selector finds all the entries and none inside another."""
        found = set(chosen)
        if not found.issuperset(items) or len(found) > 20 * len(items):
            return False
        return not any(found.intersection(element.iterancestors()) for element in chosen)

    def _link_rules(self) -> Iterator[str]:
        told = {spot.known.id: spot.link for spot in reversed(self.ground.spots) if spot.link is not None}
        if len(told) >= FEWEST:
            anchors = list(told.values())
            yield from (named for named in selectors.of(anchors) if named != "a")
            parents = [anchor.getparent() for anchor in anchors]
            for above in selectors.of(parents):
                yield f"{above} > a"
            if all(anchor.getparent().getparent() is not None for anchor in anchors):
                yield from selectors.placed(anchors)

    def _include(self) -> tuple[str, ...]:
        """Return the operator's `include` if the known articles' new addresses pass it."""
        given = ListRules(include=self.source.list_rules.include)
        found = [self.tree.absolute(spot.link.get("href")) for spot in self.ground.spots if spot.link is not None]
        passed = sum(url is not None and rule.wanted(Lead(url=url), given) for url in found)
        return given.include if passed * 5 >= len(found) * 4 else ()

    # ---- trying them -------------------------------------------------------------------------------------------------

    def _tried(self, drawn: ListRules) -> Iterator[_Trial]:
        """Yield the reading by a rule, and where it gives what can be no article, by a stricter one."""
        first = self._trial(drawn)
        if first is None:
            return
        yield first
        hourly = any(one.published_precision not in (None, "day") for one in self.known.values())
        if drawn.date and hourly and (undated := self._trial(replace(drawn, date=()))) is not None:
            yield undated  # reading without a rule may tell the hour as well
        if (first.strange or first.rejected) and len(first.right) >= FEWEST:
            for stricter in _stricter(drawn):
                if (trial := self._trial(stricter)) is not None:
                    yield trial

    def _trial(self, given: ListRules) -> _Trial | None:
        try:
            leads, rejected = self._read(given)
        except ContentError:
            return None
        right, wrong, strange, filled = set(), 0, [], 0
        dated = self._are_dated(leads)
        for lead in leads:
            known = self.recognised(lead)
            if known is None:
                if self._is_strange(lead, dated=dated):
                    strange.append(lead)
            elif known.id in right or not self._agrees(lead, known):
                wrong += 1
            else:
                right.add(known.id)
                filled += _filled(lead)
        return _Trial(given, leads, rejected, frozenset(right), wrong, tuple(strange), filled, self._elsewhere(given))

    def _elsewhere(self, given: ListRules) -> int:
        chosen = [element for selector in given.item for element in self.tree.select(selector)]
        speaking = {above for spot in self.ground.spots for above in (spot.title, *spot.title.iterancestors())}
        usual = {_surroundings(element) for element in chosen if element in speaking}
        return sum(element not in speaking and _surroundings(element) not in usual for element in chosen)

    def _read(self, given: ListRules) -> tuple[tuple[Lead, ...], tuple[Rejected, ...]]:
        if given.item:
            leads, rejected = rule.read(self.context, given)
        else:
            told = rule.linked(self.tree, given)
            chosen = [one for one in listing.candidates(self.context, told) if one.card.key in told]
            leads, rejected = listing.once(chosen), ()
        return tuple(lead for lead in leads if rule.wanted(lead, given)), rejected

    def recognised(self, lead: Lead) -> Known | None:
        """Return the known article that a lead is about, by its address, else by its headline."""
        return self.known.get(urls.key(lead.url)) or next(
            (self._titles[words] for words in _titled(lead) if words in self._titles), None
        )

    def _agrees(self, lead: Lead, known: Known) -> bool:
        """Whether a lead has the headline and the day its article is known by, where the page shows them."""
        if lead.headline is None:
            return False
        if known.id in self._by_headline() and self._titles.get(_folded(lead.headline)) is not known:
            return False
        if lead.published is None or known.published is None:
            return True
        days = [one.astimezone(self._zone).date() for one in (lead.published, known.published)]
        return abs((days[0] - days[1]).days) <= 1

    def _by_headline(self) -> frozenset[str]:
        """Return the ids of the articles whose titles stand on the page as they are known."""
        return frozenset(
            spot.known.id for spot in self.ground.spots if _folded(html.content(spot.title)) in self._titles
        )

    def _are_dated(self, leads: Sequence[Lead]) -> bool:
        return _most([lead for lead in leads if self.recognised(lead)], lambda lead: lead.published is not None)

    def _is_strange(self, lead: Lead, *, dated: bool) -> bool:
        """Whether an unknown lead can be no article: no headline, no date among dated ones, another site, furniture."""
        words = lead.headline or ""
        return (
            (" " not in words and len(words) <= _SHORT)
            or (dated and lead.published is None)
            or urls.host(lead.url) not in self._hosts
            or _OTHER.search(urlsplit(lead.url).path) is not None
        )


def _surroundings(element: HtmlElement) -> tuple[tuple[str, str], ...]:
    return tuple((above.tag, above.get("class") or "") for above in islice(element.iterancestors(), 2))


def _is_needed(way: tuple[str, ...], group: Mapping[str, tuple[Spot, HtmlElement]]) -> bool:
    """Whether a group of entries of any tag has several, so that none of one tag is the same."""
    return way[-1] != "*" or len({element.tag for _, element in group.values()}) > 1


def _stricter(given: ListRules) -> Iterator[ListRules]:
    """Yield the same rules for entries with a link, and with a date: offers between articles have none."""
    for item in given.item:
        yield replace(given, item=(f"{item}:has(a[href])",))
        yield replace(given, item=(f"{item}:has(time)",))
        yield replace(given, item=(f"{item} =~ {_DATE}",))


def _by_title(known: Iterable[Known]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for one in known:
        for words in (one.headline, wording.join_title(one.kicker, one.headline)):
            found.setdefault(_folded(words), one)
    return found


def _titled(lead: Lead) -> tuple[str, ...]:
    return tuple(_folded(words) for words in (lead.headline, lead.title) if words)


def _folded(words: str | None) -> str:
    return text.fold(words).replace(" ", "")


def _filled(lead: Lead) -> int:
    hour = lead.published_precision if lead.published_precision != "day" else None
    return sum(value is not None for value in (lead.published, hour, lead.teaser, lead.kicker, lead.image))


def _most(values: Iterable[T], holds: Callable[[T], bool]) -> bool:
    told = [holds(one) for one in values]
    return bool(told) and sum(told) * 10 >= len(told) * 9


def _evidence(trial: _Trial, lesson: _Lesson) -> str:
    """Return in words why the rules are believed."""
    known = [lead for lead in trial.leads if lesson.recognised(lead)]
    dated = sum(lead.published is not None for lead in known)
    shown = len(trial.right | lesson.ground.located.keys())
    return (
        f"{len(trial.right)} of the {shown} known articles on the page are found under their own headlines,"
        f" {dated} with their own day, and {len(trial.leads) - len(known)} more that look like them"
    )
