"""A page's head and lines in, every date out that may be the article's: where it stands, and how much that counts.

Lines are read around the headline and below the text; never in teasers of other articles, in comments, in the masthead
or in the footer (traps T6, T11, T13).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby, islice, pairwise
from zoneinfo import ZoneInfo

import lxml.etree
from lxml.html import HtmlElement

from feedsvc import dates, text, urls, wording
from feedsvc.extract import names
from feedsvc.extract.candidate import Claim
from feedsvc.extract.layout import SENTENCE, Block
from feedsvc.extract.metadata import Metadata

SENTENCE_FROM = 60  # characters from which a line with a full stop is a sentence
LINE = 160  # characters; a longer block is no line with a date
ITEMS = 4  # of a list before the one that tells the hour, among which is the day
LABEL = 40  # characters; a longer line is no label of the line below it
BARE = 40  # characters; a shorter line with a date has little else
ALONE = 25  # characters; a shorter line is a date alone
CLOSE = 4  # blocks below the text among which an unmarked date is its own
BOXES = 4  # around a link that may be one teaser
SLUG = 8  # characters; the end of an address that is shorter stands in many others
PART = 9  # characters; the longest name of a month, in a box of its own
INSIDE = 60  # elements; a line has fewer inside it
MARKED = 20  # elements marked with a date, and links to the page itself, that are looked at

# How much a place's word counts. A head that says "published" outweighs a line on the page, not a line that something
# else confirms: heads keep the day of a copied draft, lines show the day of an edit or of an event.
WRITTEN = 4.5  # before the lead, where an editor wrote it: heads keep the day a page was built
STATED = 3.0  # "published" in the head, in microdata or in a line
SHOWN = 2.5  # a line of the headline's or the lead's, named a date or a byline or being nothing else
VAGUE = 1.5  # "date" in the head: of publication with some systems, of the edit or of the request with others
LOOSE = 1.5  # any other short line at the headline, the lines below the text, the address
ONLY = 1.0  # all dated lines of the page tell this day
EDITED = 0.5  # called an edit, or of the day that the head calls the edit's

_HOUR = re.compile(r"\d{1,2}[:.]\d\d(?:\s?(?:Uhr|h|[ap]\.?m\.?))?", re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:meta date|(?:dc|dcterms)[.:](?:date|date\.created|created)|datecreated|article:created|last-published|"
    r"release_date)$"
)
_PUBLISHED_NAME = re.compile(r"publish|posted|pubdate|erschienen|veroeffentlicht|created", re.IGNORECASE)
_EDITED_NAME = re.compile(r"updat|modifi|aktualisier|edited|geaendert", re.IGNORECASE)
_EVENT_NAME = re.compile(
    r"event|termin|veranstaltung|countdown|(?<![a-z])(?:from|until|start|end)[_-]?date", re.IGNORECASE
)
_MACHINE = ("datetime", "data-datetime", "data-timestamp", "data-utime", "data-time", "data-date", "data-published")
_ATTRIBUTES = (*_MACHINE, "content", "title")
_DATED = frozenset("abbr span div p a li".split())
_ELSEWHERE = frozenset("related comments navigation hidden".split())
_OTHERS = _ELSEWHERE | {"aside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """How dates of a page are read: its language, its zone, and the instant it was fetched if that is known."""

    language: str
    timezone: str
    now: datetime | None
    at_home: bool = True  # the page is in the source's own language, so that the source's clock is its clock

    def parse(self, said: str | None) -> dates.Moment | None:
        """Return the one date a text tells."""
        return self.told(said).moment

    def told(self, said: str | None) -> dates.Told:
        """Return the one date a text tells, and what the text calls it."""
        return _told(said, self)

    def leading(self, said: str) -> tuple[dates.Moment | None, str]:
        """Return the date a lead begins with, and the lead without it."""
        return wording.leading_date(said, language=self.language, timezone=self.timezone, now=self.now)


@lru_cache(maxsize=256)
def _told(said: str | None, when: When) -> dates.Told:
    """Return what a text tells; the same lines are asked as <time>, as line and as one of all dated lines."""
    return dates.told(said, language=when.language, timezone=when.timezone, now=when.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where an article's dates may stand: its page, all lines, those around the headline, those below the text."""

    root: HtmlElement
    url: str
    row: Sequence[Block]
    around: Sequence[Block]
    below: Sequence[Block]

    @property
    def body(self) -> HtmlElement:
        found = self.root.find("body")
        return self.root if found is None else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One date of a page, the rule that found it, the kind of place it stands in and how much that counts."""

    moment: dates.Moment
    rule: str
    kind: str
    weight: float


def day_of(moment: dates.Moment) -> date:
    return moment.at.date()


def words(meta: Metadata, places: Places, lead_day: dates.Moment | None, when: When) -> Iterator[Word]:
    """Give every date that may be the article's, the most trusted places first."""
    edits = {day_of(found) for claim in meta.modified if (found := when.parse(claim.value))}
    stated = list(_stated(meta.published, edits, when))
    yield from stated
    yield from _microdata(places, when)
    if lead_day:
        yield Word(moment=lead_day, rule="the day before the lead", kind="lead", weight=WRITTEN)
    day = day_of(stated[0].moment) if stated else None
    lines = list(_lines(_with_hours(places.around, when), when))
    for word in (*_timed(lines, when), *_written(lines, when)):
        if day and _is_swapped(day_of(word.moment), day):
            continue
        is_edit = word.weight < STATED and day not in (None, day_of(word.moment)) and day_of(word.moment) in edits
        yield replace(word, weight=EDITED) if is_edit else word
    yield from _below(places, when)
    yield from _called(places.row, when)
    yield from _only(places.row, when)
    yield from _of_its_teaser(places, when)
    if moment := in_address(places.url, when):
        yield Word(moment=moment, rule="the address", kind="address", weight=LOOSE)


