"""The blocks around an article's text in, its picture out: address, alt, caption and credit, three texts apart (T5).

A caption is what a figure says about its picture, or the lines that follow it up to its credit; a picture without them
has none, and an alt is never a caption (traps T19 to T21).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from feedsvc import html, text, wording
from feedsvc.extract import names
from feedsvc.extract.layout import Block
from feedsvc.model import Image

_SMALL = 100  # pixels; icons and portraits beside a byline are smaller
_DECORATION = re.compile(
    r"(?:logo|icon|avatar|gravatar|placeholder|spacer|pixel|blank|favicon|smiley|emoji|badge|button|sprite|1x1|vgwort|loading)",
    re.IGNORECASE,
)
MAX_CAPTION = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of an article and the blocks its texts were read from."""

    image: Image
    blocks: tuple[Block, ...] = field(default=())


def source(element: HtmlElement, base: str) -> str | None:
    """Return the address of the picture an element shows, lazily loaded ones included."""
    return html.image_url(element, base)


def _image(element: HtmlElement) -> HtmlElement | None:
    return next(element.iter("img", "amp-img"), None)


def alt(element: HtmlElement) -> str | None:
    """Return the alternative text of the picture an element shows."""
    image = _image(element)
    return text.tidy(image.get("alt")) if image is not None else None


def read(blocks: Sequence[Block], at: int, base: str) -> Picture | None:
    """Return the picture that block `at` is, with the caption and credit in it or right behind it."""
    block = blocks[at]
    image = _image(block.element)
    if image is None:
        return None
    url = source(block.element, base)
    if is_decoration(image, url):
        return None
    used = _told(blocks, at)
    caption, credit = _parted([b.text for b in used])
    return Picture(image=Image(url=url, alt=alt(image), caption=caption, credit=credit), blocks=tuple(used))


def is_decoration(image: HtmlElement, url: str | None) -> bool:
    """Whether a picture is an icon, a logo, a tracking pixel or a smiley; `url` is what is shown in the end."""
    for name in ("width", "height"):
        size = re.match(r"\d{1,5}", image.get(name) or "")
        if size and int(size.group()) < _SMALL:
            return True
    shown = url or image.get("src") or ""
    return bool(_DECORATION.search(f"{shown.rsplit('/', 1)[-1]} {image.get('class') or ''}")) or "vgwort" in shown


def _told(blocks: Sequence[Block], at: int) -> list[Block]:
    """Return the blocks that tell about the picture at `at`."""
    figure = _figure(blocks[at].element)
    if figure is not None:
        inside = [b for b in blocks[at + 1 : at + 12] if b.text and figure in (b.element, *b.element.iterancestors())]
        if inside:
            return inside
    found: list[Block] = []
    for block in blocks[at + 1 : at + 4]:
        if block.role == "figure" or block.heading or len(block.text) > MAX_CAPTION:
            break
        found.append(block)
        if wording.credit(block.text) or wording.split_credit(block.text)[1]:
            return found
    marked = [b for b in blocks[at + 1 : at + 3] if b.zone == "caption"]
    return marked if marked and marked[0] is blocks[at + 1] else []


def _figure(element: HtmlElement) -> HtmlElement | None:
    for above in (element, *list(element.iterancestors())[:4]):
        if above.tag == "figure" or names.named(f"{above.get('class') or ''}") == "caption":
            return above
    return None


def _parted(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Part what is told about a picture into caption and credit; a text that is told twice is told once."""
    captions: list[str] = []
    credits: list[str] = []
    for line in dict.fromkeys(lines):
        caption, credit = wording.split_credit(line)
        if caption:
            captions.append(caption)
        if credit:
            credits.append(credit)
    return text.tidy(" ".join(captions)), next(iter(credits), None)


def of_head(url: str | None, alt: str | None, caption: str | None, credit: str | None) -> Image | None:
    """Return the picture the head names, for a page that shows none."""
    if not url or _DECORATION.search(url.rsplit("/", 1)[-1]):
        return None
    return Image(url=url, alt=alt, caption=caption, credit=credit)


def markup(picture: Picture) -> str:
    """Return a picture of the body as a figure: its caption, and in an element of its own its credit."""
    image = picture.image
    if not image.url:
        return ""
    credit = f"<small>{_escaped(image.credit)}</small>" if image.credit else ""
    told = " ".join(part for part in (_escaped(image.caption or ""), credit) if part)
    caption = f"<figcaption>{told}</figcaption>" if told else ""
    return f'<figure><img src="{_escaped(image.url)}" alt="{_escaped(image.alt or "")}">{caption}</figure>\n'


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
