"""What a page's head and its lines tell of dates in; when the article was published and last edited out.

Dates are read from the head, from microdata, from <time> and from lines around the headline and below the text; never
from teasers of other articles, from the masthead or from the footer (traps T6, T11, T13). The day for which most of
the kinds of places speak is taken. Unknown is better than wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import groupby, islice, pairwise
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from feedsvc import dates, text, urls, wording
from feedsvc.extract import names
from feedsvc.extract.candidate import Candidate, Claim
from feedsvc.extract.layout import SENTENCE, Block
from feedsvc.extract.metadata import Metadata

SENTENCE_FROM = 60  # characters from which a line with a full stop is a sentence
LINE = 160  # characters; a longer block is no line with a date
LABEL = 40  # characters; a longer line is no label of the line below it
BARE = 40  # characters; a shorter line with a date has little else
ALONE = 25  # characters; a shorter line is a date alone
CLOSE = 4  # blocks below the text among which an unmarked date is its own
BOXES = 4  # around a link that may be one teaser
SLUG = 8  # characters; the end of an address that is shorter stands in many others
PART = 9  # characters; the longest name of a month, in a box of its own
INSIDE = 60  # elements; a line has fewer inside it
MARKED = 20  # elements marked with a date that are looked at
FUTURE = timedelta(days=2)  # what is dated later than that after the fetch is no publication
EAST, WEST = timedelta(hours=14), timedelta(hours=-11)  # how far clocks are from UTC
_WORLD = [timedelta(hours=sign * hours) for hours in range(1, 12) for sign in (1, -1)]

# How much a place's word counts. A head that says "published" outweighs a line on the page, not a line that something
# else confirms: heads keep the day of a copied draft, lines show the day of an edit or of an event.
STATED = 3.0  # "published" in the head, in microdata or in a line
SHOWN = 2.5  # a line of the headline's or the lead's, named a date or a byline or being nothing else
VAGUE = 1.5  # "date" in the head: of publication with some systems, of the edit or of the request with others
LOOSE = 1.5  # any other short line at the headline, the lines below the text, the address
ONLY = 1.0  # all dated lines of the page tell this day
EDITED = 0.5  # called an edit, or of the day that the head calls the edit's

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """One date of a page, the rule that found it, the kind of place it stands in and how much that counts."""

    moment: dates.Moment
    rule: str
    kind: str
    weight: float


def published(
    meta: Metadata, places: Places, lead_day: dates.Moment | None, when: When
) -> Iterator[Candidate[dates.Moment]]:
    """Give when the article was published, best first: the day most places speak for, as precisely as one tells it."""
    words = [word for word in _words(meta, places, lead_day, when) if _has_been(word.moment, when)]
    if not words:
        return
    day = max({_day(word.moment): None for word in words}, key=lambda day: _weight(day, words))
    yield _sharpest([word for word in words if _may_be(word.moment, day)], day, when)
    for word in words:
        yield Candidate(value=word.moment, rule=word.rule)


def updated(meta: Metadata, places: Places, moment: dates.Moment | None, when: When) -> Iterator[Candidate[datetime]]:
    """Give when the article was last edited, if the head or a line says so and it is after its publication."""
    claims = ((when.parse(claim.value), claim.rule) for claim in meta.modified)
    lines = ((_edit(block, when), "a line that tells of an edit") for block in (*places.around, *places.below))
    for found, rule in (*claims, *lines):
        if found and _has_been(found, when) and (moment is None or _is_after(found, moment)):
            yield Candidate(value=found.at, rule=rule)


def _edit(block: Block, when: When) -> dates.Moment | None:
    return when.told(block.text).revised if len(block.text) <= LINE else None


def _is_after(found: dates.Moment, moment: dates.Moment) -> bool:
    """Whether an edit is after the publication; of two days, or a day and an instant, the days are compared."""
    if "day" in (found.precision, moment.precision):
        return _day(found) > _day(moment)
    return found.at > moment.at


def _has_been(moment: dates.Moment, when: When) -> bool:
    return when.now is None or moment.at <= when.now + FUTURE


# ---- the vote -------------------------------------------------------------------------------------------------------


def _weight(day: date, words: Sequence[_Word]) -> float:
    """Return how much speaks for a day: of each kind of place its weightiest word."""
    best: dict[str, float] = {}
    for word in words:
        if _may_be(word.moment, day):
            best[word.kind] = max(best.get(word.kind, 0.0), word.weight)
    return sum(best.values())


def _day(moment: dates.Moment) -> date:
    return moment.at.date()


def _may_be(moment: dates.Moment, day: date) -> bool:
    """Whether a moment is of a day where the page was written; an instant in UTC falls on two days round the world."""
    if moment.at.date() == day:
        return True
    if moment.precision == "day" or moment.at.utcoffset():
        return False
    return day in ((moment.at + WEST).date(), (moment.at + EAST).date())


def _sharpest(words: Sequence[_Word], day: date, when: When) -> Candidate[dates.Moment]:
    """Return the first word for a day, or the first that tells it more precisely, on the clock that shows that day."""
    chosen = next((word for word in words if not _is_bare_day(word.moment)), words[0])
    return Candidate(value=_on_its_clock(chosen.moment, day, words, when), rule=chosen.rule)


def _is_bare_day(moment: dates.Moment) -> bool:
    """Whether a moment tells a day only; systems that keep only days write midnight behind them."""
    return moment.precision == "day" or moment.at.time() == datetime.min.time()


def _on_its_clock(moment: dates.Moment, day: date, words: Sequence[_Word], when: When) -> dates.Moment:
    """Return an instant told in UTC on the clock of the page, if that shows another day: so that it has that day."""
    if moment.at.date() == day:
        return moment
    shown = (_clock(moment.at, word.moment) for word in words)
    zones = (*filter(None, shown), ZoneInfo(when.timezone), *map(timezone, _WORLD))
    clocks = (moment.at.astimezone(zone) for zone in zones)
    return moment._replace(at=next((at for at in clocks if at.date() == day), moment.at))


def _clock(instant: datetime, shown: dates.Moment) -> tzinfo | None:
    """Return the clock that shows an instant as a time that was told without offset; None if there is none."""
    if shown.precision == "day" or not isinstance(shown.at.tzinfo, ZoneInfo):
        return None
    ahead = shown.at.replace(tzinfo=UTC) - instant
    hours = timedelta(minutes=30) * round(ahead / timedelta(minutes=30))
    return timezone(hours) if abs(ahead - hours) < timedelta(minutes=2) and WEST <= hours <= EAST else None


# ---- where dates stand ----------------------------------------------------------------------------------------------


def _words(meta: Metadata, places: Places, lead_day: dates.Moment | None, when: When) -> Iterator[_Word]:
    """Give every date that may be the article's, the most trusted places first."""
    edits = {_day(found) for claim in meta.modified if (found := when.parse(claim.value))}
    stated = list(_stated(meta.published, edits, when))
    yield from stated
    yield from _microdata(places, when)
    if lead_day:
        yield _Word(moment=lead_day, rule="the day before the lead", kind="shown", weight=SHOWN)
    day = _day(stated[0].moment) if stated else None
    lines = list(_lines(places.around, when))
    for word in (*_timed(lines, when), *_written(lines, when)):
        if day and _is_swapped(_day(word.moment), day):
            continue
        is_edit = word.weight < STATED and day not in (None, _day(word.moment)) and _day(word.moment) in edits
        yield replace(word, weight=EDITED) if is_edit else word
    yield from _below(places, when)
    yield from _called(places.row, when)
    yield from _only(places.row, when)
    yield from _of_its_teaser(places, when)
    if moment := in_address(places.url, when):
        yield _Word(moment=moment, rule="the address", kind="address", weight=LOOSE)


