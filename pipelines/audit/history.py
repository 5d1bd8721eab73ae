"""The rules over the whole work file, in SQL: what no single run's rows can show.

A rule of `expectations/history.toml` selects its offending rows; each is counted and a few are named. What a
rule asks of one document's rows alone is asked of the documents that changed (`pipelines.audit.proofs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import duckdb

from pipelines.audit.memory import fetch
from pipelines.audit.proofs import find_unproven, forget_proven, keep_proven, narrowed, narrowed_to_keys
from pipelines.audit.suites import HISTORY, Rule, load_suites
from pipelines.model import ValidationResult

_EXAMPLES = 3


def check_history(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    *,
    waived: frozenset[str] = frozenset(),
    let_pass: Mapping[str, frozenset[str]] | None = None,
) -> list[ValidationResult]:
    """Check every history rule over the tables that `connection` sees.

    All are blocking, but for those that are `waived`, and those of `let_pass` whose offending rows are all
    among the rows named there. A rule whose SQL cannot be run is failed too, with `audit error` in its
    detail, and cannot be waived. Where all hold, the database keeps of every document that they do, else
    nothing.
    """
    passed = let_pass or {}
    at = datetime.now(UTC).replace(tzinfo=None)
    rules = load_suites().get(HISTORY, [])
    try:
        is_part = find_unproven(connection, rules) is not None
        can_keep = True
    except duckdb.Error:
        # A table is missing: the rules say which.
        is_part = can_keep = False
    results = [_check(connection, run_id, rule, at, is_part=is_part) for rule in rules]
    for rule, result in zip(rules, results, strict=True):
        if not _is_failure(result):
            continue
        known = passed.get(rule.name)
        result.is_approved = rule.name in waived or (
            known is not None
            and result.unexpected_rows <= len(known)
            and find_offending(connection, rule) <= known
        )
    if can_keep and all(result.success for result in results):
        keep_proven(connection, rules)
    else:
        forget_proven(connection)
    return results


def find_offending(connection: duckdb.DuckDBPyConnection, rule: Rule) -> frozenset[str]:
    """Every row that breaks a history rule, by what the rule calls it."""
    query = f"SELECT offending::VARCHAR FROM ({_query(rule, is_part=False)}) AS found"  # noqa: S608
    return frozenset(str(row[0]) for row in fetch(connection, query))


def _is_failure(result: ValidationResult) -> bool:
    """Rows broke the rule; it is not that the rule could not be asked."""
    return not result.success and result.unexpected_rows > 0


def _check(
    connection: duckdb.DuckDBPyConnection, run_id: str, rule: Rule, at: datetime, *, is_part: bool
) -> ValidationResult:
    result = ValidationResult(
        run_id=run_id,
        suite=rule.suite,
        expectation=rule.name,
        severity=rule.severity,
        success=False,
        validated_at=at,
    )
    try:
        # Rule files are part of the program, not input: their SQL and table names are run as they stand.
        table = rule.kwargs["table"]
        result.evaluated_rows = _count(connection, f"SELECT count(*) FROM {table}")  # noqa: S608
        offending = f"FROM ({_query(rule, is_part)}) AS found"
        result.unexpected_rows = _count(connection, f"SELECT count(*) {offending}")
        if result.unexpected_rows:
            result.detail = "e.g. " + ", ".join(_examples(connection, offending))
    except (duckdb.Error, KeyError) as error:
        result.detail = f"audit error: {type(error).__name__}: {error}"
        return result
    result.success = result.unexpected_rows == 0
    return result


def _query(rule: Rule, is_part: bool) -> str:
    """The rule's offending rows; what it asks of documents or keys, of all of them or of the unproven."""
    within = narrowed(rule.within) if rule.within and is_part else rule.within
    keys = narrowed_to_keys(rule.keys, rule.kwargs["table"]) if rule.keys and is_part else rule.keys
    return " UNION ALL ".join(f"FROM ({part})" for part in (rule.sql, within, keys) if part)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(fetch(connection, query)[0][0])


def _examples(connection: duckdb.DuckDBPyConnection, offending: str) -> list[str]:
    query = f"SELECT offending::VARCHAR {offending} ORDER BY 1 LIMIT {_EXAMPLES}"
    return [str(row[0]) for row in fetch(connection, query)]
