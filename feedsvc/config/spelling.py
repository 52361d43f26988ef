"""How single values of config.toml are written: durations, sizes, slugs, addresses, cron. A text in, the text out.

Every checker returns the value as it shall be kept, or raises the error that `wrong` makes: a sentence for the operator
and perhaps a hint. None of them repeats a value that may hold a secret. `span` and `size` tell what a text means.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from feedsvc import query, text, urls

SECRET = "env:"  # before the name of an environment variable that holds the value

_SPAN = re.compile(r"([0-9]{1,9})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 36500 * 86400  # a hundred years: an instant and this still make a datetime
_SIZE = re.compile(r"([0-9]{1,9})(B|KB|MB|GB)", re.IGNORECASE)
_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")  # no "-" in front: commands take ids as arguments
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 5.6.2
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_AN_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)


def span(written: str) -> timedelta:
    """Return how long a duration is; ValueError unless it is "0" or a number with s, m, h or d."""
    match = _SPAN.fullmatch("0s" if written == "0" else written)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else _LONGEST + 1
    if seconds > _LONGEST:
        raise ValueError(f"{written!r} is no duration")
    return timedelta(seconds=seconds)


def size(written: str) -> int:
    """Return a size in bytes; ValueError unless it is a number with B, KB, MB or GB (powers of 1000)."""
    match = _SIZE.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is no size")
    return int(match[1]) * _BYTES[match[2].upper()]


def close(value: str, known: Collection[str]) -> str | None:
    """Return the known text that `value` may have been meant to be; None if none is like it."""
    found = difflib.get_close_matches(value, known, n=1) or difflib.get_close_matches(value.lower(), known, n=1)
    return found[0] if found else None


def nearest(value: str, known: Collection[str]) -> str | None:
    """Return a question that names what `value` may have been meant to be; None if nothing is like it."""
    found = close(value, known)
    return f"did you mean {found}?" if found else None


def most_like(value: str, known: Collection[str]) -> str:
    """Return the known text that is most like `value`, however little that is."""
    return difflib.get_close_matches(value, known, n=1, cutoff=0.0)[0]


def is_host(value: str) -> bool:
    """Whether a text is a host name or IP address, with or without a port, and nothing else."""
    try:
        parts = urlsplit(f"//{value}")
        name, port = parts.hostname or "", parts.port  # both raise ValueError where they make no sense
        if parts.netloc != value or "@" in value or value.endswith(":") or port == 0:
            return False
        if value.startswith("["):
            return ipaddress.ip_address(name).version == 6
        return _NAME.fullmatch(name if name.isascii() else name.encode("idna").decode("ascii")) is not None
    except ValueError:
        return False


def wrong(message: str, hint: str | None = None) -> PydanticCustomError:
    """Return the error that carries a sentence of ours through a validation."""
    return PydanticCustomError("ours", "{message}", {"message": message, "hint": hint})


def _span(value: object) -> str:
    if not isinstance(value, str):
        hint = f'"{value}s" if seconds are meant' if isinstance(value, int) and not isinstance(value, bool) else None
        raise wrong('must be a duration in quotation marks: "90s", "15m", "6h", "7d"', hint)
    try:
        span(value)
    except ValueError:
        raise wrong(f"{value!r} is no duration", 'write "90s", "15m", "6h" or "7d", at most "36500d"') from None
    return value


def _some_time(value: str) -> str:
    if not span(value):
        raise wrong("must be longer than 0")
    return value


def _size(value: object) -> str:
    if not isinstance(value, str):
        raise wrong('must be a size in quotation marks: "500KB", "10MB"')
    if not _SIZE.fullmatch(value) or not size(value):
        raise wrong(f"{value!r} is no size", 'write "500KB" or "10MB"')
    return value


def _day(value: object) -> str:
    """Return a day as ISO 8601 writes it; TOML's own dates are understood."""
    written = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
    try:
        return date.fromisoformat(written).isoformat() if isinstance(written, str) and written else ""
    except ValueError:
        raise wrong(f"{value!r} is no day", 'write "2024-01-31"') from None


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        hint = f'for example "{urls.slug(value)}"' if text.tidy(value) else None
        raise wrong(f"{value!r} must be made of a-z, 0-9 and -, at most 60, with no - in front", hint)
    return value


def _some_text(value: str) -> str:
    tidied = text.tidy(value)
    if tidied is None:
        raise wrong("must not be empty")
    return tidied


def _timezone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        hint = nearest(value, sorted(zoneinfo.available_timezones())) or 'for example "Europe/Berlin"'
        raise wrong(f"{value!r} is no time zone", hint) from None
    return value


def _cron(value: str) -> str:
    try:
        if value and len(value.split()) != 5:
            raise CronSimError("it needs five fields: minute, hour, day, month, weekday")
        if value:
            next(CronSim(value, _AN_INSTANT))
    except (CronSimError, StopIteration) as error:
        reason = error if str(error) else "it never comes true"
        raise wrong(f"{value!r} is no cron expression: {reason}", 'for example "*/15 6-20 * * mon-fri"') from None
    return value


