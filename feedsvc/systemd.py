"""The service's state in, datagrams to systemd out (sd_notify(3)): ready, reloading, stopping, alive."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, MutableMapping

log = logging.getLogger(__name__)

_STATUS_EVERY = 10.0  # seconds


class Manager:
    """The process that started us and wants to be told. Without an address every call does nothing."""

    def __init__(
        self, address: str = "", watchdog: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address  # "@": an abstract socket
        self._pause = watchdog / 2 if watchdog else None
        self._clock = clock
        self._is_ready = False
        self._alive_at = self._told_at = float("-inf")
        self._status = ""

    def reloading(self) -> None:
        """Tell that the configuration is being read again, until the next tick."""
        self._is_ready = False
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """Tell that the service winds up; safe to call from a signal handler."""
        self._send("STOPPING=1", "STATUS=finishing what is under way")

    def ticked(self, status: str) -> None:
        """Tell that the loop goes round: it is ready, it is alive at half of the watchdog's time, and how it is."""
        now, lines = self._clock(), []
        if not self._is_ready:
            self._is_ready = True
            lines.append("READY=1")
        if self._pause is not None and now - self._alive_at >= self._pause:
            self._alive_at = now
            lines.append("WATCHDOG=1")
        if status != self._status and (lines or now - self._told_at >= _STATUS_EVERY):
            self._status, self._told_at = status, now
            lines.append(f"STATUS={' '.join(status.split())}")
        if lines:
            self._send(*lines)

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending:
                sending.settimeout(1)
                sending.sendto("\n".join(lines).encode(errors="replace"), self._address)
        except OSError as error:
            log.warning("systemd could not be told %s: %s", lines[0], error)


def from_environment(environment: MutableMapping[str, str]) -> Manager:
    """Return the manager that an environment names, and take its name out of it: no child may speak for us."""
    address = environment.pop("NOTIFY_SOCKET", "")
    microseconds = environment.pop("WATCHDOG_USEC", "")
    meant = environment.pop("WATCHDOG_PID", "") or str(os.getpid())
    is_watched = microseconds.isdecimal() and int(microseconds) > 0 and meant == str(os.getpid())
    return Manager(address, int(microseconds) / 1_000_000 if is_watched else None)
