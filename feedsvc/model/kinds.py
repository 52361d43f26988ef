"""Words that are one of a few, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Precision = Literal["second", "minute", "day"]
Access = Literal["free", "metered", "paywall", "consent_wall"]
SourceKind = Literal["auto", "feed", "html", "sitemap", "json"]
PollStatus = Literal["ok", "unchanged", "degraded", "error", "blocked", "disallowed", "deferred", "gone"]
Health = Literal["new", "ok", "quiet", "degraded", "broken", "blocked", "gone", "disabled"]
ChangeKind = Literal["new", "updated", "unchanged", "withdrawn"]
FeedKind = Literal["category", "question", "source", "all"]
ErrorKind = Literal[
    "dns", "connect", "tls", "timeout", "deadline", "too_large", "truncated", "encoding", "redirect",
    "private_address", "robots", "tdm", "unauthorized", "forbidden", "challenge", "consent_wall", "paywall",
    "not_found", "gone", "rate_limited", "server_error", "client_error", "not_a_feed", "parse", "no_items", "rule",
    "internal",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with the configuration: the dotted key, its line, what is wrong, what to do."""

    key: str
    line: int | None
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        return f"{where}{self.key}: {self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a poll, a page or an item did not give what it should: the contract's error kind and a sentence."""

    kind: ErrorKind
    message: str
