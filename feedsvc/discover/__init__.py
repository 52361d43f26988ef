"""A page and its source in, the articles it points at out: from feeds, listing pages, and article pages."""

from __future__ import annotations

from feedsvc import html, text
from feedsvc.discover import feed, fields, kind, listing, pager, rule, stories
from feedsvc.errors import ContentError
from feedsvc.model import Lead, Listing, Page, Rejected, Source


def leads(page: Page, source: Source) -> Listing:
    """Return what a source's page announces, in page order.

    ContentError: `not_a_feed` for HTML where a feed was configured, `rule` for an item rule that finds nothing,
    `no_items` where nothing was found, `parse` and `too_large` where nothing could be read.
    """
    seen = kind.of(page)
    if source.kind == "feed" and seen != "feed":
        raise ContentError(page.final_url, "feed", f"no feed, but {kind.described(page)}", kind="not_a_feed")
    if seen == "feed" and source.kind in ("auto", "feed"):
        return feed.read(page, source)
    return _listing(page, source)


def find(page: Page, source: Source) -> tuple[Lead, ...]:
    """Return the articles an HTML page points at: a listing's items, or an article's related teasers."""
    context = _context(page, source)
    if source.list_rules.item:
        found, _ = rule.read(context, source.list_rules)
        return _wanted(found, source)
    cards = listing.candidates(context)
    if stories.is_article(cards, context.tree):
        return _wanted(stories.leads(cards, context.tree), source)
    return _wanted(listing.chosen(cards), source)


def related(page: Page, source: Source) -> tuple[Lead, ...]:
    """Return the related teasers of an article page in page order; () if it has none."""
    context = _context(page, source)
    return stories.leads(listing.candidates(context), context.tree)


def _listing(page: Page, source: Source) -> Listing:
    context = _context(page, source)
    rejected: tuple[Rejected, ...] = ()
    if source.list_rules.item:
        found, rejected = rule.read(context, source.list_rules)
    else:
        found = listing.chosen(listing.candidates(context))
    found = _wanted(found, source)
    if not found:
        raise ContentError(page.final_url, "items", _nothing(source), kind="no_items")
    title = context.tree.root.find(".//title")
    return Listing(
        leads=found,
        kind="html",
        title=text.tidy(title.text_content()) if title is not None else None,
        language=context.tree.root.get("lang"),
        next_page=pager.next_page(context.tree),
        rejected=rejected,
    )


def _nothing(source: Source) -> str:
    if source.list_rules.include or source.list_rules.exclude:
        return "no article link that list.include and list.exclude let through"
    return "nothing that looks like a list of articles"


def _wanted(found: tuple[Lead, ...], source: Source) -> tuple[Lead, ...]:
    return tuple(lead for lead in found if rule.wanted(lead, source.list_rules))


def _context(page: Page, source: Source) -> fields.Context:
    return fields.Context(html.parse(page), source, page.fetched_at)
