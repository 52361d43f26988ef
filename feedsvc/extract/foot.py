"""The blocks of a text in, those without the foot out that says whom to ask, who sent it and how often it was changed.

Such a part begins with a line that is its label and nothing else, and goes on to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from feedsvc.extract.layout import Block

SHARE = 0.34  # how much of the text a foot may be
LONG = 350  # characters of a paragraph of text; a foot has none
LABEL = 60  # characters
BIO = 600  # characters of a paragraph about the author
FEW = 4  # blocks; a shorter text may be about its author
_IS = (
    r"(?:is|was|writes|covers|works|reports|lives|ist|war|schreibt|arbeitet|lebt|berichtet|studierte?|leitet|"
    r"est|écrit|es|escribe|è|scrive)"
)
_LABEL = re.compile(
    r"(?:ihre?\s+|der\s+|our\s+)?(?:"
    r"(?:presse|medien)?-?kontakte?(?:\s+(?:für|bei)\s+(?:rückfragen|presse|medien|journalisten).{0,20})?|"
    r"(?:presse|medien)?-?(?:ansprechpartner(?:in|innen)?|ansprechperson(?:en)?)(?:\s+für\s+.{2,30})?|"
    r"(?:für\s+)?(?:rückfragen|nachfragen|weitere\s+(?:informationen|auskünfte))"
    r"(?:\s+(?:bitte\s+)?(?:an|bei|erteilt)|\s+wenden\s+sie\s+sich.{0,20})|"
    r"(?:press|media)\s+(?:contacts?|enquiries|inquiries|office)|"
    r"(?:contacts?|notes)\s+(?:for|to)\s+(?:the\s+)?(?:press|media|editors)|"
    r"updates?\s+to\s+this\s+page|(?:update|change|revision|version)\s+history|changelog|änderungs(?:historie|verlauf)|"
    r"versionsgeschichte)\s*:?",
    re.IGNORECASE,
)


def without(blocks: Sequence[Block]) -> list[Block]:
    """Leave out what follows such a label in the last third of a text."""
    whole = sum(len(block.text) for block in blocks)
    left = 0
    cut = len(blocks)
    for at in range(len(blocks) - 1, 0, -1):
        left += len(blocks[at].text)
        if left > SHARE * whole or len(blocks[at].text) > LONG:
            break
        if _is_label(blocks[at]):
            cut = at
    return list(blocks[:cut])


def without_bio(blocks: Sequence[Block], authors: Iterable[str]) -> tuple[Block, ...]:
    """Leave out the last paragraph if it tells who the author is: "Anna Muster ist Redakteurin ..."."""
    names = [name for name in authors if " " in name.strip()]
    if len(blocks) < FEW or not names or len(blocks[-1].text) > BIO:
        return tuple(blocks)
    told = re.compile(rf"\W*(?:dr\.\s|prof\.\s)*(?:{'|'.join(map(re.escape, names))})\W{{1,3}}{_IS}\b", re.IGNORECASE)
    return tuple(blocks[:-1] if told.match(blocks[-1].text) else blocks)


def _is_label(block: Block) -> bool:
    return len(block.text) <= LABEL and bool(_LABEL.fullmatch(block.text))
