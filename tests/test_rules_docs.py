"""docs/rules.md: every example in it is run, and it names every key and every directive there is."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import feedsvc
from feedsvc import extract, siterules
from feedsvc.model import ArticleRules, ListRules, Page, Source

DOCS = (Path(__file__).resolve().parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
URL = "https://portal.example/"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _examples() -> Iterator[object]:
    """Give each page with the rules and the values that follow it."""
    page = rules = kind = ""
    for block in _BLOCK.finditer(DOCS):
        if block[1] == "html":
            page = block[2]
        elif block[1] == "json":
            yield pytest.param(
                page, kind, rules, json.loads(block[2]), id=f"line {DOCS[: block.start()].count(chr(10))}"
            )
        else:
            kind, rules = block[1], block[2]


def _read(page: str, kind: str, rules: str) -> object:
    if kind == "ini":
        found, problems = siterules.parse(rules, "docs")
        assert problems == ()
        return extract.article(
            Page(url=URL, final_url=URL, body=page.encode()), None, Source(id="x", url=URL, article_rules=found)
        )
    table = tomllib.loads(rules)
    if "list" in table:
        return feedsvc.find_leads(page.encode(), URL, rules=table["list"])
    return feedsvc.extract_article(page.encode(), URL, rules=table["article"])


def _plain(value: object, wanted: object) -> object:
    """Return a value as JSON writes it, of objects the keys that are wanted."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        keys = wanted if isinstance(wanted, list) and len(wanted) == len(value) else [None] * len(value)
        return [_plain(one, key) for one, key in zip(value, keys, strict=True)]
    if isinstance(wanted, dict):
        return {key: _plain(getattr(value, key), inner) for key, inner in wanted.items()}
    return value


@pytest.mark.parametrize(("page", "kind", "rules", "wanted"), [*_examples()])
def test_every_example_gives_what_stands_below_it(page: str, kind: str, rules: str, wanted: object) -> None:
    assert _plain(_read(page, kind, rules), wanted) == wanted


def test_every_key_is_told() -> None:
    keys = {field.name for rules in (ArticleRules, ListRules) for field in dataclasses.fields(rules)}
    assert {key for key in keys if f"`{key}`" not in DOCS} == set()


def test_every_directive_that_is_honoured_or_without_effect_is_told() -> None:
    told = {*siterules.HONOURED, *siterules.WITHOUT_EFFECT} - {"test"}
    start = "test_", "post_strip_attr"
    assert {name for name in told if f"`{name}`" not in DOCS and not name.startswith(start)} == set()
