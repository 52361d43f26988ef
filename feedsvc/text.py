"""Text in, text out: tidied, safe for XML, shortened where a reader would stop, folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import regex

TEASER_CHARS = 350  # the longest lead of the first user's portal has 332

# XML 1.0 2.2: these make a feed unreadable, and one of them makes feedgen refuse the whole feed.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ILLEGAL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\r"))
# Zero width, soft hyphen, byte order mark, and the marks that turn the reading direction of what follows.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MORE_CHARS = 60
_DOTS = r"(?:\.\.\.|…|[»›>→])"
# "mehr" alone may be a word of the sentence: it needs dots, an arrow or a bracket beside it, or a full stop before.
_MORE = re.compile(
    rf"(?:(?:^|\s*(?:\[?{_DOTS}\]?|[\[(])\s*|(?<=[.!?…\"“])\s+)(?:{_DOTS}\s*)*+mehr\s*(?:{_DOTS}\s*)*+[\])]?|"
    rf"\s+mehr\s*(?:{_DOTS}\s*)++|"
    rf"\s*(?:\[?{_DOTS}\]?\s*)*+[\[(]?(?:(?:weiter|mehr|artikel|beitrag)\s*lesen|mehr (?:erfahren|dazu|infos)|"
    rf"read more|continue reading|zu(?:m (?:artikel|beitrag)|r (?:presse)?(?:mitteilung|meldung)|r nachricht)|"
    rf"jetzt lesen|lesen sie mehr|(?<=[»›>→…] )weiter|weiter(?= ?[»›>→]))\s*(?:{_DOTS}\s*)*+[\])]?)\s*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s?\[(?:…|\.\.\.)\]$")  # a system that cuts a text says so in brackets
# What follows with a small letter still belongs to the sentence: „Nein!“ sagte er.
_SENTENCE_END = re.compile(r"[.!?…][\"“”«»’')\]]*(?=\s+[^\s\W\d_a-zäöüß]|\s+[\W\d]|\s*$)")
# After these a full stop ends no sentence; single letters and ordinals ("26. April") are handled beside it.
_ABBREVIATIONS = frozenset(
    "dr prof dipl ing habil med jur phil rer nat pol oec bzw ca co etc evtl ggf inkl exkl max min mio mrd mill tsd nr"
    " nrn sog st str tel fax u usw vgl z zzt abs art bd hg hrsg jr sen jun geb gest gem lt bspw bzgl dgl ff hbf bhf hl"
    " kap lfd rn std sek anm aufl allg insb jan feb mär mrz apr jul aug sep sept okt nov dez mr mrs ms vs no"
    " approx".split()
)
_FOLD = str.maketrans(
    {
        **dict.fromkeys("„“”‟«»″〝〞", '"'),
        **dict.fromkeys("‚‘’‛‹›′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
# 100,000 marks on one letter cost 10 s when they are put in order; no text needs more than 30 (UAX 15, D4).
_MARKS = regex.compile(r"(\p{M}{30})\p{M}+")
_MANY_CHARS = 1_000
_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}]")
# It begins with the mark, not with the letter before it: so only marks are looked at.
_GENDER = re.compile(r"[*:_·/](?<=[^\W\d_].)(?:(?<=/)-)?(?=in(?:nen)?(?![^\W\d_]))")
_SHORT = 500  # characters of a text whose folded form is kept


def tidy(text: str | None) -> str | None:
    """Return the text on one line without illegal, invisible and doubled blank characters; None if nothing is left."""
    if text is None:
        return None
    safe = xml_safe(text)
    return " ".join((safe if safe.isascii() else _INVISIBLE.sub("", safe)).split()) or None


def xml_safe(text: str) -> str:
    """Return the text without the characters XML 1.0 (2.2) forbids, lone surrogates included."""
    return text if text.isprintable() else _ILLEGAL.sub("", text)


def xml_safe_utf8(text: str) -> bytes:
    """Return the same in UTF-8, for whole pages: what is forbidden is taken out in a third of the time."""
    safe = text.encode("utf-8", "ignore").translate(None, _ILLEGAL_BYTES)
    return safe.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")  # U+FFFE and U+FFFF


def few_marks(text: str) -> str:
    """Return a text of which no letter carries over 30 marks: what puts them in order (NFC, NFKC) is quadratic."""
    return _MARKS.sub(r"\1", text) if len(text) > _MANY_CHARS and not text.isascii() else text


def without_more(text: str | None) -> str | None:
    """Return a teaser without its closing "mehr...", "Weiterlesen", "[…]"; a real full stop stays (trap T7)."""
    tidied = tidy(text)
    if tidied is None:
        return None
    more = _MORE.search(tidied, max(0, len(tidied) - _MORE_CHARS))
    kept = (tidied[: more.start()] if more else tidied).rstrip()
    cut = _CUT.search(kept, max(0, len(kept) - _MORE_CHARS))
    return (kept[: cut.start()] if cut else kept) or None


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
    if end and end >= limit // 3:
        return text[:end]
    cut = text.rfind(" ", 0, limit)
    kept = text[: cut if cut > 0 else max(limit - 1, 0)].rstrip(" ,;:–-([„»")
    return (kept + "…")[: max(limit, 0)]


def fold(text: str | None) -> str:
    """Return the text for comparison only (trap T25).

    Compatibility forms, quotes, dashes, case, blanks and the ways to write both genders are equal.
    """
    if not text:
        return ""
    return _kept_fold(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        folded = text.replace("`", "'").lower()
    else:
        composed = unicodedata.normalize("NFKC", _alike(_INVISIBLE.sub("", few_marks(text))))
        folded = _alike(unicodedata.normalize("NFKC", composed.casefold()))
    return " ".join(_GENDER.sub("", folded).split())


_kept_fold = lru_cache(maxsize=4096)(_fold)  # titles, labels and lines are compared with each other many times


def _alike(text: str) -> str:
    return text.translate(_FOLD) if _FOLDED.search(text) else text


def _ends_sentence(text: str, at: int) -> bool:
    """Whether the mark at `at` ends a sentence: not after "z. B.", "Dr." or "26."."""
    if text[at] != ".":
        return True
    word = re.search(r"([\w.]*)$", text[max(0, at - 24) : at])
    last = (word.group(1) if word else "").rsplit(".", 1)[-1]
    if len(last) <= 1 or (last.isdigit() and len(last) <= 2):
        return False
    return last.casefold() not in _ABBREVIATIONS
