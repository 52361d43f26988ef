"""The blocks between an article's headline and its text in, its date and its lead out.

Dates are read from the head, from <time>, and from the zone around the headline; never from teasers of other articles,
from the masthead or from the footer (traps T6, T11, T13). Unknown is better than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from lxml.html import HtmlElement

from feedsvc import dates, text, wording
from feedsvc.extract import furniture
from feedsvc.extract.candidate import Candidate
from feedsvc.extract.layout import SENTENCE, Block
from feedsvc.extract.metadata import Metadata

_LEAD_NAMES = re.compile(
    r"(?<![a-z])(?:teaser|lead|leadtext|lede|intro|introtext|introduction|standfirst|summary|subtitle|subline|"
    r"sub-title|dek|abstract|vorspann|"
    r"anreisser|anriss|einleitung|excerpt|subheadline|sub-headline|deck|lead-text|kurztext|strapline)(?![a-z])",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset("related comments foot navigation aside bio consent advert hidden newsletter".split())
_UPDATED = re.compile(r"aktualisiert|updated?|modified|stand:|geändert|überarbeitet|mise à jour", re.IGNORECASE)
PARAGRAPHS = 3  # dates stand above the third paragraph of the text
REACH = 60  # blocks after the headline within which that is looked for
FEW = 12  # blocks after the headline that are looked at where a text has fewer
SENTENCE_FROM = 60  # characters from which a line with a full stop is a sentence
MAX_LEAD = 900
PLACE = 40  # characters a dateline may have
LINE = 160  # characters; a longer block is no line with a date


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """How dates of a page are read: its language, its zone, and the instant it was fetched if that is known."""

    language: str
    timezone: str
    now: datetime | None

    def parse(self, said: str | None) -> dates.Moment | None:
        """Return the one date a text tells."""
        return dates.parse(said, language=self.language, timezone=self.timezone, now=self.now)

    def leading(self, said: str) -> tuple[dates.Moment | None, str]:
        """Return the date a lead begins with, and the lead without it."""
        return wording.leading_date(said, language=self.language, timezone=self.timezone, now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The article's lead; `blocks` are what it was read from, `dated` says that its date stands glued before it."""

    text: str | None = None
    rule: str = ""
    blocks: tuple[Block, ...] = ()
    moment: dates.Moment | None = None
    dated: bool = False


def published(
    meta: Metadata, row: Sequence[Block], around: Sequence[Block], lead: Lead, url: str, when: When
) -> Iterator[Candidate[dates.Moment]]:
    """Give when the article was published, best first: the head, the lead, the header zone, the row, the address."""
    claimed = [Candidate(value=m, rule=claim.rule) for claim in meta.published if (m := when.parse(claim.value))]
    if claimed:
        yield _sharpest(claimed)
        yield from claimed
    if lead.moment:
        yield Candidate(value=lead.moment, rule="the day before the lead")
    yield from _found("<time> at the headline", _timed(around, when))
    yield from _found("a line at the headline", _written(around, when))
    yield from _found("the only day that lines of dates tell", _only(row, when))
    yield from _found("the address", in_address(url, when))


def _found(rule: str, moment: dates.Moment | None) -> Iterator[Candidate[dates.Moment]]:
    if moment:
        yield Candidate(value=moment, rule=rule)


def _sharpest(moments: Sequence[Candidate[dates.Moment]]) -> Candidate[dates.Moment]:
    """Return the first moment, or one of the same day that is told more precisely."""
    first = moments[0].value
    if first.precision != "day":
        return moments[0]
    sharper = (m for m in moments if m.value.precision != "day" and _day(m.value, first) == first.at.date())
    return next(sharper, moments[0])


def _day(moment: dates.Moment, beside: dates.Moment) -> date:
    return moment.at.astimezone(beside.at.tzinfo).date()


def updated(meta: Metadata, moment: dates.Moment | None, when: When) -> Iterator[Candidate[datetime]]:
    """Give when the article was last edited, if the head says so and it is after its publication."""
    for claim in meta.modified:
        found = when.parse(claim.value)
        if found and (moment is None or found.at > moment.at):
            yield Candidate(value=found.at, rule=claim.rule)


def _timed(around: Sequence[Block], when: When) -> dates.Moment | None:
    """Return the date of the first <time> around the headline, one that tells an update last."""
    later: dates.Moment | None = None
    for block in around:
        for element in _times(block):
            moment = when.parse(element.get("datetime")) or when.parse(text.tidy(element.text_content()))
            names = f"{element.get('class') or ''} {element.get('itemprop') or ''} {block.text[:40]}"
            if moment and not _UPDATED.search(names):
                return moment
            later = later or moment
    return later


