"""Values in, columns out, and back: the one place that knows how an article or an instant is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeAlias

from feedsvc import html, text
from feedsvc.errors import StoreError
from feedsvc.model import (
    Ailment,
    Article,
    Enclosure,
    Entry,
    Failure,
    Habits,
    Image,
    Incident,
    Known,
    Learned,
    ListRules,
    Membership,
    SourceState,
    Validators,
    Way,
)

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = Sequence[Any]  # what sqlite3 gives: its types are in the schema

# ---- instants and lists ----------------------------------------------------------------------------------------------


def instant(at: datetime) -> str:
    """Return an instant as UTC text of one width, which sorts as the instants do."""
    if at.tzinfo is None:
        raise StoreError(f"an instant without zone cannot be stored: {at}")
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def moment(written: str) -> datetime:
    """Return the instant that `instant` wrote."""
    return datetime.fromisoformat(written)


def maybe_instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def maybe_moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def json_text(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def told(message: str) -> str:
    """Return a message that strangers' bytes may have got into, fit to be stored: no log entry may cost an outcome."""
    return text.xml_safe(message)


def failure(kind: Any, message: str | None) -> Failure | None:
    return None if kind is None else Failure(kind=kind, message=message or "")


# ---- articles --------------------------------------------------------------------------------------------------------

_ARTICLE = (
    "url headline kicker title published published_precision updated language access canonical authors categories"
    " enclosures has_image image_url image_alt image_caption image_credit teaser body_html"
).split()
ENTRY_COLUMNS = ", ".join(
    f"a.{name}" for name in ("pk", "id", "source", "feed_time", "first_seen", "changed", *_ARTICLE)
)


def article_cells(article: Article) -> dict[str, Cell]:
    """Return the columns of an article; `body_text` is none of them, `html.plain` gives it again."""
    image = article.image or Image()
    cells: dict[str, Cell] = {
        "url": article.url,
        "headline": article.headline,
        "kicker": article.kicker,
        "title": article.title,
        # With the offset it was printed with, so that the wall clock comes back.
        "published": article.published.isoformat() if article.published else None,
        "published_precision": article.published_precision,
        "updated": article.updated.isoformat() if article.updated else None,
        "language": article.language,
        "access": article.access,
        "canonical": article.canonical,
        "authors": json_text(article.authors),
        "categories": json_text(article.categories),
        "enclosures": json_text([[e.url, e.media_type, e.length] for e in article.enclosures]),
        "has_image": article.image is not None,
        "image_url": image.url,
        "image_alt": image.alt,
        "image_caption": image.caption,
        "image_credit": image.credit,
        "teaser": article.teaser,
        "body_html": article.body_html,
    }
    check(article.url, cells)
    return cells


def check(about: str, cells: Mapping[str, Cell]) -> None:
    """Raise StoreError for what SQLite refuses or cuts off: lone surrogates, NUL, whole numbers over 64 bits."""
    for name, cell in cells.items():
        if isinstance(cell, str):
            if "\0" in cell or not _is_utf8(cell):
                raise StoreError(f"{name} of {about!r} holds characters that cannot be stored")
        elif isinstance(cell, int) and not -(2**63) <= cell < 2**63:
            raise StoreError(f"{name} of {about!r} is too large a number to be stored")


