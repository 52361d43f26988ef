"""Rules as TOML gives them in, compiled-once rule values out; every rule that cannot be used is named."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import TypeVar

import regex

from feedsvc import html
from feedsvc.errors import ConfigError
from feedsvc.model import ArticleRules, ListRules, Problem

Rules = TypeVar("Rules", ListRules, ArticleRules)

_PATTERNS = frozenset({"include", "exclude"})  # regular expressions on addresses; everything else is a selector


def listing(table: Mapping[str, object], where: str = "list") -> ListRules:
    """Return how a listing is read; ConfigError with one Problem for every rule that cannot be used."""
    return _rules(ListRules, table, where)


def article(table: Mapping[str, object], where: str = "article") -> ArticleRules:
    """Return how an article page is read; ConfigError with one Problem for every rule that cannot be used."""
    return _rules(ArticleRules, table, where)


def _rules(kind: type[Rules], table: Mapping[str, object], where: str) -> Rules:
    known = [field.name for field in dataclasses.fields(kind)]
    problems: list[Problem] = []
    found: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        key = f"{where}.{name}"
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            problems.append(Problem(key=key, line=None, message="unknown key", hint=hint))
            continue
        texts = (value,) if isinstance(value, str) else value
        if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) and text.strip() for text in texts):
            problems.append(Problem(key=key, line=None, message="must be a text or a list of texts"))
            continue
        found[name] = tuple(texts)
        problems.extend(_unusable(key, name, text) for text in texts if _reason(name, text))
    if problems:
        raise ConfigError(problems)
    return kind(**found)


def _unusable(key: str, name: str, text: str) -> Problem:
    return Problem(key=key, line=None, message=f"{text!r} is {_reason(name, text)}")


def _reason(name: str, text: str) -> str | None:
    try:
        if name in _PATTERNS:
            regex.compile(text)
        else:
            html.check(text)
    except regex.error as error:
        return f"not a regular expression: {error}"
    except ValueError as error:
        return str(error)
    return None
