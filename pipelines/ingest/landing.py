"""The landing folder: every input's bytes, kept under the name of their SHA-256.

Extraction reads from here alone, so a run can be repeated long after the input has gone. A file is written
whole under a temporary name, flushed to disk and renamed: a reader never meets half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
from pathlib import Path
from typing import IO

# Files beyond this are copied, compared and read piece by piece; others are held in memory.
IN_MEMORY = 16 << 20

_SHA256 = re.compile(r"[0-9a-f]{64}")


class LandingError(Exception):
    """Bytes that are not in the landing folder, or are no longer what their name says."""


class Landing:
    """The landing folder at `folder`; it is made when the first bytes arrive."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def put(self, data: bytes | Path) -> str:
        """Keep `data`, or the bytes of a file, and return their SHA-256 in hex.

        Bytes that have landed before are left alone. Raises OSError when the disk does not take them.
        """
        if isinstance(data, Path):
            with data.open("rb") as stream:
                return self._put(stream, None)
        return self._put(io.BytesIO(data), hashlib.sha256(data).hexdigest())

    def _put(self, stream: IO[bytes], name: str | None) -> str:
        # A file with other bytes was damaged by something else than this class; it is written anew.
        if name and self.has(name) and _sha256(self.folder / name) == name:
            return name
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".{os.getpid()}-{secrets.token_hex(12)}.part"
        digest = hashlib.sha256()
        try:
            with temporary.open("xb") as handle:
                while piece := stream.read(1 << 20):
                    digest.update(piece)
                    handle.write(piece)
                handle.flush()
                os.fsync(handle.fileno())
            name = digest.hexdigest()
            temporary.replace(self.folder / name)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(self.folder)
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes of that name. Raises LandingError when they are missing or damaged."""
        try:
            data = self._path(sha256).read_bytes()
        except OSError as error:
            raise LandingError(f"{sha256} is not in the landing folder {self.folder}: {error}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LandingError(f"{self._path(sha256)} is damaged: its bytes are not those of its name")
        return data

    def source(self, sha256: str) -> bytes | Path:
        """The bytes of that name, or the path of a file too large to hold; compared with the name.

        Raises LandingError when they are missing or damaged.
        """
        path = self._path(sha256)
        try:
            if path.stat().st_size <= IN_MEMORY:
                return self.get(sha256)
            found = _sha256(path)
        except OSError as error:
            raise LandingError(f"{sha256} is not in the landing folder {self.folder}: {error}") from error
        if found != sha256:
            raise LandingError(f"{path} is damaged: its bytes are not those of its name")
        return path

    def has(self, sha256: str) -> bool:
        """Whether bytes of that name have landed."""
        return self._path(sha256).is_file()

    def set_aside(self, sha256: str) -> None:
        """Rename damaged bytes to `<sha256>.damaged`, for whoever wants to look; none there is no error."""
        with contextlib.suppress(FileNotFoundError):
            self._path(sha256).replace(self.folder / f"{sha256}.damaged")

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise LandingError(f"{sha256!r} is not a SHA-256")
        return self.folder / sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    # A rename is on disk only when its folder is; not every file system lets a folder be opened.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
