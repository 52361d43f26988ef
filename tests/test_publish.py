"""Files are published whole: whatever stops the machine, readers see the old file or the new one, and twins agree."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest

from feedsvc import publish
from feedsvc.errors import StoreError
from feedsvc.model import Document

SECOND = 1_000_000_000


def document(path: str = "feeds/politik.rss", body: bytes = b"<rss/>", kind: str = "application/rss+xml") -> Document:
    return Document(path=path, media_type=kind, body=body)


def read(public: Path, path: str = "feeds/politik.rss") -> list[bytes | None]:
    """Return what a client gets: identity, gzip, br; None where there is no such file."""
    file = public / path
    zipped, pressed = (file.with_name(file.name + suffix) for suffix in (".gz", ".br"))
    return [
        file.read_bytes() if file.exists() else None,
        gzip.decompress(zipped.read_bytes()) if zipped.exists() else None,
        brotli.decompress(pressed.read_bytes()) if pressed.exists() else None,
    ]


def names(public: Path) -> set[str]:
    return {path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()}


def test_a_document_becomes_a_file_with_two_twins_of_the_same_time(tmp_path: Path) -> None:
    assert publish.write(tmp_path / "public", [document()]) == ("feeds/politik.rss",)
    assert read(tmp_path / "public") == [b"<rss/>"] * 3
    times = {path.stat().st_mtime_ns for path in (tmp_path / "public" / "feeds").iterdir()}
    assert len(times) == 1
    assert (tmp_path / "public" / "feeds" / "politik.rss").stat().st_mode & 0o777 == 0o644


def test_a_picture_has_no_twins(tmp_path: Path) -> None:
    publish.write(tmp_path, [document("icon.png", b"\x89PNG", "image/png")])
    assert names(tmp_path) == {"icon.png"}


def test_unchanged_bytes_are_left_alone(tmp_path: Path) -> None:
    publish.write(tmp_path, [document()])

    def marks() -> set[tuple[str, int, int]]:
        return {(path.name, path.stat().st_mtime_ns, path.stat().st_ino) for path in (tmp_path / "feeds").iterdir()}

    before = marks()
    assert publish.write(tmp_path, [document()]) == ()
    assert marks() == before


def test_a_changed_file_is_at_least_a_second_newer_even_within_the_same_second(tmp_path: Path) -> None:
    last = 0
    for number in range(4):
        assert publish.write(tmp_path, [document(body=b"%d" % number)]) == ("feeds/politik.rss",)
        time = (tmp_path / "feeds" / "politik.rss").stat().st_mtime_ns
        assert time - last >= SECOND
        assert read(tmp_path) == [b"%d" % number] * 3
        last = time


def test_a_clock_that_jumped_back_does_not_make_a_file_older(tmp_path: Path) -> None:
    publish.write(tmp_path, [document()])
    file = tmp_path / "feeds" / "politik.rss"
    future = file.stat().st_mtime_ns + 3600 * SECOND
    os.utime(file, ns=(future, future))
    publish.write(tmp_path, [document(body=b"new")])
    assert file.stat().st_mtime_ns == future + SECOND


@pytest.mark.parametrize("damage", ["missing", "older"])
def test_twins_that_are_missing_or_not_the_file_s_are_made_again_without_touching_the_file(
    damage: str, tmp_path: Path
) -> None:
    publish.write(tmp_path, [document()])
    file, twin = tmp_path / "feeds" / "politik.rss", tmp_path / "feeds" / "politik.rss.gz"
    before = file.stat().st_mtime_ns
    if damage == "missing":
        twin.unlink()
    else:
        twin.write_bytes(gzip.compress(b"old"))
        os.utime(twin, ns=(before - SECOND, before - SECOND))
    assert publish.write(tmp_path, [document()]) == ()
    assert read(tmp_path) == [b"<rss/>"] * 3
    assert file.stat().st_mtime_ns == twin.stat().st_mtime_ns == before


def test_of_two_documents_with_one_path_the_last_is_published(tmp_path: Path) -> None:
    assert publish.write(tmp_path, [document(body=b"1"), document(body=b"2")]) == ("feeds/politik.rss",)
    assert read(tmp_path)[0] == b"2"


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "a/../../x", "a//b", "./x", "", "a/", ".hidden", "a/.tmp/x", "a\\b", "a\0b", "a\nb", "a/\ud800",
     "x.rss.gz", "x.br"],
)  # fmt: skip
def test_a_path_that_leads_out_or_collides_is_refused_before_anything_is_written(path: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"document|twin"):
        publish.write(tmp_path / "public", [document(), document(path)])
    assert not (tmp_path / "public").exists()


def test_a_link_inside_the_directory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "public" / "feeds").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="link"):
        publish.write(tmp_path / "public", [document()])
    assert list((tmp_path / "elsewhere").iterdir()) == []
    target = tmp_path / "secret"
    target.write_bytes(b"secret")
    (tmp_path / "public" / "index.html").symlink_to(target)
    publish.write(tmp_path / "public", [document("index.html", b"page")])
    assert target.read_bytes() == b"secret"
    assert not (tmp_path / "public" / "index.html").is_symlink()


def test_a_machine_that_refuses_is_a_store_error_with_the_next_command(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file where a directory should be")
    with pytest.raises(StoreError, match=r"df -h"):
        publish.write(tmp_path, [document()])
    assert (tmp_path / "feeds").read_text().startswith("a file")


def test_a_full_disk_changes_nothing_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish.write(tmp_path, [document(), document("index.html", b"1")])
    before = names(tmp_path)
    real, calls = os.fsync, [0]

    def full(handle: int) -> None:
        calls[0] += 1
        if calls[0] == 4:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        publish.write(tmp_path, [document(body=b"new"), document("index.html", b"2")])
    assert names(tmp_path) == before
    assert read(tmp_path) == [b"<rss/>"] * 3


# ---- a crash at every step ------------------------------------------------------------------------------------------


class Crash(BaseException):
    """The machine stops here: nothing after this runs, no handler either."""


def crashing(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die before its step-th call to the file system."""
    left = [step]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **keywords: object) -> object:
            if left[0] == 0:
                raise Crash
            left[0] -= 1
            return real(*arguments, **keywords)

        return call

    for name in ("fsync", "utime", "replace", "open", "mkdir", "unlink"):
        monkeypatch.setattr(os, name, dying(getattr(os, name)))
    monkeypatch.setattr(Path, "unlink", dying(Path.unlink))
    monkeypatch.setattr(Path, "mkdir", dying(Path.mkdir))


