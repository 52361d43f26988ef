"""The real daemon on the sample portal while that is rebuilt: readers see no gap, whoever wrote the rules."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from feedsvc import demo
from feedsvc.demo import portal
from feedsvc.web import server

ROOT = Path(__file__).resolve().parents[1]
REBUILT_AFTER = 6.0
RULES = """
[source.list]
item = "div.meldung"
link = "h3 > a"
title = "h3"
date = "p"
teaser = "p"
exclude = ["/newsletter"]
"""


@contextmanager
def daemon(directory: Path, sample: portal.Portal, rules: str) -> Iterator[str]:
    """Run the daemon on the portal until the block ends; give the address of its feeds."""
    with sample.serve() as served:
        port = server.free_port("127.0.0.1")
        text = demo.config_text(served.url, port).replace('every = "5s"', 'every = "1s"')
        text = text.replace(f'url = "{served.url}/"\n', f'url = "{served.url}/"\n{rules}')
        (directory / "config.toml").write_text(text, encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "--config", str(directory / "config.toml"), "run"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            try:
                yield f"http://127.0.0.1:{port}"
                process.send_signal(signal.SIGTERM)
                assert process.wait(10) == 0
            finally:
                process.kill()


def entries(address: str) -> list[dict[str, object]]:
    with urllib.request.urlopen(f"{address}/sources/amtsblick.json", timeout=5) as answer:
        found: list[dict[str, object]] = json.load(answer)["items"]
    return found


def status(address: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{address}/status.json", timeout=5) as answer:
        told = json.load(answer)
    sources = told["sources"] if isinstance(told, dict) else told
    found: dict[str, object] = next(each for each in sources if each["id"] == "amtsblick")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("rules", [pytest.param(RULES, id="rules"), pytest.param("", id="automatic")])
def test_readers_see_no_gap_when_the_portal_is_rebuilt(tmp_path: Path, rules: str) -> None:
    sample = portal.Portal(datetime.now().astimezone().date(), interval=2.5, redesign_after=REBUILT_AFTER)
    started, seen = time.monotonic(), set[str]()
    with daemon(tmp_path, sample, rules) as address:
        rebuilt_for = 0
        while time.monotonic() < started + 35 and rebuilt_for < 4:
            time.sleep(0.5)
            try:
                shown = {str(entry["title"]): entry for entry in entries(address)}
            except OSError:
                assert time.monotonic() < started + 12, "the feeds are there within seconds"
                continue
            lost = seen - shown.keys() - changed(sample)
            assert not lost, "what stood in the feed stays there"
            seen |= shown.keys()
            after = [a.title for a in sample.listed()[:20] if fresh(sample, a.number)]
            rebuilt_for = sum(title in shown for title in after)
        assert rebuilt_for >= 4, "what is published after the rebuilding comes in like anything before"
        whole(sample, shown)
        told = status(address)
    assert told["health"] == "ok", told
    if rules:
        assert isinstance(told["learned"], dict)
        assert "karte" in str(told["learned"]["new"])
        kinds = [each["kind"] for each in told["incidents"]]  # type: ignore[attr-defined]
        assert kinds.count("learned") == 1, told["incidents"]
        assert "dropped" not in kinds
        assert 'item = "div.meldung"' in (tmp_path / "config.toml").read_text(encoding="utf-8")


def fresh(sample: portal.Portal, number: int) -> bool:
    """Whether an article was published after the portal was rebuilt."""
    queue = sample._stock.queue
    return any(each.number == number for each in queue[int(REBUILT_AFTER / 2.5) :])


def changed(sample: portal.Portal) -> set[str]:
    """Return the titles that a correction replaced or that were withdrawn."""
    stock = (*sample._stock.archive, *sample._stock.queue)
    return {a.title for a in stock if a.correction or a.role == "withdrawn"}


def whole(sample: portal.Portal, shown: dict[str, dict[str, object]]) -> None:
    """Every entry of the feed is an article of the portal, with its own text and day."""
    known = {a.title: a for a in sample.listed()}
    today = sample.today
    strange = shown.keys() - known.keys() - changed(sample)
    assert not strange, "nothing comes in that is no article"
    for title, entry in shown.items():
        if title in known:
            article = known[title]
            assert entry["summary"] or entry.get("content_html") or entry.get("content_text"), title
            day = str(entry["date_published"])[:10]
            assert day <= today.isoformat(), title
            assert day == article.published.isoformat() or article.published == sample.today, title
