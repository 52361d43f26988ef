"""German and international date texts in, aware datetimes with their precision out; unreadable is None, never now.

Numbers are read day first, whatever the language; month first exists only with the month's name, and in English slashes
that allow nothing else or whose language names a region that writes so. An instant needs a day: a month, a year or "vor
2 Wochen" is no date.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed_offset
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feedsvc import text as texts
from feedsvc.dates import words
from feedsvc.model import Precision

MAX_CHARS = 300  # a longer text is prose that mentions dates
FIRST_YEAR, LAST_YEAR = 1990, 2100
LEAD_CHARS = 60  # of two unmarked dates the first counts if no more than this stands before it


class Moment(NamedTuple):
    """An aware instant and how precisely the text told it; a day gives 00:00 local time."""

    at: datetime
    precision: Precision


class Told(NamedTuple):
    """What a text tells: the date that `parse` returns, what the words call it, and the date they call an edit.

    `called` is "published", "revised" (an edit) or "" if the words do not say.
    """

    moment: Moment | None
    called: str = ""
    revised: Moment | None = None


class _Clock(NamedTuple):
    hour: int
    minute: int
    second: int | None
    micro: int
    zone: tzinfo | None
    next_day: bool = False  # 24:00


class _Found(NamedTuple):
    """One date in a text: where it stands (its time included), and what the words before it say about it."""

    start: int
    end: int
    day: date
    clock: _Clock | None
    marked: str  # "published", "revised", "limit" (of a period), or ""


# ---- grammar --------------------------------------------------------------------------------------------------------

# Tags taken away glue things together: "27.02.202615:23 Uhr", "21. Januar 202221. Januar 2022".
_YEAR_END = r"(?:(?![\d:])|(?=\d{1,2}[.:]))"
_YEAR = rf"(?P<year>\d{{4}}){_YEAR_END}"
_SHORT_YEAR = rf"(?:{_YEAR}|['’]?(?P<short>\d{{2}})(?=\s*(?:$|[,;|)\]·•–]|\d{{1,2}}:\d\d)))"
_ALONE = r"(?<!\d)(?<!\d[.,/-])"
_DAY = r"(?P<day>\d{1,2})"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_ALONE}(?P<year>\d{{4}})(?P<mark>[-/.])\s?(?P<number>\d{{1,2}})(?P=mark)\s?{_DAY}(?!\d|[./-]\d)",
        rf"{_ALONE}{_DAY}\s?\.\s{{0,2}}(?P<number>\d{{1,2}})\s?\.(?:\s{{0,2}}{_YEAR}|"
        r"['’]?(?P<short>\d{2})(?!\d|[./:]\d|\s*uhr))(?![./]\d(?!\d?:\d\d))",
        rf"{_ALONE}{_DAY}(?P<mark>[/-])(?P<number>\d{{1,2}})(?P=mark)(?:(?P<year>\d{{4}})|(?P<short>\d{{2}}))(?!\d|[./:-]\d)",
        rf"{_ALONE}{_DAY}(?:\s?\.|st|nd|rd|th|er|[º°ª])?[\s/-]*(?:of\s|de\s|del\s)?\s?{words.MONTH}[.,]*[\s/-]*(?:de\s|del\s)?"
        rf"{_SHORT_YEAR}",
        rf"(?<![^\W\d_]){words.MONTH}\.?\s*{_DAY}(?:st|nd|rd|th|\.)?(?!\d),?\s+{_YEAR}",
        rf"(?<![^\W\d_]){words.MONTH}\.?\s+{_DAY}\s+(?P<time>\d{{1,2}}:\d\d:\d\d)\s+(?:(?P<zone>{words.ZONE_NAME})\s+|"
        rf"(?P<offset>[+-]\d{{4}})\s+)?{_YEAR}",
    )
)
_TIME = (
    r"(?P<hour>\d{1,2})(?:(?::|h(?=\d\d))(?P<minute>\d{2})(?!\d)(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"|\.(?P<dotted>\d{2})(?=\s*(?:uhr|h\b))|\s?uhr\s(?P<spoken>\d{2})(?![\d.:])|(?=\s*(?:uhr|h)\b)|(?=\s?[ap]\.?m\b))"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?:?(?:\s*(?:uhr|h)\b\.?)?"
    rf"(?:\s*[\[(]?(?P<zone>{words.ZONE_NAME})(?![^\W\d_]))?(?P<space>\s?)(?P<offset>[+-]\d{{1,2}}(?::?\d{{2}})?(?!\d|\.))?"
)
_TIME_AFTER = re.compile(
    r"(?:(?P<iso>t)(?=\d)|[\])]?[\s,;|/·•@–—-]*(?:(?:um|at|à|a las|alle(?: ore)?|om|o|ore|godz\.?|kl\.?|gegen)\s+)?)"
    + _TIME
)
_TIME_BEFORE = re.compile(rf"(?<![\d.:]){_TIME}[\s,;|/·•–—-]*(?:(?:am|on|den|vom)\s+)?(?:{words.WEEKDAY},?\s*)?$")
_COMPACT = re.compile(r"(?:\d{8}|\d{4}-?w\d{2}-?\d)(?:t[\d:]+(?:z|[+-]\d{2}:?\d{2})?)?")
_ORDINAL = re.compile(r"(?P<year>\d{4})-(?P<day>\d{3})")
_GLUED_CAPITAL = re.compile(r"(?<=[^\W\d_A-ZÄÖÜ])(?=[A-ZÄÖÜ][^\W\d_A-ZÄÖÜ]{2})")
_UNIX = re.compile(r"\d{10}|\d{13}")


def parse(
    text: str | None, *, language: str = "de", timezone: str = "Europe/Berlin", now: datetime | None = None
) -> Moment | None:
    """Return the one date a text tells, or None.

    `timezone` (IANA) is where a text without offset was written; a time the clock skipped there is the one an hour
    later, a time it showed twice is the first. `now` (aware) is needed for "gestern", "vor 3 Stunden".

    Of several dates the one marked as publication counts ("Veröffentlicht am"), else the first if it leads the text;
    a period ("3.5.2024 bis 5.5.2024", "12.-14. Mai 2024"), a deadline and texts over 300 characters tell none.
    """
    return told(text, language=language, timezone=timezone, now=now).moment


def told(
    text: str | None, *, language: str = "de", timezone: str = "Europe/Berlin", now: datetime | None = None
) -> Told:
    """Return the date `parse` returns for a text, with what the words before it call it."""
    line = texts.tidy(text)
    if line is None or len(line) > MAX_CHARS:
        return Told(None)
    line = _GLUED_CAPITAL.sub(" ", unicodedata.normalize("NFC", line)).lower()
    zone = _zone(timezone)
    if moment := _machine(line, zone):
        return Told(moment)
    found = list(_dates(line, language)) if any(character.isdigit() for character in line) else []
    if chosen := _chosen(line, found):
        revised = next((one for one in found if one.marked == "revised"), None)
        edit = _moment(revised.day, revised.clock, zone) if revised else None
        return Told(_moment(chosen.day, chosen.clock, zone), chosen.marked, edit)
    if moment := _relative(line, zone, now):
        called = _marked(line)
        return Told(moment, called, moment if called == "revised" else None)
    return Told(None)


def called(said: str) -> str:
    """Return "published" or "revised" if words before a date call it so ("Veröffentlicht am"), else ""."""
    found = _marked(said.lower())
    return "" if found == "limit" else found


def _machine(line: str, zone: tzinfo) -> Moment | None:
    """Return what compact, week and ordinal dates (ISO 8601) and Unix times tell if they are the whole text."""
    if _UNIX.fullmatch(line):
        return _moment_of(datetime.fromtimestamp(int(line[:10]), tz=zone), "second", zone)
    if _COMPACT.fullmatch(line):
        try:
            at = datetime.fromisoformat(line.upper())
        except ValueError:
            return None
        clock = line.partition("t")[2].replace(":", "")
        precision: Precision = "day" if not clock else "second" if re.match(r"\d{6}", clock) else "minute"
        return _moment_of(at, precision, zone)
    if (match := _ORDINAL.fullmatch(line)) and 1 <= int(match["day"]) <= 365 + calendar.isleap(int(match["year"])):
        start = datetime(int(match["year"]) or 1, 1, 1)  # noqa: DTZ001
        return _moment_of(start + timedelta(days=int(match["day"]) - 1), "day", zone)
    return None


# ---- dates in a text ------------------------------------------------------------------------------------------------


def _dates(line: str, language: str) -> Iterator[_Found]:
    """Yield the possible dates of a text from left to right, none overlapping another."""
    matches = sorted((m for form in _FORMS for m in form.finditer(line)), key=lambda m: (m.start(), -m.end()))
    end = 0
    for match in matches:
        if (
            match.start() < end
            or (day := _day(match, language)) is None
            or words.NUMBERED.search(line, 0, match.start())
        ):
            continue
        before = line[end : match.start()]
        clock, stop = _clock_beside(line, match, before)
        if clock is _IMPOSSIBLE or words.PRICE.match(line, match.end()):
            continue
        end = max(stop, match.end())
        called = _marked(before) or _called_behind(line, before, end)
        if called == "published" or not words.OTHER.search(before):
            yield _Found(match.start(), end, day, clock, called)


def _day(match: re.Match[str], language: str) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"]) if parts["year"] else _century(int(parts["short"]))
    day = int(parts["day"])
    month = int(parts["number"]) if parts.get("number") else words.MONTHS[parts["month"]]
    if parts.get("mark") in ("/", "-") and match.start("year" if parts["year"] else "short") > match.start("day"):
        if language.startswith("en"):
            first = _english_order(language, day, month, bool(parts["year"]))
            if first is None:
                return None
            day, month = (month, day) if first == "month" else (day, month)
        elif parts["mark"] == "-" and not parts["year"]:
            return None  # "24-04-26" is as often year first
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _english_order(language: str, day: int, month: int, has_year: bool) -> str | None:
    """Return whether day or month comes first in "04/05/2024": what the numbers allow, else what the region writes."""
    if month > 12:
        return "month"
    if day > 12:
        return "day" if has_year else None
    region = language.replace("_", "-").lower().partition("-")[2]
    return "month" if region in words.MONTH_FIRST else "day" if day == month or region in words.DAY_FIRST else None


def _century(short: int) -> int:
    """Return the year of "24" or "98"; 0 for what is neither this half-century nor the web's first decade."""
    return 2000 + short if short < 50 else 1900 + short if short >= FIRST_YEAR - 1900 else 0


