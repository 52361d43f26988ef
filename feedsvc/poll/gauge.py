"""What a list gave and what is known of its source in, out whether that can be believed, and if not, what has failed.

The articles that stood on the list the last time are canaries: a list on which none of them is left is a busy day's
only if its entries look like the old ones, are newer, and are no more than the time since then explains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feedsvc import decide, text, urls
from feedsvc.model import Article, Habits, Known, Lead, PollTask, SourceState

FEWEST = 3  # canaries, or entries, that something can be concluded from
USUAL = 0.6  # a field this share of entries had is expected
LEFT = 0.4  # of its usual share: less is a failure
SURE = 0.9  # a field nearly all entries had: several new ones without it are none
PACE = 3  # times what the time since the last poll explains
BELIEVED_AFTER = timedelta(days=1)  # and three polls: then a list that is only too new is taken for what it is
SETTLED_AFTER = timedelta(days=7)  # a lack that lasts so long is how the site is now
_BEGINNING = 15  # characters of a headline that was cut off
_KEPT = 20  # counts and gaps
_WEIGHT = 5  # readings a moving average remembers
_FIELDS = ("headline", "published", "teaser", "kicker", "image")
_AGREED = ("known headline", "known day")  # what is printed for articles that are known, and printed rightly
_WORDS = {
    "headline": "a headline",
    "published": "a date",
    "teaser": "a teaser",
    "kicker": "a kicker",
    "image": "a picture",
    "known headline": "the headline that the article is known by",
    "known day": "the day that the article is known by",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a reading: how many canaries it found, what failed and why.

    `hold`: nothing new on it is believed; `doubt`: no new entry without a date is. `lacking` counts the failing fields.
    """

    found: int = 0
    field: str | None = None
    reason: str | None = None
    hold: bool = False
    doubt: bool = False
    lacking: int = 0

    @property
    def worth(self) -> tuple[bool, int, bool, int]:
        """The better reading's is greater."""
        return (not self.hold, self.found, not self.doubt, -self.lacking)


FINE = Judgement()


def canaries(known: Mapping[str, Known]) -> dict[str, Known]:
    """Return the articles that should still be on the list, or were when it was last read, by id."""
    return {one.id: one for one in known.values() if one.listed and not one.withdrawn}


def judge(
    task: PollTask, found: Sequence[decide.Candidate], now: datetime, *, complete: bool, is_page: bool = True
) -> Judgement:
    """Return whether a list may be believed.

    With `complete`, its further pages have been followed; `is_page` is false for feeds, which cannot be misread.
    """
    expected = canaries(task.known)
    seen = [one for one in found if one.known is not None and not one.known.withdrawn]
    if len(expected) < FEWEST or task.state.habits.readings == 0 or task.force:
        return Judgement(found=len(seen))
    if not seen:
        field, reason = _nothing_known(task, found, list(expected.values()), now, complete=complete and is_page)
        if reason is None:
            return Judgement()
        return Judgement(
            field=field, reason=f"none of the {len(expected)} known articles is found, and {reason}", hold=True
        )
    return _some_known(task, found, seen, expected)


def _some_known(
    task: PollTask, found: Sequence[decide.Candidate], seen: Sequence[decide.Candidate], expected: Mapping[str, Known]
) -> Judgement:
    usual = task.state.habits
    fresh = [one.lead for one in found if one.known is None]
    failed = _collapsed(usual, shares(found))
    missing = _missing_between(found, expected)
    count = len(seen)
    if strange := _undated(usual, fresh):
        reason = f"{strange} new entries have no date, where nearly all had one"
        return Judgement(count, "list.published", reason, doubt=True, lacking=max(1, len(failed)))
    lacking = len(failed)
    if missing >= FEWEST and missing > count:
        reason = f"only {count} of {count + missing} known articles that should be on the list are found"
        return Judgement(count, "items", reason, hold=bool(failed) and len(fresh) > count, lacking=lacking + 1)
    if failed:
        nonsense = not failed.keys().isdisjoint(_AGREED) or len(fresh) > max(count, FEWEST)
        return Judgement(count, *_first(failed), hold=nonsense, lacking=lacking)
    return Judgement(count)


