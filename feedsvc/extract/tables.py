"""A table or preformatted text in, its markup out: cells with what they span, lines of code as lines."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from feedsvc import text

LONGEST = 400  # characters a cell of data may have; more is a layout
_CELLS = ("td", "th")
_KEPT = ("colspan", "rowspan", "scope")
_LINES = frozenset("div p li tr".split())
_NUMBERED = re.compile(r"[\s\d.:]*")  # a gutter of line numbers


def is_data(table: HtmlElement, mass: Mapping[HtmlElement, int]) -> bool:
    """Whether a table holds data: several columns, no long prose, no blocks but simple ones in its cells."""
    if next(table.iterdescendants("table"), None) is not None:  # first: in tables 80 deep, each has the rows of all
        return False
    rows = [[cell for cell in row if cell.tag in _CELLS] for row in table.iter("tr")]
    wide = [row for row in rows if len(row) > 1]
    if len(wide) < 2:
        return False
    longest = max(mass.get(cell, 0) for row in wide for cell in row)
    return longest < LONGEST and not any(True for _ in table.iter("form", "h1", "h2", "img"))


def markup(table: HtmlElement) -> str:
    """Return a data table's caption and rows; strangers' inline markup in the cells is as it was."""
    captions = [said for caption in table.iter("caption") if (said := text.tidy(caption.text_content()))]
    head = "".join(f"<caption>{html.escape(said, quote=False)}</caption>" for said in captions[:1])
    return head + "".join(filter(None, map(_row, table.iter("tr"))))


def _row(row: HtmlElement) -> str:
    cells = "".join(_cell(cell) for cell in row if cell.tag in _CELLS)
    return f"<tr>{cells}</tr>" if cells else ""


def _cell(cell: HtmlElement) -> str:
    kept = "".join(f' {name}="{html.escape(value)}"' for name in _KEPT if (value := cell.get(name)))
    return f"<{cell.tag}{kept}>{_inner(cell)}</{cell.tag}>"


def _inner(cell: HtmlElement) -> str:
    """Return what a cell holds; one paragraph that is all of it is not kept apart."""
    around = f"{cell.text or ''}{cell[0].tail or ''}" if len(cell) == 1 else ""
    if len(cell) == 1 and cell[0].tag in ("p", "div") and not around.strip():
        return _inner(cell[0])
    inside = "".join(lxml.html.tostring(child, encoding="unicode") for child in cell)
    return (html.escape(cell.text or "", quote=False) + inside).strip()


def lines(pre: HtmlElement) -> str:
    """Return preformatted text as its lines are shown; "" for a gutter that numbers them."""
    said = "".join(_spoken(pre)).strip("\n")
    return "" if _NUMBERED.fullmatch(said) and "\n" in said else said


def _spoken(element: HtmlElement) -> Iterator[str]:
    """Give the pieces of preformatted text; what is a line of its own ends with a line break."""
    for event, node in lxml.etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            yield "\n" if node.tag == "br" else node.text or ""
        elif node is not element:
            yield "\n" if node.tag in _LINES and not _ends_line(node) else ""
            yield node.tail or ""


def _ends_line(node: HtmlElement) -> bool:
    """Whether a line's own text, or what stands behind it, has the line break already."""
    return "".join(node.itertext()).endswith("\n") or (node.tail or "").startswith("\n")
