"""A Document in, what does not fit together in it out: missing and doubled names, dead references, contradictions.

Each value by itself has been found good by then; a bad one has been replaced by its default.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from feedsvc import urls
from feedsvc.config import effective, lines, spelling
from feedsvc.config.settings import Defaults, Document, Fault, Question, Source

_RESERVED_SLUG = "all"
_RESERVED_START = "tag-"


def faults(document: Document) -> Iterator[Fault]:
    """Return everything that does not fit together."""
    yield from _names(document)
    yield from _slugs(document)
    yield from _hosts(document)
    yield from _spans(("defaults",), document.defaults, document.defaults)
    for number, source in enumerate(document.source):
        yield from _source(("source", number), source, document)
    for number, question in enumerate(document.feed):
        yield from _question(("feed", number), question, document)


def _names(document: Document) -> Iterator[Fault]:
    for number, category in enumerate(document.category):
        yield from _missing(("category", number, "slug"), category.slug)
    for number, question in enumerate(document.feed):
        yield from _missing(("feed", number, "slug"), question.slug)
    seen: dict[str, lines.Path] = {}
    for number, source in enumerate(document.source):
        yield from _missing(("source", number, "id"), source.id)
        yield from _missing(("source", number, "url"), source.url)
        first = seen.setdefault(source.id, ("source", number))
        if source.id and first != ("source", number):
            message = f'"{source.id}" is already the id of {lines.dotted(first)}'
            yield Fault(("source", number, "id"), message, "give each source an id of its own")


def _missing(path: lines.Path, value: str) -> Iterator[Fault]:
    if not value:
        table, key = path[0], path[-1]
        yield Fault(path, "is missing", f"every [[{table}]] needs {key} = " + '"..."')


def _slugs(document: Document) -> Iterator[Fault]:
    """Find clashes in the one namespace of /feeds/: categories, their old slugs, questions, "all" and "tag-..."."""
    claims: list[tuple[str, lines.Path]] = []
    for number, category in enumerate(document.category):
        claims.append((category.slug, ("category", number, "slug")))
    for number, question in enumerate(document.feed):
        claims.append((question.slug, ("feed", number, "slug")))
    for number, category in enumerate(document.category):
        claims.extend((old, ("category", number, "was")) for old in category.was)
    taken: dict[str, lines.Path] = {}
    for slug, path in claims:
        if slug == _RESERVED_SLUG or slug.startswith(_RESERVED_START):
            yield Fault(path, f'"{slug}" is reserved', '"all" and everything that begins with "tag-" are feeds already')
        elif slug and slug in taken:
            message = f'"{slug}" is taken by {lines.dotted(taken[slug])}'
            yield Fault(path, message, "categories, their old slugs and feeds share one namespace")
        taken.setdefault(slug, path)


def _hosts(document: Document) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name in document.fetch.hosts:
        path = ("fetch", "hosts", name)
        if not spelling.is_host(name):
            yield Fault(path, f"{name!r} is no host", 'write "example.org" or "example.org:8080", nothing else')
        elif (first := seen.setdefault(urls.host(f"http://{name}/"), name)) != name:
            yield Fault(path, f'is the same host as "{first}"', "keep one of the two tables")


def _source(path: lines.Path, source: Source, document: Document) -> Iterator[Fault]:
    if source.cron and source.written("every"):
        yield Fault((*path, "cron"), "cannot stand beside every", "keep one of the two")
    whole = effective.with_defaults(source, document.defaults)
    if source.written("min_every") or source.written("max_every"):
        yield from _spans(path, source, whole)
    if whole.content == "full" and not source.license:
        at = "content" if source.written("content") else "license"
        hint = 'say what allows it: license = "CC BY 4.0", or write content = "teaser"'
        yield Fault((*path, at), 'content = "full" needs a license', hint)
    if source.profile and source.profile not in document.profile:
        message = f'there is no profile "{source.profile}"'
        yield Fault((*path, "profile"), message, _known(source.profile, document.profile))


def _spans(path: lines.Path, written: Defaults, whole: Defaults) -> Iterator[Fault]:
    if spelling.span(whole.min_every) > spelling.span(whole.max_every):
        key = "min_every" if written.written("min_every") else "max_every"
        yield Fault((*path, key), f"min_every = {whole.min_every} is longer than max_every = {whole.max_every}")


def _question(path: lines.Path, question: Question, document: Document) -> Iterator[Fault]:
    slugs = {category.slug for category in document.category}
    # A label that nobody configured gets a category of its own, so a question may name that too.
    slugs.update(urls.slug(label) for source in document.source for label in source.categories)
    renamed = {old: category.slug for category in document.category for old in category.was}
    for key, named in (("any", question.any), ("all", question.all), ("none", question.none)):
        for slug in _unknown(named, slugs):
            hint = f'it is called "{renamed[slug]}" now' if slug in renamed else _known(slug, slugs)
            yield Fault((*path, key), f'there is no category with the slug "{slug}"', hint)
    ids = {source.id for source in document.source}
    for name in _unknown(question.sources, ids):
        yield Fault((*path, "sources"), f'there is no source with the id "{name}"', _known(name, ids))


def _unknown(named: Iterable[str], known: Collection[str]) -> Iterator[str]:
    return (name for name in named if name not in known)


def _known(name: str, known: Collection[str]) -> str | None:
    names = sorted(filter(None, known))
    return spelling.nearest(name, names) or (f"known: {', '.join(names[:12])}" if names else None)
