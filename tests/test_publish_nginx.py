"""nginx with the shipped configuration serves what is published as the contract says."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import render_samples

from feedsvc import publish, render

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "nginx.conf"
MAIN = """
daemon off;
pid {var}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {var}/t1; proxy_temp_path {var}/t2; fastcgi_temp_path {var}/t3;
    uwsgi_temp_path {var}/t4; scgi_temp_path {var}/t5;
    include {var}/site.conf;
}}
"""


class Answer:
    """One response, read whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


class Nginx:
    """A running nginx on a loopback port."""

    def __init__(self, port: int, var: Path) -> None:
        self.port, self.var = port, var

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            return Answer(connection.getresponse())
        finally:
            connection.close()


def _published(var: Path, base: str = "") -> None:
    site = render_samples.site(base_url=f"http://127.0.0.1{base}")
    documents = [
        *render.documents(render_samples.feed(), render_samples.entries(), site),
        render.index([(render_samples.feed(), render_samples.entries())], site),
        render.opml([render_samples.feed()], site), render.about(site), render.not_found(site), render.gone(site),
        *render.assets(site),
    ]  # fmt: skip
    publish.write(var / "public", documents)
    publish.write_redirects(var, {"feeds/alt": "feeds/politik"}, ["feeds/weg"], site.base_url)


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    var = tmp_path_factory.mktemp("nginx")
    _published(var)
    (var / "public" / ".tmp" / "0").write_bytes(b"being written")
    with _running(var, SHIPPED.read_text()) as running:
        yield running


@contextmanager
def _running(var: Path, shipped: str) -> Iterator[Nginx]:
    var.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for said, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("listen [::]:80;", ""),
        ("/var/lib/feedsvc/", f"{var}/"),
        ("/var/log/nginx/feedsvc.log", f"{var}/access.log"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:1"),
    ):
        assert said in shipped
        shipped = shipped.replace(said, here)
    (var / "site.conf").write_text(shipped)
    user = "user root;" if os.geteuid() == 0 else ""
    (var / "nginx.conf").write_text(user + MAIN.format(var=var))
    process = subprocess.Popen(["nginx", "-c", var / "nginx.conf", "-p", var], stderr=subprocess.PIPE)
    try:
        _wait(port, process)
        yield Nginx(port, var)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if process.poll() is not None:
            pytest.fail(f"nginx ended: {process.communicate()[1].decode()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nginx does not listen")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feeds/politik.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/politik.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/politik.json", "application/feed+json; charset=utf-8"),
        ("/opml.xml", "text/x-opml; charset=utf-8"),
        ("/feeds/politik/", "text/html; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/about/", "text/html; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/icon.png", "image/png"),
    ],
)
def test_files_have_the_right_type_and_say_how_long_they_last(nginx: Nginx, path: str, kind: str) -> None:
    answer = nginx.get(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=900, stale-if-error=86400"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"]
    assert answer.headers["last-modified"]
    feed = path.endswith((".rss", ".atom", ".json", ".xml"))
    assert answer.headers.get("access-control-allow-origin") == ("*" if feed else None)
    assert ("content-security-policy" in answer.headers) is not feed
    head = nginx.get(path, "HEAD")
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in answer.headers.items() if k != "date"
    }
    assert head.body == b""


def test_the_compressed_twin_is_served_to_those_who_accept_it(nginx: Nginx) -> None:
    plain, zipped = nginx.get("/feeds/politik.rss"), nginx.get("/feeds/politik.rss", Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert plain.headers["vary"] == zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.headers["content-type"] == plain.headers["content-type"]
    assert zipped.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_has_not_changed_is_not_sent_again(nginx: Nginx, encoding: str) -> None:
    first = nginx.get("/feeds/politik.atom", Accept_Encoding=encoding)
    for headers in ({"If_None_Match": first.headers["etag"]}, {"If_Modified_Since": first.headers["last-modified"]}):
        again = nginx.get("/feeds/politik.atom", Accept_Encoding=encoding, **headers)
        assert (again.status, again.body) == (304, b"")
        for name in ("etag", "cache-control", "last-modified", "vary"):
            assert again.headers[name] == first.headers[name]


def test_a_change_within_the_same_second_changes_the_etag(nginx: Nginx) -> None:
    path = nginx.var / "public" / "feeds" / "schnell.rss"
    tags = set()
    for body in (b"one", b"two", b"six"):
        publish.write(nginx.var / "public", [publish.Document(path="feeds/schnell.rss", media_type="x/y", body=body)])
        answer = nginx.get("/feeds/schnell.rss")
        assert answer.body == path.read_bytes() == body
        tags.add(answer.headers["etag"])
    assert len(tags) == 3


@pytest.mark.parametrize("ending", [".rss", ".atom", ".json", "/", ""])
def test_renamed_feeds_lead_on_and_retired_ones_are_gone(nginx: Nginx, ending: str) -> None:
    moved = nginx.get(f"/feeds/alt{ending}")
    assert (moved.status, moved.headers["location"]) == (301, f"http://127.0.0.1/feeds/politik{ending or '/'}")
    gone = nginx.get(f"/feeds/weg{ending}")
    assert gone.status == 410
    assert "Diesen Feed gibt es nicht mehr" in gone.body.decode()


def test_a_page_without_its_slash_leads_to_it(nginx: Nginx) -> None:
    answer = nginx.get("/feeds/politik")
    assert (answer.status, answer.headers["location"]) == (301, "/feeds/politik/")


@pytest.mark.parametrize("path", ["/nichts", "/feeds/", "/.tmp/0", "/feeds/politik.rss.gz", "/404.html", "/metrics",
                                  "/feeds/../../nginx.conf"])  # fmt: skip
def test_what_is_not_published_is_not_found(nginx: Nginx, path: str) -> None:
    answer = nginx.get(path)
    assert answer.status in (404, 400)
    assert b"being written" not in answer.body
    if answer.status == 404:
        assert "Diese Seite gibt es nicht" in answer.body.decode()


def test_search_and_status_are_passed_on(nginx: Nginx) -> None:
    assert [nginx.get(path).status for path in ("/search?q=x", "/status", "/healthz")] == [502] * 3


def test_the_log_holds_no_address_and_no_question(nginx: Nginx) -> None:
    nginx.get("/?q=geheim")
    logged = (nginx.var / "access.log").read_text()
    assert " GET / " in logged or " GET /index.html " in logged
    assert "geheim" not in logged
    assert "127.0.0.1" not in logged


def test_a_base_url_with_a_path_is_served_as_the_configuration_explains(tmp_path: Path) -> None:
    _published(tmp_path, "/digital")
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "digital").symlink_to("../public")
    shipped = SHIPPED.read_text().replace("root /var/lib/feedsvc/public;", "root /var/lib/feedsvc/www;")
    for address in ("/404.html", "/410.html", "^/(search"):
        shipped = shipped.replace(f" {address}", f" {address.replace('/', '/digital/', 1)}")
    with _running(tmp_path, shipped) as nginx:
        assert nginx.get("/digital/feeds/politik.rss").status == 200
        assert nginx.get("/digital/feeds/alt.rss").headers["location"] == "http://127.0.0.1/digital/feeds/politik.rss"
        assert "gibt es nicht mehr" in nginx.get("/digital/feeds/weg.rss").body.decode()
        assert "Diese Seite gibt es nicht" in nginx.get("/digital/nichts").body.decode()
        assert nginx.get("/digital/status").status == 502
        assert nginx.get("/feedsvc.db").status == 404
