"""An operator's rules and a page in, what each rule finds out. Where a rule finds nothing, it says nothing.

All rules of an article are asked before anything is taken out of the tree for the text's sake (`Ruled`), so that what
is stripped from the text can still be its date or its author.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from feedsvc import html
from feedsvc.errors import ContentError
from feedsvc.extract.layout import BLOCKS, HEADINGS
from feedsvc.html import Reading, Tree
from feedsvc.model import ArticleRules, Page

FIELDS = (
    "title", "kicker", "date", "updated", "teaser", "body", "author", "category", "image", "caption", "credit",
    "language", "paywall",
)  # fmt: skip
ROOMS = BLOCKS - {"img", "picture", "amp-img"}  # what stands on lines of its own
_TOLD_ELSEWHERE = ("title", "kicker", "date", "teaser", "caption", "credit", "author")  # and so no part of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the first rule of a field that finds anything found; `plain` says that it asked for whole elements."""

    rule: str = ""
    readings: tuple[Reading, ...] = ()
    elements: tuple[HtmlElement, ...] = ()
    plain: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(reading.value for reading in self.readings)

    @property
    def value(self) -> str | None:
        return next(iter(self.values), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What all rules of an article found: by field; `stripped` are the blocks that are no text."""

    found: Mapping[str, Found] = field(default_factory=dict)
    stripped: tuple[HtmlElement, ...] = ()

    def __getitem__(self, name: str) -> Found:
        return self.found.get(name, Found())

    def named(self, *names: str) -> str:
        """Return how an explanation calls the rules of fields: rule article.title “h1”."""
        told = (f"{name} “{self[name].rule}”" for name in names if self[name].rule)
        return f"rule article.{', '.join(told)}"

    def claimed(self) -> frozenset[HtmlElement]:
        """Return the elements that are told elsewhere, whole, or stripped; never one that holds the ruled text."""
        told = (e for name in _TOLD_ELSEWHERE if self[name].plain for e in self[name].elements)
        around = {above for box in self["body"].elements for above in box.iterancestors()}
        return frozenset((*told, *self.stripped)) - around

    def cuts(self) -> Iterator[tuple[HtmlElement, str]]:
        """Give the texts that are told elsewhere and stand inside an element's text, each with that element."""
        for name in _TOLD_ELSEWHERE:
            for reading in self[name].readings:
                if reading.element is not None and reading.element.tag not in ("meta", "title", "script"):
                    yield reading.element, reading.whole


def read(tree: Tree, chosen: ArticleRules) -> Ruled:
    """Return what the rules find, and take stripped words out; ContentError if a required rule finds nothing."""
    found = {name: _first(tree, rules) for name in FIELDS if (rules := getattr(chosen, name))}
    for name in chosen.required:
        if name in found and not (found[name].readings or found[name].elements):
            rules = " | ".join(f"“{rule}”" for rule in getattr(chosen, name))
            raise ContentError(tree.url, name, f"rule article.{name} {rules} finds nothing", kind="rule")
    return Ruled(found=found, stripped=tuple(_strip(tree, chosen.strip)))


def _first(tree: Tree, rules: Sequence[str]) -> Found:
    for rule in rules:
        readings, elements = tuple(tree.readings(rule)), tuple(tree.select(rule))
        if readings or elements:
            return Found(rule=rule, readings=readings, elements=elements, plain=html.is_plain(rule))
    return Found()


def _strip(tree: Tree, rules: Sequence[str]) -> Iterator[HtmlElement]:
    """Take out what stands inside a line; give what are blocks, which other readings may still need."""
    for rule in rules:
        tree.drop_texts(rule)
        for element in tree.select(rule):
            if any(True for _ in element.iter(*ROOMS)):
                yield element
            elif element.getparent() is not None and not any(a.tag in HEADINGS for a in element.iterancestors()):
                element.drop_tree()


def remove(tree: Tree, rules: Sequence[str]) -> None:
    """Take everything that any of the rules finds out of the tree; the text behind an element stays."""
    for rule in rules:
        tree.drop_texts(rule)
        for element in tree.select(rule):
            if element.getparent() is not None:
                element.drop_tree()


def replaced(page: Page, pairs: Iterable[tuple[str, str]]) -> Page:
    """Return the page with texts of its source replaced, pair by pair; ContentError if it grows too large."""
    if not (pairs := tuple(pairs)):
        return page
    source = html.decode(page)
    for find, put in pairs:
        if len(source) + source.count(find) * (len(put) - len(find)) > html.MAX_BYTES:
            raise ContentError(
                page.final_url, "html", f"rule article.replace “{find}” makes the page too large", kind="rule"
            )
        source = source.replace(find, put)
    return replace(page, body=source.encode("utf-8", "replace"), charset="utf-8")


def elements(tree: Tree, rules: Sequence[str]) -> list[HtmlElement]:
    """Return what the first rule that finds elements finds."""
    return next((found for rule in rules if (found := tree.select(rule))), [])


def values(tree: Tree, rules: Sequence[str]) -> list[str]:
    """Return the texts of the first rule that finds any."""
    return next((found for rule in rules if (found := tree.values(rule))), [])


def value(tree: Tree, rules: Sequence[str]) -> str | None:
    """Return the first text of the first rule that finds any."""
    return next(iter(values(tree, rules)), None)