def _is_utf8(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def entry(row: Row, memberships: tuple[Membership, ...], *, body_text: bool) -> Entry:
    """Return the entry in a row of ENTRY_COLUMNS."""
    _, id_, source, feed_time, first_seen, changed, *columns = row
    return Entry(
        id=id_,
        source=source,
        article=_article(columns, body_text=body_text),
        feed_time=moment(feed_time),
        first_seen=moment(first_seen),
        changed=moment(changed),
        memberships=memberships,
    )


def _article(columns: Row, *, body_text: bool) -> Article:
    (url, headline, kicker, title, published, precision, updated, language, access, canonical, *rest) = columns
    (authors, categories, enclosures, has_image, image_url, alt, caption, credit, teaser, body_html) = rest
    return Article(
        url=url,
        title=title,
        headline=headline,
        kicker=kicker,
        teaser=teaser,
        body_html=body_html,
        body_text=html.plain(body_html) if body_text else None,
        published=maybe_moment(published),
        published_precision=precision,
        updated=maybe_moment(updated),
        authors=tuple(json.loads(authors)),
        categories=tuple(json.loads(categories)),
        image=Image(url=image_url, alt=alt, caption=caption, credit=credit) if has_image else None,
        language=language,
        access=access,
        canonical=canonical,
        enclosures=tuple(Enclosure(url=e[0], media_type=e[1], length=e[2]) for e in json.loads(enclosures)),
    )


# ---- what a poll needs to know ---------------------------------------------------------------------------------------

KNOWN_COLUMNS = (
    "pk, id, url, headline, fingerprint, lead_fingerprint, feed_time, first_seen, listed, withdrawn_at, looks,"
    " next_look_at, page_etag, page_last_modified, kicker, published, published_precision"
)


def known(row: Row) -> Known:
    """Return what a row of KNOWN_COLUMNS tells a poll."""
    (_, id_, url, headline, fingerprint, lead_fingerprint, feed_time, first_seen, *rest) = row
    (listed, withdrawn_at, looks, next_look_at, etag, last_modified, kicker, published, precision) = rest
    return Known(
        id=id_,
        url=url,
        headline=headline,
        fingerprint=fingerprint,
        lead_fingerprint=lead_fingerprint,
        feed_time=moment(feed_time),
        first_seen=moment(first_seen),
        listed=bool(listed),
        withdrawn=withdrawn_at is not None,
        looks=looks,
        next_look_at=maybe_moment(next_look_at),
        validators=_NONE
        if etag is None and last_modified is None
        else Validators(etag=etag, last_modified=last_modified),
        kicker=kicker,
        published=maybe_moment(published),
        published_precision=precision,
    )


_NONE = Validators()
STATE_COLUMNS = (
    "etag, last_modified, body_hash, health, health_since, failures, first_failed_at, last_poll_at, last_success_at,"
    " last_new_at, not_before, usual_leads, way_url, way_why, memory"
)


def state(row: Row) -> SourceState:
    """Return the state in a row of STATE_COLUMNS."""
    (etag, last_modified, body_hash, health, health_since, failures, first_failed_at, *rest) = row
    (last_poll_at, last_success_at, last_new_at, not_before, usual_leads, way_url, way_why, memory) = rest
    habits, ailment, learned, incidents = remembered(memory)
    return SourceState(
        validators=Validators(etag=etag, last_modified=last_modified),
        body_hash=body_hash,
        health=health,
        health_since=maybe_moment(health_since),
        failures=failures,
        first_failed_at=maybe_moment(first_failed_at),
        last_poll_at=maybe_moment(last_poll_at),
        last_success_at=maybe_moment(last_success_at),
        last_new_at=maybe_moment(last_new_at),
        not_before=maybe_moment(not_before),
        usual_leads=usual_leads,
        way=Way(url=way_url, why=way_why or "") if way_url else None,
        habits=habits,
        ailment=ailment,
        learned=learned,
        incidents=incidents,
    )


def state_cells(value: SourceState) -> dict[str, Cell]:
    """Return the columns of a source's state, in the order of STATE_COLUMNS."""
    return {
        "etag": value.validators.etag,
        "last_modified": value.validators.last_modified,
        "body_hash": value.body_hash,
        "health": value.health,
        "health_since": maybe_instant(value.health_since),
        "failures": value.failures,
        "first_failed_at": maybe_instant(value.first_failed_at),
        "last_poll_at": maybe_instant(value.last_poll_at),
        "last_success_at": maybe_instant(value.last_success_at),
        "last_new_at": maybe_instant(value.last_new_at),
        "not_before": maybe_instant(value.not_before),
        "usual_leads": value.usual_leads,
        "way_url": value.way.url if value.way else None,
        "way_why": value.way.why if value.way else None,
        "memory": memory_text(value),
    }


# ---- what is remembered of a source's readings -----------------------------------------------------------------------

Memory: TypeAlias = tuple[Habits, Ailment | None, Learned | None, tuple[Incident, ...]]


def memory_text(value: SourceState) -> str | None:
    """Return habits, ailment, learned rules and incidents as JSON; None if nothing is remembered."""
    if value.habits == Habits() and not (value.ailment or value.learned or value.incidents):
        return None
    told = {
        "habits": asdict(value.habits),
        "ailment": value.ailment and asdict(value.ailment),
        "learned": value.learned and asdict(value.learned),
        "incidents": [asdict(incident) for incident in value.incidents],
    }
    return text.xml_safe(json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_written))


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    raise TypeError(type(value))


def remembered(memory: str | None) -> Memory:
    """Return what `memory_text` wrote."""
    if memory is None:
        return Habits(), None, None, ()
    told = json.loads(memory)
    return (
        _habits(told["habits"]),
        Ailment(**_dated(told["ailment"], "since")) if told["ailment"] else None,
        _learned(told["learned"]) if told["learned"] else None,
        tuple(Incident(**_dated(each, "at")) for each in told["incidents"]),
    )


def _habits(told: Mapping[str, Any]) -> Habits:
    return Habits(**{**told, "counts": tuple(told["counts"]), "gaps": tuple(told["gaps"])})


def _learned(told: Mapping[str, Any]) -> Learned:
    rules = {name: _rules(told[name]) for name in ("rules", "made_for")}
    return Learned(**{**_dated(told, "at"), **rules})


def _rules(told: Mapping[str, Sequence[str]]) -> ListRules:
    return ListRules(**{name: tuple(values) for name, values in told.items()})


def _dated(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**told, name: maybe_moment(told[name])}
