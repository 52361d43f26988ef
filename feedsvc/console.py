"""Values in, what a person or a program reads on a terminal out: tables, lines, JSON."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import click
from rich.console import Console
from rich.table import Table

from feedsvc.model import Article, Explained, Finding, Lead, Problem

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


def lead(found: Lead | Article) -> Json:
    """Return what leads and articles have in common as plain values."""
    image = found.image
    return {
        "url": found.url,
        "title": found.title,
        "kicker": found.kicker,
        "headline": found.headline,
        "teaser": found.teaser,
        "published": found.published.isoformat() if found.published else None,
        "published_precision": found.published_precision,
        "image": image and {"url": image.url, "alt": image.alt, "caption": image.caption, "credit": image.credit},
        "authors": list(found.authors),
        "categories": list(found.categories),
    }


def explained(article: Article | None, findings: Sequence[Finding], listed: Explained) -> Iterator[Json]:
    """Give what was read from a page as plain values: the article, the leads, what was left out; findings by field."""
    if article is not None:
        yield {
            "kind": "article",
            **lead(article),
            "updated": article.updated.isoformat() if article.updated else None,
            "body_html": article.body_html,
            "body_text": article.body_text,
            "language": article.language,
            "access": article.access,
            "findings": {each.field: _finding(each) for each in findings},
        }
    for each in listed.leads:
        yield {"kind": "lead", **lead(each.lead), "findings": {one.field: _finding(one) for one in each.findings}}
    for refused in listed.rejected:
        yield {"kind": "rejected", "where": refused.where, "reason": refused.reason}


def _finding(found: Finding) -> Json:
    lost = [{"rule": loser.rule, "value": loser.value} for loser in found.lost]
    return {"rule": found.rule, "value": found.value, "lost": lost}


def explain(article: Article | None, findings: Sequence[Finding], listed: Explained) -> None:
    """Print what was read from a page: its article and its leads, every field with what gave it and what lost."""
    if article is not None:
        click.echo(click.style(f"article {article.url}", bold=True))
        _told("title", article.title)
        for each in findings:
            _told(each.field, each.value, each.rule)
            _lost(each)
        _told("language", article.language)
        _told("access", article.access)
    for number, found in enumerate(listed.leads, 1):
        click.echo(click.style(f"lead {number} of {len(listed.leads)}", bold=True))
        by_field = {each.field: each for each in found.findings}
        for name, value in _lead_fields(found.lead):
            finding = by_field.get(_RULES.get(name, ""))
            _told(name, value, finding.rule if finding else None)
            if finding:
                _lost(finding)
    for refused in listed.rejected:
        click.echo(click.style(f"left out: {refused.where}  [{refused.reason}]", dim=True))


_RULES = {  # the rule for what a lead shows
    "kicker": "kicker", "headline": "title", "published": "date", "teaser": "teaser", "authors": "author",
    "categories": "category", "image": "image",
}  # fmt: skip


def _lost(found: Finding) -> None:
    for loser in found.lost:
        if loser.value != found.value:
            click.echo(click.style(f"  {'':12} not {_short(loser.value, 100)}  [{loser.rule}]", dim=True))


def _told(name: str, value: str | None, rule: str | None = None) -> None:
    """Print a field, the empty ones too: what is missing matters most."""
    by = click.style(f"  [{rule}]", fg="cyan") if rule else ""
    click.echo(f"  {name:12} {_short(value, 300)}{by}")


def _short(value: str | None, most: int) -> str:
    flat = " ¶ ".join((value or "—").splitlines())
    return flat if len(flat) <= most else f"{flat[:most]}… ({len(flat)} characters)"


def _lead_fields(found: Lead) -> Iterator[tuple[str, str | None]]:
    yield "url", found.url
    yield "kicker", found.kicker
    yield "headline", found.headline
    yield "published", f"{found.published.isoformat()} ({found.published_precision})" if found.published else None
    yield "teaser", found.teaser
    yield "authors", ", ".join(found.authors)
    yield "categories", ", ".join(found.categories)
    yield "image", found.image.url if found.image else None


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
