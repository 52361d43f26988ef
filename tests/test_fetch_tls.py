"""https: who is trusted, what a certificate's fault is called, and that the deadline holds in TLS too (F33)."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from origin import Origin, drip, hang_up, redirect, stall, tunnel

from feedsvc.errors import ConfigError, FetchError
from feedsvc.fetch import Fetcher, network
from feedsvc.model import FetchSettings, HttpOptions, Request

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
PUBLIC = "93.184.215.14"
NAME = "portal.test"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command makes the certificates")


class Authority:
    """A throwaway authority, made by the openssl command in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._made = 0
        self.file = self._self_signed("authority", "CN=Nobody's Authority")[0]

    def self_signed(self) -> ssl.SSLContext:
        return self._context(*self._self_signed("self", f"CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"))

    def issued(self, name: str = f"DNS:{NAME}", *, days: int = 2) -> ssl.SSLContext:
        """Return a server's context; negative days give a certificate that has expired."""
        self._made += 1
        key, request, certificate = (self._directory / f"{self._made}.{end}" for end in ("key", "csr", "pem"))
        subject = ("-subj", "/CN=server", "-addext", f"subjectAltName={name}")
        _openssl("req", *_KEY, "-keyout", key, "-out", request, *subject)
        issuer = ("-CA", self.file, "-CAkey", self._directory / "authority.key", "-copy_extensions", "copy")
        _openssl("x509", "-req", "-in", request, *issuer, "-days", str(days), "-out", certificate)
        return self._context(certificate, key)

    def _self_signed(self, name: str, subject: str, *more: str) -> tuple[Path, Path]:
        key, certificate = self._directory / f"{name}.key", self._directory / f"{name}.pem"
        _openssl("req", "-x509", *_KEY, "-keyout", key, "-out", certificate, "-subj", f"/{subject}", *more)
        return certificate, key

    def _context(self, certificate: Path, key: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def serve() -> Iterator[Callable[[ssl.SSLContext], Origin]]:
    made: list[Origin] = []

    def make(context: ssl.SSLContext) -> Origin:
        made.append(Origin(tls=context))
        made[-1].pages["/"] = "page"
        return made[-1]

    yield make
    for origin in made:
        origin.close()


Make = Callable[..., Fetcher]


@pytest.fixture
def fetcher_for() -> Iterator[Make]:
    """Fetchers for which every name is public and every connection ends at the given origin."""
    made: list[Fetcher] = []

    def make(
        origin: Origin | Listener, *, trust: Authority | None = None, proxy: str = "none", **settings: object
    ) -> Fetcher:
        own = FetchSettings(
            user_agent="feedsvc/1.0",
            host_gap=timedelta(0),
            proxy=proxy,
            ca_file=str(trust.file) if trust else "",
            **settings,  # type: ignore[arg-type]
        )

        def dial(address: str, port: int, seconds: float) -> socket.socket:
            return network.dial("127.0.0.1", port if proxy != "none" else origin.port, seconds)

        made.append(Fetcher(own, clock=lambda: NOW, resolve=lambda host, port: (PUBLIC,), dial=dial))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


def request(path: str = "/", *, verify: bool = True, host: str = NAME) -> Request:
    return Request(url=f"https://{host}{path}", http=HttpOptions(ignore_robots="a test of TLS", verify_tls=verify))


def refused(fetch: Fetcher, asked: Request) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(asked)
    return caught.value


def test_an_authority_of_ones_own_is_trusted_and_the_name_is_checked(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make
) -> None:
    context = authority.issued()
    names: list[str | None] = []
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    origin = serve(context)
    fetch = fetcher_for(origin, trust=authority)
    assert fetch(request()).body == b"page"
    assert names == [NAME]
    assert origin.asked[0].headers["host"] == NAME


def test_one_handshake_serves_several_pages(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make
) -> None:
    origin = serve(authority.issued())
    fetch = fetcher_for(origin, trust=authority)
    for _ in range(3):
        fetch(request())
    assert origin.connections == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [("unknown", "authority"), ("expired", "expired"), ("other host", "another host"), ("self-signed", "self-signed")],
)
def test_a_certificate_s_fault_is_named_and_may_be_overlooked_for_one_source(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make, fault: str, said: str
) -> None:
    contexts = {
        "unknown": authority.issued,
        "expired": lambda: authority.issued(days=-1),
        "other host": lambda: authority.issued("DNS:other.test"),
        "self-signed": authority.self_signed,
    }
    origin = serve(contexts[fault]())
    fetch = fetcher_for(origin, trust=None if fault == "unknown" else authority)
    error = refused(fetch, request())
    assert error.kind == "tls"
    assert said in error.message
    assert origin.asked == []
    assert fetch(request(verify=False)).body == b"page"
    assert refused(fetch, request()).kind == "tls"


