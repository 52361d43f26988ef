"""A listing page in, its leads out, read without any rule for the site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from feedsvc.discover import cards, daylines, fields, links, score
from feedsvc.discover.context import Context
from feedsvc.discover.score import Candidate
from feedsvc.model import Lead


def candidates(context: Context, told: Collection[str] = ()) -> list[Candidate]:
    """Return everything on a page that could be an article, weighed, in page order; `told` are keys of what must be."""
    regions = links.Regions()
    built = cards.build(links.collect(context.tree), told)
    drafts = [
        fields.draft(card, context) for card in built if card.key in told or regions.of(card.parent) != "furniture"
    ]
    daylines.complete(drafts, context)
    alike: dict[tuple[str, ...], list[fields.Draft]] = defaultdict(list)
    for draft in drafts:
        alike[cards.shape(draft.card)].append(draft)
    for group in alike.values():
        fields.settle(group)
    read = [(draft, fields.lead(draft, context)) for draft in drafts]
    found = [Candidate(draft.card, lead, draft.heading, draft.advert) for draft, lead in read]
    score.weigh(found, context, regions)
    return found


def once(found: Iterable[Candidate]) -> tuple[Lead, ...]:
    """Return each article's best reading, completed by its other places on the page, where it stood first."""
    best: dict[str, Candidate] = {}
    for candidate in found:
        known = best.get(candidate.card.key)
        if known is None:
            best[candidate.card.key] = candidate
        else:
            richer = max(known, candidate, key=lambda one: one.own)
            poorer = candidate if richer is known else known
            best[candidate.card.key] = replace(richer, lead=_completed(richer.lead, poorer.lead))
    return tuple(candidate.lead for candidate in best.values() if candidate.lead.headline)


def _completed(lead: Lead, other: Lead) -> Lead:
    return replace(
        lead,
        kicker=lead.kicker,
        teaser=lead.teaser or other.teaser,
        published=lead.published or other.published,
        published_precision=lead.published_precision if lead.published else other.published_precision,
        image=lead.image or other.image,
        categories=lead.categories or other.categories,
        authors=lead.authors or other.authors,
    )