def _is_swapped(day: date, stated: date) -> bool:
    """Whether a line's day is the head's with day and month the other way round, as some regions write them."""
    return day != stated and (day.year, day.month, day.day) == (stated.year, stated.day, stated.month)


def _stated(claims: Sequence[Claim], edits: set[date], when: When) -> Iterator[Word]:
    """Give what the head says; a name that is given several days, or an edit's beside another, counts less."""
    told = [(claim, moment) for claim in claims if (moment := when.parse(claim.value))]
    days = {(claim.rule, day_of(moment)) for claim, moment in told}
    several = {rule for rule, count in Counter(rule for rule, _ in days).items() if count > 1}
    for claim, moment in told:
        vague = _VAGUE.search(claim.rule) or claim.rule in several or day_of(moment) in edits
        sure = not vague or (len({day for _, day in days}) == 1 and not _VAGUE.search(claim.rule))
        at = moment.at.astimezone(ZoneInfo(when.timezone)) if when.at_home and not moment.at.utcoffset() else moment.at
        yield Word(
            moment=moment._replace(at=at), rule=claim.rule, kind="head" if sure else "vague",
            weight=STATED if sure else VAGUE,
        )  # fmt: skip


def _microdata(places: Places, when: When) -> Iterator[Word]:
    """Give the day that elements of the page are marked as datePublished with, outside other articles' teasers."""
    shown = (e for e in places.body.iter(lxml.etree.Element) if "datePublished" in (e.get("itemprop") or ""))
    marked = islice((element for element in shown if element.tag != "meta"), MARKED)
    own = [element for element in marked if not any(names.zone(e) in _OTHERS for e in element.iterancestors())]
    found = [moment for element in own if (moment := _of_element(element, when).moment)]
    if len({day_of(moment) for moment in found}) == 1:
        yield Word(moment=found[0], rule="microdata datePublished", kind="head", weight=STATED)


def _of_element(element: HtmlElement, when: When) -> dates.Told:
    """Return what an element tells in its attributes, else in its text."""
    told = (when.told(value) for name in _ATTRIBUTES if (value := element.get(name)))
    return next((one for one in told if one.moment), None) or when.told(element.text_content()[: dates.MAX_CHARS])


