"""One daemon per var, and leases only of holders that live."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from feedsvc import locks
from feedsvc.errors import StoreError


def test_a_second_daemon_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        locks.daemon(tmp_path),
        pytest.raises(StoreError, match=rf"process {os.getpid()}\).*ps -p"),
        locks.daemon(tmp_path),
    ):
        pass
    with locks.daemon(tmp_path):
        pass


def test_a_holder_lives_until_it_lets_go(tmp_path: Path) -> None:
    with locks.holder(tmp_path, "run") as name:
        assert locks.alive(tmp_path, name)
    assert not locks.alive(tmp_path, name)
    assert not locks.alive(tmp_path, "../../etc/passwd")


def test_a_killed_holder_is_dead_at_once_and_swept_by_the_next(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from feedsvc import locks\n"
        "with locks.holder(Path(sys.argv[1]), 'poll') as name:\n    print(name, flush=True); time.sleep(60)"
    )
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert locks.alive(tmp_path, name)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert not locks.alive(tmp_path, name)
    with locks.holder(tmp_path, "poll"):
        assert name not in os.listdir(tmp_path / "holders")


def test_a_var_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"), locks.daemon(tmp_path / "file" / "var"):
        pass
