"""A directory of Full-Text RSS site config files and a filled Document in, each source's file and its rules out.

`[extract] site_rules` names the directory; a source takes the file of its host, unless it or its profile names one.
Only files that a source takes are read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from feedsvc import siterules, urls
from feedsvc.config import lines, settings, spelling
from feedsvc.config.settings import Document, Fault
from feedsvc.model import ArticleRules, Problem

NONE = "none"  # instead of a file's name: no site rules for this source
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """What was found: each source's file by the source's id, each file's rules, and what of them is not honoured."""

    directory: str = ""
    available: int = 0
    by_source: Mapping[str, str]
    rules: Mapping[str, ArticleRules]
    notes: tuple[Problem, ...] = ()

    def of(self, source: str) -> ArticleRules | None:
        """Return the site rules of a source; None where it has none."""
        return self.rules.get(self.by_source.get(source, ""))

    def __str__(self) -> str:
        """How many rules were found, in a sentence; "" where none are looked for."""
        if not self.directory and not self.by_source:
            return ""
        files = _counted(len(set(self.by_source.values())), "file")
        of_them = f" of {self.available} in {self.directory}" if self.directory else ""
        return f"site rules: {files}{of_them}, for {_counted(len(self.by_source), 'source')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def faults(document: Document, here: Path) -> Iterator[Fault]:
    """Give what is wrong with where site rules are looked for."""
    directory = document.extract.site_rules
    if directory and not os.path.isdir(here / directory):
        yield Fault(("extract", "site_rules"), f"there is no directory {here / directory}")
        return
    named: list[tuple[lines.Path, str]] = [
        *((("profile", name), profile.site_rules) for name, profile in document.profile.items()),
        *((("source", number), source.site_rules) for number, source in enumerate(document.source)),
    ]
    for path, name in named:
        if name and name != NONE and not os.path.isfile(here / directory / name):
            hint = (
                spelling.nearest(name, sorted(_files(here / directory))) or 'or "none": this source takes no site rules'
            )
            yield Fault((*path, "site_rules"), f"there is no file {here / directory / name}", hint)


def read(document: Document, here: Path) -> Sites:
    """Return the site rules of every source."""
    directory = document.extract.site_rules
    available = _files(here / directory) if directory else frozenset()
    by_source = {source.id: name for source in document.source if (name := _name(source, document, available))}
    taken = sorted({*by_source.values(), *({siterules.GLOBAL} & available)})
    parsed = {name: _parsed(here, os.path.join(directory, name)) for name in taken}
    shared = parsed[siterules.GLOBAL][0] if siterules.GLOBAL in parsed else ArticleRules()
    return Sites(
        directory=directory,
        available=len(available),
        by_source=by_source,
        rules={name: siterules.merged(own, shared) for name, (own, _) in parsed.items()},
        notes=tuple(note for _, notes in parsed.values() for note in notes),
    )


def _name(source: settings.Source, document: Document, available: Collection[str]) -> str | None:
    """Return the file a source takes: named by it, by its profile, else that of its host, or of a domain above it.

    The tool these files come from looks at the host of each article; news.example.org's feed mostly leads to articles
    of example.org, so what no file names for the host itself is looked for there.
    """
    profile = document.profile.get(source.profile, settings.Profile())
    if named := source.site_rules or profile.site_rules:
        return named if named != NONE else None
    host = re.sub(r":\d+$", "", urls.host(source.url))
    domains = [".".join(host.split(".")[cut:]) for cut in range(host.count("."))]
    names = (*(name for domain in domains for name in siterules.names(domain)), siterules.GLOBAL)
    return next((name for name in names if name in available), None)


def _files(directory: Path) -> frozenset[str]:
    return frozenset(name for name in os.listdir(directory) if name.endswith(".txt"))


def _parsed(here: Path, name: str) -> tuple[ArticleRules, tuple[Problem, ...]]:
    try:
        with open(here / name, "rb") as file:
            said = file.read(MAX_BYTES)
    except OSError as error:
        note = Problem(key=name, line=None, message=f"cannot be read: {error.strerror}", hint=f"ls -l {here / name}")
        return ArticleRules(), (note,)
    return siterules.parse(_decoded(said), name)


def _decoded(said: bytes) -> str:
    """Return a file's text; old files are not UTF-8."""
    try:
        return said.decode("utf-8-sig")
    except UnicodeDecodeError:
        return said.decode("cp1252", "replace")
