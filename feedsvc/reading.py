"""A pure function and strangers' bytes in, its value or its error out: run where a hang can be killed.

The readers are processes of their own: a page that keeps one busy is cut off after `timeout`, the interpreter lock of
the scheduler stays free, and none of them outlives the scheduler, even one that is killed with -9.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from feedsvc.errors import ContentError
from feedsvc.model import Page

P = ParamSpec("P")
T = TypeVar("T")

TIMEOUT = 20.0  # seconds; the slowest page of the development corpus takes well under one
MAX_PAGES = 500  # then a reader is replaced, so that its memory stays bounded
_ADDRESS_SPACE = 2 * 2**30  # a 10 MB page of small tags costs lxml 390 MB
_PR_SET_PDEATHSIG = 1


class Pool:
    """Reading processes that a whole service shares; calling it is thread-safe and waits for the answer."""

    def __init__(self, workers: int = 1, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        # spawn: a forked child would inherit the lock on var, and keep it after the scheduler's death.
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=MAX_PAGES,
            initializer=_settle_in,
            initargs=[os.getpid()],
            context=multiprocessing.get_context("spawn"),
        )

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        future = self._pool.schedule(function, args=list(args), kwargs=kwargs, timeout=self._timeout)
        address = next((arg.final_url for arg in args if isinstance(arg, Page)), "")
        try:
            result: T = future.result()
        except FutureTimeout:
            message = f"reading took over {self._timeout:g} s and was stopped"
            raise ContentError(address, "end", message, kind="deadline") from None
        except (ProcessExpired, MemoryError) as error:
            message = f"the reading process died of this page ({error})"
            raise ContentError(address, "end", message, kind="too_large") from None
        return result

    def warm(self) -> None:
        """Start a reader now, so that the first page does not wait for it."""
        self._pool.schedule(os.getpid)

    def close(self) -> None:
        """Stop the readers, whatever they are doing."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble 5
        self._pool.join()


def inline(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the function here and now: for one page that its operator asked for."""
    return function(*args, **kwargs)


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _settle_in(parent: int) -> None:
    """Prepare a reader: it dies with the scheduler, leaves Ctrl-C to it, is nice, and cannot eat the machine."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
