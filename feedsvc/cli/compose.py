"""A configuration file in, the parts of a service put together out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from feedsvc import __version__, config, console, fetch, reading, schedule, store
from feedsvc.errors import ConfigError
from feedsvc.model import FetchSettings, Origin, Outcome, RobotsFile, Site, Source
from feedsvc.web.settings import Settings


def setup(path: Path, *, needs_contact: bool = False) -> schedule.Setup:
    """Return the configuration's slices as a service takes them."""
    loaded = config.load(path)
    missing = config.contact_problem(loaded) if needs_contact else None
    if missing:
        raise ConfigError([missing])
    origins = {source.id: _origin(source) for source in loaded.sources}
    site = Site(
        title=loaded.title,
        base_url=loaded.base_url,
        language=loaded.language,
        timezone=loaded.timezone,
        contact=loaded.contact,
        max_age=loaded.web.max_age,
        hub=loaded.web.hub,
        entries=loaded.entries,
        version=__version__,
        origins=origins,
    )
    return schedule.Setup(
        var=loaded.var,
        site=site,
        sources=loaded.sources,
        vocabulary=loaded.vocabulary,
        fetch=loaded.fetch,
        web=loaded.web,
        problems=loaded.skipped,
    )


def _origin(source: Source) -> Origin:
    return Origin(
        id=source.id,
        name=source.name or source.id,
        url=source.url,
        content=source.content,
        images=source.images,
        license=source.license,
        language=source.language,
    )


@contextmanager
def service(
    setup: schedule.Setup, holder: str, on_outcome: Callable[[Outcome], None] = lambda _: None
) -> Iterator[schedule.Service]:
    pool = reading.Pool()
    try:
        with schedule.Service(
            setup, make_fetcher=make_fetcher, read=pool, holder=holder, on_outcome=on_outcome
        ) as made:
            yield made
    finally:
        pool.close()


def make_fetcher(settings: FetchSettings, robots: Iterable[RobotsFile]) -> fetch.Fetcher:
    return fetch.Fetcher(settings, clock=lambda: datetime.now(UTC), robots=robots)


def web_settings(setup: schedule.Setup) -> Settings:
    _, _, rest = setup.site.base_url.partition("://")
    _, slash, base_path = rest.partition("/")
    return Settings(
        var=str(setup.var),
        host=setup.web.host,
        port=setup.web.port,
        max_age=setup.web.max_age.total_seconds(),
        ready_after=setup.web.ready_after.total_seconds(),
        base_path=f"/{base_path}" if slash else "",
        language=setup.site.language,
        timezone=setup.site.timezone,
        title=setup.site.title,
        base_url=setup.site.base_url,
        status_token=setup.web.status_token,
        parent=os.getpid(),
    )


def on_signals(service: schedule.Service) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    signal.signal(signal.SIGHUP, lambda *_: service.reload())


@contextmanager
def reading_store(setup: schedule.Setup) -> Iterator[store.Store | None]:
    """Open the store for reading; None if nothing was ever polled."""
    database = setup.var / "feedsvc.db"
    if not database.exists():
        console.say("nothing is stored yet. Start it: feedsvc run (or feedsvc poll)")
        yield None
        return
    with store.open(database, readonly=True) as opened:
        yield opened
