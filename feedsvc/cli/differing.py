"""Differences of a replay in, what a person and a program are told of them out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from feedsvc import console
from feedsvc.recording import Difference

SHOWN = 70  # characters of a value
CONTEXT = 15  # characters before the place where two long values part
ORDER = ("unrecorded", "missing", "new", "changed")


def lines(found: Sequence[Difference]) -> Iterator[str]:
    """Give a line per item, and below it one per field: what it was, and what it is."""
    for (what, item), group in groupby(found, lambda each: (each.what, each.item)):
        for number, each in enumerate(group):
            if each.field is None:
                yield f"  {what} {_visible(item)}: {_whole(each)}"
                continue
            if number == 0:
                yield f"  {what} {_visible(item)}"
            before, after = _excerpts(_written(each.before), _written(each.after))
            yield f"    {_visible(each.field):12} {click.style(before, fg='red')} → {click.style(after, fg='green')}"


def counts(found: Sequence[Difference]) -> str:
    """Return how many differences there are of which kind: "3 differences (1 missing, 2 changed)"."""
    kinds = [each.kind for each in found]
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ORDER if kind in kinds)
    return f"{len(found)} difference{'' if len(found) == 1 else 's'} ({told})"


def row(each: Difference) -> console.Json:
    """Return a difference as --json prints it."""
    return {
        "what": each.what,
        "item": each.item,
        "field": each.field,
        "kind": each.kind,
        "before": each.before,
        "after": each.after,
    }


def _whole(each: Difference) -> str:
    """Say what became of an item as a whole."""
    if each.kind == "unrecorded":
        return "is asked for now and does not stand in the recording"
    fields = each.before if each.kind == "missing" else each.after
    title = fields.get("title") or fields.get("reason") if isinstance(fields, dict) else None
    return each.kind + (f" ({_short(_visible(str(title)), 0)})" if title else "")


def _written(value: object) -> str:
    if value in (None, "", []):
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _visible(" ¶ ".join(text.split("\n")))


def _visible(text: str) -> str:
    """Return a text in which what cannot be seen is written out: "\\xa0" is a no-break space."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _excerpts(before: str, after: str) -> tuple[str, str]:
    """Return both values as they stand on a line; of long ones the place where they part."""
    if max(len(before), len(after)) <= SHOWN:
        return before, after
    common = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(min(before, after)))
    start = common - CONTEXT if common > SHOWN // 2 else 0
    return _short(before, start), _short(after, start)


def _short(text: str, start: int) -> str:
    end = start + SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")
