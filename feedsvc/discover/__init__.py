"""A page and its source in, the articles it points at out: from feeds, listing pages, and article pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedsvc import html, text, urls
from feedsvc.discover import (
    carried,
    explaining,
    feed,
    items,
    jsonfeed,
    kind,
    listing,
    pager,
    rule,
    score,
    sitemap,
    stories,
)
from feedsvc.discover.context import Context
from feedsvc.discover.score import Candidate
from feedsvc.errors import ContentError
from feedsvc.model import Explained, FoundLead, Lead, Listing, ListRules, Page, Rejected, Source


def leads(page: Page, source: Source) -> Listing:
    """Return what a source's page announces, in page order.

    ContentError: `not_a_feed` for HTML where a feed was configured, `rule` for an item rule that finds nothing,
    `no_items` where nothing was found, `parse` and `too_large` where nothing could be read.
    """
    page = sitemap.unpacked(page)
    seen = kind.of(page)
    wanted = seen if source.kind == "auto" else source.kind
    if wanted == "html":
        return _listing(page, source, seen)
    found = _told(page, source, wanted, seen)
    return replace(found, leads=_wanted(found.leads, source))


def _told(page: Page, source: Source, wanted: str, seen: str) -> Listing:
    """Return what a list made for programs says."""
    if wanted == "json" or (wanted == "feed" and seen == "json"):
        return jsonfeed.read(page, source)
    if wanted == "sitemap":
        return sitemap.read(page, source)
    if seen != "feed":
        raise ContentError(page.final_url, "feed", f"no feed, but {kind.described(page)}", kind="not_a_feed")
    return feed.read(page, source)


def find(page: Page, source: Source) -> tuple[Lead, ...]:
    """Return the articles an HTML page points at: a listing's items, or an article's related teasers."""
    context = _context(page, source)
    if source.list_rules.item:
        return _wanted(rule.read(context, source.list_rules)[0], source)
    if source.list_rules.link:
        return _wanted(_chosen(context), source)
    cards = listing.candidates(context)
    if stories.is_article(cards, context.tree):
        return _wanted(stories.leads(cards, context.tree), source)
    return _wanted(_all(cards, context), source)


def explain(page: Page, source: Source) -> Explained:
    """Return what a page of any kind announces, with the rule that gave each field, and what was left out and why."""
    page = sitemap.unpacked(page)
    seen = kind.of(page)
    if (seen if source.kind == "auto" else source.kind) != "html":
        listed = leads(page, source)
        return Explained(leads=tuple(FoundLead(lead=lead) for lead in listed.leads), rejected=listed.rejected)
    context = _context(page, source)
    found, rejected = _explained(context)
    kept, excluded = explaining.let_through(found, source.list_rules)
    return Explained(leads=kept, rejected=(*rejected, *excluded))


def _explained(context: Context) -> tuple[tuple[FoundLead, ...], tuple[Rejected, ...]]:
    """Return the leads of a listing or an article page with their findings, and what gave none."""
    rules = context.source.list_rules
    if rules.item:
        drafts, rejected = rule.drafts(context, rules)
        return explaining.once(explaining.lead(lead, nodes, context, rules) for lead, nodes in drafts), rejected
    told = rule.linked(context.tree, rules)
    cards = listing.candidates(context, told)
    if not told and stories.is_article(cards, context.tree):
        return tuple(FoundLead(lead=lead) for lead in stories.leads(cards, context.tree)), ()
    nodes = {one.card.key: one.card.nodes for one in reversed(cards)}
    without = replace(context, source=replace(context.source, list_rules=ListRules()))
    before = listing.once(one for one in cards if one.card.key in told) if told else _all(cards, without)
    found = [explaining.lead(lead, nodes.get(urls.key(lead.url), ()), context, rules) for lead in before]
    return tuple(found), () if told else explaining.refused(cards)


def _listing(page: Page, source: Source, seen: str) -> Listing:
    context = _context(page, source)
    rejected: tuple[Rejected, ...] = ()
    if source.list_rules.item:
        found, rejected = rule.read(context, source.list_rules)
    else:
        found = _chosen(context)
    found = _wanted(found, source)
    if not found:
        raise ContentError(page.final_url, "items", _nothing(source, seen), kind="no_items")
    title = context.tree.root.find(".//title")
    return Listing(
        leads=found,
        kind="html",
        title=text.tidy(title.text_content()) if title is not None else None,
        language=context.tree.root.get("lang"),
        next_page=pager.next_page(context.tree),
        rejected=rejected,
    )


def _chosen(context: Context) -> tuple[Lead, ...]:
    """Return the items that the link rule selects, or without one those that look like articles."""
    told = rule.linked(context.tree, context.source.list_rules)
    cards = listing.candidates(context, told)
    if told:
        return _corrected([one for one in cards if one.card.key in told], context)
    return _all(cards, context)


def _all(cards: Sequence[Candidate], context: Context) -> tuple[Lead, ...]:
    """Return what looks like articles; what the page's scripts carry, if it shows next to none."""
    shown = _corrected(score.chosen(cards), context)
    beside = items.Context(context.tree.url, context.source, context.now)
    if len(shown) >= carried.FEW:
        return carried.completed(shown, context.tree, beside)
    told = carried.leads(context.tree, beside)
    return told if len(told) > len(shown) else shown


def _corrected(chosen: Sequence[Candidate], context: Context) -> tuple[Lead, ...]:
    """Return the automatic reading's leads, their fields corrected by the rules there are."""
    for one in chosen:
        one.lead = rule.corrected(one.lead, one.card.nodes, context, context.source.list_rules)
    return listing.once(chosen)


def _nothing(source: Source, seen: str) -> str:
    if seen != "html":
        return f"no HTML page but a {seen}: set kind to auto or {seen}"
    if source.list_rules.include or source.list_rules.exclude:
        return "no article link that list.include and list.exclude let through"
    return "nothing that looks like a list of articles"


def _wanted(found: tuple[Lead, ...], source: Source) -> tuple[Lead, ...]:
    return tuple(lead for lead in found if rule.wanted(lead, source.list_rules))


def _context(page: Page, source: Source) -> Context:
    """Return the parsed page, without what the rules remove."""
    tree = html.parse(page)
    rule.remove(tree, source.list_rules)
    return Context(tree, source, page.fetched_at, list(tree.root.iter()))
