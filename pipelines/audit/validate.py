"""The audit of one run's new rows, before they are loaded.

Table by table: derive the columns that rules look at, check all rules of the table in one validation, take
failing rows out; then the rules about the run as a whole, over counts.

Belongs here: the order of the audit and its outcome. Does not belong here: any rule (`expectations/`), or
what happens to a release that is held back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from pipelines.audit import gx
from pipelines.audit.dataset import CHECKS, Counts, RunHistory
from pipelines.audit.derived import DERIVED, KnownIds, Partition
from pipelines.audit.details import DETAILS
from pipelines.audit.quarantine import (
    PARENT_QUARANTINED,
    Separation,
    Stamp,
    quarantined,
    records,
    row_keys,
    separate,
)
from pipelines.audit.suites import DATASET, HISTORY, Rule, load_suites
from pipelines.model import TABLES, QuarantinedRow, ValidationResult

_COLUMN_ARGUMENTS = ("column_A", "column_B", "column_list")
_EXAMPLES = 3


@dataclass
class AuditResult:
    """What the audit found.

    `kept`: the rows that may be loaded, flags set, by table. `blocking`: failed blocking rules that nobody
    waived; `errors`: rules that could not be run. Either holds the release back.
    """

    results: list[ValidationResult] = field(default_factory=list)
    kept: dict[str, pd.DataFrame] = field(default_factory=dict)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    blocking: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass
class _Audit:
    partition: Partition
    stamp: Stamp
    waived: frozenset[str]
    result: AuditResult = field(default_factory=AuditResult)
    failing: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = field(default_factory=dict)
    flags: dict[str, list[tuple[str, np.ndarray[Any, np.dtype[np.intp]]]]] = field(default_factory=dict)


def validate(
    tables: dict[str, pd.DataFrame],
    *,
    run_id: str,
    ingested_at: datetime,
    known: KnownIds,
    history: RunHistory,
    waived: frozenset[str] = frozenset(),
) -> AuditResult:
    """Audit the rows of one run.

    `tables`: the partition's rows by table name, columns as in `pipelines.model`, lists as Python lists; a
    table without a suite is kept as it is. `ingested_at`: when the run read its input (UTC). `waived`:
    blocking rules that a person approved for this run; they stay failed, and do not block. Raises
    SuiteError when the rules cannot be read.
    """
    suites = load_suites()
    stamp = Stamp(run_id, datetime.now(UTC).replace(tzinfo=None))
    audit = _Audit(Partition(tables, ingested_at, known), stamp, waived)
    for suite, listed in suites.items():
        if suite not in (DATASET, HISTORY):
            _check_table(audit, suite, listed)
    separation = separate({name: _flagged(audit, name, tables[name]) for name in tables}, audit.failing)
    audit.result.kept = separation.kept
    _quarantine_carried(audit, tables, separation)
    counts = _counts(audit, tables, history)
    for rule in suites.get(DATASET, []):
        _check_dataset(audit, rule, counts)
    return audit.result


# ---------------------------------------------------------------------------------------------
# One table
# ---------------------------------------------------------------------------------------------


def _check_table(audit: _Audit, table: str, rules: Sequence[Rule]) -> None:
    frame = audit.partition.rows(table)
    found = outcomes(audit.partition, table, frame, rules)
    key = row_keys(table, frame)
    for rule in rules:
        outcome = found[rule.name]
        examples = ", ".join(key(int(row)) for row in outcome.rows[:_EXAMPLES])
        _record(
            audit,
            rule,
            success=outcome.success,
            evaluated=len(frame),
            unexpected=len(outcome.rows),
            detail=f"e.g. {examples}" if examples else None,
            error=outcome.error,
        )
        if len(outcome.rows):
            _handle(audit, rule, frame, outcome.rows)


def outcomes(
    partition: Partition, table: str, frame: pd.DataFrame, rules: Sequence[Rule]
) -> dict[str, gx.Outcome]:
    """What each rule of a table finds in its rows, by rule name."""
    if frame.empty:
        return {rule.name: gx.Outcome(True, gx.NOTHING) for rule in rules}
    seen, errors = view(partition, table, frame, rules)
    broken: dict[str, gx.Outcome] = {}
    for rule in rules:
        if unmade := [errors[name] for name in columns(rule) if name in errors]:
            broken[rule.name] = gx.Outcome(False, gx.NOTHING, unmade[0])
    return broken | gx.run(table, seen, [rule for rule in rules if rule.name not in broken])


def columns(rule: Rule) -> list[str]:
    """The columns an expectation reads."""
    named = [rule.column] if rule.column else []
    for argument in _COLUMN_ARGUMENTS:
        value = rule.kwargs.get(argument, [])
        named.extend(value if isinstance(value, list) else [value])
    return named


def view(
    partition: Partition, table: str, frame: pd.DataFrame, rules: Sequence[Rule]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns that rules read, and nothing else; beside them, why a column could not be made."""
    made: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in dict.fromkeys(name for rule in rules for name in columns(rule)):
        try:
            given = name in frame
            made[name] = (
                frame[name].reset_index(drop=True) if given else DERIVED[name](partition, table, frame)
            )
        except Exception as error:
            errors[name] = f"column {name}: {type(error).__name__}: {error}"
    return pd.DataFrame(made, index=range(len(frame))), errors


