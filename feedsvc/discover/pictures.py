"""Elements in, the picture that stands among them out: address, alternative text, caption and credit, each apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.discover import links
from feedsvc.model import Image

_ICON_SIDE = 32
_ICONS = frozenset(("icon", "logo", "avatar", "pixel", "emoji", "badge", "flag"))
_COUNTER = re.compile(r"/pixel\b|[?&]pixel=|/track(?:ing)?[/.?]", re.IGNORECASE)  # beside those html.image_url knows


def first(nodes: Iterable[HtmlElement], base: str) -> Image | None:
    """Return the first picture in these elements that is no icon and no tracking pixel."""
    for node in nodes:
        for element in node.iter("img", "amp-img"):
            if _is_icon(element):
                continue
            url, alt = html.image_url(element, base), text.tidy(element.get("alt"))
            if url is None and alt is None:
                continue
            caption, credit = _caption(element)
            return Image(url=url, alt=alt, caption=caption, credit=credit)
    return None


def _is_icon(element: HtmlElement) -> bool:
    sides = (element.get("width") or "", element.get("height") or "")
    if any(side.isdigit() and int(side) < _ICON_SIDE for side in sides):
        return True
    return bool(links.class_words(element) & _ICONS) or bool(_COUNTER.search(element.get("src") or ""))


def _caption(element: HtmlElement) -> tuple[str | None, str | None]:
    """Return caption and credit of the figure around a picture."""
    figure = next(element.iterancestors("figure"), None)
    if figure is None:
        return None, None
    texts = [html.content(one) or "" for one in figure.iter("figcaption")]
    caption, credit = wording.split_credit(" ".join(texts)) if any(texts) else (None, None)
    return caption, credit
