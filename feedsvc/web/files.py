"""A URL path in, the published file it names out: with its representations, validators and headers.

A file's bytes are kept in memory as long as its size and time on disk do not change, which one `stat` tells.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedsvc.web import negotiate

MAX_CACHED = 64 * 2**20  # bytes of bodies kept in memory

_MEDIA_TYPES = {
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".xml": "text/x-opml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}
_OPEN_TO_ALL = frozenset({".rss", ".atom", ".json", ".xml"})  # readers in browsers fetch them across origins
_TWINS = {"br": ".br", "gzip": ".gz"}
# Nothing may run and nothing may be fetched from elsewhere; the article's own picture is a link, not an image.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Representation:
    """One encoding of a file, ready to be sent. `headers` are the 200's; `kept` are those a 304 repeats."""

    body: bytes
    etag: str
    modified: datetime
    headers: Headers
    kept: Headers


class Files:
    """The published directory as the server sees it."""

    def __init__(self, public: Path, max_age: timedelta) -> None:
        self._public = public
        self._cache_control = f"public, max-age={int(max_age.total_seconds())}, stale-if-error=86400"
        self._kept: OrderedDict[tuple[str, str], tuple[tuple[int, int, int], Representation]] = OrderedDict()
        self._size = 0

    def find(self, path: str, accept_encoding: str | None) -> Representation | None:
        """Return the representation of `path` ("feeds/politik.rss", "feeds/politik/") a client accepts, or None."""
        relative = path + "index.html" if not path or path.endswith("/") else path
        if not _inside(relative):
            return None
        plain = os.path.join(self._public, relative)
        if not os.path.isfile(plain):
            return None
        offered = frozenset(name for name, suffix in _TWINS.items() if os.path.isfile(plain + suffix)) | {"identity"}
        encoding = negotiate.encoding(accept_encoding, offered) or "identity"
        return self._load(relative, encoding)

    def is_directory(self, path: str) -> bool:
        """Whether `path` is a page that wants a slash behind it."""
        return _inside(path) and os.path.isfile(os.path.join(self._public, path, "index.html"))

    def _load(self, relative: str, encoding: str) -> Representation | None:
        name = os.path.join(self._public, relative + _TWINS.get(encoding, ""))
        try:
            stat = os.stat(name)
            mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            kept = self._kept.get((relative, encoding))
            if kept and kept[0] == mark:
                self._kept.move_to_end((relative, encoding))
                return kept[1]
            with open(name, "rb") as file:
                body = file.read()
        except OSError:
            return None
        made = self._made(relative, encoding, body, stat.st_mtime)
        self._keep((relative, encoding), mark, made)
        return made

    def _made(self, relative: str, encoding: str, body: bytes, mtime: float) -> Representation:
        suffix = os.path.splitext(relative)[1]
        modified = datetime.fromtimestamp(mtime, UTC)
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}-{encoding}"'
        kept: Headers = [
            ("etag", etag),
            ("last-modified", negotiate.http_date(modified)),
            ("cache-control", self._cache_control),
            ("vary", "accept-encoding"),
            ("x-content-type-options", "nosniff"),
        ]
        if suffix in _OPEN_TO_ALL:
            kept.append(("access-control-allow-origin", "*"))
        media_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
        headers = [*kept, ("content-type", media_type), ("content-length", str(len(body)))]
        if encoding != "identity":
            headers.append(("content-encoding", encoding))
        if suffix == ".html":
            headers += [("content-security-policy", PAGE_POLICY), ("referrer-policy", "no-referrer")]
        return Representation(body, etag, modified, headers, kept)

    def _keep(self, key: tuple[str, str], mark: tuple[int, int, int], made: Representation) -> None:
        old = self._kept.pop(key, None)
        self._size += len(made.body) - (len(old[1].body) if old else 0)
        self._kept[key] = (mark, made)
        while self._size > MAX_CACHED and len(self._kept) > 1:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._size -= len(dropped.body)


def _inside(path: str) -> bool:
    """Whether a path stays in the directory and names nothing hidden: no "..", no ".name", no twin, no backslash."""
    if "\\" in path or "\0" in path or path.endswith((".gz", ".br")):
        return False
    return all(part and not part.startswith(".") for part in path.split("/"))
