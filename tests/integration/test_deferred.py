"""More new documents than one run takes: the next runs follow by themselves, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.defs.automation import deferred_documents
from pipelines.defs.runner import Order, execute_all
from pipelines.settings import load_settings


def _write(folder: Path, places: list[str]) -> None:
    folder.mkdir()
    for at, place in enumerate(places):
        text = f"Flood in {place}\n\nThe river took {at + 20} houses in {place}, said mayor Ana Moreno.\n"
        (folder / f"{at}.txt").write_text(text, encoding="utf-8")


def _asked() -> object:
    return deferred_documents(dg.build_sensor_context(dg.DagsterInstance.ephemeral()))


def test_what_a_run_leaves_the_next_takes(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DOCUMENTS_PER_RUN", "2")
    _write(tmp_path / "in", ["Lisbon", "Porto", "Braga"])
    assert isinstance(_asked(), dg.SkipReason)
    settings = load_settings()
    runs = execute_all(settings, Order(sources=[str(tmp_path / "in")]))

    first = next(runs)
    assert (first.outcome, first.stored_count, first.published_count) == ("published", 3, 2)
    assert first.deferred_count == 1
    request = _asked()
    assert isinstance(request, dg.RunRequest)
    assert request.run_config["ops"]["landing"]["config"] == {"pending_only": True}

    (second,) = runs
    assert (second.outcome, second.read_count, second.published_count) == ("published", 0, 1)
    assert second.deferred_count == 0
    assert isinstance(_asked(), dg.SkipReason)
    with duckdb.connect(str(home / "current" / "dateline.duckdb"), read_only=True) as release:
        titles = release.execute("SELECT title FROM main.documents ORDER BY title").fetchall()
        left = release.execute("SELECT sum(deferred_count) FROM audit.runs").fetchone()
    assert titles == [("Flood in Braga",), ("Flood in Lisbon",), ("Flood in Porto",)]
    assert left == (1,)
