"""The lines around an article's headline in, its lead out: the dated, repeated, named or bold line before the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from feedsvc import dates, text, wording
from feedsvc.extract import furniture, prose
from feedsvc.extract.layout import SENTENCE, Block
from feedsvc.extract.metadata import Metadata
from feedsvc.extract.moments import When

_LEAD_NAMES = re.compile(
    r"(?<![a-z])(?:teaser|lead|leadtext|lede|intro|introtext|introduction|standfirst|summary|subtitle|subline|"
    r"sub-title|dek|abstract|vorspann|"
    r"anreisser|anriss|einleitung|excerpt|subheadline|sub-headline|deck|lead-text|kurztext|strapline)(?![a-z])",
    re.IGNORECASE,
)
_PAID = re.compile(r"affiliate|commission|provision|werbelink|werbung", re.IGNORECASE)  # who pays for the text
MAX_LEAD = 900
OPENING = 3  # lines below the headline among which an unnamed lead stands
BYLINE = 6  # blocks behind a lead among which the byline stands
FEW_WORDS = 6  # a shorter description may begin like any sentence
WORDS = 400  # of the page among which a description is looked for
REST = 40  # words a sentence may go on behind the cut
_STOP = re.compile(r"[^.][.!?][\"“”»«’)]*$")
_CUT = re.compile(r"\s*(?:…|\.\.\.|\[(?:…|\.\.\.)\])\s*$")
PLACE = 40  # characters a dateline may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The article's lead; `blocks` are what it was read from, `dated` says that its date stands glued before it."""

    text: str | None = None
    rule: str = ""
    blocks: tuple[Block, ...] = ()
    moment: dates.Moment | None = None
    dated: bool = False


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
    apart = [b for b in lines[:OPENING] if len(b.text) > 60 and SENTENCE.search(b.text) and not _PAID.search(b.text)]
    yield from _undated("a line between headline and byline", (b for b in apart if _before_byline(b, row)))
    captions = {text.fold(block.text) for block in row if block.zone == "caption"}
    for claim in meta.descriptions:
        whole = _completed(claim.value, [*zone, *text_blocks[:OPENING]])
        if prose.letters(whole) == prose.letters(title):
            continue
        if not _is_caption(text.fold(claim.value), captions) and (said := text.without_more(whole)):
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
        yield Lead(text=text.without_more(_without_byline(block.text)), rule=rule, blocks=(block,))


def _completed(said: str, blocks: Iterable[Block]) -> str:
    """Return a description that was cut short ("... bis zum Herb…") with the rest of its sentence from the page."""
    cut = _CUT.search(said)
    wanted = text.fold(said[: cut.start()]).split() if cut else []
    if len(wanted) < FEW_WORDS:
        return said
    words = " ".join(block.text[:MAX_LEAD] for block in blocks).split()[:WORDS]
    at = next((n for n in range(len(words) - len(wanted) + 1) if _begins(words[n:], wanted)), None)
    if at is None:
        return said
    end = at + len(wanted)
    rest = next((n for n in range(end, min(len(words), end + REST) + 1) if _STOP.search(words[n - 1])), None)
    return " ".join(words[at:rest]) if rest else said


def _begins(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether words begin with the wanted ones, the last of which may be cut."""
    whole = wanted[:-1]
    if text.fold(words[0]) != whole[0]:
        return False
    same = [text.fold(word) for word in words[: len(whole)]] == list(whole)
    return same and text.fold(words[len(whole)]).startswith(wanted[-1])


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
    if not (glued or before.text.startswith("[") or _is_below(before, block, meta, row[at + 1 : at + 2])):
        return None
    told = when.told(before.text.strip("[]"))
    is_day = told.moment and told.moment.precision == "day" and told.called in ("", "published")
    return told.moment if is_day else None


def _is_below(day: Block, block: Block, meta: Metadata, behind: Sequence[Block]) -> bool:
    """Whether a block belongs to the day on the line above it: by both names, or if the head tells no day."""
    named = day.zone in ("date", "byline") and _named_lead(block)
    return named or (not meta.published and _set_apart(block, behind))


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


def _before_byline(block: Block, row: Sequence[Block]) -> bool:
    """Whether the byline or the date stands between a line and the text."""
    at = next((number for number, other in enumerate(row) if other is block), len(row))
    for after in row[at + 1 : at + 1 + BYLINE]:
        if after.role == "address" or after.zone in ("byline", "date") or wording.byline(after.text):
            return True
        if after.role != "figure" and after.zone != "caption" and len(after.text) > 60:
            return False
    return False


def _is_strong(block: Block) -> bool:
    """Whether all of a block is set in bold."""
    return (
        bool(re.fullmatch(r"\s*<(strong|b)>.*</\1>\s*", block.markup, re.DOTALL))
        and block.markup.count("<strong>") + block.markup.count("<b>") == 1
    )
