"""What the files under `sql/` say: each view's question, columns, order and lineage.

A file holds one SELECT and is named for its view in schema `marts`. Its head comment has a fixed form:

    -- What a row is, in words. An indented comment line goes on with the one before.
    -- question: An example question that the view answers?
    -- kept: Why its rows are written into the release; without this line they are made when asked for.
    -- key: The column by which a kept view is brought up to date (`pipelines.views.keys`), if it is; several
    --   with "and" where they tell a row's key together, with a comma where a row has one of them.
    -- parts: Tables with that key, with a comma between, by whose rows the view is made whole in parts
    --   (`pipelines.views.parts`), where that takes much memory.
    -- columns:
    --   speaker: What the column holds, one column a line, in the order of the SELECT.
    --     A line indented further goes on with the one before.

Tables are written with their schema (`main.quotes`, `audit.runs`, `marts.claim_feed`), never with a catalog,
so that a view works under whatever name the file is attached. What it reads is found in
`pipelines.views.lineage`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.model import TABLES
from pipelines.reference import data_folder
from pipelines.remembered import recall, remember

SCHEMA = "marts"

# What the readings are remembered under (`pipelines.remembered`).
_MEMORY = "views"
# Versions of Dateline on one machine whose readings are kept beside the one at work.
_REMEMBERED = 3

_HEAD = re.compile(r"(?:[ \t]*--[^\n]*(?:\n|$)|[ \t]*\n)*")
_KEPT = re.compile(r"^--[ ]?kept:\s*\S", re.MULTILINE)
_KEY = re.compile(r"^--[ ]?key:\s*(?P<columns>\S.*)$", re.MULTILINE)
_PARTS = re.compile(r"^--[ ]?parts:\s*(?P<tables>\S.*)$", re.MULTILINE)
_COLUMN = re.compile(r"(?P<name>[a-z][a-z0-9_]*):\s+(?P<text>\S.*)")


class ViewError(ValueError):
    """A file under `sql/` that cannot be a view; the message begins with the file's name."""


@dataclass(frozen=True)
class View:
    """A view in schema `marts`.

    `depends_on` holds the tables and views it reads, as `schema.name`, sorted. `lineage` holds, for each
    column, the `(schema.name, column)` pairs that its expression reads, sorted; none for a bare count of
    rows. What joins and filters read is in `depends_on` alone. Rows of a view that `is_kept` are written into
    the release, as a table of the same name; nobody who asks sees a difference but in time. By its
    `key`, if it has one, a run makes only those rows again that it touched; with `parts` it is made whole by
    ranges of that key in these tables.
    """

    name: str
    description: str
    question: str
    columns: dict[str, str] = field(repr=False)
    sql: str = field(repr=False)
    depends_on: tuple[str, ...]
    is_kept: bool
    key: tuple[str, ...]
    parts: tuple[str, ...]
    lineage: dict[str, list[tuple[str, str]]] = field(repr=False)

    @property
    def qualified(self) -> str:
        """The view's name with its schema."""
        return f"{SCHEMA}.{self.name}"


@dataclass(frozen=True)
class Head:
    """What a file says without its SQL being understood."""

    description: str
    question: str
    columns: dict[str, str]
    is_kept: bool
    key: tuple[str, ...]
    parts: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Reading:
    """What a view's SQL reads; the fields are those of `View`."""

    depends_on: tuple[str, ...]
    lineage: dict[str, list[tuple[str, str]]]


def load_views(folder: Path | None = None) -> list[View]:
    """Every view of `folder` (default: the views that ship with Dateline), each after those it reads.

    Read once a process as long as no file changes. Raises `ViewError` for a head comment that is not in the
    form above, a column without description, a table nobody knows, a name without schema, or a cycle.
    """
    where = folder if folder is not None else data_folder("sql")
    files = tuple((path.stem, path.read_text(encoding="utf-8")) for path in sorted(where.glob("*.sql")))
    return list(_load(files, folder is None))


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[str, str], ...], is_remembered: bool) -> tuple[View, ...]:
    heads = {name: _head(name, text) for name, text in files}
    readings = _read_once(files, heads) if is_remembered else _read(heads)
    return tuple(_view(name, heads[name], reading) for name, reading in readings.items())