def _marked(before: str) -> str:
    if not before:
        return ""
    if words.LIMIT.search(before) or words.EARLIER_DAY.search(before):
        return "limit"
    published = max((m.end() for m in words.PUBLISHED.finditer(before)), default=-1)
    revised = max((m.end() for m in words.REVISED.finditer(before)), default=-1)
    return "" if published == revised else "published" if published > revised else "revised"


def _called_behind(line: str, before: str, end: int) -> str:
    return "published" if words.PASSIVE.search(before) and words.PUBLISHED.search(line, end) else ""


def _chosen(line: str, found: list[_Found]) -> _Found | None:
    if not found:
        return None
    chosen = next((one for one in found if one.marked == "published"), None) or _leading(line, found)
    return None if chosen is None or chosen.marked == "limit" else chosen


def _leading(line: str, found: list[_Found]) -> _Found | None:
    first = found[0]
    others = [one for one in found[1:] if one.day != first.day]
    if not others:
        return first
    if (
        words.PERIOD.fullmatch(line, first.end, found[1].start)
        or found[1].marked == "limit"
        or first.start > LEAD_CHARS
    ):
        return None
    return None if first.marked == "revised" and any(one.marked != "revised" for one in others) else first


# ---- times ----------------------------------------------------------------------------------------------------------


