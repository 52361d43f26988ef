"""Bytes of a page in, one parsed tree out; selectors on it; HTML made safe to publish.

A page is parsed once, by lxml. Strangers' bytes are measured before they are parsed: what would take minutes or
gigabytes is a ContentError.
"""

from __future__ import annotations

from feedsvc.html.charset import decode
from feedsvc.html.cleaning import clean
from feedsvc.html.page import MAX_BYTES, MAX_TAGS, Reading, Tree, parse
from feedsvc.html.parsing import MAX_ATTRIBUTES, MAX_DEPTH
from feedsvc.html.pictures import image_url
from feedsvc.html.selector import BadRule, check, compiled, css, gives_nodes, is_plain, xpath
from feedsvc.html.sniffing import listing
from feedsvc.html.words import content, plain

__all__ = [
    "MAX_ATTRIBUTES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_TAGS",
    "BadRule",
    "Reading",
    "Tree",
    "check",
    "clean",
    "compiled",
    "content",
    "css",
    "decode",
    "gives_nodes",
    "image_url",
    "is_plain",
    "listing",
    "parse",
    "plain",
    "xpath",
]
