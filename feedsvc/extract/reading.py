"""Everything known about one page in, its article out: the readings of the single fields put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from lxml.html import HtmlElement

from feedsvc import dates, html, text, wording
from feedsvc.errors import ContentError
from feedsvc.extract import (
    access,
    barriers,
    byrule,
    headline,
    language,
    metadata,
    moments,
    pages,
    people,
    picture,
    prose,
    rules,
    state,
    story,
    topics,
)
from feedsvc.extract.candidate import Candidate, Choices, Claim
from feedsvc.extract.headline import Headline
from feedsvc.extract.layout import Layout
from feedsvc.extract.metadata import Metadata
from feedsvc.extract.rules import Ruled
from feedsvc.extract.state import State
from feedsvc.extract.story import Story
from feedsvc.html import Tree
from feedsvc.model import Access, Article, Finding, Image, Lead, Page, Source

T = TypeVar("T")

SHORT = 200  # characters of text under which a page is read again with less trust in names
THIN = 1500  # characters of prose under which a page's scripts are asked whether they carry the article
MORE = 3.0  # times the visible text that they have to carry
WORDS = 80  # characters of its text by which an article is called that has no title at all


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the readings of the single fields are given."""

    tree: Tree
    page: Page
    lead: Lead | None
    source: Source
    meta: Metadata
    layout: Layout
    when: moments.When
    ruled: Ruled
    state: State | None
    next_page: Claim | None
    single_page: Claim | None


def article(page: Page, lead: Lead | None, source: Source) -> Article:
    """Return the article a page shows; ContentError if it shows none (kinds "parse", "challenge", "consent_wall").

    Pure: reads the page's bytes and nothing else. Every single value that is not found is None, never "".
    """
    return _read(page, lead, source, Choices())


def explain(page: Page, lead: Lead | None, source: Source) -> tuple[Article, tuple[Finding, ...]]:
    """Return the article a page shows, and for each field the rule that gave it and the candidates that lost.

    The choices are those that `article` makes; ContentError as there.
    """
    choices = Choices(full=True)
    found = _read(page, lead, source, choices)
    return found, tuple(choices.findings)


def _read(page: Page, lead: Lead | None, source: Source, choices: Choices) -> Article:
    known = _known(page, lead, source)
    meta = known.meta
    heading = choices.take("headline", _headings(known), lambda found: found.headline)
    element, headline = (heading.value.element, heading.value.headline) if heading else (None, meta.page_title or "")
    told = _story(known, element, headline)
    _refuse(known, element, told)
    headline = headline or text.shorten((told.plain or "").partition("\n")[0], WORDS)
    kicker = wording.label_of(_value(choices.take("kicker", _kickers(known, heading.value if heading else None))))
    moment = _value(choices.take("published", _moments(known, told), _instant))
    return Article(
        url=page.final_url,
        title=wording.join_title(kicker, headline),
        headline=headline,
        kicker=kicker,
        teaser=_value(choices.take("teaser", _teasers(known, told))),
        body_html=_value(choices.take("body", _bodies(told), lambda said: told.plain if said == told.markup else said)),
        body_text=told.plain,
        published=moment.at if moment else None,
        published_precision=moment.precision if moment else None,
        updated=_value(choices.take("updated", _edited(known, told, moment), datetime.isoformat)),
        authors=_value(choices.take("authors", _authors(known, told), ", ".join)) or (),
        categories=_value(choices.take("categories", _categories(known, told), ", ".join)) or (),
        image=_value(choices.take("image", _images(known, told), _shown)),
        language=language.detect(None, known.ruled["language"].value) or language.detect(told.plain, meta.language),
        access="paywall" if known.ruled["paywall"].elements else _access(known, told),
        canonical=meta.canonical,
        next_page=_value(choices.take("next_page", filter(None, (known.next_page,)))),
        single_page=_value(choices.take("single_page", filter(None, (known.single_page,)))),
    )


def _known(page: Page, lead: Lead | None, source: Source) -> _Known:
    """Parse a page, take out what the operator wants removed, and read its head and its blocks."""
    chosen = source.article_rules
    if what := html.listing(page):
        raise ContentError(page.final_url, "html", f"{what}, not an HTML page")
    tree = html.parse(rules.replaced(page, chosen.replace))
    following = pages.following(tree, page.final_url, chosen)  # before the operator's rules take the pager out
    whole = pages.single(tree, page.final_url, chosen) if following or chosen.single_page else None
    rules.remove(tree, chosen.remove)
    ruled = rules.read(tree, chosen)
    meta = metadata.read(tree)
    spoken = language.detect(None, meta.language) or source.language
    when = moments.When(
        language=meta.language or spoken,
        timezone=source.timezone,
        now=page.fetched_at,
        at_home=spoken == source.language,
    )
    layout = Layout(tree.root)
    return _Known(
        tree=tree, page=page, lead=lead, source=source, meta=meta, layout=layout, when=when, ruled=ruled,
        state=_state(tree, layout, meta, ruled), next_page=following, single_page=whole,
    )  # fmt: skip


