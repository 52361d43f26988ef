"""An operator's rules and a page's tree in, what each rule finds out. Where a rule finds nothing, it says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from feedsvc.html import Tree


def remove(tree: Tree, rules: Sequence[str]) -> None:
    """Take everything that any of the rules finds out of the tree; the text behind an element stays."""
    for rule in rules:
        for element in tree.select(rule):
            if element.getparent() is not None:
                element.drop_tree()


def elements(tree: Tree, rules: Sequence[str]) -> list[HtmlElement]:
    """Return what the first rule that finds elements finds."""
    return next((found for rule in rules if (found := tree.select(rule))), [])


def values(tree: Tree, rules: Sequence[str]) -> list[str]:
    """Return the texts of the first rule that finds any."""
    return next((found for rule in rules if (found := tree.values(rule))), [])


def value(tree: Tree, rules: Sequence[str]) -> str | None:
    """Return the first text of the first rule that finds any."""
    return next(iter(values(tree, rules)), None)