def _address(value: str) -> str:
    absolute = urls.absolute("", value)
    if absolute is None:
        bare = "//" not in value and "." in value and is_host(value.partition("/")[0])
        raise wrong("must be an http or https address", f"did you mean https://{value}?" if bare else None)
    netloc = urlsplit(absolute).netloc
    if "@" in netloc:
        raise wrong(
            "must not hold a user name or password", 'a source may say headers = { Authorization = "env:NAME" }'
        )
    if not is_host(netloc):
        raise wrong("must be an http or https address with a proper host name")
    return absolute


def _base(value: str) -> str:
    address = _address(value)
    if urlsplit(address).query or urlsplit(address).fragment:
        raise wrong("must end with its path, without ? and #")
    return address.rstrip("/")


def _address_or_none(value: str) -> str:
    return _address(value) if value else value


def _contact(value: str) -> str:
    # It goes into a header: printable ASCII without blanks and parentheses (RFC 9110 5.6.5).
    if value and not re.fullmatch(r"(?:mailto:[!-'*-?A-~]+@[!-'*-?A-~]+|https?://[!-'*-~]+)", value):
        hint = f'did you mean "mailto:{value}"?' if _MAIL.fullmatch(value) else 'for example "mailto:feeds@example.org"'
        raise wrong('must be "mailto:" and an address, or the http(s) address of a page', hint)
    return value


def _proxy(value: str) -> str:
    if not (value in ("", "none") or value.startswith(SECRET) or is_proxy(value)):
        raise wrong('must be "", "none", the http(s) address of a proxy, or "env:NAME"')
    return value


def is_proxy(value: str) -> bool:
    """Whether a text is the address of a proxy; a user name and a password may stand in it."""
    scheme, _, rest = value.partition("://")
    host = rest.removesuffix("/").rpartition("@")[2]
    return scheme.lower() in ("http", "https") and is_host(host) and _PRINTABLE.fullmatch(value) is not None


def _let_through(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        if not is_host(value):
            raise wrong(f"{value!r} is no host, host:port or network", 'for example "10.0.0.0/8"') from None
    return value


def _header_value(value: str) -> str:
    if not is_header(value):
        raise wrong("a header's value must be printable ASCII")
    return value


def is_header(value: str) -> bool:
    """Whether a text can be the value of a header (RFC 9110 5.5)."""
    return _PRINTABLE.fullmatch(value) is not None


def _headers(value: Mapping[str, str]) -> Mapping[str, str]:
    for name in value:
        if not _HEADER_NAME.fullmatch(name):
            raise wrong(f"{name!r} is no name of a header")
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise wrong(f"{value!r} is no language", 'for example "de", "en" or "de-AT"')
    return value


def _path(value: str) -> str:
    if not value or not value.isprintable():
        raise wrong("must be a path")
    return value


def _path_or_none(value: str) -> str:
    return _path(value) if value else value


def _query(value: str) -> str:
    try:
        if value.strip():
            query.compiled(value)
    except ValueError as error:
        raise wrong(str(error), "for example '\"Open Source\" OR souverän*'") from None
    return value.strip()


def _rule(value: str) -> str:
    if not value.strip():
        raise wrong("must not be empty")
    return value


def _rules(value: object) -> object:
    return (value,) if isinstance(value, str) else _tuple(value)


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    hint = '[["<noscript>", "<div>"], ["</noscript>", "</div>"]]'
    if not isinstance(value, (list, tuple)):
        raise wrong("must be a list of pairs of texts", hint)
    for pair in value:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            raise wrong("must be a list of pairs of texts", hint)
        if not pair[0]:
            raise wrong("must not look for an empty text")
    return tuple((pair[0], pair[1]) for pair in value)


Address = Annotated[str, AfterValidator(_address)]
AddressOrNone = Annotated[str, AfterValidator(_address_or_none)]
Base = Annotated[str, AfterValidator(_base)]
Contact = Annotated[str, AfterValidator(_contact)]
Cron = Annotated[str, AfterValidator(_cron)]
Headers = Annotated[Mapping[str, Annotated[str, AfterValidator(_header_value)]], AfterValidator(_headers)]
Language = Annotated[str, AfterValidator(_language)]
LetThrough = Annotated[str, AfterValidator(_let_through)]
Note = Annotated[str, AfterValidator(lambda value: text.tidy(value) or "")]
Day = Annotated[str, BeforeValidator(_day)]
FilePath = Annotated[str, AfterValidator(_path)]
FilePathOrNone = Annotated[str, AfterValidator(_path_or_none)]
Question = Annotated[str, AfterValidator(_query)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Size = Annotated[str, BeforeValidator(_size)]
Slug = Annotated[str, AfterValidator(_slug)]
Span = Annotated[str, BeforeValidator(_span)]
SomeTime = Annotated[Span, AfterValidator(_some_time)]
SomeText = Annotated[str, AfterValidator(_some_text)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Texts = Annotated[tuple[SomeText, ...], BeforeValidator(_tuple)]
Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_tuple)]
Hosts = Annotated[tuple[LetThrough, ...], BeforeValidator(_tuple)]
Rules = Annotated[tuple[Annotated[str, AfterValidator(_rule)], ...], BeforeValidator(_rules)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)]
