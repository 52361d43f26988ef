"""The commands. The only composition root: configuration, fetcher, store and service meet here and nowhere else.

Exit codes: 0 done; 1 done, but a polled source ended error, blocked or gone; 2 usage or configuration; 3 the service
itself (store, disk, port). Errors are one readable block on stderr.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from feedsvc import __version__, config, console, discover, extract, fetch, locks, reading, reports, schedule, store
from feedsvc import query as questions
from feedsvc.errors import ConfigError, ContentError, FeedsvcError, FetchError
from feedsvc.model import Entry, FetchSettings, Origin, Outcome, Page, Request, RobotsFile, Site, Source
from feedsvc.web import server
from feedsvc.web.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

FAILED = frozenset({"error", "blocked", "gone"})
WORTH_A_LINE = frozenset({"degraded", "disallowed", "deferred"})


# ---- the way in -----------------------------------------------------------------------------------------------------


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    code = execute(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every error is told on stderr."""
    debug = "--debug" in arguments
    try:
        return int(cli.main(list(arguments), prog_name="feedsvc", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt, schedule.Interrupted):
        return 130
    except ConfigError as error:
        console.fail("the configuration cannot be used:", console.problems(error.problems))
        return 2
    except (FeedsvcError, OSError) as error:
        if debug:
            raise
        told = f"{error.strerror or error}: {error.filename or ''}" if isinstance(error, OSError) else str(error)
        console.fail(told.rstrip(": "))
        return 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="FEEDSVC_CONFIG",
    default=Path("config.toml"),
    show_default=True,
    help="The configuration ($FEEDSVC_CONFIG).",
)
@click.option("--debug", is_flag=True, help="Show tracebacks and every request.")
@click.version_option(__version__, message="feedsvc %(version)s")
@click.pass_context
def cli(context: click.Context, path: Path, debug: bool) -> None:
    """Any site, by topic, as a feed people can trust."""
    context.obj = path
    level = logging.DEBUG if debug else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(message)s", stream=sys.stderr, force=True)
    for noisy in ("apscheduler", "urllib3", "charset_normalizer"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout and nothing else.")


# ---- set up and run -------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path())
def init(directory: Path) -> None:
    """Write a commented config.toml and an empty var; nothing is overwritten."""
    target = directory / "config.toml"
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(config.starter())
    except FileExistsError:
        raise click.UsageError(f"{target} is already there and is not overwritten.") from None
    (directory / "var").mkdir(exist_ok=True)
    click.echo(f"{target} written. Edit contact and sources, then: feedsvc --config {target} run")


@cli.command()
@click.pass_obj
def run(path: Path) -> None:
    """Run the daemon: scheduler and web server, until SIGTERM or Ctrl-C; SIGHUP or an edit reloads config.toml."""
    daemon(path)


def daemon(path: Path, *, on_ready: Iterable[str] = ()) -> None:
    """Run scheduler and web server on a configuration until a signal ends them; prints `on_ready` once it serves."""
    setup = _setup(path, needs_contact=True)
    port = setup.web.port or server.free_port(setup.web.host)

    def load() -> schedule.Setup:
        return _on_port(_setup(path, needs_contact=True), port)

    setup = _on_port(setup, port)
    with locks.daemon(setup.var), locks.holder(setup.var, "run") as holder, _service(setup, holder) as service:
        web = server.Server(_web_settings(setup))
        _on_signals(service)
        try:
            web.start()
            click.echo(f"serving {web.address} as {setup.site.base_url}/")
            for line in on_ready:
                click.echo(line)
            service.run(load=load, watch=path, every_tick=web.keep_alive)
        finally:
            web.stop()


def _on_port(setup: schedule.Setup, port: int) -> schedule.Setup:
    """Put the port that was picked in the place of `port = 0`, and of the 8080 an unwritten base_url then has."""
    if setup.web.port:
        return setup
    base_url = setup.site.base_url
    if base_url == f"http://{setup.web.host}:8080":
        base_url = f"http://{setup.web.host}:{port}"
    return replace(setup, web=replace(setup.web, port=port), site=replace(setup.site, base_url=base_url))


@cli.command()
@click.argument("ids", nargs=-1)
@click.option("--force", is_flag=True, help="Also before the time the site set; validators, robots and guard stay.")
@as_json
@click.pass_obj
def poll(path: Path, ids: tuple[str, ...], force: bool, as_json: bool) -> int:
    """Poll every source that is due, or those named, publish, and exit (for cron)."""
    return _poll(_setup(path, needs_contact=True), ids or None, force=force, as_json=as_json)


@cli.command()
@click.pass_obj
def serve(path: Path) -> None:
    """Serve what is published; poll nothing."""
    setup = _setup(path)
    web = server.Server(_web_settings(setup))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        web.start()
        console.say(f"serving {web.address} as {setup.site.base_url}/; Ctrl-C ends it")
        while not stopping.wait(1):
            web.keep_alive()
    finally:
        web.stop()


@cli.command()
@click.pass_obj
def publish(path: Path) -> None:
    """Render everything again into var/public."""
    setup = _setup(path)
    with locks.holder(setup.var, "publish") as holder, _service(setup, holder) as service:
        changed = service.publish()
    click.echo(f"{len(changed)} files changed in {setup.var / 'public'}")


@cli.command()
@click.option("--once", is_flag=True, help="One full round; nothing may be missing; then exit.")
@click.option("--var", type=click.Path(path_type=Path, file_okay=False), help="Keep the result here.")
def demo(once: bool, var: Path | None) -> int:
    """Run everything on a bundled sample portal: feeds to subscribe to within seconds, no network needed."""
    from feedsvc.demo import stage  # the sample articles are no part of the service

    with stage.stage(var, web_port=server.free_port("127.0.0.1"), growing=not once) as made:
        setup = _setup(made.config)
        addresses = [
            f"{category.slug} {setup.site.base_url}/feeds/{category.slug}.atom"
            for category in setup.vocabulary.categories
        ]
        console.say(f"sample portal {made.portal_url}, configuration {made.config}, feeds {setup.site.base_url}/")
        if not once:
            daemon(made.config, on_ready=(*addresses, "Subscribe to one of them and watch it grow. Ctrl-C ends it."))
            return 0
        missing = _full_round(setup, made.missing, seconds=60)
        for line in addresses:
            click.echo(line)
        if missing:
            console.fail("articles of the portal are missing after 60 s:", missing)
        return 3 if missing else 0


def _full_round(setup: schedule.Setup, missing: Callable[[Iterable[Entry]], list[str]], *, seconds: float) -> list[str]:
    """Poll until nothing is missing, retries included, or the time is over; return what is missing then."""
    end = time.monotonic() + seconds
    with locks.daemon(setup.var), locks.holder(setup.var, "demo") as holder, _service(setup, holder) as service:
        _on_signals(service)
        while True:
            service.once()
            with store.open(setup.var / "feedsvc.db", readonly=True) as opened:
                lacking = missing(opened.articles())
            if not lacking or time.monotonic() > end:
                return lacking
            time.sleep(0.3)


# ---- look -----------------------------------------------------------------------------------------------------------


@cli.command()
@click.option("--live", is_flag=True, help="Also poll every source once.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def check(path: Path, live: bool, as_json: bool) -> int:
    """Check the configuration: every problem at once, with key and line."""
    report = config.check(path)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    elif report.ok:
        click.echo(f"{path}: no problems")
    else:
        console.fail(f"{len(report.problems)} problems in {path}:", console.problems(report.problems))
    if not report.ok:
        return 2
    return _poll(_setup(path, needs_contact=True), None, force=True, as_json=False, everything=True) if live else 0


@cli.command()
@as_json
@click.pass_obj
def status(path: Path, as_json: bool) -> None:
    """Show every source: health, last and next poll, and why then."""
    setup = _setup(path)
    with _reading_store(setup) as opened:
        found = [reports.source(row) for row in opened.sources()] if opened else []
    if as_json:
        console.json_array(found)
    else:
        console.table(found, ("id", "health", "last_poll_at", "last_new_at", "next_poll_at", "why", "error"))


@cli.command()
@click.option("--category", help="A feed's slug.")
@click.option("--source", help="A source's id.")
@click.option("--query", help="Words in title, teaser or text.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Published since (local time).")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many (table: 50).")
@click.option("--format", "form", type=click.Choice(["table", "json", "jsonl", "csv"]), default="table")
@as_json
@click.pass_obj
def articles(
    path: Path,
    category: str | None,
    source: str | None,
    query: str | None,
    since: datetime | None,
    limit: int | None,
    form: console.Format,
    as_json: bool,
) -> None:
    """Show what is stored, newest first."""
    setup = _setup(path)
    form = "json" if as_json else form
    feed = f"feeds/{category}" if category else None
    after = since.astimezone(UTC) if since else None
    most = limit or (50 if form == "table" else None)
    columns = ("published", "source", "title", "feeds") if form == "table" else _CSV_COLUMNS
    _refuse_no_question(query)
    with _reading_store(setup) as opened:
        found = opened.articles(feed=feed, source=source, query=query, since=after, limit=most) if opened else ()
        console.rows((reports.entry(entry, setup.site.timezone) for entry in found), form, columns)


def _refuse_no_question(query: str | None) -> None:
    try:
        questions.compiled(query or "x")
    except ValueError as error:
        raise click.UsageError(str(error)) from None


_CSV_COLUMNS = ("id", "source", "url", "published", "kicker", "headline", "title", "teaser", "feeds", "changed")


@cli.command()
@as_json
@click.pass_obj
def feeds(path: Path, as_json: bool) -> None:
    """Show every feed: slug, title, address, entries, how it grows."""
    setup = _setup(path)
    with _reading_store(setup) as opened:
        stats = opened.feed_stats(datetime.now(UTC)) if opened else {}
        known = opened.feeds() if opened else ()
    found = [reports.feed(each, stats.get(each.path), lambda p: f"{setup.site.base_url}/{p}") for each in known]
    if as_json:
        console.json_array(found)
    else:
        console.table(found, ("slug", "title", "entries", "per_day", "changed", "url"))


@cli.command("try")
@click.argument("target", required=False)
@click.option("--html", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A saved page.")
@click.option("--url", help="The address the saved page came from.")
@as_json
@click.pass_obj
def try_(path: Path, target: str | None, file: Path | None, url: str | None, as_json: bool) -> int:
    """Fetch a URL or a source and show what is read from it, leads and article; nothing is stored."""
    if (target is None) == (file is None):
        raise click.UsageError("name a URL or a source, or give --html FILE --url URL")
    if file is not None and url is None:
        raise click.UsageError("--html needs --url: links and dates depend on it")
    settings, source = _to_try(path, target or url or "")
    try:
        if file is not None:
            page = Page(url=source.url, final_url=source.url, body=file.read_bytes(), fetched_at=datetime.now(UTC))
        else:
            page = _make_fetcher(settings, ())(Request(url=source.url, http=source.http))
    except FetchError as error:
        console.fail(str(error))
        return 1
    console.say(f"{page.final_url}: {page.media_type or 'a file'}, {len(page.body)} bytes")
    article, leads = _attempt(extract.article, page, None, source), _attempt(discover.find, page, source) or ()
    if as_json:
        console.json_array([console.lead(lead) for lead in leads])
    else:
        console.explain_page(article, leads)
    return 0 if article or leads else 1


def _attempt(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Read what the operator asked for, or say why it cannot be read."""
    try:
        return reading.inline(function, *args, **kwargs)
    except ContentError as error:
        console.say(f"{function.__module__.rpartition('.')[2]}: {error.message}")
        return None


# ---- putting the parts together -------------------------------------------------------------------------------------


def _setup(path: Path, *, needs_contact: bool = False) -> schedule.Setup:
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


def _to_try(path: Path, target: str) -> tuple[FetchSettings, Source]:
    """Return the configured source of that id or address, else a new one for the address, with or without a file."""
    if not path.exists() and "://" in target:
        return FetchSettings(user_agent=f"feedsvc/{__version__}"), Source(id="try", url=target)
    loaded = config.load(path)
    for source in loaded.sources:
        if target in (source.id, source.url):
            return loaded.fetch, source
    if "://" not in target:
        raise click.UsageError(f"{target!r} is neither an address nor a source. See them: feedsvc status")
    return loaded.fetch, Source(id="try", url=target, language=loaded.language, timezone=loaded.timezone)


@contextmanager
def _service(
    setup: schedule.Setup, holder: str, on_outcome: Callable[[Outcome], None] = lambda _: None
) -> Iterator[schedule.Service]:
    pool = reading.Pool()
    try:
        with schedule.Service(
            setup, make_fetcher=_make_fetcher, read=pool, holder=holder, on_outcome=on_outcome
        ) as service:
            yield service
    finally:
        pool.close()


def _make_fetcher(settings: FetchSettings, robots: Iterable[RobotsFile]) -> fetch.Fetcher:
    return fetch.Fetcher(settings, clock=lambda: datetime.now(UTC), robots=robots)


def _web_settings(setup: schedule.Setup) -> Settings:
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


def _on_signals(service: schedule.Service) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    signal.signal(signal.SIGHUP, lambda *_: service.reload())


def _poll(
    setup: schedule.Setup, ids: tuple[str, ...] | None, *, force: bool, as_json: bool, everything: bool = False
) -> int:
    enabled = {source.id for source in setup.sources if source.enabled}
    unknown = [each for each in ids or () if each not in enabled]
    if unknown:
        raise click.UsageError(f"no enabled source {', '.join(unknown)}. See them: feedsvc status")
    done: list[reports.Json] = []

    def note(outcome: Outcome) -> None:
        done.append(reports.outcome(outcome))

    with locks.holder(setup.var, "poll") as holder, _service(setup, holder, note) as service:
        _on_signals(service)
        only = enabled if everything else ids
        done.extend(reports.deferred(each) for each in service.once(only, force=force))
    for row in done:
        if row["status"] in FAILED | WORTH_A_LINE:
            error = row["error"]
            told = error["message"] if isinstance(error, dict) else f"not before {row['next_poll_at']}: {row['why']}"
            console.say(f"{row['id']}: {row['status']}: {told}")
    if as_json:
        console.json_array(done)
    return 1 if any(row["status"] in FAILED for row in done) else 0


@contextmanager
def _reading_store(setup: schedule.Setup) -> Iterator[store.Store | None]:
    """Open the store for reading; None if nothing was ever polled."""
    database = setup.var / "feedsvc.db"
    if not database.exists():
        console.say("nothing is stored yet. Start it: feedsvc run (or feedsvc poll)")
        yield None
        return
    with store.open(database, readonly=True) as opened:
        yield opened
