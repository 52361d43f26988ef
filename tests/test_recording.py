"""Recordings: what a source's pages gave is what they give; a change is told per field; nothing that was tampered with
is read."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from gazette import Gazette, config
from origin import Answer, Origin
from recorded_sites import KURIER_RULES, SITES, kurier
from test_cli import feedsvc

from feedsvc import recording
from feedsvc.cli import differing
from feedsvc.errors import FetchError
from feedsvc.model import HttpOptions, Page, Request, Source

RECORDINGS = Path(__file__).parent / "recordings"
OTHERS = sorted(SITES.keys() - {"kurier"})
AT = datetime(2026, 3, 25, 9, 30, tzinfo=UTC)


def replayed(place: Path, *arguments: str, path: Path | None = None, expect: int = 0) -> list[dict[str, Any]]:
    done = feedsvc(
        "replay", "--from", str(place), "--json", *arguments, path=path or place / "none.toml", expect=expect
    )
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def refused(made: recording.Recording) -> set[tuple[str, int | None]]:
    given = (each.given for each in made.answers)
    return {(each.kind, each.status) for each in given if isinstance(each, recording.Refusal)}


def told(row: dict[str, Any]) -> set[tuple[str, str | None, str]]:
    return {(each["what"], each["field"], each["kind"]) for each in row["differences"]}


# ---- the recordings of this directory -------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", sorted(SITES))
def test_what_a_recording_gave_is_what_it_gives(id_: str, bless: bool) -> None:
    """With --bless, and after a look at the difference, what comes out today is expected from now on."""
    arguments = ("--accept",) if bless else ()
    (row,) = replayed(RECORDINGS, id_, *arguments, expect=0)
    assert row["differences"] == [] or bless
    assert row["rules"] == "recording"


def test_every_recording_belongs_to_a_site_that_can_be_recorded_anew() -> None:
    assert recording.names(RECORDINGS) == tuple(sorted(SITES))


def test_the_recordings_hold_what_their_sites_are_for() -> None:
    found = {id_: recording.read(RECORDINGS / id_) for id_ in SITES}
    assert found["bauamt"].expected.reads.endswith("/bau.rss")  # type: ignore[union-attr]
    assert len(found["bauamt"].answers) == 2  # a feed that tells all: no article page is needed
    assert refused(found["amtsblick"]) == {("server_error", 500)}
    assert refused(found["anzeiger"]) == {("not_found", 404)}
    of_kurier = found["kurier"]
    assert refused(of_kurier) == {("not_found", 404), ("robots", 200)}
    whole = next(each for each in of_kurier.expected.articles if str(each["url"]).endswith("/m/1"))
    assert "auf Seite 1" in str(whole["body_text"])
    assert "auf Seite 2" in str(whole["body_text"])
    assert [each.next_page and each.next_page.rpartition("/")[2] for each in of_kurier.expected.lists] == [
        "?seite=2",
        None,
    ]
    assert [str(each["url"])[-1] for each in of_kurier.expected.leads] == list("123456")
    ago = of_kurier.recorded_at - datetime.fromisoformat(str(of_kurier.expected.leads[2]["published"]))
    assert 3 * 3600 <= ago.total_seconds() + 60 < 3 * 3600 + 120  # "vor 3 Stunden", whenever it is replayed


@pytest.mark.parametrize("id_", ["kurier", *(pytest.param(each, marks=pytest.mark.slow) for each in OTHERS)])
def test_a_site_that_is_recorded_anew_gives_the_same(id_: str, tmp_path: Path) -> None:
    with SITES[id_](tmp_path) as path:
        feedsvc("record", id_, "--articles", "6", "--to", str(tmp_path / "to"), path=path)
        assert replayed(tmp_path / "to", path=path)[0]["differences"] == []
    fresh, bundled = recording.read(tmp_path / "to" / id_), recording.read(RECORDINGS / id_)
    assert [each["title"] for each in fresh.expected.articles] == [each["title"] for each in bundled.expected.articles]
    assert fresh.source.list_rules == bundled.source.list_rules


# ---- record ---------------------------------------------------------------------------------------------------------


def test_a_recording_is_made_under_var_and_asks_each_page_once(tmp_path: Path) -> None:
    with Origin() as origin:
        Gazette(origin).publish(6)
        path = config(tmp_path, origin, 8080)
        done = feedsvc("record", "anzeiger", "--articles", "3", path=path)
        asked = origin.paths()
    assert "feedsvc replay anzeiger" in done.stdout
    assert asked == ["/robots.txt", "/", "/meldung/6", "/meldung/5", "/meldung/4"]
    made = tmp_path / "var" / "recordings" / "anzeiger"
    assert sorted(each.name for each in made.iterdir()) == ["expected.json", "manifest.json", "pages"]
    assert sorted(each.name for each in made.parent.iterdir()) == ["anzeiger"]  # nothing half made beside it
    table = json.loads((made / "manifest.json").read_text("utf-8"))
    first = table["pages"][0]
    body = gzip.decompress((made / first["file"]).read_bytes())
    assert (first["status"], first["media_type"], first["charset"]) == (200, "text/html", "utf-8")
    assert (first["bytes"], first["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert body.startswith(b"<!doctype html>")
    expected = json.loads((made / "expected.json").read_text("utf-8"))
    assert [lead["url"].rpartition("/")[2] for lead in expected["leads"]] == ["6", "5", "4", "3", "2", "1"]
    assert set(expected["articles"][0]) >= {
        "url", "title", "kicker", "headline", "teaser", "body_html", "body_text", "published", "published_precision",
        "updated", "authors", "categories", "image", "language", "access",
    }  # fmt: skip


def test_a_recording_that_is_there_is_never_lost(tmp_path: Path) -> None:
    with Origin() as origin:
        gazette = Gazette(origin)
        gazette.publish(2)
        path = config(tmp_path, origin, 8080)
        feedsvc("record", "anzeiger", path=path)
        asked = len(origin.asked)
        assert "--again" in feedsvc("record", "anzeiger", path=path, expect=2).stderr
        assert len(origin.asked) == asked
        gazette.publish()
        assert "anzeiger.before" in feedsvc("record", "anzeiger", "--again", path=path).stderr
        gazette.publish()
        assert "anzeiger.before-2" in feedsvc("record", "anzeiger", "--again", path=path).stderr
        origin.pages["/"] = Answer(status=403)
        assert "nothing is recorded" in feedsvc("record", "anzeiger", "--again", path=path, expect=1).stderr
    place = tmp_path / "var" / "recordings"
    sizes = {each.name: len(recording.read(each).expected.leads) for each in place.iterdir()}
    assert sizes == {"anzeiger.before": 2, "anzeiger.before-2": 3, "anzeiger": 4}
    (row,) = json.loads(feedsvc("replay", "--json", path=path).stdout)
    assert (row["id"], row["leads"]) == ("anzeiger", 4)
    assert [row["leads"] for row in replayed(place, "anzeiger.before", "anzeiger.before-2")] == [2, 3]
    assert replayed(place / "anzeiger.before")[0]["leads"] == 2


def test_a_page_that_cannot_be_read_is_recorded_for_whoever_mends_it(tmp_path: Path) -> None:
    with Origin() as origin:
        origin.pages["/"] = "<!doctype html><title>Baustelle</title><p>Hier entsteht etwas."
        path = config(tmp_path, origin, 8080)
        assert "anzeiger: error" in feedsvc("record", "anzeiger", path=path, expect=1).stderr
    assert feedsvc("replay", path=path).stdout.startswith("anzeiger: no difference")


def test_secrets_are_in_no_file_of_a_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TOKEN", "geheim-4711")
    with Origin() as origin:
        Gazette(origin).publish(2)
        path = config(tmp_path, origin, 8080, extra='headers = { Authorization = "env:PORTAL_TOKEN" }')
        feedsvc("record", "anzeiger", path=path)
        assert origin.asked_for("/")[0].headers["authorization"] == "geheim-4711"
    files = [each for each in (tmp_path / "var" / "recordings").rglob("*") if each.is_file()]
    for each in files:
        raw = each.read_bytes()
        assert b"geheim" not in (gzip.decompress(raw) if each.suffix == ".gz" else raw)
    assert len(files) == 5


def test_a_recording_has_a_size_that_is_not_passed() -> None:
    source = Page(url="http://a/", final_url="http://a/", body=b"x" * 600)
    tape = recording.Tape(fetch=lambda r: replace(source, url=r.url), at=AT, on_answer=lambda _: None, max_bytes=1000)
    tape(Request(url="http://a/"))
    tape(Request(url="http://a/"))  # the same page again costs nothing
    with pytest.raises(recording.RecordingError, match=r"http://a/2: .*--articles 3"):
        tape(Request(url="http://a/2"))


def test_the_same_recording_gives_the_same_bytes_and_comes_back_as_it_was(tmp_path: Path) -> None:
    made = recording.read(RECORDINGS / "kurier")
    assert recording.write(made, tmp_path / "a") is None
    assert recording.write(made, tmp_path / "b") is None
    assert recording.read(tmp_path / "a") == made
    for each in (tmp_path / "a").rglob("*"):
        other = tmp_path / "b" / each.relative_to(tmp_path / "a")
        assert each.is_dir() or each.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("arguments", [("record",), ("record", "nobody"), ("record", "kurier", "--articles", "0")])
def test_what_cannot_be_recorded_is_wrong_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with kurier(tmp_path) as path:
        feedsvc(*arguments, path=path, expect=2)


# ---- replay ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(tmp_path: Path) -> tuple[Path, Path]:
    """A configuration and its recording of the courier, whose site is gone."""
    place = tmp_path / "var" / "recordings" / "kurier"
    shutil.copytree(RECORDINGS / "kurier", place)
    url = recording.read(place).source.url
    path = tmp_path / "config.toml"
    path.write_text(f'[[source]]\nid = "kurier"\nurl = "{url}"\narticles = "always"\n{KURIER_RULES}', "utf-8")
    return path, place


def test_an_edit_of_a_rule_is_told_per_field_and_may_be_accepted(frozen: tuple[Path, Path]) -> None:
    path, place = frozen
    before = (place / "manifest.json").read_bytes()
    path.write_text(
        path.read_text("utf-8").replace('teaser = "p"', 'teaser = ".ort"').replace('"h1"', '".stand"'), "utf-8"
    )
    done = feedsvc("replay", path=path, expect=1)
    assert "    headline     Stadtrat berät über den Haushalt des Bezirks 1 → 01.03.2026" in done.stdout
    assert "--as-recorded" in done.stderr
    assert "--accept" in done.stderr
    (row,) = json.loads(feedsvc("replay", "kurier", "--json", path=path, expect=1).stdout)
    assert row["rules"] == "configuration"
    assert ("article", "headline", "changed") in told(row)
    assert ("lead", "teaser", "changed") in told(row)
    assert {each[1] for each in told(row)} <= {"headline", "title", "teaser"}
    titles = [each for each in row["differences"] if each["item"].endswith("/m/6") and each["field"] == "headline"]
    assert [(each["before"], each["after"]) for each in titles] == [
        ("Stadtrat berät über den Haushalt des Bezirks 6", "06.03.2026")
    ]
    (row,) = json.loads(feedsvc("replay", "--as-recorded", "--json", path=path).stdout)
    assert (row["rules"], row["differences"]) == ("recording", [])
    assert (place / "manifest.json").read_bytes() == before
    (row,) = json.loads(feedsvc("replay", "--accept", "--json", path=path).stdout)
    assert row["accepted"]
    for arguments in ((), ("--as-recorded",)):
        assert "no difference" in feedsvc("replay", *arguments, path=path).stdout


def rewritten(place: Path, number: int, change: Callable[[bytes], bytes]) -> None:
    """Change a recorded page as if it had been recorded so."""
    table = json.loads((place / "manifest.json").read_text("utf-8"))
    row = table["pages"][number]
    body = change(gzip.decompress((place / row["file"]).read_bytes()))
    (place / row["file"]).write_bytes(gzip.compress(body))
    row.update(bytes=len(body), sha256=hashlib.sha256(body).hexdigest())
    (place / "manifest.json").write_text(json.dumps(table), "utf-8")


def test_another_page_is_told_by_the_fields_it_changes(frozen: tuple[Path, Path]) -> None:
    path, place = frozen
    rewritten(place, 1, lambda body: body.replace(b"<p>Der Haushalt des Bezirks 5", b"<p>Der Etat des Bezirks 5"))
    (row,) = json.loads(feedsvc("replay", "--json", path=path, expect=1).stdout)
    changed = [each for each in row["differences"] if each["what"] == "lead"]
    assert [(each["item"].rpartition("/")[2], each["field"], each["after"][:8]) for each in changed] == [
        ("5", "teaser", "Der Etat")
    ]


def test_an_item_that_is_gone_and_one_that_has_come_are_told_whole(frozen: tuple[Path, Path]) -> None:
    path, place = frozen
    rewritten(place, 1, lambda body: body.replace(b'"/m/6"', b'"/m/7"'))
    done = feedsvc("replay", path=path, expect=1)
    site = recording.read(place).source.url
    lines = [line.strip().replace(site, "/") for line in done.stdout.splitlines()]
    assert "lead /m/6: missing (Bezirk 6: Stadtrat berät über den Haushalt des Bezirks 6)" in lines
    assert "lead /m/7: new (Bezirk 6: Stadtrat berät über den Haushalt des Bezirks 6)" in lines
    assert "page /m/7: is asked for now and does not stand in the recording" in lines
    assert "feedsvc record kurier" in done.stderr
    done = feedsvc("replay", "--accept", path=path, expect=1)
    assert "not accepted" in done.stderr
    assert "no difference" not in feedsvc("replay", path=path, expect=1).stdout


def test_a_source_that_is_not_configured_is_read_as_recorded(frozen: tuple[Path, Path], tmp_path: Path) -> None:
    path, place = frozen
    path.write_text(path.read_text("utf-8").replace('id = "kurier"', 'id = "anders"'), "utf-8")
    (row,) = json.loads(feedsvc("replay", "--json", path=path).stdout)
    assert (row["rules"], row["differences"]) == ("recording", [])
    assert replayed(place)[0]["id"] == "kurier"  # the directory of one recording, without any configuration


def test_a_source_whose_rules_are_broken_is_read_as_recorded_and_said_to_be(frozen: tuple[Path, Path]) -> None:
    path, _ = frozen
    path.write_text(path.read_text("utf-8").replace('item = ".eintrag"', 'item = "[["'), "utf-8")
    done = feedsvc("replay", path=path)
    assert "by the rules of the recording" in done.stdout
    assert "skipped until this is mended: kurier" in done.stderr
    assert "skipped until this is mended: kurier" in feedsvc("replay", "x", path=path, expect=2).stderr


def test_a_robot_without_contact_records_nothing(frozen: tuple[Path, Path]) -> None:
    assert "contact" in feedsvc("record", "kurier", "--again", path=frozen[0], expect=2).stderr


def test_what_is_not_there_to_be_replayed_is_wrong_usage(frozen: tuple[Path, Path], tmp_path: Path) -> None:
    path, _ = frozen
    assert "feedsvc record nobody" in feedsvc("replay", "nobody", path=path, expect=2).stderr
    for name in ("../recordings/kurier", "..", ".", "kurier/pages"):
        assert f"no recording of {name} in" in feedsvc("replay", name, path=path, expect=2).stderr
    (tmp_path / "empty").mkdir()
    assert "no recordings in" in feedsvc("replay", "--from", str(tmp_path / "empty"), path=path, expect=2).stderr


REPLAYER = r"""
import json, os, sys
from feedsvc import cli

