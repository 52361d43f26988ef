"""A page in, a damaged page out: what networks, editors, content systems and attackers do to markup."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_TAG = re.compile(rb"<[^<>]{1,300}>")
_ELEMENT = re.compile(rb"<(\w+)[^<>]{0,300}>[^<]{0,2000}</\1>")
_QUOTED = re.compile(rb"""=\s*("[^"<>]{0,300}"|'[^'<>]{0,300}')""")
_TEXT = re.compile(rb">[^<>]{3,}<")
_WRAPPERS = (
    b"div span b table td li a h1 h2 figure noscript template aside nav p select svg form blockquote pre article time"
    b" script"
).split()
_CHARSETS = (
    "utf-8 cp1252 utf-16 utf-16-le utf-16-be utf-32 iso8859-15 cp1251 koi8-r shift_jis gb18030 cp037 mac-roman"
).split()
_LABELS = (b"utf-8", b"windows-1252", b"utf-16", b"iso-2022-jp", b"gb18030", b"x-user-defined", b"", b"\0")
_SPLINTERS = (
    b"<", b">", b"</", b"/>", b'"', b"'", b"&", b"&#", b"&#x0;", b"&#xD800;", b"&#8;", b"&nbsp;", b"&shy;", b"<!--",
    b"-->",
    b"<![CDATA[", b"]]>", b"<!doctype html>", b"<?php", b"\0", b"\x0b", b"\x1b", b"\x7f", b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\x8b", b"\xe2\x80\xae", b"\xef\xbf\xbe", b"\xc2\xa0",
    b"</html>", b"</body>", b"<body>", b"<head>", b"</head>", b"<plaintext>", b"<base href=//b.example/>",
    b"<base href='http://['>",
    b"<h1></h1>", b"<title>:</title>", b"<script>", b"</script>", b"<style>", b"<textarea>", b"<p>Von",
    b"[26.04.2024]",
    b"31.02.2024", b"9999-99-99T99:99:99Z", b"0000-01-01", b"<time datetime=2024-13-45>", b"{", b"}", b"[", b"]",
    b",", b"\\", b"\\u",
    b': ', b" | ", b" - ", b"(Foto: )", b"http://", b"https://[::1", b"javascript:", b"data:,", b"//", b"?", b"#",
    b"%", b"%zz", b"@",
)  # fmt: skip

Mutation = Callable[[bytes, random.Random], bytes]


def mutated(page: bytes, chance: random.Random) -> bytes:
    """Return a page with one to eight damages."""
    for _ in range(chance.randint(1, 8)):
        page = chance.choice(MUTATIONS)(page, chance)
    return page


def _span(page: bytes, chance: random.Random, longest: int) -> tuple[int, int]:
    start = chance.randint(0, len(page))
    return start, min(len(page), start + chance.randint(0, longest))


def _found(pattern: re.Pattern[bytes], page: bytes, chance: random.Random) -> tuple[int, int]:
    """Return where one of the matches of a pattern stands; a place without length where there is none."""
    at = chance.randint(0, len(page))
    match = pattern.search(page, at) or pattern.search(page)
    return match.span() if match else (at, at)


def _flip(page: bytes, chance: random.Random) -> bytes:
    body = bytearray(page)
    for _ in range(chance.randint(1, 30) if body else 0):
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return bytes(body)


def _cut(page: bytes, chance: random.Random) -> bytes:
    start, end = _span(page, chance, 3000)
    return page[:start] + page[end:]


def _truncate(page: bytes, chance: random.Random) -> bytes:
    return page[: chance.randint(0, len(page))]


def _double(page: bytes, chance: random.Random) -> bytes:
    start, end = chance.choice((_span(page, chance, 3000), _found(_ELEMENT, page, chance), _found(_TAG, page, chance)))
    return page[:end] + page[start:end] * chance.randint(1, 20) + page[end:]


def _move(page: bytes, chance: random.Random) -> bytes:
    start, end = chance.choice((_span(page, chance, 3000), _found(_ELEMENT, page, chance)))
    rest = page[:start] + page[end:]
    at = chance.randint(0, len(rest))
    return rest[:at] + page[start:end] + rest[at:]


def _nest(page: bytes, chance: random.Random) -> bytes:
    start, end = chance.choice((_span(page, chance, 9000), _found(_ELEMENT, page, chance), _found(_TEXT, page, chance)))
    name, depth = chance.choice(_WRAPPERS), chance.choice((1, 2, 3, 40, 300))
    closing = b"</%b>" % name * chance.choice((0, depth, depth))
    return page[:start] + b"<%b>" % name * depth + page[start:end] + closing + page[end:]


def _splinter(page: bytes, chance: random.Random) -> bytes:
    start, end = chance.choice((_span(page, chance, 3), _found(_TEXT, page, chance), _found(_QUOTED, page, chance)))
    at = chance.randint(start, end)
    return page[:at] + chance.choice(_SPLINTERS) * chance.choice((1, 1, 1, 5)) + page[chance.choice((at, end)) :]


def _rename(page: bytes, chance: random.Random) -> bytes:
    start, end = _found(_TAG, page, chance)
    return page[:start] + re.sub(rb"(?<=[</])\w+", chance.choice(_WRAPPERS), page[start:end], count=1) + page[end:]


def _empty(page: bytes, chance: random.Random) -> bytes:
    """Take a text, a value or a tag away."""
    start, end = _found(chance.choice((_TEXT, _QUOTED, _TAG)), page, chance)
    return page[: start + 1] + page[max(start + 1, end - 1) :]


def _swap_texts(page: bytes, chance: random.Random) -> bytes:
    one, other = sorted((_found(_TEXT, page, chance), _found(chance.choice((_TEXT, _QUOTED)), page, chance)))
    if one[1] > other[0]:
        return page
    first, second = page[slice(*one)], page[slice(*other)]
    return (
        page[: one[0]]
        + b">"
        + second[1:-1]
        + b"<"
        + page[one[1] : other[0]]
        + b">"
        + first[1:-1]
        + b"<"
        + page[other[1] :]
    )


def _other_charset(page: bytes, chance: random.Random) -> bytes:
    return page.decode("utf-8", "replace").encode(chance.choice(_CHARSETS), "replace")


def _other_label(page: bytes, chance: random.Random) -> bytes:
    return re.sub(rb"(?i)(charset=[\"']?)[\w-]+", lambda match: match[1] + chance.choice(_LABELS), page)


def _escape(page: bytes, chance: random.Random) -> bytes:
    start, end = _span(page, chance, 2000)
    told = page[start:end].replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return page[:start] + told + page[end:]


def _minify(page: bytes, chance: random.Random) -> bytes:
    return re.sub(rb"\s+", chance.choice((b" ", b"", b"\r", b"\n\n")), page)


MUTATIONS: Sequence[Mutation] = (
    _flip, _cut, _truncate, _double, _move, _nest, _nest, _splinter, _splinter, _splinter, _rename, _rename, _empty,
    _empty,
    _swap_texts, _other_charset, _other_label, _escape, _minify,
)  # fmt: skip
