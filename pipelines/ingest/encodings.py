"""Bytes to text: which encoding, or why none.

Found in this order: a byte-order mark (UTF-8, UTF-16, UTF-32); UTF-16 without one, by where its NUL bytes
stand; UTF-8; Windows-1252. Only the mark is taken off, nothing else changes. Never guessed: text that is
UTF-8 but for a few bytes, bytes that Windows-1252 leaves undefined, and text whose letters beyond ASCII are
too many for a Western language (another 8-bit alphabet) are `undecodable`.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"{\\rtf",
    b"\x1f\x8b",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x7fELF",
)
_SAMPLE_BYTES = 65_536
_PIECE_BYTES = 1 << 20
# The controls that text does use: tab, line ends, form feed, escape, and the separators FS to US.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_MAX_CONTROL_SHARE = 0.005
# French, the Western language with most accents, has about one letter in twenty beyond ASCII.
_MAX_ACCENTED_SHARE = 0.25


class DecodingError(ValueError):
    """Bytes that are no text. `reason` is binary, undecodable, or too_long where they are not looked at."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the encoding it was found in (`utf-8`, `utf-8-sig`, `utf-16-le`, `windows-1252` …)."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text of `data`, a byte-order mark taken off. Raises DecodingError."""
    if data.startswith(_SIGNATURES):
        raise DecodingError("binary", "the file's first bytes are those of another format")
    found = _marked(data) or _utf16_without_mark(data) or _utf8(data) or _windows_1252(data)
    _check_controls(len(_CONTROLS.findall(found.text)), found.text.count("\x00"), len(found.text))
    return found


def _check_controls(controls: int, nuls: int, chars: int) -> None:
    if nuls or controls > max(2, chars * _MAX_CONTROL_SHARE):
        raise DecodingError("binary", f"{controls} control characters")


@contextmanager
def as_text(file: IO[bytes], newline: str) -> Iterator[tuple[io.TextIOWrapper, str]]:
    """A seekable file's text as a stream, and its encoding: `decode` for what no memory holds.

    `newline` is that of `open`. The file is read once or twice before, to see that all of it fits. Raises
    DecodingError.
    """
    mark, encoding, codec = _judged(file)
    file.seek(len(mark))
    text = io.TextIOWrapper(file, codec, newline=newline)
    try:
        yield text, encoding
    finally:
        # Else the file would be closed with it, and it is the caller's.
        text.detach()


def _judged(file: IO[bytes]) -> tuple[bytes, str, str]:
    """A file's mark, its encoding, and Python's name for that without the mark."""
    file.seek(0)
    head = file.read(_SAMPLE_BYTES)
    if head.startswith(_SIGNATURES):
        raise DecodingError("binary", "the file's first bytes are those of another format")
    mark, encoding, codec = next((m for m in _MARKS if head.startswith(m[0])), (b"", "", ""))
    wide = None if mark else _nul_pattern(head, file.seek(0, io.SEEK_END))
    if not mark and not wide:
        encoding = _narrow(file)
        return b"", encoding, "cp1252" if encoding == "windows-1252" else encoding
    encoding, codec = encoding or wide or "", codec or wide or ""
    try:
        _check(_pieces(file, codec, len(mark)))
    except _MisfitError as error:
        reason, why = ("undecodable", "marked as") if mark else ("binary", "NUL bytes as in")
        raise DecodingError(reason, f"{why} {encoding}, but {error}") from error
    return mark, encoding, codec


def _narrow(file: IO[bytes]) -> str:
    """UTF-8 or Windows-1252, without a mark."""
    try:
        _check(_pieces(file, "utf-8"))
        return "utf-8"
    except _MisfitError as error:
        good = bad = 0
        for piece in _pieces(file, "utf-8", errors="replace"):
            bad += piece.count("\ufffd")
            good += sum(not char.isascii() for char in piece) - piece.count("\ufffd")
        if good > bad:
            raise DecodingError("undecodable", f"UTF-8, but {error}") from error
    letters = accented = 0
    try:
        _check(_pieces(file, "cp1252"))
        for piece in _pieces(file, "cp1252"):
            found = [char for char in piece if char.isalpha()]
            letters += len(found)
            accented += sum(not char.isascii() for char in found)
    except _MisfitError as error:
        raise DecodingError("undecodable", f"neither UTF-8 nor Windows-1252: {error}") from error
    _check_western(letters, accented)
    return "windows-1252"


class _MisfitError(ValueError):
    """A byte that an encoding has no place for; the message says which."""


def _pieces(file: IO[bytes], codec: str, start: int = 0, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    at = file.seek(start)
    data = b"more"
    while data:
        data = file.read(_PIECE_BYTES)
        waiting = len(decoder.getstate()[0])
        try:
            yield decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise _MisfitError(_where(error, at - waiting)) from error
        at += len(data)


def _check(pieces: Iterator[str]) -> None:
    """Raises DecodingError for text that is none."""
    controls = nuls = chars = 0
    for piece in pieces:
        chars += len(piece)
        nuls += piece.count("\x00")
        controls += len(_CONTROLS.findall(piece))
    _check_controls(controls, nuls, chars)


def wide_encoding(data: bytes) -> str | None:
    """The encoding of a file in which a line end is more than one byte (UTF-16, UTF-32), or None."""
    for mark, encoding, _ in _MARKS[1:]:
        if data.startswith(mark):
            return encoding
    return _nul_pattern(data, len(data))


def _marked(data: bytes) -> Decoded | None:
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(codec), encoding)
            except UnicodeDecodeError as error:
                raise DecodingError("undecodable", f"marked as {encoding}, but {_where(error)}") from error
    return None


def _nul_pattern(data: bytes, size: int) -> str | None:
    """UTF-16 without a mark has NUL bytes on one side of its pairs only. `size` is that of the whole."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if size % 2 or min(even, odd) or max(even, odd) * 20 < len(sample) // 2:
        return None
    return "utf-16-le" if odd else "utf-16-be" if even else None


def _utf16_without_mark(data: bytes) -> Decoded | None:
    encoding = _nul_pattern(data, len(data))
    if encoding is None:
        if b"\x00" in data:
            raise DecodingError("binary", "NUL bytes")
        return None
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise DecodingError("binary", f"NUL bytes as in {encoding}, but {_where(error)}") from error


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        good, bad = _utf8_evidence(data)
        if good > bad:
            raise DecodingError("undecodable", f"UTF-8, but {_where(error)}") from error
        return None


def _utf8_evidence(data: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII are sound UTF-8, and how many stretches are not."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(not char.isascii() for char in text) - bad, bad


def _windows_1252(data: bytes) -> Decoded:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise DecodingError("undecodable", f"neither UTF-8 nor Windows-1252: {_where(error)}") from error
    letters = [char for char in text if char.isalpha()]
    _check_western(len(letters), sum(not char.isascii() for char in letters))
    return Decoded(text, "windows-1252")


def _check_western(letters: int, accented: int) -> None:
    if accented > max(3, letters * _MAX_ACCENTED_SHARE):
        raise DecodingError("undecodable", "neither UTF-8 nor a Western language in Windows-1252")


def _where(error: UnicodeDecodeError, before: int = 0) -> str:
    return f"byte {before + error.start} (0x{error.object[error.start]:02x}) does not fit"
