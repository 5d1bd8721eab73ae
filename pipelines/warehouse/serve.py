"""The published release to readers over the network, through DuckDB's extension quack.

The release is opened read-only without access to files or network and with its settings locked. Beyond
that, one thing is let through: a single SELECT. So no reader can write a file or a table, stop the server,
or start another. When `current` moves, the listener moves to the new release.

Belongs here: opening, guarding, moving on. Does not belong here: who may know the token, and TLS, which a
proxy in front gives (docs/how-to/serve-a-release.md).
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.settings import Home
from pipelines.warehouse.connection import LOCK_DOWN
from pipelines.warehouse.extensions import load_extensions
from pipelines.warehouse.schema import quote_text

PORT = 9494
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Seconds between two looks at `current`.
_LOOK = 1.0

# Functions that act on the server, or run text as a query, which this guard could not see into.
_BARRED_PREFIXES = ("quack_", "enable_", "disable_", "duckdb_log")
_BARRED = frozenset(
    {"query", "query_table", "json_execute_serialized_sql", "write_log", "truncate_duckdb_logs",
     "checkpoint", "force_checkpoint", "nextval", "setseed", "getvariable"}
)  # fmt: skip


class ServeError(RuntimeError):
    """A server that cannot start; the message says why."""


class Guard:
    """Says whether a reader's query is one that reads, and nothing else. Safe to call from many threads."""

    def __init__(self) -> None:
        self._parser = duckdb.connect(config={"enable_external_access": "false"})
        self._lock = threading.Lock()

    def allows(self, _session: str, query: str) -> bool:
        """Whether `query` is one SELECT that calls no barred function."""
        try:
            with self._lock:
                found = self._parser.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
            tree = json.loads(found[0]) if found else {}
        except (duckdb.Error, ValueError, RecursionError):
            return False
        if tree.get("error", True) or len(tree.get("statements", ())) != 1:
            return False
        return not any(_is_barred(name) for name in _functions(tree["statements"]))


def _is_barred(name: str) -> bool:
    return name.lower().startswith(_BARRED_PREFIXES) or name.lower() in _BARRED


def _functions(tree: Any) -> Iterator[str]:
    """Every name of a function, table function or table in a parsed query; without recursion."""
    pending = [tree]
    while pending:
        at = pending.pop()
        if isinstance(at, dict):
            for key, value in at.items():
                if key in ("function_name", "table_name") and isinstance(value, str):
                    yield value
                else:
                    pending.append(value)
        elif isinstance(at, list):
            pending.extend(at)


def token_of(home: Home) -> tuple[str, Path]:
    """The deployment's token for readers, made when there is none, and the file that holds it (mode 600)."""
    path = home.path / "state" / "serve.token"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32) + "\n", encoding="utf-8")
    token = path.read_text(encoding="utf-8").strip()
    if len(token) < 16:
        raise ServeError(f"{path}: a token has at least 16 characters; remove the file, and one is made")
    return token, path


@contextmanager
def listening(database: Path, host: str, port: int, token: str) -> Iterator[str]:
    """Serve one release while inside; gives the address. Raises ServeError, ExtensionMissingError."""
    address = f"quack:{host}:{port}"
    guard = Guard()
    connection = duckdb.connect(str(database), read_only=True)
    try:
        load_extensions(connection, "httpfs", "quack")
        connection.create_function("dateline_allows", guard.allows, ["VARCHAR", "VARCHAR"], "BOOLEAN")
        connection.execute("SET GLOBAL quack_authorization_function = 'dateline_allows'")
        connection.execute("SET temp_directory = ''")
        for statement in LOCK_DOWN[:-1]:
            connection.execute(statement)
        is_remote = str(host not in LOOPBACK).lower()
        try:
            connection.execute(
                f"CALL quack_serve({quote_text(address)}, token = {quote_text(token)}, "
                f"allow_other_hostname = {is_remote}, disable_ssl = true)"
            )
        except duckdb.Error as error:
            raise ServeError(f"cannot listen on {host}:{port}: {' '.join(str(error).split())[:200]}") from error
        connection.execute(LOCK_DOWN[-1])
        try:
            yield address
        finally:
            connection.execute(f"CALL quack_stop({quote_text(address)})")
    finally:
        connection.close()


def serve(
    home: Home, host: str, port: int, token: str, ended: threading.Event, say: Callable[[str], None]
) -> None:
    """Serve the release that `current` points at until `ended` is set, moving on when it moves.

    `say` is told the id of each release served.
    """
    while not ended.is_set():
        folder = home.current.resolve()
        with listening(folder / "dateline.duckdb", host, port, token):
            say(folder.name)
            stamp = (folder / "dateline.duckdb").stat().st_ino
            while not ended.wait(_LOOK):
                now = home.current.resolve()
                # A forgetting writes a release anew under its old name.
                if now != folder or (now / "dateline.duckdb").stat().st_ino != stamp:
                    break
