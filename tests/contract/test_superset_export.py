"""The dashboard for Superset names views and columns that there are; its address is left open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pipelines.views.catalog import load_views

FOLDER = Path(__file__).parents[2] / "dashboard" / "superset"
DATASETS = {
    data["uuid"]: data
    for data in (yaml.safe_load(f.read_text("utf-8")) for f in sorted(FOLDER.glob("datasets/*/*.yaml")))
}
CHARTS = sorted(FOLDER.glob("charts/*.yaml"))
VIEWS = {view.name: set(view.columns) for view in load_views()}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda path: path.stem)
def test_a_chart_asks_for_columns_that_its_view_has(chart: Path) -> None:
    data = yaml.safe_load(chart.read_text(encoding="utf-8"))
    dataset = DATASETS[data["dataset_uuid"]]
    assert dataset["schema"] == "marts"
    columns = VIEWS[dataset["table_name"]]
    [query] = json.loads(data["query_context"])["queries"]
    assert set(query["columns"]) <= columns
    assert query["columns"] or query["metrics"]
    assert {column["column_name"] for column in dataset["columns"]} <= columns


def test_there_are_charts_and_the_address_is_left_open_and_read_only() -> None:
    assert len(CHARTS) == 6
    database = yaml.safe_load((FOLDER / "databases" / "Dateline.yaml").read_text(encoding="utf-8"))
    assert database["sqlalchemy_uri"] == "duckdb:////PATH/TO/current/dateline.duckdb"
    assert database["extra"]["engine_params"]["connect_args"]["read_only"] is True
