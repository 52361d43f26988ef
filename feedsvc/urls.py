"""Addresses in, addresses out: absolute, compared by identity, made into slugs, public or not.

Nothing here raises for a strange address: urljoin and urlsplit raise ValueError on "http://[" and friends, and a bad
link on a page must cost that link only.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from slugify import slugify

from feedsvc import text

# Parameters that say where a reader came from, never what is shown.
_TRACKING = re.compile(
    r"^(?:utm_\w+|wt_\w+|pk_\w+|mtm_\w+|at_\w+|cflt|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|xtor|cmpid|wtmc|"
    r"ref_?src|ns_\w+)$",
    re.IGNORECASE,
)
_GERMAN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss"))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE = "%/:=&?~#+!$,;'@()*[]"


def absolute(base: str, href: str | None) -> str | None:
    """Return the http(s) address that `href` on the page `base` leads to, percent-encoded; None if it leads nowhere."""
    if not href or not (href := re.sub(r"[\t\n\r]", "", text.xml_safe(href)).strip()):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
            return None
        _ = parts.port  # raises for "http://a:99999999999/"
        netloc = _ascii_netloc(parts.netloc)
        return urlunsplit(
            (
                parts.scheme.lower(),
                netloc,
                quote(parts.path, safe=_SAFE),
                quote(parts.query, safe=_SAFE),
                parts.fragment,
            )
        )
    except (ValueError, UnicodeError):
        return None


def without_tracking(url: str) -> str:
    """Return the address without parameters that only tell where the reader came from, and without fragment."""
    parts = urlsplit(url)
    if not parts.query:
        return urlunsplit(parts._replace(fragment=""))
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)]
    query = parts.query if len(kept) == len(parts.query.split("&")) else urlencode(kept)
    return urlunsplit(parts._replace(query=query, fragment=""))


def key(url: str) -> str:
    """Return what two addresses of the same article have in common (trap T15).

    Scheme, "www.", default port, trailing slash, tracking and fragment do not count; "?p=46000" does.
    """
    parts = urlsplit(without_tracking(url))
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port not in _DEFAULT_PORTS.values() else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


def slug(label: str) -> str:
    """Return a label as a URL part, German spelled out: "Für Städte" -> "fuer-staedte"; never empty."""
    return str(slugify(label, replacements=_GERMAN, max_length=60, word_boundary=True)) or "feed"


def host(url: str) -> str:
    """Return the host an address is fetched from, lower-cased IDNA name and port; 80 and 443 count as one (F12)."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return _ascii_netloc(parts.hostname or "") + port


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
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_LEADS_ELSEWHERE = tuple(
    ipaddress.IPv6Network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10", "100::/64")
)


def _ascii_netloc(netloc: str) -> str:
    """Return the host part in lower-case ASCII (IDNA); user info stays before it, the port behind."""
    userinfo, at, rest = netloc.rpartition("@")
    if rest.isascii():
        return userinfo + at + rest.lower()
    name, colon, port = rest.partition(":")
    return userinfo + at + name.encode("idna").decode("ascii").lower() + colon + port
