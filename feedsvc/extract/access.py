"""What a page states and shows around its text in, who may read the article out: free, metered, paid.

The page's own statement comes first. Without one, an offer to pay counts only beside the text, never in it: an article
about paywalls is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from feedsvc.extract.layout import Block
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree, scripts
from feedsvc.model import Access

CUT_SHORT = 2_500  # characters of text up to which it may be only an article's beginning
LINE = 400  # characters of a line with an offer
LAST = 120  # and of one that was read as the text's last
BEHIND = 8  # blocks behind the text among which the offer stands that cuts it off
PARAGRAPH = 60  # characters of a last line from which it has to end like a sentence

_OFFER = re.compile(
    r"(?:weiterlesen|lesen sie (?:weiter|diesen artikel)) mit|jetzt weiterlesen|(?:exklusiv|"
    r"nur) für (?:\w+-)?abonnent|"
    r"dieser (?:artikel|inhalt|beitrag) ist (?:nur|exklusiv|kostenpflichtig|den)|artikel (?:ist kostenpflichtig|"
    r"freischalten)|"
    r"(?:um|zum) (?:den (?:ganzen |vollständigen )?(?:artikel|text|beitrag) )?(?:weiterzu|zu |"
    r"weiter)lesen\b.{0,60}(?:abo|anmeld|"
    r"registrier|einlogg)|(?:bereits|schon) (?:abonnent|registriert|kunde)|"
    r"zugriff auf alle (?:\w+[- ])?(?:artikel|inhalte)|"
    r"(?:monatlich|jederzeit|wöchentlich) kündbar|(?:jetzt|hier) (?:gratis |kostenlos )?(?:testen|abonnieren|"
    r"freischalten)|"
    r"(?:to|and) continue reading|subscribe (?:now )?to (?:continue|read|unlock|keep)|already (?:a|"
    r"an) (?:subscriber|member)|"
    r"(?:this|the full) (?:article|content|story|post) is (?:only |exclusively )?(?:for|available to|"
    r"reserved for)\b.{0,20}"
    r"(?:subscribers|members)|unlock (?:this|the full) (?:article|story)|cancel (?:any ?time|at any time)|"
    r"réservé aux abonnés|pour lire la suite|déjà abonné|reste \d+\s?% de (?:cet|l.)article|(?:solo|"
    r"exclusivo) para suscriptores|"
    r"ya eres suscriptor|riservat[oa] agli abbonati|sei già abbonato|voor abonnees|al abonnee|dla subskrybentów|"
    r"dla prenumeratorów|for abonnenter|för prenumeranter",
    re.IGNORECASE,
)
_METER = re.compile(
    r"noch \d+ (?:kostenlose|freie|gratis)\w* artikel|\d+ (?:free )?(?:articles?|stor(?:y|ies)) (?:left|remaining)|"
    r"registrieren sie sich (?:kostenlos|gratis|jetzt),? um weiterzulesen|kostenlos (?:registrieren|"
    r"anmelden) und weiterlesen|"
    r"(?:create an?|register for an?|with an?) free account to (?:continue|keep|read)|register (?:for free |"
    r"now )?to (?:continue|"
    r"keep|read)|reached your (?:\w+ )?(?:free |monthly )?(?:article )?limit|last free article",
    re.IGNORECASE,
)
# One of these is in every offer: to look for words is quicker than to look for phrases.
_HINTS = (
    "weiterlesen", "weiterzulesen", "abonn", "artikel", "kündbar", "testen", "freischalten", "registriert", "kunde",
    "continue", "subscri", "member", "unlock", "cancel", "abonné", "lire la suite", "suscript", "abbonat", "abonnee",
    "prenumer", "subskryb", "remaining", "articles left", "stories left", "story left", "register", "account", "limit",
    "free article", "article left", "de cet article", "de l’article", "de l'article",
)  # fmt: skip
_TIERS: dict[str, Access] = {
    "free": "free", "open": "free", "metered": "metered", "meter": "metered", "registration": "metered",
    "locked": "paywall", "paid": "paywall", "premium": "paywall", "subscriber": "paywall", "subscription": "paywall",
    "hard": "paywall", "plus": "paywall",
}  # fmt: skip
_BESIDE = frozenset(("", "paywall", "newsletter", "form", "note", "advert"))
_ENDS = re.compile(r"[.!?:;\"“”«»’')\]*]\s*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def read(tree: Tree, meta: Metadata, blocks: Sequence[Block], said: str | None) -> Access | None:
    """Return who may read the article by what the page states, else by offers beside its text; None for neither."""
    return _stated(tree, meta) or _shown(blocks, said or "")


# ---- what is stated -------------------------------------------------------------------------------------------------


def _stated(tree: Tree, meta: Metadata) -> Access | None:
    tier = _TIERS.get((meta.access_tier or "").strip().lower())
    free = meta.said.free
    if free is not False and (marked := _marked(tree)) is not None:
        free = marked
    if free is False:
        return "metered" if tier == "metered" else "paywall"
    return tier or ("free" if free else None)


def _marked(tree: Tree) -> bool | None:
    """Return what the parts of the article say (hasPart of its JSON-LD, with the selector of what is paid for), and
    microdata: False if any is not free."""
    parts = [part for data in _linked(tree) for part in _parts(data.value)]
    values = [part.get("isAccessibleForFree") for part in parts]
    marks = tree.root.iter("meta", "link")
    values += [e.get("content") or e.get("href") for e in marks if e.get("itemprop") == "isAccessibleForFree"]
    told = {str(value).rsplit("/", 1)[-1].strip().lower() for value in values}
    return False if "false" in told else True if "true" in told else None


def _linked(tree: Tree) -> Iterator[scripts.Data]:
    """Give the JSON-LD only of pages that speak of parts and of paying: to read it again costs time."""
    blocks = [script.text or "" for script in tree.root.iter("script") if "ld+json" in (script.get("type") or "")]
    if any("hasPart" in block and "isAccessibleForFree" in block for block in blocks):
        yield from scripts.linked(tree.root)


def _parts(value: object, depth: int = 0) -> Iterator[dict[str, object]]:
    items = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    if isinstance(value, dict) and (parts := value.get("hasPart")):
        yield from (part for part in (parts if isinstance(parts, list) else [parts]) if isinstance(part, dict))
    for item in items if depth < 4 else ():
        if isinstance(item, (dict, list)):
            yield from _parts(item, depth + 1)


# ---- what is shown --------------------------------------------------------------------------------------------------


def _shown(blocks: Sequence[Block], said: str) -> Access | None:
    """Return what lines beside the text tell: a meter; an offer where the text is short, or ends in mid-sentence."""
    lines = said.splitlines()
    while lines and len(lines[-1]) <= LAST and (_OFFER.search(lines[-1]) or _METER.search(lines[-1])):
        lines.pop()  # an offer right below the text may have been read as its end
    own, said = set(lines), "\n".join(lines)
    beside = [(n, b) for n, b in enumerate(blocks) if b.zone in _BESIDE and len(b.text) <= LINE and b.text not in own]
    spoken = "\n".join(block.text for _, block in beside).lower()
    if not any(hint in spoken for hint in _HINTS):
        return None
    if any(_METER.search(block.text) for _, block in beside):
        return "metered"
    offers = {hit.lower(): n for n, block in beside for hit in _OFFER.findall(block.text)}
    if not offers:
        return None
    walled = any(block.zone == "paywall" and _OFFER.search(block.text) for _, block in beside)
    short = len(said) < CUT_SHORT
    if (short and len(offers) > 1) or ((short or _is_cut(said)) and walled):
        return "paywall"
    return "paywall" if _is_cut(said) and _is_right_behind(blocks, own, offers.values()) else None


def _is_cut(said: str) -> bool:
    """Whether a text breaks off: with dots, or in the middle of a sentence."""
    last = said.rpartition("\n")[2]
    return bool(_CUT.search(last)) or (len(last) >= PARAGRAPH and not _ENDS.search(last))


def _is_right_behind(blocks: Sequence[Block], own: set[str], places: Iterable[int]) -> bool:
    end = max((n for n, block in enumerate(blocks) if block.text in own), default=-1)
    return end >= 0 and any(end < place <= end + BEHIND for place in places)
