"""The configured sources in, their rows out: what an edit of the configuration does to what is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from feedsvc import cadence, urls
from feedsvc.model import Rhythm, Source
from feedsvc.store import rows

READDRESSED = "its address was changed"
FORGOTTEN: Mapping[str, rows.Cell] = dict.fromkeys(
    ("etag", "last_modified", "body_hash", "usual_leads", "not_before", "way_url", "way_why", "memory")
)


def sync(db: Database, sources: Sequence[Source], now: datetime) -> None:
    """Make the table agree with the configuration; only what changed is touched."""
    stored = {row["id"]: row for row in db.query("SELECT * FROM sources")}
    at = rows.instant(now)
    new = [{**_configured(source), "next_poll_at": at, "why": "new"} for source in sources if source.id not in stored]
    db.table("sources").insert_all(new)
    for source in sources:
        row, cells = stored.get(source.id), _configured(source)
        if row is not None and any(row[name] != cell for name, cell in cells.items()):
            db.table("sources").update(source.id, {**cells, **_consequences(source, row, now)})
    gone = stored.keys() - {source.id for source in sources}
    for id_ in (id_ for id_ in gone if stored[id_]["removed_at"] is None):
        db.table("sources").update(id_, {"enabled": 0, "removed_at": at})


def _configured(source: Source) -> dict[str, rows.Cell]:
    cells: dict[str, rows.Cell] = {
        "id": source.id,
        "url": source.url,
        "host": urls.host(source.url),
        "name": source.name,
        "enabled": int(source.enabled),
        "rhythm": _rhythm(source.rhythm),
        "removed_at": None,
    }
    rows.check(source.id, cells)
    return cells


def _rhythm(rhythm: Rhythm) -> str:
    return f"cron {rhythm.cron}" if rhythm.cron else f"every {cadence.span(rhythm.every)}"


def _consequences(source: Source, row: Mapping[str, rows.Cell], now: datetime) -> dict[str, rows.Cell]:
    """Return what follows from an edit: another address is asked at once, another rhythm counts from the last poll."""
    if row["url"] != source.url:
        # A poll of the old address that is under way must not bring back its validators (F4).
        under_way = int(row["lease_holder"] is not None)
        return {**FORGOTTEN, "readdressed": under_way, "next_poll_at": rows.instant(now), "why": READDRESSED}
    if row["rhythm"] != _rhythm(source.rhythm) and row["last_poll_at"] and not row["failures"]:
        last = rows.moment(str(row["last_poll_at"]))
        following = cadence.next_poll(source.rhythm, source=source.id, now=last, timezone=source.timezone)
        at = max(rows.instant(following.at), str(row["not_before"] or ""))
        return {"next_poll_at": at, "why": following.why}
    return {}
