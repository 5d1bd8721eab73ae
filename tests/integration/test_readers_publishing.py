"""Readers while releases come: two processes query `current` without pause and meet no mixture."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import reliability as rel

from pipelines.model import Document, to_arrow
from pipelines.settings import load_settings
from pipelines.views.build import create_views
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.release import copy_ledger, current_release, publish
from pipelines.warehouse.session import Session, open_session

# Opens `current` again for each query; every tenth connection is kept for ten queries. Release number n holds
# n documents, each with the name of its run. Prints what it met when its input ends.
READER = """
import json, select, sys
from pathlib import Path
from pipelines.warehouse.connection import open_release
query = '''SELECT (SELECT max(release_id) FROM audit.runs WHERE outcome = 'published'),
                  (SELECT count(*) FROM main.documents), (SELECT min(run_id) FROM main.documents),
                  (SELECT max(run_id) FROM main.documents), (SELECT count(*) FROM marts.outlet_profile)'''
queries, errors, mixed, backwards, seen, last = 0, [], [], 0, set(), ("", 0)
print("reading", flush=True)
is_last = False
while not is_last:
    is_last = bool(select.select([sys.stdin], [], [], 0)[0])
    try:
        with open_release(Path(sys.argv[1]) / "current" / "dateline.duckdb") as connection:
            first = None
            for _ in range(10 if queries % 10 == 0 else 1):
                release, count, low, high, _profiles = connection.execute(query).fetchone()
                queries += 1
                first = first or (release, count)
                if not (release == low == high) or (release, count) != first:
                    mixed.append([release, count, low, high])
            backwards += (release, count) < last or count < last[1]
            last = (release, count)
            seen.add(release)
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
print(json.dumps({"queries": queries, "errors": errors[:5], "mixed": mixed[:5], "backwards": backwards,
                  "releases": len(seen), "last": last}))
"""


def documents(session: Session, count: int) -> list[Document]:
    return [
        Document(
            document_id=f"{number:024d}",
            source_uri=f"https://courier.example/{number}",
            source_label="The Courier",
            first_seen_at=session.run.started_at,
            ingested_at=session.run.started_at,
            ingest_date=session.run.ingest_date,
            text="Nobody was hurt, police said.",
            text_sha256="0" * 64,
            source_sha256="0" * 64,
            char_count=29,
            word_count=5,
            extraction_status="done",
            run_id=session.run_id,
            extractor_version="1",
        )
        for number in range(count)
    ]


def publish_release(number: int) -> str:
    """Publish release `number`, with as many documents, by the ordinary road but without extraction."""
    settings = load_settings()
    with open_session(settings, trigger="command") as session:
        warehouse = Warehouse(session.work_file)
        warehouse.prepare(settings.home.database if current_release(settings.home) else None)
        with warehouse.connect() as connection:
            connection.register("incoming", to_arrow("documents", documents(session, number)))
            connection.execute("DELETE FROM main.documents")
            connection.execute("INSERT INTO main.documents BY NAME FROM incoming")
            connection.unregister("incoming")
            if number == 1:
                create_views(connection)
        copy_ledger(session, warehouse)
        return publish(session, warehouse).name


@pytest.mark.parametrize("publishes", [5, pytest.param(40, marks=pytest.mark.long)])
def test_readers_meet_no_error_and_no_mixture(publishes: int, home: Path) -> None:
    releases = [publish_release(1)]
    command = [sys.executable, "-c", READER, str(home)]
    readers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout and reader.stdout.readline() == "reading\n"
    for number in range(2, publishes + 2):
        time.sleep(max(0.0, 1.05 - time.time() % 1))  # run ids tell seconds apart
        releases.append(publish_release(number))
    assert releases == sorted(set(releases))
    met = [json.loads(reader.communicate("\n", timeout=60)[0]) for reader in readers]
    for one in met:
        assert (one["errors"], one["mixed"], one["backwards"]) == ([], [], 0)
        assert one["last"] == [releases[-1], publishes + 1]
        assert one["releases"] > publishes / 2, "most releases were read while they were current"
    rel.note(
        "readers",
        publishes=publishes,
        readers=len(met),
        queries=sum(one["queries"] for one in met),
        releases_seen=min(one["releases"] for one in met),
        errors=0,
    )