def _handle(audit: _Audit, rule: Rule, frame: pd.DataFrame, rows: np.ndarray[Any, np.dtype[np.intp]]) -> None:
    if rule.severity == "warning":
        audit.flags.setdefault(rule.suite, []).append((rule.name, rows))
    if rule.severity != "quarantine":
        return
    mask = audit.failing.setdefault(rule.suite, np.zeros(len(frame), dtype=bool))
    mask[rows] = True
    audit.result.quarantined += quarantined(
        audit.stamp,
        rule.suite,
        frame,
        expectation=rule.name,
        severity=rule.severity,
        reasons=dict(_reasons(audit, rule, frame, rows.tolist())),
    )


def _reasons(
    audit: _Audit, rule: Rule, frame: pd.DataFrame, rows: Sequence[int]
) -> Iterator[tuple[int, str]]:
    detail = DETAILS[rule.detail] if rule.detail else None
    if detail is None:
        yield from ((row, rule.why) for row in rows)
        return
    for row, values in zip(rows, records(frame, rows), strict=True):
        yield row, f"{rule.why} {detail(audit.partition, rule.suite, values)}".strip()


def _flagged(audit: _Audit, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the names of failed warnings in `flags`, where the table has that column."""
    found = audit.flags.get(table)
    if not found or "flags" not in frame:
        return frame
    flags = [list(names) if names is not None else [] for names in frame["flags"]]
    for name, rows in found:
        for row in rows.tolist():
            flags[row].append(name)
    return frame.assign(flags=pd.Series(flags, index=frame.index, dtype=object))


def _quarantine_carried(audit: _Audit, tables: Mapping[str, pd.DataFrame], separation: Separation) -> None:
    for table, parents in separation.carried.items():
        audit.result.quarantined += quarantined(
            audit.stamp,
            table,
            tables[table],
            expectation=PARENT_QUARANTINED,
            severity="quarantine",
            reasons={
                row: f"The row of {parent} that it belongs to was quarantined."
                for row, parent in sorted(parents.items())
            },
        )


# ---------------------------------------------------------------------------------------------
# The run as a whole
# ---------------------------------------------------------------------------------------------


def _record(
    audit: _Audit,
    rule: Rule,
    *,
    success: bool,
    evaluated: int,
    unexpected: int,
    detail: str | None,
    error: str | None = None,
) -> None:
    blocks = rule.severity == "blocking" and not success and error is None
    approved = blocks and rule.name in audit.waived
    if error is not None:
        audit.result.errors.append(f"{rule.name}: {error}")
        detail = f"audit error: {error}"
    elif blocks and not approved:
        audit.result.blocking.append(rule.name)
    audit.result.results.append(
        ValidationResult(
            run_id=audit.stamp.run_id,
            suite=rule.suite,
            expectation=rule.name,
            severity=rule.severity,
            success=success,
            evaluated_rows=int(evaluated),
            unexpected_rows=int(unexpected),
            detail=detail,
            is_approved=approved,
            validated_at=audit.stamp.at,
        )
    )


def _check_dataset(audit: _Audit, rule: Rule, counts: Counts) -> None:
    try:
        verdict = CHECKS[str(rule.expectation)](counts, **rule.kwargs)
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        _record(audit, rule, success=False, evaluated=0, unexpected=0, detail=None, error=message)
        return
    _record(
        audit,
        rule,
        success=verdict.success,
        evaluated=verdict.evaluated,
        unexpected=verdict.unexpected,
        detail=verdict.detail,
    )


def _counts(audit: _Audit, tables: Mapping[str, pd.DataFrame], history: RunHistory) -> Counts:
    audited = {name: frame for name, frame in tables.items() if name in TABLES}
    rows = sum(len(frame) for frame in audited.values())
    losing: set[str] = set()
    for table, mask in audit.failing.items():
        frame = audit.partition.rows(table)
        if "document_id" in frame:
            losing.update(frame.loc[mask, "document_id"].dropna())
    documents = audit.partition.rows("documents")
    return Counts(
        rows=rows,
        failing_rows=sum(int(mask.sum()) for mask in audit.failing.values()),
        failing_documents=len(losing),
        quarantined_rows=rows - sum(len(audit.result.kept[name]) for name in audited),
        documents=len(documents),
        empty_documents=_empty_documents(documents, audit.partition.rows("sentences")),
        history=history,
    )


def _empty_documents(documents: pd.DataFrame, sentences: pd.DataFrame) -> int:
    # Other languages are not parsed, and a copy is as empty as its original: neither says anything new.
    expected = documents["extraction_status"].ne("not_supported_language")
    original = documents["duplicate_of_document_id"].isna()
    bare = ~documents["document_id"].isin(sentences["document_id"])
    return int((expected & original & bare).sum())


__all__ = ["AuditResult", "KnownIds", "RunHistory", "columns", "outcomes", "validate", "view"]
