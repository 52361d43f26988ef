"""A listing page and the rules for it in, its leads out; fields without a rule are read as on any other page.

A rule is what `html.selector` reads; several are tried in order. An item rule that finds nothing is an error that
names the rule: a redesigned site is noticed, never silently empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import regex
from lxml.html import HtmlElement

from feedsvc import dates, html, text, urls, wording
from feedsvc.discover import daylines, fields, links, pictures
from feedsvc.discover.cards import Card
from feedsvc.discover.context import Context
from feedsvc.discover.links import Link
from feedsvc.errors import ContentError
from feedsvc.model import Image, Lead, ListRules, Rejected

_DATE_CHARS = 60
MATCH_SECONDS = 0.2  # an operator's expression can be quadratic; an address is short


def read(context: Context, rules: ListRules) -> tuple[tuple[Lead, ...], tuple[Rejected, ...]]:
    """Return the leads the rules find, in page order, and the items that gave none; ContentError (rule) if no item."""
    read_by_itself, rejected = drafts(context, rules)
    found = [corrected(lead, nodes, context, rules) for lead, nodes in read_by_itself]
    return _once(found), rejected


def drafts(context: Context, rules: ListRules) -> tuple[list[tuple[Lead, Sequence[HtmlElement]]], tuple[Rejected, ...]]:
    """Return what each item that has a link gives without rules for its fields, and the items without link."""
    by_element = {link.element: link for link in links.collect(context.tree)}
    rejected, found = [], []
    for item in _items(context.tree, rules):
        card = _card(item, by_element, context.tree, rules)
        if card is None:
            rejected.append(Rejected(where=_where(item), reason="no link to an article in this item"))
        else:
            found.append(fields.draft(card, context))
    daylines.complete(found, context)
    fields.settle(found)
    return [(fields.lead(draft, context), draft.card.nodes) for draft in found], tuple(rejected)


def _items(tree: html.Tree, rules: ListRules) -> list[HtmlElement]:
    for selector in rules.item:
        if items := tree.select(selector):
            return items
    raise ContentError(tree.url, "items", f"rule list.item {_quoted(rules.item)} finds nothing", kind="rule")


def _quoted(selectors: Sequence[str]) -> str:
    return " | ".join(f"“{selector}”" for selector in selectors)


def remove(tree: html.Tree, rules: ListRules) -> None:
    """Take out of the page what `remove` selects; the text behind it stays."""
    for selector in rules.remove:
        for element in tree.select(selector):
            if element.getparent() is not None:
                element.drop_tree()


def linked(tree: html.Tree, rules: ListRules) -> frozenset[str]:
    """Return the identity keys of what `link` selects on a page without item rule; ContentError (rule) if nothing."""
    if not rules.link:
        return frozenset()
    for selector in rules.link:
        found = tree.select(selector) if html.is_plain(selector) else ()
        hrefs = [element.get("href") for element in found] if found else tree.values(selector)
        if keys := frozenset(urls.key(url) for href in hrefs if (url := tree.absolute(href))):
            return keys
    raise ContentError(tree.url, "items", f"rule list.link {_quoted(rules.link)} finds nothing", kind="rule")


def corrected(lead: Lead, nodes: Sequence[HtmlElement], context: Context, rules: ListRules) -> Lead:
    """Return an automatically found lead with the fields that rules give."""
    if not any((rules.title, rules.kicker, rules.date, rules.teaser, rules.image, rules.author, rules.category)):
        return lead
    for node in nodes:
        lead = _by_rule(lead, node, context, rules)
    return lead


def _once(found: Sequence[Lead]) -> tuple[Lead, ...]:
    first: dict[str, Lead] = {}
    for lead in found:
        first.setdefault(urls.key(lead.url), lead)
    return tuple(first.values())


def _where(item: HtmlElement) -> str:
    return text.shorten(html.content(item) or item.tag, 80)


def _card(item: HtmlElement, by_element: Mapping[HtmlElement, Link], tree: html.Tree, rules: ListRules) -> Card | None:
    link = _link(item, by_element, tree, rules)
    if link is None:
        return None
    inside = (by_element.get(element) for element in item.iter("a"))
    others = [one for one in inside if one is not None and one.key == link.key and one is not link]
    return Card(key=link.key, links=[link, *others], nodes=[item], parent=item)


def _link(item: HtmlElement, by_element: Mapping[HtmlElement, Link], tree: html.Tree, rules: ListRules) -> Link | None:
    """Return the item's link: by rule, else the item itself, else its headline's, else its longest."""
    for selector in rules.link:
        plain = html.is_plain(selector)
        for element in tree.select(selector, item) if plain else ():
            if element.get("href") and (url := tree.absolute(element.get("href"))):
                return by_element.get(element) or links.one(element, url)
        for href in () if plain and not selector.startswith("xpath:") else tree.values(selector, item):
            if url := tree.absolute(href):
                return links.one(item, url)
    if rules.link:
        return None
    inside = [by_element[element] for element in item.iter("a") if element in by_element] or _any(item, tree)
    around = [by_element[above] for above in item.iterancestors("a") if above in by_element]
    return max(inside or around, key=lambda link: (link.heading, not link.more, len(link.words)), default=None)


def _any(item: HtmlElement, tree: html.Tree) -> list[Link]:
    """Return the item's links even where automatic reading looks for none: the operator knows better."""
    hrefs = ((element, tree.absolute(element.get("href"))) for element in item.iter("a"))
    return [links.one(element, url) for element, url in hrefs if url]


