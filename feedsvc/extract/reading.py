"""Everything known about one page in, its article out: the readings of the single fields put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from feedsvc import dates, html, text, wording
from feedsvc.errors import ContentError
from feedsvc.extract import access, body, header, headline, language, metadata, people, picture, rules, topics
from feedsvc.extract.layout import Block, Layout
from feedsvc.extract.metadata import Metadata
from feedsvc.html import Tree
from feedsvc.model import Article, ArticleRules, Image, Lead, Page, Source

FOOT = 40  # blocks behind the text among which the article's topics stand
_FIGURES = re.compile(r"<figure>.*?</figure>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heading:
    """Kicker and headline, and the element that shows them."""

    kicker: str | None
    headline: str
    element: HtmlElement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The article's text and the picture above it."""

    markup: str | None
    plain: str | None
    lead: header.Lead
    around: tuple[Block, ...]
    near: tuple[Block, ...]
    image: Image | None


def article(page: Page, lead: Lead | None, source: Source) -> Article:
    """Return the article a page shows; ContentError if it shows none (kinds "parse", "challenge", "consent_wall").

    Pure: reads the page's bytes and nothing else. Every single value that is not found is None, never "".
    """
    tree = html.parse(page)
    chosen = source.article_rules
    rules.remove(tree, chosen.remove)
    meta = metadata.read(tree)
    layout = Layout(tree.root)
    heading = _heading(tree, layout, meta, lead, chosen)
    when = header.When(language=_spoken(meta) or source.language, timezone=source.timezone, now=page.fetched_at)
    told = _text(tree, layout, meta, heading, when, chosen)
    _refuse(tree, page, meta, heading, told)
    moment = _moment(tree, layout, meta, told, page, when, chosen)
    title = heading.headline if heading else (meta.page_title or "")
    kicker = heading.kicker if heading else None
    return Article(
        url=page.final_url,
        title=wording.join_title(kicker, title),
        headline=title,
        kicker=kicker,
        teaser=_teaser(tree, told, lead, chosen),
        body_html=told.markup,
        body_text=told.plain,
        published=moment.at if moment else (lead.published if lead else None),
        published_precision=moment.precision if moment else (lead.published_precision if lead else None),
        updated=header.updated(meta, moment, when),
        authors=_authors(tree, layout, meta, told, lead, chosen),
        categories=_categories(tree, layout, meta, told, source),
        image=_image(tree, meta, told, chosen),
        language=language.detect(told.plain, meta.language),
        access=access.read(meta, _whole(layout), told.plain),
        canonical=meta.canonical,
    )


def _spoken(meta: Metadata) -> str | None:
    return language.detect(None, meta.language)


def _heading(tree: Tree, layout: Layout, meta: Metadata, lead: Lead | None, chosen: ArticleRules) -> _Heading | None:
    """Return headline and kicker: by rule, else as the page shows them, else as the lead told them."""
    found = headline.read(layout, meta)
    kicker = rules.value(tree, chosen.kicker)
    elements = rules.elements(tree, chosen.title)
    if elements:
        whole = html.content(elements[0]) or ""
        title = whole.removeprefix(kicker).lstrip(": ") if kicker else whole
        return _Heading(kicker=kicker, headline=title or whole, element=elements[0])
    if found is None:
        told = (lead.headline or lead.title) if lead else None
        return _Heading(kicker=lead.kicker if lead else None, headline=told, element=None) if told else None
    if lead and lead.kicker and not found.kicker and not kicker:
        return _with_lead(found, lead)
    return _Heading(kicker=kicker or found.kicker, headline=found.headline, element=found.element)


def _with_lead(found: headline.Headline, lead: Lead) -> _Heading:
    """Part a glued heading by the listing's "Kicker: Headline" (trap T1)."""
    kicker, title = lead.kicker or "", lead.headline or ""
    if text.fold(found.headline) in (text.fold(kicker + title), text.fold(title), text.fold(f"{kicker} {title}")):
        return _Heading(kicker=lead.kicker, headline=title or found.headline, element=found.element)
    return _Heading(kicker=None, headline=found.headline, element=found.element)


def _text(
    tree: Tree, layout: Layout, meta: Metadata, heading: _Heading | None, when: header.When, chosen: ArticleRules
) -> _Text:
    """Read the text: find its container, the header zone before it, the picture, and what is left of both."""
    known = body.Surroundings(
        headline=heading.element if heading else None,
        title=heading.headline if heading else "",
        repeated=meta.body or "",
        teasers=body.teasers(layout),
    )
    ruled = rules.elements(tree, chosen.body)
    within = ruled[0] if ruled else body.container(layout, known)
    first = body.select(layout, within, known, ())
    around = header.around(layout.blocks, known.headline, [b for b in first if body.is_prose(b)])
    pictures = _pictures(layout, tree.url, known, first, within)
    used = {block for shown in pictures.values() for block in shown.blocks}
    lead = header.lead(
        layout.blocks,
        [b for b in around if b not in used],
        [b for b in first if b not in used],
        meta,
        known.title,
        when,
    )
    if lead.dated:
        used.update(lead.blocks)
    kept = [b for b in body.select(layout, within, known, used) if b not in used]
    markup = html.clean(body.markup(_with_pictures(layout, kept, pictures, _leading(lead, kept))), tree.url)
    plain = html.plain(_FIGURES.sub("", markup)) if markup else None
    image = next((shown.image for shown in pictures.values()), None)
    return _Text(markup=markup, plain=plain, lead=lead, around=around, near=_near(layout, known, kept), image=image)


