"""A page and the text that was read of it in; what stands there in an article's place out: a challenge, a consent wall.

A banner over an article is no wall, and an article about walls is none: what decides is that nothing else is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from feedsvc.extract.layout import Block
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree
from feedsvc.model import ErrorKind

NOTHING = 300  # characters of text under which there may be no article
GUARDED = 80  # and under which a guard's script is enough to tell a challenge
CHALLENGED = 3_000  # characters of everything on a page that asks who you are
WALLED = 3_000  # characters of text up to which it may be a wall's own
EVERYTHING = 15_000  # characters of everything on a page that asks for consent; partners may be listed
SHARE = 0.5  # of a text that speaks of consent for it to be a wall's
SHARE_OF_DATED = 0.8  # and of a text whose page states when it was published
LOOKED_AT = 20_000

_CHALLENGE = re.compile(
    r"just a moment\W*|attention required\b.*|access (?:to this page has been )?denied\W*|checking your browser\b.*|"
    r"(?:are you|not) (?:a )?(?:human|robot)\b.*|verify(?:ing)? (?:that )?you are (?:a )?human.*|"
    r"security check(?:point)?\W*|"
    r"(?:human|bot|browser) (?:verification|check)\W*|.*security checkpoint|ddos-guard.*|pardon our interruption\W*|"
    r"one (?:more step|moment,? please)\W*|einen (?:kleinen )?moment(?:,? bitte)?\W*|robot check\W*|"
    r"client challenge\W*|"
    r"captcha\W*|.*\bcaptcha page\W*|making sure you(?:'|’)re not a bot!?|request (?:unsuccessful|blocked)\b.*|"
    r"bitte (?:bestätigen|beweisen) sie, dass sie (?:kein roboter|ein mensch) sind.*|sicherheits(?:über)?prüfung\W*|"
    r"(?:ihr )?zugriff (?:wurde )?(?:verweigert|blockiert|gesperrt)\W*|zugang verweigert\W*|(?:40[13] |"
    r"error )?forbidden\W*",
    re.IGNORECASE,
)
# Scripts of those who guard pages. They run on ordinary pages as well: only an empty page is guarded by them.
_GUARDS = (
    "cf-challenge", "cf_chl_opt", "challenge-platform", "turnstile", "g-recaptcha", "recaptcha/api", "h-captcha",
    "hcaptcha.com", "px-captcha", "perimeterx", "_incapsula_", "captcha-delivery.com", "awswaf", "ddos-guard",
    "geetest",
)  # fmt: skip
_PUR = re.compile(
    r"mit werbung (?:weiter ?)?(?:lesen|nutzen|surfen)|weiter mit werbung|(?:werbefrei|"
    r"ohne werbung)(?:es)? (?:weiter)?lesen|"
    r"\bpur-?abo\b|\bpur[- ](?:abonnement|zugang)|ohne (?:werbe-?)?tracking|(?:continue|read) with ads\b|"
    r"(?:subscribe|pay) (?:to|and) (?:reject|browse without)|refuser et s.abonner|accepter et continuer|"
    r"accetta e continua|rifiuta e abbonati|rechazar y (?:pagar|suscribirse)|aceptar y continuar",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(?:einwilligen|akzeptieren|zustimmen) und (?:weiter|fortfahren)|alle (?:cookies )?(?:akzeptieren|zulassen)|"
    r"allen? zustimmen|cookies? (?:zustimmen|akzeptieren|zulassen)|accept all(?: cookies)?|(?:reject|decline) all|"
    r"we value your privacy|before you continue|consent(?:to| to) (?:cookies|tracking)|"
    r"wir und unsere (?:bis zu )?(?:\d+ )?(?:\w+ )?partner|we and our (?:\d+ )?partners|ihre (?:zustimmung|"
    r"einwilligung)\b|"
    r"(?:datenschutz|privatsphäre|cookie)-?einstellungen|privacy (?:center|settings)|manage (?:preferences|"
    r"cookies|choices)|"
    r"besuchen sie (?:uns|\S+) wie gewohnt",
    re.IGNORECASE,
)
# One of these is in each of them: to look for words is quicker than to look for phrases.
_PUR_HINTS = (
    "mit werbung", "werbefrei", "ohne werbung", "pur-", "pur ", "purabo", "tracking", "with ads", "reject",
    "browse without", "refuser et", "accepter et", "accetta e", "rifiuta e", "rechazar y", "aceptar y",
)  # fmt: skip
_CONSENT_HINTS = (
    "einwillig", "akzeptieren", "zustimm", "zulassen", "accept all", "reject all", "decline all", "your privacy",
    "before you", "consent", "partner", "einstellungen", "privacy ", "manage ", "wie gewohnt",
)  # fmt: skip
_ABOUT = re.compile(
    r"cookie|einwillig|zustimm|tracking|datenschutz|personenbezogen|personalisiert|werbefrei|mit werbung|"
    r"partner|endgerät|"
    r"consent|privacy|vendor|personal data|legitimate interest|advertis|purpose|widerruf|\babo\b|\babonn|"
    r"euro (?:im|pro)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"://consent\.|[/.](?:zustimmung|privacy-?wall|consent(?:-?wall)?|cookie-?wall|gdpr-?consent)(?:[/?#.]|$)",
    re.IGNORECASE,
)


def read(
    tree: Tree, meta: Metadata, heading: str | None, blocks: Sequence[Block], said: str | None, url: str
) -> ErrorKind | None:
    """Return "challenge" or "consent_wall" if the page is one and has no article on it; `heading` is what it shows."""
    seen = [block.text for block in blocks if block.zone != "hidden"]
    if _is_challenge(tree, meta.page_title, seen, said):
        return "challenge"
    return "consent_wall" if _is_wall(meta, heading, seen, said or "", url) else None


def asks_to_pay_or_agree(blocks: Sequence[Block]) -> bool:
    """Whether a page lets its readers choose between paying and being tracked."""
    pur, asked = _asked(" ".join(block.text for block in blocks if block.zone != "hidden"))
    return pur > 0 and pur + asked > 1


def _asked(whole: str) -> tuple[int, int]:
    """Return in how many ways a page offers to be read for money, and asks for consent."""
    start = whole[:LOOKED_AT]
    spoken = start.lower()
    return _hits(_PUR, _PUR_HINTS, start, spoken), _hits(_CONSENT, _CONSENT_HINTS, start, spoken)


def _hits(pattern: re.Pattern[str], hints: Sequence[str], said: str, spoken: str) -> int:
    hinted = any(hint in spoken for hint in hints)
    return len({hit.lower() for hit in pattern.findall(said)}) if hinted else 0


def _is_challenge(tree: Tree, title: str | None, seen: Sequence[str], said: str | None) -> bool:
    everything = sum(map(len, seen))
    if len(said or "") >= NOTHING or everything >= CHALLENGED:
        return False
    if title and _CHALLENGE.fullmatch(title.strip()):
        return True
    source = _scripts(tree) if everything < NOTHING and len(said or "") < GUARDED else ""
    return any(mark in source for mark in _GUARDS)


def _scripts(tree: Tree) -> str:
    scripts = list(tree.root.iter("script", "iframe"))[:60]
    return " ".join((script.get("src") or "") + (script.text or "")[:2000] for script in scripts).lower()


def _is_wall(meta: Metadata, heading: str | None, seen: Sequence[str], said: str, url: str) -> bool:
    """Whether a page asks for consent and shows nothing else, or what it shows speaks of that alone."""
    whole = " ".join(seen)
    if len(said) > WALLED or len(whole) > EVERYTHING:
        return False
    pur, asked = _asked(whole)
    sure = pur > 0 or bool(_ADDRESS.search(url))
    own = heading is not None and not (_PUR.search(heading) or _CONSENT.search(heading))
    if pur + asked < 2 or (own and not sure):
        return False
    if len(said) < (GUARDED if own else NOTHING) and sure:
        return True
    return not said or _share(said) >= (SHARE_OF_DATED if meta.published else SHARE)


def _share(said: str) -> float:
    """How much of a text speaks of consent, by paragraphs that address whoever reads them."""
    lines = said.splitlines()
    about = sum(len(line) for line in lines if _ABOUT.search(line) and _TO_YOU.search(line))
    return about / max(1, sum(map(len, lines)))


_TO_YOU = re.compile(
    r"\b(?:Sie|Ihre?[nmrs]?|uns(?:ere?[nmrs]?)?|[Ww]ir|you|your|we|our|vous|votre|nous|tu[oa]?|usted)\b"
)
