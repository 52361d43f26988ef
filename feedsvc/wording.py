"""What German press pages print in, what it means out: kickers, credits, bylines, datelines, related-story headings.

Knows wording only, never markup. What is not clearly recognised is none of it: an unknown credit stays a caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from feedsvc import dates, text

KICKER_CHARS = 60  # the longest kicker of the first user's portal has 47
CREDIT_CHARS = 200
MAX_STARTS = 6  # places of a caption's end that are tried for a credit; real ones have three or four
CAPTION_CHARS = 2_000
HEADING_CHARS = 500
BYLINE_CHARS = 200

# ---- kicker and headline --------------------------------------------------------------------------------------------

_PAIRS = (("„", "“”"), ("»", "«"), ("(", ")"), ("[", "]"))

# The sixteen Länder as they call themselves in headlines, and the other names the press has for them.
LAENDER: dict[str, tuple[str, ...]] = {
    "Baden-Württemberg": ("Baden-Wuerttemberg", "BaWü", "Ba-Wü", "Land Baden-Württemberg"),
    "Bayern": ("Freistaat Bayern",),
    "Berlin": ("Land Berlin",),
    "Brandenburg": ("Land Brandenburg",),
    "Bremen": ("Land Bremen", "Freie Hansestadt Bremen"),
    "Hamburg": ("Hansestadt Hamburg", "Freie und Hansestadt Hamburg"),
    "Hessen": ("Land Hessen",),
    "Mecklenburg-Vorpommern": ("Meck-Pomm", "MeckPomm", "Land Mecklenburg-Vorpommern"),
    "Niedersachsen": ("Land Niedersachsen",),
    "Nordrhein-Westfalen": ("Land Nordrhein-Westfalen", "Land NRW"),
    "Rheinland-Pfalz": ("Land Rheinland-Pfalz",),
    "Saarland": ("Das Saarland",),
    "Sachsen": ("Freistaat Sachsen",),
    "Sachsen-Anhalt": ("Land Sachsen-Anhalt",),
    "Schleswig-Holstein": ("Land Schleswig-Holstein",),
    "Thüringen": ("Thueringen", "Freistaat Thüringen"),
}
# Read with their case: "Bw" is the Bundeswehr. ISO 3166-2 codes that mean something else as well (TH, NI) are left out.
_INITIALS = {
    "BW": "Baden-Württemberg", "MV": "Mecklenburg-Vorpommern", "M-V": "Mecklenburg-Vorpommern",
    "NRW": "Nordrhein-Westfalen", "RLP": "Rheinland-Pfalz", "LSA": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein", "S-H": "Schleswig-Holstein",
}  # fmt: skip
_LAND_BY_NAME = {text.fold(name): land for land, others in LAENDER.items() for name in (land, *others)}


def split_title(title: str) -> tuple[str | None, str]:
    """Return kicker and headline of "Kicker: Headline": the first colon with a space behind it parts them (trap T2).

    "Bürger:innen" has no space; a colon inside quotes or brackets, or after 60 characters, belongs to the headline.
    """
    whole = text.tidy(title) or ""
    kicker, colon, headline = whole.partition(": ")
    if not colon or not kicker.strip() or not headline.strip() or len(kicker) > KICKER_CHARS:
        return None, whole
    if any(kicker.count(opening) > sum(map(kicker.count, closing)) for opening, closing in _PAIRS):
        return None, whole
    if kicker.count('"') % 2 or not (label := label_of(kicker)):
        return None, whole
    return label, headline.strip()


def join_title(kicker: str | None, headline: str) -> str:
    """Return "Kicker: Headline", or the headline alone if there is no kicker."""
    label = label_of(kicker)
    return f"{label}: {headline}" if label else headline


def label_of(kicker: str | None) -> str | None:
    """Return a kicker without the colon behind it; None if nothing is left."""
    return (text.tidy(kicker) or "").rstrip(": ") or None


def kicker_parts(kicker: str) -> tuple[str, ...]:
    """Return the parts of "Bayern/Bund" (trap T3); the slash of "2024/25" parts nothing."""
    parts = (text.tidy(part) for part in re.split(r"(?<!\d) ?/ ?| ?/ ?(?!\d)", text.tidy(kicker) or ""))
    return tuple(part for part in parts if part)


def laender(kicker: str) -> tuple[str, ...]:
    """Return the Länder a kicker names, by their full names, each once, in the kicker's order (trap T3)."""
    pieces = (piece.strip() for part in kicker_parts(kicker) for piece in re.split(r",\s| und | & ", part))
    found = (_INITIALS.get(piece) or _LAND_BY_NAME.get(text.fold(piece)) for piece in pieces)
    return tuple(dict.fromkeys(land for land in found if land))


