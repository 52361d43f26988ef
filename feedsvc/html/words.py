"""Elements in, the words people see of them out."""

from __future__ import annotations

import math
import re

from lxml.html import HtmlElement

from feedsvc import text
from feedsvc.html import parsing

BLOCKS = frozenset(
    "address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
MAX_CHARS = 100_000  # of what is said on one line
_SILENT = frozenset("script style template noscript head title svg iframe object select button textarea".split())
_LINES = re.compile(r"[\n\r]+")


def content(element: HtmlElement) -> str | None:
    """Return an element's visible text on one line: blocks are kept apart, inline elements are not.

    What stands behind 100,000 characters is left out.
    """
    return text.tidy("".join(_spoken(element, " ", MAX_CHARS))[:MAX_CHARS])


def plain(fragment: str | None) -> str | None:
    """Return a cleaned fragment's text, one block a line, without captions: they speak of a picture that is not there.

    So the text of an article that was read and the text derived from what is stored of it are the same.
    """
    if not fragment or not fragment.strip():
        return None
    lines = (text.tidy(line) for line in "".join(_spoken(parsing.body(fragment), "\n")).split("\n"))
    return "\n".join(line for line in lines if line) or None


def _spoken(element: HtmlElement, mark: str, limit: float = math.inf) -> list[str]:
    """Return the visible text of an element in pieces, `mark` around every block, a blank around table cells.

    It ends with the piece that reaches `limit` characters.
    """
    pieces: list[str] = []
    waiting: list[HtmlElement | str] = [element]
    length = 0
    while waiting and length < limit:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            length += len(node)
            continue
        if not isinstance(node.tag, str) or node.tag in _SILENT or (mark == "\n" and node.tag == "figcaption"):
            continue
        if node.tag in BLOCKS:
            edge = " " if node.tag in ("td", "th") else mark
            pieces.append(edge)
            waiting.append(edge)
        keep = mark == " " or node.tag == "pre"
        if node.text:
            pieces.append(node.text if keep else _LINES.sub(" ", node.text))
            length += len(node.text)
        for child in reversed(node):
            if child.tail:
                waiting.append(child.tail if keep else _LINES.sub(" ", child.tail))
            waiting.append(child)
    return pieces