def _lines(around: Sequence[Block], when: When) -> Iterator[Block]:
    """Give the blocks at the headline: a day in boxes of its own put together, without a list of days at the side."""
    beside = {day_of(moment) for b in around if b.zone == "aside" and (moment := when.parse(b.text))}
    for part, group in groupby(around, lambda b: b.zone == "date" and len(b.text) <= PART):
        blocks = list(group)
        joined = " ".join(block.text for block in blocks)
        if part and len(blocks) > 1 and not any(when.parse(block.text) for block in blocks):
            blocks = [replace(blocks[0], text=joined)]
        yield from (block for block in blocks if block.zone != "aside" or len(beside) < 2)


def _with_hours(around: Sequence[Block], when: When) -> tuple[Block, ...]:
    """Put the hour that a list of particulars tells in an item of its own to the day in the item before it."""
    found = list(around)
    for at, block in enumerate(around):
        if block.role == "dd" and _HOUR.fullmatch(block.text):
            days = (n for n in range(at - 1, max(-1, at - ITEMS - 1), -1) if found[n].group is block.group)
            if (day := next((n for n in days if when.parse(found[n].text)), None)) is not None:
                found[day] = replace(found[day], text=f"{found[day].text}, {block.text}")
    return tuple(found)


def _timed(around: Sequence[Block], when: When) -> Iterator[Word]:
    """Give the dates of <time> around the headline."""
    for block, before in zip(around, (None, *around), strict=False):
        elements = _times(block)
        for element in elements:
            told = _of_element(element, when)
            if told.moment:
                label = (_label(before), block.text[:LABEL]) if len(elements) == 1 else ()
                weight = _weight_of(told, label, _named(element))
                weight = min(weight, LOOSE) if _goes_on(element) or _EVENT_NAME.search(_named(element)) else weight
                yield Word(moment=told.moment, rule="<time> at the headline", kind="shown", weight=weight)


def _times(block: Block) -> list[HtmlElement]:
    """Return the elements of a line that tell a date by their tag or in an attribute of theirs."""
    if len(block.text) > 2 * LINE or block.role == "figure":
        return []
    inside = list(islice(block.element.iter(), INSIDE))
    if len(inside) == INSIDE:  # a box around much else, in which this line stands free
        return []
    return [e for e in inside if e.tag == "time" or (e.tag in _DATED and any(map(e.get, _MACHINE))) or _is_abbr(e)]


def _is_abbr(element: HtmlElement) -> bool:
    """Whether an element abbreviates a date, as the hAtom format has it."""
    return element.tag == "abbr" and bool(element.get("title"))


def _written(around: Sequence[Block], when: When) -> Iterator[Word]:
    """Give the dates of short lines around the headline."""
    for block, before in zip(around, (None, *around), strict=False):
        told = when.told(block.text) if _may_tell(block) else dates.Told(None)
        if told.moment:
            named = _named(block.element)
            weight = _weight_of(told, (_label(before),), named)
            loose = (block.zone not in ("date", "byline") and len(block.text) > BARE) or _goes_on(block.element)
            loose = loose or bool(_EVENT_NAME.search(named))
            rule = "a line at the headline"
            yield Word(moment=told.moment, rule=rule, kind="shown", weight=min(weight, LOOSE) if loose else weight)


def _may_tell(block: Block) -> bool:
    """Whether a block is a line that may tell the article's date: short, and no sentence of the text."""
    if not block.text or len(block.text) > LINE or (block.heading and block.zone != "date"):
        return False
    return len(block.text) < SENTENCE_FROM or not SENTENCE.search(block.text) or block.zone in ("date", "byline")


def _weight_of(told: dates.Told, labels: Iterable[str], named: str) -> float:
    """Return how much a line's date counts by what its words, its label and its element's names call it."""
    called = told.called or next((called for label in labels if (called := dates.called(label))), "")
    if called:
        return STATED if called == "published" else EDITED
    return EDITED if _EDITED_NAME.search(named) and not _PUBLISHED_NAME.search(named) else SHOWN


def _label(before: Block | None) -> str:
    """Return the line above a date if it may be its label ("Veröffentlicht am")."""
    fits = before is not None and len(before.text) <= LABEL and not any(map(str.isdigit, before.text))
    return before.text if before is not None and fits else ""


