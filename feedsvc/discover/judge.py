"""What an address gives and what the asked page shows in, whether the source is better read there out, and why.

A feed is good if it is alive and gives the articles that the page shows. Feeds of comments, podcasts, events, tenders
and jobs, of other sites and of other subjects are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from feedsvc import text, urls
from feedsvc.model import Lead, Listing, Offer, Option

DEAD_AFTER = timedelta(days=365)
MOST = 0.5  # of the entries
SHARED = 0.2  # of the page's articles that a feed of the same subject gives
FEW = 4  # articles of a page from which its share in a feed says something
_OTHER = (
    ("events", re.compile(r"\b(?:termine?|veranstaltung(?:en|skalender)?|events?|kalender|calendar)\b", re.IGNORECASE)),
    ("tenders", re.compile(r"\b(?:ausschreibung(?:en)?|vergaben?|tenders?)\b", re.IGNORECASE)),
    ("jobs", re.compile(r"\b(?:stellen(?:angebote|anzeigen|markt)?|jobs?|karriere)\b", re.IGNORECASE)),
    ("comments", re.compile(r"\b(?:kommentare?|comments?)\b", re.IGNORECASE)),
)
_COMMENT = re.compile(r"(?:kommentar (?:zu|von)|comment on|von: )", re.IGNORECASE)
_FRONT = re.compile(r"^https?://[^/]+(?:/(?:(?:index|home|start(?:seite)?|de|en)(?:[._/-]\w*)*/?)?)?$", re.IGNORECASE)


def option(offer: Offer, listing: Listing, asked: str, own: Sequence[Lead], now: datetime) -> Option:
    """Return what an offer was found to give, compared with the leads that the asked page shows itself."""
    fault = _fault(offer, listing.leads, asked, own, now)
    shared = _shared(own, listing.leads)
    if fault is None and len(own) >= FEW:
        fault = _other_subject(listing.leads, asked, own, shared)
    reason = fault or f"{_counted(listing.leads)}, {shared} of the page's {len(own)} among them"
    return Option(url=offer.url, by=offer.by, good=fault is None, reason=reason, kind=listing.kind, leads=listing.leads)


def page(asked: str, listing: Listing) -> Option:
    """Return what the asked address itself gives."""
    dated = sum(lead.published is not None for lead in listing.leads)
    reason = f"{_counted(listing.leads)}, {dated} with a date"
    return Option(url=asked, by="the address itself", good=True, reason=reason, kind=listing.kind, leads=listing.leads)


def best(options: Sequence[Option], own: Sequence[Lead]) -> Option | None:
    """Return the best of the good ones: the feed that shares most with the page, else the page, else a sitemap."""
    good = [each for each in options if each.good]
    feeds = [each for each in good if each.kind in ("feed", "json")]
    if feeds:
        return max(feeds, key=lambda each: (_shared(own, each.leads), len(each.leads)))
    pages = [each for each in good if each.kind == "html"]
    return next(iter(pages or good), None)


def is_poor(leads: Sequence[Lead]) -> bool:
    """Whether what a page shows is too little to build on: next to nothing, or most of it without date."""
    return len(leads) < FEW or sum(lead.published is not None for lead in leads) < MOST * len(leads)


def _fault(offer: Offer, leads: Sequence[Lead], asked: str, own: Sequence[Lead], now: datetime) -> str | None:
    """Return why an offer is none, whatever the page shows."""
    if not leads:
        return "empty"
    if _most(leads, lambda lead: any(e.media_type.startswith(("audio/", "video/")) for e in lead.enclosures)):
        return "a podcast"
    if _most(leads, lambda lead: "#comment" in lead.url or bool(_COMMENT.match(lead.title or ""))):
        return "comments"
    named = " ".join(part for part in (offer.title, re.sub(r"[/_.-]+", " ", offer.url)) if part)
    for what, words in _OTHER:
        if words.search(named) and not words.search(re.sub(r"[/_.-]+", " ", asked)):
            return what
    if _most(leads, lambda lead: lead.published is not None and lead.published > now + timedelta(days=1)):
        return "events"
    if _most(leads, lambda lead: not _same_site(lead.url, asked)):
        return f"leads to another site ({urls.host(leads[0].url)})"
    return _dead(leads, own, now)


def _dead(leads: Sequence[Lead], own: Sequence[Lead], now: datetime) -> str | None:
    newest = _newest(leads)
    if newest is None or now - newest < DEAD_AFTER:
        return None
    shown = _newest(own)
    if shown is not None and shown <= newest:
        return None  # the whole site is quiet
    return f"dead: its newest entry is of {newest.date()}"


def _newest(leads: Sequence[Lead]) -> datetime | None:
    return max((lead.published for lead in leads if lead.published), default=None)


def _other_subject(leads: Sequence[Lead], asked: str, own: Sequence[Lead], shared: int) -> str | None:
    """Return that a feed gives other articles than the page, or those of the whole site where a part was asked for."""
    if shared == 0 or shared < SHARED * min(len(own), len(leads)):
        return f"gives other articles than the page ({shared} of {len(own)})"
    if not _FRONT.match(asked) and shared < MOST * min(len(own), len(leads)):
        return f"gives the whole site, the page a part of it ({shared} of {len(own)})"
    return None


def _shared(own: Sequence[Lead], leads: Sequence[Lead]) -> int:
    """Return how many of the page's articles an offer gives, by address or by headline."""
    keys = {urls.key(lead.url) for lead in leads}
    titles = {text.fold(lead.headline or lead.title) for lead in leads}
    return sum(urls.key(lead.url) in keys or text.fold(lead.headline or lead.title) in titles for lead in own)


def _same_site(url: str, asked: str) -> bool:
    """Whether two addresses are of one site: the last two labels of their hosts agree."""
    return _site(url) == _site(asked)


def _site(url: str) -> str:
    name = urls.host(url).partition(":")[0]
    return name if name.replace(".", "").isdigit() else ".".join(name.split(".")[-2:])


def _most(leads: Sequence[Lead], holds: Callable[[Lead], bool]) -> bool:
    return sum(map(holds, leads)) > MOST * len(leads)


def _counted(leads: Sequence[Lead]) -> str:
    return "1 article" if len(leads) == 1 else f"{len(leads)} articles"
