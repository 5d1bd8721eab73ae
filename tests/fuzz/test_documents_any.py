"""Any document, its segments in any order: nothing raises, and what the warehouse promises holds of it."""

from __future__ import annotations

import document_oracle as oracle
import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from proof_notes import note

from pipelines.engine.local import EXTRACTED_TABLES, extract_tables
from pipelines.extract.extractor import SourceText
from pipelines.ingest.records import Metadata
from pipelines.model import TABLES, to_arrow
from pipelines.warehouse.load import load_reference
from pipelines.warehouse.resolution import resolve_rows
from pipelines.warehouse.schema import create_schema, qualified


@settings(max_examples=120)
@given(oracle.DOCUMENTS, oracle.METADATA)
def test_any_document(text: str, metadata: Metadata) -> None:
    oracle.check_document(text, *oracle.read_document(text, metadata))


@pytest.mark.long
def test_any_document_at_length() -> None:
    count = 0

    @settings(max_examples=1_500, database=None)
    @given(oracle.DOCUMENTS, oracle.METADATA)
    def check(text: str, metadata: Metadata) -> None:
        nonlocal count
        count += 1
        oracle.check_document(text, *oracle.read_document(text, metadata))

    check()
    note("whole documents", documents=count)


@pytest.mark.long
def test_every_rule_of_the_audit_passes_or_sets_aside() -> None:
    """Documents of any kind through Great Expectations and the rules of the whole history."""
    from pipelines.audit.dataset import RunHistory
    from pipelines.audit.derived import KnownIds
    from pipelines.audit.history import check_history
    from pipelines.audit.suites import DATASET, load_suites
    from pipelines.audit.validate import validate

    documents, segments = {}, []

    @settings(max_examples=400, database=None)
    @given(oracle.DOCUMENTS)
    def collect(text: str) -> None:
        if not text.strip() or "\x00" in text:
            return  # readers reject these
        document, own, _ = oracle.read_document(text, Metadata())
        if document.document_id not in documents:
            document.extractor_version = "1"
            for row in own:
                row.extractor_version = "1"
            documents[document.document_id] = document
            segments.extend(own)

    collect()
    assert len(documents) > 200
    by_document = {key: [row for row in segments if row.document_id == key] for key in documents}
    sources = [
        SourceText(key, row.text, by_document[key], row.published_on)
        for key, row in documents.items()
        if row.extraction_status == "done"
    ]
    staged = {
        "documents": to_arrow("documents", list(documents.values())),
        "segments": to_arrow("segments", segments),
        **extract_tables(sources, "run"),
    }
    frames: dict[str, pd.DataFrame] = {
        name: rows.to_pandas(integer_object_nulls=True, date_as_object=True) for name, rows in staged.items()
    }
    result = validate(frames, run_id="run", ingested_at=oracle.NOW, known=KnownIds(), history=RunHistory())
    assert result.errors == []
    whole_run = {rule.name for rule in load_suites()[DATASET]}
    assert set(result.blocking) <= whole_run, "a rule about rows takes rows out and lets the run go on"
    lost = {(row.table_name, row.expectation) for row in result.quarantined}
    assert all(expectation for _, expectation in lost)
    with duckdb.connect() as connection:
        create_schema(connection)
        for name in ("documents", "segments", *EXTRACTED_TABLES):
            connection.register("kept", result.kept[name])
            columns = ", ".join(f'"{c}"' for c in TABLES[name].column_names)
            connection.execute(
                f"INSERT INTO {qualified(TABLES[name])} ({columns}) SELECT {columns} FROM kept"
            )
            connection.unregister("kept")
        load_reference(connection)
        resolve_rows(connection, [], "run")
        failed = [(r.expectation, r.detail) for r in check_history(connection, "run") if not r.success]
    assert failed == []
    note("audited documents", documents=len(documents), quarantined_rows=len(result.quarantined))
