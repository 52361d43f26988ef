"""The pages of one article in, the one article they make out: every paragraph once, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import lxml.html
from lxml.html import HtmlElement

from feedsvc import html, text
from feedsvc.extract import body
from feedsvc.html import parsing
from feedsvc.model import Access, Article

SAME = 40  # characters from which a paragraph that stands twice is furniture of every page
MARK = 500  # characters by which two paragraphs are known to be the same
SHARE = 0.9  # of the first page's paragraphs that a page with the whole article has to hold


def join(first: Article, following: Sequence[Article]) -> Article:
    """Return the first page's article with the bodies of the following pages behind its own.

    What they repeat (headline, teaser, lead, pictures, a foot) is left out; every other field is the first page's, but
    a text whose end is paid for is paid for. What would be too long to be published ends with the page before.
    """
    pieces: list[str] = []
    chars = marks = 0
    for piece in _fresh((first, *following)):
        chars, marks = chars + len(piece), marks + piece.count("<") + piece.count("&")
        if pieces and (chars > body.MAX_CHARS or marks > body.MAX_MARKS):
            break
        pieces.append(piece)
    markup = html.clean("\n".join(filter(None, pieces)), first.url)
    return replace(
        first,
        body_html=markup,
        body_text=html.plain(markup),
        image=next((article.image for article in (first, *following) if article.image), None),
        access=_strictest((first, *following)),
        next_page=None,
        single_page=None,
    )


def adds(article: Article, to: Sequence[Article]) -> bool:
    """Whether an article's body has anything that the pages before it have not."""
    return bool(list(_fresh((*to, article)))[-1])


def instead(first: Article, whole: Article) -> Article | None:
    """Return the first page's article with the text of a page that holds all of it; None if that does not.

    It has to hold what the first page says, and more.
    """
    mine, theirs = _marks(first), _marks(whole)
    held = sum(mark in theirs for mark in mine)
    if not mine or held < SHARE * len(mine) or len(whole.body_text or "") <= len(first.body_text or ""):
        return None
    return replace(
        first,
        body_html=whole.body_html,
        body_text=whole.body_text,
        access=_strictest((first, whole)),
        next_page=None,
        single_page=None,
    )


def _fresh(articles: Sequence[Article]) -> Iterator[str]:
    """Give for each page the blocks that no page before it has; all of the first page's."""
    first = articles[0]
    seen = {text.fold(said) for said in (first.title, first.headline, first.kicker, first.teaser) if said}
    for number, article in enumerate(articles):
        pieces: list[str] = []
        for block in _blocks(article):
            mark = _mark(block)
            if number == 0 or (mark and not (mark in seen and (not pieces or len(mark) >= SAME))):
                pieces.append(lxml.html.tostring(block, encoding="unicode", with_tail=False))
            seen.add(mark)
        yield "\n".join(pieces)


def _blocks(article: Article) -> list[HtmlElement]:
    return list(parsing.body(article.body_html)) if article.body_html else []


def _marks(article: Article) -> set[str]:
    return {mark for block in _blocks(article) if len(mark := _mark(block)) >= SAME}


def _mark(block: HtmlElement) -> str:
    """Return what makes a block the same as another: the pictures it shows, else its words."""
    pictures = " ".join(image.get("src") or "" for image in block.iter("img"))
    return pictures or text.fold((html.content(block) or "")[:MARK])


def _strictest(articles: Iterable[Article]) -> Access | None:
    told = [article.access for article in articles]
    paid: tuple[Access, ...] = ("paywall", "metered")
    return next((access for access in paid if access in told), told[0])
