"""Drives a target with atheris: `fuzz_run.py TARGET SECONDS [CORPUS]`, in an environment that has atheris.

Starts from the kept corpus and from what the run before left in CORPUS; a find is written there as
`crash-…`, to be mended and then kept under `corpus/TARGET`. Ends with libFuzzer's own figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]
sys.setrecursionlimit(2_000)

with atheris.instrument_imports(include=["pipelines.ingest", "pipelines.extract"]):
    import fuzz_targets


def main() -> None:
    """Fuzz one target for so many seconds."""
    target, seconds = sys.argv[1], sys.argv[2]
    grown = Path(sys.argv[3] if len(sys.argv) > 3 else "/tmp/dateline_fuzz") / target
    grown.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2500",
               "-print_final_stats=1", "-verbosity=1", f"-artifact_prefix={grown}/",
               str(grown), str(HERE / "corpus" / target)]  # fmt: skip
    atheris.Setup([sys.argv[0], *options], fuzz_targets.TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
