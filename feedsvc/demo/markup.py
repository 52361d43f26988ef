"""An article's body in the sample portal's small markup in, HTML out.

Blank lines part blocks: "## " a sub-head, "- " a list, "| " a table whose first row is its head, else a paragraph.
[text](slug) links to another article.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"\[([^\]]+)\]\(([a-z0-9-]+)\)")


def html(body: str) -> Markup:
    """Return the body as HTML, everything but our own markup escaped."""
    return Markup("\n").join(_block(block) for block in body.strip().split("\n\n") if block.strip())


def _block(block: str) -> Markup:
    lines = block.strip().splitlines()
    if block.startswith("## "):
        return Markup("<h2>{}</h2>").format(block.removeprefix("## "))
    if all(line.startswith("- ") for line in lines):
        items = (Markup("<li>{}</li>").format(_inline(line.removeprefix("- "))) for line in lines)
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    if all(line.startswith("| ") for line in lines):
        return _table([_cells(line) for line in lines])
    return Markup("<p>{}</p>").format(_inline(block.strip()))


def _table(rows: list[list[str]]) -> Markup:
    head, *others = rows
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(
        _row(head, "th"), Markup("").join(_row(row, "td") for row in others)
    )


def _row(cells: list[str], tag: str) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(Markup(f"<{tag}>{{}}</{tag}>").format(cell) for cell in cells))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| ").split("|")]


def _inline(text: str) -> Markup:
    linked = _LINK.sub(r'<a href="/meldungen/\2/">\1</a>', str(escape(text)))
    return Markup(linked)  # escaped one line above; the pattern lets only letters, digits and hyphens into the address
