"""How the store grows: the same questions to stores of several sizes, interleaved, as medians and as ratios.

    python bench/store.py [ARTICLES ...]        (default: 10000 100000; a million takes some minutes and 6 GB)

Every store has 200 categories, one of them with half of all articles, and one source per 500 articles. Wall time on a
warm cache; nothing else should be running.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from feedsvc import store
from feedsvc.model import Article, Change, Fetched, Membership, Outcome, PollTask, Source, SourceState, Vocabulary

START = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORIES = 200
PER_SOURCE = 500
ROUNDS = 41


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as directory:
        worlds = [World(Path(directory) / f"{size}.db", size) for size in sizes]
        for world in worlds:
            rate = world.size / world.fill()
            click.echo(f"{world.size:>9} articles: {rate:.0f} recorded a second, file {world.weight():.2f} x its text")
        click.echo(f"\n{'milliseconds':<34}" + "".join(f"{size:>12}" for size in sizes) + "   last : first")
        for name, question in QUESTIONS.items():
            times = measure(worlds, question)
            click.echo(f"{name:<34}" + "".join(f"{each:>12.3f}" for each in times) + f"{times[-1] / times[0]:>10.2f}")
        for world in worlds:
            world.close()


def measure(worlds: list[World], question: Callable[[World], object]) -> list[float]:
    """Return the median milliseconds for each world, asked in turn so that a busy moment hits all."""
    taken: list[list[float]] = [[] for _ in worlds]
    for _ in range(ROUNDS):
        for world, times in zip(worlds, taken, strict=True):
            begun = time.perf_counter()
            question(world)
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in taken]


class World:
    """A store of so many articles, and its clock."""

    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        self.store = store.open(path)
        self.reader = sqlite3.connect(path)
        self.now = START
        self.random = random.Random(size)
        self.sources = {f"s{n}": Source(id=f"s{n}", url=f"https://s{n}.example/") for n in range(size // PER_SOURCE)}
        self.store.sync_sources(tuple(self.sources.values()), self.now)
        self.written = 0
        self.text_bytes = 0

    def fill(self) -> float:
        """Record articles until there are enough, and return the seconds the store took."""
        seconds = 0.0
        while self.written < self.size:
            self.now += timedelta(hours=1)
            for id_ in self.sources:
                changes = tuple(self.article() for _ in range(25))
                begun = time.perf_counter()
                self.poll(id_, changes)
                seconds += time.perf_counter() - begun
        return seconds

    def claim(self, id_: str) -> PollTask:
        (task,) = self.store.claim(
            self.sources, Vocabulary(), now=self.now, holder="bench", lease=timedelta(hours=1), limit=1,
            alive=lambda name: True, host_gap=lambda host: timedelta(0), only=[id_],
        )  # fmt: skip
        assert isinstance(task, PollTask)
        return task

    def poll(self, id_: str, changes: tuple[Change, ...]) -> tuple[str, ...]:
        task = self.claim(id_)
        state = SourceState(health="ok", last_poll_at=self.now, last_success_at=self.now)
        fetched = Fetched(url=task.source.url, at=self.now, status=200, bytes=30_000, seconds=0.1)
        return self.store.record(
            Outcome(
                source=id_, lease=task.lease, status="ok", started_at=self.now, finished_at=self.now, state=state,
                next_poll_at=self.now + timedelta(hours=1), why="every 1h", changes=changes,
                listed=tuple(change.id for change in changes) or None, fetches=(fetched,),
            )
        )  # fmt: skip

    def article(self) -> Change:
        self.written += 1
        number = self.written
        body = "".join(f"<p>{' '.join(self.words(60))}</p>" for _ in range(self.random.randrange(2, 14)))
        title, teaser = " ".join(self.words(8)), " ".join(self.words(30))
        self.text_bytes += len(title.encode()) + len(teaser.encode()) + len(body.encode())
        picked = {self.random.randrange(1, CATEGORIES), 0 if number % 2 else self.random.randrange(1, CATEGORIES)}
        url = f"https://s.example/meldungen/2026/{'-'.join(self.words(6))}-{number}"
        return Change(
            kind="new",
            id=f"urn:uuid:{self.random.getrandbits(128):032x}",
            keys=(f"guid:https://s.example/?p={number}", url.removeprefix("https://")),
            article=Article(
                url=url, title=title, headline=title, teaser=teaser, body_html=body, published=self.now,
                published_precision="minute", authors=("Ada Beispiel",), categories=("Politik",), language="de",
            ),
            fingerprint=f"{number:032x}",
            lead_fingerprint=f"{number:032x}",
            feed_time=self.now - timedelta(seconds=self.random.randrange(3600)),
            memberships=tuple(Membership(feed=f"feeds/c{n}", name=f"C{n}", reason="label: Politik") for n in picked),
        )  # fmt: skip

    def words(self, count: int) -> Iterator[str]:
        return (WORDS[min(int(self.random.expovariate(0.002)), len(WORDS) - 1)] for _ in range(count))

    def newest(self, feed: str) -> object:
        """Ask the covering table alone, as `latest` does before it reads the articles."""
        return self.reader.execute(
            "SELECT article FROM memberships WHERE feed = (SELECT feed FROM feeds WHERE path = ?)"
            " ORDER BY feed_time DESC LIMIT 50",
            [feed],
        ).fetchall()

    def close(self) -> None:
        self.reader.close()
        self.store.close()

    def weight(self) -> float:
        """Return the bytes of the file for a byte of title, teaser and body_html."""
        self.close()  # writes the log back
        self.store, self.reader = store.open(self.path), sqlite3.connect(self.path)
        return self.path.stat().st_size / self.text_bytes

    def some_source(self) -> str:
        self.now += timedelta(hours=1)
        return f"s{self.random.randrange(len(self.sources))}"


_SYLLABLES = "ver wal tung di gi tal stadt land kreis amt neu es be hör de bür ger in nen ge meinde ü ber recht".split()
WORDS = ["".join(random.Random(n).choices(_SYLLABLES, k=1 + n % 5)) for n in range(20_000)]

QUESTIONS: dict[str, Callable[[World], object]] = {
    "which 50 are the latest, largest": lambda world: world.newest("feeds/c0"),
    "which 50 are the latest, small": lambda world: world.newest("feeds/c7"),
    "latest 50 of the largest category": lambda world: world.store.latest("feeds/c0", 50, body_text=False),
    "latest 50 of a small category": lambda world: world.store.latest("feeds/c7", 50, body_text=False),
    "latest 50 of all": lambda world: world.store.latest("feeds/all", 50, body_text=False),
    "latest 50 of all, with their text": lambda world: world.store.latest("feeds/all", 50),
    "claim and record a poll, no news": lambda world: world.poll(world.some_source(), ()),
    "claim and record one new article": lambda world: world.poll(world.some_source(), (world.article(),)),
    "when is the next one due": lambda world: world.store.next_due(world.now),
    "unpublished feeds": lambda world: world.store.unpublished(),
}

if __name__ == "__main__":
    main()
