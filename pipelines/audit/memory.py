"""Queries that a database in bounded memory may be too small for: of rules over the history, of views."""

from __future__ import annotations

import logging
import os
from typing import Any

import duckdb

logger = logging.getLogger(__name__)


def machine_memory() -> int:
    """The machine's memory, MB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000


def fetch(connection: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    """All rows of a query outside of a transaction.

    One that the memory of the database is too small for is asked again with half as much again for itself
    alone, up to half of the machine's: not every join and list goes to disk. Raises
    `duckdb.OutOfMemoryException` beyond.
    """
    held = more = 0
    try:
        while True:
            try:
                return connection.execute(query).fetchall()
            except duckdb.OutOfMemoryException:
                held = held or _memory_limit(connection)
                before, more = more or held, (more or held) * 3 // 2
                if more > machine_memory() // 2:
                    raise
            logger.info("a query needs more than %d MB: %d MB for it alone", before, more)
            connection.execute(f"SET memory_limit = '{more}MB'")
    finally:
        if more:
            connection.execute(f"SET memory_limit = '{held}MB'")


def _memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """What the database may hold, MB."""
    query = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
    [(size,)] = connection.execute(query).fetchall()
    return round(int(size) / 1_000_000)
