"""What a failing row's reason says beyond the rule's own why: which range, which column.

A rule asks for one by name (`detail` in its file). Computed for failing rows only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelines.audit.derived import Partition, required_columns, text_columns

Row = Mapping[str, Any]


def _missing_columns(_: Partition, table: str, row: Row) -> str:
    return "NULL: " + ", ".join(name for name in required_columns(table) if row[name] is None)


def _blank_columns(_: Partition, table: str, row: Row) -> str:
    blank = [n for n in text_columns(table) if isinstance(row[n], str) and not row[n].strip()]
    return "Blank: " + ", ".join(blank)


def _category_range(partition: Partition, _: str, row: Row) -> str:
    return partition.ranges.describe(dict(row))


DETAILS: dict[str, Callable[[Partition, str, Row], str]] = {
    "missing_columns": _missing_columns,
    "blank_columns": _blank_columns,
    "category_range": _category_range,
}
