"""The asset graph is pinned: what Dagster shows changes only on purpose.

After a wanted change: UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/contract/test_definitions.py
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.audit.suites import rules
from pipelines.definitions import defs
from pipelines.model import TABLES
from pipelines.views.catalog import load_views

SNAPSHOT = Path(__file__).with_name("asset_graph.json")


def graph() -> dict[str, Any]:
    repository = defs.get_repository_def()
    assets = repository.asset_graph
    nodes = {
        key.to_user_string(): {
            "group": assets.get(key).group_name,
            "deps": sorted(parent.to_user_string() for parent in assets.get(key).parent_keys),
            "partitioned": assets.get(key).is_partitioned,
            "kinds": sorted(assets.get(key).kinds),
        }
        for key in sorted(assets.get_all_asset_keys())
    }
    checks = sorted(f"{key.asset_key.to_user_string()}:{key.name}" for key in assets.asset_check_keys)
    return {
        "assets": nodes,
        "checks": checks,
        "jobs": sorted(name for name in repository.job_names if not name.startswith("__")),
        "schedules": sorted(s.name for s in repository.schedule_defs),
        "sensors": sorted(s.name for s in repository.sensor_defs),
    }


def test_the_graph_is_as_pinned() -> None:
    now = graph()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(json.dumps(now, indent=1) + "\n")
    assert now == json.loads(SNAPSHOT.read_text())


def test_the_job_takes_every_asset_and_every_check() -> None:
    job = defs.resolve_job_def("dateline")
    assets = defs.get_repository_def().asset_graph
    selected = job.asset_layer.executable_asset_keys
    assert selected == set(assets.executable_asset_keys)
    assert job.asset_layer.asset_graph.asset_check_keys == assets.asset_check_keys


def test_every_rule_is_a_check_with_its_why() -> None:
    found = {}
    for check in (checks for asset in defs.asset_checks or [] for checks in asset.check_specs):  # type: ignore[union-attr]
        found[check.name] = check
    assert set(found) == {rule.name for rule in rules()}
    for rule in rules():
        assert found[rule.name].description == rule.why


def test_the_audits_stand_between_their_layers() -> None:
    deps = {
        node.name: {up.node for ups in inputs.values() for up in ups.get_node_dependencies()}
        for node, inputs in defs.resolve_job_def("dateline").dependencies.items()
    }
    assert "audit" in deps["load_tables"]
    assert {"audit_history", "audit"} & deps["build_views"] == {"audit_history"}
    assert "audit_history" in deps["copy_audit"]


def test_every_view_and_filled_table_is_an_asset_with_columns_and_owner() -> None:
    assets = defs.get_repository_def().asset_graph
    keys = {key.to_user_string() for key in assets.get_all_asset_keys()}
    assert {f"marts/{view.name}" for view in load_views()} <= keys
    for key in assets.get_all_asset_keys():
        node = assets.get(key)
        assert node.owners, key
        assert node.description, key
        if key.path[0] in ("main", "audit", "marts", "staged"):
            assert "dagster/column_schema" in node.metadata, key


def test_views_carry_column_lineage() -> None:
    node = defs.get_repository_def().asset_graph.get(dg.AssetKey(["marts", "troop_counts"]))
    lineage = node.metadata["dagster/column_lineage"].deps_by_column
    view = next(view for view in load_views() if view.name == "troop_counts")
    assert lineage["value"]
    assert [(".".join(d.asset_key.path), d.column_name) for d in lineage["value"]] == view.lineage["value"]


def test_every_table_is_an_asset() -> None:
    keys = {key.to_user_string() for key in defs.get_repository_def().asset_graph.get_all_asset_keys()}
    assert {f"{spec.schema}/{spec.name}" for spec in TABLES.values()} <= keys


def test_the_workspace_file_loads(home: Path) -> None:
    command = [
        str(Path(sys.executable).parent / "dagster"),
        "definitions",
        "validate",
        "-w",
        "workspace.yaml",
    ]
    home.mkdir(parents=True)
    (home / "dagster").mkdir()
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
