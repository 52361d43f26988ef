"""The blocks around an article's text in, its picture out: address, alt, caption and credit, three texts apart (T5).

A caption is what a figure says about its picture, or the lines that follow it up to its credit; a picture without them
has none, and an alt is never a caption (traps T19 to T21).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feedsvc import html, text, urls, wording
from feedsvc.extract import names
from feedsvc.extract.layout import Block
from feedsvc.model import Image

_SMALL = 100  # pixels; icons and portraits beside a byline are smaller
_DECORATION = re.compile(
    r"(?:logo|icon|avatar|gravatar|placeholder|spacer|pixel|blank|favicon|smiley|emoji|badge|button|sprite|1x1|vgwort|"
    r"loading|counter|z(?:ae|ä)hler|rounded-(?:full|circle)|img-circle)",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<!\d)(\d{2,4})x(\d{2,4})(?!\d)")  # as systems write it into a file's name
_SIGN = re.compile(r"(?:^|[\s_-])(?:logo|icon|avatar)$", re.IGNORECASE)
MAX_CAPTION = 700
BOX = 250  # characters that a box of one picture may hold for them to be its caption
LINES = 3  # of such a box
WORDS = 4  # of its first line; fewer say where a picture is filed
MARKED = 4  # lines behind a picture that are named a caption or a credit
LEVELS = 4  # around a picture that may be its box
PIECES = 12  # of a line that is parted by its elements
BUTTON = 40  # characters a link in a caption may have that is there to be clicked
BYLINE = 120  # characters of a box with a portrait, a name and a date
PERSON = 60  # characters of who took a picture
_CREDITED = re.compile(
    r"credit|copyright|fotograf|photograph|author|autor|source|quelle|rights|rechte|agency|nachweis|(?<![a-z])by(?![a-z])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:image|photo|picture|foto|bild)?[- ]?(?:credits?|copyright|quelle|source|nachweis|rechte)\s*(?::|\.\.\.|…)?|"
    r"(?:foto|bild|photo)\s*:)",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[/|©]\s*(?=\S)")  # what parts who took a picture from what it shows
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SET_APART = re.compile(r"\s*<(em|i|small)>.*</\1>\s*", re.DOTALL)
_BEHIND = re.compile(r"(?<=[.!?])\s*/\s+(?=[^/.!?]{2,60}(?:/[^/.!?]{1,60})?(?:\.\s[^.!?]{2,60})?$)")


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
    caption, credit = _parted(used)
    credit = credit or wording.credit(image.get("title") or "")
    return Picture(image=Image(url=url, alt=alt(image), caption=caption, credit=credit), blocks=tuple(used))


def is_decoration(image: HtmlElement, url: str | None) -> bool:
    """Whether a picture is an icon, a logo, a tracking pixel or a smiley; `url` is what is shown in the end."""
    for name in ("width", "height"):
        size = re.match(r"\d{1,5}", image.get(name) or "")
        if size and int(size.group()) < _SMALL:
            return True
    shown = url or image.get("src") or ""
    name = shown.rsplit("/", 1)[-1]
    size = _SIZE.search(name)
    if _SIGN.search(image.get("alt") or "") or (size and min(int(size[1]), int(size[2])) < _SMALL):
        return True
    return bool(_DECORATION.search(f"{name} {image.get('class') or ''}")) or "vgwort" in shown


def may_head(element: HtmlElement, base: str) -> bool:
    """Whether a picture above the headline may be the article's: no drawing, and no sign that leads to the front."""
    url = source(element, base)
    image = _image(element)
    if url is None or image is None or is_decoration(image, url) or url.partition("?")[0].endswith(".svg"):
        return False
    link = next(element.iterancestors("a"), None)
    target = urls.absolute(base, link.get("href")) if link is not None else None
    return target is None or urlsplit(target).path.strip("/") != ""


def is_portrait(blocks: Sequence[Block], at: int) -> bool:
    """Whether a picture shows who wrote: it stands in one little box with a name and a byline or a date."""
    image = blocks[at].element
    for box in islice(image.iterancestors(), LEVELS):
        inside = [b for b in blocks[at + 1 : at + 6] if b.text and _is_in(b, box)]
        if not inside:
            continue
        if box.tag == "figure" or sum(len(b.text) for b in inside) > BYLINE or any(b.heading for b in inside):
            return False
        if any(wording.byline(b.text) for b in inside):
            return True
        dated = any(b.zone in ("date", "byline") or _YEAR.search(b.text) for b in inside)
        return dated and any(wording.is_name(b.text) for b in inside)
    return False


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
    end = at + 1
    while end < len(blocks) and blocks[end].role == "figure" and _is_in(blocks[end], blocks[at].element):
        end += 1
    marked = [*takewhile(lambda block: block.zone == "caption" and block.text, blocks[end : end + MARKED])]
    return marked or _boxed(blocks, at)