def _nothing_known(
    task: PollTask, found: Sequence[decide.Candidate], expected: Sequence[Known], now: datetime, *, complete: bool
) -> tuple[str, str | None]:
    """Return what fails and why entries that are all unknown are no news; None if they may well be."""
    usual, leads = task.state.habits, [one.lead for one in found]
    if not leads:
        return "items", "the list is empty"
    if failed := _collapsed(usual, shares(found)):
        return _first(failed)
    if strange := _undated(usual, leads):
        return "list.published", f"{strange} entries have no date, where nearly all had one"
    if usual.counts and not min(usual.counts) / 3 <= len(leads) <= max(usual.counts) * 3 and not complete:
        return "items", f"there are {len(leads)} entries, where {_band(usual)} were usual"
    hosts = {urls.host(one.url).removeprefix("www.") for one in expected}
    if not any(urls.host(lead.url).removeprefix("www.") in hosts for lead in leads):
        return "addresses", "every entry leads to another site than before"
    if _is_old(leads, expected):
        return "list.published", "no entry is newer than what is known"
    if complete and (due := _too_fast(task, leads, expected, now)) is not None:
        return "items", f"{len(leads)} new ones at once are too many: the list's pace was {due:.1f} in that time"
    return "items", None


def _is_old(leads: Sequence[Lead], expected: Sequence[Known]) -> bool:
    dates = [lead.published for lead in leads if lead.published]
    newest = max((one.published for one in expected if one.published), default=None)
    return bool(dates) and newest is not None and max(dates) < newest


def _too_fast(task: PollTask, leads: Sequence[Lead], expected: Sequence[Known], now: datetime) -> float | None:
    """Return how many new entries the list's pace explains if that is far too few; None if it is not, or unknown."""
    state = task.state
    if state.first_failed_at and state.failures >= 3 and now - state.first_failed_at >= BELIEVED_AFTER:
        return None
    times = sorted(one.feed_time for one in expected)
    span, since = times[-1] - times[0], now - (state.last_success_at or times[-1])
    if span < timedelta(hours=1):
        return None
    due = max(since, timedelta(0)) / span * (len(times) - 1)
    return due if due * PACE + FEWEST < min(len(leads), len(expected)) else None


def _missing_between(found: Sequence[decide.Candidate], expected: Mapping[str, Known]) -> int:
    """Return how many canaries are gone from the list's middle; older ones have moved to the next page (trap T14)."""
    tail = found[math.ceil(len(found) / 2) :]
    oldest = min((one.known.feed_time for one in tail if one.known), default=None)
    if oldest is None:
        return 0
    present = {one.known.id for one in found if one.known}
    return sum(id_ not in present and one.feed_time > oldest for id_, one in expected.items())


def _undated(usual: Habits, fresh: Sequence[Lead]) -> int:
    """Return how many new entries lack the date that all entries had, if they are most of the new ones."""
    lacking = sum(lead.published is None for lead in fresh)
    expected = usual.leads.get("published", 0.0) >= SURE
    return lacking if expected and lacking >= FEWEST and lacking * 2 > len(fresh) else 0


def _collapsed(usual: Habits, now: Mapping[str, float]) -> dict[str, str]:
    """Return why a field fails, for each that most entries used to have and hardly any has; nonsense comes first."""
    failed = {}
    for name in (*_AGREED, *_FIELDS):
        before, share = usual.leads.get(name, 0.0), now.get(name)
        if before >= USUAL and share is not None and share <= before * LEFT:
            failed[name] = f"{share:.0%} of the entries have {_WORDS[name]}, where {before:.0%} had it"
    return failed


def _first(failed: Mapping[str, str]) -> tuple[str, str]:
    name, reason = next(iter(failed.items()))
    return f"list.{_field(name)}", reason


def _field(name: str) -> str:
    return {"known headline": "headline", "known day": "published"}.get(name, name)


def _band(usual: Habits) -> str:
    low, high = min(usual.counts), max(usual.counts)
    return str(low) if low == high else f"{low} to {high}"


# ---- what is remembered ----------------------------------------------------------------------------------------------


def shares(found: Sequence[decide.Candidate]) -> dict[str, float]:
    """Return the share of entries that have each field; {} if they are too few to tell."""
    if len(found) < FEWEST:
        return {}
    measured = {name: _share([getattr(one.lead, name) for one in found]) for name in _FIELDS}
    known = [(one.lead, one.known) for one in found if one.known is not None]
    dated = [pair for pair in known if pair[0].published and pair[1].published]
    for name, pairs, holds in zip(_AGREED, (known, dated), (_is_called_so, _is_of_that_day), strict=True):
        if len(pairs) >= FEWEST:
            measured[name] = _share([holds(*pair) for pair in pairs])
    return measured


