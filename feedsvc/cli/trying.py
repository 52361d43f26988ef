"""`try`: a page in, what is read from it out, with the rule that gave each field; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import click

from feedsvc import __version__, config, console, discover, extract, reading, urls
from feedsvc.cli import compose
from feedsvc.cli.root import as_json, cli
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import Article, Explained, FetchSettings, Finding, Lead, Page, Request, Source

P = ParamSpec("P")
T = TypeVar("T")

Form = Literal["auto", "article", "list"]
NEW = ""  # the id of an address that no source has
OWN_TEXT = 500  # characters of a text from which a page may be an article and no list
REPEATED = 3  # leads that stand in the text of a page that is a list


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read: the article with its findings, and the leads."""

    article: Article | None
    findings: tuple[Finding, ...]
    listed: Explained


@cli.command("try")
@click.argument("target", required=False)
@click.option("--html", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A saved page.")
@click.option("--url", help="The address the saved page came from.")
@click.option(
    "--as", "form", type=click.Choice(["auto", "article", "list"]), default="auto", help="What the page is read as."
)
@as_json
@click.pass_obj
def try_(
    path: Path,
    target: str | None,
    file: Path | None,
    url: str | None,
    form: Form,
    as_json: bool,
) -> int:
    """Fetch a URL or a source and explain what is read from it; nothing is stored.

    Shows the leads found and one article normalised: the page itself, or the first article a list leads to. Every field
    is shown with the rule that gave it and the candidates that lost.
    """
    if (target is None) == (file is None):
        raise click.UsageError("name a URL or a source, or give --html FILE --url URL")
    if file is not None and url is None:
        raise click.UsageError("--html needs --url: links and dates depend on it")
    settings, source = _to_try(path, target or url or "")
    try:
        if file is not None:
            page = Page(url=source.url, final_url=source.url, body=file.read_bytes(), fetched_at=datetime.now(UTC))
            read = _explained(page, source, form)
        else:
            fetcher = compose.make_fetcher(settings, ())
            page = fetcher(Request(url=source.url, http=source.http))
            read = _followed(_explained(page, source, _form(source, form)), source, form, fetcher)
    except FetchError as error:
        console.fail(str(error))
        return 1
    if as_json:
        console.json_array(console.explained(read.article, read.findings, read.listed))
    else:
        console.explain(read.article, read.findings, read.listed)
    return 0 if read.article or read.listed.leads else 1


def _explained(page: Page, source: Source, form: Form) -> _Read:
    """Read a page as what it is: an article, a list, or both where neither is clear."""
    console.say(f"{page.final_url}: {page.media_type or 'a file'}, {len(page.body)} bytes")
    listed = (_attempt(discover.explain, page, source) if form != "article" else None) or Explained()
    found = _attempt(extract.explain, page, None, source) if form != "list" else None
    article, findings = found or (None, ())
    if form == "auto" and article is not None and _is_list(article, [each.lead for each in listed.leads]):
        article, findings = None, ()
    return _Read(article=article, findings=findings, listed=listed)


def _form(source: Source, form: Form) -> Form:
    """A configured source is a list, whatever its page looks like."""
    return "list" if form == "auto" and source.id != NEW else form


def _is_list(article: Article, leads: Sequence[Lead]) -> bool:
    """Whether what was read as an article is a list: next to no text, or one made of the leads themselves."""
    text = article.body_text or ""
    inside = sum(bool(lead.headline) and (lead.headline or "") in text for lead in leads)
    return bool(leads) and (len(text) < OWN_TEXT or inside >= REPEATED)


def _followed(read: _Read, source: Source, form: Form, fetcher: Callable[[Request], Page]) -> _Read:
    """Follow a list to the first article it leads to, as a poll does."""
    if read.article is not None or not read.listed.leads or form == "article":
        return read
    lead = read.listed.leads[0].lead
    page = fetcher(Request(url=lead.url, http=source.http))
    console.say(f"{page.final_url}: the first lead, {page.media_type or 'no type'}, {len(page.body)} bytes")
    article, findings = _attempt(extract.explain, page, lead, source) or (None, ())
    return _Read(article=article, findings=findings, listed=read.listed)


def _attempt(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Read what the operator asked for, or say why it cannot be read."""
    try:
        return reading.inline(function, *args, **kwargs)
    except ContentError as error:
        console.say(f"{function.__module__.split('.')[1]}: {error.message}")
        return None


def _to_try(path: Path, target: str) -> tuple[FetchSettings, Source]:
    """Return the configured source of that id or address, else a new one for the address, with or without a file.

    An address on the host of a source is read by that source's rules.
    """
    if not path.exists() and "://" in target:
        return FetchSettings(user_agent=f"feedsvc/{__version__}"), Source(id=NEW, url=target)
    loaded = config.load(path)
    for source in loaded.sources:
        if target in (source.id, source.url):
            return loaded.fetch, source
    if "://" not in target:
        raise click.UsageError(f"{target!r} is neither an address nor a source. See them: feedsvc status")
    for source in loaded.sources:
        if urls.host(source.url) == urls.host(target):
            return loaded.fetch, replace(source, id=NEW, url=target, kind="auto")
    return loaded.fetch, Source(id=NEW, url=target, language=loaded.language, timezone=loaded.timezone)
