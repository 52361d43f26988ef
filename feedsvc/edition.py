"""What stands in the store in, what stands under var/public out: renders the feeds whose articles changed.

The store marks a feed as unpublished in the transaction that changes it, and the mark goes only when its files are
written: a crash between the two is healed by the next `publish`. Nothing is rendered from before the publish lock.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from feedsvc import classify, publish, render, store
from feedsvc.model import Document, Entry, Feed, FetchSettings, Question, Site, Source, Vocabulary

log = logging.getLogger(__name__)

NEWEST = 5  # headlines per feed on the front page
_RECLASSIFY_BATCH = 500


class Edition:
    """The published state of one store; belongs to the thread that writes the store."""

    def __init__(self, database: store.Store, var: Path, site: Site) -> None:
        self._store = database
        self._var = var
        self._public = var / "public"
        self._site = site
        self._vocabulary = Vocabulary()
        self._sources: tuple[Source, ...] = ()
        self._enabled = frozenset[str]()
        self._fetching: FetchSettings | None = None
        self._failed: dict[str, int] = {}  # feed -> the generation that could not be rendered

    def adopt(
        self, site: Site, sources: Sequence[Source], vocabulary: Vocabulary, fetching: FetchSettings, now: datetime
    ) -> None:
        """Take over titles, categories and sources; stored articles move to the feeds they now belong to."""
        everything = (site, fetching) != (self._site, self._fetching)
        self._fetching = fetching
        self._site, self._vocabulary, self._sources = site, vocabulary, tuple(sources)
        self._enabled = frozenset(source.id for source in sources if source.enabled)
        self._store.declare_feeds(tuple(configured(sources, vocabulary, now)), now)
        self._reclassify(sources, vocabulary, now)
        if everything:
            self.publish(everything=True)

    def publish(self, *, everything: bool = False) -> tuple[str, ...]:
        """Write every feed that has changed, or every one, and return the paths of the files whose bytes changed."""
        changed = self._store.unpublished()
        if not everything and not any(self._is_due(path, changed) for path in changed):
            return ()
        with publish.locked(self._var):
            marks = dict(self._store.unpublished())
            feeds = self._store.feeds()
            wanted = [feed for feed in feeds if everything or self._is_due(feed.path, marks)]
            written: list[str] = []
            done = [feed.path for feed in wanted if self._write(feed, marks.get(feed.path, -1), written)]
            if written or everything:
                written.extend(publish.write(self._public, self._around(feeds)))
                self._retire(feeds)
            self._store.mark_published({path: marks[path] for path in done if path in marks})
        return tuple(written)

    def _write(self, feed: Feed, generation: int, written: list[str]) -> bool:
        """Write one feed's files, and add those that changed to `written`; False if it has to wait."""
        if self._too_early(feed):
            return False
        documents = self._rendered(feed)
        if documents is None:
            self._failed[feed.path] = generation  # not again before it changes again
            return False
        self._failed.pop(feed.path, None)
        written.extend(publish.write(self._public, documents))
        return True

    def _is_due(self, path: str, marks: Mapping[str, int]) -> bool:
        """Whether a feed has changed since it was published, or since it could not be rendered."""
        return path in marks and self._failed.get(path) != marks[path]

    def _rendered(self, feed: Feed) -> tuple[Document, ...] | None:
        """Return a feed's documents, None if they cannot be made: then its last good files stay (protocol P11)."""
        try:
            return render.documents(feed, self._latest(feed, self._site.entries), self._site)
        except Exception:  # the crash barrier: one feed's fault is not another's
            log.exception("feed %s could not be rendered; what is published of it stays", feed.path)
            return None

    def _latest(self, feed: Feed, count: int) -> tuple[Entry, ...]:
        return self._store.latest(feed.path, count, body_text=False)

    def _too_early(self, feed: Feed) -> bool:
        """Whether a new or repaired store would put a poorer feed over a published one (protocol P11)."""
        if self._store.meta("complete"):
            return False
        polled = {row.id for row in self._store.sources(polls=0) if row.last_poll_at is not None}
        if self._enabled <= polled:
            self._store.set_meta("complete", "yes")
            return False
        return (self._public / f"{feed.path}.atom").exists()

    def _around(self, feeds: Sequence[Feed]) -> Iterable[Document]:
        """Yield what is about all feeds: front page, subscription list, about, error pages, style."""
        newest = [(feed, self._latest(feed, NEWEST)) for feed in feeds]
        yield render.index(newest, self._site)
        yield render.opml(feeds, self._site)
        yield render.about(self._site, self._fetching)
        yield render.not_found(self._site)
        yield render.gone(self._site)
        yield from render.assets(self._site)

    def _retire(self, feeds: Sequence[Feed]) -> None:
        """Take down feeds that are gone for good, and say so where they stood (protocol P10)."""
        moved = {f"feeds/{old}": f"feeds/{c.slug}" for c in self._vocabulary.categories for old in c.was}
        retired = [path for path in self._store.retired() if path not in moved]
        publish.write_redirects(self._var, moved, retired, self._site.base_url, self._site.max_age)
        publish.prune(self._public, {feed.path for feed in feeds})

    def _reclassify(self, sources: Sequence[Source], vocabulary: Vocabulary, now: datetime) -> None:
        """Ask the new vocabulary about every stored article, once per vocabulary."""
        given = tuple((source.id, source.categories, source.tags) for source in sources)
        mark = hashlib.sha256(repr((vocabulary, given)).encode()).hexdigest()
        if self._store.meta("vocabulary") == mark:
            return
        by_id = {source.id: source for source in sources}
        changes = (
            (entry.id, classify.memberships(entry.article, by_id[entry.source], vocabulary))
            for entry in self._store.articles()
            if entry.source in by_id
        )
        self._store.reassign(changes, now)
        self._store.set_meta("vocabulary", mark)


def configured(sources: Sequence[Source], vocabulary: Vocabulary, now: datetime) -> Iterable[Feed]:
    """Yield the feeds that exist because the configuration names them, whether or not they have an entry."""
    yield Feed(path=classify.ALL, slug="all", title="Alles", kind="all", changed=now)
    for category in vocabulary.categories:
        path = classify.feed_path(category.slug)
        yield Feed(path=path, slug=category.slug, title=category.name, kind="category", changed=now)
    for question in vocabulary.questions:
        yield _question(question, now)
    for source in sources:
        path = classify.source_path(source.id)
        yield Feed(path=path, slug=source.id, title=source.name or source.id, kind="source", changed=now)


def _question(question: Question, now: datetime) -> Feed:
    path = classify.feed_path(question.slug)
    return Feed(path=path, slug=question.slug, title=question.title, kind="question", changed=now)