def _is_called_so(lead: Lead, known: Known) -> bool:
    """Whether a list prints the headline an article is known by, or the beginning of it."""
    printed, own = (text.fold(words).rstrip(" .…") for words in (lead.headline, known.headline))
    return printed == own or (len(printed) >= _BEGINNING and own.startswith(printed))


def _is_of_that_day(lead: Lead, known: Known) -> bool:
    if lead.published is None or known.published is None:
        return False
    return abs(lead.published - known.published) < timedelta(hours=20)  # a day's midnight and its evening agree


def after(
    before: SourceState,
    judgement: Judgement,
    found: Sequence[decide.Candidate],
    entries: int,
    pages: Sequence[Article],
    at: datetime,
    *,
    found_new: bool,
) -> tuple[Habits, tuple[str, str] | None]:
    """Return the habits after a reading that was believed, and the field that fails on the list or on the pages.

    A bad reading teaches nothing, until what is lacking has been lacking for a week.
    """
    habits = with_pages(before.habits, pages)
    ailment = (judgement.field, judgement.reason or "") if judgement.field else failing_page_field(habits)
    if ailment and before.ailment and before.ailment.field == ailment[0] and at - before.ailment.since >= SETTLED_AFTER:
        habits, ailment = _forgotten(habits, ailment[0]), None
    gap = at - before.last_new_at if found_new and before.last_new_at else None
    if ailment is None or not judgement.field:
        habits = learned(habits, found, entries, gap)
    return habits, ailment


def _forgotten(habits: Habits, field: str) -> Habits:
    """Return the habits without what was usual for a field: this is how the site is now."""
    where, _, name = field.partition(".")
    if where == "article":
        name = "body_text" if name == "body" else name
        return replace(habits, articles={**habits.articles, name: 0.0}, lacking={**habits.lacking, name: 0})
    return replace(habits, readings=0, counts=(), leads={})


def learned(habits: Habits, found: Sequence[decide.Candidate], entries: int, gap: timedelta | None) -> Habits:
    """Return the habits after a good reading; `gap` is the time since the last find if there is something new."""
    weight = 1 / min(habits.readings + 1, _WEIGHT)
    leads = _averaged(habits.leads, shares(found), weight)
    hours = (round(gap / timedelta(hours=1), 3),) if gap is not None else ()
    return replace(
        habits,
        readings=habits.readings + 1,
        counts=(*habits.counts, entries)[-_KEPT:] if entries else habits.counts,
        gaps=(*habits.gaps, *hours)[-_KEPT:],
        leads=leads,
    )


def with_pages(habits: Habits, articles: Sequence[Article]) -> Habits:
    """Return the habits after article pages were read."""
    averages, lacking, pages = dict(habits.articles), dict(habits.lacking), habits.pages
    for article in articles:
        has = {
            name: bool(getattr(article, name)) for name in ("teaser", "body_text", "published", "image", "categories")
        }
        lacking = {name: 0 if there else lacking.get(name, 0) + 1 for name, there in has.items()}
        filled = {name: float(there) for name, there in has.items()}
        averages = {
            name: averages.get(name, 0.0) if _is_failing(name, averages, lacking, pages) else share
            for name, share in _averaged(averages, filled, 1 / min(pages + 1, 4 * _WEIGHT)).items()
        }
        pages += 1
    return replace(habits, pages=pages, articles=averages, lacking=lacking)


def failing_page_field(habits: Habits) -> tuple[str, str] | None:
    """Return the field that article pages used to have and the last ones all lack."""
    for name, count in habits.lacking.items():
        if _is_failing(name, habits.articles, habits.lacking, habits.pages):
            plain = name.removesuffix("_text")
            reason = f"the last {count} article pages have no {plain}, where {habits.articles[name]:.0%} had one"
            return f"article.{plain}", reason
    return None


def _is_failing(name: str, averages: Mapping[str, float], lacking: Mapping[str, int], pages: int) -> bool:
    return pages >= 2 * FEWEST and lacking.get(name, 0) >= FEWEST and averages.get(name, 0.0) >= USUAL


def _averaged(before: Mapping[str, float], now: Mapping[str, float], weight: float) -> dict[str, float]:
    merged = dict(before)
    for name, share in now.items():
        merged[name] = round(before[name] + weight * (share - before[name]), 4) if name in before else round(share, 4)
    return merged


def _share(values: Sequence[object]) -> float:
    return sum(bool(value) for value in values) / len(values)