def test_the_robots_file_s_tls_fault_is_the_page_s(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make
) -> None:
    fetch = fetcher_for(serve(authority.issued()))
    assert refused(fetch, Request(url=f"https://{NAME}/")).kind == "tls"
    assert fetch(Request(url=f"https://{NAME}/", http=HttpOptions(verify_tls=False))).body == b"page"


def test_the_opt_out_is_not_carried_to_another_host(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make
) -> None:
    origin = serve(authority.issued())
    origin.pages["/away"] = redirect("https://other.test/")
    assert refused(fetcher_for(origin), request("/away", verify=False)).kind == "tls"
    assert origin.paths() == ["/away"]


def test_https_is_never_left_for_http(authority: Authority, serve: Callable[..., Origin], fetcher_for: Make) -> None:
    origin = serve(authority.issued())
    origin.pages["/down"] = redirect(f"http://{NAME}/")
    error = refused(fetcher_for(origin, trust=authority), request("/down"))
    assert (error.kind, origin.paths()) == ("redirect", ["/down"])


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
        (b"220 mail.example.org ESMTP\r\n", "does not speak TLS"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "handshake failure"),
        (b"", "hung up"),
    ],
)
def test_a_server_without_proper_tls_is_named(fetcher_for: Make, greeting: bytes, said: str) -> None:
    with listening(lambda peer: peer.recv(4096) and peer.send(greeting)) as origin:
        error = refused(fetcher_for(origin), request())
    assert error.kind == "tls"
    assert said in error.message


def test_a_server_that_hangs_in_the_handshake_times_out(fetcher_for: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "CONNECT", 0.2)
    hung_up = threading.Event()
    with listening(lambda peer: hung_up.wait(5)) as origin:
        started = time.monotonic()
        error = refused(fetcher_for(origin), request())
        hung_up.set()
    assert error.kind == "timeout"
    assert time.monotonic() - started < 2


@dataclass
class Listener:
    port: int


@contextmanager
def listening(act: Callable[[socket.socket], object]) -> Iterator[Listener]:
    """A server that does one thing with its only connection."""

    def serve() -> None:
        peer, _ = server.accept()
        with peer:
            act(peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Listener(port=server.getsockname()[1])
        thread.join(timeout=5)


@pytest.mark.parametrize("page", [drip(b"x" * 1000, pause=0.02), stall(b"HTTP/1.1 200 OK\r\n")])
def test_the_deadline_holds_in_tls(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make, page: object
) -> None:
    origin = serve(authority.issued())
    origin.pages["/slow"] = page
    fetch = fetcher_for(origin, trust=authority, deadline=timedelta(seconds=0.15))
    started = time.monotonic()
    assert refused(fetch, request("/slow")).kind == "deadline"
    assert time.monotonic() - started < 1


def test_a_body_cut_in_tls_is_truncated(authority: Authority, serve: Callable[..., Origin], fetcher_for: Make) -> None:
    origin = serve(authority.issued())
    origin.pages["/cut"] = hang_up(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
    assert refused(fetcher_for(origin, trust=authority), request("/cut")).kind == "truncated"


def test_https_goes_through_a_proxy_s_tunnel_and_is_verified(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make
) -> None:
    origin = serve(authority.issued())
    with Origin() as proxy:
        proxy.pages[f"{NAME}:443"] = tunnel(origin.port)
        fetch = fetcher_for(origin, trust=authority, proxy=proxy.url(""))
        assert fetch(request()).body == b"page"
        assert proxy.asked[0].method == "CONNECT"
        assert refused(fetcher_for(origin, proxy=proxy.url("")), request()).kind == "tls"
        slow = fetcher_for(origin, trust=authority, proxy=proxy.url(""), deadline=timedelta(seconds=0.15))
        origin.pages["/slow"] = drip(b"x" * 1000, pause=0.02)
        assert refused(slow, request("/slow")).kind == "deadline"


@pytest.mark.slow
def test_https_goes_through_an_https_proxy(
    authority: Authority, serve: Callable[..., Origin], fetcher_for: Make
) -> None:
    origin = serve(authority.issued())
    proxy = serve(authority.issued("DNS:proxy.test"))
    proxy.pages[f"{NAME}:443"] = tunnel(origin.port)
    address = f"https://proxy.test:{proxy.port}"
    assert fetcher_for(origin, trust=authority, proxy=address)(request()).body == b"page"
    origin.pages["/slow"] = drip(b"x" * 1000, pause=0.02)
    slow = fetcher_for(origin, trust=authority, proxy=address, deadline=timedelta(seconds=0.15))
    assert refused(slow, request("/slow")).kind == "deadline"


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_used_is_a_configuration_error(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        Fetcher(FetchSettings(user_agent="feedsvc/1.0", ca_file=str(file)), clock=lambda: NOW)
    assert caught.value.problems[0].key == "fetch.ca_file"