def steps(work: Callable[[], object]) -> Iterator[int]:
    """Yield every step at which the work can be cut off, as long as it is cut off."""
    for step in range(10_000):
        with pytest.MonkeyPatch.context() as patch:
            crashing(step, patch)
            try:
                work()
            except Crash:
                pass
            else:
                return
        yield step


def test_a_crash_at_any_step_leaves_old_or_new_files_and_twins_that_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "fsync", lambda _: None
    )  # a process dies here, no disk: its steps count, their cost does not
    old, new = [b"old" * 100] * 2, [b"newer" * 100] * 2
    paths = ("feeds/politik.rss", "feeds/politik/index.html")
    seen = set()
    generation = 0
    publish.write(tmp_path, [document(path, body) for path, body in zip(paths, old, strict=True)])

    def work() -> None:
        publish.write(tmp_path, [document(path, body) for path, body in zip(paths, new, strict=True)])

    for _ in steps(work):
        for path in paths:
            plain, *twins = read(tmp_path, path)
            assert plain in (old[0], new[0])
            assert all(twin in (None, plain) for twin in twins)
            seen.add((plain == new[0], twins[0] is None))
        visible = {name for name in names(tmp_path) if not name.startswith(".tmp/")}
        assert visible <= {path + suffix for path in paths for suffix in ("", ".gz", ".br")}
        publish.write(tmp_path, [document(path, body) for path, body in zip(paths, old, strict=True)])
        assert [read(tmp_path, path) for path in paths] == [[old[0]] * 3] * 2
        assert not [name for name in names(tmp_path) if name.startswith(".tmp/")]
        generation += 1
    assert generation > 30
    assert seen == {(False, False), (False, True), (True, True), (True, False)}
    assert [read(tmp_path, path) for path in paths] == [[new[0]] * 3] * 2


def test_a_crash_while_pruning_never_leaves_a_twin_without_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    everything = [document(), document("feeds/politik/index.html", b"page", "text/html"), document("sources/a.rss")]
    publish.write(tmp_path, everything)
    for _ in steps(lambda: publish.prune(tmp_path, {"sources/a"})):
        for name in names(tmp_path):
            if name.endswith((".gz", ".br")):
                assert name.removesuffix(".gz").removesuffix(".br") in names(tmp_path)
        publish.write(tmp_path, everything)
    assert names(tmp_path) == {"sources/a.rss", "sources/a.rss.gz", "sources/a.rss.br"}


def test_readers_never_see_a_torn_file_while_it_is_written_again_and_again(tmp_path: Path) -> None:
    bodies = [bytes([65 + number]) * 40_000 for number in range(20)]
    publish.write(tmp_path, [document(body=bodies[0])])
    stop, faults = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            for suffix, opened in (("", bytes), (".gz", gzip.decompress), (".br", brotli.decompress)):
                try:
                    body = opened((tmp_path / f"feeds/politik.rss{suffix}").read_bytes())
                except FileNotFoundError:
                    if suffix == "":
                        faults.append("the file is missing")
                    continue
                if body not in bodies:
                    faults.append(f"torn {suffix}")

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for body in bodies:
        publish.write(tmp_path, [document(body=body)])
    stop.set()
    for reader in readers:
        reader.join(timeout=10)
    assert faults == []


