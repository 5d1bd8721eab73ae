"""The capacity page says what its script reckons, and the script reckons right."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "capacity.md"


@pytest.fixture(scope="module")
def capacity() -> Any:
    spec = importlib.util.spec_from_file_location("capacity", ROOT / "benchmarks" / "capacity.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["capacity"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_script_prints(capacity: Any) -> None:
    figures, wanted = capacity.load_inputs()
    parts = dict(re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", PAGE.read_text("utf-8"), re.S))
    assert parts == {
        "machines": capacity.machines(figures),
        "loads": capacity.loads(figures, wanted),
    }


def test_the_arithmetic(capacity: Any) -> None:
    figures, _ = capacity.load_inputs()
    plain = replace(
        figures,
        words=500,
        extract_seconds=0.5,
        across_seconds=0.3,
        rest_seconds=0.1,
        run_seconds=10,
        beside_seconds=0.001,
        portion=1000,
        usable_share=0.5,
    )
    # A run of 1,000 beside 90,000 takes 100 seconds more: a tenth of a second for each.
    assert capacity.one_by_one(plain, 90_000) == pytest.approx(0.5)
    assert capacity.one_by_one(plain, 90_000, portion=100) == pytest.approx(1.4)
    assert capacity.documents_a_day(plain, 1, 90_000) == pytest.approx(43_200)
    assert capacity.documents_a_day(plain, float("inf"), 90_000) == pytest.approx(86_400)
    twice_as_long = capacity.Load("x", words=1000, a_day=43_200)
    assert capacity.cores(plain, twice_as_long, 0.5) == pytest.approx(1.0)
    once = capacity.Load("y", words=500, stock=864_000, within_days=10)
    assert capacity.cores(plain, once, 1.0) == pytest.approx(2.0)
    assert capacity.stored(capacity.Load("z", words=500, a_day=10, kept_years=2)) == 7300


def test_every_input_says_where_it_is_from(capacity: Any) -> None:
    import tomllib

    entries = tomllib.loads(capacity.INPUTS.read_text("utf-8"))["figures"]
    assert all(re.match(r"(measured|assumed): \S", entry["from"]) for entry in entries.values())
