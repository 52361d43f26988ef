"""A configuration file in, the parts of a service put together out."""

from __future__ import annotations

import os
import re
import signal
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from feedsvc import __version__, config, console, fetch, logs, reading, schedule, store
from feedsvc.errors import ConfigError
from feedsvc.model import FetchSettings, Origin, Outcome, RobotsFile, Site, Source
from feedsvc.web.settings import Settings

_LETS_IN = re.compile("auth|cookie|key|token|secret", re.IGNORECASE)


def setup(path: Path, *, needs_contact: bool = False) -> schedule.Setup:
    """Return the configuration's slices as a service takes them."""
    loaded = config.load(path)
    logs.hide(_secrets(loaded))
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


def _secrets(loaded: config.Config) -> Iterator[str]:
    """Yield what no log may show: the status token, passwords of proxies, headers that let somebody in."""
    yield loaded.web.status_token
    for fetching in (loaded.fetch, *loaded.fetch.hosts.values()):
        yield urlsplit(fetching.proxy).password or ""
    for source in loaded.sources:
        yield from (value for name, value in source.http.headers.items() if _LETS_IN.search(name))


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


def on_signals(service: schedule.Service, stopping: Callable[[], None] = lambda: None) -> None:
    """Let signals stop the service, after `stopping`, and have its configuration read again."""

    def stop(*_: object) -> None:
        stopping()
        service.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, lambda *_: service.reload())


def var_despite(path: Path) -> Path:
    """Return the var of a configuration that has problems: where it says, else beside it."""
    try:
        service = tomllib.loads(path.read_text(encoding="utf-8")).get("service")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        service = None
    var = service.get("var") if isinstance(service, dict) else None
    return path.parent / (var if isinstance(var, str) else "var")


@contextmanager
def reading_store(var: Path) -> Iterator[store.Store | None]:
    """Open the store for reading; None if nothing was ever polled."""
    database = var / "feedsvc.db"
    if not database.exists():
        console.say("nothing is stored yet. Start it: feedsvc run (or feedsvc poll)")
        yield None
        return
    with store.open(database, readonly=True) as opened:
        yield opened
