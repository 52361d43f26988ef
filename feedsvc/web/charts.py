"""A source's days in, small charts out: an SVG path of one bar a day, and what it shows in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feedsvc.store import Day

DAYS = 30
STEP, HEIGHT = 4, 28  # of a bar and of the chart, in the SVG's own units
WIDTH = DAYS * STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Two paths for one `<svg>`, `failed` for the days on which no poll succeeded; its words, and the figure below."""

    path: str
    failed: str
    words: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What charts say, in one language."""

    articles: str
    articles_figure: str
    seconds: str
    seconds_figure: str
    failed: str
    failed_figure: str
    none: str
    comma: str


_SAID = {
    "de": Said(
        articles="Neue Artikel in 30 Tagen: {total}; höchstens {most} an einem Tag, heute {today}.",
        articles_figure="{total} neu",
        seconds="Abfragezeit in 30 Tagen: im Mittel {mean} s bei {polls} Abfragen;"
        " höchstens {most} s im Tagesmittel.{failed}",
        seconds_figure="Ø {mean} s",
        failed=" {failed} Abfragen sind gescheitert.",
        failed_figure=", {failed} gescheitert",
        none="Noch keine Abfrage in den letzten 30 Tagen.",
        comma=",",
    ),
    "en": Said(
        articles="New articles in 30 days: {total}; at most {most} on one day, {today} today.",
        articles_figure="{total} new",
        seconds="Poll times in 30 days: {mean} s on average over {polls} polls;"
        " at most {most} s in a day's mean.{failed}",
        seconds_figure="mean {mean} s",
        failed=" {failed} polls failed.",
        failed_figure=", {failed} failed",
        none="No poll in the last 30 days yet.",
        comma=".",
    ),
}  # fmt: skip


def articles(days: Sequence[Day], today: date, language: str) -> Chart:
    """Return the chart of a source's new articles per day."""
    said = _SAID.get(language, _SAID["en"])
    known = _by_day(days)
    values = [float(known[day].new) if day in known else 0.0 for day in _last(today)]
    total = int(sum(values))
    if not days:
        return Chart(path="", failed="", words=said.none, figure="")
    words = said.articles.format(total=total, most=int(max(values)), today=int(values[-1]))
    return Chart(path=_bars(values), failed="", words=words, figure=said.articles_figure.format(total=total))


def seconds(days: Sequence[Day], today: date, language: str) -> Chart:
    """Return the chart of what a source's polls took, as the mean of each day."""
    said = _SAID.get(language, _SAID["en"])
    known = _by_day(days)
    polls = sum(day.polls for day in days)
    if not polls:
        return Chart(path="", failed="", words=said.none, figure="")
    means = [known[day].seconds / known[day].polls if day in known else 0.0 for day in _last(today)]
    bad = [day in known and known[day].failed == known[day].polls for day in _last(today)]
    failed = sum(day.failed for day in days)
    mean = _number(sum(day.seconds for day in days) / polls, said)
    told = said.failed.format(failed=failed) if failed else ""
    return Chart(
        path=_bars([0.0 if wrong else value for value, wrong in zip(means, bad, strict=True)], top=max(means)),
        failed=_bars([value if wrong else 0.0 for value, wrong in zip(means, bad, strict=True)], top=max(means)),
        words=said.seconds.format(mean=mean, polls=polls, most=_number(max(means), said), failed=told),
        figure=said.seconds_figure.format(mean=mean) + (said.failed_figure.format(failed=failed) if failed else ""),
    )


def _by_day(days: Sequence[Day]) -> Mapping[str, Day]:
    return {day.day: day for day in days}


def _last(today: date) -> list[str]:
    return [(today - timedelta(days=age)).isoformat() for age in range(DAYS - 1, -1, -1)]


def _bars(values: Sequence[float], top: float | None = None) -> str:
    """Return a path of one stroke per day that has something to show, never lower than can be seen."""
    most = max(values) if top is None else top
    if most <= 0:
        return ""
    heights = [max(1.5, value / most * (HEIGHT - 2)) if value > 0 else 0.0 for value in values]
    return "".join(
        f"M{number * STEP + STEP / 2:g} {HEIGHT}v-{height:.3g}" for number, height in enumerate(heights) if height
    )


def _number(value: float, said: Said) -> str:
    return f"{value:.1f}".replace(".", said.comma)