def _read(heads: Mapping[str, Head]) -> dict[str, Reading]:
    # With sqlglot, whose import and tracing of every column take a second or two.
    from pipelines.views.lineage import read_all

    return read_all(heads)


def _read_once(files: tuple[tuple[str, str], ...], heads: Mapping[str, Head]) -> dict[str, Reading]:
    """What the machine remembers of these very files, else read and remembered."""
    digest, known = _digest(files), recall(_MEMORY)
    found = _recalled(known.get(digest), heads)
    if found is None:
        found = _read(heads)
        others = [(key, value) for key, value in known.items() if key != digest][-_REMEMBERED:]
        remember(_MEMORY, dict(others) | {digest: {name: astuple(r) for name, r in found.items()}})
    return found


def _digest(files: tuple[tuple[str, str], ...]) -> str:
    """What the readings depend on: the files, the contracts, the code that reads, and sqlglot."""
    contracts = [(s.schema, s.name, [(c.name, c.sql_type) for c in s.columns]) for s in TABLES.values()]
    code = [
        (Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("catalog.py", "lineage.py")
    ]
    return hashlib.sha256(repr((files, contracts, code, version("sqlglot"))).encode()).hexdigest()


def _recalled(known: Any, heads: Mapping[str, Head]) -> dict[str, Reading] | None:
    try:
        found = {
            name: Reading(
                tuple(depends_on),
                {column: [(table, source) for table, source in reads] for column, reads in lineage.items()},
            )
            for name, (depends_on, lineage) in known.items()
        }
    except (AttributeError, TypeError, ValueError):
        return None
    return found if set(found) == set(heads) else None


def _view(name: str, head: Head, reading: Reading) -> View:
    return View(
        name,
        head.description,
        head.question,
        head.columns,
        head.sql,
        reading.depends_on,
        head.is_kept,
        head.key,
        head.parts,
        reading.lineage,
    )


def _head(name: str, text: str) -> Head:
    match = _HEAD.match(text)
    head = match.group() if match else ""
    sql = text[len(head) :].strip().removesuffix(";").strip()
    description, question, columns = parse_head(f"{name}.sql", head)
    key, parts = _listed(_KEY, head), _listed(_PARTS, head)
    is_kept = _KEPT.search(head) is not None
    if not {column for name in key for column in name.split(" and ")} <= set(columns) or (
        key and not is_kept
    ):
        raise ViewError(f"{name}.sql: `key:` names columns of a kept view")
    if parts and len(key) != 1:
        raise ViewError(f"{name}.sql: `parts:` needs one key")
    return Head(description, question, columns, is_kept, key, parts, sql)


def _listed(line: re.Pattern[str], head: str) -> tuple[str, ...]:
    """What a line of a head comment lists, with commas between."""
    found = line.search(head)
    return tuple(name.strip() for name in found.group(1).split(",")) if found else ()


def parse_head(file: str, head: str) -> tuple[str, str, dict[str, str]]:
    """Description, question and columns of a head comment. Raises `ViewError`."""
    parts: dict[str, list[str]] = {"description": []}
    columns: list[str] = []
    part = "description"
    for line in head.splitlines():
        raw = line.strip().removeprefix("--")
        words, indent = raw.strip(), len(raw) - len(raw.lstrip())
        if not words:
            continue
        if indent <= 1 and (label := re.match(r"(question|kept|key|parts|columns):\s*", words)):
            part = label.group(1)
            if part in parts:
                raise ViewError(f"{file}: `{part}:` stands twice in the head comment")
            parts[part] = [rest] if (rest := words[label.end() :]) else []
        elif part == "columns" and indent <= 3:
            columns.append(words)
        elif part == "columns" and columns:
            columns[-1] += f" {words}"
        else:
            parts[part].append(words)
    description, question = " ".join(parts["description"]), " ".join(parts.get("question", []))
    if not description or not question or "columns" not in parts:
        raise ViewError(f"{file}: the head comment needs a description, `question:` and `columns:`")
    return description, question, _columns(file, columns)


def _columns(file: str, lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        match = _COLUMN.fullmatch(line)
        if match is None:
            raise ViewError(f"{file}: not `name: description`: {line!r}")
        if match["name"] in found:
            raise ViewError(f"{file}: column {match['name']} is described twice")
        found[match["name"]] = match["text"]
    return found
