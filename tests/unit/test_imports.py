"""Modules whose loading is put off."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from pipelines.imports import deferred


def test_a_module_that_is_seldom_used_loads_when_it_is_asked_for() -> None:
    name = "xml.dom.pulldom"
    assert name not in sys.modules
    with deferred(name):
        stand_in = importlib.import_module(name)
    assert name not in sys.modules
    assert stand_in.START_ELEMENT == "START_ELEMENT"
    assert name in sys.modules
    with pytest.raises(AttributeError):
        _ = stand_in.no_such_thing


def test_what_is_only_called_loads_its_module_at_the_call() -> None:
    name = "nturl2path"
    assert name not in sys.modules
    with deferred(name, callables=("url2pathname",)):
        to_path = importlib.import_module(name).url2pathname
    assert name not in sys.modules
    assert to_path("///C:/reports") == "C:\\reports"
    assert name in sys.modules


def test_a_module_that_is_loaded_stays() -> None:
    with deferred("json", callables=("loads",)):
        assert importlib.import_module("json") is sys.modules["json"]
    assert "json" in sys.modules


def test_a_run_starts_without_the_package_for_locks() -> None:
    """It has every call of `id` go through a function of its own."""
    code = "import sys, pipelines.defs.runner, pipelines.definitions; sys.exit('filelock' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_extraction_starts_without_the_command_line_of_its_library() -> None:
    code = "import sys, pipelines.extract.extractor, spacy; sys.exit('spacy.cli' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
