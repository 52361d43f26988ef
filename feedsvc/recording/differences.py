"""What a recording gave when it was made, and what it gives now, in; every field that differs out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from feedsvc.recording.values import Difference, Fields, Found, Kind, What, fields

_EMPTY: tuple[object, ...] = (None, [], "")


def compare(before: Found, after: Found, unrecorded: Sequence[str] = ()) -> tuple[Difference, ...]:
    """Return the differences, the source's own first, then lists, leads and articles in page order."""
    return (
        *(Difference(what="page", item=url, field=None, kind="unrecorded") for url in unrecorded),
        *_fields("source", before.reads or after.reads or "", _head(before), _head(after)),
        *_items("list", _by("url", map(fields, before.lists)), _by("url", map(fields, after.lists))),
        *_items("lead", _by("url", before.leads), _by("url", after.leads)),
        *_order(before, after),
        *_items("article", _by("url", before.articles), _by("url", after.articles)),
        *_items("rejected", _by("where", before.rejected), _by("where", after.rejected)),
    )


def _head(found: Found) -> Fields:
    return {"status": found.status, "error": found.error, "reads": found.reads}


def _by(name: str, rows: Iterable[Fields]) -> dict[str, Fields]:
    """Return items by their address; a further one of the same address has a number behind it."""
    found: dict[str, Fields] = {}
    for row in rows:
        key = first = str(row.get(name))
        number = 2
        while key in found:
            key, number = f"{first} ({number})", number + 1
        found[key] = row
    return found


def _items(what: What, before: dict[str, Fields], after: dict[str, Fields]) -> Iterator[Difference]:
    for item, fields_before in before.items():
        if item in after:
            yield from _fields(what, item, fields_before, after[item])
        else:
            yield Difference(what=what, item=item, field=None, kind="missing", before=fields_before)
    for item, fields_after in after.items():
        if item not in before:
            yield Difference(what=what, item=item, field=None, kind="new", after=fields_after)


def _fields(what: What, item: str, before: Fields, after: Fields) -> Iterator[Difference]:
    """Give each field that differs; one that this version adds and leaves empty does not."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new and not (old in _EMPTY and new in _EMPTY):
            yield Difference(what=what, item=item, field=name, kind=_kind(old, new), before=old, after=new)


def _kind(old: object, new: object) -> Kind:
    if new in _EMPTY:
        return "missing"
    return "new" if old in _EMPTY else "changed"


def _order(before: Found, after: Found) -> Iterator[Difference]:
    """Give the order of the leads both have, where it is another."""
    had, has = (list(_by("url", found.leads)) for found in (before, after))
    old, new = [url for url in had if url in has], [url for url in has if url in had]
    if old != new:
        yield Difference(what="source", item=before.reads or "", field="order", kind="changed", before=old, after=new)
