"""Members of tar files, as hostile as these may be: one after the other, from a stream that is read once.

The standard library holds as a whole what an archive says is the name of a member, or what else is said of it
(GNU long names, PAX headers), and every list of holes of a sparse file, whatever sizes it claims.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import Any, cast

from pipelines.ingest.records import Rejection
from pipelines.ingest.streams import Budget, TooLargeError, bounded

TarError = tarfile.TarError

# Bytes that may be said of one member: names have 4,096 at most, extended attributes some more. Python's way
# of reading them takes time by the square.
MAX_HEADER = 1 << 16

_SAYS_OF_ANOTHER = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
# How the standard library says that an archive is over.
_ENDS = ("EOFHeaderError", "EmptyHeaderError")


class _Member(tarfile.TarInfo):
    """A member whose header has limits; a sparse file keeps no list of its holes."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Any:
        """The next member. Raises ReadError where its header is damaged or cut off: that is no end, though
        the standard library takes it for one."""
        try:
            return super().fromtarfile(archive)
        except tarfile.HeaderError as error:
            if type(error).__name__ in _ENDS:
                raise
            raise tarfile.ReadError(str(error)) from None

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        """The header in a block. Raises TooLargeError, and HeaderError for a size below zero."""
        found = super().frombuf(buf, encoding, errors)
        if found.size < 0:
            raise tarfile.HeaderError("a size below zero")
        if found.type in _SAYS_OF_ANOTHER and found.size > MAX_HEADER:
            raise TooLargeError(f"a header of {found.size} bytes, more than {MAX_HEADER}")
        return found

    # Called by the standard library, where it would read the lists of holes.

    def _proc_sparse(self, archive: Any) -> _Member:
        _, goes_on, _ = cast(Any, self)._sparse_structs
        while goes_on:
            block = archive.fileobj.read(tarfile.BLOCKSIZE)
            goes_on = len(block) == tarfile.BLOCKSIZE and bool(block[504])
        self.sparse: Any = []
        self.offset_data = archive.fileobj.tell()
        archive.offset = self.offset_data + -(-self.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
        return self

    def _proc_gnusparse_10(self, following: Any, _headers: Any, _archive: Any) -> None:
        following.sparse = []


def tar_members(unpacked: io.BufferedReader) -> Iterator[tuple[str, io.BufferedReader | Rejection]]:
    """Name and bytes of each file of an archive; those passed over are read too, but held nowhere.

    Links and devices are never followed or made. A sparse file, of which a few bytes may claim any size, is a
    rejection. Raises TarError and TooLargeError.
    """
    with tarfile.open(fileobj=unpacked, mode="r|", tarinfo=_Member) as archive:
        while (info := archive.next()) is not None:
            # It keeps every member that it has met, and of small ones there may be millions.
            cast(Any, archive).members.clear()
            if not info.isfile():
                continue
            if info.issparse():
                yield info.name, Rejection(None, "bad_archive", "a sparse file")
            elif (member := archive.extractfile(info)) is not None:
                # It says that it can go back, which a stream cannot.
                yield info.name, bounded(member, Budget(info.size))
