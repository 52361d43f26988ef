"""The database file: made, brought up to date, refused with a sentence that says what to do."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations
from store_samples import new, outcome, source, task

from feedsvc import store
from feedsvc.errors import StoreError
from feedsvc.store import schema


def _filled(path: Path) -> None:
    with store.open(path) as opened:
        opened.record(outcome(task(opened, source("amt")), [new(1), new(2)]))


def test_a_new_file_is_made_with_its_directory_and_can_be_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "var" / "feedsvc.db"
    _filled(path)
    with store.open(path) as opened:
        assert [entry.id[-1] for entry in opened.latest("feeds/all", 5)] == ["1", "2"]
        assert opened.integrity() == "ok"


def test_the_file_is_strict_logs_ahead_and_keeps_references(tmp_path: Path) -> None:
    with store.open(tmp_path / "feedsvc.db") as opened:
        conn = opened._connection.db.conn
        settings = [
            conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
        assert settings == ["wal", 1, 2]
        tables = [row for row in conn.execute("PRAGMA table_list") if row[2] == "table" and row[1][0] not in "_s"]
        tables += [row for row in conn.execute("PRAGMA table_list") if row[1] == "sources"]
        assert len(tables) >= 12
        assert [row[1] for row in tables if not row[5]] == [], "tables that are not STRICT"


@pytest.mark.parametrize("readonly", [False, True])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "feedsvc.db"
    path.write_bytes(b"these are not the bytes you are looking for" * 100)
    with pytest.raises(StoreError, match=r"damaged or no database.*feedsvc restore"):
        store.open(path, readonly=readonly)
    assert path.read_bytes().startswith(b"these are not")


def test_a_page_that_was_overwritten_is_reported_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    _filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: schema.PAGE_SIZE] + os.urandom(len(whole) - schema.PAGE_SIZE))
    with pytest.raises(StoreError, match="damaged"), store.open(path) as opened:
        opened.latest("feeds/all", 5)


def test_a_schema_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    _filled(path)
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(StoreError, match="newer feedsvc"):
        store.open(path)


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("CREATE TABLE bookmarks (url)")
    with pytest.raises(StoreError, match="another program's"):
        store.open(path)
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        assert [row[0] for row in conn.execute("SELECT name FROM sqlite_master")] == ["bookmarks"]


def test_reading_only_needs_a_file_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    with pytest.raises(StoreError, match=r"does not exist yet.*feedsvc poll"):
        store.open(path, readonly=True)
    _filled(path)
    with store.open(path, readonly=True) as reader:
        assert len(reader.latest("feeds/politik", 5)) == 2
        with pytest.raises(StoreError, match="cannot be written"):
            reader.set_meta("key", "value")


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreError, match=f"ls -ld {tmp_path}/var"):
        store.open(tmp_path / "var" / "feedsvc.db")


def test_a_store_belongs_to_the_thread_that_opened_it(tmp_path: Path) -> None:
    caught: list[BaseException] = []
    with store.open(tmp_path / "feedsvc.db") as opened:

        def elsewhere() -> None:
            try:
                opened.meta("key")
            except sqlite3.ProgrammingError as error:
                caught.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_several_may_make_the_same_file_at_once(tmp_path: Path) -> None:
    def count(path: Path) -> int:
        with store.open(path) as opened:
            return len(opened.feeds())

    for round_ in range(5):
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(count, [tmp_path / f"{round_}.db"] * 4)) == [0] * 4


def test_a_writer_that_waits_too_long_is_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    with store.open(path) as opened:
        opened._connection.db.execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"held by another process.*fuser"):
            opened.set_meta("key", "value")
        other.execute("ROLLBACK")
        other.close()
        opened.set_meta("key", "value")
        assert opened.meta("key") == "value"


_FILL_UP = """
import resource, sys
from pathlib import Path
from feedsvc import store
from feedsvc.errors import StoreError
opened = store.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    for number in range(1000):
        opened.set_meta(str(number), "x" * 10_000)
except StoreError as error:
    print(error)
print(opened.meta("0")[:3], opened.integrity())
"""


def test_a_full_disk_is_named_and_loses_nothing_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "feedsvc.db"
    done = subprocess.run(
        [sys.executable, "-c", _FILL_UP, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    told, kept = done.stdout.strip().splitlines()
    assert "df -h" in told
    assert kept == "xxx ok"


# ---- migrations ------------------------------------------------------------------------------------------------------


def test_a_released_migration_is_never_edited() -> None:
    """Append another one instead: files out there have been through these."""
    assert _digests() == {
        "m001_sources_articles_feeds": "1f6c9cadf3ced914",
        "m002_ways": "100c3b7dffbc65b1",
        "m003_memory": "049151113e4b2ce1",
        "m004_incidents_days_tallies": "286a9cccffd6af87",
    }


def _digests() -> dict[str, str]:
    found: dict[str, str] = {}
    db = Database(memory=True)
    for migration in schema.migrations.pending(db):
        migration.fn(db)
        found[migration.name] = hashlib.sha256(db.schema.encode()).hexdigest()[:16]
    db.close()
    return found


def _with_another_migration(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let the package know one more migration than this file went through."""
    grown = Migrations("feedsvc")
    grown(name="m001_sources_articles_feeds")(schema.m001_sources_articles_feeds)

    @grown(name="m999_next")
    def m999_next(db: Database) -> None:
        db.execute("ALTER TABLE articles ADD COLUMN mood TEXT")
        db.execute(step)
        db.execute(f"PRAGMA user_version = {schema.VERSION}")

    monkeypatch.setattr(schema, "migrations", grown)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)


def test_an_older_file_is_brought_up_to_date_with_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feedsvc.db"
    _filled(path)
    _with_another_migration(monkeypatch, "UPDATE articles SET mood = 'good'")
    with pytest.raises(StoreError, match=r"older feedsvc.*feedsvc publish"):
        store.open(path, readonly=True)
    with store.open(path) as opened:
        assert len(opened.latest("feeds/politik", 5)) == 2
        assert opened._connection.db.execute("SELECT DISTINCT mood FROM articles").fetchall() == [("good",)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feedsvc.db"
    _filled(path)
    with monkeypatch.context() as patch:
        _with_another_migration(patch, "INSERT INTO no_such_table VALUES (1)")
        with pytest.raises(StoreError, match="no_such_table"):
            store.open(path)
    with store.open(path) as opened:
        assert len(opened.latest("feeds/politik", 5)) == 2
        columns = [row[1] for row in opened._connection.db.execute("PRAGMA table_info(articles)")]
        assert "mood" not in columns