_IMPOSSIBLE = _Clock(-1, -1, None, 0, None)


def _clock_beside(line: str, match: re.Match[str], before: str) -> tuple[_Clock | None, int]:
    """Return the time that belongs to a date and where it ends: inside it, behind it, else before it."""
    parts = match.groupdict()
    if parts.get("time"):
        hour, minute, second = map(int, parts["time"].split(":"))
        zone = words.ZONES[parts["zone"]] if parts["zone"] else _offset(parts["offset"])
        return _Clock(hour, minute, second, 0, zone) if hour < 24 and minute < 60 and second < 60 else None, match.end()
    if after := _TIME_AFTER.match(line, match.end()):
        if clock := _clock(after, sure=bool(after["iso"])):
            return clock, after.end()
        return (_IMPOSSIBLE if after["iso"] else None), match.end()
    if (":" in before or "uhr" in before) and (earlier := _TIME_BEFORE.search(before)):
        return _clock(earlier, sure=False), match.end()
    return None, match.end()


def _clock(match: re.Match[str], *, sure: bool) -> _Clock | None:
    hour, minute = int(match["hour"]), int(match["minute"] or match["dotted"] or match["spoken"] or 0)
    second = int(match["second"]) if match["second"] else None
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    midnight = hour == 24 and minute == 0 and not second
    if second == 60:
        second = 59  # a leap second, which datetime has no room for
    if (hour > 23 and not midnight) or minute > 59 or (second or 0) > 59:
        return None
    zone = words.ZONES[match["zone"]] if match["zone"] else None
    if match["offset"] and _is_offset(match, sure=sure):
        zone = _offset(match["offset"])
    micro = int((match["fraction"] or "0").ljust(6, "0")[:6])
    return _Clock(hour % 24, minute, second, micro, zone, midnight)


def _is_offset(match: re.Match[str], *, sure: bool) -> bool:
    """Whether "-12:00" behind a time is its offset and not the end of "10:00-12:00", nor "- 17" a date's begin."""
    digits = match["offset"][1:]
    if match["zone"] in ("utc", "gmt") or (sure and not match["space"]):
        return True
    if len(digits) <= 2:
        return bool(match["second"]) and not match["space"]
    return ":" not in digits or bool(match["second"]) or match["offset"][0] == "+"


