"""The real daemon as its operator has it: under systemd, with structured logs, edited while it runs, on a full disk."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes import FRONT, Web, address, article, lead, web
from gazette import Gazette, config
from origin import Origin

from feedsvc import schedule, store
from feedsvc.errors import ConfigError
from feedsvc.model import FetchSettings, Listing, Problem, Site, Source, WebSettings
from feedsvc.model import Vocabulary as Words
from feedsvc.web.server import free_port

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def gazette() -> Iterator[Gazette]:
    with Origin() as origin:
        made = Gazette(origin)
        made.publish(4)
        yield made


@contextmanager
def running(
    path: Path, *options: str, prefix: tuple[str, ...] = (), **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """A daemon whose stderr goes to a file beside its configuration; whatever happens, it is gone afterwards."""
    told = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with (path.parent / "stderr").open("w") as errors:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "feedsvc", "--config", str(path), *options, "run"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=told,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(20)


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def ask(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def status(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "feedsvc", "--config", str(path), "status", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


# ---- systemd ---------------------------------------------------------------------------------------------------------


def until(listener: socket.socket, wanted: str, seconds: float = 20.0) -> list[str]:
    """Return what was told up to a datagram with that line."""
    seen: list[str] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen.append(listener.recv(4096).decode())
        if wanted in seen[-1].splitlines():
            return seen
    pytest.fail(f"{wanted} was not told, only {seen}")


@pytest.mark.slow
def test_systemd_learns_when_it_is_ready_reloads_stops_and_no_longer_goes_round(
    gazette: Gazette, tmp_path: Path
) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port, every="1s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(20)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000"}
        with running(path, **told) as process:
            until(listener, "READY=1")
            assert ask(port, "/healthz")[0] == 200  # who waits for it finds the port open
            until(listener, "WATCHDOG=1")
            process.send_signal(signal.SIGHUP)
            until(listener, "RELOADING=1")
            until(listener, "READY=1")
            _hold_the_store(tmp_path, listener)
            until(listener, "WATCHDOG=1")
            assert _children_told(process.pid) == []
            process.send_signal(signal.SIGTERM)
            until(listener, "STOPPING=1")
            assert process.wait(12) == 0


def _hold_the_store(directory: Path, listener: socket.socket) -> None:
    """Keep the one writer waiting: while it does, the watchdog hears nothing."""
    with store.open(directory / "var" / "feedsvc.db") as opened, opened._writing():
        time.sleep(1.5)
        listener.setblocking(False)
        try:
            while listener.recv(4096):
                pass
        except BlockingIOError:
            listener.settimeout(3.0)
        with pytest.raises(TimeoutError):
            listener.recv(4096)
    listener.settimeout(20)


def _children_told(pid: int) -> list[str]:
    """Return the processes below one that could speak to systemd in its name."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            parent = (directory / "stat").read_text().rpartition(")")[2].split()[1]
            environment = (directory / "environ").read_bytes()
        except OSError:
            continue
        if parent == str(pid) and b"NOTIFY_SOCKET" in environment:
            found.append(directory.name)
    return found


# ---- logs ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_structured_logs_are_one_object_a_line_without_readers_or_secrets(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    header = 'headers = {Authorization = "env:FEEDSVC_TEST_SECRET"}\n'
    extra = f'[[source]]\nid = "tot"\nurl = "{gazette.origin.url("/tot")}"\n{header}'
    path = config(tmp_path, gazette.origin, port, every="1s", extra=extra)
    secret = {"FEEDSVC_TEST_SECRET": "Bearer ganz-geheim-1"}
    with running(path, "--log-format", "json", **secret) as process:
        eventually(lambda: ask(port, "/feeds/all.atom", User_Agent="reader-of-mine/7")[0] == 200)
        ask(port, "/search?q=reader-asks-this")
        ask(port, "/no-such-page")
        eventually(lambda: (tmp_path / "stderr").read_text().count('"event": "poll"') >= 4)
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) == 0
    text = (tmp_path / "stderr").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)
    polls = [line for line in lines if line.get("event") == "poll"]
    assert {poll["source"] for poll in polls} == {"anzeiger", "tot"}
    assert next(poll for poll in polls if poll["source"] == "anzeiger")["new"] == 4
    assert next(poll for poll in polls if poll["source"] == "tot")["error"]["kind"] == "not_found"
    for hidden in ("reader-of-mine", "reader-asks-this", "no-such-page", "ganz-geheim-1"):
        assert hidden not in text


@pytest.mark.slow
def test_a_full_disk_is_a_line_or_two_and_what_is_published_stays_served(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port, every="1s")
    with running(path) as process:
        eventually(lambda: ask(port, "/feeds/all.atom")[1].count("<entry") == 4)
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) == 0
    limit = (tmp_path / "var" / "feedsvc.db").stat().st_size // 1024
    gazette.publish(30)
    with running(path, prefix=("/bin/sh", "-c", f'ulimit -f {limit * 2}; exec "$@"', "sh")) as process:
        eventually(lambda: ask(port, "/feeds/all.atom")[0] == 200)
        time.sleep(8)
        assert process.poll() is None
        assert ask(port, "/feeds/all.atom")[1].count("<entry") >= 4
    errors = re.findall(r" ERROR .*", (tmp_path / "stderr").read_text())
    assert errors, "the limit was never met"
    assert len(errors) <= 3, errors


