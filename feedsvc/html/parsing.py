"""Markup of strangers in, a tree out, or a refusal before it costs minutes or gigabytes."""

from __future__ import annotations

import contextlib
import re

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from feedsvc import text

MAX_ATTRIBUTES = 200  # of one tag, the others are cut off: 100,000 cost lxml 23 s, 5,000 already 0.1 s
MAX_SEPARATORS = 1_000_000  # blanks, slashes and quotes in all tags, so at most as many attributes: 250 bytes each
LARGE = 1_000_000  # bytes from which those are counted
MAX_DEPTH = 250  # at depth 256 lxml stops and drops the rest of the page without a word
MAX_TEXT = 100_000  # characters between two tags; 400 real pages have 10,255 at most
MAX_VALUE = 50_000  # characters of an attribute's value: addresses have 2,500, the longest are data no rule asks for

# One pass over scripts, comments and tags as HTML 13.2.5 reads them, possessive so that it stays linear; it stops at
# the next tag that has too many attributes. Quotes may hold ">", so counting between brackets is not enough.
_ATTRIBUTE = rb"""[\s/]*+=?+[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]++)?+)?+"""
_ATTRIBUTES = rb"(?:%b){0,%d}+(?![\s/]*+[^\s/>])" % (_ATTRIBUTE, MAX_ATTRIBUTES)
_RAW = rb"<%b(?=[\s/>])" + _ATTRIBUTES + rb"[\s/]*+>(?:[^<]++|<(?!/%b))*+"
_WELL_BUILT = re.compile(
    rb"(?:[^<]++|%b|%b|<!--(?!-?>)(?:[^-]++|-(?!->))*+|<[a-z][^\s/>]*+%b|<(?![a-z]|!--(?!-?>)))*+"
    % (_RAW % (b"script", b"script"), _RAW % (b"style", b"style"), _ATTRIBUTES),
    re.IGNORECASE,
)
_KEPT = re.compile(rb"<(?P<name>[a-z][^\s/>]*+)(?:%b){0,%d}+" % (_ATTRIBUTE, MAX_ATTRIBUTES), re.IGNORECASE)
_EXCESS = re.compile(rb"(?:%b|[\s/=]++)*+" % _ATTRIBUTE)
_RAW_TEXT = {name: re.compile(rb">?(?:[^<]++|<(?!/%b))*+" % name, re.IGNORECASE) for name in (b"script", b"style")}
_OPEN_TAG = re.compile(rb"""<[a-z](?:[^>"']++|"[^"]*+"|'[^']*+')*+""", re.IGNORECASE)
_SEPARATORS = b" \t\n\r\f/\"'"
_END = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)  # libxml2 2.14 drops all that follows "</html>"
_HEAD = frozenset("base basefont bgsound link meta noframes noscript script style template title".split())  # 13.2.6.4.4
_DOCUMENT = re.compile(r"</?(?:html|head|body)\b[^<>]*>|<!doctype\b[^<>]*>", re.IGNORECASE)


class TooLarge(Exception):
    """Nested deeper than can be lifted up (2,048), or more attributes than there is memory for."""


def root(markup: bytes) -> HtmlElement:
    """Return the root of UTF-8 markup without comments, what is nested deeper than 250 lifted up; else TooLarge."""
    markup = _trimmed(_END.sub(b"", markup))
    if len(markup) > LARGE and _separators(markup) > MAX_SEPARATORS:
        raise TooLarge("has too many attributes")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
    found = lxml.html.document_fromstring(markup, parser=parser)
    if _stopped(parser):
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=True)
        found = lxml.html.document_fromstring(markup, parser=parser)
        if _stopped(parser):
            raise TooLarge("is nested too deep")
        _flatten(found)
    _end_head(found)
    return found


def _trimmed(markup: bytes) -> bytes:
    """Return the markup without the attributes that any one tag has too many."""
    pieces: list[bytes] = []
    start, at = 0, _end(_WELL_BUILT, markup, 0)
    while at < len(markup) and (kept := _KEPT.match(markup, at)):
        pieces.append(markup[start : kept.end()])
        start = at = _end(_EXCESS, markup, kept.end())
        if raw := _RAW_TEXT.get(kept["name"].lower()):
            at = _end(raw, markup, at)
        at = _end(_WELL_BUILT, markup, at)
    return b"".join((*pieces, markup[start:])) if pieces else markup


def _end(pattern: re.Pattern[bytes], markup: bytes, at: int) -> int:
    """Return where what a pattern matches at a place ends; the place itself if it does not match."""
    match = pattern.match(markup, at)
    return match.end() if match else at


def _separators(markup: bytes) -> int:
    tags = b"".join(_OPEN_TAG.findall(markup))
    return len(tags) - len(tags.translate(None, _SEPARATORS))


def _end_head(top: HtmlElement) -> None:
    """Move what is no part of a head into the body: libxml2 leaves it there on pages that write no <body> tag."""
    head = top.find("head")
    row = list(head) if head is not None else []
    start = next((n for n, child in enumerate(row) if isinstance(child.tag, str) and child.tag not in _HEAD), None)
    if start is None:
        return
    found = top.find("body")
    body = found if found is not None else lxml.etree.SubElement(top, "body")
    first = body.text
    body.text = None
    for at, child in enumerate(row[start:]):
        body.insert(at, child)
    if first:
        row[-1].tail = (row[-1].tail or "") + first


def body(fragment: str) -> HtmlElement:
    """Return an element that holds a fragment of HTML."""
    whole = root(b"<html><body>" + _DOCUMENT.sub("", text.xml_safe(fragment)).encode("utf-8"))
    found = whole.find("body")
    return whole if found is None else found


def shorten(top: HtmlElement) -> None:
    """Cut texts and drop values that are longer than anybody writes; scripts and styles stay as they are.

    What reads a tree may so take any one of them for short: 9 MB of blanks in a heading cost seconds each time.
    """
    for said in _LONG_TEXTS(top):
        owner = said.getparent()
        if said.is_tail:
            owner.tail = owner.tail[:MAX_TEXT]
        else:
            owner.text = owner.text[:MAX_TEXT]
    for value in _LONG_VALUES(top):
        with contextlib.suppress(KeyError, ValueError):  # what lxml takes for no name ("{a"), nobody can ask for
            del value.getparent().attrib[value.attrname]


_LONG_TEXTS = lxml.etree.XPath(f"//*[not(self::script or self::style)]/text()[string-length() > {MAX_TEXT}]")
_LONG_VALUES = lxml.etree.XPath(f"//@*[string-length() > {MAX_VALUE}]")


def _stopped(parser: lxml.html.HTMLParser) -> bool:
    log = parser.error_log
    return len(log) > 0 and log[-1].type == lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _flatten(top: HtmlElement) -> None:
    """Make the children of what is too deep its next siblings: unclosed tags nest, what they hold must not be lost."""
    depths = {top: 1}
    for element in list(top.iterdescendants(lxml.etree.Element)):
        depths[element] = depth = depths[element.getparent()] + 1
        if depth >= MAX_DEPTH and len(element):
            _lift_children(element)


def _lift_children(element: HtmlElement) -> None:
    if element.tail:  # it comes behind the children, and is not copied into the last one's: that would be quadratic
        behind = lxml.html.Element("span")
        behind.tail, element.tail = element.tail, None
        element.addnext(behind)
    for child in reversed(element):
        element.addnext(child)
