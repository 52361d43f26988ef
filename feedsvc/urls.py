"""Addresses in, addresses out: absolute, compared by identity, made into slugs, public or not.

Nothing here raises for a strange address: urljoin and urlsplit raise ValueError on "http://[" and friends, and a bad
link on a page must cost that link only.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna
from slugify import slugify

from feedsvc import text

MAX_CHARS = 8_000  # of an address as it is written

# Parameters that say where a reader came from or who it is, never what is shown.
_TRACKING = re.compile(
    r"(?:utm_\w+|wt_\w+|wt\.\w+|wtmc|(?:pk|mtm|piwik|matomo)_\w+|at_\w+|cflt|fbclid|gclid|gbraid|wbraid|dclid|msclkid|"
    r"yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|mkt_tok|_hsenc|_hsmi|hss_channel|xtor|cmpid|ref_?src|ns_\w+|phpsessid|"
    r"jsessionid)(?:=|$)",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_GERMAN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss"), ("ẞ", "Ss"))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE = "%/:=&?~+!$,;'@()*"  # RFC 3986 3.3 and 3.4; brackets belong to hosts only
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TRIPLET = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_WHOLE = re.compile(r"https?://[^/?#;\s][^;]*$")  # what urljoin leaves as it is: it drops empty parameters (";")
_BREAKS = re.compile(r"[\t\n\r]")
_HOST = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,252}|\[[0-9a-f:.]{2,45}\]")


def absolute(base: str, href: str | None) -> str | None:
    """Return the http(s) address that `href` on the page `base` leads to, percent-encoded; None if it leads nowhere.

    What is written with over 8,000 characters leads nowhere (RFC 9110 4.1): megabytes of "data:" above all.
    """
    if not href or len(href) > MAX_CHARS or not (href := _BREAKS.sub("", text.xml_safe(href)).strip()):
        return None
    try:
        written = text.few_marks(href)
        parts = urlsplit(written if _WHOLE.match(written) else urljoin(base, written))
        netloc = _netloc(parts)
    except ValueError:  # UnicodeError is one
        return None
    if netloc is None:
        return None
    return urlunsplit((parts.scheme.lower(), netloc, *map(_quoted, (parts.path, parts.query, parts.fragment))))


def without_tracking(url: str) -> str:
    """Return the address without parameters that only tell where the reader came from, and without fragment."""
    return untracked(url).partition("#")[0]


def untracked(url: str) -> str:
    """Return the address without tracking parameters and session ids; everything else stays as it is written."""
    parts = _split(url)
    if parts is None:
        return url
    query = "&".join(piece for piece in parts.query.split("&") if not _TRACKING.match(unquote(piece)))
    fragment = "" if _TRACKING.match(parts.fragment) else parts.fragment
    path = _SESSION.sub("", parts.path)
    if (path, query, fragment) == (parts.path, parts.query, parts.fragment):
        return url
    return urlunsplit(parts._replace(path=path, query=query, fragment=fragment))


def key(url: str) -> str:
    """Return what two addresses of the same article have in common (trap T15).

    Scheme, "www.", default port, trailing slash, tracking, fragment and the way of percent-encoding (RFC 3986 6.2.2) do
    not count; "?p=46000" does.
    """
    parts = _split(without_tracking(url))
    if parts is None:
        return url.strip()
    host, port = _host_and_port(parts)
    path = _normal(parts.path).rstrip("/")
    query = "&".join(sorted(filter(None, _normal(parts.query).split("&"))))
    return f"{host.removeprefix('www.')}{port}{path}" + (f"?{query}" if query else "")


def slug(label: str) -> str:
    """Return a label as a URL part, German spelled out: "Für Städte" -> "fuer-staedte"; never empty."""
    made = slugify(
        text.xml_safe(label), replacements=_GERMAN, max_length=60, word_boundary=True,
        entities=False, decimal=False, hexadecimal=False,
    )  # fmt: skip
    return str(made) or "feed"


def host(url: str) -> str:
    """Return the host an address is fetched from, lower-cased IDNA name and port; 80 and 443 count as one (F12)."""
    parts = _split(url)
    return "" if parts is None else "".join(_host_and_port(parts))


def is_public(address: str) -> bool:
    """Whether an IP address may be connected to without the operator's leave (protocol F29).

    `ipaddress.is_global` is not enough on Python 3.11: it passes NAT64, 6to4 and multicast, which can lead inside.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _LEADS_ELSEWHERE) or ip.scope_id:
            return False
    elif ip in _RELAY or ip in _PROTOCOLS:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # IETF protocol assignments (RFC 6890)
_RELAY = ipaddress.IPv4Network("192.88.99.0/24")  # 6to4 anycast, withdrawn by RFC 7526
# NAT64, 6to4, Teredo and its kin, IPv4-compatible, site-local, discard, documentation, segment routing.
_LEADS_ELSEWHERE = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "::/96", "fec0::/10", "100::/63",
        "3fff::/20", "5f00::/16",
    )
)  # fmt: skip


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _netloc(parts: SplitResult) -> str | None:
    """Return user info, ASCII host and port of an http(s) address, the default port left out; None if it has none.

    ValueError for a port or a name that cannot be one.
    """
    default = _DEFAULT_PORTS.get(parts.scheme.lower())
    name = _ascii(parts.hostname or "")
    if default is None or not _HOST.fullmatch(name):
        return None
    port = "" if parts.port in (None, default) else f":{parts.port}"
    userinfo, at, _ = parts.netloc.rpartition("@")
    return quote(userinfo, safe="%:!$&'()*+,;=~") + at + name + port


def _ascii(name: str) -> str:
    """Return a host in lower-case ASCII (UTS 46, as browsers read it: "straße.de" is not "strasse.de")."""
    if ":" in name:
        return f"[{name.lower()}]"
    return name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")


def _host_and_port(parts: SplitResult) -> tuple[str, str]:
    """Return host and ":port", "" for 80 and 443; what cannot be read stays as it is written, in lower case."""
    try:
        port = "" if parts.port in (None, *_DEFAULT_PORTS.values()) else f":{parts.port}"
        return _ascii(parts.hostname or "").rstrip("."), port
    except ValueError:
        return parts.netloc.rpartition("@")[2].lower(), ""


def _quoted(part: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=_SAFE)


def _normal(part: str) -> str:
    """Return a part of an address with one way of percent-encoding (RFC 3986 6.2.2.1 and 6.2.2.2)."""

    def triplet(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _TRIPLET.sub(triplet, _quoted(text.xml_safe(part)))
