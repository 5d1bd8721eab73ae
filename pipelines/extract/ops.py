"""Which matrix product the model uses: measured once on a machine, remembered, and said in the log.

thinc's own, blis, is fast on processors that it knows and falls back to a generic kernel on others; numpy's
BLAS knows more of them. Rows are the same with either (tests/contract/test_model.py). `DATELINE_OPS` (`numpy`
or `blis`) takes the choice away.
"""

from __future__ import annotations

import logging
import os
import platform
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy
from thinc.api import NumpyOps, registry

from pipelines.remembered import recall, remember

logger = logging.getLogger(__name__)

# A product as the model makes them: the tokens of a batch by three neighbours' vectors.
_ROWS, _WIDTH, _REPEATS = 512, 288, 5


@registry.ops("dateline_dot")
class DotOps(NumpyOps):  # type: ignore[misc]
    """thinc's CPU operations with numpy's matrix product."""

    name = "dateline_dot"

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """The matrix product of `x` and `y`, either transposed first."""
        left = x.T if trans1 else x
        right = y.T if trans2 else y
        if out is None:
            return numpy.dot(left, right)
        numpy.dot(left, right, out=out)
        return out


CHOICES: dict[str, type[NumpyOps]] = {"blis": NumpyOps, "numpy": DotOps}


@cache
def choose() -> str:
    """The name, in `CHOICES`, of the operations that are fastest here."""
    told = os.environ.get("DATELINE_OPS", "")
    if told in CHOICES:
        logger.info("matrix product: %s, as DATELINE_OPS says", told)
        return told
    machine = _machine()
    known = recall("ops")
    if known.get(machine) in CHOICES:
        logger.info("matrix product: %s, remembered for %s", known[machine], machine)
        return str(known[machine])
    seconds = measure()
    fastest = min(seconds, key=lambda name: seconds[name])
    times = ", ".join(f"{name} {1e6 * taken:.0f} µs" for name, taken in seconds.items())
    logger.info("matrix product: %s, measured on %s: %s", fastest, machine, times)
    remember("ops", known | {machine: fastest})
    return fastest


def measure() -> dict[str, float]:
    """Seconds that a product of the model's size takes, the best of a few, by name."""
    draw = numpy.random.default_rng(0)
    left = draw.random((_ROWS, _WIDTH), dtype=numpy.float32)
    right = draw.random((_WIDTH, _WIDTH), dtype=numpy.float32)
    made = {name: kind() for name, kind in CHOICES.items()}
    best = dict.fromkeys(made, float("inf"))
    # In turns, so that a moment when the machine is busy with something else slows all of them.
    for _ in range(_REPEATS):
        for name, ops in made.items():
            start = time.perf_counter()
            ops.gemm(left, right)
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def _machine() -> str:
    """What the measurement holds for: the processor and the libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "thinc", "blis"))
    return f"{_processor()}; {libraries}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
