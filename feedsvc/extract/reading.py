"""Everything known about one page in, its article out: the readings of the single fields put together."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from feedsvc import dates, html, text, wording
from feedsvc.errors import ContentError
from feedsvc.extract import access, header, headline, language, metadata, people, picture, rules, story, topics
from feedsvc.extract import layout as layouts
from feedsvc.extract.layout import Layout
from feedsvc.extract.metadata import Metadata
from feedsvc.extract.story import Story
from feedsvc.html import Tree
from feedsvc.model import Article, ArticleRules, Image, Lead, Page, Source

SHORT = 200  # characters of text under which a page is read again with less trust in names
WHOLE = 60_000  # characters of a page in which a paywall's words are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heading:
    """Kicker and headline, and the element that shows them."""

    kicker: str | None
    headline: str
    element: HtmlElement | None


def article(page: Page, lead: Lead | None, source: Source) -> Article:
    """Return the article a page shows; ContentError if it shows none (kinds "parse", "challenge", "consent_wall").

    Pure: reads the page's bytes and nothing else. Every single value that is not found is None, never "".
    """
    tree = html.parse(page)
    if layouts.is_too_large(tree.root):
        raise ContentError(page.final_url, "html", f"page has over {layouts.MAX_ELEMENTS} elements", kind="too_large")
    chosen = source.article_rules
    rules.remove(tree, chosen.remove)
    meta = metadata.read(tree)
    layout = Layout(tree.root)
    heading = _heading(tree, layout, meta, lead, chosen)
    spoken = language.detect(None, meta.language) or source.language
    when = header.When(language=spoken, timezone=source.timezone, now=page.fetched_at)
    element, title = (heading.element, heading.headline) if heading else (None, meta.page_title or "")
    told = story.read(tree, layout, meta, element, title, when, chosen)
    if len(told.plain or "") < SHORT:
        told = _second(told, story.read(tree, Layout(tree.root, trusting=False), meta, element, title, when, chosen))
    whole = _whole(layout)
    _refuse(tree, page, meta, heading, told, whole)
    moment = _moment(tree, layout, meta, told, page, when, chosen)
    kicker = heading.kicker if heading else None
    return Article(
        url=page.final_url,
        title=wording.join_title(kicker, title),
        headline=title,
        kicker=kicker,
        teaser=_teaser(tree, told, lead, when, chosen),
        body_html=told.markup,
        body_text=told.plain,
        published=moment.at if moment else (lead.published if lead else None),
        published_precision=moment.precision if moment else (lead.published_precision if lead else None),
        updated=header.updated(meta, moment, when),
        authors=_authors(tree, layout, meta, told, lead, chosen),
        categories=_categories(tree, layout, meta, told, source),
        image=_image(tree, meta, told, chosen),
        language=language.detect(told.plain, meta.language),
        access=access.read(meta, whole, told.plain),
        canonical=meta.canonical,
    )


def _heading(tree: Tree, layout: Layout, meta: Metadata, lead: Lead | None, chosen: ArticleRules) -> _Heading | None:
    """Return headline and kicker: by rule, else as the page shows them, else as the lead told them."""
    found = headline.read(layout, meta)
    kicker = rules.value(tree, chosen.kicker)
    elements = rules.elements(tree, chosen.title)
    if elements and (whole := html.content(elements[0])):
        bare = whole.removeprefix(kicker).lstrip(": ") if kicker else whole
        return _Heading(kicker=kicker, headline=bare or whole, element=elements[0])
    if found is None:
        told = (lead.headline or lead.title) if lead else None
        return _Heading(kicker=lead.kicker if lead else None, headline=told, element=None) if told else None
    if lead and lead.kicker and not (found.kicker or kicker):
        return _with_lead(found, lead)
    return _Heading(kicker=kicker or found.kicker, headline=found.headline, element=found.element)


def _with_lead(found: headline.Headline, lead: Lead) -> _Heading:
    """Part a glued heading by the listing's "Kicker: Headline" (trap T1)."""
    kicker, title = lead.kicker or "", lead.headline or ""
    if text.fold(found.headline) in (text.fold(kicker + title), text.fold(title), text.fold(f"{kicker} {title}")):
        return _Heading(kicker=lead.kicker, headline=title or found.headline, element=found.element)
    return _Heading(kicker=None, headline=found.headline, element=found.element)


