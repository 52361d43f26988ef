"""Reading pages asks nobody: no socket, no name, no file but the package's own, in a process that reads its first one.

Some libraries fetch the list of public suffixes when they are first used; so the first use is what is watched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGES = sorted((*(HERE / "pages").glob("*/*.html"), *(HERE / "listings").glob("*/*.html")))

# Audit hooks (PEP 578) see sockets, names and files however they are asked for; they cannot be taken out again. What is
# refused is written down too: a library may well swallow the refusal.
READER = r"""
import json, os, sys
pages = json.load(sys.stdin)
refused, opened = [], []
ASKING = ("socket.", "urllib.", "http.", "ftplib.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")

def watch(event, details):
    if event.startswith(ASKING):
        refused.append(event)
        raise PermissionError(event)
    if event == "open" and isinstance(details[0], str):
        opened.append((details[0], details[1]))

sys.addaudithook(watch)
import feedsvc

answers = []
for url, page in pages:
    for function in (feedsvc.extract_article, feedsvc.find_leads):
        try:
            answers.append(repr(function(page.encode("utf-8"), url))[:60])
        except feedsvc.ContentError as error:
            answers.append(f"ContentError: {error}")
places = [place for place in sys.path if place.rstrip("/").endswith("-packages")]
places += [sys.prefix, sys.base_prefix, os.path.dirname(feedsvc.__file__)]
own = tuple(map(os.path.realpath, places))
strange = [path for path, mode in opened if not os.path.realpath(path).startswith(own) or (mode and mode[0] != "r")]
json.dump({"answers": answers, "refused": refused, "strange": strange}, sys.stdout)
"""
ZONES = ("/usr/share/zoneinfo", "/etc/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/localtime")


def read(pages: Sequence[tuple[str, str]], *before: str) -> dict[str, list[str]]:
    """Return what a fresh process answers, what it was refused, and the files it opened that are not the package's."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [*before, sys.executable, "-c", READER],
        input=json.dumps(pages), capture_output=True, text=True, timeout=60, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def own_pages() -> list[tuple[str, str]]:
    return [
        (f"https://www.{path.parent.name}.example/a/{path.stem}", path.read_text("utf-8", "replace")) for path in PAGES
    ]


def test_the_first_pages_a_process_reads_ask_nobody_and_open_no_foreign_file() -> None:
    found = read(own_pages())
    assert len(found["answers"]) == 2 * len(PAGES)
    assert any(answer.startswith("Article(") for answer in found["answers"])
    assert any(answer.startswith("(Lead(") for answer in found["answers"])
    assert found["refused"] == []
    assert [path for path in found["strange"] if not path.startswith(ZONES)] == []


def test_what_pages_point_at_is_not_fetched() -> None:
    """Style sheets, pictures, frames, entities and included documents are left where they are."""
    page = """<?xml version="1.0"?><!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY e SYSTEM "file:///etc/passwd">]>
    <html xmlns:xi="http://www.w3.org/2001/XInclude"><base href="http://127.0.0.1:9/">
    <link rel=stylesheet href=/a.css><script src=/a.js></script><iframe src=/b></iframe><img src=/c.png>
    <xi:include href="http://127.0.0.1:9/d"/><meta http-equiv=refresh content="0; url=/e"><h1>Ein Titel</h1>""" + (
        "<p>Ein Satz mit genug Zeichen, damit er als Absatz gilt, &e; und noch einer dazu.</p>" * 5
    )
    found = read([("http://127.0.0.1:9/artikel", page)])
    assert found["refused"] == []
    assert [path for path in found["strange"] if not path.startswith(ZONES)] == []
    assert found["answers"][0].startswith("Article(")


def test_the_watch_sees_what_it_is_there_for() -> None:
    asking = READER.replace(
        "import feedsvc\n", "import feedsvc, socket\ntry: socket.getaddrinfo('localhost', 1)\nexcept OSError: pass\n", 1
    )
    done = subprocess.run(
        [sys.executable, "-c", asking], input="[]", capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip
    assert json.loads(done.stdout)["refused"] == ["socket.getaddrinfo"]


def test_pages_are_read_alike_where_there_is_no_network() -> None:
    alone = ("unshare", "--user", "--map-root-user", "--net")
    try:
        permitted = subprocess.run([*alone, "true"], capture_output=True, timeout=10, check=False).returncode == 0
    except FileNotFoundError:
        permitted = False
    if not permitted:
        pytest.skip("needs unshare and the right to make a network namespace")
    assert read(own_pages()[:6], *alone)["answers"] == read(own_pages()[:6])["answers"]
