"""Commands that look: the configuration, the sources' health, what is stored, every feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc import config, console, reports
from feedsvc import query as questions
from feedsvc.cli import compose, running
from feedsvc.cli.root import as_json, cli
from feedsvc.errors import ConfigError


@cli.command()
@click.option("--live", is_flag=True, help="Also poll every source once.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def check(path: Path, live: bool, as_json: bool) -> int:
    """Check the configuration: every problem at once, with key and line."""
    report = config.check(path)
    for line in () if as_json else report.of_site_rules():
        click.echo(line)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    elif report.ok:
        click.echo(f"{path}: no problems")
    else:
        console.fail(f"{len(report.problems)} problems in {path}:", console.problems(report.problems))
    if not report.ok:
        return 2
    if not live:
        return 0
    setup = compose.setup(path, needs_contact=True)
    return running.poll_sources(setup, None, force=True, as_json=False, everything=True)


@cli.command()
@as_json
@click.pass_obj
def status(path: Path, as_json: bool) -> None:
    """Show every source: health, last and next poll, and why then; and what is wrong with the configuration."""
    with compose.reading_store(_told_var(path)) as opened:
        found = [reports.source(row) for row in opened.sources()] if opened else []
    if as_json:
        console.json_array(found)
    else:
        console.table(found, ("id", "health", "last_poll_at", "last_new_at", "next_poll_at", "why", "error"))


def _told_var(path: Path) -> Path:
    """Return the var to look into and tell what is wrong with config.toml: an edit that nobody can take over, too.

    ConfigError if there is neither a configuration that can be used nor a store.
    """
    try:
        setup = compose.setup(path)
    except ConfigError as error:
        var = compose.var_despite(path)
        if not (var / "feedsvc.db").exists():
            raise
        told = f"{path} cannot be used; a daemon that runs keeps the one before. See it: feedsvc check"
        console.fail(told, console.problems(error.problems))
        return var
    if setup.problems:
        console.fail("sources are left out:", console.problems(setup.problems))
    return setup.var


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
    setup = compose.setup(path)
    form = "json" if as_json else form
    feed = f"feeds/{category}" if category else None
    after = since.astimezone(UTC) if since else None
    most = limit or (50 if form == "table" else None)
    columns = ("published", "source", "title", "feeds") if form == "table" else _CSV_COLUMNS
    _refuse_no_question(query)
    with compose.reading_store(setup.var) as opened:
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
    setup = compose.setup(path)
    with compose.reading_store(setup.var) as opened:
        stats = opened.feed_stats(datetime.now(UTC)) if opened else {}
        known = opened.feeds() if opened else ()
    found = [reports.feed(each, stats.get(each.path), lambda p: f"{setup.site.base_url}/{p}") for each in known]
    if as_json:
        console.json_array(found)
    else:
        console.table(found, ("slug", "title", "entries", "per_day", "changed", "url"))
