"""Request headers in, what to answer out: which encoding, changed or not (RFC 9110 8.8, 12.5.3, 13). Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_ETAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_PREFERRED = ("br", "gzip", "identity")  # at equal weight: the smallest first


def encoding(accept: str | None, offered: frozenset[str]) -> str | None:
    """Return the best encoding among those offered ("br", "gzip", "identity"), None if none is acceptable.

    Without the header, and where identity is not excluded, identity is acceptable (RFC 9110 12.5.3).
    """
    weights = _weights(accept or "")
    anything = weights.get("*")
    best: tuple[float, str] | None = None
    for name in _PREFERRED:
        if name not in offered:
            continue
        fallback = 0.001 if name == "identity" and anything != 0 else anything or 0.0
        weight = weights.get("gzip" if name == "gzip" and "gzip" in weights else name, fallback)
        if name == "gzip":
            weight = max(weight, weights.get("x-gzip", 0.0))
        if weight > 0 and (best is None or weight > best[0]):
            best = (weight, name)
    return best[1] if best else None


def unchanged(if_none_match: str | None, if_modified_since: str | None, etag: str, modified: datetime) -> bool:
    """Whether the client already has this representation: 304. If-None-Match, if sent, decides alone (13.2.2)."""
    if if_none_match is not None:
        value = if_none_match.strip()
        return value == "*" or etag in _ETAG.findall(value)
    if if_modified_since is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    except (ValueError, IndexError, OverflowError, TypeError):
        return False
    if since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    return modified.replace(microsecond=0) <= since


def http_date(at: datetime) -> str:
    """Return an instant as HTTP writes it (RFC 9110 5.6.7)."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _weights(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if not name:
            continue
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                weight = _quality(value.strip())
        found[name.lower()] = weight
    return found


def _quality(value: str) -> float:
    return float(value) if re.fullmatch(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", value) else 0.0
