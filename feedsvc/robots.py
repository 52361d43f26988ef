"""A robots.txt file and an address in, whether and how slowly the address may be asked out (RFC 9309).

Protego reads the rules. Before that, every group that is not meant for us is put under one name: Protego matches a
product token by its beginning ("User-agent: feed" would count for feedsvc), misses "feedsvc/1.0", and needs 20 s for
100 KB of 3,000 agents before 3,000 rules.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

from feedsvc.model import RobotsFile

MAX_BYTES = 500 * 1024  # RFC 9309 2.5: what comes after is not read
KEPT = timedelta(hours=24)  # RFC 9309 2.4
ASKED_AGAIN = timedelta(hours=1)  # after a failure, so that a site that is back is not shut out for a day
GRACE = timedelta(hours=24)  # how long after KEPT an earlier good copy counts while the site fails (RFC 9309 2.3.1.4)
LONGEST_DELAY = timedelta(seconds=60)  # a larger Crawl-delay is cut: a poll has ten minutes

_AGENT = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)
_OTHERS = "User-agent: !others"  # no product token can begin with "!"
_SMALL = 16_384  # characters up to which a parsed file is kept in memory


def origin(url: str) -> str:
    """Return scheme, host and port an http(s) address belongs to: "https://example.org"."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def address(url: str) -> str:
    """Return where the robots.txt that governs an address is found (RFC 9309 2.3)."""
    return f"{origin(url)}/robots.txt"


def allows(file: RobotsFile, user_agent: str, url: str) -> bool:
    """Whether the file lets this user agent fetch the address: 4xx lets everything, 5xx and silence nothing."""
    if failed(file):
        return False
    rules = _rules(file, user_agent)
    return rules is None or bool(rules.can_fetch(url, _token(user_agent)))


def crawl_delay(file: RobotsFile, user_agent: str) -> timedelta | None:
    """Return the pause the file asks this user agent for, at most LONGEST_DELAY; None if it asks for none."""
    rules = _rules(file, user_agent)
    seconds = rules.crawl_delay(_token(user_agent)) if rules else None
    return None if seconds is None else min(timedelta(seconds=min(seconds, 86_400.0)), LONGEST_DELAY)


def failed(file: RobotsFile) -> bool:
    """Whether the site gave no usable answer: 5xx, or none at all (RFC 9309 2.3.1.4)."""
    return file.status is None or file.status >= 500


def is_fresh(file: RobotsFile, now: datetime) -> bool:
    """Whether the file needs not be asked for again yet."""
    return now - file.fetched_at < (ASKED_AGAIN if failed(file) else KEPT)


def stands_in(file: RobotsFile, now: datetime) -> bool:
    """Whether an earlier copy still counts although the site now fails to give its robots.txt."""
    return not failed(file) and now - file.fetched_at < KEPT + GRACE


def _rules(file: RobotsFile, user_agent: str) -> Protego | None:
    """Return the parsed rules, None where the answer was no file (3xx that led nowhere, 4xx)."""
    if file.status is None or not 200 <= file.status < 300:
        return None
    read = _read_once if len(file.body) <= _SMALL else _read
    return read(file.body, _token(user_agent))


def _token(user_agent: str) -> str:
    """Return the product token of a User-Agent: "feedsvc" of "feedsvc/1.0 (+mailto:...)" (RFC 9309 2.2.1)."""
    return re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0].lower()


def _read(body: str, token: str) -> Protego:
    lines = body.removeprefix("\ufeff").splitlines()
    return Protego.parse("\n".join(_with_one_name(line, token) for line in lines))


_read_once = lru_cache(maxsize=256)(_read)


def _with_one_name(line: str, token: str) -> str:
    match = _AGENT.match(line)
    if not match or not (name := match.group(1).strip()):
        return line
    if name == "*":
        return "User-agent: *"
    return f"User-agent: {token}" if _token(name) == token else _OTHERS
