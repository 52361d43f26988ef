"""The private-network guard (protocol F29). No packet leaves loopback: names and connections are the test's own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from origin import Answer, Origin, redirect

from feedsvc.errors import FetchError
from feedsvc.fetch import Fetcher, network
from feedsvc.model import FetchSettings, HttpOptions, Page, Request

NOW = datetime(2024, 4, 26, 12, 0, tzinfo=UTC)
PUBLIC = "93.184.215.14"
ANY_ROBOTS = HttpOptions(ignore_robots="a test of the guard")


@dataclass
class World:
    """Names as the test says, and connections that all end at one origin; remembers both."""

    port: int
    names: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> tuple[str, ...]:
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        self.dialled.append((address, port))
        return network.dial("127.0.0.1", self.port, seconds)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


@pytest.fixture
def world(origin: Origin) -> World:
    return World(port=origin.port)


def fetch(
    world: World, url: str, *, allow: tuple[str, ...] = (), proxy: str = "none", real_names: bool = False
) -> Page:
    settings = FetchSettings(user_agent="feedsvc/1.0", allow_private=allow, proxy=proxy, host_gap=timedelta(0))
    resolve = network.resolve if real_names else world.resolve
    fetcher = Fetcher(settings, clock=lambda: NOW, resolve=resolve, dial=world.dial)
    try:
        return fetcher(Request(url=url, http=ANY_ROBOTS))
    finally:
        fetcher.close()


def refused(world: World, url: str, **options: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(world, url, **options)  # type: ignore[arg-type]
    return caught.value


NOT_PUBLIC = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.178.1",
    "100.64.0.1", "169.254.169.254", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.251",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    "2001:db8::1", "100::1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_written_or_resolved(world: World, address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    world.names["portal.test"] = [(address,)]
    for url in (f"http://{literal}/", "http://portal.test/", f"http://{literal}:8443/x"):
        error = refused(world, url)
        assert (error.kind, error.permanent) == ("private_address", True)
        assert "allow_private" in error.message
    assert world.dialled == []


@pytest.mark.parametrize(
    "host",
    [
        "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "2130706433", "0x7f.0x0.0x0.0x1",
        "127.0.0.1.", "0", "localhost", "LOCALHOST", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
        "①②⑦.⓪.⓪.①", "127。0。0。1",
    ],
)  # fmt: skip
def test_every_way_to_write_loopback_is_refused(world: World, host: str) -> None:
    # The system's own resolver reads these without asking anybody.
    error = refused(world, f"http://{host}/", real_names=True)
    assert error.kind in ("private_address", "dns")
    assert world.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org@127.0.0.1/",
        "http://example.org:80@127.0.0.1/",
        "http://example.org%2f@127.0.0.1/",
        "http://user:@[::1]/",
        "http://127.0.0.1#@example.org/",
        "http://127.0.0.1?@example.org/",
    ],
)
def test_what_stands_before_the_host_deceives_nobody(world: World, url: str) -> None:
    world.names["example.org"] = [(PUBLIC,)]
    assert refused(world, url).kind == "private_address"
    assert world.dialled == []


def test_one_private_address_among_public_ones_is_enough(world: World) -> None:
    world.names["portal.test"] = [(PUBLIC, "10.0.0.1")]
    assert refused(world, "http://portal.test/").kind == "private_address"
    assert world.dialled == []


def test_a_public_address_is_reached_under_the_name_that_was_asked_for(world: World, origin: Origin) -> None:
    world.names["portal.test"] = [(PUBLIC,)]
    origin.pages["/"] = "page"
    assert fetch(world, "http://portal.test/").body == b"page"
    assert world.dialled == [(PUBLIC, 80)]
    assert origin.asked[0].headers["host"] == "portal.test"


def test_a_name_is_resolved_once_and_the_checked_address_is_used(world: World, origin: Origin) -> None:
    world.names["rebind.test"] = [(PUBLIC,), ("127.0.0.1",)]
    origin.pages["/"] = Answer(body=b"page", headers={"Connection": "close"})
    assert fetch(world, "http://rebind.test/").body == b"page"
    assert (world.looked_up, world.dialled) == (["rebind.test"], [(PUBLIC, 80)])
    assert refused(world, "http://rebind.test/").kind == "private_address"


def test_a_further_address_is_tried_when_the_first_does_not_answer(world: World, origin: Origin) -> None:
    world.names["portal.test"] = [("93.184.215.15", PUBLIC)]
    origin.pages["/"] = "page"

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        if address != PUBLIC:
            raise ConnectionRefusedError(111, "Connection refused")
        return network.dial("127.0.0.1", origin.port, seconds)

    settings = FetchSettings(user_agent="feedsvc/1.0", proxy="none")
    fetcher = Fetcher(settings, clock=lambda: NOW, resolve=world.resolve, dial=dial)
    assert fetcher(Request(url="http://portal.test/", http=ANY_ROBOTS)).body == b"page"
    fetcher.close()


TARGETS = [
    "http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://rebound.test/", "//127.0.0.2/x", "http://portal.test@127.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_every_hop_is_checked(world: World, origin: Origin, target: str) -> None:
    world.names |= {
        "portal.test": [(PUBLIC,)], "rebound.test": [("192.168.1.1",)], "localhost": [("::1", "127.0.0.1")],
        "2130706433": [("127.0.0.1",)], "0x7f.1": [("127.0.0.1",)],
    }  # fmt: skip
    origin.pages |= {"/1": redirect("/2", 301), "/2": redirect(target)}
    error = refused(world, "http://portal.test/1")
    assert error.kind == "private_address"
    assert error.url == "http://portal.test/1"
    assert "(at http" in error.message
    assert set(world.dialled) == {(PUBLIC, 80)}
    assert origin.paths() == ["/1", "/2"]


def test_the_robots_file_may_not_lead_inside_either(world: World, origin: Origin) -> None:
    world.names["portal.test"] = [(PUBLIC,)]
    origin.pages |= {"/robots.txt": redirect("http://127.0.0.1:9/"), "/": "page"}
    settings = FetchSettings(user_agent="feedsvc/1.0", proxy="none", host_gap=timedelta(0))
    fetcher = Fetcher(settings, clock=lambda: NOW, resolve=world.resolve, dial=world.dial)
    with pytest.raises(FetchError) as caught:
        fetcher(Request(url="http://portal.test/"))
    fetcher.close()
    assert caught.value.kind == "robots"
    assert set(world.dialled) == {(PUBLIC, 80)}


# ---- the operator's exceptions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "url", "through"),
    [
        ("intranet.test", "http://intranet.test/", True),
        ("INTRANET.test", "http://intranet.test:8080/", True),
        ("intranet.test:80", "http://intranet.test/", True),
        ("intranet.test:80", "http://intranet.test:8080/", False),
        ("intranet.test", "http://other.test/", False),
        ("test", "http://intranet.test/", False),
        ("10.0.0.0/8", "http://intranet.test/", True),
        ("10.1.0.0/16", "http://intranet.test/", False),
        ("10.0.0.1", "http://10.0.0.1/", True),
        ("10.0.0.1:80", "http://10.0.0.1/", True),
        ("10.0.0.1:81", "http://10.0.0.1/", False),
        ("10.0.0.0/8", "http://10.0.0.1/", True),
        ("10.0.0.0/8", "http://[::ffff:10.0.0.1]/", True),
        ("10.0.0.0/8", "http://192.168.0.1/", False),
        ("fd00::/8", "http://[fd00::1]/", True),
        ("fd00::1", "http://[fd00::1]/", True),
        ("[fd00::1]:80", "http://[fd00::1]/", True),
        ("[fd00::1]:81", "http://[fd00::1]/", False),
        ("not a network/8", "http://10.0.0.1/", False),
        # An address that was let through by itself lets no stranger's name in.
        ("10.0.0.1", "http://intranet.test/", False),
    ],
)
def test_what_is_allowed_passes_and_nothing_else(
    world: World, origin: Origin, entry: str, url: str, through: bool
) -> None:
    world.names |= {"intranet.test": [("10.0.0.1",)], "other.test": [("10.0.0.1",)]}
    origin.pages["/"] = "page"
    if through:
        assert fetch(world, url, allow=(entry,)).body == b"page"
    else:
        assert refused(world, url, allow=(entry,)).kind == "private_address"
        assert world.dialled == []


# ---- proxies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://[::1]/", "http://intranet.test/", "https://127.0.0.1/"])
def test_through_a_proxy_what_is_known_to_be_private_is_refused(world: World, origin: Origin, url: str) -> None:
    world.names["intranet.test"] = [("10.0.0.1",)]
    assert refused(world, url, proxy=origin.url("")).kind == "private_address"
    assert origin.asked == []


@pytest.mark.parametrize("addresses", [(), (PUBLIC,)])
def test_through_a_proxy_other_names_are_left_to_it(world: World, origin: Origin, addresses: tuple[str, ...]) -> None:
    if addresses:
        world.names["portal.test"] = [addresses]
    origin.pages["http://portal.test/1"] = redirect("/2")
    origin.pages["http://portal.test/2"] = "page"
    page = fetch(world, "http://portal.test/1", proxy=origin.url(""))
    assert (page.body, page.final_url) == (b"page", "http://portal.test/2")
    assert set(world.dialled) == {("127.0.0.1", origin.port)}


def test_hops_through_a_proxy_are_checked_too(world: World, origin: Origin) -> None:
    origin.pages["http://portal.test/1"] = redirect("http://169.254.169.254/")
    assert refused(world, "http://portal.test/1", proxy=origin.url("")).kind == "private_address"
    assert len(origin.asked) == 1


def test_the_environment_names_the_proxy_unless_told_otherwise(
    world: World, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", origin.url(""))
    monkeypatch.setenv("NO_PROXY", "direct.test")
    world.names |= {"portal.test": [(PUBLIC,)], "direct.test": [(PUBLIC,)]}
    origin.pages |= {"http://portal.test/": "through the proxy", "/": "direct"}
    assert fetch(world, "http://portal.test/", proxy="").body == b"through the proxy"
    assert fetch(world, "http://direct.test/", proxy="").body == b"direct"
    assert fetch(world, "http://portal.test/", proxy="none").body == b"direct"


def test_a_proxy_that_refuses_a_tunnel_is_named(world: World, origin: Origin) -> None:
    origin.pages["portal.test:443"] = Answer(status=403, reason="Not for you")
    error = refused(world, "https://portal.test/", proxy=origin.url(""))
    assert error.kind == "connect"
    assert "proxy" in error.message


# ---- names and addresses that are none ------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["nowhere.test", "a..b", "a" * 64 + ".test", "-.test", "xn--", "%00", "a_b.test"])
def test_a_name_that_cannot_be_resolved_is_named(world: World, host: str) -> None:
    error = refused(world, f"http://{host}/")
    assert error.kind in ("dns", "connect")
    assert world.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "", "portal", "/x", "ftp://portal.test/", "file:///etc/passwd", "http://", "http://[", "http://[::1",
        "http://portal.test:999999999999/", "http://portal.test:abc/", "http://ex\u2100mple/", "javascript:alert(1)",
        "gopher://portal.test/", "http:///x", "data:text/html,x", "http://\ud800.test/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(world: World, url: str) -> None:
    error = refused(world, url)
    assert error.kind in ("connect", "dns")
    assert (world.looked_up, world.dialled) == ([], []) or error.kind == "dns"


def test_a_name_server_that_hangs_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "LOOKUP", 0.1)
    release = threading.Event()

    def resolve(host: str, port: int) -> tuple[str, ...]:
        release.wait(10)
        return (PUBLIC,)

    settings = FetchSettings(user_agent="feedsvc/1.0", proxy="none")
    fetcher = Fetcher(settings, clock=lambda: NOW, resolve=resolve, dial=world.dial)
    with pytest.raises(FetchError) as caught:
        fetcher(Request(url="http://portal.test/", http=ANY_ROBOTS))
    release.set()
    fetcher.close()
    assert caught.value.kind == "dns"
    assert world.dialled == []


def test_a_refused_connection_is_named(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = FetchSettings(user_agent="feedsvc/1.0", proxy="none", allow_private=("127.0.0.1",))
    fetcher = Fetcher(settings, clock=lambda: NOW)
    with pytest.raises(FetchError) as caught:
        fetcher(Request(url=f"http://127.0.0.1:{port}/"))
    fetcher.close()
    assert caught.value.kind == "connect"
    assert "refused" in caught.value.message