def _near(layout: Layout, known: body.Surroundings, kept: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks from the headline to a little behind the text."""
    numbers = {block: number for number, block in enumerate(layout.blocks)}
    if not kept:
        return ()
    start = next((n for n, b in enumerate(layout.blocks) if b.element is known.headline), numbers.get(kept[0], 0))
    end = numbers.get(kept[-1], start)
    return tuple(b for b in layout.blocks[min(start, end) : end + FOOT] if b not in known.teasers)


def _leading(lead: header.Lead, kept: Sequence[Block]) -> tuple[Block, ...]:
    """A lead that stands in the header is the text's first paragraph too, unless a date is glued to it."""
    return () if lead.dated else tuple(block for block in lead.blocks if block not in kept)


def _pictures(
    layout: Layout, base: str, known: body.Surroundings, kept: Sequence[Block], within: HtmlElement
) -> dict[Block, picture.Picture]:
    """Return the pictures from the headline to the end of the text, in page order."""
    blocks = layout.blocks
    if not kept:
        return {}
    numbers = {block: number for number, block in enumerate(blocks)}
    start = next((n for n, b in enumerate(blocks) if b.element is known.headline), numbers[kept[0]] - 6)
    found: dict[Block, picture.Picture] = {}
    for number in range(max(0, min(start, numbers[kept[0]])), numbers[kept[-1]] + 1):
        block = blocks[number]
        if block.role != "figure" or block.zone not in ("", "caption") or block in known.teasers:
            continue
        if any(b.element is block.element for b in found):
            continue
        shown = picture.read(blocks, number, base)
        if shown and not any(shown.image.url == other.image.url for other in found.values()):
            found[block] = shown
    return found


def _with_pictures(
    layout: Layout, kept: Sequence[Block], pictures: dict[Block, picture.Picture], leading: Sequence[Block]
) -> list[Block]:
    """Put the pictures inside the text between its blocks; the one above it is the article's image, not the text's."""
    if not kept:
        return list(leading)
    numbers = {block: number for number, block in enumerate(layout.blocks)}
    inside = [
        Block(element=b.element, role="figure", text="", markup=picture.markup(shown))
        for b, shown in list(pictures.items())
        if numbers[b] > numbers[kept[0]]
    ]
    places = {
        id(b.element): numbers[b0] for b0, b in zip([k for k in pictures if numbers[k] > numbers[kept[0]]], inside)
    }
    merged = sorted([*kept, *inside], key=lambda b: numbers.get(b, places.get(id(b.element), 0)))
    return [*leading, *merged]


def _refuse(tree: Tree, page: Page, meta: Metadata, heading: _Heading | None, told: _Text) -> None:
    """Raise ContentError for a page that is no article: a barrier, or neither headline nor text."""
    whole = told.plain or html.content(tree.root) or ""
    kind = access.barrier(tree, meta.page_title, told.plain, whole)
    if kind:
        raise ContentError(
            page.final_url, "article", f"a {kind.replace('_', ' ')} stands before the article", kind=kind
        )
    if heading is None and not told.plain:
        raise ContentError(page.final_url, "article", "neither a headline nor a text")


def _moment(
    tree: Tree, layout: Layout, meta: Metadata, told: _Text, page: Page, when: header.When, chosen: ArticleRules
) -> dates.Moment | None:
    for said in rules.values(tree, chosen.date):
        if found := when.parse(said):
            return found
    return header.published(meta, layout.blocks, told.around, told.lead, page.final_url, when)


def _teaser(tree: Tree, told: _Text, lead: Lead | None, chosen: ArticleRules) -> str | None:
    by_rule = rules.value(tree, chosen.teaser)
    if by_rule:
        return text.without_more(re.sub(r"^\[[\d. ]+\]\s*", "", by_rule))
    return told.lead.text or (lead.teaser if lead else None)


def _authors(
    tree: Tree, layout: Layout, meta: Metadata, told: _Text, lead: Lead | None, chosen: ArticleRules
) -> tuple[str, ...]:
    by_rule = rules.values(tree, chosen.author)
    if by_rule:
        return tuple(name for said in by_rule for name in (wording.byline(said) or (said,)))
    return people.authors(tree, meta, told.around, layout.blocks) or (lead.authors if lead else ())


def _categories(tree: Tree, layout: Layout, meta: Metadata, told: _Text, source: Source) -> tuple[str, ...]:
    by_rule = rules.values(tree, source.article_rules.category)
    return tuple(dict.fromkeys(by_rule)) or topics.categories(tree, layout.blocks, told.near, meta, source.categories)


def _image(tree: Tree, meta: Metadata, told: _Text, chosen: ArticleRules) -> Image | None:
    shown = told.image or picture.of_head(meta.image, meta.image_alt, meta.said.caption, meta.said.credit)
    ruled = rules.elements(tree, chosen.image)
    caption, credit = rules.value(tree, chosen.caption), rules.value(tree, chosen.credit)
    if not (ruled or caption or credit):
        return shown
    parted, found = wording.split_credit(caption) if caption else (None, None)
    base = shown or Image()
    return Image(
        url=(picture.source(ruled[0], tree.url) if ruled else None) or base.url,
        alt=(text.tidy(ruled[0].get("alt")) if ruled else None) or base.alt,
        caption=parted or base.caption,
        credit=(wording.credit(credit) or credit if credit else None) or found or base.credit,
    )


def _whole(layout: Layout) -> str:
    return " ".join(block.text for block in layout.blocks if block.zone != "hidden")[:60_000]
