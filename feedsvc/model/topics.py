"""Categories, saved questions, and why an article belongs to one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A topic of the operator's: labels win, keywords add to it, a fallback takes what no other category took."""

    slug: str
    name: str
    labels: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A saved question (`[[feed]]`): keys joined by AND; inside any, sources and tags by OR; () restricts nothing."""

    slug: str
    title: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Everything that decides which feeds an article belongs to."""

    categories: tuple[Category, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An article belongs to a feed, and why. `feed` is the feed's path ("feeds/politik"), `name` is for people."""

    feed: str
    name: str
    reason: str
