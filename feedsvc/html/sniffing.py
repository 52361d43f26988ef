"""A page's first bytes in, what it is in a few words out, if that is no HTML: for whoever has to be told.

By the signatures of MIME Sniffing 6 and the commonest of offices and archives. Media types are wrong too often to be
believed against the bytes; they speak only where the bytes do not.
"""

from __future__ import annotations

import re

from feedsvc.model import Page

LOOKED_AT = 4096
WIDE = 0.7  # of every second byte that is zero in UTF-16

_SIGNATURES = (
    (b"%PDF-", "a PDF"), (b"%!PS-Adobe", "a PostScript file"), (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"GIF87a", "a GIF image"), (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"), (b"MM\0*", "a TIFF image"), (b"\0\0\1\0", "an icon"), (b"{\\rtf", "an RTF document"),
    (b"PK\3\4", "a ZIP archive"), (b"PK\5\6", "a ZIP archive"), (b"\x1f\x8b", "a gzip file"), (b"BZh", "a bzip2 file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\7", "a RAR archive"), (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"ID3", "an MP3 file"), (b"\xff\xfb", "an MP3 file"), (b"OggS", "an Ogg file"), (b"\x1aE\xdf\xa3", "a video"),
    (b"wOFF", "a font"), (b"wOF2", "a font"), (b"\0asm", "a WebAssembly module"),
)  # fmt: skip
_IN_ZIP = (
    (b"word/", "a Word document"), (b"xl/", "an Excel table"), (b"ppt/", "a PowerPoint presentation"),
    (b"application/epub", "an e-book (EPUB)"), (b"application/vnd.oasis", "an OpenDocument file"),
)  # fmt: skip
_TYPES = (
    ("image/svg", "an SVG image"), ("image/", "an image"), ("audio/", "a sound file"), ("video/", "a video"),
    ("font/", "a font"), ("application/pdf", "a PDF"), ("application/zip", "a ZIP archive"),
    ("text/css", "a stylesheet"),
    ("text/javascript", "a script"), ("application/javascript", "a script"), ("text/csv", "a table (CSV)"),
    ("text/calendar", "a calendar"), ("text/markdown", "a Markdown text"),
    ("application/octet-stream", "a binary file"),
)  # fmt: skip
_BLANKS = b"\xef\xbb\xbf \t\r\n\f"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|main|article|h1|div)[\s>/]", re.IGNORECASE)
_TAG = re.compile(rb"<[a-z/!?]", re.IGNORECASE)
_PROLOGUE = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"\s*<(?:[\w.-]+:)?([a-z][\w.-]*)", re.IGNORECASE)
_LISTS = {
    b"rss": "a feed (RSS)", b"rdf": "a feed (RSS)", b"feed": "a feed (Atom)", b"urlset": "a sitemap",
    b"sitemapindex": "a sitemap", b"opml": "a subscription list (OPML)",
}  # fmt: skip


def foreign(page: Page) -> str | None:
    """Return what a page is if it is no HTML ("a PDF", "JSON"); None for what may be read as HTML, and for lists."""
    start = page.body[:LOOKED_AT]
    if not start.strip(_BLANKS):
        return "an empty page"
    if found := _binary(start) or _data(start, page.body):
        return found
    if _HTML.search(start):
        return None
    declared = next((name for kind, name in _TYPES if page.media_type.startswith(kind)), None)
    if declared:
        return declared
    return None if _TAG.search(page.body) or _is_wide(start) else "a plain text"


def _binary(start: bytes) -> str | None:
    found = next((name for mark, name in _SIGNATURES if start.startswith(mark)), None)
    if found == "a ZIP archive":
        return next((name for mark, name in _IN_ZIP if mark in start), found)
    if start[4:8] == b"ftyp":
        return "an AVIF or HEIC image" if start[8:12] in (b"avif", b"heic", b"mif1") else "a video"
    if start[:4] == b"RIFF":
        return {b"WEBP": "a WebP image", b"WAVE": "a sound file"}.get(start[8:12], "a video")
    if found is None and not _is_wide(start) and b"\0\0\0\0" in start[:1024]:
        return "a binary file"
    return found


def listing(page: Page) -> str | None:
    """Return what list of other pages an XML document is ("a feed (RSS)", "a sitemap"); None if it is none."""
    root = _root(page.body[:LOOKED_AT])
    return _LISTS.get(root) if root else None


def _data(start: bytes, whole: bytes) -> str | None:
    """Return what text made for machines is: JSON, or XML with a root of its own."""
    if start.lstrip(_BLANKS)[:1] in (b"{", b"["):
        return None if _HTML.search(whole[: LOOKED_AT * 4]) else "JSON"
    root = _root(start)
    if root is None or root in _LISTS:
        return None
    if root == b"svg":
        return "an SVG image"
    xml = start.lstrip(_BLANKS).startswith(b"<?xml")
    return "an XML document" if xml and root not in (b"html", b"body") else None


def _root(start: bytes) -> bytes | None:
    """Return the name of the first element, in lower case and without its prefix."""
    said = start.lstrip(_BLANKS)
    while prologue := _PROLOGUE.match(said):
        said = said[prologue.end() :]
    match = _ROOT.match(said)
    return match[1].lower() if match else None


def _is_wide(start: bytes) -> bool:
    """Whether the bytes are UTF-16: every second one is zero in the Latin text that markup is."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    halves = (start[0:64:2], start[1:64:2])
    return any(half.count(0) > WIDE * len(half) for half in halves) and not all(half.count(0) for half in halves)
