"""Response headers in, what they mean out: validators, freshness, waiting times, content type, refusals.

Nothing here raises for what a server wrote: nonsense is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from feedsvc import text
from feedsvc.model import ErrorKind, Validators

LONGEST = timedelta(days=7)  # protocol F9: nothing keeps us away for longer

Headers = Mapping[str, str]  # names in lower case

_SINGLE = frozenset("etag last-modified location date expires retry-after content-type content-length".split())
MAX_LINK = 4000  # characters of Link headers that are read
_LINK = re.compile(r"<([^<>]{1,1000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]{0,200}\"|[^\s;,\"]{0,200}))*)")
_ALTERNATE = re.compile(r";\s*rel\s*=\s*\"?[^\";]*\balternate\b", re.IGNORECASE)
_FEED_TYPE = re.compile(r";\s*type\s*=\s*\"?application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))')
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d+)', re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s])", re.IGNORECASE)


def collected(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return header lines by lower-cased name; of a field that has one value the first counts (RFC 9110 5.3)."""
    found: dict[str, str] = {}
    for name, value in items:
        name = name.lower()
        if name not in found:
            found[name] = value
        elif name not in _SINGLE:
            found[name] += ", " + value
    return found


def validators(headers: Headers) -> Validators:
    """Return ETag and Last-Modified exactly as written; one that could not be sent back is none (protocol F1)."""
    return Validators(
        etag=_sendable(headers.get("etag")),
        last_modified=_sendable(headers.get("last-modified")),
    )


def fresh_for(headers: Headers, now: datetime) -> timedelta | None:
    """Return how long the answer stays valid: max-age, else Expires minus Date, at most 7 days (protocol F9).

    None where the origin says nothing, forbids keeping, or means an instant that has passed (RFC 9111 5.2.2, 5.3).
    """
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return None
    if match := _MAX_AGE.search(control):
        return _span(int(match.group(1)[:12]))
    return _until(headers.get("expires"), headers, now)


def retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """Return how long Retry-After asks us to wait, at most 7 days (RFC 9110 10.2.3, protocol F10)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return _span(int(value[:12]))
    return _until(value, headers, now)


def content_type(headers: Headers) -> tuple[str, str | None]:
    """Return the media type in lower case ("" if none) and the charset, if it is a name at all."""
    value = headers.get("content-type", "")
    parameters = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(value)}
    charset = parameters.get("charset", "").strip("'\" ")
    media_type = value.partition(";")[0].strip().lower()
    return (
        media_type if re.fullmatch(r"[\w.+-]+/[\w.+*-]+", media_type) else "",
        charset if re.fullmatch(r"[A-Za-z0-9._:-]{1,40}", charset) else None,
    )


def codings(headers: Headers) -> tuple[str, ...]:
    """Return the content codings in the order they were applied (RFC 9110 8.4.1)."""
    names = (name.strip().lower() for name in headers.get("content-encoding", "").split(","))
    return tuple(name.removeprefix("x-") for name in names if name and name != "identity")


def alternates(headers: Headers) -> tuple[str, ...]:
    """Return the feeds that Link headers name as other forms of the page, as written (RFC 8288 3)."""
    value = headers.get("link", "")[:MAX_LINK]
    found = (match for match in _LINK.finditer(value) if _ALTERNATE.search(match[2]) and _FEED_TYPE.search(match[2]))
    return tuple(match[1].strip() for match in found)


def location(headers: Headers) -> str | None:
    """Return where a redirect leads as written, raw UTF-8 read as such."""
    value = headers.get("location", "").strip()
    try:
        return value.encode("latin-1").decode("utf-8") or None
    except UnicodeError:
        return value or None


# ---- refusals (protocol F22) ----------------------------------------------------------------------------------------

_KINDS: dict[int, tuple[ErrorKind, str]] = {
    401: ("unauthorized", "the site wants a login (401); `headers` of the source can carry one"),
    402: ("paywall", "the site wants to be paid (402)"),
    403: ("forbidden", "the site refuses us (403)"),
    404: ("not_found", "there is no such page (404)"),
    407: ("connect", "the proxy wants a login (407)"),
    410: ("gone", "the page is gone for good (410)"),
    429: ("rate_limited", "the site says we ask too often (429)"),
    451: ("forbidden", "the page is withheld for legal reasons (451)"),
}
_CHALLENGE_HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "x-vercel-mitigated": "Vercel",
    "x-datadome": "DataDome",
}
# Of the page that a visitor's browser has to solve, not of scripts that also sit in ordinary pages.
_CHALLENGE_TITLES = re.compile(
    rb"<title>\s*(?:just a moment\.\.\.|attention required! \| cloudflare|please wait\.\.\. \| cloudflare|ddos-guard|"
    rb"making sure you(?:'|&#39;|\xe2\x80\x99)re not a bot!|bot verification|human verification)\s*</title>",
    re.IGNORECASE,
)
_CHALLENGE_BODIES = re.compile(
    rb'id="anubis_challenge|window\._cf_chl_opt|_Incapsula_Resource\?SWUDNSAI|Incapsula incident ID|'
    rb'captcha-delivery\.com/[ci]\.js|sucuri_cloudproxy_js|id="px-captcha|window\.gokuProps'
)
CHALLENGE_BYTES = 65_536  # such a page is small


def refusal(status: int, headers: Headers, body: bytes) -> tuple[ErrorKind, str] | None:
    """Return why an answer is no page, None if it may be one; `body` is its beginning."""
    if guard := _challenge(status, headers, body):
        return "challenge", f"a bot challenge ({guard}) stands before the page ({status})"
    if status in (200, 203):
        return None
    if status in _KINDS:
        return _KINDS[status]
    if 400 <= status < 500:
        return "client_error", f"the site refuses the request ({status})"
    if status == 206:
        return "truncated", "the site sent only a part of the page (206)"
    return "server_error", f"the site failed ({status})" if status >= 500 else f"the site sent no page ({status})"


def _challenge(status: int, headers: Headers, body: bytes) -> str | None:
    for name, guard in _CHALLENGE_HEADERS.items():
        value = headers.get(name, "").lower()
        if "challenge" in value or "captcha" in value or (name == "x-datadome" and value and status == 403):
            return guard
    if status == 404 or (status == 200 and len(body) >= CHALLENGE_BYTES):
        return None
    if _CHALLENGE_TITLES.search(body[:4096]) or _CHALLENGE_BODIES.search(body[:CHALLENGE_BYTES]):
        return "a page only a browser can pass"
    return None


def _sendable(value: str | None) -> str | None:
    """Return a validator as it came; http.client has cut the blanks around it, which are not part of it."""
    return value if value and not re.search(r"[\r\n\0]", value) else None


def _until(value: str | None, headers: Headers, now: datetime) -> timedelta | None:
    """Return the span from the response's Date, or from now if it has none, to an HTTP-date."""
    end = _date(value)
    if end is None:
        return None
    return _span((end - (_date(headers.get("date")) or now)).total_seconds())


def _date(value: str | None) -> datetime | None:
    """Return an HTTP-date (RFC 9110 5.6.7, obsolete forms too)."""
    try:
        at = parsedate_to_datetime(text.tidy(value) or "")
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _span(seconds: float) -> timedelta | None:
    return timedelta(seconds=min(seconds, LONGEST.total_seconds())) if seconds > 0 else None
