"""The demo as a stranger meets it: one command, addresses within seconds, feeds that grow, and nothing left behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import feedparser
import pytest
import validity

from feedsvc import store

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_one_full_round_misses_nothing_and_leaves_a_valid_result(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "feedsvc", "demo", "--once", "--var", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    addresses = dict(line.split(" ") for line in done.stdout.splitlines() if line.count(" ") == 1)
    assert {"it-infrastruktur", "politik"} <= addresses.keys()
    with store.open(tmp_path / "feedsvc.db", readonly=True) as opened:
        stored = list(opened.articles())
        assert opened.integrity() == "ok"
    assert len(stored) == 44 + 8, sorted(entry.article.title for entry in stored)
    assert not [entry for entry in stored if "Meldungen" in entry.article.headline or entry.article.published is None]
    config = tomllib.loads((tmp_path / "config.toml").read_text())
    assert config["fetch"]["host_gap"] == "0s"
    checks = {
        ".rss": validity.rss,
        ".atom": validity.atom,
        ".json": validity.json_feed,
        ".xml": lambda body, _: validity.opml(body),
    }
    checked = 0
    for path in (tmp_path / "public").rglob("*"):
        if path.suffix in checks:
            address = f"{config['service']['base_url']}/{path.relative_to(tmp_path / 'public')}"
            assert checks[path.suffix](path.read_bytes(), address) == [], path
            checked += 1
    assert checked > 3 * 12


@pytest.mark.slow
def test_feeds_are_there_within_ten_seconds_and_grow_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "demo", "--var", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            address = next(line.split()[1] for line in process.stdout if line.startswith("politik "))
            sizes = [_entries(address, lambda found: found > 0, started + 10)]
            sizes.append(_entries(address, lambda found: found > sizes[0], started + 60))
            assert sizes[1] > sizes[0]
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()


def _entries(address: str, enough: object, end: float) -> int:
    """Wait until a reader sees enough entries, and return how many."""
    while True:
        with urllib.request.urlopen(address, timeout=5) as answer:
            found = len(feedparser.parse(answer.read()).entries)
        if enough(found):  # type: ignore[operator]
            return found
        assert time.monotonic() < end, f"{found} entries"
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
def test_newsboat_shows_what_is_in_the_feed(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "feedsvc", "demo", "--once", "--var", str(tmp_path / "var")],
        cwd=ROOT, capture_output=True, timeout=90, check=True,
    )  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "--config", str(tmp_path / "var" / "config.toml"), "serve"],
        cwd=ROOT, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            port = tomllib.loads((tmp_path / "var" / "config.toml").read_text())["web"]["port"]
            address = f"http://127.0.0.1:{port}/feeds/politik.rss"
            expected = _wait_for(address)
            (tmp_path / "urls").write_text(address + "\n")
            arguments = ["newsboat", "-u", str(tmp_path / "urls"), "-c", str(tmp_path / "cache.db")]
            for _ in range(2):  # the second time it is told 304
                subprocess.run([*arguments, "-x", "reload"], timeout=30, check=True, env={"HOME": str(tmp_path)})
            shown = subprocess.run(
                [*arguments, "-x", "print-unread"],
                capture_output=True, text=True, timeout=30, check=True, env={"HOME": str(tmp_path)},
            )  # fmt: skip
            assert shown.stdout.startswith(f"{expected} unread")
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(address: str) -> int:
    end = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return len(feedparser.parse(answer.read()).entries)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
