"""The only Dagster decorators."""
