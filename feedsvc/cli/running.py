"""Commands that do the work: the daemon, one round for cron, the web server alone, publishing, the demo."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import click

from feedsvc import config, console, locks, reports, schedule, store, systemd
from feedsvc.cli import compose
from feedsvc.cli.root import as_json, cli
from feedsvc.model import Entry, Outcome
from feedsvc.web import server

FAILED = frozenset({"error", "blocked", "gone"})
WORTH_A_LINE = frozenset({"degraded", "disallowed", "deferred"})


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
    setup = compose.setup(path, needs_contact=True)
    port = setup.web.port or server.free_port(setup.web.host)
    manager = systemd.from_environment(os.environ)

    def load() -> schedule.Setup:
        manager.reloading()
        return _on_port(compose.setup(path, needs_contact=True), port)

    setup = _on_port(setup, port)
    with locks.daemon(setup.var), locks.holder(setup.var, "run") as holder, compose.service(setup, holder) as service:
        web = server.Server(compose.web_settings(setup))
        compose.on_signals(service, manager.stopping)

        def every_tick() -> None:
            web.adopt(compose.web_settings(service.setup))
            web.keep_alive()
            manager.ticked(service.summary)

        try:
            web.start()
            click.echo(f"serving {web.address} as {setup.site.base_url}/")
            for line in on_ready:
                click.echo(line)
            service.run(load=load, watch=path, every_tick=every_tick)
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
    return poll_sources(compose.setup(path, needs_contact=True), ids or None, force=force, as_json=as_json)


@cli.command()
@click.pass_obj
def serve(path: Path) -> None:
    """Serve what is published; poll nothing."""
    setup = compose.setup(path)
    web = server.Server(compose.web_settings(setup))
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
    setup = compose.setup(path)
    with locks.holder(setup.var, "publish") as holder, compose.service(setup, holder) as service:
        changed = service.publish()
    click.echo(f"{len(changed)} files changed in {setup.var / 'public'}")


@cli.command()
@click.option("--once", is_flag=True, help="One full round; nothing may be missing; then exit.")
@click.option("--var", type=click.Path(path_type=Path, file_okay=False), help="Keep the result here.")
@click.option(
    "--redesign-after",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Let the portal change its markup completely after so long: readers see no gap.",
)
def demo(once: bool, var: Path | None, redesign_after: float | None) -> int:
    """Run everything on a bundled sample portal: feeds to subscribe to within seconds, no network needed."""
    from feedsvc.demo import stage  # the sample articles are no part of the service

    port = server.free_port("127.0.0.1")
    with stage.stage(var, web_port=port, growing=not once, redesign_after=redesign_after) as made:
        setup = compose.setup(made.config)
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
    with locks.daemon(setup.var), locks.holder(setup.var, "demo") as holder, compose.service(setup, holder) as service:
        compose.on_signals(service)
        while True:
            service.once()
            with store.open(setup.var / "feedsvc.db", readonly=True) as opened:
                lacking = missing(opened.articles())
            if not lacking or time.monotonic() > end:
                return lacking
            time.sleep(0.3)


def poll_sources(
    setup: schedule.Setup, ids: tuple[str, ...] | None, *, force: bool, as_json: bool, everything: bool = False
) -> int:
    enabled = {source.id for source in setup.sources if source.enabled}
    unknown = [each for each in ids or () if each not in enabled]
    if unknown:
        raise click.UsageError(f"no enabled source {', '.join(unknown)}. See them: feedsvc status")
    done: list[reports.Json] = []

    def note(outcome: Outcome) -> None:
        done.append(reports.outcome(outcome))

    with locks.holder(setup.var, "poll") as holder, compose.service(setup, holder, note) as service:
        compose.on_signals(service)
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
