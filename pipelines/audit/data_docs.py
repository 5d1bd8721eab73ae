"""Great Expectations' own pages (Data Docs) for a published release, as files that need no network.

As shipped the pages load scripts, styles and images from eight hosts, show nothing on the index without
them, and print values from the data as markup. Here values are escaped before they are checked, everything
that loads is taken out (`pipelines.audit.pages`), and the index is filled in as plain tables.
"""

from __future__ import annotations

import html
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipelines.audit import gx
from pipelines.audit.derived import Partition
from pipelines.audit.pages import clean
from pipelines.audit.suites import DATASET, HISTORY, Rule, load_suites
from pipelines.audit.validate import view
from pipelines.model import TABLES

DATABASE = "dateline.duckdb"
_SITE = "dateline"
_OWN = ("index.html", "expectations", "validations", "static")
# Values shown for a rule that fails; the count is of all rows.
_EXAMPLES = 20


class DataDocsError(RuntimeError):
    """The pages cannot be built, and why."""


@dataclass(frozen=True, slots=True)
class _Page:
    suite: str
    checked: int
    failed: int
    expectations: str
    results: str


def build(release: Path, folder: Path) -> Path:
    """Check the rows of a release and write the pages into `folder`; its index page.

    `release` is a release's folder (or the link `current`). Pages of an earlier call are replaced. Raises
    DataDocsError when there is no release, or when `folder` holds anything else.
    """
    database = release / DATABASE
    if not database.is_file():
        raise DataDocsError(f"{database}: no published release")
    foreign = [p.name for p in folder.iterdir() if p.name not in _OWN] if folder.is_dir() else []
    if foreign:
        raise DataDocsError(f"{folder}: holds other files ({foreign[0]}), choose an empty folder")
    with tempfile.TemporaryDirectory(prefix="dateline-docs-") as work:
        site = Path(work) / "site"
        pages = _build_site(Path(work) / "context", site, _tables(database), release.resolve().name)
        shutil.rmtree(site / "static", ignore_errors=True)
        for page in sorted(site.rglob("*.html")):
            tables = _index_tables(pages) if page == site / "index.html" else []
            page.write_text(clean(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
        _replace(site, folder)
    return folder / "index.html"


def _replace(site: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in _OWN:
        old = folder / name
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    shutil.copytree(site, folder, dirs_exist_ok=True)


def _tables(database: Path) -> dict[str, pd.DataFrame]:
    suites = [name for name in load_suites() if name not in (DATASET, HISTORY)]
    with duckdb.connect(str(database), read_only=True) as connection:
        return {name: connection.table(f"{TABLES[name].schema}.{name}").df() for name in suites}


def _build_site(
    context_folder: Path, site: Path, tables: dict[str, pd.DataFrame], release: str
) -> list[_Page]:
    context = _context(context_folder, site)
    documents = tables["documents"]
    ingested_at = pd.Timestamp.max if documents.empty else documents["ingested_at"].max()
    partition = Partition(tables, ingested_at.to_pydatetime(warn=False))
    checked = {
        table: _check(context, partition, table, rules, release)
        for table, rules in load_suites().items()
        if table in tables and not tables[table].empty
    }
    context.build_data_docs()
    return [_page(site, table, result) for table, result in checked.items()]


def _context(folder: Path, site: Path) -> Any:
    context = gx.quiet(gx.load().get_context(mode="file", project_root_dir=str(folder)))
    for name in list(context.variables.data_docs_sites):
        context.delete_data_docs_site(name)
    context.add_data_docs_site(
        _SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(site),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
        },
    )
    return context


def _check(context: Any, partition: Partition, table: str, rules: Sequence[Rule], release: str) -> Any:
    from great_expectations.core.run_identifier import RunIdentifier

    package, key = gx.load(), list(TABLES[table].key)
    frame = partition.rows(table)
    seen, errors = view(partition, table, frame, rules)
    if errors:
        raise DataDocsError(f"{table}: {next(iter(errors.values()))}")
    seen = seen.assign(**{name: frame[name].to_numpy() for name in key})
    suite = context.suites.add(package.ExpectationSuite(name=table))
    for rule in rules:
        suite.add_expectation(gx.build(rule))
    asset = context.data_sources.add_pandas(f"release_{table}").add_dataframe_asset(table)
    definition = package.ValidationDefinition(
        name=table, data=asset.add_batch_definition_whole_dataframe("rows"), suite=suite
    )
    checkpoint = package.Checkpoint(
        name=table,
        validation_definitions=[context.validation_definitions.add(definition)],
        result_format={
            # Only a complete result names the failing rows; in a release they are those of warnings.
            "result_format": "COMPLETE",
            "unexpected_index_column_names": key,
            "partial_unexpected_count": _EXAMPLES,
            "return_unexpected_index_query": False,
        },
    )
    outcome = context.checkpoints.add(checkpoint).run(
        batch_parameters={"dataframe": escaped(seen)}, run_id=RunIdentifier(run_name=release)
    )
    (result,) = outcome.run_results.values()
    return result


def escaped(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with markup in its texts escaped: Great Expectations prints values as they are.

    Escaping keeps apart what differs and leaves words of a closed vocabulary as they are, so no rule
    decides otherwise.
    """
    safe = frame.copy()
    for name in frame:
        if frame[name].map(lambda value: isinstance(value, str)).any():
            safe[name] = pd.Series([_escape(value) for value in frame[name]], index=frame.index, dtype=object)
    return safe


def _escape(value: Any) -> Any:
    return html.escape(value) if isinstance(value, str) else None if pd.isna(value) else value


def _page(site: Path, table: str, result: Any) -> _Page:
    (results,) = (site / "validations" / table).rglob("*.html")
    statistics = result.statistics
    return _Page(
        suite=table,
        checked=int(statistics["evaluated_expectations"]),
        failed=int(statistics["unsuccessful_expectations"]),
        expectations=f"expectations/{table}.html",
        results=results.relative_to(site).as_posix(),
    )


def _index_tables(pages: Sequence[_Page]) -> list[str]:
    """What the index page's two tables hold: results, and rules."""
    results = "".join(
        f'<tr><td>{_status(p)}</td><td><a href="{html.escape(p.results)}">{p.suite}</a></td>'
        f"<td>{p.checked}</td><td>{p.failed}</td></tr>"
        for p in pages
    )
    rules = "".join(f'<tr><td><a href="{p.expectations}">{p.suite}</a></td></tr>' for p in pages)
    return [
        "<thead><tr><th>Status</th><th>Table</th><th>Rules</th><th>Failed</th></tr></thead>"
        f"<tbody>{results}</tbody>",
        f"<thead><tr><th>Rules of a table</th></tr></thead><tbody>{rules}</tbody>",
    ]


def _status(page: _Page) -> str:
    mark = "fa-times text-danger" if page.failed else "fa-check-circle text-success"
    return f'<i class="fas {mark}"></i>'
