"""What a page's head and its lines tell of dates in; when the article was published and last edited out.

The day for which most of the kinds of places speak is taken. Unknown is better than wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from feedsvc import dates
from feedsvc.extract import datelines
from feedsvc.extract.candidate import Candidate
from feedsvc.extract.datelines import Places, When
from feedsvc.extract.layout import Block
from feedsvc.extract.metadata import Metadata

__all__ = ["Places", "When", "published", "updated"]

FUTURE = timedelta(days=2)  # what is dated later than that after the fetch is no publication
EAST, WEST = timedelta(hours=14), timedelta(hours=-11)  # how far clocks are from UTC
_WORLD = [timedelta(hours=sign * hours) for hours in range(1, 12) for sign in (1, -1)]


def published(
    meta: Metadata, places: Places, lead_day: dates.Moment | None, when: When
) -> Iterator[Candidate[dates.Moment]]:
    """Give when the article was published, best first: the day most places speak for, as precisely as one tells it."""
    words = [word for word in datelines.words(meta, places, lead_day, when) if _has_been(word.moment, when)]
    if not words:
        return
    day = max({datelines.day_of(word.moment): None for word in words}, key=lambda day: _weight(day, words))
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
    return when.told(block.text).revised if len(block.text) <= datelines.LINE else None


def _is_after(found: dates.Moment, moment: dates.Moment) -> bool:
    """Whether an edit is after the publication; of two days, or a day and an instant, the days are compared."""
    if "day" in (found.precision, moment.precision):
        return datelines.day_of(found) > datelines.day_of(moment)
    return found.at > moment.at


def _has_been(moment: dates.Moment, when: When) -> bool:
    return when.now is None or moment.at <= when.now + FUTURE


# ---- the vote -------------------------------------------------------------------------------------------------------


def _weight(day: date, words: Sequence[datelines.Word]) -> float:
    """Return how much speaks for a day: of each kind of place its weightiest word."""
    best: dict[str, float] = {}
    for word in words:
        if _may_be(word.moment, day):
            best[word.kind] = max(best.get(word.kind, 0.0), word.weight)
    return sum(best.values())


def _may_be(moment: dates.Moment, day: date) -> bool:
    """Whether a moment is of a day where the page was written; an instant in UTC falls on two days round the world."""
    if moment.at.date() == day:
        return True
    if moment.precision == "day" or moment.at.utcoffset():
        return False
    return day in ((moment.at + WEST).date(), (moment.at + EAST).date())


def _sharpest(words: Sequence[datelines.Word], day: date, when: When) -> Candidate[dates.Moment]:
    """Return the first word for a day, or the first that tells it more precisely, on the clock that shows that day."""
    chosen = next((word for word in words if not _is_bare_day(word.moment)), words[0])
    return Candidate(value=_on_its_clock(chosen.moment, day, words, when), rule=chosen.rule)


def _is_bare_day(moment: dates.Moment) -> bool:
    """Whether a moment tells a day only; systems that keep only days write midnight behind them."""
    return moment.precision == "day" or moment.at.time() == datetime.min.time()


def _on_its_clock(moment: dates.Moment, day: date, words: Sequence[datelines.Word], when: When) -> dates.Moment:
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
