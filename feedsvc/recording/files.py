"""A recording in, a directory of readable files out, and back; nothing is believed that lies there.

    <id>/manifest.json        when and how, and per page its address, type, size, SHA-256 and file
    <id>/pages/001-start.gz   the bodies, byte for byte
    <id>/expected.json        what they gave

The same recording gives the same bytes.
"""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import shutil
import stat
import zlib
from pathlib import Path

from feedsvc.model import Page, Source
from feedsvc.recording import manifest
from feedsvc.recording.values import MAX_BYTES, Found, Recording, RecordingError, fields

MANIFEST = "manifest.json"
EXPECTED = "expected.json"
PAGES = "pages"

_MAX_MANIFEST = 10_000_000
_MAX_EXPECTED = 2 * MAX_BYTES


def write(recording: Recording, directory: Path) -> Path | None:
    """Write a recording whole or not at all; return where the one is now that stood there before, None if none did."""
    temporary = directory.parent / f".{directory.name}.{os.getpid()}"
    try:
        (temporary / PAGES).mkdir(parents=True)
        _fill(recording, temporary)
        former = _set_aside(directory)
        temporary.rename(directory)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return former


def accept(directory: Path, source: Source, version: str, expected: Found) -> None:
    """Write anew what a recording is expected to give, and by which rules and version; its pages stay as they are."""
    path = directory / MANIFEST
    found = manifest.parse(_bytes(path, _MAX_MANIFEST), str(path))
    _replace(directory / EXPECTED, _text(fields(expected)))
    _replace(path, _text(manifest.accepting(found, source, version).model_dump(mode="json")))


def read(directory: Path) -> Recording:
    """Return a recording, all of it checked; RecordingError names the file that is not what the manifest says."""
    for each in (directory, directory / PAGES):
        if each.is_symlink() or not each.is_dir():
            raise RecordingError(f"{each}: {'is a symbolic link' if each.is_symlink() else 'there is no directory'}")
    path = directory / MANIFEST
    found = manifest.parse(_bytes(path, _MAX_MANIFEST), str(path))
    answers = {row.url: manifest.answer(row, b"", found.recorded_at) for row in found.refused}
    for row in found.pages:
        answers[row.url] = manifest.answer(row, _body(directory / row.file, row), found.recorded_at)
    expected = directory / EXPECTED
    return Recording(
        source=manifest.source(found.source, str(path)),
        recorded_at=found.recorded_at,
        version=found.feedsvc,
        answers=tuple(sorted(answers.values(), key=lambda answer: (answer.at, answer.url))),
        expected=manifest.expected(_bytes(expected, _MAX_EXPECTED), str(expected)),
    )


def names(directory: Path, *, former: bool = False) -> tuple[str, ...]:
    """Return the recordings in a directory, with `former` also those that were set aside (`<id>.before`)."""
    if not directory.is_dir():
        return ()
    found = (each.name for each in directory.iterdir() if not each.is_file())
    return tuple(sorted(name for name in found if "." not in name or (former and not name.startswith("."))))


# ---- writing ---------------------------------------------------------------------------------------------------------


def _fill(recording: Recording, directory: Path) -> None:
    table = manifest.made(recording)
    bodies = {each.url: each.given.body for each in recording.answers if isinstance(each.given, Page)}
    for row in table.pages:
        (directory / row.file).write_bytes(gzip.compress(bodies[row.url], compresslevel=9, mtime=0))
    (directory / EXPECTED).write_bytes(_text(fields(recording.expected)))
    (directory / MANIFEST).write_bytes(_text(table.model_dump(mode="json")))


def _set_aside(directory: Path) -> Path | None:
    if not os.path.lexists(directory):
        return None
    former, number = directory.with_name(f"{directory.name}.before"), 2
    while os.path.lexists(former):
        former, number = directory.with_name(f"{directory.name}.before-{number}"), number + 1
    directory.rename(former)
    return former


def _replace(path: Path, body: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(body)
    temporary.replace(path)


def _text(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")


# ---- reading ---------------------------------------------------------------------------------------------------------


def _body(path: Path, row: manifest.PageRow) -> bytes:
    """Return a page's body; not a byte more is unpacked than the manifest says it has."""
    packed = _bytes(path, row.bytes + row.bytes // 100 + 1000)
    try:
        body = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(row.bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RecordingError(f"{path}: is no whole gzip file: {error}") from None
    if len(body) > row.bytes:
        raise RecordingError(f"{path}: holds more than the {row.bytes} bytes that {MANIFEST} tells")
    if len(body) < row.bytes or manifest.digest(body) != row.sha256:
        raise RecordingError(f"{path}: is not the page that was recorded (its SHA-256 is not that of {MANIFEST})")
    return body


def _bytes(path: Path, most: int) -> bytes:
    """Return what a regular file holds; never what a link leads to, never more than `most` bytes."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        told = "is a symbolic link" if error.errno == errno.ELOOP else (error.strerror or "cannot be read")
        raise RecordingError(f"{path}: {told}") from None
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise RecordingError(f"{path}: is no file")
        found = file.read(most + 1)
    if len(found) > most:
        raise RecordingError(f"{path}: is over {most} bytes, more than it can hold")
    return found
