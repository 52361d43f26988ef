"""Addresses in, checked connections out: the private-network guard, bounded sockets, the adapter for requests.

A name is resolved once, every address it has is checked, and the connection goes to the one that was checked: a second
answer of the name server (rebinding) is never asked for. Every wait for bytes is cut to what is left of the exchange's
deadline, which `requests` does not have: its timeouts start anew with each piece that arrives.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import requests
import requests.adapters
import requests.utils
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from feedsvc import urls
from feedsvc.errors import FetchError
from feedsvc.model import ErrorKind

CONNECT = 5.0  # seconds, for one address and for the TLS handshake (protocol F27)
READ = 15.0  # seconds between two pieces
LOOKUP = 10.0  # seconds for a name
LOOKUP_BEHIND_PROXY = 2.0  # a network with a proxy often has no outside names, and a firewall that lets them hang

Resolve = Callable[[str, int], Sequence[str]]  # host and port to addresses; raises OSError
Dial = Callable[[str, int, float], socket.socket]  # address, port, seconds; raises OSError


# ---- the guard (protocol F29) ---------------------------------------------------------------------------------------


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Return a name's addresses as the system gives them; decimal, octal, hex and short forms are read as it does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def check(url: str, host: str, port: int, addresses: Sequence[str], allowed: Sequence[str]) -> None:
    """Raise FetchError unless each address is public or the operator's exception.

    A host in `allowed` (with or without port) counts for addresses written with that very host; a CIDR counts for
    every name that leads into it.
    """
    name = host.rstrip(".").lower()
    bracketed = f"[{name}]" if ":" in name else name
    if not {name, bracketed, f"{bracketed}:{port}"}.isdisjoint(entry.lower() for entry in allowed):
        return
    networks = [network for entry in allowed if "/" in entry and (network := _network(entry))]
    for address in addresses:
        if not urls.is_public(address) and not any(_within(address, network) for network in networks):
            message = f"{host} is {address}, which is not public; `[fetch] allow_private` can let it through"
            raise FetchError(url, "private_address", message, permanent=True)


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _within(address: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip) in network


# ---- one exchange ---------------------------------------------------------------------------------------------------


class Line:
    """What one thread's connections share: the address asked for, the time left, the socket it waits on.

    `dialled` tells whether the current exchange opened a connection or used one that was kept, `reached` whether it
    had one at all.
    """

    def __init__(self, resolve: Resolve, dial: Dial, monotonic: Callable[[], float]) -> None:
        self._resolve = resolve
        self._dial = dial
        self._monotonic = monotonic
        self._ends = 0.0
        self._allowed: Sequence[str] = ()
        self._waits_on: socket.socket | None = None
        self._hung_up = False
        self.url = ""
        self.dialled = False
        self.reached = False

    def begin(self, url: str, seconds: float, allowed: Sequence[str]) -> None:
        """Start an exchange that ends in `seconds`, whatever the other side does."""
        self.url = url
        self._ends = self._monotonic() + seconds
        self._allowed = allowed
        self.dialled = False
        self.reached = False

    def patience(self, most: float) -> float:
        """Return for how many seconds a wait may take, at most `most`; FetchError if the time is over."""
        left = self._ends - self._monotonic()
        if self._hung_up:
            raise FetchError(self.url, "internal", "the service is stopping")
        if left <= 0:
            raise FetchError(self.url, "deadline", "the answer took longer than the deadline")
        return min(most, left)

    def wait_on(self, sock: socket.socket) -> None:
        """Bound the next wait on this socket."""
        sock.settimeout(self.patience(READ))
        self._waits_on = sock
        self.reached = True

    def timed_out(self) -> FetchError:
        """Return the error for a wait that ended without a byte: the deadline's if that is over."""
        try:
            self.patience(READ)
        except FetchError as error:
            return error
        return FetchError(self.url, "timeout", "the site did not answer in time")

    def hang_up(self) -> None:
        """End the exchange at once, from another thread."""
        self._hung_up = True
        if self._waits_on is not None:
            with contextlib.suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._waits_on, socket.SHUT_RDWR)

    # ---- connecting ----

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to a host whose every address was checked."""
        addresses = self._lookup(host, port, LOOKUP)
        check(self.url, host, port, addresses, self._allowed)
        return self._reach(addresses, host, port)

    def connect_to_proxy(self, host: str, port: int) -> socket.socket:
        """Return a connection to the operator's proxy, which may stand anywhere."""
        return self._reach(self._lookup(host, port, LOOKUP), host, port)

    def check_behind_proxy(self, host: str, port: int) -> None:
        """Refuse a host that is known here to be no public one; names known only to the proxy are left to it."""
        try:
            addresses = self._lookup(host, port, LOOKUP_BEHIND_PROXY)
        except FetchError as error:
            if error.kind != "dns":
                raise
            addresses = ()
        check(self.url, host, port, addresses, self._allowed)

    def _lookup(self, host: str, port: int, most: float) -> Sequence[str]:
        """Resolve in a thread of its own: the system's resolver cannot be told to stop."""
        if _is_address(host):
            return (host,)
        answers: queue.SimpleQueue[Sequence[str] | OSError | ValueError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, ValueError) as error:  # UnicodeError, a ValueError, for an empty or overlong label
                answers.put(error)

        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=self.patience(most))
        except queue.Empty:
            raise FetchError(self.url, "dns", f"the name {host} was not resolved in time") from None
        if isinstance(answer, OSError | ValueError):
            raise FetchError(self.url, "dns", f"the name {host} cannot be resolved: {_reason(answer)}") from None
        if not answer:
            raise FetchError(self.url, "dns", f"the name {host} has no address")
        return answer

    def _reach(self, addresses: Sequence[str], host: str, port: int) -> socket.socket:
        """Connect to the first address that answers."""
        reasons: list[str] = []
        timeouts = 0
        for address in addresses:
            try:
                sock = self._dial(address, port, self.patience(CONNECT))
            except TimeoutError:
                timeouts += 1
                reasons.append(f"{address}: no answer")
            except OSError as error:
                reasons.append(f"{address}: {_reason(error)}")
            else:
                if isinstance(sock, BoundedSocket):
                    sock.line = self
                self.dialled = self.reached = True
                return sock
        kind: ErrorKind = "timeout" if timeouts == len(addresses) else "connect"
        self.patience(CONNECT)
        raise FetchError(self.url, kind, f"no connection to {host} port {port} ({'; '.join(reasons[:3])})")


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


