"""Every error feedsvc raises, grouped by who has to act.

    FeedsvcError
    ├── ConfigError     the operator edits config.toml
    ├── FetchError      the remote site answered badly or not at all; we wait
    ├── ContentError    bytes arrived, but not what was expected; whoever keeps the rules looks at the page
    └── StoreError      the machine: disk, lock, database, port

An error that reaches an operator ends with the next command to try.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedsvc.model import ErrorKind, Problem


class FeedsvcError(Exception):
    """Root of the tree: catching it catches everything feedsvc raises on purpose."""


class ConfigError(FeedsvcError):
    """config.toml cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FetchError(FeedsvcError):
    """A request gave no usable answer.

    `retry_after` is how long the origin asks us to wait (RFC 9110 10.2.3); `permanent` means that asking again soon
    is pointless (404, 410, robots); `message` is for people and names what was seen.
    """

    def __init__(
        self,
        url: str,
        kind: ErrorKind,
        message: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        permanent: bool = False,
    ) -> None:
        self.url = url
        self.kind: ErrorKind = kind
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.permanent = permanent
        super().__init__(url, kind, message)

    def __str__(self) -> str:
        return f"{self.url}: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_fetch_error, (self.url, self.kind, self.message, self.status, self.retry_after, self.permanent)


class ContentError(FeedsvcError):
    """Bytes arrived, but they do not hold what was expected.

    `missing` names what was not found or not readable ("title", "items", "html"); `kind` is the contract's error kind.
    """

    def __init__(self, url: str, missing: str, message: str = "", *, kind: ErrorKind = "parse") -> None:
        self.url = url
        self.missing = missing
        self.message = message or f"no {missing} found"
        self.kind: ErrorKind = kind
        super().__init__(url, missing, message)

    def __str__(self) -> str:
        return f"{self.url}: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_content_error, (self.url, self.missing, self.message, self.kind)


class StoreError(FeedsvcError):
    """The machine's side failed: disk, lock, database or port."""


def _rebuild_fetch_error(
    url: str, kind: ErrorKind, message: str, status: int | None, retry_after: timedelta | None, permanent: bool
) -> FetchError:
    """Errors cross process borders; pickle cannot call keyword-only constructors by itself."""
    return FetchError(url, kind, message, status=status, retry_after=retry_after, permanent=permanent)


def _rebuild_content_error(url: str, missing: str, message: str, kind: ErrorKind) -> ContentError:
    return ContentError(url, missing, message, kind=kind)
