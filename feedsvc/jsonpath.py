"""A path and a JSON value in, the values the path leads to out.

data.items            the member "items" of the member "data"
data.items[*].url     of every element; a list on the way is entered by itself, so "data.items.url" is the same
images[0].src         of one element, counted from 0, from the end with -1
teaser.*.text         of every member, whatever it is called
["og:title"].value    a name that has other characters in it than letters, digits, "_", "-", ":" and "@"
headline|title        the first of these that leads to something
$.data                the same as data; "$" alone is the whole value

A path may be written with "json:" before it. It leads to nothing, never to an error, where the value is another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache

PREFIX = "json:"
MAX_VALUES = 10_000

_STEP = re.compile(
    r"""\.?(?:(?P<name>[\w@:-]+)|(?P<any>\*)|\[(?:(?P<each>\*?)|(?P<at>-?\d{1,6})|(?P<text>"[^"\\]*"))\])"""
)

Step = str | int | None  # a member's name, an element's number, or every one


class BadPath(ValueError):
    """A text that is no path; the message says in one sentence why."""


def find(path: str, value: object) -> list[object]:
    """Return what a path leads to, in order; [] for nothing. BadPath if it is none."""
    for steps in _alternatives(path):
        if found := _followed(steps, value):
            return found
    return []


def check(path: str) -> None:
    """Raise BadPath unless a text can be used as a path."""
    _alternatives(path)


@lru_cache(maxsize=4096)
def _alternatives(path: str) -> tuple[tuple[Step, ...], ...]:
    return tuple(_steps(one.strip()) for one in path.removeprefix(PREFIX).split("|"))


def _steps(path: str) -> tuple[Step, ...]:
    rest = path.removeprefix("$")
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        step = _STEP.match(rest, at)
        if step is None or (at == 0 and rest[0] == "." and rest == path):
            raise BadPath(f"not a JSON path: “{rest[at : at + 20]}” is no step of it")
        at = step.end()
        steps.append(_step(step))
    if not path:
        raise BadPath("not a JSON path: it is empty")
    return tuple(steps)


def _step(step: re.Match[str]) -> Step:
    if step["name"] is not None:
        return step["name"]
    if step["at"] is not None:
        return int(step["at"])
    return str(json.loads(step["text"])) if step["text"] is not None else None


def _followed(steps: Sequence[Step], value: object) -> list[object]:
    values = [value]
    for step in steps:
        values = [inner for one in values for inner in _inner(step, one)][:MAX_VALUES]
    return [one for one in values if one is not None]


def _inner(step: Step, value: object) -> list[object]:
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    if step is None:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, list):  # a list in a list is entered as well, but no deeper
        return [one[step] for one in _flat(value) if isinstance(one, dict) and step in one]
    return [value[step]] if isinstance(value, dict) and step in value else []


def _flat(values: list[object]) -> list[object]:
    return [inner for one in values for inner in (one if isinstance(one, list) else [one])]