# ---- credits --------------------------------------------------------------------------------------------------------

_CREDIT_WORD = (
    r"(?:(?:titel|symbol|archiv|beitrags|vorschau|teaser|aufmacher|presse|hand-?out[ -]?)?"
    r"(?:bild|foto|photo|grafik|abbildung|illustration|screenshot)s?"
    r"(?:er)?(?:quellen?|nachweise?|rechte|credits?|autor(?:in)?|graf(?:in)?|urheber)?|quellen?|picture|image|"
    r"(?:photo|image|picture)[ -]credits?|credits?|copyright|source|courtesy(?: of)?)"
)
_CREDIT_MARK = re.compile(
    rf"(?:(?:©|\(c\)|{_CREDIT_WORD}\s*(?:/\s*{_CREDIT_WORD}\s*)?(?::|©|\(c\))|"
    r"(?:photo|image|foto|bild|grafik)\s+(?:by|von)\s|\bcopyright\b(?:\s+by\b)?)\s*)+",
    re.IGNORECASE,
)
# Where a credit may begin inside a caption: behind a bracket, a bar or a sentence, or as a word with a capital.
_CREDIT_START = re.compile(
    rf"[(\[]|[|/•–-]\s*(?={_CREDIT_WORD}\s*:|©)|(?<![\w-])(?={_CREDIT_WORD}\s*:)|©|\(c\)|(?<=[.!?])\s+(?=\w)|"
    rf"(?-i:(?<=[a-zäöüß])(?=[A-ZÄÖÜ]))(?={_CREDIT_WORD}\s*:)",
    re.IGNORECASE,
)
_AGENCY = (
    r"(?:(?:www\.)?(?:123rf|stock\.adobe|shutterstock|istock(?:photo)?|gettyimages|pixabay|unsplash|pexels|fotolia|"
    r"depositphotos|freepik|panthermedia|photocase|pixelio|alamy|imago-images)(?:\.(?:com|de|net))?|adobe ?stock|"
    r"getty(?: images)?|imago(?: images)?|picture[ -]alliance|dpa(?:-\w+)?|panther ?media|wikimedia(?: commons)?|"
    r"bloomberg|keystone|reuters|afp|aap|apa|epa|epd|kna|ddp|ap)(?:[ -]lizenz)?"
)
_AGENCY_CREDIT = re.compile(
    rf"[^.!?:;]{{2,80}}?(?:\s*[/|]\s*|\s+[–-]\s+|\s+(?:via|auf|on)\s+){_AGENCY}(?:\s*[/|]\s*[^.!?:;]{{2,60}})?|"
    rf"{_AGENCY}\s*[/|]\s*[^!?:;]{{2,80}}|{_AGENCY}",
    re.IGNORECASE,
)
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{3,}[.!?]\s+[A-ZÄÖÜ„\"]")


