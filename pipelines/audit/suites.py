"""The audit's rules, read from `expectations/*.toml`: one file a suite, every rule with its why.

Belongs here: reading and checking rule files. Does not belong here: Great Expectations, whose import takes
seconds (`pipelines.audit.validate` runs the rules), or any rule itself.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.model import TABLES
from pipelines.reference import data_folder

SEVERITIES = ("warning", "quarantine", "blocking")
DATASET = "dataset"
HISTORY = "history"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EXPECTATION = re.compile(r"expect_[a-z_]+")
_KEYS = frozenset(
    {"name", "severity", "why", "expectation", "kwargs", "sql", "within", "keys", "column", "detail"}
)


class SuiteError(ValueError):
    """A rule file that cannot be used, with the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the audit.

    A table's rule has an `expectation` of Great Expectations in snake case, with its `kwargs` and usually a
    `column` (of the table, or derived in `pipelines.audit.derived`). A dataset rule names a check of
    `pipelines.audit.dataset` as its `expectation`. A history rule has `sql` that selects the offending
    rows, or `within`, or `keys`, or several, and the table it looks at in `kwargs`. `within` is SQL that
    joins the rows of one document alone: it is asked of documents that changed. `keys` groups that table's
    rows by their key: it is asked of the keys of such documents (`pipelines.audit.proofs`). `detail` names
    an explanation of `pipelines.audit.details`, added to the reason of each row that fails.
    """

    suite: str
    name: str
    severity: str
    why: str
    expectation: str | None = None
    kwargs: dict[str, Any] = field(default_factory=dict)
    sql: str | None = None
    within: str | None = None
    keys: str | None = None
    column: str | None = None
    detail: str | None = None


def load_suites(folder: Path | None = None) -> dict[str, list[Rule]]:
    """Every suite by name, rules in the order of their file.

    `folder` None: the rules that ship with Dateline. Raises SuiteError when a file is no TOML, a suite is
    no table, a rule lacks its name, why or severity, or two rules share a name.
    """
    place = folder or data_folder("expectations")
    paths = sorted(place.glob("*.toml"))
    if not paths:
        raise SuiteError(f"{place}: no rule files")
    return {suite: list(listed) for suite, listed in _load(tuple((p, p.read_bytes()) for p in paths))}


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, bytes], ...]) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """Read once a process as long as no file changes: the wiring asks for the rules at every step."""
    suites = {path.stem: _read(path, content) for path, content in files}
    seen: dict[str, str] = {}
    for suite, listed in suites.items():
        for rule in listed:
            if rule.name in seen:
                raise SuiteError(f"{rule.name}: in suite {seen[rule.name]} and again in {suite}")
            seen[rule.name] = suite
    return tuple((suite, tuple(listed)) for suite, listed in suites.items())


def rules(folder: Path | None = None) -> list[Rule]:
    """All rules of all suites: what asset checks are made from."""
    return [rule for suite in load_suites(folder).values() for rule in suite]


def _read(path: Path, data: bytes) -> list[Rule]:
    suite = path.stem
    if suite not in (DATASET, HISTORY) and suite not in TABLES:
        raise SuiteError(f"{path}: no table is named {suite}")
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path}: {error}") from error
    entries = content.get("rule", [])
    if set(content) - {"rule"} or not isinstance(entries, list) or not entries:
        raise SuiteError(f"{path}: expects [[rule]] entries and nothing else")
    return [_rule(path, suite, entry) for entry in entries]


def _rule(path: Path, suite: str, entry: dict[str, Any]) -> Rule:
    name = str(entry.get("name", ""))
    where = f"{path}: rule {name or '(no name)'}"
    if not _NAME.fullmatch(name):
        raise SuiteError(f"{where}: a name is lower-case letters, digits and underscores")
    if unknown := sorted(set(entry) - _KEYS):
        raise SuiteError(f"{where}: unknown key {', '.join(unknown)}")
    if entry.get("severity") not in SEVERITIES:
        raise SuiteError(f"{where}: severity is one of {', '.join(SEVERITIES)}")
    for key in ("why", "expectation", "sql", "within", "keys", "column", "detail"):
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            raise SuiteError(f"{where}: {key} is not a text")
    if "why" not in entry:
        raise SuiteError(f"{where}: no why")
    _check_kind(where, suite, entry)
    return Rule(suite=suite, **{**entry, "why": " ".join(entry["why"].split())})


def _check_kind(where: str, suite: str, entry: dict[str, Any]) -> None:
    given = {"sql", "within", "keys", "expectation"} & set(entry)
    allowed = {"sql", "within", "keys"} if suite == HISTORY else {"expectation"}
    if not given or given - allowed:
        wanted = " or ".join(sorted(allowed))
        raise SuiteError(f"{where}: a rule of {suite} has {wanted}, and nothing beside it")
    if not isinstance(entry.get("kwargs", {}), dict):
        raise SuiteError(f"{where}: kwargs is not a table")
    if suite in (DATASET, HISTORY):
        if entry["severity"] != "blocking":
            raise SuiteError(f"{where}: a rule of {suite} is blocking")
    elif not _EXPECTATION.fullmatch(entry["expectation"]):
        raise SuiteError(f"{where}: {entry['expectation']} is no expectation")