def _named(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"


def _goes_on(element: HtmlElement) -> bool:
    """Whether a date stands amid a sentence: more than a byline or a label before it in its paragraph."""
    above = element.getparent()
    if element.tag not in ("time", "span") or above is None or above.tag != "p":
        return False
    said = text.tidy(above.text) or ""
    return len(said.split()) > 3 and not dates.called(said) and not wording.byline(said)


def _below(places: Places, when: When) -> Iterator[Word]:
    """Give the dates of lines below the text: those called its publication, and one right below it."""
    lines = [(n, b, when.told(b.text)) for n, b in enumerate(places.below) if b.text and len(b.text) <= 2 * LINE]
    days = {day_of(told.moment) for _, _, told in lines if told.moment and not told.called}
    for number, block, told in lines:
        bare = block.zone == "" and len(block.text) <= ALONE and len(days) == 1
        if told.moment and told.called == "published":
            yield Word(moment=told.moment, rule="a line below the text", kind="below", weight=STATED)
        elif told.moment and number < CLOSE and (block.zone in ("date", "byline") or bare):
            weight = EDITED if told.called else LOOSE
            yield Word(moment=told.moment, rule="a line below the text", kind="below", weight=weight)


def _called(row: Sequence[Block], when: When) -> Iterator[Word]:
    """Give the day that lines anywhere outside other articles' teasers call the publication's, if it is one."""
    found: list[dates.Moment] = []
    for before, block in pairwise(row):
        if _may_tell(block) and block.zone not in _ELSEWHERE and any(map(str.isdigit, block.text)):
            label = dates.called(_label(before)) or dates.called(block.text)
            told = when.told(block.text) if label == "published" else dates.Told(None)
            if told.moment and told.called in ("", "published"):
                found.append(told.moment)
    if len({day_of(moment) for moment in found}) == 1:
        sharp = next((moment for moment in found if moment.precision != "day"), found[0])
        yield Word(moment=sharp, rule="the only line that tells of a publication", kind="called", weight=STATED)


def _only(row: Sequence[Block], when: When) -> Iterator[Word]:
    """Give the day that all lines named a date or a byline tell, wherever they stand, if they tell only one."""
    told = (b.text for b in row if b.zone in ("date", "byline") and len(b.text) < LINE)
    found = [moment for said in told if (moment := when.parse(said))]
    if len({day_of(moment) for moment in found}) == 1:
        sharp = next((moment for moment in found if moment.precision != "day"), found[0])
        yield Word(moment=sharp, rule="the only day that lines of dates tell", kind="only", weight=ONLY)


def _of_its_teaser(places: Places, when: When) -> Iterator[Word]:
    """Give the day in a teaser that links to this very page, as lists of the newest articles beside them have it."""
    last = places.url.rstrip("/").rpartition("/")[2].partition("?")[0]
    own = urls.key(places.url)
    links = places.body.iter("a") if len(last) >= SLUG else iter(())
    near = (link for link in links if last in link.get("href", "") and "#" not in link.get("href", ""))
    for link in islice(near, MARKED):
        same = urls.key(urls.absolute(places.url, link.get("href")) or "") == own
        if same and (moment := _in_teaser(link, when)):
            yield Word(moment=moment, rule="its own teaser", kind="teaser", weight=LOOSE)
            return


def _in_teaser(link: HtmlElement, when: When) -> dates.Moment | None:
    """Return the day in the boxes around a link that hold no other link."""
    for box in (link, *islice(link.iterancestors(), BOXES)):
        if not _links_to(box) <= {link.get("href")}:
            return None
        if moment := when.parse(_said(box)):
            aside = any(names.zone(e) in ("comments", "navigation", "hidden") for e in box.iterancestors())
            return None if aside else moment
    return None


def _links_to(box: HtmlElement) -> set[str | None]:
    return {link.get("href") for link in islice(box.iter("a"), INSIDE)}


def _said(box: HtmlElement) -> str:
    return " ".join(islice(box.itertext(), INSIDE))


_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)|[/_-]((?:19|20)\d\d)(0[1-9]|"
    r"1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)


def in_address(url: str, when: When) -> dates.Moment | None:
    """Return the day an address carries ("/2024/04/26/")."""
    match = _ADDRESS.search(url)
    if not match:
        return None
    year, month, day = [part for part in match.groups() if part]
    return when.parse(f"{year}-{int(month):02d}-{int(day):02d}")