def _by_rule(lead: Lead, item: HtmlElement, context: Context, rules: ListRules) -> Lead:
    """Return the lead with what the rules find; what a rule does not find in this item stays as it was read."""
    tree = context.tree
    kicker, headline = _headline(lead, item, tree, rules)
    moment = _moment(item, context, rules.date)
    return replace(
        lead,
        kicker=kicker,
        headline=headline,
        title=wording.join_title(kicker, headline) if headline else None,
        published=moment.at if moment else lead.published,
        published_precision=moment.precision if moment else lead.published_precision,
        teaser=_teaser(item, context, rules.teaser) or lead.teaser,
        image=_image(item, context, rules.image) or lead.image,
        authors=_authors(tree, rules.author, item) or lead.authors,
        categories=_all(tree, rules.category, item) or lead.categories,
    )


def _headline(lead: Lead, item: HtmlElement, tree: html.Tree, rules: ListRules) -> tuple[str | None, str | None]:
    """Return kicker and headline: a title rule may catch both, a kicker rule parts them."""
    kicker, headline = lead.kicker, lead.headline
    title = _first(tree, rules.title, item)
    if title and title != headline:
        own = None if rules.kicker else kicker
        kicker, headline = (own, _without(own, title)) if own and own in title else wording.split_title(title)
    found = _first(tree, rules.kicker, item)
    return (wording.label_of(found), _without(found, headline)) if found else (kicker, headline)


def _first(tree: html.Tree, selectors: Sequence[str], item: HtmlElement) -> str | None:
    return next(iter(_all(tree, selectors, item)), None)


def _all(tree: html.Tree, selectors: Sequence[str], item: HtmlElement) -> tuple[str, ...]:
    for selector in selectors:
        if values := tree.values(selector, item):
            return tuple(dict.fromkeys(values))
    return ()


def _without(kicker: str | None, headline: str | None) -> str | None:
    """Return the headline without the kicker that the title rule caught with it."""
    if kicker and headline and headline.startswith(kicker) and headline != kicker:
        return headline[len(kicker) :].lstrip(" :|–-") or headline
    return headline


def _moment(item: HtmlElement, context: Context, selectors: Sequence[str]) -> dates.Moment | None:
    for selector in selectors:
        timed = context.tree.select(selector, item) if html.is_plain(selector) else ()
        stamps = (context.moment(found.get("datetime")) for found in timed)
        told = (_told(words, context) for words in context.tree.values(selector, item))
        if moment := next(filter(None, chain(stamps, told)), None):
            return moment
    return None


def _told(words: str, context: Context) -> dates.Moment | None:
    """Return the date a text begins with, with the hour beside it if the text is a date and little else."""
    begun, _ = context.leading(words)
    whole = context.moment(words) if begun is None or len(words) <= _DATE_CHARS else None
    if begun and whole and begun.at.date() != whole.at.date():
        return begun
    return whole or begun


def _teaser(item: HtmlElement, context: Context, selectors: Sequence[str]) -> str | None:
    words = _first(context.tree, selectors, item)
    if words is None:
        return None
    moment, rest = context.leading(words)
    return text.without_more(rest if moment else words)


def _image(item: HtmlElement, context: Context, selectors: Sequence[str]) -> Image | None:
    for selector in selectors:
        if html.is_plain(selector) and (found := context.tree.select(selector, item)):
            return pictures.first(found, context.tree.url)
        for value in context.tree.values(selector, item):
            if url := context.tree.absolute(value):
                return Image(url=url)
    return None


def _authors(tree: html.Tree, selectors: Sequence[str], item: HtmlElement) -> tuple[str, ...]:
    values = _all(tree, selectors, item)
    return tuple(name for value in values for name in (wording.byline(value) or (value,)))


def wanted(lead: Lead, rules: ListRules) -> bool:
    """Whether an article's address matches `include` and not `exclude`; ContentError (rule) if an expression hangs."""
    if rules.include and not any(_matches(pattern, lead.url) for pattern in rules.include):
        return False
    return not any(_matches(pattern, lead.url) for pattern in rules.exclude)


def _matches(pattern: str, url: str) -> bool:
    try:
        return regex.search(pattern, url, timeout=MATCH_SECONDS) is not None
    except TimeoutError:
        message = f"rule list.include/exclude “{pattern}” takes too long: write it without nested repetition"
        raise ContentError(url, "items", message, kind="rule") from None
    except regex.error as error:
        raise ContentError(url, "items", f"rule list.include/exclude “{pattern}”: {error}", kind="rule") from None
