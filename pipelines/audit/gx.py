"""Great Expectations over one frame: the only place that imports it, and only inside functions.

The import takes seconds, so a run with nothing to audit never pays for it. Everything is local: analytics
are off before the import, the context lives in memory.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from pipelines.audit.suites import Rule
from pipelines.imports import deferred

# Results name rows by number, not by the table's key: where a key is missing or doubled, only a number says
# which row is meant.
ROW_NUMBER = "row_number"

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW_NUMBER],
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an expectation found: the failing rows' numbers, or why it could not be run."""

    success: bool
    rows: np.ndarray[Any, np.dtype[np.intp]]
    error: str | None = None


NOTHING = np.empty(0, dtype=np.intp)


@cache
def load() -> Any:
    """The `great_expectations` package, with analytics off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with deferred(*_SELDOM_USED):
        import great_expectations

    return great_expectations


# What a few of its expectations and pages need that no rule here uses: half of its import's time and memory.
_SELDOM_USED = ("scipy.stats", "altair", "jsonschema", "mistune")


def quiet(context: Any) -> Any:
    """The context without progress bars."""
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def build(rule: Rule) -> Any:
    """The expectation of a rule. Raises what Great Expectations raises on an unknown type or argument."""
    load()
    from great_expectations.expectations.registry import get_expectation_impl

    kwargs = dict(rule.kwargs)
    if rule.column is not None:
        kwargs["column"] = rule.column
    kind = get_expectation_impl(str(rule.expectation))
    return kind(**kwargs, meta={"rule": rule.name}, notes=f"{rule.name} ({rule.severity}). {rule.why}")


@cache
def _context() -> Any:
    return quiet(load().get_context(mode="ephemeral"))


def run(table: str, frame: pd.DataFrame, rules: Sequence[Rule]) -> dict[str, Outcome]:
    """Check the rules of one table against a frame that has all their columns, in one validation.

    The outcome by rule name. What Great Expectations raises becomes the outcome's error: a rule that could
    not be run says nothing about the rows.
    """
    outcomes: dict[str, Outcome] = {}
    expectations = []
    for rule in rules:
        try:
            expectations.append(build(rule))
        except Exception as error:
            outcomes[rule.name] = Outcome(False, NOTHING, f"{type(error).__name__}: {error}")
    if not expectations:
        return outcomes
    try:
        results = _validate(table, frame, expectations)
    except Exception as error:
        failed = Outcome(False, NOTHING, f"{type(error).__name__}: {error}")
        return {rule.name: outcomes.get(rule.name, failed) for rule in rules}
    # Results come in another order than the suite: the rule's name in `meta` joins them.
    outcomes |= {result.expectation_config.meta["rule"]: _outcome(result) for result in results}
    lost = Outcome(False, NOTHING, "no result came back")
    return {rule.name: outcomes.get(rule.name, lost) for rule in rules}


@cache
def _batch_definition(table: str) -> Any:
    source = _context().data_sources.add_pandas(table)
    return source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("rows")


def _validate(table: str, frame: pd.DataFrame, expectations: list[Any]) -> list[Any]:
    numbered = frame.reset_index(drop=True).assign(**{ROW_NUMBER: np.arange(len(frame))})
    batch = _batch_definition(table).get_batch({"dataframe": numbered})
    suite = load().ExpectationSuite(name=table, expectations=expectations)
    return list(batch.validate(suite, result_format=_RESULT_FORMAT).results)


def _outcome(result: Any) -> Outcome:
    if error := _exception(result.exception_info or {}):
        return Outcome(False, NOTHING, error)
    found = result.result.get("unexpected_index_list") or []
    numbers: list[Any] = []
    for entry in found:
        value = entry[ROW_NUMBER]
        numbers.extend(value if isinstance(value, list) else [value])
    rows = np.unique(np.array(numbers, dtype=np.intp)) if numbers else NOTHING
    if not result.success and not len(rows):
        return Outcome(False, NOTHING, "failed without naming a row")
    return Outcome(bool(result.success), rows)


def _exception(info: dict[str, Any]) -> str | None:
    # Either one entry, or one for each metric that raised.
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            return str(entry.get("exception_message") or "raised without a message")
    return None
