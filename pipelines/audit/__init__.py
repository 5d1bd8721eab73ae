"""Expectations, validation and quarantine. The only importer of Great Expectations."""