# ---- edits while it runs ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_invalid_edit_is_shown_everywhere_until_it_is_mended(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port, every="5s")
    good = path.read_text()
    with running(path):
        eventually(lambda: ask(port, "/feeds/all.atom")[1].count("<entry") == 4)
        path.write_text(good.replace("[defaults]", "[defaults]\nadaptiv = true"))
        eventually(lambda: "nicht übernommen" in ask(port, "/status")[1])
        page = ask(port, "/status")[1]
        assert "<code>defaults.adaptiv</code>" in page
        assert re.search(r"Zeile \d+", page)
        assert "adaptiv" in (tmp_path / "stderr").read_text()
        told = status(path)
        assert told.returncode == 0
        assert [row["id"] for row in json.loads(told.stdout)] == ["anzeiger"]
        assert "defaults.adaptiv" in told.stderr
        path.unlink()  # an editor that writes anew
        time.sleep(1.2)
        assert ask(port, "/healthz")[0] == 200
        path.write_text(good)
        eventually(lambda: "nicht übernommen" not in ask(port, "/status")[1])
        assert status(path).stderr == ""


@pytest.mark.slow
def test_the_web_servers_settings_are_taken_over_while_it_serves(gazette: Gazette, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    path = config(tmp_path, gazette.origin, port, every="5s")
    with running(path):
        eventually(lambda: ask(port, "/feeds/all.atom")[1].count("<entry") == 4)
        path.write_text(path.read_text().replace("[web]", '[web]\nstatus_token = "geheim"'))
        answers, feeds = [], []
        end = time.monotonic() + 25
        while time.monotonic() < end and answers[-30:] != [401] * 30:
            answers.append(ask(port, "/status.json")[0])
            feeds.append(ask(port, "/feeds/all.atom")[0])
            time.sleep(0.05)
        assert answers[-1] == 401
        # granian resets a connection that the old worker accepts while it ends; the port is never closed
        assert [*answers, *feeds].count(0) <= 1
        assert set(feeds) <= {200, 0}
        assert ask(port, "/status", Authorization="Bearer geheim")[0] == 200


def test_an_edit_touches_only_what_it_changes(tmp_path: Path) -> None:
    portal = _portal()
    first = Source(id="eins", url=FRONT, name="Eins", kind="html", categories=("Netz",))
    second = Source(id="zwei", url=address("zwei"), name="Zwei", kind="html", categories=("Amt",))
    configured = schedule.Setup(
        var=tmp_path,
        site=Site(title="Probe", base_url="http://127.0.0.1:8080"),
        sources=(first, second),
        vocabulary=Words(),
        fetch=FetchSettings(user_agent="feedsvc/test", host_gap=timedelta(0)),
        web=WebSettings(),
    )
    fetchers: list[FetchSettings] = []

    def make(settings: FetchSettings, robots: object) -> Web:
        fetchers.append(settings)
        return portal

    with schedule.Service(configured, make_fetcher=make, read=portal.read, holder="test") as service:  # type: ignore[arg-type]
        service.once()
        before, rows, asked = _files(tmp_path), _rows(tmp_path), len(portal.asked)
        service._reload(lambda: replace(configured, sources=(first, replace(second, name="Zwei neu"))))
        service.once()
        after = _files(tmp_path)
        changed = {path for path in after if after[path] != before.get(path)}
        assert "sources/zwei.atom" in changed
        assert changed.isdisjoint({"sources/eins.atom", "sources/eins/index.html", "feeds/netz.atom"})
        assert _rows(tmp_path)["eins"] == rows["eins"]
        assert _rows(tmp_path)["zwei"].next_poll_at == rows["zwei"].next_poll_at
        assert len(portal.asked) == asked
        assert len(fetchers) == 1

        def broken() -> schedule.Setup:
            raise ConfigError([Problem(key="web.port", line=2, message="no number")])

        service._reload(broken)
        assert _files(tmp_path) == after
        assert service.setup.sources[1].name == "Zwei neu"
    with store.open(tmp_path / "feedsvc.db", readonly=True) as opened:
        assert [problem.key for problem in opened.problems().refused] == ["web.port"]


def _portal() -> Web:
    portal = web("a")
    portal.listing[address("zwei")] = Listing(leads=(lead("z"),))
    portal.articles[address("z")] = article("z")
    portal.at = datetime.now(UTC)
    return portal


def _files(var: Path) -> dict[str, int]:
    public = var / "public"
    return {str(path.relative_to(public)): path.stat().st_mtime_ns for path in public.rglob("*") if path.is_file()}


def _rows(var: Path) -> dict[str, store.SourceRow]:
    with store.open(var / "feedsvc.db", readonly=True) as opened:
        return {row.id: row for row in opened.sources()}