def _state(tree: Tree, layout: Layout, meta: Metadata, ruled: Ruled) -> State | None:
    """Return the article that the page's scripts carry, if its visible HTML has little prose and no rule for it."""
    if (
        ruled["body"].elements
        or ruled["body"].readings
        or sum(len(block.text) for block in layout.blocks if prose.is_prose(block)) >= THIN
    ):
        return None
    return state.read(tree.root, [*(claim.value for claim in meta.titles), meta.page_title or ""])


def _value(chosen: Candidate[T] | None) -> T | None:
    return chosen.value if chosen else None


def _headings(known: _Known) -> Iterator[Candidate[Headline]]:
    """Give headlines: by rule, else as the page shows them, else as the lead told them."""
    shown: Iterable[Headline] = _shown_headings(known)
    if known.ruled["title"].readings:
        shown = tuple(shown)
        yield from byrule.headings(known.ruled, shown)
    for found in shown:
        yield Candidate(value=_with_lead(found, known.lead) if known.lead else found, rule=found.rule)
    if known.lead and (told := known.lead.headline or known.lead.title):
        yield Candidate(
            value=Headline(headline=told, kicker=known.lead.kicker, element=None, rule="the lead"), rule="the lead"
        )


def _shown_headings(known: _Known) -> Iterator[Headline]:
    """Give what the page shows; a title that only its scripts know comes first where the page has none of its own."""
    found = known.state
    hidden = Headline(headline=found.title, kicker=found.kicker, element=None, rule=found.source) if found else None
    if hidden and found and not found.confirmed:
        yield hidden
    yield from headline.candidates(known.layout, known.meta)
    if hidden and found and found.confirmed:
        yield hidden


def _with_lead(found: Headline, lead: Lead) -> Headline:
    """Part a glued heading by the listing's "Kicker: Headline" (trap T1)."""
    if found.kicker or not lead.kicker:
        return found
    title = lead.headline or ""
    glued = (lead.kicker + title, title, f"{lead.kicker} {title}")
    if text.fold(found.headline) not in map(text.fold, glued):
        return found
    return replace(found, kicker=lead.kicker, headline=title or found.headline, kicker_rule="the lead")


def _kickers(known: _Known, heading: Headline | None) -> Iterator[Candidate[str]]:
    """Give kickers: by rule, else what stands with the headline."""
    yield from byrule.kickers(known.ruled, heading.headline if heading else "")
    if heading and heading.kicker:
        yield Candidate(value=heading.kicker, rule=heading.kicker_rule)
        yield from heading.other_kickers
    found = known.state
    if found and found.kicker and heading and text.fold(heading.headline) == text.fold(found.title):
        yield Candidate(value=found.kicker, rule=found.source)


def _story(known: _Known, element: HtmlElement | None, title: str) -> Story:
    """Return the article's text; a page that gives next to none is read again with less trust in names."""
    first = story.read(known.tree, known.layout, known.meta, element, title, known.when, known.ruled)
    if len(first.plain or "") >= SHORT:
        return _with_state(known, first)
    blunt = Layout(known.tree.root, trusting=False)
    second = story.read(known.tree, blunt, known.meta, element, title, known.when, known.ruled)
    return _with_state(known, _second(first, second))


def _with_state(known: _Known, shown: Story) -> Story:
    """Return the story with the text that the page's scripts carry, if that is far more than what is seen.

    What a site shows only to those who pay, or agree to be tracked, is not taken from its scripts.
    """
    found = known.state
    markup = html.clean(found.markup, known.tree.url) if found else None
    plain = html.plain(markup)
    visible = len(shown.plain or "")
    if not found or len(plain or "") < max(SHORT, MORE * visible):
        return shown
    if _access(known, shown) in ("paywall", "metered") or barriers.asks_to_pay_or_agree(known.layout.blocks):
        return shown
    return replace(shown, markup=markup, plain=plain, rule=found.source, lost=(shown.rule, *shown.lost))


def _second(first: Story, second: Story) -> Story:
    """Return the second reading if it finds far more of a text than the first."""
    return second if len(second.plain or "") > max(SHORT, 3 * len(first.plain or "")) else first


def _access(known: _Known, told: Story) -> Access | None:
    return access.read(known.tree, known.meta, known.layout.blocks, told.plain)


