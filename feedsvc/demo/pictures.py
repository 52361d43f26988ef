"""A name in, a small picture out: pictures for the sample portal that nobody holds rights to."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 480, 270
_BARS = 16
_PALETTES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((222, 235, 243), (96, 148, 179), (24, 74, 107)),
    ((243, 236, 222), (201, 155, 92), (112, 72, 30)),
    ((226, 240, 229), (104, 166, 122), (28, 88, 54)),
    ((238, 229, 241), (158, 117, 171), (86, 44, 104)),
)


@lru_cache(maxsize=128)
def skyline(name: str) -> bytes:
    """Return a PNG of a town's outline: the same name gives the same picture."""
    digest = hashlib.blake2b(name.encode(), digest_size=2 * _BARS).digest()
    palette = _PALETTES[digest[0] % len(_PALETTES)]
    width = WIDTH // _BARS
    far, near = ([HEIGHT * (share + digest[i + offset] % 90) // 255 for i in range(_BARS)] for share, offset in _ROWS)
    rows = [
        b"".join(bytes([_point(HEIGHT - y, far[bar], near[bar])]) * width for bar in range(_BARS))
        for y in range(HEIGHT)
    ]
    return _png(rows, palette)


def _point(up: int, far: int, near: int) -> int:
    """Return the palette's number of a point so high up: sky, far house or near house."""
    return 2 if near >= up else 1 if far >= up else 0


_ROWS = ((70, 0), (20, _BARS))  # the far houses are the taller ones: base height of 255, offset into the digest


@lru_cache(maxsize=1)
def pixel() -> bytes:
    """Return the one transparent-looking point that counting pixels are made of."""
    return _png([b"\0"], ((255, 255, 255),))


def _png(rows: Sequence[bytes], palette: Sequence[Colour]) -> bytes:
    """Return an indexed-colour PNG (W3C PNG 11.2): one byte a point, no filter."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    points = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", points), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
