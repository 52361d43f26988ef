"""The site's base_url and a path in, every address a document carries out: absolute, ASCII, percent-encoded."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from feedsvc import urls
from feedsvc.model import Feed, Site

MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
# RFC 4151 wants a day on which the host was ours; no earlier owner of a host can have run feedsvc before this year.
_TAG_SINCE = "2026"
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?")
_TAG_HOST = re.compile(r"[a-z0-9.-]+")
_NO_URI_CHARACTER = re.compile(r"[^0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def to(site: Site, path: str = "") -> str:
    """Return the absolute address of a path of this site; base_url's own path is kept."""
    return f"{site.base_url.rstrip('/')}/{quote(path, safe='/')}"


def beside(site: Site, path: str) -> str:
    """Return the address of a path without scheme and host: what a page needs to look right under another name."""
    return f"{urlsplit(site.base_url).path.rstrip('/')}/{quote(path, safe='/')}"


def file(feed: Feed, ending: str) -> str:
    """Return the path of one of a feed's documents; a feed that answers a question leaves its query out."""
    return f"{feed.path.partition('?')[0]}{ending}"


def page(site: Site, feed: Feed) -> str:
    """Return the address of a feed's page for people; a question's page is its query's ("search?q=NOOTS")."""
    return to(site, file(feed, "" if "?" in feed.path else "/")) + _query(feed)


def document(site: Site, feed: Feed, extension: str) -> str:
    """Return the address a feed is served under: its self link, equal to the served URL (RFC 4287 4.2.7.2)."""
    return to(site, file(feed, f".{extension}")) + _query(feed)


def subscribe(site: Site, feed: Feed, extension: str = "rss") -> str:
    """Return a feed's address in the feed: scheme, which opens the reader a person has installed."""
    return f"feed:{document(site, feed, extension)}"


def feed_id(site: Site, path: str) -> str:
    """Return the id of the feed at a path (RFC 4287 4.2.6).

    A tag: IRI of host and path, so it survives a change of scheme, port and base path; a host that no tag: IRI can
    carry (an IPv6 literal) gives the page's address instead.
    """
    host = urlsplit(site.base_url).hostname or ""
    if not _TAG_HOST.fullmatch(host):
        return to(site, f"{path}/")
    return f"tag:{host},{_TAG_SINCE}:feedsvc/{quote(path, safe='/?=&%+')}"


def outward(url: str | None) -> str | None:
    """Return a stranger's http(s) address with every character RFC 3986 forbids percent-encoded; None if it is none."""
    found = urls.absolute("", url)
    if found is None or not _HOST.fullmatch(urlsplit(found).hostname or ""):
        return None
    before, hash_, fragment = found.partition("#")
    whole = before + hash_ + fragment.replace("#", "%23")
    return _encoded(whole)


def _query(feed: Feed) -> str:
    _, mark, query = feed.path.partition("?")
    return mark + _encoded(query.replace("#", "%23"))


def _encoded(address: str) -> str:
    """Return the address with what is not encoded yet percent-encoded."""
    escaped = _NO_URI_CHARACTER.sub(lambda match: quote(match.group(), safe="", errors="ignore"), address)
    return _BARE_PERCENT.sub("%25", escaped)
