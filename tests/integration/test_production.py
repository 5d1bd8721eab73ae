"""What `deploy/` holds, as far as a machine allows: files fit together, Dagster runs on PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.defs.runner import DAGSTER_YAML
from pipelines.settings import SETTINGS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def parsed(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


def test_compose_has_the_four_services_and_they_fit_together() -> None:
    compose = parsed("compose.yaml")
    services = compose["services"]
    assert set(services) == {"postgres", "code", "webserver", "daemon"}
    for name, service in services.items():
        assert "image" in service, name
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).is_file(), volume
        for other in service.get("depends_on", {}):
            assert other in services
    for port in (p for s in services.values() for p in s.get("ports", ())):
        assert port.startswith("127.0.0.1:"), "nothing listens beyond the loopback"
    built = services["code"]["build"]
    assert (DEPLOY / built["context"] / built["dockerfile"]).is_file()
    [location] = parsed("workspace.yaml")["load_from"]
    assert location["grpc_server"]["host"] in services
    assert str(location["grpc_server"]["port"]) in services["code"]["command"]


def test_every_variable_that_dagster_reads_is_given() -> None:
    wanted = set(re.findall(r"env: (\w+)", (DEPLOY / "dagster.yaml").read_text("utf-8")))
    assert wanted == {"DAGSTER_PG_HOST", "DAGSTER_PG_USER", "DAGSTER_PG_PASSWORD", "DAGSTER_PG_DB"}
    for name in ("code", "webserver", "daemon"):
        given = parsed("compose.yaml")["services"][name]["environment"]
        assert wanted <= set(given)
        assert given["DAGSTER_HOME"] == given["DATELINE_HOME"] + "/dagster", "a run refuses any other"


def test_production_keeps_the_limits_of_one_machine() -> None:
    """What `make setup` writes for one machine holds in production too."""
    production, here = parsed("dagster.yaml"), yaml.safe_load(DAGSTER_YAML)
    assert {key: production[key] for key in here} == here


def test_the_image_is_made_of_what_there_is() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8")
    for copied in re.findall(r"^COPY (.+) \S+$", lines, re.M):
        for source in copied.split():
            assert (ROOT / source).exists(), source
    versions = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert any(line.startswith("dagster==1.13.27") for line in versions), (
        "dagster-postgres 0.29.27 goes with it"
    )
    assert "dagster-postgres==0.29.27" in lines


def test_the_helm_example_keeps_to_what_a_run_needs() -> None:
    """The chart itself cannot be run here; what Dateline asks of any deployment can be checked."""
    values = parsed("helm/values.yaml")
    [location] = values["dagster-user-deployments"]["deployments"]
    given = {entry["name"]: entry["value"] for entry in location["env"]}
    assert values["global"]["dagsterHome"] == given["DATELINE_HOME"] + "/dagster", "a run refuses any other"
    queue = values["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert queue["maxConcurrentRuns"] == 1
    assert values["runLauncher"]["config"]["customRunLauncher"]["class"] == "DefaultRunLauncher"
    assert values["ingress"]["enabled"] is False
    assert values["generatePostgresqlPasswordSecret"] is False
    mounted = {mount["name"]: mount["mountPath"] for mount in location["volumeMounts"]}
    assert {volume["name"] for volume in location["volumes"]} == set(mounted)
    assert given["DATELINE_HOME"] in mounted.values()
    names = {setting.env for setting in SETTINGS} | {"DAGSTER_HOME"}
    assert set(given) <= names


def test_compose_as_docker_reads_it() -> None:
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("docker compose is not installed")
    subprocess.run(
        [docker, "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"],
        env={**os.environ, "DAGSTER_PG_PASSWORD": "for-the-test"},
        check=True,
    )


RUN_AND_LOOK = """
import dagster as dg
from pipelines.defs.runner import Order, execute
from pipelines.settings import load_settings

done = execute(load_settings(), Order(sources=["{article}"]))
assert done.outcome == "published", done.detail
with dg.DagsterInstance.get() as instance:
    for storage in (instance.run_storage, instance.event_log_storage, instance.schedule_storage):
        assert "Postgres" in type(storage).__name__, storage
    [run] = instance.get_runs()
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert len(instance.all_logs(run.run_id)) > 100
    assert instance.event_log_storage.supports_global_concurrency_limits
"""


@pytest.mark.long
def test_a_run_with_its_history_in_postgres(tmp_path: Path) -> None:
    """The shipped dagster.yaml, a real PostgreSQL, a real run: history in the database, none in files."""
    pytest.importorskip("dagster_postgres", reason="pip install dagster-postgres psycopg2-binary")
    sys.path.insert(0, str(ROOT / "tests" / "contract"))
    from postgres_server import postgres

    home = tmp_path / "warehouse"
    (home / "dagster").mkdir(parents=True)
    with postgres() as address:
        where = dict(word.split("=") for word in address.split())
        text = (DEPLOY / "dagster.yaml").read_text("utf-8").replace("port: 5432", f"port: {where['port']}")
        (home / "dagster" / "dagster.yaml").write_text(text)
        done = subprocess.run(
            [sys.executable, "-c", RUN_AND_LOOK.format(article=min((ROOT / "seeds" / "articles").iterdir()))],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
                "DATELINE_HOME": str(home),
                "DAGSTER_HOME": str(home / "dagster"),
                "DAGSTER_PG_HOST": where["host"],
                "DAGSTER_PG_USER": where["user"],
                "DAGSTER_PG_PASSWORD": "trusted",
                "DAGSTER_PG_DB": where["dbname"],
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    assert not list((home / "dagster").rglob("*.db"))
