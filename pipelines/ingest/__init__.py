"""From inputs to documents with roles: landing, readers, segments, dates. Pure but for landing."""
