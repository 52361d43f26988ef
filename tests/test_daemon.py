"""The real command with its real processes: growing, killed at any moment and started again, stopped, refused."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import feedparser
import pytest
from gazette import Gazette, config
from origin import Origin

from feedsvc.web.server import free_port

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def gazette() -> Iterator[Gazette]:
    with Origin() as origin:
        yield Gazette(origin)


def command(path: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "feedsvc", "--config", str(path), *arguments]


@contextmanager
def running(path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command of ours under way; whatever happens, it is gone afterwards."""
    process = subprocess.Popen(
        command(path, *arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=20)


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def entries(port: int, path: str = "feeds/all.atom") -> dict[str, str]:
    """What a reader sees: title -> id. Empty while the server is not up."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            parsed = feedparser.parse(answer.read())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return {}
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    return {entry.title: entry.id for entry in parsed.entries}


def processes_of(path: Path) -> list[str]:
    """Every process that has the test's directory on its command line or in its environment."""
    found = []
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit() and int(directory.name) != os.getpid():
            try:
                told = (directory / "cmdline").read_bytes() + (directory / "environ").read_bytes()
                state = (directory / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if str(path).encode() in told and state != "Z":
                found.append(f"{directory.name}: {told[:60]!r}")
    return found


def test_the_daemon_serves_what_it_reads_and_feeds_grow(gazette: Gazette, tmp_path: Path) -> None:
    gazette.publish(12)
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port)
    with running(path, "run") as process:
        eventually(lambda: list(entries(port)) == gazette.titles())
        before = entries(port)
        gazette.publish()
        eventually(lambda: list(entries(port)) == gazette.titles())
        after = entries(port)
        assert before.items() <= after.items()
        expected = {gazette.title(number) for number in range(1, 14, 2)}
        eventually(lambda: set(entries(port, "feeds/politik.rss")) == expected)
        gazette.withdrawn.add(9)
        eventually(lambda: list(entries(port)) == gazette.titles())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    eventually(lambda: processes_of(tmp_path) == [], 5)


@pytest.mark.slow
def test_a_second_daemon_on_one_var_is_refused_within_five_seconds(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port)
    gazette.publish(2)
    with running(path, "run") as first:
        eventually(lambda: len(entries(port)) == 2)
        started = time.monotonic()
        second = subprocess.run(command(path, "run"), cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
        assert second.returncode == 3
        assert time.monotonic() - started < 5
        assert f"process {first.pid}" in second.stderr
        assert "Traceback" not in second.stderr
        beside = subprocess.run(
            command(path, "poll", "--json"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert beside.returncode == 0, beside.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_is_a_service_error(gazette: Gazette, tmp_path: Path) -> None:
    path = config(tmp_path, gazette.origin, gazette.origin.port)
    done = subprocess.run(command(path, "run"), cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 3
    assert f"port {gazette.origin.port}" in done.stderr


@pytest.mark.slow
def test_ctrl_c_ends_it_cleanly_even_while_a_page_hangs(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port)
    gazette.publish(3)
    gazette.pause = 30
    with running(path, "run") as process:
        eventually(lambda: any(asked.path.startswith("/meldung/") for asked in gazette.origin.asked))
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    eventually(lambda: processes_of(tmp_path) == [], 5)
    gazette.pause = 0
    done = subprocess.run(command(path, "poll"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    with contextlib.closing(sqlite3.connect(tmp_path / "var" / "feedsvc.db")) as db, db:
        assert db.execute("select count(*) from articles").fetchone() == (3,)


@pytest.mark.slow
def test_an_edit_is_taken_over_and_a_broken_one_is_not(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port)
    gazette.publish(4)
    with running(path, "run") as process:
        eventually(lambda: len(entries(port)) == 4)
        good = path.read_text()
        path.write_text(good.replace('title = "Probe"', 'titel = "Probe"'))
        time.sleep(1.5)
        assert len(entries(port)) == 4
        path.write_text(good.replace('slug = "politik"', 'slug = "landespolitik"\nwas = ["politik"]'))
        eventually(lambda: len(entries(port, "feeds/landespolitik.atom")) == 2)
        assert len(entries(port, "feeds/politik.atom")) == 2, "the old address leads to the new one"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stderr is not None
        told = process.stderr.read()
    assert "titel" in told
    assert "did you mean" in told
    assert "old configuration stays" in told


ROUNDS = 25


def _again(path: Path, port: int, gazette: Gazette, arguments: tuple[str, ...], seen: dict[str, str]) -> dict[str, str]:
    """Start the killed command again at once, let it finish its work, and return what readers see: the same ids."""
    with running(path, *arguments) as again:
        if arguments == ("run",):
            eventually(lambda: list(entries(port))[:3] == gazette.titles()[:3])
            now = entries(port)
            again.send_signal(signal.SIGTERM)
        assert again.wait(30) == 0
    if arguments == ("poll",):
        parsed = feedparser.parse(str(path.parent / "var" / "public" / "feeds" / "all.atom"))
        now = {entry.title: entry.id for entry in parsed.entries}
    assert list(now)[:3] == gazette.titles()[:3]
    assert all(seen.get(title, id) == id for title, id in now.items()), "an id changed"
    return now


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("run",), ("poll",)], ids=["run", "poll"])
def test_killed_in_the_middle_of_a_poll_nothing_is_lost_or_twice(
    gazette: Gazette, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port)
    moments = random.Random(7)
    seen: dict[str, str] = {}
    for _ in range(ROUNDS):
        gazette.publish(3)
        gazette.pause = 0.02
        asked = len(gazette.origin.asked)
        with running(path, *arguments) as process:
            eventually(lambda asked=asked: len(gazette.origin.asked) > asked)  # type: ignore[misc]
            time.sleep(moments.uniform(0, 0.3))
            process.kill()
            process.wait(5)
        seen.update(_again(path, port, gazette, arguments, seen))
        eventually(lambda: processes_of(tmp_path) == [], 5)
    gazette.pause = 0
    time.sleep(1.1)
    done = subprocess.run(command(path, "poll"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    with contextlib.closing(sqlite3.connect(tmp_path / "var" / "feedsvc.db")) as db, db:
        stored = [row[0] for row in db.execute("select title from articles")]
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert sorted(stored) == sorted(gazette.titles())
    assert not list((tmp_path / "var" / "public").rglob("*.tmp/*"))