KILLED = """
import itertools, sys
from pathlib import Path
from feedsvc import publish
from feedsvc.model import Document
public = Path(sys.argv[1])
print("ready", flush=True)
for number in itertools.count():
    body = bytes([97 + number % 26]) * 30_000
    paths = ("feeds/a.rss", "feeds/a.atom", "feeds/a/index.html")
    publish.write(public, [Document(path=p, media_type="text/html", body=p.encode() + body) for p in paths])
"""


@pytest.mark.slow
def test_killed_with_minus_9_at_any_moment_nothing_is_torn(tmp_path: Path) -> None:
    paths = ("feeds/a.rss", "feeds/a.atom", "feeds/a/index.html")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    for round_ in range(25):
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            process.stdout.readline()
            threading.Event().wait(0.01 + round_ * 0.007)
            process.kill()
        for path in paths:
            plain, *twins = read(tmp_path, path)
            if plain is not None:
                assert len(plain) == 30_000 + len(path)
                assert len(set(plain[len(path) :])) == 1
                assert all(twin in (None, plain) for twin in twins)


# ---- lock, prune, redirects -----------------------------------------------------------------------------------------


def test_the_lock_is_held_by_one_publisher_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []
    held = threading.Event()

    def second() -> None:
        held.wait(5)
        with publish.locked(tmp_path):
            order.append("second")

    other = threading.Thread(target=second)
    other.start()
    with publish.locked(tmp_path):
        held.set()
        other.join(timeout=0.1)
        order.append("first")
    other.join(timeout=5)
    assert order == ["first", "second"]


def test_the_lock_is_let_go_when_publishing_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), publish.locked(tmp_path):
        raise RuntimeError
    with publish.locked(tmp_path):
        pass


def test_pruning_takes_down_feeds_nobody_named_and_nothing_else(tmp_path: Path) -> None:
    publish.write(
        tmp_path,
        [document(path) for path in (
            "index.html", "about/index.html", "feeds/a.rss", "feeds/a.json", "feeds/a/index.html", "feeds/b.rss",
            "feeds/b/index.html", "sources/x.org.atom", "sources/y.atom")],
    )  # fmt: skip
    (tmp_path / "robots.txt").write_text("an operator's")
    (tmp_path / "feeds" / "c.rss.gz").write_bytes(b"a twin that lost its file")
    assert publish.prune(tmp_path, {"feeds/a", "sources/x.org"}) == (
        "feeds/b.rss", "feeds/b/index.html", "sources/y.atom",
    )  # fmt: skip
    assert {name for name in names(tmp_path) if not name.endswith((".gz", ".br"))} == {
        "index.html", "about/index.html", "feeds/a.rss", "feeds/a.json", "feeds/a/index.html", "sources/x.org.atom",
        "robots.txt",
    }  # fmt: skip
    assert not (tmp_path / "feeds" / "b").exists()
    assert not (tmp_path / "feeds" / "c.rss.gz").exists()
    assert publish.prune(tmp_path, {"feeds/a", "sources/x.org"}) == ()
    assert publish.prune(tmp_path / "nowhere", ()) == ()


def test_moves_are_followed_to_their_end_and_circles_lead_nowhere() -> None:
    moved = {"feeds/a": "feeds/b", "feeds/b": "feeds/c", "feeds/x": "feeds/y", "feeds/y": "feeds/x"}
    lines = (
        publish.nginx_redirects(moved, ["feeds/a", "feeds/weg"], "https://example.org/digital/").decode().splitlines()
    )
    assert 'location = "/digital/feeds/a.rss" { return 301 "https://example.org/digital/feeds/c.rss"; }' in lines
    assert 'location = "/digital/feeds/b/" { return 301 "https://example.org/digital/feeds/c/"; }' in lines
    assert 'location = "/digital/feeds/weg.json" { return 410; }' in lines
    assert not [line for line in lines if "feeds/x" in line or "feeds/y" in line]
    assert sum("feeds/a." in line for line in lines) == 3
    with pytest.raises(ValueError, match="nginx"):
        publish.nginx_redirects({}, ["feeds/a\n}"], "https://example.org")


def test_redirects_are_written_when_they_change(tmp_path: Path) -> None:
    arguments = ({"feeds/a": "feeds/b"}, ["feeds/c"], "https://example.org")
    assert publish.write_redirects(tmp_path, *arguments)
    assert not publish.write_redirects(tmp_path, *arguments)
    assert (tmp_path / "nginx-redirects.conf").read_bytes() == publish.nginx_redirects(*arguments)
    told = json.loads((tmp_path / "redirects.json").read_text())
    assert told == {"moved": {"feeds/a": "feeds/b"}, "gone": ["feeds/c"]}
    assert names(tmp_path) == {"nginx-redirects.conf", "redirects.json"}
