"""Who works on a var directory: one daemon, and any number of short-lived pollers beside it.

Every lock is an flock on a file that stays: the kernel lets go of it when its process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedsvc.errors import StoreError


@contextmanager
def daemon(var: Path) -> Iterator[None]:
    """Hold `var` as its only daemon; StoreError names the process that already does."""
    path = var / "feedsvc.lock"
    try:
        var.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{var} cannot be written: {error.strerror}. Check its owner and mode: ls -ld {var}") from None
    try:
        if not _take(handle):
            first = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise StoreError(f"a feedsvc daemon (process {first}) already runs on {var}. See it: ps -p {first}")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def holder(var: Path, name: str) -> Iterator[str]:
    """Be a holder of leases: yields a name that `alive` says yes to until this process ends."""
    directory = var / "holders"
    directory.mkdir(parents=True, exist_ok=True)
    _sweep(directory)
    full = f"{name}-{os.getpid()}-{secrets.token_hex(4)}"
    path = directory / full
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(handle)
        yield full
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def alive(var: Path, name: str) -> bool:
    """Whether the holder of that name still lives: its file is there and locked."""
    try:
        handle = os.open(var / "holders" / os.path.basename(name), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(directory: Path) -> None:
    """Remove what holders that were killed left behind."""
    for path in directory.iterdir():
        if not alive(directory.parent, path.name):
            path.unlink(missing_ok=True)
