"""Values in, what a person or a program reads on a terminal out: tables, lines, JSON."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import click
from rich.console import Console
from rich.table import Table

from feedsvc.model import Article, Lead, Problem

Json = Mapping[str, object]
Format = Literal["table", "json", "jsonl", "csv"]

_COLOURS = {
    "ok": "green", "unchanged": "green", "quiet": "green", "new": "cyan", "degraded": "yellow", "deferred": "yellow",
    "disallowed": "yellow", "blocked": "red", "broken": "red", "error": "red", "gone": "red", "disabled": "dim",
}  # fmt: skip


def say(line: str) -> None:
    """Print one line for people, on stderr, so that stdout stays for results."""
    click.echo(line, err=True)


def fail(headline: str, lines: Sequence[str] = ()) -> None:
    """Print an error as one readable block on stderr."""
    click.echo("\n".join((click.style(f"feedsvc: {headline}", fg="red"), *(f"  {line}" for line in lines))), err=True)


def problems(found: Iterable[Problem]) -> list[str]:
    """Return configuration problems as lines, in the order of the file."""
    return [str(problem) for problem in sorted(found, key=lambda p: (p.line or 0, p.key))]


def json_array(rows: Iterable[Json]) -> None:
    """Print one JSON array on stdout, an object at a time, and nothing else."""
    out = sys.stdout
    out.write("[")
    for number, row in enumerate(rows):
        out.write(",\n " if number else "\n ")
        out.write(json.dumps(row, ensure_ascii=False))
    out.write("\n]\n")


def rows(found: Iterable[Json], form: Format, columns: Sequence[str]) -> None:
    """Print rows in the form that was asked for; a table and CSV have the named columns."""
    if form == "json":
        json_array(found)
    elif form == "jsonl":
        for row in found:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif form == "csv":
        _csv(found, columns)
    else:
        table(found, columns)


def table(found: Iterable[Json], columns: Sequence[str]) -> None:
    """Print rows as a table whose width fits the terminal; "wide" where there is none."""
    console = Console() if sys.stdout.isatty() else Console(width=200)
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column.replace("_", " "), overflow="fold")
    for row in found:
        drawn.add_row(*(_cell(column, row) for column in columns))
    console.print(drawn)


def lead(found: Lead) -> Json:
    """Return a lead as plain values."""
    return {
        "url": found.url,
        "title": found.title,
        "kicker": found.kicker,
        "headline": found.headline,
        "teaser": found.teaser,
        "published": found.published.isoformat() if found.published else None,
        "published_precision": found.published_precision,
        "image": {"url": found.image.url, "alt": found.image.alt} if found.image else None,
        "authors": list(found.authors),
        "categories": list(found.categories),
    }


def explain_page(article: Article | None, leads: Sequence[Lead]) -> None:
    """Print what was read from one page: the article on it, and where it leads."""
    if article is not None:
        explain("article", article)
    for number, found in enumerate(leads, 1):
        explain(f"lead {number} of {len(leads)}", found)


def explain(title: str, article: Article | Lead) -> None:
    """Print every field of an article or a lead, the empty ones too: what is missing matters most."""
    click.echo(click.style(title, bold=True))
    for name, value in _fields(article):
        text = "—" if value in (None, "", ()) else str(value)
        click.echo(f"  {name:12} {text if len(text) <= 300 else text[:300] + f'… ({len(text)} characters)'}")


def _fields(article: Article | Lead) -> Iterable[tuple[str, object]]:
    yield "url", article.url
    yield "kicker", article.kicker
    yield "headline", article.headline
    yield "published", f"{article.published.isoformat()} ({article.published_precision})" if article.published else None
    yield "teaser", article.teaser
    yield "authors", ", ".join(article.authors)
    yield "categories", ", ".join(article.categories)
    image = article.image
    for part in ("url", "alt", "caption", "credit"):
        yield f"image {part}", getattr(image, part) if image else None
    if isinstance(article, Article):
        yield "language", article.language
        yield "access", article.access
        yield "body", article.body_text


def _csv(found: Iterable[Json], columns: Sequence[str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in found:
        writer.writerow([_plain(row.get(column)) for column in columns])
        click.echo(out.getvalue(), nl=False)
        out.seek(0)
        out.truncate()


def _cell(column: str, row: Json) -> str:
    text = _plain(row.get(column))
    if column.endswith("_at") or column in ("published", "changed"):
        text = _short_instant(text, day=column == "published" and row.get("published_precision") == "day")
    colour = _COLOURS.get(text) if column in ("health", "status") else None
    escaped = text.replace("[", r"\[")
    return f"[{colour}]{escaped}[/]" if colour else escaped


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("message", "")) or json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(each) for each in value)
    return str(value)


def _short_instant(text: str, *, day: bool) -> str:
    """Return an instant as its own zone's clock shows it; only the day where no more was told."""
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d" if day else "%Y-%m-%d %H:%M")
    except ValueError:
        return text
