"""What holds for every article and every lead, whatever page it was read from; each function asserts it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

from feedsvc import text
from feedsvc.model import Article, Image, Lead

ALLOWED = frozenset(
    "a abbr img blockquote q td th ol time code p br hr h2 h3 h4 h5 h6 ul li dl dt dd pre em strong b i u s sub sup"
    " small mark cite kbd samp var del ins table caption thead tbody tfoot tr figure figcaption".split()
)
ATTRIBUTES = frozenset("href src alt title cite width height colspan rowspan scope start datetime".split())
EMPTY = frozenset("br hr img".split())
PRECISIONS = (None, "second", "minute", "day")
ACCESS = (None, "free", "metered", "paywall", "consent_wall")


def article(found: Article) -> None:
    """Assert what the contract says of every article."""
    _values(found)
    _moments(found)
    assert found.access in ACCESS
    assert found.title == (f"{found.kicker}: {found.headline}" if found.kicker else found.headline)
    assert found.updated is None or found.updated.tzinfo is not None
    for address in (found.url, found.canonical, found.next_page, found.single_page):
        assert address is None or is_web(address), address
    if found.image is not None:
        _image(found.image)
    assert (found.body_html is None) >= (found.body_text is None and "<img" not in (found.body_html or ""))
    if found.body_html is not None:
        body(found.body_html, found.body_text)


def lead(found: Lead) -> None:
    """Assert what the contract says of every lead."""
    _values(found)
    _moments(found)
    assert is_web(found.url), found.url
    assert found.headline
    assert found.title == (f"{found.kicker}: {found.headline}" if found.kicker else found.headline)
    if found.image is not None:
        _image(found.image)


def body(markup: str, plain: str | None) -> None:
    """Assert that a body holds allowed elements and web addresses only, and that the plain text is what it says."""
    seen = _Body()
    seen.feed(markup)
    seen.close()
    assert not seen.open, f"not closed: {seen.open}"
    assert _letters("".join(seen.said)) == _letters(plain or "")


class _Body(HTMLParser):
    """Reads a body as Python's own parser does, and holds it to the allow-list."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, f"{tag} {name}"
            assert name not in ("href", "src", "cite") or is_web(value or "") or (value or "").startswith("mailto:")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "figure" not in self.open:
            self.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def _letters(said: str) -> str:
    return "".join((text.tidy(said) or "").split())


def is_web(address: str) -> bool:
    """Whether an address is absolute, leads to the web, and is written in ASCII."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and address.isascii() and " " not in address


def _image(image: Image) -> None:
    _values(image)
    assert image.url is None or is_web(image.url), image.url


def _values(value: object) -> None:
    """Assert that no text is empty or unfit for XML (1.0, 2.2): what is missing is None."""
    for name, said in _texts(value):
        assert said, f"{name} is empty"
        assert said == said.strip(), f"{name} begins or ends with a blank: {said[:80]!r}"
        assert said == text.xml_safe(said), f"{name} is not fit for XML: {said[:80]!r}"


def _texts(value: object) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        found = getattr(value, field.name)
        for one in found if isinstance(found, tuple) else (found,):
            if isinstance(one, str):
                yield field.name, one


def _moments(found: Article | Lead) -> None:
    assert (found.published is None) == (found.published_precision is None)
    assert found.published_precision in PRECISIONS
    assert found.published is None or (
        isinstance(found.published, datetime) and found.published.utcoffset() is not None
    )
