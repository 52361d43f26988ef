"""Whatever requests, urllib3, http.client, ssl and the socket raise in, a FetchError that names the fault out."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

import requests
import urllib3

from feedsvc.errors import FetchError
from feedsvc.model import ErrorKind

# Everything the layers below may raise. ValueError holds UnicodeError and urllib3's LocationParseError
# ("http://a..b/"), which is no RequestException; OSError holds ssl.SSLError and RequestException.
LOWER = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)

_CERTIFICATE = {  # X509_V_ERR_* of OpenSSL
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "comes from an authority we do not know (self-signed); `[fetch] ca_file` can add one",
    20: "comes from an authority we do not know, or the server left out the one between; `[fetch] ca_file` can add one",
    21: "comes from an authority we do not know, or the server left out the one between; `[fetch] ca_file` can add one",
    23: "was revoked",
    62: "is for another host",
    64: "is for another host",
}
_HANDSHAKE = {
    "WRONG_VERSION_NUMBER": "the server does not speak TLS on this port",
    "HTTP_REQUEST": "the server does not speak TLS on this port",
    "UNSUPPORTED_PROTOCOL": "the server speaks only outdated TLS",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server speaks only outdated TLS",
    "DH_KEY_TOO_SMALL": "the server's key is too weak",
    "EE_KEY_TOO_SMALL": "the server's key is too weak",
    "UNEXPECTED_EOF_WHILE_READING": "the server hung up during the TLS handshake",
}


def of(error: Exception, url: str, *, reading: bool = False) -> FetchError:
    """Return what a lower layer's exception means for the request to `url`, or for `reading` its answer's body."""
    kind, message = _meaning(tuple(_causes(error)))
    if reading and kind in ("connect", "server_error"):
        return FetchError(url, "truncated", f"the answer broke off: {message}")
    return FetchError(url, kind, message)


def is_dropped_connection(error: Exception) -> bool:
    """Whether the server closed the connection before it answered, as it may do with one that was kept open."""
    return any(isinstance(cause, ConnectionError) for cause in _causes(error))


def _meaning(causes: tuple[BaseException, ...]) -> tuple[ErrorKind, str]:
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return "tls", _tls(cause)
        if isinstance(cause, TimeoutError | urllib3.exceptions.ReadTimeoutError | requests.Timeout):
            return "timeout", "the site did not answer in time"
        if isinstance(cause, http.client.IncompleteRead | urllib3.exceptions.ResponseNotChunked):
            return "truncated", "the answer ends early or its chunks are broken"
    for cause in causes:
        if isinstance(cause, ConnectionError):  # the socket's; http.client.RemoteDisconnected is one
            return "connect", "the site closed the connection"
        if isinstance(cause, http.client.HTTPException | urllib3.exceptions.InvalidHeader):
            return "server_error", f"the answer is not HTTP: {_short(cause)}"
        if isinstance(cause, urllib3.exceptions.DecodeError | requests.exceptions.ContentDecodingError):
            return "encoding", f"the content coding is broken: {_short(cause)}"
        if isinstance(cause, requests.TooManyRedirects):
            return "redirect", "too many redirects"
        if isinstance(cause, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
            return "connect", f"the proxy refuses or fails: {_short(causes[-1])}"
    return ("tls" if any("ssl" in type(cause).__name__.lower() for cause in causes) else "connect"), _short(causes[-1])


def _tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        said = getattr(error, "verify_message", None) or _short(error)
        return f"the certificate {_CERTIFICATE.get(getattr(error, 'verify_code', 0), f'cannot be verified: {said}')}"
    reason: str = getattr(error, "reason", None) or ""
    return _HANDSHAKE.get(reason, f"the TLS connection failed: {reason.replace('_', ' ').lower() or _short(error)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all it was made from, outermost first: cause, urllib3's `reason`, or an argument."""
    waiting, seen = [error], {id(error)}
    while waiting:
        outer = waiting.pop(0)
        yield outer
        for inner in (outer.__cause__, outer.__context__, getattr(outer, "reason", None), *outer.args):
            if isinstance(inner, BaseException) and id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(inner)


def _short(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
