"""Content as JSON holds it in, HTML out: texts with or without markup, lists of blocks, trees of editors.

Editors name their nodes differently (ProseMirror, Slate, Lexical, Portable Text, Contentful, React elements); what they
have in common is a type, a text, and children. The HTML is not yet safe: `html.clean` makes it so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from itertools import islice

MAX_NODES = 20_000
MAX_DEPTH = 40
MAX_WEIGHED = 8  # levels of a value that are weighed
MAX_ITEMS = 1000  # of one list
SENTENCE = 60  # characters of a piece of text from which it may be a paragraph

_MARKUP = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|blockquote|figure|table|section|article|span|a|strong|em|b|i)\b", re.I
)
_BLOCKS = re.compile(r"<(?:p|br|div|h[1-6]|ul|ol|blockquote|table|section|article)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?…:][\"“”«»’')\]]*\s*(?:</\w+>)*\s*$")
_TYPES = (
    "type",
    "kind",
    "nodeType",
    "_type",
    "__typename",
    "blockType",
    "tag",
    "tagName",
    "style",
    "component",
    "name",
)
_TEXTS = ("html", "text", "content", "value", "copy", "body", "children", "nodes", "blocks", "items", "data", "props",
          "attributes", "fields", "model", "root", "document", "json", "child", "paragraphs", "paragraph", "rendered",
          "processed", "markup", "richText", "listItems", "quote")  # fmt: skip
_LEFT_OUT = re.compile(
    r"image|picture|photo|figure|video|audio|embed|iframe|ad(?:vert\w*|s|slot|block)?$|^ads?[_-]|teaser|related|newsletter|"
    r"promo|gallery|slide|button|cta|share|author|byline|widget|social|poll|quiz|recommend|recirc|script|style$|media|"
    r"banner|caption|credit|link_?list|readmore|read_?more|paywall|comment",
    re.IGNORECASE,
)
_HEADING = re.compile(r"h[1-6]$|head(?:ing|er|line)?|subtitle|sub_?head|crosshead|zwischen\w*|title", re.IGNORECASE)
_ITEM = re.compile(r"^(?:.*list_?-?item\w*|li)$", re.IGNORECASE)
_LIST = re.compile(r"^(?:.*list\w*|ul|ol)$", re.IGNORECASE)
_QUOTE = re.compile(r"quote", re.IGNORECASE)
_LINK = re.compile(r"^(?:\w*link|a|hyperlink)$", re.IGNORECASE)
_PARAGRAPH = re.compile(
    r"^(?:\w*[_-]?para(?:graph)?\w*|p|text[_-]?block|unstyled|normal|core/paragraph|rich_?text)$", re.I
)
_ITEMS = ("listItems", "items", "children", "content", "nodes")


def to_html(value: object) -> str:
    """Return the HTML of some content; "" if it holds no text."""
    return Writer().blocks(value, 0)


def has_markup(said: str) -> bool:
    return bool(_MARKUP.search(said))


class Writer:
    """Writes content as HTML, as long as it has any of its nodes `left`."""

    def __init__(self, left: int = MAX_NODES) -> None:
        self.left = left

    def blocks(self, value: object, depth: int) -> str:
        """Return content as a row of block elements."""
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            return ""
        if isinstance(value, str):
            return _from_text(value)
        if isinstance(value, list):
            return self._row(value, depth)
        if isinstance(value, dict):
            return self._block(value, depth)
        return ""

    def _row(self, items: Sequence[object], depth: int) -> str:
        if element := _react(items):
            return self.blocks(element, depth + 1)
        if _is_inline_row(items) and not self._are_paragraphs(items, depth):
            said = self.inline(items, depth)
            return f"<p>{said}</p>" if said.strip() else ""
        return "\n".join(filter(None, (self.blocks(item, depth + 1) for item in items)))

    def _are_paragraphs(self, items: Sequence[object], depth: int) -> bool:
        """Whether pieces that call themselves text are paragraphs: several are whole sentences, or hold blocks."""
        said = [self.inline(item, depth + 1) for item in items[:40]]
        whole = sum(len(one) >= SENTENCE and bool(_SENTENCE.search(one)) for one in said)
        return whole > 1 or any(_BLOCKS.search(one) for one in said)

    def _block(self, node: Mapping[str, object], depth: int) -> str:
        kind = _type(node)
        if (kind and _LEFT_OUT.search(kind)) or is_teaser(node):
            return ""
        held = _held(node)
        if held is None:
            return ""
        if _ITEM.match(kind):
            return self._wrapped("li", held, depth)
        if _LIST.match(kind) and isinstance(held, list):
            tag = (
                "ol" if re.search(r"^ol$|order|number", kind, re.IGNORECASE) and "unorder" not in kind.lower() else "ul"
            )
            items = (self.blocks(item, depth + 1) for item in held)
            said = "".join(i if i.startswith("<li") else f"<li>{_bare(i)}</li>" for i in items if i)
            return f"<{tag}>{said}</{tag}>" if said else ""
        if _QUOTE.search(kind):
            said = self.blocks(held, depth + 1)
            return f"<blockquote>{said}</blockquote>" if said else ""
        if _HEADING.match(kind):
            return self._wrapped(_rank(kind, node), held, depth)
        if _PARAGRAPH.match(kind) and (isinstance(held, list) or not has_markup(str(held))):
            return self._wrapped("p", held, depth)
        return self.blocks(held, depth + 1)

    def _wrapped(self, tag: str, held: object, depth: int) -> str:
        said = held if isinstance(held, str) and has_markup(held) else self.inline(held, depth + 1)
        return f"<{tag}>{said}</{tag}>" if said.strip() else ""

    def inline(self, value: object, depth: int) -> str:
        """Return content as text inside one block."""
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            return ""
        if isinstance(value, str):
            return value if has_markup(value) else html.escape(value, quote=False)
        if isinstance(value, list):
            element = _react(value)
            return self.inline(element, depth + 1) if element else "".join(self.inline(i, depth + 1) for i in value)
        if not isinstance(value, dict) or (_type(value) and _LEFT_OUT.search(_type(value))):
            return ""
        if _type(value).lower() in ("br", "hardbreak", "hard_break", "linebreak"):
            return "<br>"
        said = self.inline(_held(value), depth + 1)
        address = _address(value)
        return (
            f'<a href="{html.escape(address)}">{said}</a>' if address and said and _LINK.match(_type(value)) else said
        )


# ---- what nodes have in common --------------------------------------------------------------------------------------


def _from_text(said: str) -> str:
    if _BLOCKS.search(said):
        return said
    if has_markup(said):
        return f"<p>{said}</p>"
    lines = (line.strip() for line in re.split(r"\n\s*\n|\r\n\s*\r\n|\n", html.unescape(said)))
    return "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def _type(node: Mapping[str, object]) -> str:
    """Return what a node calls itself, "" for nothing; a heading's style tells more than that it is a block."""
    said = [value for name in _TYPES if isinstance(value := node.get(name), str) and len(value) < 60]
    style = next((value for value in said if _HEADING.match(value) and len(value) < 12), "")
    return style or next(iter(said), "")


