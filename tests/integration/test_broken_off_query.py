"""A query that a signal breaks off: the file can be opened again in the same process."""

import subprocess
import sys
from pathlib import Path

# DuckDB waits without end where this goes wrong, and hears no signal: a process with a time limit.
_SCRIPT = """
import signal, sys
from pathlib import Path
from pipelines.warehouse.connection import Warehouse

class BrokenOff(BaseException): pass

def break_off(*_):
    raise BrokenOff

warehouse = Warehouse(Path(sys.argv[1]))
with warehouse.connect() as connection:
    connection.execute("CREATE TABLE t AS SELECT range AS i, range::VARCHAR AS s FROM range(1500000)")
signal.signal(signal.SIGALRM, break_off)
broken = 0
for _ in range(3):  # a query that writes, of some 0.3 s
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with warehouse.connect() as connection:
            connection.execute("CREATE OR REPLACE TABLE v AS SELECT s[1:5], count(*) FROM t GROUP BY 1")
    except (BrokenOff, RuntimeError):
        broken += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
with warehouse.connect() as connection:
    print(broken, connection.execute("SELECT count(*) FROM t").fetchone()[0])
"""


def test_the_next_connection_does_not_wait_for_a_query_that_was_broken_off(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "work.duckdb")],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    assert done.stdout.split() == ["3", "1500000"], done.stderr
