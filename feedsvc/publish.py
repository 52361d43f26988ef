"""Documents in, files under var/public out: whole, compressed beside, and never torn, whenever the machine stops.

A web server may read the directory at any moment. The order of the steps is what keeps it right: everything new is on
disk under other names first; then the old compressed twins go, then the file changes, then the new twins come. So a
twin is never other than its file, and a crash leaves the old file, or the new one for a while without twins.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import brotli

from feedsvc.errors import StoreError
from feedsvc.model import Document

_SECOND = 1_000_000_000
_STAGING = ".tmp"  # in public, because a rename cannot cross file systems
_FEED_DIRECTORIES = ("feeds", "sources")
_FEED_SUFFIXES = (".rss", ".atom", ".json")
_ENDINGS = (*_FEED_SUFFIXES, "/", "")
_COMPRESSED = ("image/png", "image/jpeg", "image/x-icon")


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=5))


_TWINS: Mapping[str, Callable[[bytes], bytes]] = {".gz": _gzip, ".br": _brotli}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staged:
    """What is new of one document, on disk under other names: its file, if that changes, and its twins."""

    path: str
    target: Path
    file: Path | None
    twins: Mapping[str, Path]


@contextmanager
def locked(var: Path) -> Iterator[None]:
    """Hold var/publish.lock: whoever publishes reads the store only after getting it."""
    with _machine(f"{var / 'publish.lock'} cannot be locked"):
        var.mkdir(parents=True, exist_ok=True)
        handle = os.open(var / "publish.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write(public: Path, documents: Iterable[Document]) -> tuple[str, ...]:
    """Publish the documents and return the paths whose bytes changed; what is unchanged keeps its time and its twins.

    A changed file is at least one second newer than before, because a web server's ETag is time and size. Raises
    ValueError for a path that leads out of `public`, StoreError if the machine fails; then nothing has changed, or
    files have changed whole. Call it under `locked`.
    """
    wanted = {document.path: (document, _inside(public, document.path)) for document in documents}
    with _machine(f"{public} cannot be written"):
        staging = public / _STAGING
        _empty(staging)
        try:
            found = [_stage(staging / str(n), target, document) for n, (document, target) in enumerate(wanted.values())]
        except OSError:
            _empty(staging)  # a full disk is not helped by what did not fit on it
            raise
        staged = [one for one in found if one is not None]
        _switch(staged)
    return tuple(one.path for one in staged if one.file is not None)


def prune(public: Path, keep: Collection[str]) -> tuple[str, ...]:
    """Take down every feed but those named by path ("feeds/politik") and return the paths of the files removed.

    Only feeds and sources are looked at; what an operator put beside them stays.
    """
    removed: list[str] = []
    with _machine(f"{public} cannot be written"):
        for directory in _FEED_DIRECTORIES:
            for folder, _, names in os.walk(public / directory, topdown=False):
                removed += _prune(public, Path(folder), names, keep)
    return tuple(sorted(removed))


def nginx_redirects(
    moved: Mapping[str, str], gone: Collection[str], base_url: str, max_age: timedelta = timedelta(minutes=15)
) -> bytes:
    """Return what nginx has to know beside the files: 301 for old paths of feeds, 410 for retired ones (P10).

    `moved` leads from old feed paths to new ones, chains included. The cache header is here as well, so that it says
    the same as the feeds' ttl (P15).
    """
    prefix = unquote(urlsplit(base_url).path.rstrip("/"))
    lines = [
        "# Written by feedsvc; include it in the server block.",
        f'set $feedsvc_cache "public, max-age={int(max_age.total_seconds())}, stale-if-error=86400";',
    ]
    for old in sorted(moved):
        if new := _last(old, moved):
            lines += (_location(f"{prefix}/{old}{e}", f"301 {_address(base_url, new, e)}") for e in _ENDINGS)
    for path in sorted(set(gone) - set(moved)):
        lines += (_location(f"{prefix}/{path}{ending}", "410") for ending in _ENDINGS)
    return "\n".join([*lines, ""]).encode()


def write_redirects(
    var: Path,
    moved: Mapping[str, str],
    gone: Collection[str],
    base_url: str,
    max_age: timedelta = timedelta(minutes=15),
) -> bool:
    """Write down what has moved or gone, for nginx and (redirects.json) for our own server, where it would change.

    Returns whether nginx-redirects.conf changed: then nginx has to reload.
    """
    ends = {old: new for old in sorted(moved) if (new := _last(old, moved))}
    told = {"moved": ends, "gone": sorted(set(gone) - set(moved))}
    _replace(var / "redirects.json", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())
    return _replace(var / "nginx-redirects.conf", nginx_redirects(moved, gone, base_url, max_age))


def _replace(target: Path, body: bytes) -> bool:
    """Put a file beside the published ones, whole; False if it already says so."""
    with _machine(f"{target} cannot be written"):
        if target.exists() and target.read_bytes() == body:
            return False
        temporary = target.with_name(f".{target.name}.new")
        _write(temporary, body, lambda now: now)
        os.replace(temporary, target)
        _flush(target.parent)
    return True


# ---- staging --------------------------------------------------------------------------------------------------------


def _inside(public: Path, path: str) -> Path:
    """Return where a document goes; ValueError if its path is absolute, hidden, a twin's, or leads through a link."""
    parts = path.split("/")
    if not all(part and not part.startswith(".") and part.isprintable() for part in parts) or "\\" in path:
        raise ValueError(f"no path for a published document: {path!r}")
    if path.endswith(tuple(_TWINS)):
        raise ValueError(f"this name is kept for a compressed twin: {path!r}")
    for depth in range(1, len(parts)):
        if (public / Path(*parts[:depth])).is_symlink():
            raise ValueError(f"a link on the way out of the published directory: {path!r}")
    return public / Path(*parts)


