"""The running service: what is due is polled in threads, what they find is recorded and published by one writer.

Everything that changes something happens in one loop that takes events from a queue: a tick of the clock, a finished
poll, a reload, a stop. APScheduler is the clock and nothing else; what is due is a column in the store. This is the one
place where an unexpected error is caught: it costs its own poll or its own feed, and is logged with its traceback.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from feedsvc import edition, locks, logs, poll, store, urls
from feedsvc.errors import ConfigError, StoreError
from feedsvc.model import (
    FetchSettings,
    Outcome,
    Page,
    PollTask,
    Problem,
    Read,
    Request,
    RobotsFile,
    Site,
    Source,
    Vocabulary,
    WebSettings,
)

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
LEASE = timedelta(hours=1)  # a holder that dies loses it at once; the time only guards against one that hangs
PATIENCE = timedelta(seconds=60)  # how long one round waits for a host to have rested
GRACE = timedelta(seconds=6)  # how long polls under way may finish after a stop


class Fetcher(Protocol):
    """What makes requests: `feedsvc.fetch.Fetcher`, or a dictionary of pages in a test."""

    def __call__(self, request: Request) -> Page: ...

    def drain_robots(self) -> tuple[RobotsFile, ...]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The slices of the configuration a running service needs; `problems` are sources that were skipped."""

    var: Path
    site: Site
    sources: tuple[Source, ...]
    vocabulary: Vocabulary
    fetch: FetchSettings
    web: WebSettings
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something the loop has to deal with."""

    kind: Literal["tick", "finished", "reload", "stop"]
    task: PollTask | None = None
    outcome: Outcome | None = None  # None with "finished": the poll was interrupted


class Interrupted(Exception):  # no error: the service stops
    """A poll is given up because the service stops; its lease goes back and nothing of it is recorded."""


class Service:
    """The scheduler and the one writer. Use it as a context manager, from one thread."""

    def __init__(
        self,
        setup: Setup,
        *,
        make_fetcher: Callable[[FetchSettings, Iterable[RobotsFile]], Fetcher],
        read: Read,
        holder: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        self._setup = setup
        self._make_fetcher = make_fetcher
        self._read = read
        self._holder = holder
        self._now = now
        self._on_outcome = on_outcome
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._work: queue.SimpleQueue[PollTask | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._under_way: dict[str, PollTask] = {}  # by source id
        self._threads: list[threading.Thread] = []
        self._unreleased: list[PollTask] = []
        self._storing = logs.Trouble(log, "the store can be written again")
        self._publishing = logs.Trouble(log, "feeds are published again")
        self._store = store.open(setup.var / "feedsvc.db")
        self._edition = edition.Edition(self._store, setup.var, setup.site)
        self._fetcher = make_fetcher(setup.fetch, self._store.robots())

    def __enter__(self) -> Service:
        self._adopt(self._setup)
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._work.put(None)
        self._fetcher.close()
        self._store.close()

    @property
    def setup(self) -> Setup:
        """The configuration in force."""
        return self._setup

    @property
    def summary(self) -> str:
        """What the service is doing, in a line; what the machine refuses comes first."""
        under_way = f"{len(self._setup.sources)} sources, {len(self._under_way)} being polled"
        return "; ".join(filter(None, (self._storing.reason, self._publishing.reason, under_way)))

    # ---- the daemon -------------------------------------------------------------------------------------------------

    def run(self, *, load: Callable[[], Setup], watch: Path | None = None, every_tick: Callable[[], None]) -> None:
        """Work until `stop`; `load` reads the configuration again on SIGHUP or when the watched file changes."""
        stamp = _stamp(watch)
        clock = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        clock.add_job(self._events.put, "interval", (Event(kind="tick"),), seconds=TICK.total_seconds())
        clock.start()
        self._events.put(Event(kind="tick"))
        self._edition.publish(everything=True)
        try:
            while True:
                event = self._events.get()
                if event.kind == "stop":
                    break
                if event.kind == "tick":
                    every_tick()
                    if _stamp(watch) != stamp:
                        stamp = _stamp(watch)
                        self._handle(Event(kind="reload"), load)
                self._handle(event, load)
        finally:
            clock.shutdown(wait=False)
            self._wind_up()

    def _handle(self, event: Event, load: Callable[[], Setup]) -> None:
        """Deal with one event; while the machine refuses (a full disk), what is published stays served."""
        try:
            if event.kind == "tick":
                unreleased, self._unreleased = self._unreleased, []
                for task in unreleased:
                    self._give_back(task)
                self._claim()
            elif event.kind == "finished":
                self._finish(event)
            elif event.kind == "reload":
                self._reload(load)
        except StoreError as error:
            self._storing.is_on(error)
        try:
            if self._events.empty() and self._edition.publish():
                self._publishing.is_over()
        except StoreError as error:
            self._publishing.is_on(error)

    def stop(self) -> None:
        """Ask `run` to end: safe to call from a signal handler and from any thread."""
        self._stopping.set()
        self._events.put(Event(kind="stop"))

    def reload(self) -> None:
        """Ask `run` to read the configuration again: safe to call from a signal handler."""
        self._events.put(Event(kind="reload"))

    # ---- one round --------------------------------------------------------------------------------------------------

    def once(self, only: Collection[str] | None = None, *, force: bool = False) -> tuple[store.Deferred, ...]:
        """Poll every source that is due, or those named, publish, and return which of the named had to be put off.

        A source that waits only for a host which this very round keeps busy is waited for, and so is a short rest of
        a host unless the source was named (contract, `poll`).
        """
        remaining = set(only if only is not None else self._due())
        mine: set[str] = set()  # hosts of this round
        deferred: list[store.Deferred] = []
        while remaining or self._under_way:
            for found in self._claim(only=remaining, force=force) if remaining else ():
                if isinstance(found, PollTask):
                    mine.add(urls.host(found.source.url))
                    remaining.discard(found.source.id)
                elif not self._waits_for(found, mine, named=only is not None):
                    deferred.append(found)
                    remaining.discard(found.source_id)
            self._next_event(timeout=0.1)
        self._edition.publish()
        return tuple(deferred) if only is not None else ()

    def publish(self) -> tuple[str, ...]:
        """Render everything again and return the paths of the files whose bytes changed."""
        return self._edition.publish(everything=True)

    def _due(self) -> Iterable[str]:
        now = self._now()
        return (row.id for row in self._store.sources(polls=0) if row.enabled and row.next_poll_at <= now)

    def _waits_for(self, found: store.Deferred, mine: Collection[str], *, named: bool) -> bool:
        source = self._sources().get(found.source_id)
        if source is not None and found.kind in ("host", "gap") and urls.host(source.url) in mine:
            return True
        return found.kind == "gap" and not named and found.until - self._now() <= PATIENCE

    def _next_event(self, timeout: float) -> None:
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return
        if event.kind == "finished":
            self._finish(event)
        elif event.kind == "stop":
            self._wind_up()
            raise Interrupted

    # ---- claiming, polling, recording -------------------------------------------------------------------------------

    def _claim(
        self, *, only: Collection[str] | None = None, force: bool = False
    ) -> tuple[PollTask | store.Deferred, ...]:
        free = self._setup.fetch.workers - len(self._under_way)
        if free <= 0 or self._stopping.is_set():
            return ()
        now = self._now()
        claimed = self._store.claim(
            self._sources(),
            self._setup.vocabulary,
            now=now,
            holder=self._holder,
            lease=LEASE,
            limit=free,
            alive=lambda name: name == self._holder or locks.alive(self._setup.var, name),
            host_gap=lambda host: self._setup.fetch.of(host).host_gap,
            only=only,
            force=force,
        )
        for found in claimed:
            if isinstance(found, PollTask):
                self._under_way[found.source.id] = found
                self._hand_out(found)
        return claimed

    def _hand_out(self, task: PollTask) -> None:
        if len(self._threads) < min(self._setup.fetch.workers, len(self._under_way)):
            # daemon threads: a request that hangs must not keep the service from ending
            thread = threading.Thread(target=self._worker, name=f"poll-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._work.put(task)

    def _worker(self) -> None:
        while (task := self._work.get()) is not None:
            outcome: Outcome | None = None
            try:
                outcome = poll.poll(task, self._fetch, self._read, self._now)
            except Interrupted:
                pass
            except Exception as error:  # the crash barrier: one source's bug is not another's
                log.exception("polling %s failed unexpectedly", task.source.id)
                outcome = poll.crashed(task, error, self._now)
            self._events.put(Event(kind="finished", task=task, outcome=outcome))

    def _fetch(self, request: Request) -> Page:
        if self._stopping.is_set():
            raise Interrupted
        return self._fetcher(request)

    def _finish(self, event: Event) -> None:
        """Record a finished poll, or give its lease back; what the store refuses costs this poll and nothing else."""
        task, outcome = event.task, event.outcome
        if task is None:
            return
        self._under_way.pop(task.source.id, None)
        if outcome is None:
            self._give_back(task)
            return
        try:
            self._record(task, outcome)
        except store.LeaseLost as error:
            log.warning("%s: %s", outcome.source, error)
        except StoreError as error:
            self._storing.is_on(error)
            self._give_back(task)

    def _record(self, task: PollTask, outcome: Outcome) -> None:
        try:
            self._store.record(outcome)
        except store.LeaseLost:
            raise
        except StoreError as error:  # perhaps only this outcome: then its source is pushed forward like a failed one
            outcome = poll.crashed(task, error, self._now)
            self._store.record(outcome)
        self._storing.is_over()
        self._store.save_robots(self._fetcher.drain_robots())
        logs.poll(log, outcome)
        self._on_outcome(outcome)

    def _give_back(self, task: PollTask) -> None:
        """Free a source for the next claim; if even that fails (a full disk), it is tried again with every tick."""
        try:
            self._store.release(task, self._now())
        except StoreError as error:
            self._storing.is_on(error)
            self._unreleased.append(task)

    def _wind_up(self) -> None:
        """Record what finishes within the grace period, give back every other lease, publish what was recorded."""
        self._stopping.set()
        end = self._now() + GRACE
        while self._under_way and self._now() < end:
            try:
                event = self._events.get(timeout=max(0.0, (end - self._now()).total_seconds()))
            except queue.Empty:
                break
            self._finish(event)
        for task in self._under_way.values():
            self._give_back(task)
        self._under_way.clear()
        self._edition.publish()

    # ---- configuration ----------------------------------------------------------------------------------------------

    def _sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self._setup.sources}

    def _reload(self, load: Callable[[], Setup]) -> None:
        """Take over what changed; an invalid edit keeps the old configuration and says why."""
        try:
            new = load()
        except ConfigError as error:
            log.error("config.toml was not taken over; the old configuration stays in force:\n%s", error)
            self._store.set_problems(error.problems, self._setup.problems)
            return
        old = self._setup
        if new == old:
            self._store.set_problems(left_out=old.problems)
            return
        if new.var != old.var or (new.web.host, new.web.port) != (old.web.host, old.web.port):
            log.warning("[service] var, [web] host and port take effect at the next start")
            web = replace(new.web, host=old.web.host, port=old.web.port)
            new = replace(new, var=old.var, web=web)
        self._adopt(new)
        log.info(
            "config.toml was taken over: %d sources, %d categories", len(new.sources), len(new.vocabulary.categories)
        )

    def _adopt(self, setup: Setup) -> None:
        """Make a configuration the one in force: in the fetcher, the store, and the feeds of stored articles."""
        if setup.fetch != self._setup.fetch:
            self._fetcher = self._make_fetcher(setup.fetch, self._store.robots())
        self._setup = setup
        for problem in setup.problems:
            log.error("a source is left out: %s", problem)
        self._store.set_problems(left_out=setup.problems)
        self._store.sync_sources(setup.sources, self._now())
        self._edition.adopt(setup.site, setup.sources, setup.vocabulary, setup.fetch, self._now())


def _stamp(path: Path | None) -> tuple[int, int] | None:
    """Return what changes when a file is edited; None where there is none to watch."""
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
