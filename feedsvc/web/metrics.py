"""The store's figures in, a Prometheus exposition out: counters of all polls, gauges of the moment, ages of feeds.

A registry of its own for each exposition: nothing is kept in this process, so every worker and every restart gives the
same. At most MOST feeds and sources have a line each; how many are left out is a figure too.
"""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE
from prometheus_client.exposition import generate_latest

from feedsvc import __version__, text
from feedsvc.model import Health
from feedsvc.store import Figures
from feedsvc.store.operating import EDGES

__all__ = ["MEDIA_TYPE", "MOST", "Published", "exposition"]

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What lies on the disk: sizes of the store's files by their ending, and var/public."""

    sizes: dict[str, int]
    public: Path


def exposition(figures: Figures, on_disk: Published, problems: int, now: datetime) -> bytes:
    """Return the metrics as Prometheus reads them (text format 0.0.4)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(_families(figures, on_disk, problems, now)))
    return generate_latest(registry)


class _Collected:
    """What the registry asks for metrics; once, and never for their names beforehand."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _families(figures: Figures, on_disk: Published, problems: int, now: datetime) -> Iterator[Metric]:
    build = GaugeMetricFamily("feedsvc_build_info", "What runs here.", labels=("version", "python", "sqlite"))
    build.add_metric((__version__, platform.python_version(), sqlite3.sqlite_version), 1)
    yield build
    yield from _polls(figures)
    yield from _queue(figures)
    yield from _sources(figures)
    yield from _feeds(figures, on_disk.public, now)
    sizes = GaugeMetricFamily("feedsvc_store_bytes", "Size of the store's files.", labels=("file",))
    for name, size in on_disk.sizes.items():
        sizes.add_metric((name,), size)
    yield sizes
    yield _gauge("feedsvc_configuration_problems", "Problems of config.toml that are to be mended.", problems)


def _polls(figures: Figures) -> Iterator[Metric]:
    polls = CounterMetricFamily("feedsvc_polls", "Polls by status and kind of error.", labels=("status", "kind"))
    durations = HistogramMetricFamily(
        "feedsvc_poll_seconds", "What polls took, article pages included.", labels=("status",)
    )
    for tally in figures.tallies:
        polls.add_metric((tally.status, tally.kind), tally.polls)
    for status in dict.fromkeys(tally.status for tally in figures.tallies):
        mine = [tally for tally in figures.tallies if tally.status == status]
        sums = [sum(counts) for counts in zip(*(tally.within for tally in mine), strict=True)]
        total = sum(tally.polls for tally in mine)
        buckets = [*((str(edge), float(count)) for edge, count in zip(EDGES, sums, strict=True)), ("+Inf", total)]
        durations.add_metric((status,), buckets, sum(tally.seconds for tally in mine))
    yield polls
    yield durations
    articles = CounterMetricFamily("feedsvc_articles", "Articles that polls changed.", labels=("change",))
    for change in ("new", "updated", "withdrawn"):
        articles.add_metric((change,), sum(getattr(tally, change) for tally in figures.tallies))
    yield articles
    received = CounterMetricFamily("feedsvc_received_bytes", "Bytes of all answers to polls.")
    received.add_metric((), sum(tally.bytes for tally in figures.tallies))
    yield received


def _queue(figures: Figures) -> Iterator[Metric]:
    yield _gauge("feedsvc_queue_due", "Sources that are due and not being polled.", figures.due)
    yield _gauge("feedsvc_queue_lag_seconds", "How long the first of them has been due.", figures.late.total_seconds())
    yield _gauge("feedsvc_polls_under_way", "Sources that are being polled.", figures.under_way)


def _sources(figures: Figures) -> Iterator[Metric]:
    sources = GaugeMetricFamily("feedsvc_sources", "Sources by health.", labels=("health",))
    for health in get_args(Health):
        sources.add_metric((health,), figures.health.get(health, 0))
    yield sources
    succeeded = GaugeMetricFamily(
        "feedsvc_source_last_success_timestamp_seconds",
        f"When a source last gave something usable; 0 for never. The {MOST} that have waited longest.",
        labels=("source",),
    )
    for source, at in figures.last_success.items():
        succeeded.add_metric((source,), at.timestamp() if at else 0)
    yield succeeded
    enabled = sum(count for health, count in figures.health.items() if health != "disabled")
    left_out = max(0, enabled - len(figures.last_success))
    yield _gauge("feedsvc_sources_left_out", "Enabled sources without a line of their own.", left_out)


def _feeds(figures: Figures, public: Path, now: datetime) -> Iterator[Metric]:
    newest = GaugeMetricFamily("feedsvc_feed_newest_entry_age_seconds", "Age of the newest entry.", labels=("feed",))
    published = GaugeMetricFamily("feedsvc_feed_published_age_seconds", "Since its file changed.", labels=("feed",))
    for feed in figures.feeds:
        if feed.newest is not None:
            newest.add_metric((text.xml_safe(feed.path),), max(0.0, (now - feed.newest).total_seconds()))
        try:
            written = (public / f"{feed.path}.atom").stat().st_mtime
        except FileNotFoundError:
            continue
        published.add_metric((text.xml_safe(feed.path),), max(0.0, now.timestamp() - written))
    yield newest
    yield published
    yield _gauge("feedsvc_feeds_unpublished", "Feeds that have changed since they were published.", figures.unpublished)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
