"""A page's tree and text in, who may read it out: free, metered, paid; and pages that stand in front of an article."""

from __future__ import annotations

import re

from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree
from feedsvc.model import Access, ErrorKind

_CHALLENGE = re.compile(
    r"just a moment\.*|attention required.*|access denied|checking your browser.*|are you (?:a )?(?:human|robot).*|"
    r"bitte (?:bestätigen|beweisen) sie, dass sie (?:kein roboter|ein mensch) sind.*|verify you are (?:a )?human.*|"
    r"security check.*|ddos-guard|pardon our interruption.*|one more step.*|einen moment.*|robot check.*",
    re.IGNORECASE,
)
_CHALLENGE_MARKS = (
    "cf-challenge",
    "cf_chl_opt",
    "challenge-platform",
    "g-recaptcha",
    "h-captcha",
    "px-captcha",
    "_incapsula_",
)
_CONSENT = re.compile(
    r"mit werbung (?:weiter|lesen|nutzen)|weiter mit werbung|werbefrei(?:es)? lesen|pur-?abo|einwilligen und weiter|"
    r"akzeptieren und weiter|zustimmen und weiter|cookies? (?:zustimmen|akzeptieren)|ohne (?:werbe-?)?tracking|"
    r"accept all(?: cookies)?|we value your privacy|before you continue|consent(?:to| to) (?:cookies|tracking)|"
    r"wir und unsere (?:\d+ )?partner|ihre zustimmung|ihre einwilligung|datenschutzeinstellungen|"
    r"privacy (?:center|settings)",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"(?:weiterlesen mit|jetzt weiterlesen|exklusiv für abonnent|nur für abonnent|dieser (?:artikel|inhalt|"
    r"beitrag) ist (?:nur|exklusiv)|"
    r"artikel ist kostenpflichtig|lesen sie diesen artikel mit|to continue reading|subscribe to (?:continue|read)|"
    r"this (?:article|content) is for subscribers|bereits abonnent|registrieren sie sich, um weiterzulesen)",
    re.IGNORECASE,
)
_TIERS: dict[str, Access] = {
    "free": "free",
    "metered": "metered",
    "locked": "paywall",
    "paid": "paywall",
    "premium": "paywall",
}
SHORT = 600  # characters of body under which a page may be only what stands before an article


def barrier(tree: Tree, title: str | None, said: str | None, whole: str) -> ErrorKind | None:
    """Return "challenge" or "consent_wall" if the page is one and has no article behind it."""
    length = len(said or "")
    if length < SHORT:
        source = _scripts(tree)
        titled = bool(title and _CHALLENGE.fullmatch(title.strip()))
        if titled or any(mark in source for mark in _CHALLENGE_MARKS):
            return "challenge"
    hits = len({hit.lower() for hit in _CONSENT.findall(whole[:20_000])})
    return "consent_wall" if hits >= 2 and (length < SHORT and len(whole) < 8000) else None


def _scripts(tree: Tree) -> str:
    return " ".join(
        (script.get("src") or "") + (script.text or "")[:2000] for script in list(tree.root.iter("script"))[:60]
    )


def read(meta: Metadata, whole: str, said: str | None) -> Access | None:
    """Return who may read the article by what the page states, else by its paywall's words; None if it says nothing."""
    tier = _TIERS.get((meta.access_tier or "").lower())
    if meta.said.free is False or tier == "paywall":
        return "metered" if tier == "metered" else "paywall"
    if tier or meta.said.free:
        return tier or "free"
    return "paywall" if len(said or "") < 2500 and len(_PAID.findall(whole)) >= 2 else None
