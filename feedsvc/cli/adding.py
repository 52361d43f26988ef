"""`add`: an address in, what stands behind it told, and a source at the end of config.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc import config, console, reading, urls
from feedsvc.cli import compose
from feedsvc.cli.root import as_json, cli
from feedsvc.discover.offers import USUAL
from feedsvc.errors import ConfigError, ContentError, FetchError
from feedsvc.model import Fetch, Option, Source
from feedsvc.poll.survey import Survey, survey
from feedsvc.poll.visit import Visit

_PAGE = re.compile(
    r"start(?:seite)?|home(?:page)?|willkommen.*|aktuelles?|meldungen|nachrichten|news|presse(?:mitteilungen|bereich)?|"
    r"pressemeldungen|blog|artikel|archiv|übersicht|alle .*|neueste .*|latest .*|press releases?|articles",
    re.IGNORECASE,
)
SHOWN = 5  # articles of what would come in
TOLD = frozenset({"the address itself", "link element", "Link header", "link on the page"})


@cli.command()
@click.argument("url")
@click.option("--id", "id_", help="The source's id; made from the address without it.")
@click.option("--name", help="What readers see; the site's title without it.")
@click.option("--category", "categories", multiple=True, help="A category for every article; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@as_json
@click.pass_obj
def add(
    path: Path, url: str, id_: str | None, name: str | None, categories: tuple[str, ...], dry_run: bool, as_json: bool
) -> int:
    """Find out what a URL is, show what would come in, and append a source to config.toml."""
    loaded = config.load(path)
    if missing := config.contact_problem(loaded):
        raise ConfigError([missing])
    address = urls.absolute("", url if "://" in url else f"https://{url}")
    if address is None:
        raise click.UsageError(f"{url!r} is no address of a web page")
    _refuse_twice(address, id_, loaded.sources)
    source = Source(id=id_ or "new", url=address, language=loaded.language, timezone=loaded.timezone)
    fetcher = compose.make_fetcher(loaded.fetch, ())
    try:
        found = _surveyed(source, fetcher)
    except (FetchError, ContentError) as error:
        console.fail(str(error), ["nothing is added. Look closer: feedsvc try " + address])
        return 1
    finally:
        fetcher.close()
    if as_json:
        console.json_array(_row(option, found.chosen) for option in found.options)
    else:
        _show(found)
    values = _values(found, source, id_, name, categories, {each.id for each in loaded.sources})
    if dry_run:
        console.say(f"nothing is written (--dry-run). It would be:\n{config.source_block(values, _comment(found))}")
        return 0
    config.add(path, values, _comment(found))
    console.say(f"{path}: source {values['id']} added. A running daemon takes it over by itself.")
    return 0


def _refuse_twice(address: str, id_: str | None, sources: Iterable[Source]) -> None:
    for source in sources:
        if urls.key(source.url) == urls.key(address):
            raise click.UsageError(f"{address} is already there as source {source.id!r}")
        if source.id == id_:
            raise click.UsageError(f"there is already a source {id_!r}, for {source.url}")


def _surveyed(source: Source, fetcher: Fetch) -> Survey:
    def now() -> datetime:
        return datetime.now(UTC)

    visit = Visit(source=source, fetch=fetcher, read=reading.inline, now=now, started_at=now())
    return survey(visit, visit.get(source.url), thorough=True)


def _show(found: Survey) -> None:
    """Print every option with its reason, then the first articles of the one that is chosen."""
    nothing = [option for option in found.options if option.by == USUAL and option.kind is None]
    for option in (option for option in found.options if option not in nothing):
        mark = "→" if option is found.chosen else " " if option.good else "✗"
        click.echo(f"{mark} {option.kind or '-':8} {option.url}\n             {option.by}: {option.reason}")
    if nothing:
        click.echo(f"  and nothing at {len(nothing)} addresses where feeds and sitemaps usually lie")
    click.echo(click.style(f"\nwould come in ({len(found.listing.leads)}):", bold=True))
    for lead in found.listing.leads[:SHOWN]:
        day = lead.published.strftime("%Y-%m-%d") if lead.published else "no date   "
        click.echo(f"  {day}  {lead.title or lead.url}")


def _row(option: Option, chosen: Option) -> console.Json:
    return {
        "url": option.url,
        "kind": option.kind,
        "by": option.by,
        "good": option.good,
        "chosen": option is chosen,
        "reason": option.reason,
        "leads": [console.lead(lead) for lead in option.leads],
    }


def _values(
    found: Survey, source: Source, id_: str | None, name: str | None, categories: tuple[str, ...], taken: set[str]
) -> dict[str, config.SourceValue]:
    """Return what the new source's table holds; its address is the given one if the choice is found from it again."""
    url = source.url if found.chosen.by in TOLD else found.chosen.url
    title = name or _name(found.listing.title or "")
    values: dict[str, config.SourceValue] = {"id": id_ or _id(source.url, taken), "url": url}
    if title:
        values["name"] = title
    if categories:
        values["categories"] = categories
    return values


def _name(title: str) -> str:
    """Return the part of a page's title that names the site: "Amtsblatt" of "Aktuelles - Amtsblatt | News"."""
    parts = [part for part in re.split(r"\s+[-–—|·:»]\s+", title) if part]
    return next((part for part in parts if not _PAGE.fullmatch(part)), title)


def _id(url: str, taken: set[str]) -> str:
    """Return an id made of the host's name and the path's last part where the name is taken."""
    host = urls.host(url).partition(":")[0].removeprefix("www.")
    first = urls.slug(host if host.replace(".", "").isdigit() else host.rpartition(".")[0] or host)
    path = urls.slug(re.sub(r"^\w+://[^/]*|\.\w+$", "", url))
    made = first if first not in taken else f"{first}-{path}"
    number = 2
    while made in taken:
        made, number = f"{first}-{number}", number + 1
    return made


def _comment(found: Survey) -> str:
    return f"{found.chosen.kind} ({found.chosen.by}): {found.chosen.reason}"
