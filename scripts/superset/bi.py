"""Superset over REST: make the dashboard that ships, or import it and run every chart. Superset's own Python.

bi.py build DATABASE FOLDER   makes database, datasets, charts and dashboard; writes Superset's export to FOLDER
bi.py check DATABASE FOLDER   imports FOLDER and runs every chart's saved query; prints a line a chart
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from pathlib import Path

import requests

BASE = os.environ.get("SUPERSET_URL", "http://127.0.0.1:8099")
READ_ONLY = {"engine_params": {"connect_args": {"read_only": True}}}
PLACEHOLDER = "duckdb:////PATH/TO/current/dateline.duckdb"

# Title, view, kind of chart, what it groups by, what it counts; a table shows the columns named.
CHARTS = (
    ("Figures on which sources conflict", "figure_conflicts", "table",
     ["label", "low", "high", "lowest_sources", "highest_sources", "story"], None),
    ("Who is quoted most", "quote_feed", "echarts_timeseries_bar", ["speaker"], "COUNT(*)"),
    ("Numeric claims by category", "claim_feed", "pie", ["category"], "COUNT(*)"),
    ("Stories by number of reports", "story_overview", "echarts_timeseries_bar", ["label"], "SUM(document_count)"),
    ("Statements and their wordings", "statement_wordings", "table",
     ["speaker", "wording", "source_label", "published_on"], None),
    ("Quotes in all", "quote_feed", "big_number_total", [], "COUNT(*)"),
)  # fmt: skip


class Superset:
    """A session with the REST interface."""

    def __init__(self) -> None:
        self.http = requests.Session()
        login = {"username": "admin", "password": os.environ["SUPERSET_PASSWORD"], "provider": "db"}
        token = self.call("post", "security/login", json=login)["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(self, verb: str, path: str, **more: object) -> dict:
        """The answer's JSON; raises with what Superset said when it is an error."""
        answer = self.http.request(verb, f"{BASE}/api/v1/{path}", timeout=120, **more)
        if answer.status_code >= 400:
            raise SystemExit(f"{verb} {path}: {answer.status_code} {answer.text[:600]}")
        return answer.json()


def metric(sql: str) -> dict:
    """An ad-hoc metric."""
    return {"expressionType": "SQL", "sqlExpression": sql, "label": sql}


def build(database: str, folder: Path) -> None:
    """Make everything, and write the export with the database's address left open."""
    superset = Superset()
    made = superset.call("post", "database/", json={
        "database_name": "Dateline", "sqlalchemy_uri": f"duckdb:///{database}", "extra": json.dumps(READ_ONLY),
        "expose_in_sqllab": True})  # fmt: skip
    datasets: dict[str, int] = {}
    board = superset.call("post", "dashboard/", json={"dashboard_title": "Dateline", "published": True})["id"]
    for title, view, kind, columns, count in CHARTS:
        if view not in datasets:
            body = {"database": made["id"], "schema": "marts", "table_name": view}
            datasets[view] = superset.call("post", "dataset/", json=body)["id"]
        source = {"id": datasets[view], "type": "table"}
        metrics = [metric(count)] if count else []
        query = {"columns": columns, "metrics": metrics, "row_limit": 50, "filters": [], "extras": {},
                 "orderby": [[metrics[0], False]] if metrics else []}  # fmt: skip
        form = {"viz_type": kind, "datasource": f"{datasets[view]}__table", "row_limit": 50}
        form |= {"query_mode": "raw", "all_columns": columns} if kind == "table" else {"groupby": columns}
        if kind == "echarts_timeseries_bar":
            form |= {"x_axis": columns[0], "groupby": []}
        form |= {"metric": metrics[0], "metrics": metrics} if metrics else {}
        context = {"datasource": source, "queries": [query], "form_data": form, "force": True,
                   "result_format": "json", "result_type": "full"}  # fmt: skip
        superset.call("post", "chart/", json={
            "slice_name": title, "viz_type": kind, "datasource_id": datasets[view], "datasource_type": "table",
            "params": json.dumps(form), "query_context": json.dumps(context), "dashboards": [board]})  # fmt: skip
    answer = superset.http.get(f"{BASE}/api/v1/dashboard/export/", params={"q": f"!({board})"}, timeout=60)
    answer.raise_for_status()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            text = re.sub(r"^sqlalchemy_uri: .*$", f"sqlalchemy_uri: {PLACEHOLDER}", text, flags=re.M)
            target = folder / Path(*Path(name).parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    print(f"{len(CHARTS)} charts written to {folder}")


def check(database: str, folder: Path) -> None:
    """Import the folder, then run every chart's saved query. Raises SystemExit where one fails."""
    superset = Superset()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.rglob("*.yaml")):
            text = file.read_text(encoding="utf-8").replace(PLACEHOLDER, f"duckdb:///{database}")
            archive.writestr(f"dateline/{file.relative_to(folder)}", text)
    superset.call("post", "dashboard/import/", data={"overwrite": "true"},
                  files={"formData": ("dateline.zip", packed.getvalue(), "application/zip")})  # fmt: skip
    charts = superset.call("get", "chart/", params={"q": "(page_size:100)"})["result"]
    if not charts:
        raise SystemExit("no chart was imported")
    for chart in charts:
        answer = superset.call("get", f"chart/{chart['id']}/data/", params={"force": "true"})
        [result] = answer["result"]
        if result["error"] or not result["rowcount"]:
            raise SystemExit(f"{chart['slice_name']}: {result['error'] or 'no rows'}")
        last = result["data"][0] if chart["viz_type"] == "big_number_total" else ""
        print(f"| {chart['slice_name']} | {result['rowcount']} rows | {json.dumps(last) if last else ''} |")


if __name__ == "__main__":
    act, file, where = sys.argv[1:]
    {"build": build, "check": check}[act](file, Path(where))
