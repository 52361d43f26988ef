"""A text and what its page declares in, the language it is written in out (two letters, ISO 639-1)."""

from __future__ import annotations

import re

# The commonest words of each language that are no words of the others.
_WORDS = {
    "de": "und der die das nicht ist mit auch für von dem sich wird ein eine auf werden sind",
    "en": "the and of that with was this from have are which they were been has",
    "fr": "les des est dans pour une qui sur pas avec sont cette mais été aux",
    "es": "los las una por con para del como más pero sus esta fue está",
    "it": "che di il per non una sono della con gli alla più anche nel",
    "nl": "het een van niet zijn voor met aan ook maar bij deze wordt naar",
    "pt": "não uma para com dos mais por foi são como das pelo também ao",
    "pl": "nie się jest przez oraz dla jak tym które był także",
    "sv": "och att det som för inte med har till den är av",
    "da": "og det at som ikke med har til er af der på",
}
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
MIN_WORDS = 40
MIN_SHARE = 0.06


def detect(said: str | None, declared: str | None) -> str | None:
    """Return the declared language, unless a long enough text is clearly written in another one."""
    known = _short(declared)
    words = re.findall(r"[^\W\d_]+", (said or "")[:6000].lower())
    if len(words) < MIN_WORDS:
        return known
    hits = {language: sum(word in common for word in words) / len(words) for language, common in _SETS.items()}
    best = max(hits, key=lambda language: hits[language])
    if hits[best] < MIN_SHARE:
        return known
    return best if known is None or hits[best] > 2 * hits.get(known, MIN_SHARE) else known


def _short(declared: str | None) -> str | None:
    match = re.match(r"\s*([a-zA-Z]{2,3})(?![a-zA-Z])", declared or "")
    return match.group(1).lower() if match else None
