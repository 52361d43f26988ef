"""A page's tree in, its visible text as a row of blocks out: each with its role, its links and the zone it stands in.

The row is in page order and complete; nothing is judged here but where a block ends. Text that stands free between
blocks ("<div>text<br><br>text</div>") is a block like a paragraph.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import lxml.etree
from lxml.html import HtmlElement

from feedsvc import text
from feedsvc.extract import names, tables

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1"
    " h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul caption"
    " legend amp-img picture img".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
SKIPPED = frozenset(
    "script style template noscript head title svg iframe object embed select option button textarea input canvas"
    " audio video map dialog datalist progress source track param link meta math-renderer".split()
)
MAX_BLOCKS = 6_000  # four times what large real pages have; what stands behind them is not read
MAX_RUN = 100_000  # characters of one block; what it says beyond them is not read
MAX_SAID = 2_000_000  # characters of a page's blocks; more than a body may have
LITTLE = 250  # characters of a box that is judged by its size
RUNNING = 80  # characters a paragraph has from which it is running text, no line of names and dates
_ROLES = frozenset("p li dt dd td th pre blockquote figcaption caption summary address".split()) | HEADINGS
_KEPT_INLINE = frozenset("a b strong i em u s sub sup small mark code kbd samp var del ins cite q abbr time".split())
_TOLD_BY = {"a": "href", "abbr": "title", "time": "datetime"}  # attributes that inline elements keep
_LINK_FREE = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """One run of text, or one picture, table or figure, with where it stands.

    `markup` is its inner HTML with inline elements only; `linked` counts the characters inside links; `group` is the
    list, quote or table it belongs to; `zone` is the kind of furniture it stands in, "" for none.
    """

    element: HtmlElement
    role: str
    text: str
    markup: str = ""
    linked: int = 0
    zone: str = ""
    group: HtmlElement | None = None

    @property
    def link_share(self) -> float:
        return self.linked / len(self.text) if self.text else _LINK_FREE

    @property
    def unlinked(self) -> int:
        return max(0, len(self.text) - self.linked)

    @property
    def heading(self) -> bool:
        return self.role in HEADINGS


class Layout:
    """The blocks of a page, and how much text each element holds."""

    def __init__(self, root: HtmlElement, *, trusting: bool = True) -> None:
        """Lay out a page; without trust, what may be the text's own box (a caption's, a paywall's) is no furniture."""
        self.trusting = trusting
        self.elements = list(root.iter(lxml.etree.Element))
        self.mass: dict[HtmlElement, int] = {}
        self.holds_blocks: set[HtmlElement] = set()
        self._weigh()
        body = root.find("body")
        self.body = root if body is None else body
        self.spine = {ancestor for h1 in root.iter("h1") for ancestor in h1.iterancestors()}
        walk = _Walk(self)
        walk.visit(self.body, "", None, "div")
        walk.flush()
        self.blocks: tuple[Block, ...] = tuple(walk.blocks)
        self.place = {block: number for number, block in enumerate(self.blocks)}

    def _weigh(self) -> None:
        """Give every element the number of its characters outside links, children before parents."""
        mass, blocky = self.mass, self.holds_blocks
        for element in reversed(self.elements):
            tag = element.tag
            parent = element.getparent()
            silent = tag in SKIPPED
            own = 0 if silent or tag == "a" else mass.get(element, 0) + _length(element.text)
            mass[element] = own
            if parent is not None:
                mass[parent] = mass.get(parent, 0) + own + _length(element.tail)
                if (tag in BLOCKS and tag not in ("img", "picture") and not silent) or element in blocky:
                    blocky.add(parent)


