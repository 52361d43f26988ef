"""Pieces of a body as they came over the wire in, pieces without their content codings out (RFC 9110 8.4).

gzip, deflate, br and zstd, also one in another. Every stream must reach its end: a page that was cut is an error, never
a shorter page. No layer gives more than the limit, so a bomb costs no more memory or time than an honest page.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import brotli

from feedsvc.model import ErrorKind

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 65_536
MAX_LAYERS = 3
_ZSTD_WINDOW_LOG = 23  # 8 MB, all that a sender may ask for (RFC 9659 3); unbounded it is 128 MB and more

ACCEPTED = "gzip, deflate, br, zstd"


class DecodingError(Exception):
    """The codings cannot be removed: "encoding" (unknown or broken), "truncated" or "too_large"."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind


def decoded(pieces: Iterable[bytes], codings: Sequence[str], limit: int) -> Iterator[bytes]:
    """Yield the body without `codings` (in the order they were applied) in pieces; raise a DecodingError."""
    if unknown := [name for name in codings if name not in _STREAMS]:
        raise DecodingError("encoding", f"unknown Content-Encoding {', '.join(unknown)[:60]!r}")
    if len(codings) > MAX_LAYERS:
        raise DecodingError("encoding", f"{len(codings)} content codings, one in another")
    pieces = _counted(pieces, limit)
    for name in reversed(codings):
        pieces = _counted(_layer(pieces, name), limit)
    return iter(pieces)


def _counted(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    seen = 0
    for piece in pieces:
        seen += len(piece)
        if seen > limit:
            yield piece[: len(piece) - (seen - limit)]
            raise DecodingError("too_large", f"more than {limit} bytes")
        yield piece


def _layer(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    stream = _STREAMS[name]()
    try:
        for piece in pieces:
            yield from stream.give(piece)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise DecodingError("encoding", f"broken {name} stream: {error}") from None
    if not stream.ended:
        raise DecodingError("truncated", f"the {name} stream ends early")


class _Stream(Protocol):
    @property
    def ended(self) -> bool: ...

    def give(self, data: bytes) -> Iterator[bytes]:
        """Take wire bytes, yield what they decode to in pieces of bounded size."""
        ...


class _Gzip:
    """Any number of members (RFC 1952 2.2); padding and other garbage behind the last one is let go."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def ended(self) -> bool:
        return self._member.eof

    def give(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member.eof:
                if not data.startswith(b"\x1f\x8b"):
                    return
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield self._member.decompress(data, PIECE)
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail


class _Deflate:
    """A zlib stream, or the bare deflate that some servers send for one (RFC 9110 8.4.1.2)."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self._start = b""

    @property
    def ended(self) -> bool:
        return self._stream.eof

    def give(self, data: bytes) -> Iterator[bytes]:
        if len(self._start) < 2:
            self._start = data = self._start + data
            if len(data) < 2:
                return
            self._stream = zlib.decompressobj(_wbits(data))
        while data and not self._stream.eof:
            yield self._stream.decompress(data, PIECE)
            data = self._stream.unconsumed_tail


def _wbits(start: bytes) -> int:
    """Return zlib's wbits: a zlib header has method 8 and is a multiple of 31 (RFC 1950 2.2), else there is none."""
    return zlib.MAX_WBITS if start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0 else -zlib.MAX_WBITS


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._stream.is_finished())

    def give(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.is_finished():
            piece = self._stream.process(data, output_buffer_limit=PIECE)
            data = b""
            yield piece
            if not piece and self._stream.can_accept_more_data():
                return


class _Zstd:
    """Any number of frames (RFC 8878 3.1)."""

    def __init__(self) -> None:
        self._stream = self._frame()

    @staticmethod
    def _frame() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    @property
    def ended(self) -> bool:
        return self._stream.eof

    def give(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._stream.needs_input or self._stream.eof):
            if self._stream.eof:
                self._stream = self._frame()
            yield self._stream.decompress(data, PIECE)
            data = self._stream.unused_data if self._stream.eof else b""


_STREAMS: dict[str, Callable[[], _Stream]] = {
    "gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
