"""Log records in, lines out: for people, or one JSON object a line for programs. Neither ever shows a secret.

A poll is one line. A state of the machine that lasts (a full disk) is told when it begins, hourly while it lasts, and
when it is over.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

from feedsvc.errors import StoreError
from feedsvc.model import Outcome

Form = Literal["text", "json"]

VARIABLE = "FEEDSVC_LOG_FORMAT"
REMINDED = 3600.0  # seconds after which a state that lasts is told again
SETTLED = 60.0  # seconds without a failure before it is called over
_SHORTEST = 4  # characters of a secret; less would black out words
_NOISY = ("apscheduler", "urllib3", "charset_normalizer")


def configure(form: Form, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send every record to a stream (stderr) in that form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text("%(asctime)s %(levelname)-7s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def hide(secrets: Iterable[str]) -> None:
    """Let no line show these texts from now on."""
    found = tuple(sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True))
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, _Text | _Json):
            handler.formatter.secrets = found


class _Text(logging.Formatter):
    """A line for people; a traceback stands below it."""

    secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        return _masked(super().format(record), self.secrets)


class _Json(logging.Formatter):
    """One JSON object a line; a traceback is one of its values."""

    secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        line = json.dumps(told, ensure_ascii=False)
        # A lone surrogate, from a stranger's page, cannot be written.
        return _masked(line, [json.dumps(secret, ensure_ascii=False)[1:-1] for secret in self.secrets]).encode(
            errors="backslashreplace"
        ).decode()  # fmt: skip


def _masked(line: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        line = line.replace(secret, "***")
    return line


# ---- a poll ----------------------------------------------------------------------------------------------------------


def poll(log: logging.Logger, outcome: Outcome) -> None:
    """Write the one line of a poll; as a warning if it ended in an error."""
    fields = poll_fields(outcome)
    told = f"{outcome.source}: {outcome.status}"
    if outcome.listed is not None:
        told += f", {fields['found']} found"
    told += f", {fields['new']} new, {fields['updated']} updated in {fields['seconds']:.1f} s"
    told += f"; next {fields['next_poll_at']} ({outcome.why})"
    if outcome.error:
        told += f"; {outcome.error.kind}: {' '.join(outcome.error.message.split())}"
    log.log(logging.WARNING if outcome.error else logging.INFO, "%s", told, extra={"fields": fields})


def poll_fields(outcome: Outcome) -> Mapping[str, object]:
    """Return what a poll's line says, for programs; keys are never left out."""
    kinds = [change.kind for change in outcome.changes]
    error = outcome.error
    return {
        "event": "poll",
        "source": outcome.source,
        "status": outcome.status,
        "found": None if outcome.listed is None else len(outcome.listed),
        "new": kinds.count("new"),
        "updated": kinds.count("updated"),
        "withdrawn": kinds.count("withdrawn"),
        "seconds": round((outcome.finished_at - outcome.started_at).total_seconds(), 3),
        "requests": len(outcome.fetches),
        "bytes": sum(fetched.bytes for fetched in outcome.fetches),
        "health": outcome.state.health,
        "next_poll_at": outcome.next_poll_at.isoformat(timespec="seconds"),
        "why": outcome.why,
        "error": None if error is None else {"kind": error.kind, "message": error.message},
    }


# ---- a state that lasts ----------------------------------------------------------------------------------------------


class Trouble:
    """What the machine refuses for the moment: `reason` is None while all is well."""

    def __init__(self, log: logging.Logger, over: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.reason: str | None = None
        self._log = log
        self._over = over
        self._clock = clock
        self._mark: object = None
        self._failures = 0
        self._told_at = self._failed_at = 0.0

    def is_on(self, error: StoreError) -> None:
        """Note a failure: told if it is another than before, or the last line about it is an hour old."""
        now, mark = self._clock(), _cause(error)
        self._failures += 1
        self._failed_at = now
        if mark != self._mark or now - self._told_at >= REMINDED:
            again = f" (still so, {self._failures} times by now)" if mark == self._mark else ""
            self._log.error("%s%s", error, again)
            self._mark, self._told_at = mark, now
        self.reason = str(error)

    def is_over(self) -> None:
        """Note a success: the trouble is over when the last failure lies a minute back."""
        if self.reason is not None and self._clock() - self._failed_at >= SETTLED:
            self._log.info("%s, after %d failures", self._over, self._failures)
            self.reason, self._mark, self._failures = None, None, 0


def _cause(error: StoreError) -> object:
    """Return what tells one trouble from another: the system's number, since messages name changing files."""
    cause = error.__cause__
    number = getattr(cause, "sqlite_errorcode", None) or getattr(cause, "errno", None)
    return (type(cause), number) if number else str(error)
