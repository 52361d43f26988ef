"""What reading a listing page needs to know besides one card of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from feedsvc import dates, html, wording
from feedsvc.model import Source

_AROUND = " :|–,•·"  # a date


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a page's leads needs to know besides the page: languages, zone, when it was fetched."""

    tree: html.Tree
    source: Source
    now: datetime | None
    elements: Sequence[HtmlElement] = ()  # all of the tree: held, lxml makes each of them only once

    def moment(self, words: str | None) -> dates.Moment | None:
        words = words.strip(_AROUND) if words else words
        return dates.parse(words, language=self.source.language, timezone=self.source.timezone, now=self.now)

    def leading(self, words: str) -> tuple[dates.Moment | None, str]:
        return wording.leading_date(words, language=self.source.language, timezone=self.source.timezone, now=self.now)