def _times(block: Block) -> Iterator[HtmlElement]:
    if block.element.tag == "time":
        yield block.element
    yield from block.element.iter("time") if len(block.text) < 400 and block.role != "figure" else ()


def _written(around: Sequence[Block], when: When) -> dates.Moment | None:
    """Return the date a short line around the headline tells; one that tells an update only if there is no other."""
    later: dates.Moment | None = None
    for block in around:
        if not _may_tell(block):
            continue
        moment = when.parse(block.text)
        if moment and not _UPDATED.search(block.text):
            return moment
        later = later or moment
    return later


def _may_tell(block: Block) -> bool:
    """Whether a block is a line that may tell the article's date: short, and no sentence of the text."""
    if not block.text or len(block.text) > LINE or (block.heading and block.zone != "date"):
        return False
    return len(block.text) < SENTENCE_FROM or not SENTENCE.search(block.text) or block.zone in ("date", "byline")


def _only(row: Sequence[Block], when: When) -> dates.Moment | None:
    """Return the date all lines named a date or a byline tell, wherever they stand, if they tell only one day."""
    told = [b for b in row if b.zone in ("date", "byline") and len(b.text) < LINE]
    found = [Candidate(value=moment, rule=b.text) for b in told if (moment := when.parse(b.text))]
    return _sharpest(found).value if len({candidate.value.at.date() for candidate in found}) == 1 else None


