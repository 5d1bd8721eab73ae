"""PURE: what is the same across documents: entities, stories, statements, figures."""
