"""Wires the audit: every rule of `expectations/` is an asset check with its why, on pass and on fail.

A row that fails a rule leaves (or is flagged) and the run goes on: such a check fails as a warning. A
dataset or history rule that fails, or a rule that could not be run, is an error: its step fails, and so
nothing after it runs.

Dagster lets nothing downstream of an asset start before its blocking checks have ended. Only checks of the
last assets before a gate are therefore marked blocking: one on `staged/documents` would keep extraction,
which the same audit waits for, from starting.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines.audit.history import check_history
from pipelines.audit.suites import DATASET, HISTORY, Rule, load_suites
from pipelines.defs.common import POOL, RESOLVED_TABLES, staged_key, table_key
from pipelines.defs.resources import DatelineRun
from pipelines.engine.local import EXTRACTED_TABLES
from pipelines.model import ValidationResult
from pipelines.progress import step
from pipelines.warehouse.gate import audit_staged, let_pass, record_results

# The last assets before the load, and before the views.
_GATES = frozenset(
    [*map(staged_key, EXTRACTED_TABLES), *(table_key(f"main.{table}") for table in RESOLVED_TABLES)]
)


def _staged_rules() -> dict[str, Rule]:
    suites = load_suites()
    return {rule.name: rule for name, rules in suites.items() if name != HISTORY for rule in rules}


def _history_rules() -> dict[str, Rule]:
    return {rule.name: rule for rule in load_suites().get(HISTORY, [])}


def _staged_asset(rule: Rule) -> dg.AssetKey:
    return staged_key("documents" if rule.suite == DATASET else rule.suite)


def _history_asset(rule: Rule) -> dg.AssetKey:
    return table_key(f"main.{rule.kwargs['table']}")


def _specs(
    rules: Sequence[tuple[Rule, dg.AssetKey]], after: Sequence[dg.AssetKey] = ()
) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            rule.name,
            asset=asset,
            additional_deps=[key for key in after if key != asset],
            description=rule.why,
            blocking=asset in _GATES,
            metadata={"severity": rule.severity, "suite": rule.suite},
        )
        for rule, asset in rules
    ]


def _result(rule: Rule, asset: dg.AssetKey, found: ValidationResult, is_error: bool) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=rule.name,
        asset_key=asset,
        passed=found.success,
        severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        metadata={
            "severity": rule.severity,
            "why": rule.why,
            "evaluated_rows": found.evaluated_rows,
            "unexpected_rows": found.unexpected_rows,
            "detail": found.detail or "",
            "approved": found.is_approved,
        },
    )


@dg.multi_asset_check(
    specs=_specs([(rule, _staged_asset(rule)) for rule in _staged_rules().values()]), pool=POOL
)
def audit(dateline: DatelineRun) -> Iterator[dg.AssetCheckResult]:
    """Audit the new rows with Great Expectations, quarantine what fails, judge the run as a whole."""
    with step("auditing"):
        outcome = audit_staged(dateline.session)
    rules = _staged_rules()
    broken = {*outcome.blocking, *(error.split(":", 1)[0] for error in outcome.errors)}
    for found in outcome.results:
        rule = rules[found.expectation]
        yield _result(rule, _staged_asset(rule), found, rule.name in broken)
    _stop_if_held([*outcome.blocking, *outcome.errors])


@dg.multi_asset_check(
    specs=_specs(
        [(rule, _history_asset(rule)) for rule in _history_rules().values()],
        after=[table_key(f"main.{table}") for table in RESOLVED_TABLES],
    ),
    pool=POOL,
)
def audit_history(dateline: DatelineRun) -> Iterator[dg.AssetCheckResult]:
    """Check keys, references and offsets over everything in the work file, new and old."""
    session = dateline.session
    passed = let_pass(session)
    with dateline.warehouse.connect() as connection, step("auditing the whole history"):
        results = check_history(connection, session.run_id, waived=session.work.waived, let_pass=passed)
    record_results(session, results)
    rules = _history_rules()
    for found in results:
        rule = rules[found.expectation]
        yield _result(rule, _history_asset(rule), found, not found.is_approved)
    _stop_if_held([found.expectation for found in results if not found.success and not found.is_approved])


def _stop_if_held(failures: Sequence[str]) -> None:
    if failures:
        raise dg.Failure(f"The release is held back: {'; '.join(failures)}", allow_retries=False)
