"""The benchmark of several workers: equal parts are timed, and the page gives both ratios."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def module(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_chunks_in_the_middle_are_timed_alone() -> None:
    """Neither a slow start nor an idle end counts; any number of workers is timed over equal chunks."""
    workers = module("bench_workers")
    one = [10.0 + n for n in range(20)]
    two = [50.0 + n / 2 for n in range(16)] + [90.0, 91.0, 92.0, 93.0]
    assert workers.steady(one) == 12
    assert workers.steady(two) == 6
    with pytest.raises(ValueError, match="more than 8 are needed"):
        workers.steady(one[:8])


def test_the_page_gives_the_ratio_of_speeds_and_that_with_the_start() -> None:
    def made(wall: float, whole: float, cpu: float, mb: int) -> dict[str, Any]:
        return {
            "documents": 300, "whole_documents": 500, "wall": wall, "whole": whole, "cpu": cpu, "mb": [0, mb]
        }  # fmt: skip

    turn = {
        "pool 1": made(20, 40, 41, 390),
        "pool 2": made(10, 25, 45.1, 410),
        "cluster 1": made(30, 50, 60, 420),
        "cluster 2": made(20, 40, 66, 400),
        "load": 2.2,
    }
    text = module("bench_page")._workers({"rounds": [turn]})
    assert "300 of 500 documents" in text
    assert "| local pool | 15.0 | 30.0 | 2.00 | 1.60 | 1.10 | 2 | 410 |" in text
    assert "| Dask | 10.0 | 15.0 | 1.50 | 1.25 | 1.10 | 2 | 420 |" in text
