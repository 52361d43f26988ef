"""A stage for the daemon: the sample portal on loopback and a configuration that reads it."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from feedsvc import text
from feedsvc.demo import config_text, portal
from feedsvc.model import Entry

INTERVAL = 4.0  # seconds between two new articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the demo command needs: where the configuration is, where the portal is, and what is still missing."""

    config: Path
    portal_url: str
    missing: Callable[[Iterable[Entry]], list[str]]


@contextmanager
def stage(
    directory: Path | None, *, web_port: int, growing: bool, redesign_after: float | None = None
) -> Iterator[Stage]:
    """Start the portal and write config.toml into `directory` (a temporary one by default) until the block ends.

    After `redesign_after` seconds the portal builds all its pages anew.
    """
    with ExitStack() as stack:
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="feedsvc-demo-")))
        directory.mkdir(parents=True, exist_ok=True)
        sample = portal.Portal(
            datetime.now().astimezone().date(),
            interval=INTERVAL if growing else math.inf,
            redesign_after=math.inf if redesign_after is None else redesign_after,
        )
        served = stack.enter_context(sample.serve())
        config = directory / "config.toml"
        config.write_text(config_text(served.url, web_port), encoding="utf-8")
        yield Stage(config=config, portal_url=served.url, missing=lambda stored: _missing(sample, stored))


def _missing(sample: portal.Portal, stored: Iterable[Entry]) -> list[str]:
    have = {text.fold(entry.article.title) for entry in stored}
    return [article.title for article in sample.expected() if text.fold(article.title) not in have]
