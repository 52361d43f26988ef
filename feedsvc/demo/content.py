"""A day in, the sample portal's articles out, dated relative to that day: the portal always looks alive."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

Role = Literal["pinned", "failing", "withdrawn"]

_FIRST_NUMBER = 46_000  # of "/?p=46001"; the notices count from half of it
_FRIDAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The three texts of a picture (trap T5), the credit as it is printed, brackets and all."""

    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of the sample portal. `body` is in the small markup that `markup.html` reads."""

    number: int
    slug: str
    headline: str
    teaser: str
    published: date
    kicker: str | None = None
    categories: tuple[str, ...] = ()
    body: str = ""
    picture: Picture | None = None
    more: str = "mehr..."
    role: Role | None = None
    plain_categories: bool = False  # its categories are printed without links (trap T9)
    correction: Article | None = None  # what it becomes when it is corrected

    @property
    def title(self) -> str:
        """The title as listings print it: "Kicker: Headline"."""
        return f"{self.kicker}: {self.headline}" if self.kicker else self.headline

    @property
    def path(self) -> str:
        return f"/meldungen/{self.slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Everything the portal has to say: what stands there from the start and what follows."""

    archive: tuple[Article, ...]  # newest first
    queue: tuple[Article, ...]  # in the order in which it appears
    notes: tuple[Article, ...]  # newest first, in the portal's own feed only


def load(today: date) -> Stock:
    """Return the articles as they are dated on that day; the same day gives the same articles."""
    archive, queue, notes = (_tables(name, today.year) for name in ("articles", "queue", "notes"))
    top = _FIRST_NUMBER + len(archive)
    return Stock(
        archive=tuple(_article(top - place, table, today) for place, table in enumerate(archive)),
        queue=tuple(_article(top + 1 + place, table, today) for place, table in enumerate(queue)),
        notes=tuple(_article(_FIRST_NUMBER // 2 - place, table, today) for place, table in enumerate(notes)),
    )


def workday(today: date, back: int) -> date:
    """Return the day so many working days before; a weekend counts as the Friday before it."""
    weeks, days = divmod(back, 5)
    day = today - timedelta(days=max(0, today.weekday() - _FRIDAY)) - timedelta(weeks=weeks)
    for _ in range(days):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return day


@lru_cache(maxsize=8)
def _tables(name: str, year: int) -> tuple[Mapping[str, Any], ...]:
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    dated = text.replace("{jahr}", str(year)).replace("{folgejahr}", str(year + 1))
    return tuple(tomllib.loads(dated)["article"])


def _article(number: int, table: Mapping[str, Any], today: date) -> Article:
    values = dict(_values(table))
    first = Article(number=number, published=workday(today, table.get("workdays", 0)), **values)
    correction = table.get("correction")
    return replace(first, correction=replace(first, **dict(_values(correction)))) if correction else first


def _values(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields a table sets, in the types they have in an Article."""
    for key, value in table.items():
        if key == "image":
            yield "picture", Picture(**value)
        elif key == "categories":
            yield key, tuple(value)
        elif key not in ("workdays", "correction"):
            yield key, value