def _second(first: Story, second: Story) -> Story:
    """Return the second reading if it finds far more of a text than the first."""
    return second if len(second.plain or "") > max(SHORT, 3 * len(first.plain or "")) else first


def _refuse(tree: Tree, page: Page, meta: Metadata, heading: _Heading | None, told: Story, whole: str) -> None:
    """Raise ContentError for a page that is no article: a barrier, or neither headline nor text."""
    kind = access.barrier(tree, meta.page_title, told.plain, whole)
    if kind:
        raise ContentError(page.final_url, "article", f"a {kind.replace('_', ' ')} and no article behind it", kind=kind)
    if not told.plain and (heading is None or heading.element is None):
        raise ContentError(page.final_url, "article", "neither a headline nor a text")


def _moment(
    tree: Tree, layout: Layout, meta: Metadata, told: Story, page: Page, when: header.When, chosen: ArticleRules
) -> dates.Moment | None:
    """Return when the article was published: by rule, else as the page says it."""
    ruled = (moment for said in rules.values(tree, chosen.date) if (moment := _leading(said, when)))
    found = next(ruled, None)
    return found or header.published(meta, layout.blocks, told.around, told.lead, page.final_url, when)


def _leading(said: str, when: header.When) -> dates.Moment | None:
    """Return the date of a text that is one, or that begins with one as leads do."""
    return when.parse(said) or when.leading(said)[0]


def _teaser(tree: Tree, told: Story, lead: Lead | None, when: header.When, chosen: ArticleRules) -> str | None:
    by_rule = rules.value(tree, chosen.teaser)
    if by_rule:
        return text.without_more(when.leading(by_rule)[1])
    return told.lead.text or (lead.teaser if lead else None)


def _authors(
    tree: Tree, layout: Layout, meta: Metadata, told: Story, lead: Lead | None, chosen: ArticleRules
) -> tuple[str, ...]:
    by_rule = rules.values(tree, chosen.author)
    if by_rule:
        return tuple(name for said in by_rule for name in (wording.byline(said) or (said,)))
    return people.authors(tree, meta, told.around, layout.blocks) or (lead.authors if lead else ())


def _categories(tree: Tree, layout: Layout, meta: Metadata, told: Story, source: Source) -> tuple[str, ...]:
    by_rule = rules.values(tree, source.article_rules.category)
    found = topics.categories(tree, layout.blocks, told.near, meta, source.categories)
    return tuple(dict.fromkeys(by_rule)) or found


def _image(tree: Tree, meta: Metadata, told: Story, chosen: ArticleRules) -> Image | None:
    """Return the article's picture: by rule, else the one it shows, else the one its head names."""
    shown = told.image or picture.of_head(meta.image, meta.image_alt, meta.said.caption, meta.said.credit)
    ruled = next(iter(rules.elements(tree, chosen.image)), None)
    caption, credit = rules.value(tree, chosen.caption), rules.value(tree, chosen.credit)
    if ruled is None and not caption and not credit:
        return shown
    base = shown or Image()
    parted, marked = wording.split_credit(caption) if caption else (base.caption, base.credit)
    return Image(
        url=(picture.source(ruled, tree.url) if ruled is not None else None) or base.url,
        alt=picture.alt(ruled) if ruled is not None else base.alt,
        caption=parted,
        credit=(wording.credit(credit) or credit) if credit else marked,
    )


def _whole(layout: Layout) -> str:
    return " ".join(block.text for block in layout.blocks if block.zone != "hidden")[:WHOLE]
