"""A sample portal on loopback and the configuration that reads it: the main job with no network.

portal.py is what it shows and when, pages.py how that looks, server.py the HTTP, traps.py what is difficult about it
and where; the articles stand in articles.toml (from the start), queue.toml (one by one) and notes.toml (its feed).
"""

from __future__ import annotations

from importlib import resources
from string import Template
from urllib.parse import urlsplit


def config_text(portal_url: str, port_web: int) -> str:
    """Return the config.toml that reads the portal at `portal_url` and is served on `port_web`."""
    text = resources.files(__package__).joinpath("config.toml").read_text(encoding="utf-8")
    return Template(text).substitute(
        portal=portal_url.rstrip("/"), portal_host=urlsplit(portal_url).netloc, port=port_web
    )