_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)|[/_-]((?:19|20)\d\d)(0[1-9]|"
    r"1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)


def in_address(url: str, when: When) -> dates.Moment | None:
    """Return the day an address carries ("/2024/04/26/")."""
    match = _ADDRESS.search(url)
    if not match:
        return None
    year, month, day = [part for part in match.groups() if part]
    return when.parse(f"{year}-{int(month):02d}-{int(day):02d}")


def around(blocks: Sequence[Block], headline: HtmlElement | None, prose: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks around the headline where an article's date, author and lead stand.

    Those from the headline to the third paragraph of the text, since dates stand below leads too, then those that
    share the headline's own box before it.
    """
    start = _index(blocks, headline)
    if start is None or headline is None:
        return ()
    ends = set(prose[PARAGRAPHS - 1 : PARAGRAPHS])
    end = next((n for n in range(start + 1, min(len(blocks), start + REACH)) if blocks[n] in ends), start + FEW)
    between = [b for n, b in enumerate(blocks[start:end]) if b.zone not in _ELSEWHERE or (b.zone == "aside" and n < 4)]
    before = [b for b in blocks[max(0, start - 4) : start] if b.zone in ("", "date", "byline")]
    boxed = _boxed(blocks, headline, before)
    return (*between, *reversed(boxed))


def _boxed(blocks: Sequence[Block], headline: HtmlElement, before: Sequence[Block]) -> list[Block]:
    """Return those blocks that stand with the headline in one box without the page's navigation (trap T13)."""
    menus = {above for b in blocks if b.zone == "navigation" for above in b.element.iterancestors()}
    boxes = [e for e in headline.iterancestors() if e.tag not in ("body", "html") and e not in menus]
    return [b for b in before if any(above in boxes for above in b.element.iterancestors())]


def _index(blocks: Sequence[Block], headline: HtmlElement | None) -> int | None:
    if headline is None:
        return None
    for number, block in enumerate(blocks):
        if block.element is headline or any(above is headline for above in block.element.iterancestors()):
            return number
    return None


def leads(
    row: Sequence[Block],
    around_headline: Sequence[Block],
    text_blocks: Sequence[Block],
    meta: Metadata,
    title: str,
    when: When,
) -> Iterator[Lead]:
    """Give what may be the article's lead, best first: the line under the headline that is dated, told, named or bold.

    `row` is the whole page's, `around_headline` and `text_blocks` are where a lead may stand. Last comes what the head
    says of the article.
    """
    shown = {after for before, after in pairwise(row) if before.role == "figure"}
    zone = [b for b in around_headline if b.zone in ("", "date") and b not in shown and _may_lead(b, title)]
    lines = [*zone, *(b for b in text_blocks[:2] if b.role in ("p", "div") and b not in zone)]
    yield from _dated(lines, row, meta, when)
    told = {text.fold(claim.value) for claim in meta.descriptions}
    repeated = (b for b in lines if 40 < len(b.text) < MAX_LEAD and _is_told(text.fold(b.text), told))
    yield from _undated("a line that the head repeats", repeated)
    yield from _undated("a line named a lead", (b for b in zone if len(b.text) > 30 and _named_lead(b)))
    yield from _undated("a bold line before the text", (b for b in lines if len(b.text) > 60 and _is_strong(b)))
    captions = {text.fold(block.text) for block in row if block.zone == "caption"}
    for claim in meta.descriptions:
        if not _is_caption(text.fold(claim.value), captions) and (said := text.without_more(claim.value)):
            yield Lead(text=said, rule=claim.rule)


def _dated(lines: Iterable[Block], row: Sequence[Block], meta: Metadata, when: When) -> Iterator[Lead]:
    """Give the lines that begin with their day, or stand below it."""
    for block in lines:
        moment, rest = when.leading(block.text)
        if moment and len(rest) > 40:
            said, rule = text.without_more(rest), "a line that begins with its day"
            yield Lead(text=said, rule=rule, blocks=(block,), moment=moment, dated=True)
        elif moment := _date_before(block, row, meta, when):
            said, rule = text.without_more(block.text), "a line below its day"
            yield Lead(text=said, rule=rule, blocks=(block,), moment=moment, dated=True)


def _undated(rule: str, lines: Iterable[Block]) -> Iterator[Lead]:
    for block in lines:
        yield Lead(text=_without_byline(block.text), rule=rule, blocks=(block,))


def _is_caption(folded: str, captions: set[str]) -> bool:
    return any(caption.startswith(folded) or folded == caption for caption in captions)


def _date_before(block: Block, row: Sequence[Block], meta: Metadata, when: When) -> dates.Moment | None:
    """Return the date that stands before a lead in an element of its own: in the lead's paragraph, or in brackets.

    Without either, a day on a line of its own belongs to the line below it only on pages whose head tells no date, and
    only if that line is set apart from the text by a picture, its name or its type.
    """
    at = next((number for number, other in enumerate(row) if other is block), 0)
    before = row[at - 1] if at else None
    if before is None or len(before.text) > 40 or len(block.text) < 40:
        return None
    glued = before.element.getparent() is block.element and block.role == "p"
    if not (glued or before.text.startswith("[") or (not meta.published and _set_apart(block, row[at + 1 : at + 2]))):
        return None
    moment = when.parse(before.text.strip("[]"))
    return moment if moment and moment.precision == "day" else None


def _set_apart(block: Block, behind: Sequence[Block]) -> bool:
    return bool(behind and behind[0].role == "figure") or _named_lead(block) or _is_strong(block)


def _without_byline(said: str) -> str:
    """Return a lead without the byline at its end."""
    match = re.search(r"(?<=[.!?…])\s+((?:Von|By|Par)\s+[^.!?]{5,80})$", said)
    return said[: match.start()] if match and wording.byline(match.group(1)) else said


def _may_lead(block: Block, title: str) -> bool:
    return (
        20 < len(block.text) < MAX_LEAD
        and block.link_share < 0.5
        and block.role not in ("h1", "figure", "table", "li")
        and not furniture.line_kind(block.text, block.link_share)
        and text.fold(block.text) != text.fold(title)
    )


def _is_told(folded: str, told: set[str]) -> bool:
    """Whether a description is this block, or this block cut short."""
    return (
        any(
            description == folded or (len(description) > 60 and _repeats(folded, description.rstrip(" .…")))
            for description in told
        )
        and len(folded) < 900
    )


def _repeats(folded: str, description: str) -> bool:
    """Whether a block begins as a description does, or says it behind a dateline ("Berlin. ...")."""
    return folded.startswith(description[:120]) or -1 < folded.find(description[:120]) <= PLACE


def _named_lead(block: Block) -> bool:
    names = [block.element, *list(block.element.iterancestors())[:2]]
    return any(
        _LEAD_NAMES.search(f"{e.get('class') or ''} {e.get('itemprop') or ''}")
        for e in names
        if e.tag not in ("body", "article", "main")
    )


def _is_strong(block: Block) -> bool:
    """Whether all of a block is set in bold."""
    return (
        bool(re.fullmatch(r"\s*<(strong|b)>.*</\1>\s*", block.markup, re.DOTALL))
        and block.markup.count("<strong>") + block.markup.count("<b>") == 1
    )
