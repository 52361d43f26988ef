"""An element in, the address of the picture it shows out, also where scripts would load it late."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from feedsvc import urls

IMAGES = ("img", "amp-img")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-img-src", "data-hi-res-src")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
# What a script of any name may load from an attribute of any name.
_FILE = re.compile(r"[^\s{}<>\"]+\.(?:jpe?g|png|webp|avif|gif)(?:[?#]\S*)?", re.IGNORECASE)
_COUNTERS = re.compile(r"https?://(?:[^/]*\.)?vgwort\.de/", re.IGNORECASE)  # VG Wort counts readers
_PLACEHOLDER = re.compile(
    r"/(?:placeholder|platzhalter|blank|spacer|transparent|dummy|pixel|clear|1x1|lazy(?:load|-?placeholder)?)"
    r"(?:[-_.]?\d+(?:x\d+)?)?\.(?:gif|png|svg|jpe?g|webp)(?:\?|$)",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(
    r"(?<![\w-])(?:(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$|!)|display\s*:\s*none)", re.IGNORECASE
)
# An address ends at a blank, a comma at its end included; what tells its width ends at the next comma (HTML 4.8.4.2.1).
_CANDIDATE = re.compile(r"[\s,]*+(?:([^\s,]\S*),(?=\s|$)|([^\s,]\S*)(?:\s+([^,]*))?(?:,|$))")
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)[wx]")


def image_url(element: HtmlElement, base: str) -> str | None:
    """Return the absolute address of the picture an <img>, <picture> or <figure> shows once scripts have run, or None.

    What scripts load later counts before `src`, which may hold a placeholder; then come the widest of `srcset` (HTML
    4.8.4.2), the <source>s of the <picture> around, and the <noscript> behind. Tracking pixels are no picture.
    """
    image = element if element.tag in IMAGES else next(element.iter(*IMAGES), None)
    if image is not None and is_pixel(image):
        return None
    values = _addresses(image) if image is not None else _from_sources(element)
    return next((found for value in values if (found := picture_url(base, value))), None)


def picture_url(base: str, value: str | None) -> str | None:
    """Return the absolute address of a picture; None for placeholders, counters and what is no web address."""
    found = urls.absolute(base, value)
    return None if found is None or _COUNTERS.match(found) or _PLACEHOLDER.search(found) else found


def is_pixel(image: HtmlElement) -> bool:
    """Whether an image is there to count readers: at most one pixel wide or high, or not shown at all."""
    sides = ((image.get(side) or "").strip().removesuffix("px") for side in ("width", "height"))
    if any(side in ("0", "1") for side in sides):
        return True
    hidden = _INVISIBLE.search(image.get("style") or "")
    return bool(hidden) and not any(image.get(name) for name in (*_LAZY, *_LAZY_SETS))


def _addresses(image: HtmlElement) -> Iterator[str | None]:
    yield from (image.get(name) for name in _LAZY)
    yield from (_widest(image.get(name)) for name in _LAZY_SETS)
    yield image.get("src")
    yield _widest(image.get("srcset"))
    yield from (value for name, value in image.attrib.items() if name.startswith("data-") and _FILE.fullmatch(value))
    around = next(image.iterancestors("picture"), None)  # lxml puts the <img> inside the <source> before it
    if around is not None:
        yield from _from_sources(around)
    yield from _from_noscript(image if around is None else around)


def _from_sources(element: HtmlElement) -> Iterator[str | None]:
    for source in element.iter("source"):
        if not (source.get("type") or "image").startswith(("video", "audio")):
            yield _widest(source.get("srcset") or source.get("data-srcset"))


def _from_noscript(element: HtmlElement) -> Iterator[str | None]:
    behind = element.getnext()
    if behind is not None and behind.tag == "noscript":
        for image in behind.iter("img"):
            yield image.get("src")
            yield _widest(image.get("srcset"))


def _widest(srcset: str | None) -> str | None:
    """Return the address of the widest or densest candidate; of equals the first."""
    widest, found, at = -1.0, None, 0
    while match := _CANDIDATE.match(srcset or "", at):
        at = match.end()
        width = _WIDTH.match(match[3] or "")
        if (size := float(width[1]) if width else 0.0) > widest:
            widest, found = size, match[1] or match[2]
    return found
