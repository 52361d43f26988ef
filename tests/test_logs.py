"""What the service says on stderr and to systemd: one line a poll, no secret, no flood; ready, alive, reloading."""

from __future__ import annotations

import io
import json
import logging
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedsvc import cli, logs, systemd
from feedsvc.errors import StoreError
from feedsvc.model import Change, Failure, Fetched, Outcome, SourceState

NOW = datetime(2026, 4, 26, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def outcome(**given: object) -> Outcome:
    values = {
        "source": "move", "lease": "x", "status": "ok", "started_at": NOW, "finished_at": NOW + timedelta(seconds=1.25),
        "state": SourceState(health="ok"), "next_poll_at": LATER, "why": "every 1h", "listed": ("a", "b", "c"),
        "changes": (Change(kind="new", id="a"), Change(kind="new", id="b"), Change(kind="updated", id="c")),
        "fetches": (Fetched(url="https://move.example/", at=NOW, status=200, bytes=900, seconds=0.2),), **given,
    }  # fmt: skip
    return Outcome(**values)  # type: ignore[arg-type]


@contextmanager
def logging_to(form: logs.Form) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []
    out = io.StringIO()
    logs.configure(form, stream=out)
    try:
        yield out
    finally:
        root.handlers = before
        root.setLevel(level)


def test_a_poll_is_one_json_object_with_everything_an_operator_asks_for() -> None:
    with logging_to("json") as out:
        logs.poll(logging.getLogger("feedsvc.test"), outcome())
    (line,) = out.getvalue().splitlines()
    told = json.loads(line)
    at = datetime.fromisoformat(told.pop("at"))
    assert at.utcoffset() == timedelta(0)
    assert told == {
        "level": "info", "logger": "feedsvc.test",
        "message": "move: ok, 3 found, 2 new, 1 updated in 1.2 s; next 2026-04-26T13:00:00+00:00 (every 1h)",
        "event": "poll", "source": "move", "status": "ok", "found": 3, "new": 2, "updated": 1, "withdrawn": 0,
        "seconds": 1.25, "requests": 1, "bytes": 900, "health": "ok", "next_poll_at": "2026-04-26T13:00:00+00:00",
        "why": "every 1h", "error": None,
    }  # fmt: skip


def test_a_failed_poll_is_a_warning_whose_message_cannot_forge_a_line() -> None:
    forged = Failure(kind="parse", message="bad\n2026-01-01 00:00:00 ERROR forged \ud800")
    for form in ("text", "json"):
        with logging_to(form) as out:  # type: ignore[arg-type]
            logs.poll(logging.getLogger("feedsvc.test"), outcome(status="error", listed=None, changes=(), error=forged))
        (line,) = out.getvalue().splitlines()
        assert "warning" in line.lower()
        if form == "json":
            assert json.loads(line)["error"]["kind"] == "parse"
            assert json.loads(line)["found"] is None


def test_a_traceback_is_one_value_and_readable_as_text() -> None:
    for form in ("text", "json"):
        with logging_to(form) as out:  # type: ignore[arg-type]
            try:
                raise ValueError("quite\nunexpected")
            except ValueError:
                logging.getLogger("feedsvc.test").exception("polling %s failed", "move")
        if form == "json":
            (line,) = out.getvalue().splitlines()
            assert json.loads(line)["message"] == "polling move failed"
            assert "ValueError: quite\nunexpected" in json.loads(line)["traceback"]
        else:
            assert out.getvalue().splitlines()[1].startswith("Traceback")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_shows_a_secret(form: logs.Form) -> None:
    secret = 'geheim"7'
    with logging_to(form) as out:
        logs.hide([secret, "", "ab"])
        logging.getLogger("feedsvc.test").info("header %s, abend", secret)
        try:
            raise ValueError(secret)
        except ValueError:
            logging.getLogger("feedsvc.test").exception("x")
    assert "geheim" not in out.getvalue()
    assert "header ***, abend" in out.getvalue()


def test_the_form_is_an_option_and_a_variable_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(logs.VARIABLE, "xml")
    assert cli.execute(["feeds"]) == 2
    assert "'xml'" in capsys.readouterr().err
    assert cli.execute(["--log-format", "yaml", "feeds"]) == 2


# ---- a state that lasts ----------------------------------------------------------------------------------------------


def full(path: str = "a") -> StoreError:
    """The error of a full disk, as the store and the publisher raise it."""
    error = StoreError(f"{path} has no room to grow (database or disk is full). Free some space: df -h var")
    error.__cause__ = OSError(28, "No space left on device", path)
    return error


def test_a_full_disk_is_told_once_then_hourly_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    seconds = 0.0
    trouble = logs.Trouble(logging.getLogger("feedsvc.test"), "the store can be written again", lambda: seconds)
    with caplog.at_level(logging.INFO):
        for tick in range(3 * 3600):
            seconds = float(tick)
            trouble.is_on(full(f"file-{tick}"))
        assert [record.levelname for record in caplog.records] == ["ERROR"] * 3
        assert "still so, 3601 times" in caplog.messages[1]
        assert trouble.reason is not None
        seconds += 5
        trouble.is_over()  # one success between two failures is no recovery
        assert len(caplog.records) == 3
        seconds += 60
        trouble.is_over()
        trouble.is_over()
    assert caplog.messages[3:] == ["the store can be written again, after 10800 failures"]
    assert trouble.reason is None


def test_another_trouble_is_told_at_once(caplog: pytest.LogCaptureFixture) -> None:
    trouble = logs.Trouble(logging.getLogger("feedsvc.test"), "well again", lambda: 0.0)
    readonly = StoreError("var/feedsvc.db cannot be written")
    readonly.__cause__ = sqlite3.OperationalError("attempt to write a readonly database")
    for error in (full(), full("b"), readonly, readonly, full()):
        trouble.is_on(error)
    assert len(caplog.records) == 3


# ---- systemd ---------------------------------------------------------------------------------------------------------


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        listener.settimeout(5)
        yield listener


@pytest.mark.parametrize("abstract", [True, False])
def test_systemd_is_told_that_the_loop_goes_round(tmp_path: Path, abstract: bool) -> None:
    address = f"@feedsvc-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    seconds = 0.0
    with listening(address) as listener:
        manager = systemd.Manager(address, watchdog=60.0, clock=lambda: seconds)
        manager.ticked("3 sources")
        assert listener.recv(4096) == b"READY=1\nWATCHDOG=1\nSTATUS=3 sources"
        seconds = 29.9
        manager.ticked("3 sources")
        seconds = 30.0
        manager.ticked("3 sources")
        assert listener.recv(4096) == b"WATCHDOG=1"
        manager.reloading()
        reloading, moment = listener.recv(4096).decode().splitlines()
        assert reloading == "RELOADING=1"
        assert moment.startswith("MONOTONIC_USEC=")
        manager.ticked("3 sources")
        assert listener.recv(4096) == b"READY=1"
        manager.stopping()
        assert listener.recv(4096).startswith(b"STOPPING=1\n")


def test_without_systemd_nothing_is_said_and_one_that_is_gone_costs_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    systemd.Manager().ticked("x")
    assert caplog.records == []
    systemd.Manager(str(tmp_path / "nobody")).ticked("x")
    assert "could not be told READY=1" in caplog.text


@pytest.mark.parametrize(
    ("pid", "microseconds", "watched"),
    [
        (None, "2000000", True),
        ("own", "2000000", True),
        ("1", "2000000", False),
        (None, "0", False),
        (None, "x", False),
    ],
)
def test_the_environment_is_read_once_and_left_to_no_child(
    tmp_path: Path, pid: str | None, microseconds: str, watched: bool
) -> None:
    given = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": microseconds, "HOME": "/"}
    if pid is not None:
        given["WATCHDOG_PID"] = str(os.getpid()) if pid == "own" else pid
    with listening(str(tmp_path / "notify")) as listener:
        systemd.from_environment(given).ticked("")
        assert given == {"HOME": "/"}
        assert (b"WATCHDOG=1" in listener.recv(4096)) is watched