def _stage(temporary: Path, target: Path, document: Document) -> _Staged | None:
    """Put what is new of a document on disk beside the published files; None if nothing is."""
    before = _time(target)
    same = before is not None and target.read_bytes() == document.body
    compressors = {} if document.media_type in _COMPRESSED else _TWINS
    if same and all(_time(_twin(target, s)) == (before if s in compressors else None) for s in _TWINS):
        return None
    _make(target.parent)
    _make(temporary.parent)
    time = before if same and before is not None else _write(temporary, document.body, _later(before))
    twins = {suffix: _twin(temporary, suffix) for suffix in compressors}
    for suffix, compress in compressors.items():
        _write(twins[suffix], compress(document.body), lambda _: time)
    return _Staged(path=document.path, target=target, file=None if same else temporary, twins=twins)


def _later(before: int | None) -> Callable[[int], int]:
    """Return what makes of now the time of a file that was last changed at `before`."""
    return lambda now: now if before is None else max(now, before + _SECOND)


def _switch(staged: Iterable[_Staged]) -> None:
    """Put the new in the place of the old; each step is on disk before the next begins."""
    staged = tuple(staged)
    folders = sorted({one.target.parent for one in staged})
    for one in staged:
        for suffix in _TWINS:
            _twin(one.target, suffix).unlink(missing_ok=True)
    _flush(*folders)
    for one in staged:
        if one.file is not None:
            os.replace(one.file, one.target)
    _flush(*folders)
    for one in staged:
        for suffix, temporary in one.twins.items():
            os.replace(temporary, _twin(one.target, suffix))
    _flush(*folders)


def _write(path: Path, body: bytes, timed: Callable[[int], int]) -> int:
    """Write a file through to the disk; return its time in nanoseconds, which `timed` makes of now."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    with open(handle, "wb") as file:
        file.write(body)
        file.flush()
        time = timed(os.fstat(handle).st_mtime_ns)
        os.utime(handle, ns=(time, time))
        os.fsync(handle)
    return time


# ---- taking down ----------------------------------------------------------------------------------------------------


def _prune(public: Path, folder: Path, names: Iterable[str], keep: Collection[str]) -> Iterator[str]:
    """Remove what belongs to no kept feed, and twins that lost their file; a twin goes before its file."""
    for name in sorted(names, key=lambda name: (not name.endswith(tuple(_TWINS)), name)):
        path = folder / name
        plain = path.with_suffix("") if name.endswith(tuple(_TWINS)) else path
        relative = plain.relative_to(public).as_posix()
        if _feed_of(relative) in keep and plain.exists():
            continue
        path.unlink()
        if plain is path:
            yield relative
    _flush(folder)
    if folder.parent != public and not any(folder.iterdir()):
        folder.rmdir()
        _flush(folder.parent)


def _feed_of(relative: str) -> str:
    """Return the path of the feed a published file belongs to: "feeds/politik/index.html" -> "feeds/politik"."""
    directory, name = relative.split("/")[:2]
    suffix = next((suffix for suffix in _FEED_SUFFIXES if name.endswith(suffix)), "")
    return f"{directory}/{name.removesuffix(suffix)}"


# ---- nginx ----------------------------------------------------------------------------------------------------------


def _last(old: str, moved: Mapping[str, str]) -> str | None:
    """Return where a chain of moves ends, None if it goes in a circle."""
    seen = {old}
    new = moved[old]
    while new in moved:
        if new in seen:
            return None
        seen.add(new)
        new = moved[new]
    return new


def _location(address: str, answer: str) -> str:
    return f"location = {_quoted(address)} {{ return {answer}; }}"


def _address(base_url: str, path: str, ending: str) -> str:
    return _quoted(f"{base_url.rstrip('/')}/{quote(path)}{ending or '/'}")


def _quoted(value: str) -> str:
    """Return a string as nginx reads it; ValueError for what no feed's path holds and a configuration cannot."""
    if not value.isprintable():
        raise ValueError(f"no address for nginx: {value!r}")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# ---- the file system ------------------------------------------------------------------------------------------------


@contextmanager
def _machine(what: str) -> Iterator[None]:
    """Turn the machine's refusal into an error an operator can act on."""
    try:
        yield
    except OSError as error:
        detail = f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
        raise StoreError(f"{what}: {detail}. See the disk and the owner: df -h, ls -ld") from error


def _twin(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _time(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _empty(staging: Path) -> None:
    """Remove what a publication that was cut off left behind."""
    if staging.is_dir():
        for leftover in staging.iterdir():
            leftover.unlink()


def _make(folder: Path) -> None:
    """Make a directory and those above it, each on disk before something is put into it."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _flush(folder.parent)


def _flush(*folders: Path) -> None:
    """Bring the names in the directories to disk."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