def credit(line: str) -> str | None:
    """Return a photo credit without marker and outer brackets, or None if the whole text is not one (trap T18).

    "(Bildquelle: D. Santana (TMDI))" -> "D. Santana (TMDI)"; "Muster / 123rf.com" is a credit by its agency.
    """
    whole = text.tidy(line) or ""
    if not whole or len(whole) > CREDIT_CHARS:
        return None
    bare = _unwrapped(whole)
    marked = _CREDIT_MARK.match(bare)
    if not marked:
        return bare if _AGENCY_CREDIT.fullmatch(bare) else None
    rest = bare[marked.end() :].strip(" |,;")
    return None if not rest or _SENTENCE_BREAK.search(rest) else rest


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Return caption and credit of a text at whose end a credit is glued; either may be None (trap T5)."""
    whole = text.tidy(caption)
    if whole is None:
        return None, None
    if found := credit(whole):
        return None, found
    if len(whole) > CAPTION_CHARS:
        return whole, None
    near = _CREDIT_START.finditer(whole, max(0, len(whole) - CREDIT_CHARS - 1))
    for start in islice((match.start() for match in near), MAX_STARTS):
        if found := credit(whole[start:]):
            return whole[:start].rstrip(" |/•–-([") or None, found
    return whole, None


def _unwrapped(line: str) -> str:
    """Return the line without separators around it and without the bracket that encloses all of it."""
    line = line.strip(" |/•–-")
    while line[:1] in ("(", "[") and not line.lower().startswith("(c)"):
        closing = ")" if line[0] == "(" else "]"
        inner = line[1:].removesuffix(".").strip()
        if inner.endswith(closing) and inner.count(closing) > inner.count(line[0]):
            inner = inner[:-1]
        line = inner.strip(" |/•–-")
    return line


# ---- date lines -----------------------------------------------------------------------------------------------------

_NUMERIC = r"\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2}(?!\d))"
_NAMED = r"\d{1,2}\.?\s+[^\W\d_]{3,9}\.?\s+\d{4}"
_TIME = r"(?:,?\s*(?:um\s+)?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s*Uhr)?)"
_DATELINE = re.compile(
    rf"\s*(?:\[(?P<square>[^\[\]]{{6,40}})\]|\((?P<round>[^()]{{6,40}})\)|"
    rf"(?:[A-ZÄÖÜ][\w.-]+(?:\s[\w./-]+){{0,3}},\s+(?:den\s+)?)?"
    rf"(?P<open>(?:{_NUMERIC}|{_NAMED}|\d{{4}}-\d\d-\d\d){_TIME}?))"
    rf"(?P<mark>\s*[–—|:•·-]+(?=\s)|)\s*(?P<rest>.*)",
    re.DOTALL,
)
_WHOLE_DATE = re.compile(rf"(?:[^\W\d_]{{2,10}}\.?,?\s+)?(?:{_NUMERIC}|{_NAMED}|\d{{4}}-\d\d-\d\d){_TIME}?")


def leading_date(lead: str, *, language: str, timezone: str, now: datetime | None) -> tuple[dates.Moment | None, str]:
    """Return the date a lead begins with and the lead without it: "[26.04.2024] Künftig ..."; else None and the lead.

    Without brackets a dash, a bar or a capital letter has to follow. Years and numbers are no dates (trap T6).
    """
    match = _DATELINE.match(lead)
    if not match:
        return None, lead
    written = match["square"] or match["round"] or match["open"]
    rest = match["rest"]
    if not _WHOLE_DATE.fullmatch(written.strip()):
        return None, lead
    if match["open"] and not match["mark"] and rest and not (rest[0].isupper() or rest[0] in '„»"'):
        return None, lead
    moment = dates.parse(written, language=language, timezone=timezone, now=now)
    return (moment, rest.strip()) if moment else (None, lead)


# ---- bylines --------------------------------------------------------------------------------------------------------

AGENCIES = frozenset("dpa afp ap epd kna reuters ots sid apa ddp dapd".split())
_BEFORE_BYLINE = re.compile(
    rf"(?:veröffentlicht\s+)?(?:am\s+)?(?:{_NUMERIC}|{_NAMED}){_TIME}?[\s·•|,–-]*(?=von\b|by\b)", re.IGNORECASE
)
_NAMING_MARK = re.compile(  # what follows is a name, even if it is one word
    r"(?:autor(?:in|en|innen|[:*_/]in(?:nen)?)?|authors?|text|verfasser(?:in)?|written by|posted by|"
    r"(?:ein\s+)?(?:artikel|beitrag|text)\s+von)\s*:\s*|"
    r"(?:posted|written|geschrieben|eingestellt|erstellt|verfasst)\s+(?:by|von)\s+",
    re.IGNORECASE,
)
_BYLINE_MARK = re.compile(
    r"(?:(?:ein\s+)?(?:(?:gast)?(?:artikel|beitrag)|bericht|kommentar|interview|text|geschrieben|written|posted)\s+)?"
    r"(?:von|by)\s*(?::\s*|\s|(?-i:(?=[A-ZÄÖÜ])))",
    re.IGNORECASE,
)
_ROLE = (
    r"(?:(?:chef|wirtschafts|politik|sport|lokal)?(?:redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?)|"
    r"volontär(?:in)?|autor(?:in)?|chefredaktion)"
)
_BYLINE_TAIL = re.compile(
    r"\s*(?:[|•·(]|\s[–-]|\bca\.|\b\d+\s*min\b|\blesedauer\b|\blesezeit\b|\b\d{1,2}\.\s?\d{1,2}\.|\b\d{1,2}\.\s+[A-ZÄÖÜ]|"
    rf"\bam\s+\d|\bstand\b|\bveröffentlicht\b|\bon\s+\w+\s+\d|(?-i:(?<=[a-zß])(?=[A-Z])|\s){_ROLE}\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(r"\s*[,;/]\s*|\s+(?:und|and|sowie|mit|u\.)\s+|\s*&\s*", re.IGNORECASE)
_TITLE = r"(?:(?i:dr|prof|dipl|ing|med|jur|h\.c|m\.a|ph\.d)\.(?:-\w+\.?)?\s*)*"
_CAPITAL = r"[A-ZÄÖÜÀ-ÞŁŚŠŽČ]"
_PARTICLE = r"(?:von|van|de|der|den|zu|zur|vom|di|da|del|la|le|bin|ibn|al|el|ten|ter|genannt)"
_NAME = re.compile(
    rf"{_TITLE}{_CAPITAL}[\w’'.-]*\s+(?:(?:{_PARTICLE}|{_CAPITAL}[\w’'.-]*)\s+){{0,4}}"
    rf"(?:{_CAPITAL}|[dl]['’]|al-)[\w’'.-]+"
)
_ONE_WORD = re.compile(rf"{_CAPITAL}[\w’'.-]+")


def byline(line: str) -> tuple[str, ...]:
    """Return the authors a byline names ("Von Anna Muster und Bert Beispiel"), agencies included; () if it is none.

    A name alone is none: whether it is an author, only its place can tell. A place behind the names is left out.
    """
    whole = text.tidy(line) or ""
    if not whole or len(whole) > BYLINE_CHARS:
        return ()
    whole = _BEFORE_BYLINE.sub("", whole, count=1)
    naming = _NAMING_MARK.match(whole)
    marked = naming or _BYLINE_MARK.match(whole)
    if not marked and not _begins_with_agency(whole):
        return ()
    named = _BYLINE_TAIL.sub("", whole[marked.end() :] if marked else whole).strip(" .,:-–")
    parts = [part.strip() for part in _AND.split(named) if part.strip()]
    if not marked:
        return tuple(dict.fromkeys(parts)) if parts and all(map(_is_agency, parts)) else ()
    if naming and len(parts) == 1 and _ONE_WORD.fullmatch(parts[0]):
        return (parts[0],)
    found = [part for part in parts if _is_agency(part) or part == "Redaktion" or _NAME.fullmatch(part)]
    if not found or parts[0] != found[0]:
        return ()
    shouted = found[0].isupper()
    return tuple(dict.fromkeys(part for part in found if _is_agency(part) or shouted or not _shouts(part)))


def is_name(line: str) -> bool:
    """Whether a line can be a person's name and nothing else: two words or more with capitals, no digit."""
    whole = text.tidy(line) or ""
    return len(whole) <= KICKER_CHARS and bool(_NAME.fullmatch(whole)) and not any(map(str.isdigit, whole))