def _boxed(blocks: Sequence[Block], at: int) -> list[Block]:
    """Return the few short lines that share a box with nothing but the picture before them.

    A plain paragraph is text that a layout puts beside a picture, unless a name or its letters set it apart.
    """
    above = list(blocks[at].element.iterancestors())[:LEVELS]
    if at + 1 >= len(blocks) or any(element.tag == "figure" for element in above):
        return []
    first = blocks[at + 1]
    box = next((e for e in (first.element, *first.element.iterancestors()) if e in above), None)
    if box is None or box.tag in ("body", "main", "article") or (at and _is_in(blocks[at - 1], box)):
        return []
    lines = list(takewhile(lambda block: _is_in(block, box), blocks[at + 1 : at + 2 + LINES]))
    if len(lines) > LINES or sum(len(b.text) for b in lines) > BOX or not all(_may_tell(b, box) for b in lines):
        return []
    return lines if len(first.text.split()) >= WORDS or wording.credit(first.text) else []


def _may_tell(block: Block, box: HtmlElement) -> bool:
    """Whether a line in a picture's own box may be its caption."""
    if not block.text or block.heading or block.link_share > 0.5 or block.group is not None:
        return False
    if block.zone in ("date", "byline"):
        return False
    plain = block.element.tag == "p" and (block.element is box or not block.element.get("class"))
    return not plain or bool(_SET_APART.fullmatch(block.markup))


def _is_in(block: Block, box: HtmlElement) -> bool:
    return box is block.element or box in block.element.iterancestors()


def _figure(element: HtmlElement) -> HtmlElement | None:
    for above in (element, *list(element.iterancestors())[:4]):
        if above.tag == "figure" or names.named(f"{above.get('class') or ''}") == "caption":
            return above
    return None


def _parted(blocks: Sequence[Block]) -> tuple[str | None, str | None]:
    """Part what is told about a picture into caption and credit; a text that is told twice is told once."""
    captions: list[str] = []
    credits: list[str] = []
    labelled = False
    for block in {block.text: block for block in blocks if not _is_button(block)}.values():
        caption, credit = (None, block.text) if labelled else _spoken(block)
        labelled = caption is not None and bool(_LABEL.fullmatch(caption))
        if caption and not labelled:
            captions.append(caption)
        if credit:
            credits.append(credit)
    return text.tidy(" ".join(captions)), next(iter(credits), None)


def _is_button(block: Block) -> bool:
    """Whether a line in a caption is there to be clicked: to enlarge, to load."""
    return block.link_share > 0.9 and len(block.text) <= BUTTON and not wording.credit(block.text)


def _spoken(block: Block) -> tuple[str | None, str | None]:
    """Return caption and credit of one line: as its words part them, else its elements."""
    caption, credit = wording.split_credit(block.text)
    if credit or caption is None:
        return caption, credit
    parts = list(_pieces(block.element, "", False))
    if len(parts) > PIECES or "".join("".join(said for said, _, _ in parts).split()) != "".join(block.text.split()):
        parts = []
    for at, (said, named, boxed) in enumerate(parts):
        person = text.tidy(" ".join(piece for piece, _, _ in parts[at + (_LABEL.fullmatch(said) is not None) :])) or ""
        bare = _BESIDE.sub("", person, count=1)
        named_so = at > 0 and bool(_CREDITED.search(named))
        told = bool(_LABEL.fullmatch(said)) or (boxed and (bare != person or named_so))
        if told and 1 < len(bare) <= PERSON:
            return text.tidy(" ".join(piece for piece, _, _ in parts[:at])), wording.credit(bare) or bare
    behind = _BEHIND.search(caption)
    return (caption[: behind.start()], caption[behind.end() :]) if behind else (caption, None)


def _pieces(element: HtmlElement, named: str, boxed: bool) -> Iterator[tuple[str, str, bool]]:
    """Give the pieces of a line: each with the names it stands under, and whether an element of its own holds it."""
    if said := text.tidy(element.text):
        yield said, named, boxed
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child, f"{named} {child.get('class') or ''}", True)
        if said := text.tidy(child.tail):
            yield said, named, boxed


def of_head(url: str | None, alt: str | None, caption: str | None, credit: str | None) -> Image | None:
    """Return the picture the head names, for a page that shows none."""
    if not url or _DECORATION.search(url.rsplit("/", 1)[-1]):
        return None
    return Image(url=url, alt=alt, caption=caption, credit=credit)


def completed(shown: Image, told: Image | None) -> Image:
    """Return a picture with what the head says of it in the texts that the page does not show."""
    if told is None or told.url != shown.url:
        return shown
    return replace(
        shown, alt=shown.alt or told.alt, caption=shown.caption or told.caption, credit=shown.credit or told.credit
    )


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
