"""A block in, whether it is running text out, and how much it counts; what is known of a page beforehand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from feedsvc.extract import furniture
from feedsvc.extract.layout import SENTENCE, Block

SALUTATION = 15  # characters of "Liebe Schwestern und Brüder,"
PROSE = 40  # characters outside links from which a block can be prose
DENSE = 15  # the same where a character is a word or a syllable
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BY_ROLE = {"p": 1.0, "li": 0.5, "td": 0.6, "pre": 0.6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of a page before its body is read: where the headline stands, what is told elsewhere."""

    base: str = ""  # the page's address
    headline: HtmlElement | None = None
    title: str = ""
    repeated: str = ""  # the text of the article as JSON-LD repeats it
    teasers: frozenset[Block] = frozenset()  # of other articles, and boxes that say what they are
    told: frozenset[Block] = frozenset()  # blocks of furniture by name that the repeated text has

    def is_free(self, block: Block) -> bool:
        """Whether a block is nobody's furniture and no teaser."""
        return (block.zone == "" and block not in self.teasers) or block in self.told


def is_prose(block: Block) -> bool:
    """Whether a block is running text."""
    return (
        not block.heading
        and block.role not in ("figure", "table")
        and block.unlinked >= (DENSE if _is_dense(block.text) else PROSE)
        and block.link_share < 0.5
        and not furniture.line_kind(block.text, block.link_share)
    )


def weight(block: Block) -> int:
    """A paragraph counts by its length; what is no paragraph, or no sentence, counts less."""
    return int(block.unlinked * _BY_ROLE.get(block.role, 0.8) * (1.0 if SENTENCE.search(block.text) else 0.5))


def begins(block: Block) -> bool:
    """Whether a text can begin with a block: a sentence, a heading, a list, a table."""
    return (
        block.heading
        or block.group is not None
        or block.role not in ("p", "div")
        or bool(SENTENCE.search(block.text))
        or len(block.text) > 100
        or (block.text.endswith(",") and len(block.text) > SALUTATION)
    )


def letters(said: str) -> str:
    """Return the letters and digits of a text, by which two ways to write it are compared."""
    return re.sub(r"\W+", "", said.casefold())


def _is_dense(said: str) -> bool:
    """Whether a text is written in Chinese, Japanese or Korean, which need a third of the characters."""
    return not said.isascii() and len(_DENSE.findall(said[:60])) > 0.4 * len(said[:60])
