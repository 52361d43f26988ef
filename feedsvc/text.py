"""Text in, text out: tidied, safe for XML, shortened where a reader would stop, folded for comparison."""

from __future__ import annotations

import re
import unicodedata

TEASER_CHARS = 350  # the longest lead of the first user's portal has 332

_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f]+")
# XML 1.0 2.2: everything else makes a feed unreadable, and one such character makes feedgen refuse the whole feed.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Zero width, soft hyphen, byte order mark, and the marks that turn the reading direction of what follows.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MORE = re.compile(
    r"\s*(?:\[?(?:\.\.\.|…)\]?\s*)?(?:(?:[»>→]\s*)?"
    r"(?:mehr|weiterlesen|weiter\s*lesen|read more|mehr lesen|mehr erfahren)"
    r"\s*(?:\.\.\.|…|[»>→])*)\s*$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"“”«»’')\]]*(?=\s|$)")
# After these a full stop ends no sentence; single letters and ordinals ("26. April") are handled beside it.
_ABBREVIATIONS = frozenset(
    "dr prof dipl ing bzw ca etc evtl ggf inkl max min mio mrd nr sog st str tel u usw vgl z zzt abs art bd hrsg jr sen"
    " jan feb mär mrz apr jun jul aug sep sept okt nov dez mr mrs ms vs no approx".split()
)
_FOLD = str.maketrans(
    {
        **dict.fromkeys("„“”‟«»″〝〞", '"'),
        **dict.fromkeys("‚‘’‛‹›′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)


def tidy(text: str | None) -> str | None:
    """Return the text on one line without illegal, invisible and doubled blank characters; None if nothing is left."""
    if text is None:
        return None
    return _BLANKS.sub(" ", _INVISIBLE.sub("", xml_safe(text))).strip() or None


def xml_safe(text: str) -> str:
    """Return the text without the characters XML 1.0 (2.2) forbids, lone surrogates included."""
    return _ILLEGAL.sub("", text)


def without_more(text: str | None) -> str | None:
    """Return a teaser without its closing "mehr...", "... mehr", "Weiterlesen"; a real full stop stays (trap T7)."""
    tidied = tidy(text)
    return None if tidied is None else _MORE.sub("", tidied).rstrip() or None


def shorten(text: str, limit: int = TEASER_CHARS) -> str:
    """Return at most `limit` characters: whole sentences if that keeps a third of them, else whole words and "…"."""
    if len(text) <= limit:
        return text
    end = 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() > limit:
            break
        if _ends_sentence(text, match.start()):
            end = match.end()
    if end >= limit // 3:
        return text[:end]
    cut = text.rfind(" ", 0, limit)
    return text[: cut if cut > 0 else limit - 1].rstrip(" ,;:–-") + "…"


def fold(text: str | None) -> str:
    """Return the text for comparison only: compatibility forms, quotes, dashes, case and blanks equal (trap T25)."""
    if not text:
        return ""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_FOLD)).casefold()
    return _BLANKS.sub(" ", folded).strip()


def _ends_sentence(text: str, at: int) -> bool:
    """Whether the mark at `at` ends a sentence: not after "z. B.", "Dr." or "26."."""
    if text[at] != ".":
        return True
    word = re.search(r"([\w.]*)$", text[max(0, at - 24) : at])
    last = (word.group(1) if word else "").rsplit(".", 1)[-1]
    if len(last) <= 1 or (last.isdigit() and len(last) <= 2):
        return False
    return last.casefold() not in _ABBREVIATIONS
