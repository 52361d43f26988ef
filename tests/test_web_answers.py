"""Health, status and search on a real store behind the real server."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterator

import feedparser
import pytest
import validity
from gazette import Gazette, config
from origin import Answer, Origin

from feedsvc import cli
from feedsvc.web import server
from feedsvc.web.settings import Settings


@pytest.fixture(scope="module")
def gazette() -> Iterator[Gazette]:
    with Origin() as origin:
        made = Gazette(origin)
        made.publish(6)
        yield made


@pytest.fixture(scope="module")
def web(gazette: Gazette, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    directory = tmp_path_factory.mktemp("answers")
    gazette.origin.pages["/dead"] = Answer(status=500)
    extra = f'[[source]]\nid = "tot"\nname = "Tote <Quelle>"\nurl = "{gazette.origin.url("/dead")}"\n'
    path = config(directory, gazette.origin, 8080, every="60m", extra=extra)
    assert cli.execute(["--config", str(path), "poll"]) == 1
    made = server.Server(
        Settings(
            var=str(directory / "var"), host="127.0.0.1", port=0, max_age=900.0, ready_after=3600.0, base_path="",
            language="de", timezone="Europe/Berlin", title="Probe", base_url="http://127.0.0.1:8080", status_token="",
            parent=os.getpid(),
        )
    )  # fmt: skip
    made.start()
    yield made
    made.stop()


def ask(web: server.Server, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", web.given.port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_the_status_tells_every_source_to_people_and_to_programs(web: server.Server) -> None:
    rows = {row["id"]: row for row in json.loads(ask(web, "/status.json")[2])}
    assert rows["anzeiger"]["health"] == "ok"
    assert rows["tot"]["error"]["kind"] == "server_error"
    status, headers, body = ask(web, "/status")
    page = body.decode()
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "1 von 2 Quellen in Ordnung" in page
    assert "Tote &lt;Quelle&gt;" in page
    assert "500" in page
    assert ask(web, "/readyz")[::2] == (200, b"ready\n")


def test_a_search_is_a_page_and_a_valid_feed(web: server.Server, gazette: Gazette) -> None:
    status, headers, body = ask(web, "/search.atom?q=%22Nummer%204%22%20OR%20%22Nummer%205%22")
    assert status == 200
    assert headers["content-type"].startswith("application/atom+xml")
    assert [entry.title for entry in feedparser.parse(body).entries] == [gazette.title(5), gazette.title(4)]
    assert validity.atom(body, "http://127.0.0.1:8080/search.atom?q=%22Nummer%204%22%20OR%20%22Nummer%205%22") == []
    status, _, body = ask(web, "/search?q=nummer*")
    assert status == 200
    assert body.decode().count("<article") == 6


@pytest.mark.parametrize("question", ["", "%22open", "(((", "AND", "%00%ff", "%3Cscript%3E", "x" * 5000])
def test_any_question_gets_a_page(web: server.Server, question: str) -> None:
    status, _, body = ask(web, f"/search?q={question}")
    assert status == 200
    assert b"<script" not in body
