"""DuckDB's own extensions, from the packages that carry them: nothing is downloaded, at install or at run time."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

import duckdb

from pipelines.warehouse.schema import quote_text

# The name that an extension's file must bear for DuckDB to find its entry point, where the package has another.
_FILE_NAMES = {"postgres": "postgres_scanner"}


class ExtensionMissingError(RuntimeError):
    """A packaged extension that is not installed, or is one for another DuckDB; the message says what to do."""


def extension_file(name: str) -> Path:
    """The file of a packaged extension for the DuckDB that runs. Raises ExtensionMissingError."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        raise ExtensionMissingError(
            f"DuckDB's extension {name} is not installed: in Dateline's folder, pip install '.[lakehouse]'"
        )
    file = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if not file.is_file():
        raise ExtensionMissingError(
            f"the installed package of DuckDB's extension {name} is not for DuckDB {duckdb.__version__}: "
            f"pip install duckdb-extension-{name}=={duckdb.__version__}"
        )
    return file


def load_extensions(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load packaged extensions into a connection, and no others ever. Raises ExtensionMissingError."""
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    for name in names:
        file = extension_file(name)
        with tempfile.TemporaryDirectory() as folder:
            if name in _FILE_NAMES:
                link = Path(folder) / f"{_FILE_NAMES[name]}.duckdb_extension"
                link.symlink_to(file)
                file = link
            connection.execute(f"LOAD {quote_text(str(file))}")
