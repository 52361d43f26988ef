"""A path in, a migrated connection out; transactions on it; SQLite's errors as StoreErrors that say what to do.

A connection belongs to the thread that opened it. Write transactions begin IMMEDIATE: a deferred one that turns into a
writer fails at once with "database is locked" when somebody else writes, whatever the timeout.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from feedsvc.errors import StoreError
from feedsvc.store import schema

BUSY_SECONDS = 10
_WAL_BYTES = 64_000_000  # what a big transaction may leave lying about

# FULL: an article's id and feed time have been published when its commit returns; after a power cut they must be the
# same still. It costs one fsync per outcome (0.4 ms on an SSD), and 10,000 hourly sources make three outcomes a second.
_SETTINGS = f"""
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = {_WAL_BYTES};
"""

_ADVICE = {
    sqlite3.SQLITE_FULL: ("has no room to grow", "Free some space: df -h {directory}"),
    sqlite3.SQLITE_READONLY: ("cannot be written", "Check its owner and mode: ls -la {directory}"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check its owner and mode: ls -la {directory}"),
    sqlite3.SQLITE_BUSY: (f"has been held by another process for {BUSY_SECONDS} s", "See which: fuser -v {path}"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Restore a backup: feedsvc restore FILE"),
    sqlite3.SQLITE_NOTADB: ("is damaged or no database", "Restore a backup: feedsvc restore FILE"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Look at the disk: df -h {directory}; dmesg | tail"),
}


class Connection:
    """One thread's connection to the database file."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.readonly = readonly
        with self._explained():
            self.db = _connect(path, readonly=readonly)
            try:
                self._bring_up_to_date()
            except BaseException:
                self.db.close()
                raise

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Everything in the block is written, or nothing."""
        with self._explained():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.commit()
            except BaseException:
                self.db.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Everything in the block is read from one state of the database."""
        with self._explained():
            self.db.execute("BEGIN")
            try:
                yield self.db
            finally:
                self.db.rollback()

    def _bring_up_to_date(self) -> None:
        with self.reading() as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            self._check_owner(version)
        if version > schema.VERSION:
            raise StoreError(
                f"{self.path} was written by a newer feedsvc (schema {version}, this one knows {schema.VERSION}). "
                "Install the newer version: pip install --upgrade feedsvc"
            )
        if version == schema.VERSION:
            return
        if self.readonly:
            raise StoreError(f"{self.path} is from an older feedsvc. Bring it up to date: feedsvc publish")
        with self.writing() as db:
            schema.migrations.apply(db)

    def _check_owner(self, version: int) -> None:
        mark = self.db.conn.execute("PRAGMA application_id").fetchone()[0]
        if mark != schema.APPLICATION_ID and (version or mark or self.db.table_names()):
            raise StoreError(f"{self.path} is another program's database. Move it away: mv {self.path} {self.path}.old")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite and its driver raise into a StoreError that says what to do; bugs stay what they are."""
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except (UnicodeEncodeError, OverflowError) as error:
            raise StoreError(f"{self.path}: a value cannot be stored: {error}") from error
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            what, advice = _ADVICE.get(code, ("refused a statement", "Check it: sqlite3 {path} 'PRAGMA quick_check'"))
            hint = advice.format(path=self.path, directory=self.path.parent)
            raise StoreError(f"{self.path} {what} ({error}). {hint}") from error


def _connect(path: Path, *, readonly: bool) -> Database:
    if readonly and not path.exists():
        raise StoreError(f"{path} does not exist yet. Fill it: feedsvc poll")
    try:
        if not readonly:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be made: {error.strerror}. See why: ls -ld {path.parent}") from None
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, cached_statements=256)
    try:
        if not readonly:
            conn.execute(f"PRAGMA page_size = {schema.PAGE_SIZE}")  # counts for a new file only
            _log_ahead(conn)
        conn.executescript(_SETTINGS)
        return Database(conn, execute_plugins=False)
    except BaseException:
        conn.close()
        raise


def _log_ahead(conn: sqlite3.Connection) -> None:
    """Switch the file to WAL. SQLite does not wait here when two processes make the file at once, so this does."""
    for attempt in range(BUSY_SECONDS * 20):
        try:
            conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == BUSY_SECONDS * 20 - 1:
                raise
            time.sleep(0.05)
        else:
            return
