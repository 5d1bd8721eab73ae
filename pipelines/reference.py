"""The word tables: `seeds/reference/*.csv`, or a deployment's own copies of them.

A table is read from the folder that `DATELINE_REFERENCE` names when it holds a file of that name, else
from the tables that ship with Dateline (package data in a wheel, `seeds/reference` in a checkout).
Words for tables live in these files, never in code, so that a user can edit them.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path


class ReferenceError(ValueError):
    """A word table that is missing, or lacks a column that the code needs."""


@cache
def data_folder(name: str) -> Path:
    """The folder of shipped data `name`: `reference`, `sql` or `expectations`.

    In an installed wheel it lies inside the package, in a checkout at the top of the tree.
    """
    packaged = Path(str(files("pipelines"))) / "_data" / name
    if packaged.is_dir():
        return packaged
    root = Path(str(files("pipelines"))).parent
    return root / "seeds" / "reference" if name == "reference" else root / name


def table_path(name: str) -> Path:
    """The file that table `name` is read from."""
    own = os.environ.get("DATELINE_REFERENCE")
    if own and (path := Path(own) / f"{name}.csv").is_file():
        return path
    return data_folder("reference") / f"{name}.csv"


def read_table(name: str, columns: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The rows of table `name`, white space trimmed; every column in `columns` must be there.

    Raises `ReferenceError` when the file or a column is missing.
    """
    return list(_read(str(table_path(name)), columns))


@cache
def _read(path: str, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            missing = [c for c in columns if c not in (reader.fieldnames or [])]
            if missing:
                raise ReferenceError(f"{path}: no column {', '.join(missing)}")
            return tuple({k: (v or "").strip() for k, v in row.items() if k} for row in reader)
    except FileNotFoundError as error:
        raise ReferenceError(f"{path}: no such word table") from error


def words(name: str, column: str, where: Mapping[str, str] | None = None) -> frozenset[str]:
    """The values of one column, case-folded, of the rows whose other columns equal `where`."""
    return _words(str(table_path(name)), column, tuple((where or {}).items()))


@cache
def _words(path: str, column: str, where: tuple[tuple[str, str], ...]) -> frozenset[str]:
    rows = _read(path, (column, *(key for key, _ in where)))
    return frozenset(row[column].casefold() for row in rows if all(row[k] == v for k, v in where))
