"""Opening DuckDB files: the one being built, and published ones."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import duckdb

from pipelines.audit.memory import fetch as fetch
from pipelines.audit.memory import machine_memory
from pipelines.warehouse.migrations import migrate

logger = logging.getLogger(__name__)

# Files are written so that every 1.x client reads them (docs/adr/0003).
STORAGE_VERSION = "v1.2.0"

# Statements that take from a connection the file system, the network, and the power to give them back.
LOCK_DOWN = (
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)

# The same for a file, given as it is opened: connections of one process to one file share their settings, and
# those are locked for the second.
_LOCKED_DOWN: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}


def fitting_memory(path: Path) -> int:
    """Memory for a database that is being built, MB: what its ordinary queries need, the same up to a file of 4 GB.

    DuckDB would fill four fifths of the machine's with the pages of the file that it has read.
    """
    size = path.stat().st_size // 1_000_000 if path.is_file() else 0
    return max(500, min(machine_memory() // 3, size // 8))


def close(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection, what a signal broke off in it included.

    A query that a signal breaks off lives on in DuckDB until the connection is asked something else, and whoever
    opens the file next in the same process waits for it for ever (duckdb/duckdb issue 25965).
    """
    with suppress(duckdb.Error):
        connection.execute("ROLLBACK")
    connection.close()


def copy_file(source: Path, target: Path) -> None:
    """Copy a closed file whole, within the kernel.

    Where the file system can (XFS, Btrfs), the copy shares the blocks of the first until either changes: a file of
    any size in a moment, and kept releases take the disk of what differs.
    """
    try:
        with source.open("rb") as whole, target.open("wb") as copy:
            left = os.fstat(whole.fileno()).st_size
            while left and (done := os.copy_file_range(whole.fileno(), copy.fileno(), left)):
                left -= done
        if not left:
            return
    except (AttributeError, OSError) as error:
        # Not on every system, and not from one file system to every other.
        logger.debug("copied without the kernel's help: %s", error)
    shutil.copyfile(source, target)


class Warehouse:
    """The work file of a run. `connect` gives a connection that is closed whatever happens inside.

    `memory_mb`: what the database may hold in memory, MB; beyond it, it writes to a folder beside the file.
    None: what `fitting_memory` finds. Where that was too little for a step, it has twice as much when it is tried
    again, up to half of the machine's.
    """

    # By file, what the next connection is given: a step that is tried again has a `Warehouse` of its own.
    _needed: ClassVar[dict[Path, int]] = {}

    def __init__(self, path: Path, memory_mb: int | None = None) -> None:
        self.path = path
        self._memory_mb = memory_mb

    def prepare(self, release: Path | None) -> None:
        """Start the work file from a published release, or empty, with every table and comment of today.

        Raises `migrations.NewerFileError` for a release that a newer Dateline published.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if release is not None and release.is_file():
            copy_file(release, self.path)
        with self.connect() as connection:
            migrate(connection)

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that may write; a transaction left open is rolled back."""
        memory = max(self._memory_mb or fitting_memory(self.path), self._needed.get(self.path, 0))
        connection = duckdb.connect(
            str(self.path),
            config={
                "storage_compatibility_version": STORAGE_VERSION,
                "memory_limit": f"{memory}MB",
            },
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
        except duckdb.OutOfMemoryException:
            if 2 * memory <= machine_memory() // 2:
                self._needed[self.path] = 2 * memory
            raise
        finally:
            close(connection)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing for the statements inside."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def open_release(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a published file that cannot reach other files or the network.

    A link such as `current` is followed once: a process that still has an older release open through it gets
    the new one all the same.
    """
    connection = duckdb.connect(str(path.resolve()), read_only=True, config=_LOCKED_DOWN)
    try:
        yield connection
    finally:
        connection.close()