# ---- sockets that keep the deadline ---------------------------------------------------------------------------------


class _Bounded(socket.socket):
    """A socket whose every wait for bytes is bounded by the line it belongs to."""

    line: Line | None = None

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        with self._waiting():
            return super().recv_into(buffer, nbytes or 0, flags)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        with self._waiting():
            return super().recv(buflen, flags)

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        if self.line is None:
            yield
            return
        self.line.wait_on(self)
        try:
            yield
        except TimeoutError:
            raise self.line.timed_out() from None


class BoundedSocket(_Bounded):
    """What `dial` returns."""


class BoundedTLSSocket(_Bounded, ssl.SSLSocket):
    """What the TLS contexts make of it; the handshake is bounded by the timeout that was set before it."""


def dial(address: str, port: int, seconds: float) -> BoundedSocket:
    """Return a connection to an address, never to a name."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = BoundedSocket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def tls_context(ca_file: str, *, verify: bool) -> ssl.SSLContext:
    """Return a context that trusts the system's and the public authorities and those of `ca_file`, or everybody.

    Made once and shared: each reading of the authorities costs 18 ms. Raises OSError if `ca_file` cannot be used.
    """
    context = ssl.create_default_context()
    # Python 3.13 sets this: authorities' own CAs often lack key usage, and what holds must not hang on the Python
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.sslsocket_class = BoundedTLSSocket
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.load_verify_locations(requests.utils.DEFAULT_CA_BUNDLE_PATH)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


# ---- urllib3 and requests over such a line --------------------------------------------------------------------------


class _Response(http.client.HTTPResponse):
    """Refuses contradictory lengths (RFC 9112 6.3) where the connection is still closed properly; urllib3 leaks it."""

    def begin(self) -> None:
        super().begin()
        said = ",".join(self.headers.get_all("content-length", ()))
        if len({length.strip() for length in said.split(",")}) > 1:
            raise http.client.HTTPException(f"Content-Length {said[:60]}")


class _PlainConnection(HTTPConnection):
    response_class = _Response

    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return _connected(self, self._line)


class _TLSConnection(HTTPSConnection):
    response_class = _Response

    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return _connected(self, self._line)

    def _connect_tls_proxy(self, hostname: str, sock: socket.socket) -> ssl.SSLSocket:
        wrapped = super()._connect_tls_proxy(hostname, sock)
        if isinstance(wrapped, BoundedTLSSocket):
            wrapped.line = self._line
        return wrapped

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, BoundedTLSSocket):
            self.sock.line = self._line
        # The operator chose not to verify this source, in writing: urllib3 need not warn at every request.
        self.is_verified = True


def _connected(connection: HTTPConnection, line: Line) -> socket.socket:
    # `_dns_host` keeps the trailing dot that `host` has lost; without it the system may add its search domain.
    host, port = connection._dns_host, connection.port or connection.default_port
    return line.connect_to_proxy(host, port) if connection.proxy else line.connect(host, port)


class _Pools(urllib3.PoolManager):
    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self._line = line

    def _new_pool(self, scheme: str, host: str, port: int, request_context: Any = None) -> HTTPConnectionPool:
        return _lined(super()._new_pool(scheme, host, port, request_context), scheme, self._line)


class _ProxyPools(urllib3.ProxyManager):
    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self._line = line

    def _new_pool(self, scheme: str, host: str, port: int, request_context: Any = None) -> HTTPConnectionPool:
        return _lined(super()._new_pool(scheme, host, port, request_context), scheme, self._line)


def _lined(pool: HTTPConnectionPool, scheme: str, line: Line) -> HTTPConnectionPool:
    connection = _TLSConnection if scheme == "https" else _PlainConnection
    pool.ConnectionCls = partial(connection, line=line)  # type: ignore[assignment]  # only ever called
    return pool


class Adapter(requests.adapters.HTTPAdapter):
    """Sends prepared requests over a line, with one TLS context; keeps no cookies and follows nothing.

    It is used without a Session, whose cookies, redirects, .netrc and environment are what a fetcher must not have.
    """

    def __init__(self, line: Line, context: ssl.SSLContext | None) -> None:
        """`context` is None for http alone."""
        self._line = line
        self._context = context
        # One host at a time, and perhaps the one it redirects to: more would leave dead connections behind.
        super().__init__(pool_connections=2, pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        self.poolmanager = _Pools(
            num_pools=connections, maxsize=maxsize, block=block, ssl_context=self._context, line=self._line, **options
        )

    def proxy_manager_for(self, proxy: str, **options: Any) -> urllib3.PoolManager:
        if proxy not in self.proxy_manager:
            self.proxy_manager[proxy] = _ProxyPools(
                proxy,
                proxy_headers=self.proxy_headers(proxy),
                ssl_context=self._context,
                proxy_ssl_context=self._context,
                num_pools=2,
                maxsize=1,
                line=self._line,
                **options,
            )
        manager: urllib3.PoolManager = self.proxy_manager[proxy]
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The context decides; requests would load its own bundle into it again for each new host."""
        if self._context:
            conn.cert_reqs = self._context.verify_mode
            conn.ca_certs = conn.ca_cert_dir = None

    def build_response(self, req: requests.PreparedRequest, resp: urllib3.BaseHTTPResponse) -> requests.Response:
        """Return status and raw body: cookies are not even read."""
        response = requests.Response()
        response.status_code = resp.status
        response.raw = resp
        response.url = req.url or ""
        response.request = req
        return response