place, none = sys.argv[1:]
asked, opened = [], set()

def watch(event, details):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")):
        asked.append(event)
        raise PermissionError(event)
    if event == "open" and str(details[0]).startswith(place):
        opened.add(os.path.relpath(details[0], place))

sys.addaudithook(watch)
sys.stdout, out = sys.stderr, sys.stdout
code = cli.execute(["--config", none, "replay", "--from", place])
json.dump([code, asked, sorted(opened)], out)
"""


def test_a_replay_asks_nobody_and_opens_nothing_but_its_files(tmp_path: Path) -> None:
    """Audit hooks (PEP 578) see sockets and files however they are asked for; they need a process of their own."""
    for id_ in SITES:
        shutil.copytree(RECORDINGS / id_, tmp_path / id_)
    files = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file())
    (tmp_path / "kurier" / "pages" / "999-beside.gz").write_bytes(b"not in the manifest")
    command = [sys.executable, "-c", REPLAYER, str(tmp_path), str(tmp_path / "none.toml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=RECORDINGS.parents[1])
    assert json.loads(done.stdout) == [0, [], files]


# ---- what is compared -----------------------------------------------------------------------------------------------


def found(*leads: dict[str, object], **more: Any) -> recording.Found:
    return recording.Found(status="ok", reads="http://a/", leads=leads, **more)


def compared(before: recording.Found, after: recording.Found) -> list[tuple[object, ...]]:
    return [(each.what, each.item, each.field, each.kind) for each in recording.compare(before, after)]


def test_differences_are_told_by_what_became_of_a_field() -> None:
    one: dict[str, object] = {"url": "1", "title": "A", "teaser": None, "authors": ["x"]}
    assert compared(found(one), found(one)) == []
    assert compared(found(one), found({**one, "title": "B"})) == [("lead", "1", "title", "changed")]
    assert compared(found(one), found({**one, "teaser": "T", "authors": []})) == [
        ("lead", "1", "teaser", "new"),
        ("lead", "1", "authors", "missing"),
    ]
    assert compared(found(one), found()) == [("lead", "1", None, "missing")]
    assert compared(found(), found(one)) == [("lead", "1", None, "new")]


def test_a_field_that_only_a_later_version_knows_is_no_difference_while_it_is_empty() -> None:
    assert compared(found({"url": "1"}), found({"url": "1", "mood": None})) == []
    assert compared(found({"url": "1"}), found({"url": "1", "mood": "good"})) == [("lead", "1", "mood", "new")]


def test_another_order_is_one_difference() -> None:
    one, two, three = ({"url": url} for url in "123")
    assert compared(found(one, two, three), found(two, one, three)) == [("source", "http://a/", "order", "changed")]
    assert compared(found(one, two, three), found(two, three)) == [("lead", "1", None, "missing")]


def test_of_long_values_the_place_is_shown_where_they_part() -> None:
    before = found(
        {"url": "1", "body_text": "Am Anfang steht, was gleich bleibt.\n" * 4 + "Dann Äpfel." + " Schluss." * 20}
    )
    after = found({"url": "1", "body_text": "Am Anfang steht, was gleich bleibt.\n" * 4 + "Dann Birnen."})
    item, field = (click.unstyle(line) for line in differing.lines(recording.compare(before, after)))
    assert item == "  lead 1"
    assert field.startswith("    body_text    …bleibt. ¶ Dann Äpfel. Schluss.")
    assert field.endswith("Sch… → …bleibt. ¶ Dann Birnen.")
    assert differing.counts(recording.compare(before, after)) == "1 difference (1 changed)"


def test_what_cannot_be_seen_is_written_out() -> None:
    before, after = (
        found({"url": "1\x1b[2J", "title": "Amts\xadblatt\xa03"}),
        found({"url": "1\x1b[2J", "title": "Amts\x9b"}),
    )
    item, field = (click.unstyle(line) for line in differing.lines(recording.compare(before, after)))
    assert item == r"  lead 1\x1b[2J"
    assert field.split() == ["title", r"Amts\xadblatt\xa03", "→", r"Amts\x9b"]


def test_values_that_are_no_text_are_shown_as_json() -> None:
    shown = differing.lines(
        recording.compare(found({"url": "1", "a": ["x"]}), found({"url": "1", "a": None, "b": {"c": 1}}))
    )
    assert [click.unstyle(line).split() for line in shown][1:] == [
        ["a", '["x"]', "→", "—"],
        ["b", "—", "→", '{"c":', "1}"],
    ]


def test_items_of_one_address_are_told_apart() -> None:
    assert compared(found({"url": "1"}, {"url": "1"}), found({"url": "1"})) == [("lead", "1 (2)", None, "missing")]


def test_a_worse_poll_is_a_difference_of_the_source() -> None:
    failed = replace(found(), status="error", error={"kind": "no_items", "message": "none"})
    assert compared(found(), failed) == [
        ("source", "http://a/", "status", "changed"),
        ("source", "http://a/", "error", "new"),
    ]


def test_a_player_asks_nobody() -> None:
    given = recording.Refusal(kind="not_found", message="gone", status=404, permanent=True)
    player = recording.Player([recording.Answer(url="http://a/", at=AT, given=given)])
    with pytest.raises(FetchError) as refused:
        player(Request(url="http://a/", http=HttpOptions(headers={"X": "y"})))
    assert (refused.value.kind, refused.value.status, refused.value.permanent) == ("not_found", 404, True)
    assert player.unrecorded == []
    with pytest.raises(FetchError, match="not in the recording"):
        player(Request(url="http://a/2"))
    assert player.unrecorded == ["http://a/2"]


# ---- what was tampered with -----------------------------------------------------------------------------------------


def edited(place: Path, change: Callable[[dict[str, Any]], object]) -> None:
    table = json.loads((place / "manifest.json").read_text("utf-8"))
    change(table)
    (place / "manifest.json").write_text(json.dumps(table), "utf-8")


def first_page(place: Path) -> Path:
    return place / "pages" / "001-start.gz"


def cut(place: Path) -> None:
    first_page(place).write_bytes(first_page(place).read_bytes()[:-9])


def other_bytes(place: Path) -> None:
    body = gzip.decompress(first_page(place).read_bytes())
    first_page(place).write_bytes(gzip.compress(body.replace(b"Haushalt", b"haushalt")))


def bomb(place: Path, size: int = 500_000) -> None:
    first_page(place).write_bytes(gzip.compress(b"\0" * size))


def linked(place: Path, name: str) -> None:
    elsewhere = place.parent.parent / "elsewhere"
    (place / name).rename(elsewhere)
    (place / name).symlink_to(elsewhere)


def outside(place: Path, name: str) -> None:
    shutil.copy(first_page(place), place.parent / "outside.gz")
    edited(place, lambda table: table["pages"][0].update(file=name))


def piped(place: Path) -> None:
    first_page(place).unlink()
    os.mkfifo(first_page(place))


TAMPERED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a page is missing": (lambda p: first_page(p).unlink(), "001-start.gz: No such file"),
    "a page is cut off": (cut, "001-start.gz: is no whole gzip file"),
    "a page is no gzip": (lambda p: first_page(p).write_bytes(b"<html>"), "001-start.gz: is no whole gzip file"),
    "a page is another": (other_bytes, "001-start.gz: is not the page that was recorded"),
    "a page is a bomb": (bomb, "001-start.gz: holds more than the"),
    "a page is a big bomb": (lambda p: bomb(p, 5_000_000), "001-start.gz: is over"),
    "a page is a link": (lambda p: linked(p, "pages/001-start.gz"), "001-start.gz: is a symbolic link"),
    "a page is a pipe": (piped, "001-start.gz: is no file"),
    "the pages are a link": (lambda p: linked(p, "pages"), "pages: is a symbolic link"),
    "the manifest is a link": (lambda p: linked(p, "manifest.json"), "manifest.json: is a symbolic link"),
    "the recording is a link": (lambda p: linked(p.parent, "kurier"), "kurier: is a symbolic link"),
    "the manifest is missing": (lambda p: (p / "manifest.json").unlink(), "manifest.json: No such file"),
    "the manifest is no JSON": (lambda p: (p / "manifest.json").write_text("{"), "manifest.json: Invalid JSON"),
    "the manifest is endless": (
        lambda p: (p / "manifest.json").write_bytes(b" " * 10_000_001),
        "manifest.json: is over",
    ),
    "the manifest is deep": (lambda p: (p / "manifest.json").write_text("[" * 100_000), "manifest.json: Invalid JSON"),
    "expected is missing": (lambda p: (p / "expected.json").unlink(), "expected.json: No such file"),
    "expected is another": (lambda p: (p / "expected.json").write_text('{"status": 5}'), "expected.json: status"),
    "a file lies above": (lambda p: outside(p, "../outside.gz"), "manifest.json: pages.0.file"),
    "a file is reached by ..": (lambda p: outside(p, "pages/../../outside.gz"), "manifest.json: pages.0.file"),
    "a file is absolute": (lambda p: outside(p, "/etc/hostname"), "manifest.json: pages.0.file"),
    "a file stands twice": (
        lambda p: edited(p, lambda t: t["pages"][0].update(file=t["pages"][1]["file"])),
        "manifest.json: Value error, a file stands twice",
    ),
    "a page is told too big": (
        lambda p: edited(p, lambda t: t["pages"][0].update(bytes=10**12)),
        "manifest.json: pages.0.bytes",
    ),
    "all are told too big": (
        lambda p: edited(p, lambda t: [row.update(bytes=40_000_000) for row in t["pages"]]),
        "manifest.json: Value error, the pages are over 50 MB",
    ),
    "a sum is no text": (
        lambda p: edited(p, lambda t: t["pages"][0].update(sha256=5)),
        "manifest.json: pages.0.sha256",
    ),
    "a key is unknown": (lambda p: edited(p, lambda t: t.update(extra=1)), "manifest.json: extra"),
    "a rule is broken": (
        lambda p: edited(p, lambda t: t["source"]["list"].update(item=["[["])),
        "manifest.json: source.list.item",
    ),
    "a zone is none": (
        lambda p: edited(p, lambda t: t["source"].update(timezone="../x")),
        "manifest.json: source.timezone",
    ),
    "it is of a later format": (lambda p: edited(p, lambda t: t.update(format=2)), "manifest.json: format"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_named_and_not_read(name: str, tmp_path: Path) -> None:
    tamper, message = TAMPERED[name]
    shutil.copytree(RECORDINGS / "kurier", tmp_path / "r" / "kurier")
    tamper(tmp_path / "r" / "kurier")
    with pytest.raises(recording.RecordingError) as refused:
        recording.read(tmp_path / "r" / "kurier")
    assert message in str(refused.value)
    assert str(tmp_path / "r" / "kurier") in str(refused.value)


def test_beside_a_recording_that_cannot_be_read_the_others_are_replayed(tmp_path: Path) -> None:
    for id_ in ("bauamt", "kurier"):
        shutil.copytree(RECORDINGS / id_, tmp_path / id_)
    bomb(tmp_path / "bauamt")
    done = feedsvc("replay", "--from", str(tmp_path), "--json", path=tmp_path / "none.toml", expect=2)
    bad, good = json.loads(done.stdout)
    assert (good["id"], good["differences"], good["error"]) == ("kurier", [], None)
    assert (bad["id"], bad["differences"]) == ("bauamt", None)
    assert "001-start.gz" in bad["error"]
    assert set(good) == set(bad)
    assert bad["error"] in done.stderr
    assert "feedsvc record bauamt --again" in done.stderr


def test_whatever_happens_to_a_file_it_is_read_as_it_was_or_refused(tmp_path: Path) -> None:
    drawn = random.Random(8)
    whole = recording.read(RECORDINGS / "bauamt")
    place = tmp_path / "bauamt"
    shutil.copytree(RECORDINGS / "bauamt", place)
    files = sorted(each for each in place.rglob("*") if each.is_file())
    told_of = 0
    for _ in range(80):
        path = drawn.choice(files)
        raw = path.read_bytes()
        at = drawn.randrange(len(raw))
        path.write_bytes(raw[:at] + (b"" if drawn.random() < 0.3 else bytes([drawn.randrange(256)]) + raw[at + 1 :]))
        try:
            read = recording.read(place)
            if path.suffix == ".gz":
                assert read == whole
        except recording.RecordingError as error:
            told_of += str(path.name) in str(error)
        path.write_bytes(raw)
    assert told_of > 30


def test_a_source_comes_back_with_its_rules_and_without_its_headers(tmp_path: Path) -> None:
    made = recording.read(RECORDINGS / "kurier")
    secret = replace(made.source, http=HttpOptions(headers={"Cookie": "x"}), name="Kurier")
    recording.write(replace(made, source=secret), tmp_path / "kurier")
    back = recording.read(tmp_path / "kurier").source
    assert back == made.source
    assert isinstance(back, Source)
    assert back.list_rules.item == (".eintrag",)