def _begins_with_agency(whole: str) -> bool:
    first = re.match(r"\W*(\w+)", whole)
    return first is not None and first[1].casefold() in AGENCIES


def _is_agency(part: str) -> bool:
    return part.casefold() in AGENCIES or part.casefold().partition("-")[0] in AGENCIES


def _shouts(part: str) -> bool:
    """Whether a part is a broadcaster ("MDR SACHSEN") rather than a name."""
    return any(word.isupper() and len(word) > 2 for word in part.split())


# ---- related stories ------------------------------------------------------------------------------------------------

_RELATED = re.compile(
    r"(?:weitere|ähnliche|verwandte|passende|mehr|andere)\s+(?:\w+\s+){0,2}?"
    r"(?:meldungen|beiträge|artikel|nachrichten|themen|news|texte|berichte|inhalte|storys|stories)\b.{0,100}|"
    r"(?:neueste|aktuelle|neuste|letzte)\s+(?:meldungen|beiträge|artikel|nachrichten|news)(?:\s+(?:aus|zu|von)\b.{0,60})?|"
    r"(?:lesen|hören|sehen|erfahren) sie (?:auch|mehr|dazu|hierzu|außerdem|weiter)\b.{0,60}|"
    r"(?:auch|ebenfalls|dazu) interessant.{0,20}|"
    r"(?:das|dies) könnte (?:sie|dich|euch)\s?(?:auch|ebenfalls|noch)?\s*interessieren.{0,20}|"
    r"(?:mehr|alles|aktuelles|weiteres|infos|links)\s+(?:zu(?:m|\sdiesem|\sden)\s(?:thema|themen|beitrag)|dazu\b).{0,80}|"
    r"(?:mehr|weiteres) (?:aus|von|zu) (?-i:(?:dem |der |den )?[A-ZÄÖÜ„\"]).{2,60}|(?:passend )?zum thema|passend dazu|"
    r"siehe auch|auch lesenswert|leseempfehlung(?:en)?|meistgelesen.{0,20}|beliebte (?:artikel|beiträge)|"
    r"(?:latest|recent|newest) (?:articles?|posts?|stories|news)|"
    r"related(?: \w+)? (?:articles?|posts?|stories|news|content|topics)|related|read (?:also|more|next)\b.{0,60}|"
    r"you (?:may|might) (?:also )?(?:like|be interested in)|more (?:on this|from|stories|news|articles)\b.{0,60}|"
    r"(?:noticias?|art[ií]culos?|articles?|notizie|articoli) (?:relacionad[ao]s?|liés|associés|correlat[ei])|"
    r"(?:también )?te puede interesar|leggi anche|czytaj (?:też|także|więcej)|lees ook|"
    r"recommended(?: for you| reading| articles)?|see also|also read.{0,60}",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"\b(?:aus|in)\s+(?:dem|der|den)\s+(?:bereich(?:en?)?|rubrik(?:en)?|kategorien?|ressorts?|themen)(?:\s*:\s*|\s+)(?P<labels>.+)",
    re.IGNORECASE,
)


