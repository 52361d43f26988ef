"""A listing page and its source in, its leads with the rule that gave each field out, and what was left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml.html import HtmlElement

from feedsvc import text, urls
from feedsvc.discover import rule, score
from feedsvc.discover.context import Context
from feedsvc.discover.score import Candidate
from feedsvc.model import Finding, FoundLead, Lead, ListRules, Loser, Rejected

ITSELF = "read without a rule"
SHOWN = 20  # places of the page that were nearly taken for articles
_FIELDS = ("title", "kicker", "date", "teaser", "image", "author", "category")


def lead(found: Lead, nodes: Sequence[HtmlElement], context: Context, rules: ListRules) -> FoundLead:
    """Return a lead corrected by the rules, with what gave each field and what lost."""
    corrected = rule.corrected(found, nodes, context, rules)
    findings = (_finding(name, found, corrected, nodes, context, rules) for name in _FIELDS)
    return FoundLead(lead=corrected, findings=tuple(findings))


def _finding(
    name: str, before: Lead, after: Lead, nodes: Sequence[HtmlElement], context: Context, rules: ListRules
) -> Finding:
    """Return what gave a field: the first rule that finds something in the item, else the reading without rules."""
    was, value = _shown(before, name), _shown(after, name)
    lost: list[Loser] = []
    winner = None
    for selector in getattr(rules, name):
        said = next((one for node in nodes for one in context.tree.values(selector, node)), None)
        if said is None or winner is not None:
            lost.append(Loser(rule=_named(name, selector), value=said))
        else:
            winner = selector
    if winner is None:
        return Finding(field=name, rule=ITSELF if value else None, value=value, lost=tuple(lost))
    if value == was and value is None:  # what the rule found is no date, no address
        return Finding(field=name, rule=None, value=None, lost=(Loser(rule=_named(name, winner), value=said), *lost))
    beaten = (Loser(rule=ITSELF, value=was),) if was and was != value else ()
    return Finding(field=name, rule=_named(name, winner), value=value, lost=(*beaten, *lost))


def _named(name: str, selector: str) -> str:
    return f"list.{name} {selector}"


def _shown(lead: Lead, name: str) -> str | None:
    values = {
        "title": lead.headline,
        "kicker": lead.kicker,
        "date": f"{lead.published.isoformat()} ({lead.published_precision})" if lead.published else None,
        "teaser": lead.teaser,
        "image": lead.image.url if lead.image else None,
        "author": ", ".join(lead.authors),
        "category": ", ".join(lead.categories),
    }
    return values[name] or None


def once(found: Iterable[FoundLead]) -> tuple[FoundLead, ...]:
    """Return each article once, where it stands first."""
    first: dict[str, FoundLead] = {}
    for one in found:
        first.setdefault(urls.key(one.lead.url), one)
    return tuple(first.values())


def let_through(found: Iterable[FoundLead], rules: ListRules) -> tuple[tuple[FoundLead, ...], tuple[Rejected, ...]]:
    """Return what `include` and `exclude` let through, and what they do not."""
    kept, rejected = [], []
    for one in found:
        if rule.wanted(one.lead, rules):
            kept.append(one)
        else:
            reason = "its address is excluded by list.include or list.exclude"
            rejected.append(Rejected(where=one.lead.url, reason=reason))
    return tuple(kept), tuple(rejected)


def refused(candidates: Sequence[Candidate]) -> tuple[Rejected, ...]:
    """Return the places of a page that were nearly taken for articles, nearest first."""
    taken = {one.card.key for one in candidates if score.accepted(one)}
    near = sorted((one for one in candidates if one.card.key not in taken), key=lambda one: one.total, reverse=True)
    first = {one.card.key: one for one in reversed(near)}
    rows = [one for one in near if first[one.card.key] is one][:SHOWN]
    return tuple(Rejected(where=_where(one), reason="; ".join(_reasons(one))) for one in rows)


def _where(one: Candidate) -> str:
    return text.shorten(f"{one.lead.url} {one.lead.headline or ''}".rstrip(), 160)


def _reasons(one: Candidate) -> Iterator[str]:
    if one.lead.headline is None:
        yield "no headline beside its link"
    if one.advert:
        yield "calls itself an advertisement"
    if one.lead.published is None:
        yield "no date"
    yield f"its evidence is {max(one.total, 0.0):.1f}, an article's at least {score.ACCEPTED:.1f}"
