"""What `deploy/` holds, as far as a machine allows: files fit together, Dagster runs on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import reliability as rel
import yaml
from dask_cluster import free_port

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


def copied(target: Path) -> None:
    """What the Dockerfile copies, in a folder, as far as .dockerignore lets it through."""
    wanted = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M)
    lines = (DEPLOY / "Dockerfile").read_text("utf-8")
    for sources, there in re.findall(r"^COPY (.+) (\S+)$", lines, re.M):
        for source in sources.split():
            assert source in wanted, f".dockerignore keeps {source} out"
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, target / there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                (target / there).mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, target / there)


def test_the_image_is_made_of_what_there_is(tmp_path: Path) -> None:
    """`pip install .` needs every file that the wheel is told to hold; the volume is all the user's."""
    copied(tmp_path)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    lines = (DEPLOY / "Dockerfile").read_text("utf-8")
    # install -d gives its owner to the folders that are named, not to those above them.
    [owned] = re.findall(r"install -d -o dateline -g dateline (.+)$", lines, re.M)
    given = parsed("compose.yaml")["services"]["code"]["environment"]
    assert set(owned.split()) == {given["DATELINE_HOME"], given["DAGSTER_HOME"]}
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
    assert {name for name in given if not name.startswith("DASK_")} <= names
    [uid] = re.findall(r"useradd .*--uid (\d+)", (DEPLOY / "Dockerfile").read_text("utf-8"))
    assert location["podSecurityContext"]["fsGroup"] == int(uid), "the volume is written by the image's user"
    assert location["deploymentStrategy"] == {"type": "Recreate"}, "never two pods on one warehouse"
    storage = parsed("dagster.yaml")["storage"]["postgres"]["postgres_db"]
    assert values["postgresql"]["postgresqlScheme"] == storage["scheme"]
    if given["DATELINE_SCHEDULER"].startswith("tls:"):
        files = [
            given[f"DASK_DISTRIBUTED__COMM__TLS__{x}"] for x in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY")
        ]
        assert all(Path(file).parent.as_posix() in mounted.values() for file in files)


def test_compose_as_docker_reads_it() -> None:
    """By docker compose itself, or where it is not installed by the schema of its format."""
    docker, file = shutil.which("docker") or "docker", str(DEPLOY / "compose.yaml")
    env = {**os.environ, "DAGSTER_PG_PASSWORD": "for-the-test"}
    with suppress(FileNotFoundError):
        if not subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
            subprocess.run([docker, "compose", "-f", file, "config", "--quiet"], env=env, check=True)
            return
    pytest.importorskip("check_jsonschema", reason="neither docker compose nor check-jsonschema is installed")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", file]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


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


@contextmanager
def production(tmp_path: Path, port: int) -> Iterator[dict[str, str]]:
    """A PostgreSQL, the shipped dagster.yaml with its port, and the environment that compose gives."""
    pytest.importorskip("dagster_postgres", reason="pip install dagster-postgres psycopg2-binary")
    sys.path.insert(0, str(ROOT / "tests" / "contract"))
    from postgres_server import postgres

    home = tmp_path / "warehouse"
    (home / "dagster").mkdir(parents=True)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "DAGSTER_"))}
    with postgres() as address:
        where = dict(word.split("=") for word in address.split())
        text = (DEPLOY / "dagster.yaml").read_text("utf-8").replace("port: 5432", f"port: {where['port']}")
        (home / "dagster" / "dagster.yaml").write_text(text)
        location = (DEPLOY / "workspace.yaml").read_text("utf-8")
        location = location.replace("host: code", "host: 127.0.0.1").replace("port: 4000", f"port: {port}")
        (tmp_path / "workspace.yaml").write_text(location)
        yield clean | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "DATELINE_HOME": str(home),
            "DAGSTER_HOME": str(home / "dagster"),
            "DAGSTER_PG_HOST": where["host"],
            "DAGSTER_PG_USER": where["user"],
            "DAGSTER_PG_PASSWORD": "trusted",
            "DAGSTER_PG_DB": where["dbname"],
        }
    assert not list((home / "dagster").rglob("*.db"))


@pytest.mark.long
def test_a_run_with_its_history_in_postgres(tmp_path: Path) -> None:
    """The shipped dagster.yaml, a real PostgreSQL, a real run: history in the database, none in files."""
    article = min((ROOT / "seeds" / "articles").iterdir())
    with production(tmp_path, 4000) as env:
        done = subprocess.run(
            [sys.executable, "-c", RUN_AND_LOOK.format(article=article)],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]


# The programs of compose's commands, as modules: an environment of a test's own may lack their scripts.
PROGRAMS = {
    "dagster": "dagster",
    "dagster-webserver": "dagster_webserver",
    "dagster-daemon": "dagster._daemon",
}


def asked(url: str, query: str) -> Any:
    """The web pages' answer to a query, or None while they do not answer."""
    request = urllib.request.Request(
        f"{url}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]
    except (urllib.error.URLError, OSError):
        return None


@pytest.mark.long
def test_the_services_of_compose_publish_what_is_dropped(tmp_path: Path) -> None:
    """The commands of compose as processes of this machine: a file in the inbox becomes a release."""
    code, web = free_port(), free_port()
    changed = {"0.0.0.0": "127.0.0.1", "4000": str(code), "3000": str(web)}
    changed["/srv/dateline/workspace.yaml"] = str(tmp_path / "workspace.yaml")
    with production(tmp_path, code) as env, ExitStack() as running:
        for name in ("code", "webserver", "daemon"):
            program, *words = parsed("compose.yaml")["services"][name]["command"]
            log = running.enter_context((tmp_path / f"{name}.log").open("wb"))
            command = [sys.executable, "-m", PROGRAMS[program], *(changed.get(word, word) for word in words)]
            process = subprocess.Popen(
                command, cwd=tmp_path, env=env, stdout=log, stderr=log, start_new_session=True
            )
            running.callback(rel.kill, process)
        inbox = tmp_path / "warehouse" / "inbox"
        inbox.mkdir(exist_ok=True)
        shutil.copy(min((ROOT / "seeds" / "articles").iterdir()), inbox)
        deadline, seen = time.monotonic() + 300, None
        query = (
            "{ runsOrError { ... on Runs { results { status repositoryOrigin { repositoryLocationName }}}}}"
        )
        while time.monotonic() < deadline:
            found = asked(f"http://127.0.0.1:{web}", query)
            seen = found and [run["status"] for run in found["runsOrError"]["results"]]
            if seen and set(seen) <= {"SUCCESS", "FAILURE", "CANCELED"}:
                break
            time.sleep(1)
        logs = "\n".join(log.read_text("utf-8", "replace")[-1500:] for log in tmp_path.glob("*.log"))
        assert seen == ["SUCCESS"], f"{seen}\n{logs}"
        [origin] = [run["repositoryOrigin"] for run in found["runsOrError"]["results"]]
        assert origin["repositoryLocationName"] == "dateline"
        assert (tmp_path / "warehouse" / "current" / "dateline.duckdb").is_file()
