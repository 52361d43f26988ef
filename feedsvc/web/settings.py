"""What the web server's process is told by the process that starts it, as one line of JSON in its environment."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

VARIABLE = "FEEDSVC_WEB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the web server knows; times in seconds. `status_token` is why this is no command line argument."""

    var: str
    host: str
    port: int
    max_age: float
    ready_after: float
    base_path: str
    language: str
    timezone: str
    title: str
    base_url: str
    status_token: str
    parent: int

    @property
    def public(self) -> Path:
        return Path(self.var) / "public"

    @property
    def database(self) -> Path:
        return Path(self.var) / "feedsvc.db"

    @property
    def cache_for(self) -> timedelta:
        return timedelta(seconds=self.max_age)

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def from_environment() -> Settings:
    """Return the settings this process was started with; KeyError without them."""
    return Settings(**json.loads(os.environ[VARIABLE]))
