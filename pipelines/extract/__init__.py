"""PURE: from a document to what it says. Knows neither Dagster nor DuckDB."""
