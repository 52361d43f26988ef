"""Slices of the configuration that second-floor modules are given, and the two injected verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ParamSpec, Protocol, TypeVar

from feedsvc.model.pages import Page, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How requests are made. `hosts` holds complete settings for single hosts, keyed as `urls.host` writes them."""

    user_agent: str
    host_gap: timedelta = timedelta(seconds=2)
    max_bytes: int = 10_000_000  # decoded
    deadline: timedelta = timedelta(seconds=60)
    workers: int = 32
    allow_private: tuple[str, ...] = ()
    respect_robots: bool = True
    respect_tdm: bool = True
    proxy: str = field(default="", repr=False)  # may hold a password; "": from the environment, "none": no proxy
    ca_file: str = ""
    hosts: Mapping[str, FetchSettings] = field(default_factory=dict)

    def of(self, host: str) -> FetchSettings:
        """Return what holds for one host."""
        return self.hosts.get(host, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the web server is told; `status_token` is never printed."""

    host: str = "127.0.0.1"
    port: int = 8080
    max_age: timedelta = timedelta(minutes=15)
    ready_after: timedelta = timedelta(hours=3)
    status_token: str = field(default="", repr=False)
    hub: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """One origin's robots.txt as it was answered (RFC 9309 2.3): kept 24 h, also over restarts."""

    origin: str  # "https://example.org"
    status: int | None  # None: no answer at all
    body: str
    fetched_at: datetime


P = ParamSpec("P")
T = TypeVar("T")

Fetch = Callable[[Request], Page]  # raises FetchError


class Read(Protocol):
    """Runs a pure function on strangers' bytes, possibly in another process; raises what it raises, or ContentError."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...