class _Walk:
    """Goes through the tree once and cuts the text into blocks."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.total = max(1, layout.mass.get(layout.body, 0))
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._markup: list[str] = []
        self._linked = 0
        self._length = 0  # characters of the run
        self._said = 0  # characters of all runs before it
        self._breaks = 0
        self._anchors = 0  # links around blocks: everything inside them is linked
        self._at: tuple[HtmlElement, str, str, HtmlElement | None] = (layout.body, "div", "", None)

    def visit(self, element: HtmlElement, zone: str, group: HtmlElement | None, role: str) -> None:
        """Cut what a block element holds."""
        tag = element.tag
        zone = zone or self._zone(element)
        self._anchors += tag == "a"
        if tag in _ROLES and not (tag == "p" and role in _ROLES and role != "blockquote"):
            role = tag
        if tag in ("ul", "ol", "dl", "blockquote"):
            group = element
        self.flush()
        self._at = (element, role, zone, group)
        if tag in ("img", "picture", "figure", "amp-img"):
            self.blocks.append(Block(element=element, role="figure", text="", zone=zone, group=group))
            if tag != "figure":
                return
        if tag in ("pre", "table") and self._whole(element, tag, zone):
            return
        self._say(element.text, 0)
        for child in element:
            self._child(child, zone, group, role)
            self._at = (element, role, zone, group)
            self._say(child.tail, 0)
        self.flush()
        self._anchors -= tag == "a"

    def _child(self, child: HtmlElement, zone: str, group: HtmlElement | None, role: str) -> None:
        tag = child.tag
        if not isinstance(tag, str) or tag in SKIPPED or len(self.blocks) >= MAX_BLOCKS:
            return
        if tag == "br":
            self._break()
        elif tag in BLOCKS or child in self.layout.holds_blocks:
            self.visit(child, zone, group, role)
        else:
            self._inline(child, zone, group, role, 0)

    def _inline(self, element: HtmlElement, zone: str, group: HtmlElement | None, role: str, in_link: int) -> None:
        """Add an inline element to the run; one that is furniture by its name ends the run and stands alone.

        Not in the middle of a sentence: there a name says how a word is linked or set, and what is hidden is left out.
        """
        tag = element.tag
        own = zone or self._zone(element)
        if own != zone and self._in_sentence(element):
            if own == "hidden":
                return
            own = zone
        if own != zone:
            self.flush()
            self._at = (element, role, own, group)
        in_link = in_link or int(tag == "a" and _leads_away(element, role))
        opened = self._open(element, role) if tag in _KEPT_INLINE else ""
        if opened:
            self._markup.append(opened)
        self._say(element.text, in_link)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in SKIPPED:
                if child.tag == "br":
                    self._break()
                elif child.tag in BLOCKS:
                    self.visit(child, own, group, role)
                    self._at = (element, role, own, group)
                else:
                    self._inline(child, own, group, role, in_link)
            self._say(child.tail, in_link)
        if opened:
            self._markup.append(f"</{tag}>")
        if own != zone or _is_sized_line(element):
            self.flush()

    def _in_sentence(self, element: HtmlElement) -> bool:
        """Whether running text stands right before an inline element and goes on behind it."""
        before, behind = "".join(self._text[-3:]).strip(), (element.tail or "").strip()
        if not before or not behind or self._breaks or self.layout.mass.get(element.getparent(), 0) < RUNNING:
            return False
        return not SENTENCE.search(before) and not behind[0].isupper()

    def _open(self, element: HtmlElement, role: str) -> str:
        tag = str(element.tag)
        if tag == "a" and not _leads_away(element, role):
            return ""
        name = _TOLD_BY.get(tag)
        value = element.get(name) if name else None
        if not value:
            return f"<{tag}>"
        return f'<{tag} {name}="{html.escape(value)}">'

    def _say(self, words: str | None, in_link: int) -> None:
        if not words or self._said > MAX_SAID:
            return
        if not self._text and not self._markup and words.isspace():
            return  # what stands between two tags at the start of a run, most often a line break
        if self._breaks and words.strip():
            self._end_breaks()
        if self._length + len(words) > MAX_RUN:
            words = words[: MAX_RUN - self._length]
        self._length += len(words)
        self._text.append(words)
        self._markup.append(html.escape(words, quote=False) if _SPECIAL.search(words) else words)
        if in_link or self._anchors:
            self._linked += len(words.strip())

    def _break(self) -> None:
        self._breaks += 1

    def _end_breaks(self) -> None:
        """One line break stays inside a block, two end it."""
        if self._breaks > 1:
            self.flush()
        else:
            self._text.append("\n")
            self._markup.append("<br>")
        self._breaks = 0

    def flush(self) -> None:
        """End the run: what was said since the last one is a block."""
        if not self._text and not self._markup:
            self._breaks = 0
            return
        said = _tidied("".join(self._text)) if self._text else None
        if said:
            element, role, zone, group = self._at
            markup = "".join(self._markup).strip()
            linked = min(self._linked, len(said))
            self.blocks.append(
                Block(element=element, role=role, text=said, markup=markup, linked=linked, zone=zone, group=group)
            )
        self._said += self._length
        self._text, self._markup, self._linked, self._length, self._breaks = [], [], 0, 0, 0

    def _whole(self, element: HtmlElement, tag: str, zone: str) -> bool:
        """Take preformatted text, and a table that holds data, as one block."""
        if tag == "table" and not tables.is_data(element, self.layout.mass):
            return False
        lines = tables.lines(element) if tag == "pre" else ""
        tidy = text.tidy(lines if tag == "pre" else " ".join(element.itertext()))
        if tidy:
            markup = html.escape(lines, quote=False) if tag == "pre" else tables.markup(element)
            linked = sum(len(a.text_content().strip()) for a in element.iter("a"))
            self.blocks.append(
                Block(element=element, role=tag, text=tidy, markup=markup, linked=min(linked, len(tidy)), zone=zone)
            )
        return True

    def _zone(self, element: HtmlElement) -> str:
        """Return the furniture an element is; what holds the headline or most of the page's text is none."""
        kind = names.zone(element)
        if kind in names.DOUBTFUL and not self.layout.trusting:
            return ""
        kind = kind or self._by_size(element)
        if not kind or kind == "hidden":
            return kind
        if element in self.layout.spine or element is self.layout.body:
            return ""
        share = self.layout.mass.get(element, 0) / self.total
        return "" if share > names.SHARE_OF.get(kind, 0.5) else kind

    def _by_size(self, element: HtmlElement) -> str:
        """Return what a little box is by its name and what it holds: a picture's with a line, a line not shown."""
        if not self.layout.trusting or self.layout.mass.get(element, 0) > LITTLE or not element.get("class"):
            return ""
        if names.is_concealed(element):
            return "hidden"
        pictured = element.tag in ("div", "span", "li", "section") and names.of_picture(element.get("class") or "")
        return "caption" if pictured and next(element.iter("img", "amp-img"), None) is not None else ""


