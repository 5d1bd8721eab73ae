"""Fixtures of the contract tests."""

import duckdb
import pytest

from pipelines.views.build import create_views
from pipelines.warehouse.schema import create_schema


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with every table and view, and no row."""
    connection = duckdb.connect()
    create_schema(connection)
    create_views(connection)
    return connection
