"""What is known and what was found in, what to read and what has changed out. Data only: no fetching, no storing.

An article is known by any of its identity keys: its addresses without what does not matter (urls.key), and a feed's
guid. Its id is minted from the first of them and never again (protocol P1).
"""

from __future__ import annotations

import hashlib
import math
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedsvc import html, text, urls
from feedsvc.model import Article, Known, Lead, Source

# A young article's page is read again on this plan, then never (protocol F32).
LOOK_AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
YOUNG = timedelta(days=7)
LOOKS_PER_POLL = 5
ATTEMPTS = 4  # an article page that fails so often is given up: the lead alone becomes the article
_NAMESPACE = uuid.UUID("6a1f7c1e-51a5-5c0f-9f3a-0f6f2f9d8a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A lead with its identity, its place on the page, and what the store knows of it.

    `above` is the feed time it must not sort below: that of the next known article further down, plus a second for
    each place between.
    """

    lead: Lead
    keys: tuple[str, ...]
    position: int
    known: Known | None
    fingerprint: str
    above: datetime | None = None


# ---- identity -------------------------------------------------------------------------------------------------------


def candidates(leads: Sequence[Lead], source: Source, known: Mapping[str, Known]) -> tuple[Candidate, ...]:
    """Return every article on the page once, in page order: two leads that share an identity key are one."""
    shared = _shared_addresses(leads)
    seen: set[str] = set()
    found: list[Candidate] = []
    for position, lead in enumerate(leads):
        keys = _lead_keys(lead, source, shared)
        if not keys or not seen.isdisjoint(keys):
            continue
        seen.update(keys)
        found.append(
            Candidate(
                lead=lead,
                keys=keys,
                position=position,
                known=recognised(keys, known),
                fingerprint=lead_fingerprint(lead),
            )
        )
    return _ordered(found)


def _ordered(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Tell every candidate which known article it stands above on the page."""
    above: datetime | None = None
    told: list[Candidate] = []
    for candidate in reversed(found):
        if above is not None:
            above += timedelta(seconds=1)
        told.append(replace(candidate, above=above))
        if candidate.known:
            above = candidate.known.feed_time
    return tuple(reversed(told))


def recognised(keys: Iterable[str], known: Mapping[str, Known]) -> Known | None:
    """Return the known article that any of the keys leads to."""
    return next((known[key] for key in keys if key in known), None)


def all_keys(found_by: Sequence[str], article: Article, source: Source) -> tuple[str, ...]:
    """Return the identity keys of an article that was read, the one that lives longest first.

    A feed's guid comes first, then where the article says it belongs, then where it was found: so the same id is
    minted whichever address a list happens to show. The canonical address counts only on the same site and only if it
    is an article's: sites exist whose every page names the front page.
    """
    guids = [key for key in found_by if key.startswith("guid:")]
    own = [urls.key(address) for address in (_belongs(article, source), article.url) if address]
    own = [key for key in own if key != urls.key(source.url)]
    return tuple(dict.fromkeys((*guids, *own, *found_by)))


def addressed(article: Article, source: Source) -> Article:
    """Return the article under the address readers are given: its canonical one, else without tracking."""
    return replace(article, url=_belongs(article, source) or urls.without_tracking(article.url))


def newest_first(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates newest first if every one tells its date, else in page order."""
    dated = [(c.lead.published, c) for c in found if c.lead.published]
    if len(dated) < len(found):
        return tuple(found)
    return tuple(c for _, c in sorted(dated, key=lambda pair: pair[0], reverse=True))


def mint(source: str, keys: Sequence[str]) -> str:
    """Return the id an article keeps for life: the same source and first key give the same id, everywhere."""
    return uuid.uuid5(_NAMESPACE, f"{source}\n{keys[0]}").urn


def _belongs(article: Article, source: Source) -> str | None:
    canonical = article.canonical
    believed = canonical and _same_site(canonical, article.url) and not _is_front(canonical, source)
    return canonical if believed else None


def _lead_keys(lead: Lead, source: Source, shared: frozenset[str]) -> tuple[str, ...]:
    address = urls.key(lead.url)
    usable = address not in shared and not _is_front(lead.url, source)
    return (*((f"guid:{lead.guid}",) if lead.guid else ()), *((address,) if usable else ()))


def _shared_addresses(leads: Sequence[Lead]) -> frozenset[str]:
    """Return addresses that several items of a feed share though their guids differ: they identify nothing."""
    count = Counter(address for address, _ in {(urls.key(lead.url), lead.guid) for lead in leads if lead.guid})
    return frozenset(address for address, times in count.items() if times > 1)


def _is_front(url: str, source: Source) -> bool:
    parts = urlsplit(url)
    return urls.key(url) == urls.key(source.url) or (parts.path in ("", "/") and not parts.query)


def _same_site(one: str, other: str) -> bool:
    return urls.host(one).removeprefix("www.") == urls.host(other).removeprefix("www.")


# ---- what to read ---------------------------------------------------------------------------------------------------


def needs_page(lead: Lead, source: Source) -> bool:
    """Whether the lead alone is not enough, so that the article's own page is fetched (`articles` in the contract)."""
    if source.articles != "auto":
        return source.articles == "always"
    complete = lead.headline and lead.published and lead.teaser and (lead.categories or source.categories)
    return not complete or (source.content == "full" and not lead.body_html)


def to_look_at(known: Mapping[str, Known], now: datetime) -> tuple[Known, ...]:
    """Return the stored articles whose page is due to be read again, longest due first, a few per poll."""
    due = {k.id: k for k in known.values() if not k.withdrawn and k.next_look_at and k.next_look_at <= now}
    return tuple(sorted(due.values(), key=lambda k: (k.next_look_at or now, k.id))[:LOOKS_PER_POLL])


def vanished(found: Sequence[Candidate], known: Mapping[str, Known]) -> tuple[Known, ...]:
    """Return articles that stood on the list last time and are gone from its middle: perhaps withdrawn.

    Only what is newer than the last known lead of the page counts: older ones have merely moved to the next page. A
    pinned old story at the top does not mislead, because the end of the page is what is looked at (trap T14).
    """
    tail = found[math.ceil(len(found) / 2) :]
    oldest = min((c.known.feed_time for c in tail if c.known), default=None)
    if oldest is None:
        return ()
    present = {c.known.id for c in found if c.known}
    missing = {k.id: k for k in known.values() if k.listed and not k.withdrawn and k.id not in present}
    return tuple(sorted((k for k in missing.values() if k.feed_time > oldest), key=lambda k: k.id)[:LOOKS_PER_POLL])


def next_look(looks: int, feed_time: datetime, now: datetime) -> datetime | None:
    """Return when an article's page is read again after so many readings; None for old ones and at the plan's end."""
    if looks < 1 or looks > len(LOOK_AGAIN) or now - feed_time > YOUNG:
        return None
    return now + LOOK_AGAIN[looks - 1]


# ---- what has changed -----------------------------------------------------------------------------------------------


def fingerprint(article: Article) -> str:
    """Return what changes with a real edit only: title, teaser and text, compared folded (protocol P3)."""
    return _digest(article.title, article.teaser, article.body_text)


def lead_fingerprint(lead: Lead) -> str:
    """Return what changes when a listing says something else about an article."""
    updated = lead.updated.isoformat() if lead.updated else None
    return _digest(lead.title, lead.teaser, lead.body_html, updated)


def from_lead(lead: Lead, source: Source) -> Article | None:
    """Return the article a lead is enough for, None if it has no headline."""
    if not lead.headline:
        return None
    return Article(
        url=lead.url,
        title=lead.title or lead.headline,
        headline=lead.headline,
        kicker=lead.kicker,
        teaser=lead.teaser,
        body_html=lead.body_html,
        body_text=html.plain(lead.body_html),
        published=lead.published,
        published_precision=lead.published_precision,
        updated=lead.updated,
        authors=lead.authors,
        categories=lead.categories,
        image=lead.image,
        language=source.language,
        access=lead.access,
        enclosures=lead.enclosures,
    )


def feed_time(
    article: Article, first_seen: datetime, position: int, timezone: str, above: datetime | None = None
) -> datetime:
    """Return the instant an article is sorted by and published under, fixed at first sight (protocol P4).

    Undated and future ones count as first seen. A day gives the first sight on that day, or noon local time; its place
    on the page in seconds is taken off, because equal times lose the page's order and are a validator's warning; for
    the same reason it comes after `above` where that is on the same day.
    """
    place = timedelta(seconds=position)
    published = article.published
    if published is None or published > first_seen:
        return first_seen - place
    if article.published_precision != "day":
        return published.astimezone(first_seen.tzinfo)
    zone = ZoneInfo(timezone)
    day = published.astimezone(zone).date()
    if day == first_seen.astimezone(zone).date():
        return first_seen - place
    noon = datetime.combine(day, time(12), zone).astimezone(first_seen.tzinfo) - place
    return max(noon, above) if above and above.astimezone(zone).date() == day else noon


def _digest(*parts: str | None) -> str:
    folded = "\n".join(text.fold(part) for part in parts)
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
