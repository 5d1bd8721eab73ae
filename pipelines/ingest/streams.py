"""Bytes as streams: inputs larger than memory, and archives that may not unfold beyond a limit.

Every stream passed between readers is an `io.BufferedReader`, so that its first bytes can be looked at.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

CHUNK = 1 << 20
# What is held in memory of an archive inside an archive; the rest of it waits in a temporary file.
_SPOOLED = 32 << 20


class TooLargeError(ValueError):
    """An archive that unfolds beyond its limits."""


class Budget:
    """Bytes that an archive may still unfold to, its members added up."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.left = limit

    def spend(self, size: int) -> None:
        """Take so many bytes off. Raises TooLargeError past the limit."""
        self.left -= size
        if self.left < 0:
            raise TooLargeError(f"unfolds to more than {self.limit} bytes")


class _Bounded(io.RawIOBase):
    """What unfolds from a stream, counted against a budget as it is read."""

    def __init__(self, inner: IO[bytes], budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some more bytes; 0 at the end."""
        piece = self._inner.read(len(buffer))
        self._budget.spend(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


def bounded(inner: IO[bytes], budget: Budget) -> io.BufferedReader:
    """A stream whose bytes are counted against a budget."""
    return io.BufferedReader(_Bounded(inner, budget), CHUNK)


def stream_of(data: bytes | IO[bytes]) -> io.BufferedReader:
    """Bytes or a binary file as a stream whose head can be looked at."""
    if isinstance(data, io.BufferedReader):
        return data
    raw = io.BytesIO(data) if isinstance(data, bytes) else data
    return io.BufferedReader(cast(Any, raw))


@contextmanager
def opened(data: bytes | Path) -> Iterator[bytes | io.BufferedReader]:
    """Bytes as they are, a file as a stream that is closed at the end."""
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as stream:
        yield stream


def whole(stream: IO[bytes], most: int) -> tuple[bytes, int]:
    """The bytes of a stream and their number. Past `most` one byte more is held, the rest is counted."""
    pieces: list[bytes] = []
    held = size = 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if held <= most:
            piece = piece[: most + 1 - held]
            held += len(piece)
            pieces.append(piece)
    return b"".join(pieces), size


def spooled() -> Any:
    """A file of its own for a copy: in memory, past a limit on disk; gone when it is closed."""
    return tempfile.SpooledTemporaryFile(max_size=_SPOOLED)


@contextmanager
def seekable(stream: io.BufferedReader) -> Iterator[IO[bytes]]:
    """The stream itself where it can go back, else its bytes in memory or, past a limit, a temporary file."""
    if stream.seekable():
        yield stream
        return
    with spooled() as copy:
        while piece := stream.read(CHUNK):
            copy.write(piece)
        copy.seek(0)
        yield copy
