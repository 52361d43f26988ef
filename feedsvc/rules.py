"""Rules as TOML gives them in, checked rule values out; every rule that cannot be used is named.

A rule is a text (`html.selector` reads it); a key holds one or a list of them. Two keys are of another kind: `replace`
holds pairs of texts, `required` names of other keys.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from feedsvc import html, jsonpath
from feedsvc.errors import ConfigError
from feedsvc.model import ArticleRules, ListRules, Problem

Rules = TypeVar("Rules", ListRules, ArticleRules)

MAX_RULES = 500  # of one key
_PATTERNS = frozenset({"include", "exclude"})  # regular expressions on addresses; nearly everything else is a rule
_ELEMENTS = frozenset({"item", "remove", "strip"})  # what is not looked for as a text
_ATTRIBUTE = re.compile(r"/@[\w:*-]+\s*$")
_TEXT = re.compile(r"/text\(\)\s*$")
_NOT_REQUIRED = frozenset({"remove", "strip", "replace", "required"})
# What other tools and people call our keys.
_MEANT = {
    "headline": "title", "heading": "title", "h1": "title", "published": "date", "time": "date", "lead": "teaser",
    "summary": "teaser", "description": "teaser", "subtitle": "teaser", "text": "body", "content": "body",
    "authors": "author", "byline": "author", "categories": "category", "tags": "category", "tag": "category",
    "img": "image", "picture": "image", "items": "item", "url": "link", "href": "link", "modified": "updated",
    "lang": "language", "access": "paywall", "copyright": "credit", "photographer": "credit", "overline": "kicker",
    "delete": "remove", "exclude": "remove", "pager": "next_page", "next": "next_page", "find": "replace",
}  # fmt: skip


def listing(table: Mapping[str, object], where: str = "list") -> ListRules:
    """Return how a listing is read; ConfigError with one Problem for every rule that cannot be used."""
    return _rules(ListRules, table, where)


def article(table: Mapping[str, object], where: str = "article") -> ArticleRules:
    """Return how an article page is read; ConfigError with one Problem for every rule that cannot be used."""
    return _rules(ArticleRules, table, where)


def _rules(kind: type[Rules], table: Mapping[str, object], where: str) -> Rules:
    known = [field.name for field in dataclasses.fields(kind)]
    problems: list[Problem] = []
    found: dict[str, tuple[object, ...]] = {}
    for name, value in table.items():
        if name not in known:
            problems.append(Problem(key=f"{where}.{name}", line=None, message="unknown key", hint=meant(name, known)))
            continue
        key = f"{where}.{name}"
        try:
            found[name] = _pairs(value) if name == "replace" else _texts(value)
        except html.BadRule as error:
            problems.append(Problem(key=key, line=None, message=str(error), hint=error.hint))
            continue
        for number, fault in _faults(name, found[name], known):
            place = key if isinstance(value, str) else f"{key}[{number}]"
            problems.append(Problem(key=place, line=None, message=str(fault), hint=fault.hint))
    if problems:
        raise ConfigError(problems)
    return kind(**found)  # type: ignore[arg-type]


def meant(name: str, known: Sequence[str]) -> str:
    """Return a question that names the key an unknown one was perhaps meant to be, else all there are."""
    other = _MEANT.get(str(name).lower())
    near = [other] if other in known else difflib.get_close_matches(str(name).lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"


def _texts(value: object) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(one, str) for one in texts):
        raise html.BadRule("must be a text or a list of texts", 'for example "h1" or ["h1.title", "h1"]')
    if not all(one.strip() for one in texts):
        raise html.BadRule("must not be empty", "leave the key out to have the page read by itself")
    if len(texts) > MAX_RULES:
        raise html.BadRule(f"holds {len(texts)} rules, over {MAX_RULES}")
    return tuple(texts)


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    hint = 'for example [["<noscript>", "<div>"], ["</noscript>", "</div>"]]'
    if not isinstance(value, (list, tuple)) or len(value) > MAX_RULES:
        raise html.BadRule("must be a list of pairs of texts", hint)
    for pair in value:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            raise html.BadRule("must be a list of pairs of texts", hint)
        if not pair[0]:
            raise html.BadRule("must not look for an empty text")
    return tuple((pair[0], pair[1]) for pair in value)


def _faults(name: str, found: Sequence[object], known: Sequence[str]) -> Iterator[tuple[int, html.BadRule]]:
    """Give what is wrong with the rules of a key, each with its number."""
    for number, one in enumerate(found if name != "replace" else ()):
        try:
            if name == "required":
                _check_required(str(one), known)
            else:
                _check(name, str(one))
        except html.BadRule as error:
            named = error if name == "required" else html.BadRule(f"“{_shown(str(one))}” is {error}", error.hint)
            yield number, named


def _shown(rule: str) -> str:
    """Return a rule as it is written, on one line and not endless."""
    return "".join(one if one.isprintable() else "\ufffd" for one in rule[:200])


def _check(name: str, rule: str) -> None:
    if name in _PATTERNS:
        html.compiled(rule)
        return
    if rule.startswith(jsonpath.PREFIX):
        _check_path(rule)
        return
    html.check(rule)
    texts = _ATTRIBUTE.search(rule) or (_TEXT.search(rule) if name == "item" else None)
    if name in _ELEMENTS and rule.startswith("xpath:") and texts:
        raise html.BadRule(
            f"a rule that finds texts, and {name} takes elements", f"did you mean {rule[: texts.start()]}?"
        )


def _check_path(rule: str) -> None:
    try:
        jsonpath.check(rule)
    except jsonpath.BadPath as error:
        raise html.BadRule(str(error), "for example json:data.items or json:tags[0].name") from None


def _check_required(name: str, known: Sequence[str]) -> None:
    keys = [key for key in known if key not in _NOT_REQUIRED]
    if name not in keys:
        raise html.BadRule(f"{name!r} is no key that can be required", meant(name, keys))