def _refuse(known: _Known, headline: HtmlElement | None, told: Story) -> None:
    """Raise ContentError for a page that is no article: a barrier, or neither headline nor text."""
    url = known.page.final_url
    heading = html.content(headline) if headline is not None else None
    kind = barriers.read(known.tree, known.meta, heading, known.layout.blocks, told.plain, url)
    if kind:
        raise ContentError(url, "article", f"a {kind.replace('_', ' ')} and no article behind it", kind=kind)
    if not told.plain and headline is None:
        bare = not any(block.text for block in known.layout.blocks) and known.tree.root.find(".//script") is not None
        why = ": the page is empty until its scripts fill it" if bare else ""
        raise ContentError(url, "article", f"neither a headline nor a text{why}")


def _moments(known: _Known, told: Story) -> Iterator[Candidate[dates.Moment]]:
    """Give when the article was published: by rule, else as the page says it, else as the lead told it."""
    yield from byrule.moments(known.ruled, "date", known.when)
    if not known.meta.published:
        yield from byrule.dated_leads(known.ruled, known.when)
    yield from moments.published(known.meta, _places(known, told), told.lead.moment, known.when)
    yield from _of_state(known, known.state.published if known.state else ())
    lead = known.lead
    if lead and lead.published and lead.published_precision:
        moment = dates.Moment(at=lead.published, precision=lead.published_precision)
        yield Candidate(value=moment, rule="the lead")


def _of_state(known: _Known, said: Iterable[str]) -> Iterator[Candidate[dates.Moment]]:
    source = known.state.source if known.state else ""
    return (Candidate(value=moment, rule=source) for one in said if (moment := known.when.parse(one)))


def _instant(moment: dates.Moment) -> str:
    return moment.at.date().isoformat() if moment.precision == "day" else moment.at.isoformat()


def _edited(known: _Known, told: Story, moment: dates.Moment | None) -> Iterator[Candidate[datetime]]:
    """Give when the article was last edited: by rule, else as its head says."""
    for found in byrule.moments(known.ruled, "updated", known.when):
        yield Candidate(value=found.value.at, rule=found.rule)
    yield from moments.updated(known.meta, _places(known, told), moment, known.when)
    for found in _of_state(known, known.state.updated if known.state else ()):
        if moment is None or found.value.at > moment.at:
            yield Candidate(value=found.value.at, rule=found.rule)


def _places(known: _Known, told: Story) -> moments.Places:
    return moments.Places(
        root=known.tree.root, url=known.page.final_url, row=known.layout.blocks, around=told.around, below=told.below
    )


def _teasers(known: _Known, told: Story) -> Iterator[Candidate[str]]:
    yield from byrule.teasers(known.ruled, known.when)
    for lead in (told.lead, *told.other_leads):
        if lead.text:
            yield Candidate(value=lead.text, rule=lead.rule)
    if known.state and known.state.teaser:
        yield Candidate(value=known.state.teaser, rule=known.state.source)
    if known.lead and known.lead.teaser:
        yield Candidate(value=known.lead.teaser, rule="the lead")


def _bodies(told: Story) -> Iterator[Candidate[str]]:
    """Give the text, then the names of the containers that lost."""
    if told.markup:
        yield Candidate(value=told.markup, rule=told.rule)
        yield from (Candidate(value=name, rule="a container that lost") for name in told.lost)


def _authors(known: _Known, told: Story) -> Iterator[Candidate[tuple[str, ...]]]:
    yield from byrule.authors(known.ruled)
    yield from people.authors(known.tree, known.meta, told.around, known.layout.blocks)
    if known.state and known.state.authors:
        yield Candidate(value=known.state.authors, rule=known.state.source)
    if known.lead and known.lead.authors:
        yield Candidate(value=known.lead.authors, rule="the lead")


def _categories(known: _Known, told: Story) -> Iterator[Candidate[tuple[str, ...]]]:
    labels = known.source.categories
    yield from byrule.categories(known.ruled, labels)
    yield from topics.categories(known.tree, known.layout.blocks, told.near, known.meta, labels, told.plain or "")


def _images(known: _Known, told: Story) -> Iterator[Candidate[Image]]:
    """Give the article's picture: by rule, else the one it shows, else the one its head names."""
    meta = known.meta
    of_head = picture.of_head(meta.image, meta.image_alt, meta.said.caption, meta.said.credit)
    shown = told.image or of_head
    yield from byrule.images(known.ruled, known.layout, known.tree, shown or Image())
    if told.image:
        yield Candidate(value=picture.completed(told.image, of_head), rule="the first picture from the headline on")
    if of_head:
        yield Candidate(value=of_head, rule="the picture the head names")
    hidden = known.state.image if known.state else None
    if hidden and (address := known.tree.absolute(hidden.url)):
        yield Candidate(value=replace(hidden, url=address), rule=known.state.source if known.state else "")


def _shown(image: Image) -> str | None:
    return " ".join(part for part in (image.url, image.alt, image.caption, image.credit) if part)
