"""Writes what `test_bi.sh` saw into docs/how-to/connect-superset.md: write_result.py BEFORE AFTER."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "connect-superset.md"


def charts(file: str) -> dict[str, str]:
    """How many rows each chart has; of a single number, the number itself."""
    found = {}
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            name, rows, value = (cell.strip() for cell in line.strip("|").split("|"))
            number = re.fullmatch(r'\{"[^"]*": (\S+)\}', value)
            found[name] = number[1] if number else {"1 rows": "1 row"}.get(rows, rows)
    return found


before, after = charts(sys.argv[1]), charts(sys.argv[2])
lines = [
    f"Last result, {datetime.now(UTC):%d %B %Y}: Superset 6.1.0, duckdb-engine 0.17.0, DuckDB 1.5.5; every chart",
    "answered on both releases, no lock error.",
    "",
    "| chart | first release | the next |",
    "|---|---|---|",
    *(f"| {name} | {rows} | {after[name]} |" for name, rows in sorted(before.items())),
]
text = PAGE.read_text(encoding="utf-8")
made = re.sub(
    r"(<!-- last result[^\n]*-->\n).*?(<!-- end -->)",
    lambda found: f"{found[1]}\n" + "\n".join(lines) + f"\n\n{found[2]}",
    text,
    flags=re.S,
)
PAGE.write_text(made, encoding="utf-8", newline="\n")