def _held(node: Mapping[str, object]) -> object:
    """Return what a node holds: its longest text, or its children."""
    kind = _type(node)
    names = _ITEMS if _LIST.match(kind) and not _ITEM.match(kind) else _TEXTS
    held = [value for name in (*names, *_TEXTS) if (value := node.get(name)) and isinstance(value, (str, list, dict))]
    own = [value for value in held if value != kind]
    named = next(
        (value for name, value in node.items() if kind and name == kind and isinstance(value, (str, list, dict))), None
    )
    return named or next((value for value in own if weight(value)), None)


def weight(value: object, depth: int = 0) -> int:
    """Return how many characters of text a value has, at most: enough to tell something from nothing."""
    if isinstance(value, str):
        return len(value.strip())
    if depth > MAX_WEIGHED:
        return 0
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(weight(item, depth + 1) for item in islice(inner, MAX_ITEMS))


def _react(items: Sequence[object]) -> Mapping[str, object] | None:
    """Return a React element ["$", "p", key, {"children": ...}] as a node."""
    if len(items) < 4 or items[0] != "$" or not isinstance(items[1], str) or not isinstance(items[3], dict):
        return None
    return {"type": items[1], "children": items[3].get("children"), "url": items[3].get("href")}


def _is_inline_row(items: Sequence[object]) -> bool:
    """Whether a list is the inside of one paragraph: pieces of text, links and marks, at least two and no more."""
    kinds = [_type(item).lower() for item in items if isinstance(item, dict)]
    if not items or len(kinds) < len(items):
        return bool(kinds) and all(isinstance(item, (str, dict)) for item in items) and _all_inline(kinds)
    return _all_inline(kinds)


def _all_inline(kinds: Sequence[str]) -> bool:
    inline = ("text", "span", "link", "a", "hyperlink", "strong", "em", "b", "i", "bold", "italic", "inlinetext", "br")
    return bool(kinds) and all(kind in inline for kind in kinds)


def is_teaser(node: Mapping[str, object]) -> bool:
    """Whether a node points at something else: it has a title and an address of its own."""
    titled = any(isinstance(node.get(name), str) for name in ("title", "headline"))
    return titled and any(isinstance(node.get(name), str) for name in ("url", "href", "link", "path", "canonicalUrl"))


def _address(node: Mapping[str, object]) -> str | None:
    inner = [
        node,
        *(value for name in ("attrs", "data", "fields", "attributes") if isinstance(value := node.get(name), dict)),
    ]
    for one in inner:
        for name in ("url", "href", "uri"):
            if isinstance(value := one.get(name), str):
                return value
    return None


def _rank(kind: str, node: Mapping[str, object]) -> str:
    told = re.search(r"[1-6]", kind)
    level = node.get("level") or (told[0] if told else 2)
    return f"h{level}" if str(level) in "23456" else "h2"


def _bare(block: str) -> str:
    return re.sub(r"^<p>(.*)</p>$", r"\1", block, flags=re.DOTALL)