def _is_swapped(day: date, stated: date) -> bool:
    """Whether a line's day is the head's with day and month the other way round, as some regions write them."""
    return day != stated and (day.year, day.month, day.day) == (stated.year, stated.day, stated.month)


def _stated(claims: Sequence[Claim], edits: set[date], when: When) -> Iterator[_Word]:
    """Give what the head says; a name that is given several days, or an edit's beside another, counts less."""
    told = [(claim, moment) for claim in claims if (moment := when.parse(claim.value))]
    days = {(claim.rule, _day(moment)) for claim, moment in told}
    several = {rule for rule, count in Counter(rule for rule, _ in days).items() if count > 1}
    for claim, moment in told:
        vague = _VAGUE.search(claim.rule) or claim.rule in several or _day(moment) in edits
        sure = not vague or (len({day for _, day in days}) == 1 and not _VAGUE.search(claim.rule))
        at = moment.at.astimezone(ZoneInfo(when.timezone)) if when.at_home and not moment.at.utcoffset() else moment.at
        yield _Word(
            moment=moment._replace(at=at), rule=claim.rule, kind="head" if sure else "vague",
            weight=STATED if sure else VAGUE,
        )  # fmt: skip


def _microdata(places: Places, when: When) -> Iterator[_Word]:
    """Give the day that elements of the page are marked as datePublished with, outside other articles' teasers."""
    marked = places.root.xpath("//body//*[@itemprop][not(self::meta)][contains(@itemprop, 'datePublished')]")[:MARKED]
    own = [element for element in marked if not any(names.zone(e) in _OTHERS for e in element.iterancestors())]
    found = [moment for element in own if (moment := _of_element(element, when).moment)]
    if len({_day(moment) for moment in found}) == 1:
        yield _Word(moment=found[0], rule="microdata datePublished", kind="head", weight=STATED)


def _of_element(element: HtmlElement, when: When) -> dates.Told:
    """Return what an element tells in its attributes, else in its text."""
    told = (when.told(value) for name in _ATTRIBUTES if (value := element.get(name)))
    return next((one for one in told if one.moment), None) or when.told(element.text_content()[: dates.MAX_CHARS])


