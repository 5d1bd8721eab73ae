"""Bytes to text: which encoding, or why none.

Found in this order: a byte-order mark (UTF-8, UTF-16, UTF-32); UTF-16 without one, by where its NUL bytes
stand; UTF-8; Windows-1252. Only the mark is taken off, nothing else changes. Never guessed: text that is
UTF-8 but for a few bytes, bytes that Windows-1252 leaves undefined, and text whose letters beyond ASCII are
too many for a Western language (another 8-bit alphabet) are `undecodable`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

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
    controls = len(_CONTROLS.findall(found.text))
    if "\x00" in found.text or controls > max(2, len(found.text) * _MAX_CONTROL_SHARE):
        raise DecodingError("binary", f"{controls} control characters")
    return found


def wide_encoding(data: bytes) -> str | None:
    """The encoding of a file in which a line end is more than one byte (UTF-16, UTF-32), or None."""
    for mark, encoding, _ in _MARKS[1:]:
        if data.startswith(mark):
            return encoding
    return _nul_pattern(data)


def _marked(data: bytes) -> Decoded | None:
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(codec), encoding)
            except UnicodeDecodeError as error:
                raise DecodingError("undecodable", f"marked as {encoding}, but {_where(error)}") from error
    return None


def _nul_pattern(data: bytes) -> str | None:
    """UTF-16 without a mark has NUL bytes on one side of its pairs only."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or min(even, odd) or max(even, odd) * 20 < len(sample) // 2:
        return None
    return "utf-16-le" if odd else "utf-16-be" if even else None


def _utf16_without_mark(data: bytes) -> Decoded | None:
    encoding = _nul_pattern(data)
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
    accented = sum(not char.isascii() for char in letters)
    if accented > max(3, len(letters) * _MAX_ACCENTED_SHARE):
        raise DecodingError("undecodable", "neither UTF-8 nor a Western language in Windows-1252")
    return Decoded(text, "windows-1252")


def _where(error: UnicodeDecodeError) -> str:
    return f"byte {error.start} (0x{error.object[error.start]:02x}) does not fit"