def is_related_heading(line: str) -> bool:
    """Whether a heading announces other articles ("Lesen Sie auch", "Weitere Meldungen aus dem Bereich: ...")."""
    heading = (text.tidy(line) or "").strip(" :.…!»>→")
    return len(heading) <= HEADING_CHARS and bool(_RELATED.fullmatch(heading))


def related_labels(line: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the categories of "... aus dem Bereich: IT-Infrastruktur Politik" in page order (trap T9).

    Known labels are found longest first and given in their known spelling. Commas and bars part labels, blanks do not:
    what is unknown and has blanks is not guessed at.
    """
    match = _AREA.search((text.tidy(line) or "")[:HEADING_CHARS])
    if not match:
        return ()
    spelling = {text.fold(label): label for label in known if text.fold(label)}
    found: list[str] = []
    for piece in re.split(r"\s*[,|;•·]\s*", match["labels"]):
        found.extend(_known_labels(piece, spelling) or ([piece] if piece and " " not in piece else []))
    return tuple(dict.fromkeys(found))


def _known_labels(piece: str, spelling: dict[str, str]) -> list[str]:
    if not spelling:
        return []
    longest_first = sorted(spelling, key=len, reverse=True)
    pattern = rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)"
    return [spelling[name] for name in re.findall(pattern, text.fold(piece))]
