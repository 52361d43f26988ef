"""Tables of a filled Document in, the slices that other modules are given out, with the secrets revealed."""

from __future__ import annotations

import dataclasses
import os
from datetime import datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from feedsvc import model, rules, siterules, urls
from feedsvc.config import effective, settings, spelling


def revealed(value: str) -> str:
    """Return the value itself, or what the environment holds under its name."""
    if not value.startswith(spelling.SECRET):
        return value
    return os.environ.get(value.removeprefix(spelling.SECRET), "").strip()


def fetch(table: settings.Fetch, here: Path, contact: str) -> model.FetchSettings:
    """Return how requests are made; paths are relative to `here`, the contact goes into the user agent (F25)."""
    agent = f"feedsvc/{_version()}" + (f" (+{contact})" if contact else "")
    whole = _host(table, here, agent)
    hosts = {urls.host(f"http://{name}/"): _host(host, here, agent) for name, host in table.hosts.items()}
    return dataclasses.replace(whole, hosts=hosts)


def web(table: settings.Web) -> model.WebSettings:
    """Return what the web server is told."""
    return model.WebSettings(
        host=table.host,
        port=table.port,
        max_age=spelling.span(table.max_age),
        ready_after=spelling.span(table.ready_after),
        status_token=revealed(table.status_token),
        hub=table.hub,
    )


def vocabulary(document: settings.Document) -> model.Vocabulary:
    """Return everything that decides which feeds an article belongs to."""
    return model.Vocabulary(
        categories=tuple(model.Category(**dict(category)) for category in document.category),
        questions=tuple(model.Question(**dict(question)) for question in document.feed),
    )


def source(table: settings.Source, site: model.ArticleRules | None = None) -> model.Source:
    """Return one site as the stages are given it; ConfigError names a rule that cannot be used.

    What the operator wrote wins over the site's rules, key by key.
    """
    written = effective.written(table.article)
    article = rules.article(written)
    keep = spelling.span(table.keep)
    headers = {name: revealed(value) for name, value in table.headers.items()}
    return model.Source(
        id=table.id,
        url=table.url,
        name=table.name,
        kind=table.kind,
        categories=table.categories,
        tags=table.tags,
        list_rules=rules.listing(effective.written(table.list)),
        article_rules=siterules.under(article, written, site) if site else article,
        http=model.HttpOptions(headers=headers, verify_tls=table.verify_tls, ignore_robots=table.ignore_robots),
        rhythm=_rhythm(table),
        content=table.content,
        images=table.images,
        articles=table.articles,
        limit=table.limit,
        backfill=table.backfill,
        since=_since(table),
        keep=keep or None,
        license=table.license,
        language=table.language,
        timezone=table.timezone,
        enabled=table.enabled,
    )


def _since(table: settings.Source) -> datetime | None:
    """Return the beginning of the day, where the source is."""
    return datetime.fromisoformat(table.since).replace(tzinfo=ZoneInfo(table.timezone)) if table.since else None


def _host(host: settings.Host, here: Path, agent: str) -> model.FetchSettings:
    return model.FetchSettings(
        user_agent=agent,
        host_gap=spelling.span(host.host_gap),
        max_bytes=spelling.size(host.max_bytes),
        deadline=spelling.span(host.deadline),
        workers=host.workers,
        allow_private=host.allow_private,
        respect_robots=host.respect_robots,
        respect_tdm=host.respect_tdm,
        proxy=revealed(host.proxy),
        ca_file=os.path.abspath(here / host.ca_file) if host.ca_file else "",
    )


def _version() -> str:
    try:
        return metadata.version("feedsvc")
    except metadata.PackageNotFoundError:  # run from its sources, never installed
        return "0"


def _rhythm(source: settings.Source) -> model.Rhythm:
    return model.Rhythm(
        every=spelling.span(source.every),
        cron=source.cron,
        adaptive=source.adaptive,
        min_every=spelling.span(source.min_every),
        max_every=spelling.span(source.max_every),
    )
