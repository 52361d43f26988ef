"""The commands. The only composition root: configuration, fetcher, store and service meet here and nowhere else.

Exit codes: 0 done; 1 done, but a polled source ended error, blocked or gone; 2 usage or configuration; 3 the service
itself (store, disk, port). Errors are one readable block on stderr.
"""

from __future__ import annotations

from feedsvc.cli import adding, looking, recording, running, trying  # noqa: F401 - importing them adds their commands
from feedsvc.cli.root import cli, execute, main

__all__ = ["cli", "execute", "main"]