def _length(said: str | None) -> int:
    return len(said.strip()) if said else 0


def _is_sized_line(element: HtmlElement) -> bool:
    """Whether an element sets its whole line in a size of its own, as old pages do with headings."""
    behind = element.getnext()
    if element.tag != "font" or not element.get("size") or behind is None or behind.tag != "br":
        return False
    before = element.getprevious()
    begins = before is None or before.tag == "br" or before.tag in BLOCKS
    said = element.getparent().text if before is None else before.tail
    return begins and not (said or "").strip() and not (element.tail or "").strip()


def _leads_away(link: HtmlElement, role: str) -> bool:
    """Whether a link leads anywhere; a heading's link to a place on the page is its own address."""
    href = link.get("href")
    return bool(href) and not (role in HEADINGS and str(href).startswith("#"))


_SPECIAL = re.compile(r"[&<>]")


def _tidied(said: str) -> str | None:
    """Tidy a run; what is printable, as is most of what stands on a page, has only its blanks to be joined."""
    joined = " ".join(said.split())
    return (joined or None) if joined.isprintable() else text.tidy(joined)


# Ends of sentences: Latin, Chinese and Japanese, Hindi, Arabic, Armenian, Ethiopic.
SENTENCE = re.compile(r"[.!?…:。！？：．।॥؟۔։።][\"“”«»’')\]」』）〉》】]*$")
