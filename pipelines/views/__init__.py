"""sql/ files: dependencies, order, lineage, comments."""