def _offset(written: str | None) -> tzinfo | None:
    """Return "+02:00", "-0500" or "+02" as a zone; None for one that is nowhere in use (RFC 3339 4.2)."""
    if not written:
        return None
    digits = written[1:].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0") if len(digits) < 3 else digits.zfill(4)
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if int(digits[2:]) > 59 or span > timedelta(hours=14):
        return None
    return fixed_offset(-span if written[0] == "-" else span) if span else UTC


# ---- relative to now ------------------------------------------------------------------------------------------------

_UNITS = {
    name: span
    for span, names in (
        (timedelta(seconds=1), "sekunde sekunden sek second seconds sec secs seconde secondes segundos secondi s"),
        (timedelta(minutes=1), "minute minuten min mins minutes minuto minutos minuti minuut minuty minut m"),
        (
            timedelta(hours=1),
            "stunde stunden std hour hours hr hrs heure heures hora horas ora ore uur godziny godzin h",
        ),
        (timedelta(days=1), "tag tage tagen day days jour jours día días dia dias giorno giorni dag dagen dni d"),
    )
    for name in names.split()
}
_COUNTS = {
    name: number
    for number, names in enumerate(
        "ein eine einer einem einen one a an une un una uno een|zwei two deux dos due twee|drei three|vier four|"
        "fünf five|sechs six|sieben seven|acht eight|neun nine|zehn ten|elf eleven|zwölf twelve".split("|"),
        start=1,
    )
    for name in names.split()
}
_DAYS = {
    name: days
    for days, names in enumerate(
        (
            "heute today aujourd'hui hoy oggi vandaag",
            "gestern yesterday hier ayer ieri gisteren",
            "vorgestern eergisteren",
        )
    )
    for name in names.split()
}
_TOLD = r"(?:(?:veröffentlicht|aktualisiert|erstellt|published|updated|posted|publié|online|stand)[\s:/]*)*"
_REST = r"\s*(?:aktualisiert|veröffentlicht)?\s*(?:$|[|·•–—,(-].*)"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})"
_UNIT = rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![^\W\d_])\.?"
_AGO = (
    re.compile(rf"{_TOLD}(?:vor|il y a|hace)\s+(?:ca\.?\s+|etwa\s+|environ\s+)?{_COUNT}\s*{_UNIT}{_REST}"),
    re.compile(rf"{_TOLD}{_COUNT}\s*{_UNIT}\s+(?:ago|fa|geleden|temu){_REST}"),
)
_NAMED_DAY = re.compile(rf"{_TOLD}(?P<named>{'|'.join(_DAYS)})(?![^\W\d_])")
_JUST_NOW = re.compile(rf"{_TOLD}(?:gerade eben|soeben|jetzt|just now|à l'instant)")


def _relative(line: str, zone: tzinfo, now: datetime | None) -> Moment | None:
    """Return what "vor 3 Stunden", "gestern" or "heute, 14:05 Uhr" tells at `now`; in a sentence it tells nothing."""
    if now is None:
        return None
    today = now.astimezone(zone)
    if _JUST_NOW.fullmatch(line):
        return _moment_of(today.replace(second=0, microsecond=0), "minute", zone)
    for form in _AGO:
        if match := form.fullmatch(line):
            count = _COUNTS.get(match["count"]) or int(match["count"])
            return _ago(today, count, _UNITS[match["unit"]], zone)
    if not (match := _NAMED_DAY.match(line)):
        return None
    day = today.date() - timedelta(days=_DAYS[match["named"]])
    after = _TIME_AFTER.match(line, match.end())
    if after and (clock := _clock(after, sure=False)):
        return _moment(day, clock, zone)
    return _moment(day, None, zone) if re.fullmatch(r"\s*(?:$|[|·•–—-].*)", line[match.end() :]) else None


def _ago(today: datetime, count: int, unit: timedelta, zone: tzinfo) -> Moment | None:
    if unit == timedelta(days=1):
        return _moment(today.date() - timedelta(days=count), None, zone)
    at = (today.astimezone(UTC) - count * unit).replace(second=0, microsecond=0)
    return _moment_of(at.astimezone(zone), "minute", zone)


# ---- instants -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def _moment(day: date, clock: _Clock | None, zone: tzinfo) -> Moment | None:
    at = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # gets its zone below
    if clock is None:
        return Moment(_local(at, zone), "day")
    at = at.replace(hour=clock.hour, minute=clock.minute, second=clock.second or 0, microsecond=clock.micro)
    at += timedelta(days=clock.next_day)
    precision: Precision = "minute" if clock.second is None else "second"
    return Moment(at.replace(tzinfo=clock.zone) if clock.zone else _local(at, zone), precision)


def _local(naive: datetime, zone: tzinfo) -> datetime:
    """Return a wall-clock time as an instant: in the gap of spring it moves on an hour, in autumn it is the first."""
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _moment_of(at: datetime, precision: Precision, zone: tzinfo) -> Moment | None:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return None
    return Moment(at if at.tzinfo else _local(at, zone), precision)
