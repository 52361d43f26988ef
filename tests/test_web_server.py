"""The real web server on published files: conditional GET, encodings, HEAD, what is not there, and its own death."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from feedsvc.errors import StoreError
from feedsvc.web import server
from feedsvc.web.settings import Settings

BODY = ("<rss>" + "Verwaltung digital " * 200 + "</rss>").encode()
Answer = tuple[int, dict[str, str], bytes]


def settings(var: Path, **given: object) -> Settings:
    values = {
        "var": str(var), "host": "127.0.0.1", "port": 0, "max_age": 900.0, "ready_after": 3600.0, "base_path": "/amt",
        "language": "de", "timezone": "Europe/Berlin", "title": "Probe", "base_url": "http://127.0.0.1/amt",
        "status_token": "", "parent": os.getpid(),
    }  # fmt: skip
    return Settings(**{**values, **given})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("var")
    feeds = directory / "public" / "feeds"
    (feeds / "politik").mkdir(parents=True)
    for name, body in {"politik.rss": BODY, "politik.atom": BODY, "politik.json": b"{}", "leer.rss": b"<rss/>"}.items():
        (feeds / name).write_bytes(body)
    (feeds / "politik.rss.gz").write_bytes(gzip.compress(BODY))
    (feeds / "politik.rss.br").write_bytes(brotli.compress(BODY))
    (feeds / "politik" / "index.html").write_text("<h1>Politik</h1>")
    (directory / "public" / "index.html").write_text("<h1>Probe</h1>")
    (directory / "public" / "404.html").write_text("<h1>Nichts</h1>")
    (directory / "public" / "410.html").write_text("<h1>Weg</h1>")
    (directory / "public" / ".secret").write_text("hidden")
    (directory / "secret.txt").write_text("outside")
    told = {"moved": {"feeds/alt": "feeds/politik"}, "gone": ["feeds/weg"]}
    (directory / "redirects.json").write_text(json.dumps(told))
    return directory


@pytest.fixture(scope="module")
def port(var: Path) -> Iterator[int]:
    web = server.Server(settings(var))
    web.start()
    yield web.given.port
    web.stop()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_a_feed_is_served_with_everything_a_reader_needs(port: int) -> None:
    status, headers, body = ask(port, "/feeds/politik.rss")
    assert (status, body) == (200, BODY)
    assert headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=900, stale-if-error=86400"
    assert headers["vary"] == "accept-encoding"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["etag"].startswith('"')
    assert headers["last-modified"].endswith("GMT")


@pytest.mark.parametrize(
    ("accept", "encoding", "decode"),
    [("gzip", "gzip", gzip.decompress), ("gzip, br", "br", brotli.decompress), ("identity", None, bytes)],
)
def test_each_encoding_has_its_own_bytes_and_etag(port: int, accept: str, encoding: str | None, decode: object) -> None:
    status, headers, body = ask(port, "/feeds/politik.rss", Accept_Encoding=accept)
    assert status == 200
    assert headers.get("content-encoding") == encoding
    assert decode(body) == BODY  # type: ignore[operator]
    assert int(headers["content-length"]) == len(body)
    plain = ask(port, "/feeds/politik.rss")[1]["etag"]
    assert (headers["etag"] == plain) is (encoding is None)


def test_an_unchanged_feed_is_304_with_the_same_validators(port: int) -> None:
    _, full, _ = ask(port, "/feeds/politik.rss", Accept_Encoding="gzip")
    for question in (
        {"If_None_Match": full["etag"]},
        {"If_None_Match": f'"x", W/{full["etag"]}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": full["last-modified"]},
    ):
        status, headers, body = ask(port, "/feeds/politik.rss", Accept_Encoding="gzip", **question)
        assert (status, body) == (304, b"")
        for name in ("etag", "cache-control", "vary", "last-modified"):
            assert headers[name] == full[name]
    assert ask(port, "/feeds/politik.rss", If_None_Match='"old"')[0] == 200


@pytest.mark.parametrize("path", ["/feeds/politik.rss", "/", "/feeds/politik/", "/no", "/healthz", "/feeds/weg.rss"])
@pytest.mark.parametrize("accept", ["identity", "br"])
def test_head_equals_get_without_the_body(port: int, path: str, accept: str) -> None:
    status, headers, _ = ask(port, path, Accept_Encoding=accept)
    head_status, head_headers, body = ask(port, path, "HEAD", Accept_Encoding=accept)
    assert body == b""
    ignored = {"date", "server"}
    assert (head_status, {k: v for k, v in head_headers.items() if k not in ignored}) == (
        status,
        {k: v for k, v in headers.items() if k not in ignored},
    )


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/feeds/politik", 301, "/amt/feeds/politik/"),
        ("/feeds/alt.rss", 301, "/amt/feeds/politik.rss"),
        ("/feeds/alt/", 301, "/amt/feeds/politik/"),
        ("/feeds/alt", 301, "/amt/feeds/politik/"),
        ("/feeds/weg.atom", 410, None),
        ("/feeds/nie.atom", 404, None),
    ],
)
def test_a_feed_address_never_breaks_without_a_word(port: int, path: str, status: int, location: str | None) -> None:
    got, headers, body = ask(port, path)
    assert (got, headers.get("location")) == (status, location)
    if status >= 400:
        assert body.startswith(b"<h1>")


def test_the_path_of_base_url_may_be_left_on_or_taken_off(port: int) -> None:
    assert ask(port, "/amt/feeds/politik.rss")[2] == ask(port, "/feeds/politik.rss")[2]
    assert ask(port, "/amt/")[2] == b"<h1>Probe</h1>"
    assert ask(port, "/amts/")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/feeds/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/feeds/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/feeds/..%5c..%5csecret.txt",
        "/.secret",
        "/feeds//politik.rss",
        "//etc/passwd",
        "/feeds/politik.rss.gz",
        "/feeds/politik.rss%00",
        "/%ff%fe",
    ],
)
def test_no_path_leads_out_or_to_what_is_hidden(port: int, path: str) -> None:
    status, _, body = ask(port, path)
    assert status == 404
    assert b"outside" not in body
    assert b"hidden" not in body


def test_other_methods_are_refused_with_those_that_are_not(port: int) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        status, headers, _ = ask(port, "/feeds/politik.rss", method)
        assert status == 405
        assert headers["allow"] == "GET, HEAD"


def test_a_page_may_run_nothing_and_load_nothing_from_elsewhere(port: int) -> None:
    _, headers, _ = ask(port, "/feeds/politik/")
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_changed_file_is_served_at_once(port: int, var: Path) -> None:
    file = var / "public" / "feeds" / "neu.rss"
    file.write_bytes(b"<rss>1</rss>")
    first = ask(port, "/feeds/neu.rss")
    file.with_suffix(".tmp").write_bytes(b"<rss>2</rss>")
    os.replace(file.with_suffix(".tmp"), file)
    second = ask(port, "/feeds/neu.rss")
    assert (first[2], second[2]) == (b"<rss>1</rss>", b"<rss>2</rss>")
    assert first[1]["etag"] != second[1]["etag"]


def test_without_a_store_files_are_served_and_the_status_says_503(port: int) -> None:
    assert ask(port, "/healthz")[::2] == (200, b"ok\n")
    assert ask(port, "/status.json")[0] == 503
    assert ask(port, "/readyz")[0] == 503
    assert ask(port, "/feeds/politik.rss")[0] == 200


def test_the_status_token_is_asked_for(var: Path) -> None:
    web = server.Server(settings(var, status_token="geheim"))
    web.start()
    try:
        assert ask(web.given.port, "/status.json")[0] == 401
        assert ask(web.given.port, "/status.json", Authorization="Bearer falsch")[0] == 401
        assert ask(web.given.port, "/status.json", Authorization="Bearer geheim")[0] == 503
    finally:
        web.stop()


def test_a_taken_port_is_a_sentence_with_the_next_command(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(StoreError, match=rf"port {number} .*ss -ltnp 'sport = :{number}'"):
            server.Server(settings(var, port=number)).start()


def test_the_server_dies_with_whoever_started_it_even_by_sigkill(var: Path) -> None:
    code = (
        "import sys, time\nfrom feedsvc.web import server\nfrom feedsvc.web.settings import Settings\nimport json, os\n"
        "given = json.loads(sys.argv[1]); given['parent'] = os.getpid()\n"
        "web = server.Server(Settings(**given)); web.start(); print(web.given.port, flush=True); time.sleep(60)"
    )
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", code, settings(var).to_json()], stdout=subprocess.PIPE, text=True, cwd=root
    ) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        assert ask(number, "/healthz")[0] == 200
        parent.send_signal(signal.SIGKILL)
        parent.wait(5)
    for _ in range(100):
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", number))
            return
        except OSError:
            time.sleep(0.02)
    pytest.fail("the port is still taken two seconds after its owner was killed")
