"""The web server as a process: started by the daemon or by `serve`, ended with whoever started it.

Granian runs one worker that loads `feedsvc.web.app:load`. Both ask the kernel to die with their parent and this one
ends when its standard input closes: measured without that, granian and its worker live on and keep the port.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

from granian import Granian
from granian.constants import Interfaces, Loops

from feedsvc import logs, reading
from feedsvc.errors import StoreError
from feedsvc.web import settings

log = logging.getLogger(__name__)

_STARTUP = 10.0  # seconds until the port must answer
_CLEARING = 2.0  # seconds a port may still be taken after a kill
_OVERLAP = 4.0  # seconds an old worker lives on beside the new one
_RESTART_PAUSE = 5.0  # seconds between two starts of a server that keeps dying


class Server:
    """The web server's process. `keep_alive` starts it again if it has died."""

    def __init__(self, given: settings.Settings) -> None:
        self.given = replace(given, port=given.port or free_port(given.host), parent=os.getpid())
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    def start(self) -> None:
        """Start serving; StoreError if the port is taken or the server does not answer within 10 s."""
        _refuse_taken_port(self.given.host, self.given.port)
        self._launch()
        end = time.monotonic() + _STARTUP
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise StoreError(f"the web server ended at once on {self.address}. Try: feedsvc serve --debug")
            if _answers(self.given.host, self.given.port):
                return
            time.sleep(0.02)
        self.stop()
        raise StoreError(f"the web server does not answer on {self.address} after {_STARTUP:g} s")

    @property
    def address(self) -> str:
        host = f"[{self.given.host}]" if ":" in self.given.host else self.given.host
        return f"http://{host}:{self.given.port}"

    def adopt(self, given: settings.Settings) -> None:
        """Serve by other settings from now on, on the same address, which stays open meanwhile."""
        given = replace(given, host=self.given.host, port=self.given.port, parent=self.given.parent)
        if given == self.given:
            return
        self.given = given
        if self._process is not None and self._process.stdin is not None and self._process.poll() is None:
            self._process.stdin.write(given.to_json().encode() + b"\n")
            self._process.stdin.flush()

    def keep_alive(self) -> None:
        """Start the server again if its process has died, at most every few seconds."""
        if self._process is None or self._process.poll() is None:
            return
        if time.monotonic() - self._started_at > _RESTART_PAUSE:
            log.error("the web server ended with code %s and is started again", self._process.returncode)
            self._launch()

    def stop(self) -> None:
        """End the server, politely for three seconds."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()

    def _launch(self) -> None:
        environment = {**os.environ, settings.VARIABLE: self.given.to_json()}
        self._process = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, env=environment)
        self._started_at = time.monotonic()


def free_port(host: str) -> int:
    """Return a port that is free now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Serve until standard input closes or the parent dies."""
    given = settings.from_environment()
    reading.die_with_parent(given.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    logs.configure("json" if os.environ.get(logs.VARIABLE) == "json" else "text")
    threading.Thread(target=_obey_input, daemon=True).start()
    Granian(
        "feedsvc.web.app:load",
        address=given.host,
        port=given.port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        factory=True,
        workers=1,
        websockets=False,
        log_enabled=False,
        backpressure=1024,
        respawn_failed_workers=True,
        respawn_interval=_OVERLAP,
        workers_kill_timeout=2,
    ).serve()


def _obey_input() -> None:
    """Take over each line of settings: granian then starts a new worker before it ends the old one."""
    # The descriptor, not sys.stdin: its lock, held here, would be copied into granian's forked worker for good.
    left = b""
    while read := os.read(0, 65536):
        *lines, left = (left + read).split(b"\n")
        if lines:
            os.environ[settings.VARIABLE] = lines[-1].decode()
            os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGTERM)


def _refuse_taken_port(host: str, port: int) -> None:
    """Raise StoreError unless the port is free, or becomes free while a server that was just killed is cleared away."""
    end = time.monotonic() + _CLEARING
    while (reason := _taken(host, port)) is not None:
        if time.monotonic() > end:
            raise StoreError(
                f"port {port} on {host} cannot be used: {reason}. See who has it: ss -ltnp 'sport = :{port}';"
                " or set [web] port in config.toml"
            )
        time.sleep(0.05)


def _taken(host: str, port: int) -> str | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