def _lines(around: Sequence[Block], when: When) -> Iterator[Block]:
    """Give the blocks at the headline: a day in boxes of its own put together, without a list of days at the side."""
    beside = {_day(moment) for b in around if b.zone == "aside" and (moment := when.parse(b.text))}
    for part, group in groupby(around, lambda b: b.zone == "date" and len(b.text) <= PART):
        blocks = list(group)
        joined = " ".join(block.text for block in blocks)
        if part and len(blocks) > 1 and not any(when.parse(block.text) for block in blocks):
            blocks = [replace(blocks[0], text=joined)]
        yield from (block for block in blocks if block.zone != "aside" or len(beside) < 2)


def _timed(around: Sequence[Block], when: When) -> Iterator[_Word]:
    """Give the dates of <time> around the headline."""
    for block, before in zip(around, (None, *around), strict=False):
        elements = _times(block)
        for element in elements:
            told = _of_element(element, when)
            if told.moment:
                label = (_label(before), block.text[:LABEL]) if len(elements) == 1 else ()
                weight = _weight_of(told, label, _named(element))
                weight = min(weight, LOOSE) if _goes_on(element) or _EVENT_NAME.search(_named(element)) else weight
                yield _Word(moment=told.moment, rule="<time> at the headline", kind="shown", weight=weight)


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


def _written(around: Sequence[Block], when: When) -> Iterator[_Word]:
    """Give the dates of short lines around the headline."""
    for block, before in zip(around, (None, *around), strict=False):
        told = when.told(block.text) if _may_tell(block) else dates.Told(None)
        if told.moment:
            named = _named(block.element)
            weight = _weight_of(told, (_label(before),), named)
            loose = (block.zone not in ("date", "byline") and len(block.text) > BARE) or _goes_on(block.element)
            loose = loose or bool(_EVENT_NAME.search(named))
            rule = "a line at the headline"
            yield _Word(moment=told.moment, rule=rule, kind="shown", weight=min(weight, LOOSE) if loose else weight)


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


def _below(places: Places, when: When) -> Iterator[_Word]:
    """Give the dates of lines below the text: those called its publication, and one right below it."""
    lines = [(n, b, when.told(b.text)) for n, b in enumerate(places.below) if b.text and len(b.text) <= 2 * LINE]
    days = {_day(told.moment) for _, _, told in lines if told.moment and not told.called}
    for number, block, told in lines:
        bare = block.zone == "" and len(block.text) <= ALONE and len(days) == 1
        if told.moment and told.called == "published":
            yield _Word(moment=told.moment, rule="a line below the text", kind="below", weight=STATED)
        elif told.moment and number < CLOSE and (block.zone in ("date", "byline") or bare):
            weight = EDITED if told.called else LOOSE
            yield _Word(moment=told.moment, rule="a line below the text", kind="below", weight=weight)


def _called(row: Sequence[Block], when: When) -> Iterator[_Word]:
    """Give the day that lines anywhere outside other articles' teasers call the publication's, if it is one."""
    found: list[dates.Moment] = []
    for before, block in pairwise(row):
        if len(block.text) <= LINE and block.zone not in _ELSEWHERE and any(map(str.isdigit, block.text)):
            label = dates.called(_label(before)) or dates.called(block.text)
            told = when.told(block.text) if label == "published" else dates.Told(None)
            if told.moment and told.called in ("", "published"):
                found.append(told.moment)
    if len({_day(moment) for moment in found}) == 1:
        sharp = next((moment for moment in found if moment.precision != "day"), found[0])
        yield _Word(moment=sharp, rule="the only line that tells of a publication", kind="called", weight=STATED)


def _only(row: Sequence[Block], when: When) -> Iterator[_Word]:
    """Give the day that all lines named a date or a byline tell, wherever they stand, if they tell only one."""
    told = (b.text for b in row if b.zone in ("date", "byline") and len(b.text) < LINE)
    found = [moment for said in told if (moment := when.parse(said))]
    if len({_day(moment) for moment in found}) == 1:
        sharp = next((moment for moment in found if moment.precision != "day"), found[0])
        yield _Word(moment=sharp, rule="the only day that lines of dates tell", kind="only", weight=ONLY)


def _of_its_teaser(places: Places, when: When) -> Iterator[_Word]:
    """Give the day in a teaser that links to this very page, as lists of the newest articles beside them have it."""
    last = places.url.rstrip("/").rpartition("/")[2].partition("?")[0]
    links = places.root.iterfind(".//body//a[@href]") if len(last) >= SLUG else ()
    for link in links:
        href = link.get("href") or ""
        if last not in href or "#" in href or urls.key(urls.absolute(places.url, href) or "") != urls.key(places.url):
            continue
        if moment := _in_teaser(link, when):
            yield _Word(moment=moment, rule="its own teaser", kind="teaser", weight=LOOSE)
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
